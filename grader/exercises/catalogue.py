"""Which exercises the course has: those of one package per lesson.

Each package has ``EXERCISES``, a tuple, and ``NOTEBOOK``, the name of the lesson's
notebook, which gives the lessons their order. One without it comes last. ``READING`` is
what to read further: for each text a framework, or None, its title and its address.
"""

import difflib
import pkgutil
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import ModuleType

from grader import exercises as folder
from grader.judging import Exercise


@cache
def lessons() -> list[str]:
    """The lessons that have exercises, by name, in the order of the course."""
    found = pkgutil.iter_modules(folder.__path__)
    names = [module.name for module in found if module.ispkg]
    return sorted(
        names, key=lambda name: (getattr(_module(name), "NOTEBOOK", "~"), name)
    )


def lesson_of(notebook: str) -> str | None:
    """The lesson whose ``NOTEBOOK`` this is, None if no lesson names it."""
    names = (n for n in lessons() if getattr(_module(n), "NOTEBOOK", "") == notebook)
    return next(names, None)


def notebook(lesson: str) -> str | None:
    """The name of a lesson's notebook; None while it has none."""
    return getattr(_module(lesson), "NOTEBOOK", None)


def reading(lesson: str, framework: str | None) -> list[tuple[str, str]]:
    """Title and address of what to read after a lesson's exercise in a framework."""
    texts = getattr(_module(lesson), "READING", ())
    return [(title, url) for about, title, url in texts if about in (None, framework)]


def _module(lesson: str) -> ModuleType:
    return import_module(f"{folder.__name__}.{lesson}")


@cache
def exercises(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in the order of its notebook.

    Raises:
        KeyError: if no lesson has that name.
    """
    if lesson not in lessons():
        raise KeyError(
            f"no lesson with exercises is called {lesson!r}; there are: "
            f"{', '.join(lessons())}"
        )
    return _module(lesson).EXERCISES


def named(names: Iterable[str]) -> dict[str, tuple[Exercise, ...]]:
    """The exercises that names of lessons and ids of exercises stand for, by lesson.

    Raises:
        KeyError: there is no such lesson or exercise; see :func:`find`.
    """
    found: dict[str, dict[str, Exercise]] = {}
    for name in names:
        one = (find(name),) if "." in name else exercises(name)
        found.setdefault(one[0].lesson, {}).update((e.id, e) for e in one)
    return {lesson: tuple(chosen.values()) for lesson, chosen in found.items()}


def find(exercise_id: str) -> Exercise:
    """The exercise with an id such as ``autograd.mse_gradient``.

    Raises:
        KeyError: with a sentence that names the closest id.
    """
    with suppress(KeyError):
        for exercise in exercises(str(exercise_id).partition(".")[0]):
            if exercise.id == exercise_id:
                return exercise
    known = [exercise.id for name in lessons() for exercise in exercises(name)]
    closest = difflib.get_close_matches(str(exercise_id), known, n=1)
    more = f"did you mean {closest[0]!r}?" if closest else "course list shows all"
    raise KeyError(f"no exercise is called {exercise_id!r}; {more}")
