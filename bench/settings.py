"""How much to measure, and where progress is told."""

from collections.abc import Callable
from dataclasses import dataclass

LEAST_RUNS = 3  # a median of fewer says little


class BenchError(Exception):
    """Something could not be measured; the sentence for the user."""


@dataclass(frozen=True)
class Settings:
    """What ``python -m bench`` was asked for.

    Attributes:
        runs: how often each thing is measured.
        submissions: the size of the class in part (a).
        growth: the sizes of the classes in part (e).
        say: shows a line of progress.
    """

    runs: int = LEAST_RUNS
    submissions: int = 40
    growth: tuple[int, ...] = (50, 200, 1000)
    say: Callable[[str], None] = print
