"""An assignment's cells as the gradebook knows them, whatever a notebook says."""

from nbgrader.api import Notebook

SCHEMA_VERSION = 3


def official_metadata(notebook: Notebook) -> dict[str, dict[str, object]]:
    """nbgrader's metadata of each cell that the gradebook knows, by grade id."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    official = {}
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
