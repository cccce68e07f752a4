"""What grading has to do for a submission, and what it did."""

from dataclasses import dataclass
from enum import StrEnum

from grader.common.printable import section
from grader.grading.report.today import Stale


class Step(StrEnum):
    """What is left to do for a submission."""

    RUN = "run it"
    WRITE = "write what has run"
    MARK = "write its verdicts once more, for what they are worth today"
    FEEDBACK = "write its feedback"
    FAILED = "nothing: it would fail again"
    DONE = "nothing"


@dataclass(frozen=True)
class Graded:
    """What one round of grading did.

    Attributes:
        before: how many submissions had nothing left to do.
        marked: whose marks were written anew, with what had changed.
        pages: how many feedback pages were written anew, and nothing else.
        faults: what failed on our side, by learner.
    """

    before: int
    marked: dict[str, list[Stale]]
    pages: int
    faults: dict[str, list[str]]


def as_log(faults: dict[str, list[str]]) -> str:
    """What failed on our side, by learner, for the instructor to read."""
    return "\n".join(
        section(learner, "\n".join(each)) for learner, each in faults.items() if each
    )
