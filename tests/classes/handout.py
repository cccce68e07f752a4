"""A release notebook, and all that the tests know to write into its solution cells."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle, islice

import nbformat
from nbformat import NotebookNode

from grader.authoring.proving import variants
from grader.authoring.proving.variants import Variant
from grader.common.frameworks import FRAMEWORKS
from grader.common.grade_id import GradeId, check_id

Edit = Callable[[NotebookNode], None]


def position(notebook: NotebookNode, grade_id: str) -> int:
    """Where the cell of a notebook with nbgrader's metadata stands."""
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
    return ids.index(grade_id)


@dataclass
class Member:
    """One learner's submission and what it deserves.

    Attributes:
        content: the bytes handed in.
        expected: status by grade id; empty when nothing can be graded.
        mistakes: the mistake's name by grade id, where one is to be named.
        state: in the report.
        well_formed: stock nbgrader can grade it, to the same marks.
        readable: nbgrader can grade it with our settings, to the same marks.
        filename: of the content.
        beside: other files that were handed in, by name.
    """

    learner: str
    content: bytes
    expected: dict[str, str]
    mistakes: dict[str, str] = field(default_factory=dict)
    state: str = "graded"
    well_formed: bool = True
    readable: bool = True
    filename: str = ""
    beside: dict[str, bytes] = field(default_factory=dict)


class Handout:
    """Builds submissions of one assignment from its release notebook.

    Attributes:
        release: that notebook.
        ids: the grade ids of its graded cells.
        right, wrong: by grade id, the variants that its lesson has.
    """

    def __init__(self, release: NotebookNode) -> None:
        self.release = release
        self.ids = [
            cell.metadata.nbgrader.grade_id
            for cell in self.release.cells
            if cell.metadata.nbgrader.grade
        ]
        self.right: dict[str, list[Variant]] = {grade_id: [] for grade_id in self.ids}
        self.wrong: dict[str, list[Variant]] = {grade_id: [] for grade_id in self.ids}
        lesson = self.ids[0].partition("-")[0]
        for half in (*FRAMEWORKS, None):
            for variant in variants.load(lesson, half or "any"):
                grade_id = str(GradeId(variant.exercise, half))
                known = self.wrong if variant.mistake else self.right
                if grade_id in known:  # the release may be of one track
                    known[grade_id].append(variant)

    def submission(self, cells: dict[str, str], edit: Edit | None = None) -> bytes:
        """The release notebook with solution cells filled in, by grade id."""
        notebook = copy.deepcopy(self.release)
        for cell in notebook.cells:
            grade_id = check_id(cell.metadata.nbgrader.grade_id)
            if cell.metadata.nbgrader.solution and grade_id in cells:
                cell.source = cells[grade_id]
        if edit:
            edit(notebook)
        return nbformat.writes(notebook).encode()

    def chosen(self, number: int) -> dict[str, Variant]:
        """A right variant for each graded cell; another one for each number."""
        return {
            grade_id: next(islice(cycle(known), number, None))
            for grade_id, known in self.right.items()
        }

    def solved(self, number: int = 0) -> dict[str, str]:
        """The cells of the right variants with this number, by grade id."""
        return {i: variants.cell(one) for i, one in self.chosen(number).items()}
