"""A variant: an answer as a learner would write it, marked right or with its mistake.

A module ``variants/<framework>_<anything>.py`` beside a lesson's exercises (``any_...``
where the same lines serve both frameworks, and for neutral exercises) holds functions.
They look as they would in a solution cell::

    @right("mse_gradient")
    def with_backward(w, X, y): ...

    @wrong("mse_gradient", "sum instead of mean")
    def summed(w, X, y): ...

The functions may use only the names that the exercise notebook has imported
(``torch``, ``tf``, ``np``), because they are also turned into cells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

MARK = "variant"
Answer = TypeVar("Answer", bound=Callable[..., object])


@dataclass(frozen=True)
class Variant:
    """One function; ``mistake`` is the mistake to find in it, None if it is right."""

    exercise: str
    function: Callable[..., object]
    mistake: str | None

    @property
    def any(self) -> bool:
        """Whether its module is one for both frameworks, or for none."""
        return self.function.__module__.rpartition(".")[2].startswith("any_")


def right(name: str) -> Callable[[Answer], Answer]:
    """Mark a right answer to the exercise called ``name``."""
    return _marked(name, None)


def wrong(name: str, mistake: str) -> Callable[[Answer], Answer]:
    """Mark an answer that makes the mistake called ``mistake``."""
    return _marked(name, mistake)


def _marked(name: str, mistake: str | None) -> Callable[[Answer], Answer]:
    def mark(function: Answer) -> Answer:
        setattr(function, MARK, (name, mistake))
        return function

    return mark
