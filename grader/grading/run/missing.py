"""What submissions ask for and is not there: modules, and names of their own.

A kernel names them, so they are only told; a module only where it is the name of one
that is not there indeed.
"""

from collections.abc import Callable, Iterable
from importlib.util import find_spec

from grader.grading.run.messages import Object
from grader.grading.run.problem import Ending, Problem
from grader.judging.wire import Reply
from grader.learner.answering import missing_modules, undefined_name

MOST, LENGTH = 20, 100
Ask = Callable[[str], Object | Problem]


def modules(
    ask: Ask,
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
    if problem and problem.ending is Ending.RAISED:
        kinds.add(problem.kind)
    if ModuleNotFoundError.__name__ not in kinds:
        return []
    names = _said(ask, missing_modules.__name__, "names")
    if not isinstance(names, list):
        return []
    return [name for name in map(_module, names[:MOST]) if name]


def undefined(ask: Ask, problem: Problem) -> str:
    """Which name nothing defines, where a cell ended for that reason; "" elsewhere.

    Args:
        ask: puts a question to the kernel.
        problem: of the cell.
    """
    if problem.ending is not Ending.RAISED or problem.kind != NameError.__name__:
        return ""
    name = _said(ask, undefined_name.__name__, "name")
    return name if isinstance(name, str) else ""


def _said(ask: Ask, module: str, name: str) -> object:
    """What a function of the learner's half says of the same name in its data."""
    answer = ask(f'__import__("{module}", fromlist=["_"]).{name}()')
    data = {} if isinstance(answer, Problem) else answer.get("application/json")
    return data.get(name) if isinstance(data, dict) else None


def _module(name: object) -> str:
    """What to install: the package, or a module that its installed version lacks."""
    if not isinstance(name, str) or len(name) > LENGTH:
        return ""
    package = name.partition(".")[0]
    if not all(part.isidentifier() for part in name.split(".")):
        return ""
    return name if find_spec(package) else package
