"""One learner's row of a report: what arrived, what it is worth, how that came."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, SubmittedNotebook
from nbgrader.utils import has_failed, is_solution

from grader.common.printable import one_line
from grader.common.status import Status
from grader.grading.intake.submission import Arrival, Submission
from grader.grading.intake.timestamps import note_of_time
from grader.grading.place.assignment import Assignment
from grader.grading.place.failures import Failures
from grader.grading.record import CellRecord, Run, RunRecord
from grader.grading.report.standing import standing, submitted, total
from grader.grading.report.today import Today

MOST = 1_000  # characters of a note
BY_HAND = "by hand"  # in place of a status, where no verdict and no score is automatic


class State(StrEnum):
    """How far a learner's submission has come."""

    GRADED = "graded"
    NOTED = "graded with note"
    NOT_GRADED = "not graded"
    QUARANTINED = "quarantined"
    MISSING = "missing"


# Of what was accepted, grading has not run until its notebook says so.
STATES = {
    Arrival.ACCEPTED: State.NOT_GRADED,
    Arrival.QUARANTINED: State.QUARANTINED,
    Arrival.MISSING: State.MISSING,
}


class Waits(StrEnum):
    """Why a mark waits for an instructor."""

    FAULT = "grader fault"
    FIRST = "has no automatic mark"
    AGAIN = "marked by hand before this run; does it still hold?"


@dataclass
class Mark:
    """One graded cell of one learner.

    Attributes:
        status: of the verdict, or what the score says of a cell without one;
            ``BY_HAND`` where there is neither.
        mistake: its name, if it was recognised.
        by_hand: an instructor is to look at it.
        hand_marked: an instructor has given it a score.
        seconds: from the question for the function's answers to their arrival; None
            where it was not asked.
    """

    status: str
    score: float
    max_score: float
    mistake: str = ""
    by_hand: bool = False
    seconds: float | None = None
    hand_marked: bool = False

    @property
    def waits_for(self) -> Waits | None:
        """Why an instructor is to look at it; None where none is."""
        if not self.by_hand:
            return None
        if self.status == Status.GRADER_FAULT:
            return Waits.FAULT
        return Waits.AGAIN if self.hand_marked else Waits.FIRST


@dataclass
class Row:
    """One learner.

    Attributes:
        notes: what to know or do about it.
        enrolled: the gradebook knows the learner, so that nbgrader exports a row.
        score, raw_score, late_submission_penalty: points as nbgrader exports them: what
            is left, of all cells, and taken off; None without a submission.
        timestamp: of the submission, in UTC; "" where unknown.
        by_hand: an instructor is to look at a mark (a grader fault, or a mark given
            by hand before the last run).
        doubts: what of it was put right so that marks may depend on it; notes as well.
        marks: by grade id.
        run: how the marks came about; None before grading.
        reason: the note that says why it is not graded, quarantined or missing; None
            where it is graded.
    """

    learner: str
    state: State
    notes: list[str]
    score: float | None = None
    max_score: float | None = None
    enrolled: bool = False
    raw_score: float | None = None
    late_submission_penalty: float | None = None
    timestamp: str = ""
    by_hand: bool = False
    doubts: list[str] = field(default_factory=list)
    marks: dict[str, Mark] = field(default_factory=dict)
    run: Run | None = None
    reason: str | None = None


@dataclass
class Rows:
    """Makes rows of what is in the gradebook and in ``autograded/``.

    Attributes:
        today: what the assignment's marks are measured by now.
    """

    gradebook: Gradebook
    assignment: Assignment
    today: Today

    def row(self, arrived: Submission) -> Row:
        """The row of one learner, whatever arrived."""
        noted = [*arrived.doubts, *arrived.notes]
        row = Row(arrived.learner, STATES[arrived.arrival], noted)
        row.doubts = [one_line(doubt, MOST) for doubt in arrived.doubts]
        if arrived.reason is not None:
            row.notes.insert(0, arrived.reason)
            row.reason = one_line(arrived.reason, MOST)
        known = submitted(self.gradebook, self.assignment.name, arrived.learner)
        if known is not None:
            points = total(known)
            row.score, row.max_score = points.score, known.max_score
            row.raw_score, row.late_submission_penalty = points.raw, points.penalty
            row.timestamp = str(points.timestamp or "")
        name = self.assignment.notebook
        marks = [n for n in known.notebooks if n.name == name] if known else []
        if known is not None:
            doubted = note_of_time(known, arrived)
            row.notes += [] if doubted is None else [doubted]
        self._judge(row, arrived, marks[0] if marks else None)
        row.notes = [one_line(note, MOST) for note in row.notes]
        return row

    def _why_not(self, arrived: Submission) -> str | None:
        """Why a submission could not be graded; None where that is not known."""
        why = Failures(self.assignment.place).why(arrived)
        if why is None:
            return None
        return f"could not be graded ({why}); it is not run again until it changes"

    def _judge(
        self, row: Row, arrived: Submission, marks: SubmittedNotebook | None
    ) -> None:
        """State, marks and notes."""
        path = self.assignment.autograded(arrived.learner)
        accepted = arrived.arrival is Arrival.ACCEPTED
        autograded = _autograded(path)
        if autograded is None:
            if accepted:
                why = self._why_not(arrived) or "grading has not run since"
                damaged = "its graded notebook is damaged"
                _refuse(row, damaged if path.is_file() else why)
            return
        record = RunRecord.of(autograded) or RunRecord()
        row.run = record.run
        stale = []
        if marks is not None:
            known = standing(marks.assignment, marks)
            there = arrived.folder if accepted else None
            stale = self.today.stale(known, autograded, there)
            self._fill_marks(row, marks, autograded)
        if not accepted:
            row.notes.append("the marks are those of an earlier submission")
        elif record.submitted not in ("", arrived.digest):
            _refuse(row, "submitted anew since; the marks are those of the one before")
            why_not = self._why_not(arrived)
            if why_not is not None:
                _refuse(row, why_not)
        elif marks is None:
            _refuse(row, "the gradebook does not have it: run course grade")
        else:
            lacks = [f"imports {name}, which was missing" for name in missing(row)]
            row.notes += [*record.put_right, *lacks]
            row.state = State.NOTED if row.notes else State.GRADED
        if stale:
            changed = f"changed since it was graded: {', '.join(stale)}"
            if accepted:
                _refuse(row, changed)
            else:
                row.notes.append(changed)

    def _fill_marks(
        self, row: Row, marks: SubmittedNotebook, autograded: NotebookNode
    ) -> None:
        cells = {
            cell.metadata.get("nbgrader", {}).get("grade_id"): cell
            for cell in autograded.cells
        }
        for grade in marks.grades:
            cell = cells.get(grade.name)
            # Asked of each grade, it would be a query.
            known = self.today.points.get(grade.name)
            worth = grade.max_score if known is None else known
            record = CellRecord.of(cell) if cell else None
            row.marks[grade.name] = Mark(
                record.status if record else _status(grade, worth, cell),
                grade.score,
                worth,
                record.mistake if record else "",
                bool(grade.needs_manual_grade),
                record.seconds if record else None,
                grade.manual_score is not None,
            )
        row.by_hand = any(mark.by_hand for mark in row.marks.values())


def _refuse(row: Row, reason: str) -> None:
    """What has arrived is not what the marks are for: the last reason is the one."""
    row.state = State.NOT_GRADED
    row.notes.append(reason)
    row.reason = one_line(reason, MOST)


def missing(row: Row) -> list[str]:
    """The packages that a submission imports and that were not there when it ran."""
    return list(row.run.missing) if row.run else []


def _autograded(path: Path) -> NotebookNode | None:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        return None


def _status(grade: Grade, worth: float, cell: NotebookNode | None) -> str:
    """What the automatic score says of a cell that no exercise of ours judges."""
    if grade.auto_score is None:
        return BY_HAND
    if cell is not None and is_solution(cell):  # only 0 is given without a reader
        return Status.NOT_ATTEMPTED
    failed = cell is not None and has_failed(cell)
    right = grade.auto_score >= worth and not failed
    return Status.CORRECT if right else Status.WRONG
