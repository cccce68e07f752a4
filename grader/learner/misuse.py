"""Says what is wrong with a call of ``check``, and how to write it."""

import difflib
import re

from grader.common.frameworks import FRAMEWORKS

ID = re.compile(r"[A-Za-z_]\w*\.[A-Za-z_]\w*")
NICKNAMES = {"pytorch": "torch", "tf": "tensorflow", "keras": "tensorflow"}
QUOTED_TORCH = '"torch"'


ORDER = "check takes the exercise's id, then your function, then the framework"


def sentence(exercise: object, function: object, framework: object) -> str | None:
    """A sentence on what to write instead; None if the three arguments are right."""
    given = exercise, function, framework
    texts = [value for value in given if isinstance(value, str)]
    ids = [text for text in texts if ID.fullmatch(text)]
    functions = [value for value in given if callable(value)]
    if ids and functions and (exercise is not ids[0] or function is not functions[0]):
        name = _name(functions[0], ids[0])
        half = next((text for text in texts if text in FRAMEWORKS), framework)
        return f"{ORDER}: write {_call(ids[0], name, half)}."
    if not isinstance(exercise, str):
        return (
            f"{ORDER}, and got {_shown(exercise)} for the id: write "
            'check("lesson.name", name, "torch"), as in the cell that came with the '
            "exercise."
        )
    right = _call(exercise, _name(function, exercise), framework)
    if not callable(function):
        return _no_function(function, right)
    if framework is None or (isinstance(framework, str) and framework in FRAMEWORKS):
        return None
    closest = _closest(framework)
    hint = f"write {closest}" if closest is not None else 'use "torch" or "tensorflow"'
    return f"There is no framework {_shown(framework)}: {hint}."


def of_half(exercise: str, function: object, neutral: bool) -> str:
    """A sentence on a framework that is missing, or that a neutral exercise got."""
    name = _name(function, exercise)
    if neutral:
        return (
            f"{exercise} needs no framework, and is checked once, with NumPy arrays: "
            f'write check("{exercise}", {name}).'
        )
    return (
        f"{exercise} is checked in each framework by itself: write "
        f'check("{exercise}", {name}, "torch"), or "tensorflow" in its place.'
    )


def _call(exercise: str, name: str, framework: object) -> str:
    return f'check("{exercise}", {name}, {_closest(framework) or QUOTED_TORCH})'


def _name(function: object, exercise: str) -> str:
    """The name to write for the function: its own, or the exercise's."""
    own = str(getattr(function, "__name__", ""))
    return own if own.isidentifier() else exercise.rpartition(".")[2]


def _no_function(function: object, right: str) -> str:
    if function is None:
        return (
            "check needs your function, and got None: write its name without calling "
            f"it, as in {right}."
        )
    if isinstance(function, str):
        return (
            f"check needs the function itself, and got the text {_shown(function)}: "
            f"write its name without quotes, as in {right}."
        )
    kind = type(function).__name__
    return (
        f"check needs the function itself, and got a value of type {kind}: write its "
        f"name without calling it, as in {right}."
    )


def _closest(framework: object) -> str | None:
    """The framework that was probably meant, in quotes; None if none is similar."""
    text = framework if isinstance(framework, str) else ""
    text = text or getattr(framework, "__name__", "")  # the module itself
    text = str(text).lower()
    found = difflib.get_close_matches(NICKNAMES.get(text, text), FRAMEWORKS, n=1)
    return f'"{found[0]}"' if found else None


def _shown(value: object) -> str:
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:40]}…")
    name = getattr(value, "__name__", "")
    return f"{name} ({type(value).__name__})" if name else f"a {type(value).__name__}"
