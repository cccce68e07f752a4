"""Reads notebooks of a learner's copy, which may be in any state."""

from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import reads

from grader.common.errors import CourseError
from grader.common.places import cell_id
from grader.copy.learners_copy import RELEASED, content


def parse(text: bytes) -> NotebookNode | None:
    """A notebook of format 4, not validated; None if ``text`` is not one."""
    try:
        # Missing or double ids are not an error: the merge repairs them.
        notebook = reads(text.decode())
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
    sound = isinstance(notebook, NotebookNode) and notebook.get("nbformat") == 4
    return notebook if sound and _whole(notebook) else None


def _whole(notebook: NotebookNode) -> bool:
    cells = notebook.get("cells")
    return (
        isinstance(cells, list)
        and isinstance(notebook.get("metadata"), dict)
        and all(
            isinstance(cell, dict)
            and isinstance(cell.get("source"), str)
            and isinstance(cell.get("metadata"), dict)
            and isinstance(cell.get("id", ""), str)
            and cell.get("cell_type") in ("code", "markdown", "raw")
            for cell in cells
        )
    )


def learners(path: Path) -> NotebookNode:
    """Read one of the learner's notebooks.

    Raises:
        CourseError: the file is missing, or is not a notebook.
    """
    if not path.is_file():
        raise CourseError(f"{path} is missing; course start brings it back whole")
    notebook = parse(path.read_bytes())
    if notebook is None:
        raise CourseError(
            f"{path} can't be read as a notebook; rename it, and course start brings "
            "a new one"
        )
    return notebook


def released(home: Path, name: Path, root: Path, track: str) -> NotebookNode:
    """The notebook as this copy received it; if not kept, as the course has it now."""
    kept = home / RELEASED / name
    there = kept.is_file()
    notebook = parse(kept.read_bytes() if there else content(root / name, track))
    if notebook is None and there:
        raise CourseError(
            f"{kept} can't be read as a notebook; delete it, and the course's own is "
            "used in its place"
        )
    if notebook is None:
        raise CourseError(
            f"{root / name} can't be read as a notebook; install the course again"
        )
    return notebook


def put_back(mine: NotebookNode, released: NotebookNode, ids: list[str]) -> None:
    """Replace the cells with ``ids``; a deleted one returns behind its neighbour."""
    behind = -1
    for cell in released.cells:
        present = [n for n, c in enumerate(mine.cells) if cell_id(c) == cell_id(cell)]
        if cell_id(cell) in ids:
            if present:
                mine.cells[present[0]] = deepcopy(cell)
            else:
                mine.cells.insert(behind + 1, deepcopy(cell))
                present = [behind + 1]
        behind = present[0] if present else behind
