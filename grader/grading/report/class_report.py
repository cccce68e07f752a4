"""What came of an assignment: by learner, by exercise and by mistake.

Computed anew each time: marks from nbgrader's gradebook, verdicts from the
autograded notebooks, arrivals from ``submitted/``.
"""

from collections import Counter
from dataclasses import asdict, dataclass, field
from statistics import median

from nbgrader.api import MissingEntry

from grader.common.errors import CourseError
from grader.common.status import Status
from grader.grading.intake.submission import Arrival, Submission
from grader.grading.place.assignment import Assignment
from grader.grading.place.official import official_metadata
from grader.grading.report.rows import BY_HAND, Row, Rows, State, missing
from grader.grading.report.today import Today

UNNAMED = "no known mistake"


@dataclass
class ExerciseSummary:
    """One graded cell over the class, most frequent statuses and mistakes first.

    Attributes:
        graded: how many have an automatic mark.
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
    """An assignment's report.

    Attributes:
        duedate: in UTC, "" where there is none.
        missing: the packages that submissions import and that were not there when they
            ran, with the number of learners.
    """

    assignment: str
    max_score: float
    learners: list[Row]
    exercises: list[ExerciseSummary]
    duedate: str = ""
    missing: dict[str, int] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether nothing waits for the instructor."""
        waiting = (State.QUARANTINED, State.NOT_GRADED)
        return not any(
            row.by_hand or row.doubts or row.state in waiting for row in self.learners
        )

    def to_dict(self) -> dict[str, object]:
        """Plain data, ready for JSON."""
        return asdict(self)


def make_report(assignment: Assignment) -> Report:
    """The report on what is graded and what is in ``submitted/`` now.

    Raises:
        CourseError: the assignment was never graded.
    """
    course, name = assignment.course, assignment.name
    never = f"{name} has not been graded yet: run course grade {name}"
    if not course.has_gradebook:
        raise CourseError(never)
    with course.gradebook() as gradebook:
        try:
            notebook = assignment.entry(gradebook)
        except MissingEntry as error:
            raise CourseError(never) from error
        graded_ids = {cell.name for cell in notebook.grade_cells}
        cells = [cell.name for cell in notebook.source_cells]
        order = [cell_id for cell_id in cells if cell_id in graded_ids]
        there = assignment.arrived(gradebook)
        seen = {submission.learner for submission in there}
        enrolled = {student.id for student in gradebook.students}
        for learner in enrolled - seen:
            folder = course.folder("submitted") / learner
            reason = "nothing in submitted/"
            there.append(Submission(learner, Arrival.MISSING, folder, reason=reason))
        today = Today.of(course, official_metadata(notebook))
        maker = Rows(gradebook, assignment, today)
        rows = [maker.row(arrived) for arrived in there]
        for row in rows:
            row.enrolled = row.learner in enrolled
        known = notebook.assignment
        max_score, duedate = known.max_score, str(known.duedate or "")
    rows.sort(key=lambda row: row.learner)
    lacks = Counter(package for row in rows for package in missing(row))
    return Report(
        *(name, max_score, rows, _summaries(order, rows), duedate),
        missing=dict(lacks.most_common()),
    )


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
                len(marks) - statuses[BY_HAND],
                dict(statuses.most_common()),
                dict(mistakes.most_common()),
                median(seconds) if seconds else None,
                max(seconds, default=None),
            )
        )
    return summaries


def csv_rows(report: Report) -> tuple[list[str], list[dict[str, object]]]:
    """Columns and rows for a learning platform: points and status of each cell.

    Due date, time, points and penalty are what ``nbgrader export`` writes, which gives
    0 to whoever has handed in nothing.
    """

    def exported(row: Row, points: float | None) -> float | None:
        return 0.0 if points is None and row.enrolled else points

    fixed = ["learner", "state", "duedate", "timestamp"]
    fixed += ["raw_score", "late_submission_penalty", "score", "max_score"]
    fixed += ["by_hand", "notes"]
    ids = [summary.grade_id for summary in report.exercises]
    columns = fixed + [f"{name}{part}" for name in ids for part in ("", " status")]
    rows = []
    for row in report.learners:
        values: dict[str, object] = {
            "learner": row.learner,
            "state": row.state,
            "duedate": report.duedate,
            "timestamp": row.timestamp,
            "raw_score": exported(row, row.raw_score),
            "late_submission_penalty": exported(row, row.late_submission_penalty),
            "score": exported(row, row.score),
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
