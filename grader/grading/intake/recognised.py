"""What a submission's cells are, how that was told, and what an instructor is told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from grader.common.grade_id import check_id
from grader.grading.intake.folders import listed
from grader.grading.intake.notebook_format import Unreadable


class Undecided(Unreadable):
    """Several copies were worked on, and which counts is not ours to say."""


class Way(StrEnum):
    """How a cell was recognised, the surest first."""

    GRADE_ID = "nbgrader's ids"
    CELL_ID = "Jupyter's cell ids"
    TEXT = "their text"
    CHECK = "the words of their check"
    PLACE = "what they define and where they stand"


@dataclass
class Recognised:
    """What a submission's cells are.

    Attributes:
        names: grade id by position; each grade id at one position.
        ways: by grade id, how the cell was recognised.
        marked: the grade ids of the assignment's graded cells and their answers.
        work: by grade id, the text of the cells that the learner wrote in.
        spare: positions of further copies that are as released.
        copied: the grade ids of these.
        lacking: checks that are not there, or not where their function is.
        deleted: answers to be marked by hand that are not there.
        lost: checks whose answer was not found, where cells had lost their ids.
    """

    marked: frozenset[str]
    names: dict[int, str] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)
    work: dict[str, str] = field(default_factory=dict)
    spare: set[int] = field(default_factory=set)
    copied: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def sure(self) -> bool:
        """Whether a cell was recognised that can belong to this assignment alone."""
        told = (Way.GRADE_ID, Way.CELL_ID, Way.CHECK)
        return any(self.ways[name] in told for name in self.marked & self.ways.keys())

    @property
    def notes(self) -> list[str]:
        """What was put right beyond doubt."""
        found = [
            f"had lost nbgrader's ids, recognised by {way}: {named}"
            for way in (Way.CELL_ID, Way.CHECK)
            if (named := self._named(n for n, w in self.ways.items() if w is way))
        ]
        if self.copied:
            found.append(f"untouched copies were left out: {self._named(self.copied)}")
        if self.lacking and self.ways:
            found.append(f"checks were put back: {self._named(self.lacking)}")
        if self.deleted and self.ways:
            found.append(f"answers to read had been deleted: {listed(self.deleted)}")
        return found

    @property
    def doubts(self) -> list[str]:
        """What was put right in a way that marks may depend on."""
        if not self.ways:
            return [
                "none of its cells was recognised: the graded ones were put back at "
                "the end"
            ]
        found = []
        guessed = self._named(n for n, w in self.ways.items() if w is Way.PLACE)
        if guessed:
            found.append(
                f"had lost nbgrader's ids, recognised by {Way.PLACE}: {guessed}; look "
                "whether each check follows its own answer"
            )
        if self.lost:
            found.append(
                f"no cell was recognised as the answer to: {listed(self.lost)}"
            )
        return found

    def _named(self, names: Iterable[str]) -> str:
        """Checks and their answers by one name each; other cells are not named."""
        short = (check_id(name) for name in names if name in self.marked)
        return listed(dict.fromkeys(short))
