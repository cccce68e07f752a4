"""What the gradebook says of a learner's submission."""

from dataclasses import dataclass, field
from datetime import datetime

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook


@dataclass(frozen=True)
class Total:
    """A learner's points in an assignment, as ``nbgrader export`` tells them.

    Attributes:
        raw: of all graded cells.
        penalty: for being late.
        score: what is left, never below 0.
        timestamp: when it was submitted, in UTC; None where nobody noted it.
    """

    raw: float = 0.0
    penalty: float = 0.0
    score: float = 0.0
    timestamp: datetime | None = None


def total(submission: SubmittedAssignment | None) -> Total:
    """The points of a submission; those of none are 0."""
    if submission is None:
        return Total()
    raw, penalty = submission.score, submission.late_submission_penalty or 0.0
    return Total(raw, penalty, max(0.0, raw - penalty), submission.timestamp)


def submitted(
    gradebook: Gradebook, assignment: str, learner: str
) -> SubmittedAssignment | None:
    """The gradebook's entry of a learner's submission, if it has one."""
    try:
        return gradebook.find_submission(assignment, learner)
    except MissingEntry:
        return None


@dataclass(frozen=True)
class Given:
    """The points of one graded cell, by the grader, by hand, and beyond; None: none."""

    auto: float | None
    manual: float | None
    extra: float | None
    waits: bool

    @property
    def score(self) -> float:
        """As nbgrader adds them: what is given by hand counts instead."""
        base = self.auto if self.manual is None else self.manual
        return 0.0 if base is None else base + (self.extra or 0.0)


@dataclass(frozen=True)
class Standing:
    """The gradebook's record of one learner's notebook.

    Attributes:
        timestamp, duedate: in UTC, with the learner's extension; None: unknown, none.
        given: by grade id.
        penalty: points taken off for being late.
        comments: by grade id, of the cells that can have one.
    """

    learner: str
    timestamp: datetime | None
    duedate: datetime | None
    given: dict[str, Given]
    penalty: float
    comments: dict[str, str | None] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether each cell has a mark, of either kind, or waits for one by hand."""
        return all(
            one.auto is not None or one.manual is not None or one.waits
            for one in self.given.values()
        )

    @property
    def by_hand(self) -> frozenset[str]:
        """The cells whose score was given by hand."""
        given = self.given.items()
        return frozenset(cell for cell, one in given if one.manual is not None)

    @property
    def raw(self) -> float:
        """The sum of the scores, before any penalty."""
        return sum(one.score for one in self.given.values())

    def late(self, timestamp: datetime | None = None) -> float:
        """Seconds after the due date, of what was submitted at ``timestamp``."""
        timestamp = timestamp or self.timestamp
        if timestamp is None or self.duedate is None:
            return 0.0
        return max(0.0, (timestamp - self.duedate).total_seconds())


def standing(submission: SubmittedAssignment, notebook: SubmittedNotebook) -> Standing:
    """What the gradebook says now."""
    due = submission.assignment.duedate and submission.duedate
    given = {
        grade.name: Given(
            grade.auto_score,
            grade.manual_score,
            grade.extra_credit,
            bool(grade.needs_manual_grade),
        )
        for grade in notebook.grades
    }
    penalty = notebook.late_submission_penalty or 0.0
    learner, at = submission.student.id, submission.timestamp
    comments = {one.name: one.comment for one in notebook.comments}
    return Standing(learner, at, due or None, given, penalty, comments)
