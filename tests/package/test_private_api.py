"""Private names of other packages that the product uses: all of them, each with why.

A release of such a package may change them without a word. ``os._exit`` is documented,
and names such as ``_repr_json_`` are a protocol's: neither is private.
"""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("grader", "twin")
MODULES = sorted(path for name in OURS for path in (ROOT / name).rglob("*.py"))
DOCUMENTED = {"_asdict", "_exit"}


@dataclass(frozen=True)
class Private:
    """One private name.

    Attributes:
        owner: the class or module that has it.
        takes: its parameters; None for what is not called.
        used_in: our module.
        why: there is no public way.
        breaks: what no longer holds when it changes.
        shown_by: the test that would see that.
    """

    owner: str
    name: str
    takes: tuple[str, ...] | None
    used_in: str
    why: str
    breaks: str
    shown_by: str


LIST = [
    Private(
        "nbgrader.converters.Autograde",
        "_init_preprocessors",
        ("self",),
        "grader/grading/pipeline.py",
        "Autograde takes a notebook through two rounds, and what has run is taken "
        "through one.",
        "the steps after the run are not taken, and no mark is written",
        "tests/grading/test_class.py",
    ),
    Private(
        "nbgrader.preprocessors.SaveCells",
        "_create_notebook",
        ("self", "nb"),
        "grader/grading/plugins/save_cells.py",
        "SaveCells opens a gradebook of its own, in which each cell is a transaction.",
        "a release that is killed leaves a part of an assignment in the gradebook",
        "tests/faults/kills.py",
    ),
    Private(
        "nbgrader.exchange.default.ExchangeCollect",
        "_path_to_record",
        ("self", "path"),
        "grader/grading/plugins/collect.py",
        "It is where one folder of the exchange is looked at before the newest is "
        "chosen.",
        "a folder in another's name is collected, or stops the collecting",
        "tests/grading/intake/test_collect.py",
    ),
    Private(
        "nbconvert.exporters.Exporter",
        "_preprocess",
        ("self", "nb", "resources"),
        "grader/grading/plugins/feedback_page.py",
        "It is the only place that has the marks before the template can fail.",
        "a learner whose notebook the template fails at gets no page",
        "tests/grading/plugins/test_pages.py",
    ),
    Private(
        "jupyter_client.manager.KernelManager",
        "_connect_control_socket",
        ("self",),
        "grader/grading/run/graded_kernel.py",
        "A manager connects to each kernel's control channel, asked or not.",
        "what a kernel sends there waits in the grader's memory without bound",
        "tests/attacks/families/protocol.py",
    ),
    Private(
        "traitlets.config.Application",
        "_configure_logging",
        ("self",),
        "grader/grading/place/course_folder.py",
        "An application sets up its log on the terminal, whatever its level.",
        "nbgrader's log stands between the lines of course grade",
        "tests/grading/test_told.py",
    ),
    Private(
        "torch",
        "_dynamo",
        None,
        "grader/exercises/graphs/variants/torch_traces.py",
        "A variant marks a dimension as dynamic; PyTorch's tutorials do it so.",
        "a right answer written so is not tried any more",
        "tests/exercises/test_references.py",
    ),
    *(
        Private(
            "torch.utils",
            name,
            None,
            "grader/pictures/debugging/torch_meter.py",
            why,
            "the lesson on debugging can't count bytes",
            "tests/pictures/debugging/test_meters.py",
        )
        for name, why in (
            ("_python_dispatch", "PyTorch's notes name it; it has no public home."),
            ("_pytree", "It finds the tensors in what an operation is given."),
        )
    ),
    Private(
        "tensorflow.python.eager.core",
        "_FallbackException",
        None,
        "grader/authoring/running/tf32/tensorflow_adapter.py",
        "TensorFlow's fast path is left only by it.",
        "course check can't round as a GPU's TF32 does",
        "tests/authoring/test_tf32.py",
    ),
    Private(
        "tensorflow.python.eager.polymorphic_function.atomic_function.AtomicFunction",
        "_bound_context",
        None,
        "grader/authoring/running/tf32/tensorflow_adapter.py",
        "A traced function is put back into the context that it came from.",
        "course check can't round in graphs as a GPU's TF32 does",
        "tests/authoring/test_tf32.py",
    ),
    Private(
        "tensorflow.python.eager.context.Context",
        "_context_handle",
        None,
        "grader/authoring/running/growth.py",
        "Nothing public tells whether TensorFlow has used a device already.",
        "a lesson that takes all of a GPU's memory is not refused",
        "tests/authoring/test_ways.py",
    ),
    Private(
        "keras.Layer",
        "_flatten_layers",
        ("self", "include_self", "recursive"),
        "twin/auditing/of_keras/layers.py",
        "A subclassed model does not list the layers that it holds as attributes.",
        "an audit leaves such layers out",
        "tests/twin/test_audit.py",
    ),
    *(
        Private(
            f"tensorflow.python.data.ops.{owner}",
            name,
            None,
            "twin/auditing/of_keras/loaders.py",
            "A dataset tells nothing in public of how it was made.",
            f"an audit of loaders leaves {said} out",
            "tests/twin/test_audit.py",
        )
        for owner, name, said in (
            ("batch_op._BatchDataset", "_batch_size", "the size of batches"),
            ("batch_op._BatchDataset", "_drop_remainder", "the last, short batch"),
            ("shuffle_op._ShuffleDataset", "_buffer_size", "the shuffle buffer"),
            ("shuffle_op._ShuffleDataset", "_input_dataset", "the shuffle buffer"),
        )
    ),
]


@dataclass(frozen=True)
class Used:
    """A private name of another package in one of our modules."""

    name: str
    module: str


def used() -> set[Used]:
    """Every private name that is read off a foreign object, or overridden in a class.

    A name counts as ours where one of our modules defines it, unless the object is
    ``super()`` or the class has it from a foreign one.
    """
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}
    ours = {name for tree in trees.values() for name in defined(tree)}
    found = set()
    for path, tree in trees.items():
        where = path.relative_to(ROOT).as_posix()
        names = set(foreign(tree, ours)) | set(imported(tree)) | set(overridden(path))
        found |= {Used(name, where) for name in names}
    return found


def is_private(name: str) -> bool:
    inside = name.startswith("_") and not name.endswith("_")
    return inside and name != "_" and name not in DOCUMENTED


def defined(tree: ast.AST) -> Iterator[str]:
    """The names that a module gives to something."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr
            case ast.ImportFrom(module=module) if module and module.startswith(OURS):
                yield from (alias.name for alias in node.names)


def foreign(tree: ast.AST, ours: set[str]) -> Iterator[str]:
    """Private attributes that are read off what is not ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            name = node.attr
            if name not in ours or ast.unparse(node.value) == "super()":
                yield name


def imported(tree: ast.AST) -> Iterator[str]:
    """Private names, and modules, that are imported from elsewhere."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if not name.startswith(tuple(f"{package}." for package in OURS)):
                yield from filter(is_private, name.split("."))


def overridden(path: Path) -> Iterator[str]:
    """Private methods and attributes of foreign classes that a class of ours has."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {}
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.bases:
            own[node.name] = {name for name in defined(node) if is_private(name)}
            own[node.name] |= {
                inner.attr
                for inner in ast.walk(node)
                if isinstance(inner, ast.Attribute) and is_private(inner.attr)
            }
    if not any(own.values()):
        return
    place = path.relative_to(ROOT).with_suffix("")
    module = import_module(".".join(place.parts).removesuffix(".__init__"))
    for name, names in own.items():
        for base in getattr(module, name).__mro__[1:]:
            if not base.__module__.startswith(tuple(f"{name}." for name in OURS)):
                yield from names & vars(base).keys()


def test_every_private_name_in_use_is_in_the_list():
    listed = {Used(one.name, one.used_in) for one in LIST}
    assert used() == listed


def test_a_new_one_would_be_found():
    tree = ast.parse(
        "from nbgrader.converters import Autograde, _hidden\n"
        "import numpy._core\n"
        "class Mine(Autograde):\n"
        "    def _mine(self): self._own = self._format_dest\n"
        "    def go(self, other): super()._own(); return self._own, other._theirs\n"
    )
    found = set(foreign(tree, set(defined(tree))))
    assert found == {"_format_dest", "_own", "_theirs"}
    assert set(imported(tree)) == {"_hidden", "_core"}
    assert "_init_preprocessors" in set(overridden(ROOT / LIST[0].used_in))


def owner(path: str) -> object:
    """The class or module of this name."""
    try:
        return import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(import_module(module), name)


IS_THERE = [
    pytest.param(
        one,
        id=f"{one.owner}.{one.name}",
        marks=[pytest.mark.slow]
        if one.owner.startswith(("keras", "tensor", "torch"))
        else [],
    )
    for one in LIST
]


@pytest.mark.parametrize("one", IS_THERE)
def test_it_is_what_it_was(one):
    changed = f"{one.owner}.{one.name} has changed: {one.breaks}"
    whose = owner(one.owner)
    if one.takes is None:
        in_text = one.name in inspect.getsource(whose)
        assert hasattr(whose, one.name) or in_text, changed
    else:
        method = getattr(whose, one.name, None)
        assert method is not None, changed
        assert tuple(inspect.signature(method).parameters) == one.takes, changed


@pytest.mark.parametrize("one", LIST, ids=lambda one: one.name)
def test_the_test_that_shows_it_is_there(one):
    assert (ROOT / one.shown_by).is_file()
