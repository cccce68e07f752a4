"""Sentences on the arguments of a call: what it changed, and which name is which."""

from grader.judging.exercise import Exercise
from grader.judging.verdict import Diagnosis
from grader.judging.wire import Reply

CHANGED = "an argument was changed"


def changed(exercise: Exercise, names: list[str], replies: list[Reply]) -> list[str]:
    """The arguments in ``names`` that a call has changed although it may not."""
    found = {name for reply in replies for name in reply.changed}
    return [name for name in names if name in found - set(exercise.may_change)]


def of_change(name: str) -> Diagnosis:
    """The diagnosis if the values are right, but the argument ``name`` was changed."""
    return Diagnosis(
        CHANGED,
        f"After the call {name} no longer holds what your function was given. An "
        "operation in place changes the caller's tensor or list too.",
        f"Look for {name} += ..., {name}[...] = ..., a method that ends in _, or an "
        f"optimizer that holds {name}. Work on a copy of it.",
    )


def note_on_change(names: list[str]) -> str | None:
    """A sentence to add to another verdict; None if no argument was changed."""
    if not names:
        return None
    what, it = ("arguments", "them") if len(names) > 1 else ("argument", "it")
    return (
        f"Your function also changed its {what} {', '.join(names)}. Work on a copy: "
        f"whoever calls your function still needs {it}."
    )


def note_on_names(names: list[str], reply: Reply) -> str | None:
    """A sentence on which of the function's names is which argument; None if clear."""
    own = [name for name in reply.names if name.isidentifier() and len(name) < 50]
    if len(names) < 2 or len(own) != len(names) or own == names:
        return None
    pairs = ", ".join(f"{a} is {b}" for a, b in zip(own, names, strict=True))
    return f"Your function has names of its own and is called by position: {pairs}."


def signature(name: str, names: list[str]) -> str:
    """The first line of a function that takes these arguments."""
    return f"def {name}({', '.join(names)})"
