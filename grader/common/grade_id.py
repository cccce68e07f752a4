"""nbgrader's ids of the two cells of a task: the learner's solution and its check.

In another author's notebooks, ids may have any form; the functions here ignore those.
"""

from dataclasses import dataclass

from grader.common.frameworks import FRAMEWORKS

SOLUTION = "-solution"


@dataclass(frozen=True)
class GradeId:
    """The id of the cell that checks an exercise: ``autograd-hvp-torch``.

    Attributes:
        exercise: the exercise's id, ``autograd.hvp``.
        framework: ``torch`` or ``tensorflow``.
    """

    exercise: str
    framework: str

    @classmethod
    def parse(cls, text: str) -> "GradeId | None":
        """The id that ``text`` is; None if ``text`` has another form."""
        *exercise, framework = text.split("-")
        if len(exercise) != 2 or "." in text or framework not in FRAMEWORKS:
            return None
        return cls(".".join(exercise), framework)

    def __str__(self) -> str:
        return f"{self.exercise.replace('.', '-')}-{self.framework}"

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
