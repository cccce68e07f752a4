"""An assignment and its cells as learners got them."""

import re
from dataclasses import dataclass
from pathlib import Path

from nbformat.v4 import new_code_cell
from nbgrader.api import Notebook
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme
from traitlets.config import Configurable

from grader.grading.intake.notebook_file import parse
from grader.grading.intake.notebook_format import Unreadable

DEFINED = re.compile(r"^(?:(?:async\s+)?def|class)\s+(\w+)", re.MULTILINE)


def plain(text: str) -> str:
    """A text without what editors add to and take from the ends of lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@dataclass(frozen=True)
class ReleasedCell:
    """One cell of an assignment.

    Attributes:
        name: nbgrader's grade id.
        source: its text as released, without hidden tests and mark schemes.
        locked: its text is not the learner's to change.
        solution: the learner writes in it.
        grade: it is marked.
        cell_id: Jupyter's id, "" where it is not known or another cell has it too.
    """

    name: str
    cell_type: str
    source: str
    locked: bool
    solution: bool
    grade: bool
    cell_id: str = ""

    @property
    def defines(self) -> frozenset[str]:
        """The functions and classes that its text begins."""
        return frozenset(DEFINED.findall(self.source))


@dataclass(frozen=True)
class Released:
    """An assignment as learners got it: what arrives is known by it.

    Attributes:
        assignment: nbgrader's name of it.
        notebook: its notebook's name, without suffix.
        files: what came with it, by their paths in its folder.
    """

    assignment: str
    notebook: str
    cells: tuple[ReleasedCell, ...]
    files: frozenset[str] = frozenset()


def released_cells(
    notebook: Notebook, source: Path, parent: Configurable
) -> list[ReleasedCell]:
    """The cells that the gradebook knows of a notebook, in order.

    Args:
        source: the instructor's notebook, which has Jupyter's ids as released.
        parent: nbgrader's application or a converter of it, for its settings.
    """
    ids = _cell_ids(source)
    grades = {cell.name for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    clear = [
        ClearHiddenTests(parent=parent, enforce_metadata=False),
        ClearMarkScheme(parent=parent, enforce_metadata=False),
    ]

    def text(source: str) -> str:
        cell = new_code_cell(source)
        for step in clear:
            cell, _ = step.preprocess_cell(cell, {}, 0)
        return cell.source

    return [
        ReleasedCell(
            cell.name,
            cell.cell_type,
            text(cell.source),
            cell.locked,
            cell.name in solutions,
            cell.name in grades,
            ids.get(cell.name, ""),
        )
        for cell in notebook.source_cells
    ]


def _cell_ids(source: Path) -> dict[str, str]:
    """Jupyter's ids by grade id, of cells that can be told by them."""
    try:
        # Ours: a hard link that a learner has made to it changes nothing.
        cells = parse(source.read_bytes()).notebook.cells
    except (OSError, Unreadable):
        return {}
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell.id
        for cell in cells
        if "grade_id" in cell.metadata.get("nbgrader", {})
    }
