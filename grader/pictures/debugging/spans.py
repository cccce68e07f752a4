"""What ran when: the common form of both profilers' records."""

from collections.abc import Sequence
from dataclasses import dataclass

PARTS = ("forward", "backward", "update")


@dataclass(frozen=True)
class Span:
    """One operation.

    Attributes:
        name: the operation, as the framework calls it.
        part: of the step: one of ``PARTS``.
        begin: microseconds since the step began.
        length: microseconds.
    """

    name: str
    part: str
    begin: float
    length: float


def longest(spans: Sequence[Span], most: int = 6) -> dict[str, float]:
    """The operations on which most time was spent: name -> microseconds in all."""
    total: dict[str, float] = {}
    for span in spans:
        total[span.name] = total.get(span.name, 0.0) + span.length
    names = sorted(total, key=lambda name: -total[name])[:most]
    return {name: total[name] for name in names}
