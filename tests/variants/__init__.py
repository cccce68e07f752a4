"""Right answers written another way, and mistakes as learners write them.

A module ``tests/variants/<lesson>/<framework>_<anything>.py`` (``any_...`` where the
same lines serve both frameworks) holds functions as a learner would write them in a
solution cell, each marked with what it is::

    @right("mse_gradient")
    def with_backward(w, X, y): ...

    @wrong("mse_gradient", "sum instead of mean")
    def summed(w, X, y): ...

The functions may use the names that the exercise notebook has imported (``torch``,
``tf``, ``np``) and nothing else, because :func:`cell` turns them into cells.
"""

import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Variant:
    """One function; ``mistake`` is the name it should be given, None if right."""

    exercise: str
    function: Callable
    mistake: str | None


def right(name: str) -> Callable:
    """Mark a right answer to the exercise called ``name``."""
    return _marked(name, None)


def wrong(name: str, mistake: str) -> Callable:
    """Mark an answer that makes the mistake called ``mistake``."""
    return _marked(name, mistake)


def _marked(name: str, mistake: str | None) -> Callable:
    def mark(function: Callable) -> Callable:
        function.variant = (name, mistake)
        return function

    return mark


def load(lesson: str, framework: str) -> list[Variant]:
    """All variants of a lesson in one framework (which is imported); none is [].

    With ``any`` for a framework, those alone that need neither.
    """
    name = f"{__name__}.{lesson}"
    try:
        package = import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        return []
    found = []
    for module in pkgutil.iter_modules(package.__path__):
        if not module.name.startswith((f"{framework}_", "any_")):
            continue
        members = vars(import_module(f"{package.__name__}.{module.name}")).values()
        # Functions alone: the module tensorflow has an attribute "variant" too.
        functions = [m for m in members if inspect.isfunction(m)]
        for function in [f for f in functions if hasattr(f, "variant")]:
            name, mistake = function.variant
            found.append(Variant(f"{lesson}.{name}", function, mistake))
    return found


def cell(variant: Variant) -> str:
    """The variant as the source of a solution cell."""
    source = textwrap.dedent(inspect.getsource(variant.function))
    name = variant.exercise.split(".")[1]
    source = re.sub(r"\A(@.*\n|    .*\n|\)\n)+(?=def )", "", source)
    return re.sub(r"\Adef \w+", f"def {name}", source)
