"""Who would get other marks today, from what to what, and why."""

from dataclasses import dataclass

from nbformat import NotebookNode

from grader.grading.record import CellRecord, Measure, cell_records
from grader.grading.report.standing import Standing
from grader.grading.report.today import same, worths

LATE_PENALTY = "late penalty"
LATE = "its due date, its time of submission or the rule for late ones has changed"
OTHER_SCORE = "the same verdict: the gradebook had another score"
SAME = "the same reference: the code gave another answer this time"


@dataclass(frozen=True)
class Change:
    """One graded cell of one learner that is not as it was before.

    It has another verdict, score or worth; or it stands for the learner's penalty for
    being late.

    Attributes:
        grade_id: ``LATE_PENALTY`` for the penalty.
        before, after: in words: the status, the score and what the cell is worth.
    """

    learner: str
    grade_id: str
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Regraded:
    """What came of a regrade.

    Attributes:
        missing: how many submissions are not graded yet, and were left out.
        faults: what failed on our side, by learner.
    """

    changes: list[Change]
    missing: int
    faults: dict[str, list[str]]


@dataclass(frozen=True)
class _Mark:
    """A cell's status, its score, and the points that it is worth."""

    status: str
    score: float
    worth: float | None

    def differs(self, other: "_Mark") -> bool:
        """Whether it is another mark; nothing of more or fewer points is nothing."""
        return (
            self.status != other.status
            or not same(self.score, other.score)
            or (self.worth != other.worth and self.score != 0)
        )

    def __str__(self) -> str:
        if self.worth is None:
            return self.status
        points = f"{self.score:g} / {self.worth:g}"
        return f"{self.status}, {points}" if self.status else points


def changes(
    old: NotebookNode | None, known: Standing, new: NotebookNode, after: Standing
) -> list[Change]:
    """What is not as it was: status, score or worth of a cell, the late penalty.

    Args:
        old: as it was graded before, with its marks ``known``.
        new: as it has run now, with the marks that it gets ``after``.
    """
    was, records = cell_records(old) if old else {}, cell_records(new)
    before, now, found = _marks(old, known), _marks(new, after), []
    for grade_id, mark in now.items():
        former = before.get(grade_id, _Mark("not graded", 0.0, None))
        if mark.differs(former):
            why = _why(former, mark, was.get(grade_id), records.get(grade_id))
            found.append(
                Change(known.learner, grade_id, str(former), str(mark), "; ".join(why))
            )
    if not same(known.penalty, after.penalty):
        penalties = f"{known.penalty:g}", f"{after.penalty:g}"
        found.append(Change(known.learner, LATE_PENALTY, *penalties, LATE))
    return found


def _marks(notebook: NotebookNode | None, known: Standing) -> dict[str, _Mark]:
    """The marks of a graded notebook's cells, by grade id."""
    if notebook is None:
        return {}
    found = {name: one.status for name, one in cell_records(notebook).items()}
    return {
        name: _Mark(found.get(name, ""), known.given[name].score, worth)
        for name, worth in worths(notebook).items()
        if name in known.given
    }


def _why(
    former: _Mark, mark: _Mark, was: CellRecord | None, record: CellRecord | None
) -> list[str]:
    reasons = []
    if former.worth not in (None, mark.worth):
        reasons.append(f"worth {mark.worth:g} instead of {former.worth:g}")
    old = was.measure if was else Measure()
    new = record.measure if record else Measure()
    if old.tolerance != new.tolerance:
        reasons.append(f"tolerance {old.tolerance} → {new.tolerance}")
    if old.reference != new.reference:
        reasons.append("its reference has changed")
    if reasons:
        return reasons
    return [SAME if former.status != mark.status else OTHER_SCORE]
