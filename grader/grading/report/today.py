"""Whether the gradebook's marks are those that it would give today.

A verdict stands until a submission runs again. What it is worth does not: points, due
dates, extensions and the rule for late submissions are the instructor's to change.
"""

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from math import isclose
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.plugins import BasePlugin
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import determine_grade, is_grade, is_task
from traitlets.utils.importstring import import_item

from grader.common.status import Status
from grader.grading.intake.submission import TIMESTAMP, valid_time
from grader.grading.place.course_folder import Course
from grader.grading.place.official import CellMetadata
from grader.grading.record import CellRecord
from grader.grading.report.standing import Given, Standing


class Stale(StrEnum):
    """What has changed since a submission was graded, without its being run again."""

    POINTS = "points"
    TIME = "time of submission"
    PENALTY = "late penalty"


class Today:
    """The points, due dates and late rule that hold now, for one assignment.

    Args:
        course: its settings say which rule there is for late submissions.
        points: of each graded cell, by grade id.
    """

    def __init__(self, course: Course, points: dict[str, float]) -> None:
        self.course, self.points = course, points

    @classmethod
    def of(cls, course: Course, official: dict[str, CellMetadata]) -> "Today":
        """With the points in the gradebook's metadata of each cell, by grade id."""
        cells = official.items()
        return cls(course, {n: one["points"] for n, one in cells if "points" in one})

    def stale(
        self, known: Standing, notebook: NotebookNode, folder: Path | None
    ) -> list[Stale]:
        """What of a learner's marks would be another today, its verdicts unchanged.

        Args:
            notebook: as it was graded.
            folder: where the submission lies; None where that is another one.
        """
        found = []
        then = worths(notebook)
        if any(self.points.get(name, worth) != worth for name, worth in then.items()):
            found.append(Stale.POINTS)
        timestamp = self.arrived(folder) if folder else None
        if timestamp not in (None, known.timestamp):
            found.append(Stale.TIME)
        penalty = self.penalty(known.learner, known.raw, known.late())
        if not same(penalty, known.penalty):
            found.append(Stale.PENALTY)
        return found

    def arrived(self, folder: Path) -> datetime | None:
        """When a submission says that it was submitted, in UTC."""
        path = folder / TIMESTAMP
        if not path.is_file() or not valid_time(path):
            return None
        return self.course.directory.get_existing_timestamp(str(folder))

    def penalty(self, learner: str, score: float, seconds: float) -> float:
        """The points that nbgrader's rule takes off, ``seconds`` after the due date."""
        if self._rule is None or seconds <= 0:
            return 0.0
        penalty = self._rule.late_submission_penalty(learner, score, seconds)
        if penalty is None or penalty < 0:
            return 0.0
        return min(penalty, score)

    @cached_property
    def _rule(self) -> BasePlugin | None:
        """The plugin that nbgrader asks, if late submissions are looked at at all."""
        app = self.course.app
        settings = Autograde(coursedir=self.course.directory, parent=app)
        for name in settings.autograde_preprocessors:
            kind = import_item(name) if isinstance(name, str) else name
            if isinstance(kind, type) and issubclass(kind, AssignLatePenalties):
                step = kind(parent=app)
                step.init_plugin()
                return step.plugin_inst
        return None

    def after(self, known: Standing, notebook: NotebookNode, folder: Path) -> Standing:
        """The record when ``notebook``, which has run anew, is in the gradebook."""
        given = dict(known.given)
        for cell in notebook.cells:
            if is_grade(cell):
                name = cell.metadata.nbgrader.grade_id
                auto = _auto_score(cell)
                was = given.get(name, Given(None, None, None, True))
                given[name] = Given(auto, was.manual, was.extra, was.waits)
        timestamp = self.arrived(folder) or known.timestamp
        then = Standing(known.learner, timestamp, known.duedate, given, 0.0)
        penalty = self.penalty(known.learner, then.raw, then.late())
        return Standing(known.learner, timestamp, known.duedate, given, penalty)


def same(points: float, others: float) -> bool:
    """Whether two sums of points differ by rounding alone."""
    return isclose(points, others, rel_tol=1e-6, abs_tol=1e-9)


def _auto_score(cell: NotebookNode) -> float | None:
    record = CellRecord.of(cell)
    if record is not None and record.status is Status.GRADER_FAULT:
        return None
    return determine_grade(cell)[0]


def worths(notebook: NotebookNode) -> dict[str, float]:
    """What each graded cell of a notebook was worth when it was graded."""
    return {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if is_grade(cell) or is_task(cell)
    }
