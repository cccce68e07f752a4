"""An assignment's cells as the gradebook knows them, whatever a notebook says."""

from typing import NotRequired, TypedDict

from nbgrader.api import Notebook

SCHEMA_VERSION = 3


class CellMetadata(TypedDict):
    """nbgrader's metadata of a cell; ``points`` of those alone that have any."""

    grade_id: str
    grade: bool
    solution: bool
    task: bool
    locked: bool
    cell_type: str
    checksum: str
    schema_version: int
    points: NotRequired[float]


def official_metadata(notebook: Notebook) -> dict[str, CellMetadata]:
    """nbgrader's metadata of each cell that the gradebook knows, by grade id."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    official: dict[str, CellMetadata] = {}
    for cell in notebook.source_cells:
        name = cell.name
        official[name] = {
            "grade_id": name,
            "grade": name in points,
            "solution": name in solutions,
            "task": name in tasks,
            "locked": cell.locked,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
            "schema_version": SCHEMA_VERSION,
        }
        if name in points or name in tasks:
            official[name]["points"] = (points | tasks)[name]
    return official
