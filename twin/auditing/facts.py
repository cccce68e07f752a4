"""Settings as both frameworks can be compared in them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BORDER = "zeros around the input"
# Keras holds rates and β in float32.
EQUAL = 1e-6
# A start that was recognised from weights is known this well.
NEAR = 0.05


@dataclass(frozen=True)
class Start:
    """What weights start as.

    Attributes:
        form: "uniform", "normal", "truncated normal", "orthogonal", "constant", or
            anything else that an initializer says of itself.
        size: the standard deviation; the number itself of a constant.
    """

    form: str
    size: float

    def __str__(self) -> str:
        if self.form == "constant":
            return f"all {self.size:g}"
        if self.form == "uniform":
            return f"uniform, ±{self.size * math.sqrt(3):.2g}"
        if self.form.endswith("normal"):
            return f"{self.form}, standard deviation {self.size:.2g}"
        return self.form

    def equals(self, other: "Start") -> bool:
        """Whether both are drawn alike."""
        close = math.isclose(self.size, other.size, rel_tol=NEAR)
        return self.form == other.form and (close or self.form == "orthogonal")


@dataclass(frozen=True)
class Fact:
    """One setting of one layer, optimizer, loss or loader.

    Attributes:
        name: in plain words; facts of one name are compared.
        value: a number, text, tuple or ``Start``, in terms that both frameworks share.
        row: the id of the row of the table of defaults that tells of it; "" for none.
        shown: how the value is written, where not by itself.
        weights: of a ``Start``, the weights as they are now: copied ones differ in
            nothing, however they started.
    """

    name: str
    value: Any
    row: str = ""
    shown: str = ""
    weights: Array | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        if self.shown:
            return self.shown
        if isinstance(self.value, float):
            return f"{self.value:g}".replace("e-0", "e-")
        return str(self.value)

    def equals(self, other: "Fact") -> bool:
        """Whether both frameworks have this setting alike."""
        if self.weights is not None and other.weights is not None:
            ours, theirs = np.sort(self.weights.ravel()), np.sort(other.weights.ravel())
            if ours.shape == theirs.shape and np.allclose(ours, theirs, atol=1e-6):
                return True
        if isinstance(self.value, Start) and isinstance(other.value, Start):
            return self.value.equals(other.value)
        if _is_number(self.value) and _is_number(other.value):
            return math.isclose(self.value, other.value, rel_tol=EQUAL)
        return bool(self.value == other.value)

    def distance(self, other: "Fact") -> float:
        """How far two numbers lie apart, over the larger; infinite for other values."""
        if _is_number(self.value) and _is_number(other.value):
            scale = max(abs(self.value), abs(other.value)) or 1.0
            return float(abs(self.value - other.value) / scale)
        return math.inf


@dataclass(frozen=True)
class Part:
    """Something that has settings: a layer, an optimizer, a loss, a loader.

    Attributes:
        kind: the same word in both frameworks, such as "batch norm".
        path: where it is, such as ``net.1``.
        facts: its settings.
        source: the object that was read; None for what is no layer.
        space: the sizes of a layer's input without batch and channels, where known.
        zeros_before: a layer of zeros before this one is counted in its facts.
    """

    kind: str
    path: str
    facts: tuple[Fact, ...]
    source: Any = field(default=None, compare=False, repr=False)
    space: tuple[int, ...] = ()
    zeros_before: bool = False


def known(facts: Iterable[Fact | None]) -> tuple[Fact, ...]:
    """Those facts that can be told."""
    return tuple(fact for fact in facts if fact is not None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
