"""The report's exercises, each with its frameworks side by side."""

from collections import Counter
from dataclasses import dataclass

from grader.common.grade_id import GradeId
from grader.common.status import Status
from grader.exercises.catalogue import find
from grader.grading.report.class_report import UNNAMED, ExerciseSummary, Report

MOST_MISTAKES = 8


@dataclass(frozen=True)
class Line:
    """A row of an exercise's table: a label, and one count for each column."""

    label: str
    counts: list[int]
    message: str = ""

    @property
    def total(self) -> int:
        """The sum of its counts."""
        return sum(self.counts)


@dataclass(frozen=True)
class Share:
    """One graded cell over the class: right, left blank, and all."""

    correct: int
    blank: int
    graded: int

    @property
    def tried(self) -> int:
        """Neither right nor blank."""
        return self.graded - self.blank - self.correct

    def percent(self, number: int) -> float:
        """A number of learners as a percentage of all graded; 0 where none is."""
        return 100 * number / self.graded if self.graded else 0.0


@dataclass(frozen=True)
class Task:
    """One exercise.

    Attributes:
        name: such as ``autograd.hvp``; a grade id where that has another form.
        columns: the frameworks it is graded in, "" for a cell that belongs to none.
        shares, seconds: one for each column; seconds are median and maximum, None
            where no function was asked.
        statuses: other than correct and wrong.
        wrong: the number of wrong answers in each column.
        mistakes: of the wrong answers, most frequent first.
    """

    name: str
    title: str
    columns: list[str]
    shares: list[Share]
    statuses: list[Line]
    wrong: list[int]
    mistakes: list[Line]
    seconds: list[tuple[float, float] | None]

    @property
    def top(self) -> Line | None:
        """The most frequent mistake that has a name."""
        return next((m for m in self.mistakes if m.label != UNNAMED), None)


def tasks(report: Report) -> list[Task]:
    """The exercises in the order of the notebook."""
    grouped: dict[str, dict[str, ExerciseSummary]] = {}
    for summary in report.exercises:
        name, framework = column_of(summary.grade_id)
        grouped.setdefault(name, {})[framework] = summary
    return [_task(name, columns) for name, columns in grouped.items()]


def column_of(grade_id: str) -> tuple[str, str]:
    """The name of a graded cell's exercise, and its framework's title.

    The title is NumPy's for a neutral exercise, and "" for another author's cell.
    """
    found = GradeId.parse(grade_id)
    return (found.exercise, found.title) if found else (grade_id, "")


def _task(name: str, columns: dict[str, ExerciseSummary]) -> Task:
    try:
        exercise = find(name)
        title = exercise.title
        messages = {mistake.name: mistake.message for mistake in exercise.mistakes}
    except KeyError:  # another author's cell
        title, messages = name, {}
    summaries = list(columns.values())
    statuses = _lines([summary.statuses for summary in summaries], {})
    return Task(
        name,
        title,
        list(columns),
        [
            Share(s.correct, s.statuses.get(Status.NOT_ATTEMPTED, 0), s.graded)
            for s in summaries
        ],
        [s for s in statuses if s.label not in (Status.CORRECT, Status.WRONG)],
        [summary.statuses.get(Status.WRONG, 0) for summary in summaries],
        _shortened(_lines([summary.mistakes for summary in summaries], messages)),
        list(map(_seconds, summaries)),
    )


def _seconds(summary: ExerciseSummary) -> tuple[float, float] | None:
    """Median and maximum; None where no function was asked."""
    if summary.median_seconds is None or summary.max_seconds is None:
        return None
    return summary.median_seconds, summary.max_seconds


def _lines(columns: list[dict[str, int]], messages: dict[str, str]) -> list[Line]:
    """The counts of several columns by label, the most frequent first."""
    total = sum(map(Counter, columns), Counter())
    return [
        Line(
            label,
            [column.get(label, 0) for column in columns],
            messages.get(label, ""),
        )
        for label, _ in total.most_common()
    ]


def _shortened(mistakes: list[Line]) -> list[Line]:
    """The most frequent ones; the others in one line, each with its number."""
    others = mistakes[MOST_MISTAKES:]
    if len(others) < 2:
        return mistakes
    counts = [sum(column) for column in zip(*(o.counts for o in others), strict=True)]
    which = ", ".join(f"{one.label} ({one.total})" for one in others)
    line = Line(f"{len(others)} less frequent", counts, f"{which}.")
    return [*mistakes[:MOST_MISTAKES], line]
