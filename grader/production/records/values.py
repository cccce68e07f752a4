"""How a setting is written in the log, and what a run is known by."""

import hashlib
import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np


class Setting(NamedTuple):
    """A setting that was in force in a run.

    Attributes:
        place: ``optimizer``, or the name of a layer.
        name: the setting's name, which both frameworks share if both have it.
        value: a number, truth value or text, or None; anything else is kept as text.
        explicit: whether somebody wrote it, even if it is what the default would be.
    """

    place: str
    name: str
    value: object
    explicit: bool


def at(settings: Iterable[Setting], place: str) -> dict[str, object]:
    """The settings of one place: their values by name."""
    return {s.name: s.value for s in settings if s.place == place}


def last(metrics: Iterable[tuple[int, str, float]], name: str) -> float:
    """The value of a metric at its last step.

    Args:
        metrics: rows (step, name, value).
        name: of a metric that is there.
    """
    return max((step, value) for step, what, value in metrics if what == name)[1]


def text(value: object) -> str:
    """The value as the column ``value`` has it."""
    return str(value)


def number(value: object) -> float | None:
    """The value as the column ``number`` has it: None if it is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def fingerprint(*arrays: np.ndarray) -> str:
    """SHA-256 of each array's dtype, shape and numbers, in hexadecimal.

    Where the numbers lie in memory changes nothing. Their dtype and order do.

    Args:
        *arrays: of any shape, with a dtype of fixed size; their order counts.

    Raises:
        TypeError: one holds Python objects, whose bytes are addresses.
    """
    digest = hashlib.sha256()
    for array in arrays:
        if array.dtype.hasobject:
            raise TypeError(
                "an array of Python objects has no fingerprint: convert it first"
            )
        digest.update(f"{array.dtype.str} {array.shape} ".encode("ascii"))
        digest.update(array.tobytes())
    return digest.hexdigest()
