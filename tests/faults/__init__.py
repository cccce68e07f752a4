"""What can go wrong when a class is graded, done on purpose: nobody may be harmed.

``python -m tests.faults`` runs every drill through the real ``course`` command in a
toy course and prints a table; a drill is a function that breaks something and returns
what came of it, or raises AssertionError.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Drill:
    """One fault: its name, what goes wrong, and the function that does it."""

    name: str
    wrong: str
    run: Callable[[Path], str]


DRILLS: list[Drill] = []


def drill(wrong: str) -> Callable:
    """Enter a function into the list, under its own name."""

    def enter(function: Callable[[Path], str]) -> Callable:
        name = function.__name__.replace("_", " ")
        DRILLS.append(Drill(name, wrong, function))
        return function

    return enter


def all_drills() -> list[Drill]:
    """Every drill there is."""
    from tests.faults import (  # noqa: F401
        arrivals,
        disk,
        fuzz,
        hosts,
        kernels,
        kills,
        marks,
        people,
    )

    return DRILLS
