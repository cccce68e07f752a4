"""What a training in lock step found."""

from dataclasses import dataclass
from typing import NamedTuple

from twin.lock_step.measures import BATCH, LOSS
from twin.showing import pictures
from twin.showing.pictures import Picture
from twin.showing.tables import Table, number


class Divergence(NamedTuple):
    """Where two trainings part.

    Attributes:
        step: from 1.
        quantity: what differs first in this step: "batch", "loss", "gradient c.kernel",
            "weight c.kernel" after the step, "statistic n.moving_mean".
        error: relative difference. Gradients are divided by the largest of all.
        note: what is known of the cause; "" for nothing.
    """

    step: int
    quantity: str
    error: float
    note: str

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"step {self.step}: {self.quantity} is off by {number(self.error)}{note}"


@dataclass(frozen=True)
class Training:
    """Two models trained on the same batches.

    Attributes:
        first: where they part; None where they don't.
        free: weights whose true gradient is zero, so that rounding noise moves them.
            They were not compared.
        errors: by kind ("batch", "loss", "gradient", "weight", "statistic"), the
            largest relative difference in each step.
        limits: the same for what equals may differ by.
        losses: PyTorch's and Keras's in each step.
        dtype: name of the dtype in which both computed.
        notes: what one should know of how they were compared.
    """

    first: Divergence | None
    free: list[str]
    errors: dict[str, list[float]]
    limits: dict[str, list[float]]
    losses: list[tuple[float, float]]
    dtype: str
    notes: list[str]

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return len(self.errors[LOSS])

    @property
    def equal(self) -> bool:
        """Whether they part nowhere."""
        return self.first is None

    @property
    def largest(self) -> float:
        """The largest relative difference of all steps."""
        return max(max(line) for line in self.errors.values())

    @property
    def _lines(self) -> dict[str, list[float]]:
        # Batches differ where there are two loaders, or never.
        return {k: v for k, v in self.errors.items() if k != BATCH or any(v)}

    def plot(self) -> Picture:
        """Draw the differences over the steps; a notebook shows what this gives."""
        first = self.first and (self.first.step, self.first.quantity)
        return pictures.steps(self._lines, self.limits, first)

    def __str__(self) -> str:
        return self._table().text()

    def _repr_html_(self) -> str:
        return self._table().html()

    __repr__ = __str__

    def _table(self) -> Table:
        if self.first is None:
            before = (
                f"Equal for {self.steps} steps ({self.dtype}): no difference is larger "
                "than rounding explains."
            )
        else:
            before = f"They part in {self.first}."
        rows = [
            [
                kind,
                *(number(one) for one in (line[0], max(line), line[-1])),
                number(self.limits[kind][-1]),
            ]
            for kind, line in self._lines.items()
        ]
        after = list(self.notes)
        if self.free:
            after.append(
                "Free, as their true gradient is zero up to rounding: "
                f"{', '.join(self.free)}."
            )
        head = ["largest difference of", "first step", "any step", "last step"]
        head.append("limit")
        return Table(head, rows, before=before, after=after)
