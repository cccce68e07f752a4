"""A variant: an answer as a learner would write it, marked right or with its mistake.

A module ``variants/<framework>_<anything>.py`` beside a lesson's exercises (``any_...``
where the same lines serve both frameworks) holds functions as they would stand in a
solution cell::

    @right("mse_gradient")
    def with_backward(w, X, y): ...

    @wrong("mse_gradient", "sum instead of mean")
    def summed(w, X, y): ...

The functions may use the names that the exercise notebook has imported (``torch``,
``tf``, ``np``) and nothing else, because they are turned into cells as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

MARK = "variant"
Answer = TypeVar("Answer", bound=Callable[..., object])


@dataclass(frozen=True)
class Variant:
    """One function; ``mistake`` is the name it should be given, None if right."""

    exercise: str
    function: Callable[..., object]
    mistake: str | None


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
