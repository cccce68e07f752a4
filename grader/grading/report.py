"""What came of an assignment: by learner, by exercise and by mistake.

Computed anew each time: marks from nbgrader's gradebook, verdicts from the
autograded notebooks, arrivals from ``submitted/``.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

import nbformat
from nbgrader.api import MissingEntry

from grader.errors import CourseError
from grader.grading.course import Course
from grader.grading.intake import scan
from grader.grading.submission import Arrival, Submission
from grader.judging.verdict import Status

PROVENANCE = ("seed", "versions", "device", "isolation", "limits", "seconds")
UNNAMED = "no known mistake"


@dataclass
class Mark:
    """One graded cell of one learner.

    Attributes:
        mistake: its name, if it was recognised.
        by_hand: an instructor is to look at it.
        seconds: from the question for the function's answers to their arrival; None
            where it was not asked.
    """

    status: str
    score: float
    max_score: float
    mistake: str = ""
    by_hand: bool = False
    seconds: float | None = None


@dataclass
class Row:
    """One learner.

    Attributes:
        state: ``graded``, ``graded with note``, ``not graded``, ``quarantined`` or
            ``missing``.
        notes: what to know or do about it.
        by_hand: an instructor is to look at a mark (a grader fault, or a mark given
            by hand before the last run).
        marks: by grade id.
        run: how the marks came about: seed, versions of the course and of packages,
            device, isolation, limits (seconds, bytes, numbers) and seconds taken;
            None before grading.
    """

    learner: str
    state: str
    notes: list[str]
    score: float | None = None
    max_score: float | None = None
    by_hand: bool = False
    marks: dict[str, Mark] = field(default_factory=dict)
    run: dict[str, object] | None = None


@dataclass
class ExerciseSummary:
    """One graded cell over the class, most frequent statuses and mistakes first.

    Attributes:
        median_seconds, max_seconds: that functions took to answer; None where none
            was asked.
    """

    grade_id: str
    correct: int
    graded: int
    statuses: dict[str, int]
    mistakes: dict[str, int]
    median_seconds: float | None = None
    max_seconds: float | None = None


@dataclass
class Report:
    """An assignment's report."""

    assignment: str
    max_score: float
    learners: list[Row]
    exercises: list[ExerciseSummary]

    @property
    def clean(self) -> bool:
        """Whether nothing waits for the instructor."""
        waiting = ("quarantined", "not graded")
        faults = any(Status.GRADER_FAULT in e.statuses for e in self.exercises)
        return not faults and all(row.state not in waiting for row in self.learners)

    def to_dict(self) -> dict[str, object]:
        """Plain data, ready for JSON."""
        return asdict(self)


def make_report(course: Course, assignment: str) -> Report:
    """The report on what is graded and what is in ``submitted/`` now.

    Raises:
        CourseError: the assignment is unknown, or was never graded.
    """
    name = course.notebook(assignment)
    never = f"{assignment} has not been graded yet: run course grade {assignment}"
    if not course.has_gradebook:
        raise CourseError(never)
    with course.gradebook() as gradebook:
        try:
            notebook = gradebook.find_notebook(name, assignment)
        except MissingEntry as error:
            raise CourseError(never) from error
        graded_ids = {cell.name for cell in notebook.grade_cells}
        cells = [cell.name for cell in notebook.source_cells]
        order = [cell_id for cell_id in cells if cell_id in graded_ids]
        submitted = course.folder("submitted")
        there = []
        if submitted.is_dir():
            known = course.handed_out(assignment)
            there = scan(submitted, assignment, name, set(cells), known)
        seen = {submission.learner for submission in there}
        for student in gradebook.students:
            if student.id not in seen:
                folder = submitted / student.id
                reason = "nothing in submitted/"
                there.append(
                    Submission(student.id, Arrival.MISSING, folder, reason=reason)
                )
        rows = [_row(course, gradebook, assignment, name, arrived) for arrived in there]
        max_score = notebook.max_score
    rows.sort(key=lambda row: row.learner)
    return Report(assignment, max_score, rows, _summaries(order, rows))


def _row(
    course: Course, gradebook: object, assignment: str, name: str, arrived: Submission
) -> Row:
    notes = list(arrived.notes)
    if arrived.reason:
        notes.insert(0, arrived.reason)
    row = Row(arrived.learner, str(arrived.arrival), notes)
    path = course.folder("autograded") / arrived.learner / assignment / f"{name}.ipynb"
    accepted = arrived.arrival is Arrival.ACCEPTED
    autograded = _autograded(path)
    if autograded is None:
        if accepted:
            row.state = "not graded"
            why = "could not be graded, or grading has not run since"
            notes.append("its graded notebook is damaged" if path.is_file() else why)
        return row
    record = autograded.metadata.get("tandem", {})
    digest = record.get("submitted")
    row.run = {name: record[name] for name in PROVENANCE if name in record} or None
    if not accepted:
        notes.append("the marks are those of an earlier submission")
    elif digest and digest != arrived.digest:
        row.state = "not graded"
        notes.append("submitted anew since; the marks are those of the one before")
    else:
        row.state = "graded with note" if arrived.notes else "graded"
    _fill_marks(row, gradebook, assignment, name, autograded)
    return row


def _autograded(path: Path) -> nbformat.NotebookNode | None:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        return None


def _fill_marks(
    row: Row,
    gradebook: object,
    assignment: str,
    name: str,
    autograded: nbformat.NotebookNode,
) -> None:
    records = {}
    for cell in autograded.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        records[grade_id] = cell.metadata.get("tandem", {})
    try:
        submission = gradebook.find_submission_notebook(name, assignment, row.learner)
    except MissingEntry:
        row.state = "not graded"
        row.notes.append("the gradebook does not have it: run course grade")
        return
    row.score, row.max_score = submission.score, submission.max_score
    for grade in submission.grades:
        record = records.get(grade.name, {})
        verdict = record.get("verdict", {})
        diagnosis = verdict.get("diagnosis") or {}
        row.marks[grade.name] = Mark(
            verdict.get("status", ""),
            grade.score,
            grade.max_score,
            diagnosis.get("name", ""),
            bool(grade.needs_manual_grade),
            record.get("seconds"),
        )
    row.by_hand = any(mark.by_hand for mark in row.marks.values())


def _summaries(order: list[str], rows: list[Row]) -> list[ExerciseSummary]:
    summaries = []
    for grade_id in order:
        marks = [row.marks[grade_id] for row in rows if grade_id in row.marks]
        statuses = Counter(mark.status for mark in marks)
        wrong = [mark for mark in marks if mark.status == Status.WRONG]
        mistakes = Counter(mark.mistake or UNNAMED for mark in wrong)
        seconds = [mark.seconds for mark in marks if mark.seconds is not None]
        summaries.append(
            ExerciseSummary(
                grade_id,
                statuses[Status.CORRECT],
                len(marks),
                dict(statuses.most_common()),
                dict(mistakes.most_common()),
                median(seconds) if seconds else None,
                max(seconds, default=None),
            )
        )
    return summaries


def csv_rows(report: Report) -> tuple[list[str], list[dict]]:
    """Columns and rows for a learning platform: points and status of each cell."""
    fixed = ["learner", "state", "score", "max_score", "by_hand", "notes"]
    ids = [summary.grade_id for summary in report.exercises]
    columns = fixed + [f"{name}{part}" for name in ids for part in ("", " status")]
    rows = []
    for row in report.learners:
        values = {
            "learner": row.learner,
            "state": row.state,
            "score": row.score,
            "max_score": report.max_score,
            "by_hand": "yes" if row.by_hand else "",
            "notes": "; ".join(row.notes),
        }
        for name in ids:
            mark = row.marks.get(name)
            values[name] = mark.score if mark else None
            values[f"{name} status"] = mark.status if mark else None
        rows.append(values)
    return columns, rows
