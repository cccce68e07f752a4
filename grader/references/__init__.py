"""The exercises of the course: one module per lesson.

Each has ``EXERCISES``, a tuple, and ``NOTEBOOK``, the name of the lesson's notebook,
which gives the lessons their order. A module without it comes last.
"""

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from grader.judging import Exercise


@cache
def lessons() -> list[str]:
    """The lessons that have exercises, by name, in the order of the course."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return sorted(names, key=lambda name: getattr(_module(name), "NOTEBOOK", "~"))


def lesson_of(notebook: str) -> str | None:
    """The lesson whose ``NOTEBOOK`` this is, None if no lesson names it."""
    names = (n for n in lessons() if getattr(_module(n), "NOTEBOOK", "") == notebook)
    return next(names, None)


def _module(lesson: str) -> ModuleType:
    return import_module(f"{__name__}.{lesson}")


@cache
def exercises(lesson: str) -> tuple[Exercise, ...]:
    """The exercises of a lesson, in the order of its notebook.

    Raises:
        KeyError: if no lesson has that name.
    """
    if lesson not in lessons():
        raise KeyError(f"no lesson is called {lesson!r}; there are: {lessons()}")
    return _module(lesson).EXERCISES


def find(exercise_id: str) -> Exercise:
    """The exercise with an id such as ``autograd.mse_gradient``.

    Raises:
        KeyError: with a sentence that names the nearest ids there are.
    """
    lesson, _, name = str(exercise_id).partition(".")
    for exercise in exercises(lesson):
        if exercise.name == name:
            return exercise
    names = ", ".join(exercise.id for exercise in exercises(lesson))
    raise KeyError(f"no exercise is called {exercise_id!r}; there are: {names}")
