"""What a row of the table is, and what is found when it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Measure = Callable[[Any, Any], tuple[Array, Array]]


@dataclass(frozen=True)
class Side:
    """One framework's half of a row, as code that is run.

    Attributes:
        code: an expression, as people write it who set nothing.
        value: an expression that reads the setting, in which ``it`` is what `code` gave
            and `default(function, "name")` is a default of a signature. Left empty, the
            value is what `code` gave.
        align: code that makes this side do what the other does by default. Where it
            names ``it``, it changes what `code` gave; any other takes its place.
        advice: a sentence, where no code aligns this side, or about that code.
        raises: the name of the exception that `code` is known to raise.
    """

    code: str
    value: str = ""
    align: str = ""
    advice: str = ""
    raises: str = ""


@dataclass(frozen=True)
class Row:
    """One setting in which the frameworks differ, or are believed to.

    Attributes:
        id: the group and a name, such as ``batch_norm.epsilon``; it never changes.
        what: the setting, in plain words.
        probe: the small computation that measures the effect, in plain words.
        torch: PyTorch's half.
        keras: Keras's half.
        measure: takes what the halves gave and returns two arrays, which would be equal
            if the setting were; None where a CPU shows no effect.
        given: arrays that the code of both halves may name; each gets its own.
        dtype: the frameworks' default dtype while the row is read.
        leaves: the largest relative difference that may be left by alignment.
        why_left: why anything is left, where `leaves` is more than rounding.
    """

    id: str
    what: str
    probe: str
    torch: Side
    keras: Side
    measure: Measure | None
    given: Mapping[str, Array] = field(default_factory=dict)
    dtype: str = "float64"
    leaves: float = 1e-6
    why_left: str = ""

    @property
    def group(self) -> str:
        """The part of the id before the dot."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Effect:
    """How far two results lie apart.

    Attributes:
        size: the largest difference, over the largest number of both; NaN where `loud`.
        loud: what tells of the difference by itself: an error, or unlike shapes.
    """

    size: float
    loud: str = ""


@dataclass(frozen=True)
class Found:
    """A row as it was read.

    Attributes:
        row: the row.
        torch: PyTorch's value.
        keras: Keras's value.
        effect: of leaving both as they are; None where a CPU shows none.
        left_torch: of the effect, with PyTorch's side aligned; None without such code.
        left_keras: the same with Keras's side aligned.
    """

    row: Row
    torch: str
    keras: str
    effect: Effect | None
    left_torch: Effect | None
    left_keras: Effect | None


def effect(ours: Array, theirs: Array) -> Effect:
    """The relative difference of two arrays, by their largest number."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.shape != theirs.shape:
        return Effect(float("nan"), f"shapes {ours.shape} and {theirs.shape}")
    ours, theirs = (a.astype(np.result_type(a, np.float64)) for a in (ours, theirs))
    if not np.array_equal(np.isfinite(ours), np.isfinite(theirs)):
        return Effect(1.0)
    finite = np.isfinite(ours)
    ours, theirs = ours[finite], theirs[finite]
    if not ours.size:
        return Effect(0.0)
    scale = max(np.abs(ours).max(), np.abs(theirs).max(), np.finfo(float).tiny)
    return Effect(float(np.abs(ours - theirs).max() / scale))
