"""nbgrader's ids of the two cells of a task: the learner's solution and its check.

In another author's notebooks, ids may have any form; the functions here ignore those.
"""

from dataclasses import dataclass

from grader.common.frameworks import FRAMEWORKS, NEUTRAL, TITLES

SOLUTION = "-solution"


@dataclass(frozen=True)
class GradeId:
    """The id of the cell that checks an exercise: ``autograd-hvp-torch``.

    Attributes:
        exercise: the exercise's id, ``autograd.hvp``.
        framework: ``torch`` or ``tensorflow``; None for a neutral exercise, whose id
            ends in ``numpy``.
    """

    exercise: str
    framework: str | None

    @classmethod
    def parse(cls, text: str) -> "GradeId | None":
        """The id that ``text`` is; None if ``text`` has another form."""
        *exercise, half = text.split("-")
        if len(exercise) != 2 or "." in text or half not in (*FRAMEWORKS, NEUTRAL):
            return None
        return cls(".".join(exercise), None if half == NEUTRAL else half)

    def __str__(self) -> str:
        return f"{self.exercise.replace('.', '-')}-{self.framework or NEUTRAL}"

    @property
    def title(self) -> str:
        """The framework's name for people; NumPy's for a neutral exercise."""
        return TITLES[self.framework or NEUTRAL]

    @property
    def name(self) -> str:
        """The exercise's name without the lesson's name."""
        return self.exercise.partition(".")[2]


def solution_id(check: str) -> str:
    """The id of the solution cell that belongs to a check, given the check's id."""
    return f"{check}{SOLUTION}"


def check_id(cell: str) -> str:
    """The id of the check that a cell belongs to; a check belongs to itself."""
    return cell.removesuffix(SOLUTION)
