"""What a copy did."""

from collections.abc import Sequence
from dataclasses import dataclass

from twin.pairing import Pair
from twin.showing.tables import Table

_NAMES = {"keras": ("PyTorch", "Keras"), "torch": ("Keras", "PyTorch")}


@dataclass(frozen=True)
class Copied:
    """The weights that were copied.

    Attributes:
        to: "keras" or "torch".
        pairs: of the layers whose weights were copied.
        unpaired: weights that were not, since they have no pair.
    """

    to: str
    pairs: Sequence[Pair]
    unpaired: Sequence[str]

    @property
    def notes(self) -> list[str]:
        """What one should know of it, each once."""
        notes = [weight.note for pair in self.pairs for weight in pair.weights]
        return list(dict.fromkeys(filter(None, notes)))

    def __str__(self) -> str:
        return self._table().text()

    def _repr_html_(self) -> str:
        return self._table().html()

    __repr__ = __str__

    def _table(self) -> Table:
        origin, goal = _NAMES[self.to]
        rows = [
            [
                f"{pair.path}.{weight.name}",
                ", ".join(
                    str(tuple(one[weight.rows].shape)) for one in weight.parameters
                ),
                str(tuple(weight.keras.shape)),
            ]
            for pair in self.pairs
            for weight in pair.weights
        ]
        before = (
            f"Copied {len(rows)} weights of {len(self.pairs)} layers from {origin} to "
            f"{goal}."
        )
        after = [f"Not copied, as it has no pair: {n}." for n in self.unpaired]
        head = ["weight", "shape in PyTorch", "shape in Keras"]
        return Table(head, rows, before=before, after=[*after, *self.notes])
