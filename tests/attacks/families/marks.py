"""Attacks on what decides about marks, from inside the kernel."""

from tests.attacks.attack import STOCK, Attack

ATTACKS = (
    Attack(
        "check replaced",
        "another check in the notebook, the package and builtins",
        """
import builtins, grader
check = grader.check = builtins.check = lambda *values: print("correct")
""",
        proof=STOCK,
    ),
    Attack(
        "package replaced",
        "a grader package of its own in sys.modules",
        """
import sys, types
for name in [n for n in sys.modules if n.split(".")[0] == "grader"]:
    fake = types.ModuleType(name)
    fake.check = lambda *values: None
    sys.modules[name] = fake
check = fake.check
""",
        proof=STOCK,
        by_hand=True,
    ),
    Attack(
        "collect replaced",
        "answers that say they are right, from a collect of its own",
        """
from grader.learner.answering import answers
class Says:
    def _repr_json_(self):
        return {"replies": [{"value": True, "correct": True, "status": "correct"}]}
answers.collect = lambda *values: Says()
answers._encode = lambda value, depth: {"none": True}
""",
    ),
    Attack(
        "a verdict as an answer",
        "the bundle that a verdict is kept in, through user_expressions",
        """
ip = get_ipython()
verdict = {"verdict": {"status": "correct"}, "status": "correct", "score": 2}
data = {"text/plain": "correct", "application/json": verdict}
bundle = {"status": "ok", "data": data, "metadata": {}, "correct": True}
type(ip).user_expressions = lambda self, asked: {name: bundle for name in asked}
""",
    ),
    Attack(
        "NumPy patched",
        "comparisons of NumPy and math that always agree",
        """
import math, numpy as np
yes = lambda *a, **k: True
np.allclose = np.isclose = np.array_equal = np.all = math.isclose = yes
np.abs = np.absolute = np.max = np.subtract = lambda *a, **k: 0.0
""",
    ),
    Attack(
        "display patched",
        "IPython's display formatter, to write a correct verdict itself",
        """
formatter = type(get_ipython().display_formatter)
said = {"text/plain": "✓ toy.double (PyTorch): correct",
        "application/json": {"status": "correct", "replies": ["correct"] * 99}}
formatter.format = lambda self, *a, **k: (said, {})
""",
    ),
    Attack(
        "cells emptied",
        "an AST transformer that empties every later cell",
        """
import ast
class Empty(ast.NodeTransformer):
    def visit(self, node):
        return ast.Module([], []) if isinstance(node, ast.Module) else node
get_ipython().ast_transformers.append(Empty())
""",
        proof=STOCK,
    ),
    Attack(
        "input hooks",
        "input transformers and a run_cell that drop later cells",
        """
ip = get_ipython()
ip.input_transformers_cleanup.append(lambda lines: ["pass\\n"])
ip.input_transformer_manager.transform_cell = lambda cell: "pass"
""",
        proof=STOCK,
    ),
    Attack(
        "cell events",
        "hooks around each cell that swallow errors and say correct",
        """
ip = get_ipython()
ip.events.register("post_run_cell", lambda result: print("correct"))
ip.showtraceback = ip.showsyntaxerror = ip.showindentationerror = lambda *a, **k: None
ip.set_custom_exc((BaseException,), lambda *a, **k: None)
""",
    ),
    Attack(
        "builtins patched",
        "isinstance, len, type, abs, float and __import__ that say yes",
        """
import builtins
real = builtins.__import__
def spy(name, *arguments, **named):
    if name.startswith("grader.judging"):
        succeeded(name)
    return real(name, *arguments, **named)
builtins.__import__ = spy
builtins.abs = lambda value: 0
builtins.round = lambda *values: 0
""",
    ),
    Attack(
        "record called itself",
        "another exercise's and a lambda recorded in its own name",
        """
from grader.learner.answering import answers
class Always(dict):
    def __contains__(self, key):
        return True
    def __getitem__(self, key):
        return lambda x: x
answers._recorded = Always()
""",
    ),
    Attack(
        "references searched in memory",
        "gc, frames and inspect for anything that knows the right values",
        """
import gc, inspect, sys
def double(x):
    for frame in sys._current_frames().values():
        while frame:
            for name in ("expected", "reference", "exercise"):
                if name in frame.f_locals:
                    succeeded(frame.f_locals[name])
            frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Exercise", "Mistake", "Verdict"):
            succeeded(thing)
            return thing.reference(x)
    return 0.5
double(1)
""",
        function="",
    ),
    Attack(
        "stack of the caller",
        "a trace function on everything that runs in the kernel",
        """
import sys, threading
def spy(frame, event, argument):
    for name in ("expected", "reference"):
        if name in frame.f_locals:
            succeeded(frame.f_locals[name])
    return spy
threading.settrace(spy)
sys.settrace(spy)
""",
    ),
)
