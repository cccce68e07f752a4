"""What an audit has found: as text, as HTML in a notebook, and as data."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from twin.auditing.matching import Finding
from twin.auditing.table import ERRORS, Row, rows
from twin.showing.tables import Table

_HOW = (
    "How to make one framework do what the other does by default; put your own numbers "
    "in, and see docs/defaults.md:"
)
_HEAD = ("layer", "in Keras", "setting", "PyTorch", "Keras", "effect")


@dataclass(frozen=True)
class Audit:
    """Settings in which a module and a model differ, most harmful first.

    Attributes:
        rows: the findings.
        notes: sentences on what could not be compared, and how layers were paired.
        missing: "PyTorch" or "Keras" where only the other was given; then a finding
            sets its defaults against the values that were read.
    """

    rows: Sequence[Finding]
    notes: Sequence[str]
    missing: str = ""

    @property
    def data(self) -> list[dict[str, Any]]:
        """The findings as plain data, each with the code that aligns it."""
        return [asdict(one) | _alignment(one) for one in self.rows]

    def text(self) -> str:
        """The findings as a table, then how to align each kind of them."""
        return self._table().text()

    def _repr_html_(self) -> str:
        return self._table().html()

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def _table(self) -> Table:
        shown = [
            [one.where, one.keras_path, one.what, one.torch, one.keras, _effect(one)]
            for one in self.rows
        ]
        marked = {n for n, one in enumerate(self.rows) if one.matters}
        after = list(self.notes)
        if shown:
            after = [_HOW, *_sentences(self.rows), *after]
        return Table(_HEAD, shown, frozenset(marked), self._before(), after)

    def _before(self) -> str:
        if self.missing:
            return (
                f"Only one side was given. The column of {self.missing} shows its "
                f"defaults. {len(self.rows)} settings would differ, most harmful first:"
            )
        if not self.rows:
            return "No setting was found in which the two differ."
        some = [one for one in self.rows if one.matters]
        return (
            f"{len(self.rows)} settings differ, and {len(some)} of them matter (→), "
            "most harmful first: those that changed accuracy in experiments, by "
            "points, then the rest by their effect, which is the largest relative "
            "difference that was measured in a small computation (docs/defaults.md):"
        )


def _alignment(one: Finding) -> dict[str, Any]:
    row = rows().get(one.row)
    if row is None:
        return {"in_torch": "", "in_keras": "", "advice": SAME, "accuracy": []}
    return {
        "in_torch": row.in_torch,
        "in_keras": row.in_keras,
        "advice": " ".join(filter(None, (row.advice_torch, row.advice_keras))),
        "accuracy": list(row.accuracy),
    }


SAME = "Give both the same value."
# Longer code is a computation: it stands in docs/defaults.md.
_LONGEST = 110


def _sentences(found: Sequence[Finding]) -> Iterator[str]:
    """How to align each row of the table that is named, once."""
    told = list(dict.fromkeys(one.row for one in found))
    for name in told:
        row = rows().get(name)
        in_keras = row and _side("Keras", row.in_keras, row.advice_keras)
        in_torch = row and _side("PyTorch", row.in_torch, row.advice_torch)
        if row is None or not (in_keras or in_torch):
            continue
        yield f"{row.id}. {in_keras}{in_torch}{_points(row)}".rstrip()
    if any(row is None or not _tells(row) for row in map(rows().get, told)):
        yield f"All else: {SAME[0].lower()}{SAME[1:]}"


def _tells(row: Row) -> bool:
    return any((row.in_torch, row.in_keras, row.advice_torch, row.advice_keras))


def _side(where: str, code: str, advice: str) -> str:
    """How one side is aligned to the other's default, by the table's own code."""
    short = "\n" not in code.strip() and len(code) <= _LONGEST
    text = f"`{code}`. {advice}".rstrip() if code and short else advice
    if not text and code:
        text = "see docs/defaults.md."
    return f"{where}: {text} " if text else ""


def _points(row: Row) -> str:
    """What experiments found that Keras's default changed in accuracy."""
    if not row.accuracy:
        return ""
    one = row.change
    if one is None:
        return (
            f"Experiments found no change of accuracy beyond {ERRORS} standard errors."
        )
    net = {"torch": "PyTorch", "keras": "Keras"}[one["net"]]
    return (
        f"Keras's default changed the accuracy of a small net in {net} by "
        f"{one['points']:+.2f} ± {one['error']:.2f} points after {one['steps']} steps."
    )


def _effect(one: Finding) -> str:
    if not one.matters:
        return "does not matter"
    return f"{one.points:.1f} points" if one.points else f"{one.harm:.2g}"
