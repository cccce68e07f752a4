"""Modules that submissions import and that are not installed where they run.

A kernel names them, so they are only told, and only where they are the names of
modules that are not there indeed.
"""

from collections.abc import Callable, Iterable
from importlib.util import find_spec

from grader.grading.run.kernel import Problem
from grader.judging.wire import Reply

KIND = ModuleNotFoundError.__name__
MOST, LENGTH = 20, 100


def named(
    ask: Callable[[str], dict | Problem],
    problem: Problem | None,
    replies: Iterable[Reply] = (),
) -> list[str]:
    """What was missing where a cell or a function's answers ended for that reason.

    Args:
        ask: puts a question to the kernel.
        problem: of the cell.
        replies: of the function.
    """
    kinds = {reply.raised.kind for reply in replies if reply.raised}
    if problem:
        kinds.add(problem.kind)
    if KIND not in kinds:
        return []
    question = (
        '__import__("grader.learner.answering.missing_modules", fromlist=["_"]).names()'
    )
    answer = ask(question)
    data = {} if isinstance(answer, Problem) else answer.get("application/json")
    names = data.get("names") if isinstance(data, dict) else None
    if not isinstance(names, list):
        return []
    return [name for name in map(_module, names[:MOST]) if name]


def _module(name: object) -> str:
    """What to install: the package, or a module that its installed version lacks."""
    if not isinstance(name, str) or len(name) > LENGTH:
        return ""
    package = name.partition(".")[0]
    if not all(part.isidentifier() for part in name.split(".")):
        return ""
    return name if find_spec(package) else package
