"""What a comparison found."""

from dataclasses import dataclass, replace

import numpy as np

from twin.arrays import Difference
from twin.showing import pictures
from twin.showing.pictures import Picture
from twin.showing.tables import Table, number

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Row:
    """One layer, or what lies between two of them.

    Attributes:
        path: of the PyTorch module.
        kind: its class; "" for what is no layer.
        keras_path: of the Keras layer.
        keras_kind: its class, or the name of the activation that is built into it.
        shape: of PyTorch's output, in PyTorch's layout; None where it was not seen.
        keras_shape: of Keras's output.
        found: how far they lie apart; None where their shapes differ.
        tolerance: the largest relative difference of equals.
        is_seen: whether both outputs were seen.
        note: what else is to be said of it; "" for nothing.
    """

    path: str
    kind: str
    keras_path: str
    keras_kind: str
    shape: Shape | None
    keras_shape: Shape | None
    found: Difference | None
    tolerance: float
    is_seen: bool
    note: str = ""

    @property
    def absolute(self) -> float:
        """The largest |PyTorch - Keras|; NaN where either has one or none was seen."""
        if not self.is_seen:
            return np.nan
        return np.inf if self.found is None else self.found.absolute

    @property
    def error(self) -> float:
        """The same, relative to the largest number of the output."""
        if not self.is_seen:
            return np.nan
        return np.inf if self.found is None else self.found.relative

    @property
    def differs(self) -> bool:
        """Whether the outputs are no rounding apart."""
        return self.is_seen and not self.error <= self.tolerance

    def named(self, path: str) -> "Row":
        """The same row under another path."""
        return replace(self, path=path)

    def __str__(self) -> str:
        what = f" ({self.kind} and {self.keras_kind})" if self.kind else ""
        against = f", in Keras {self.keras_path}" if self.kind else ""
        if self.found is None and self.is_seen:
            size = f"the shapes {self.shape} and {self.keras_shape} don't fit"
        else:
            size = f"{number(self.error)} of its largest number"
        note = f"; {self.note}" if self.note else ""
        return f"{self.path}{what}{against}: {size}{note}"


@dataclass(frozen=True)
class Comparison:
    """Two models on the same numbers, layer by layer.

    Attributes:
        rows: in the order in which PyTorch's layers ran; the models' outputs last.
        tolerance: the largest difference of equals, relative to a layer's largest
            number.
        dtype: name of the dtype in which both computed.
    """

    rows: list[Row]
    tolerance: float
    dtype: str

    @property
    def first(self) -> Row | None:
        """The first row that differs; None where all are equal."""
        return next((row for row in self.rows if row.differs), None)

    @property
    def equal(self) -> bool:
        """Whether no row differs."""
        return self.first is None

    @property
    def largest(self) -> float:
        """The largest relative difference of all rows."""
        return max((row.error for row in self.rows if row.is_seen), default=0.0)

    def plot(self) -> Picture:
        """Draw each layer's relative difference; a notebook shows what this gives."""
        seen = [row for row in self.rows if row.is_seen]
        first = None if self.first is None else seen.index(self.first)
        errors = [row.error for row in seen]
        return pictures.layers([r.path for r in seen], errors, self.tolerance, first)

    def __str__(self) -> str:
        return self._table().text()

    def _repr_html_(self) -> str:
        return self._table().html()

    __repr__ = __str__

    def _table(self) -> Table:
        first = self.first
        if first is None:
            sentence = (
                f"Equal: no layer differs by more than {number(self.largest)} of its "
                f"largest number ({self.dtype}; tolerance {number(self.tolerance)})."
            )
        else:
            sentence = f"They differ first at {first}."
        marked = frozenset() if first is None else frozenset({self.rows.index(first)})
        head = [
            "layer",
            "in Keras",
            "shape",
            "shape in Keras",
            "absolute",
            "relative",
            "",
        ]
        return Table(head, [_cells(row) for row in self.rows], marked, sentence)


def _cells(row: Row) -> list[str]:
    ours = f"{row.path} {row.kind}".strip()
    theirs = f"{row.keras_path} {row.keras_kind}".strip()
    if not row.is_seen:
        sizes = ["", ""]
    elif row.found is None:
        sizes = ["—", "—"]
    else:
        sizes = [number(row.absolute), number(row.error)]
    verdict = "differs" if row.differs else "equal" if row.is_seen else "not seen"
    verdict += f" ({row.note})" if row.note else ""
    shapes = ["" if s is None else str(s) for s in (row.shape, row.keras_shape)]
    return [ours, theirs, *shapes, *sizes, verdict]
