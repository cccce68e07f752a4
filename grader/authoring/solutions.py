"""Turns a source of exercises into nbgrader's source notebook.

Authors write no nbgrader metadata: a cell's content decides its kind.
"""

from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.texts import calls
from grader.common.grade_id import GradeId, solution_id
from grader.exercises import catalogue

SCHEMA_VERSION = 3


def with_metadata(lesson: str, notebook: NotebookNode) -> NotebookNode:
    """``notebook`` with each cell's nbgrader metadata; expects a linted one.

    A cell with a solution mark is a solution cell, a cell that starts with
    ``check(`` is graded with the exercise's points, every other cell is read-only.
    """
    ids = _ids(lesson, notebook)
    for cell, grade_id in zip(notebook.cells, ids, strict=True):
        graded, solution = calls.is_graded(cell), calls.is_solution(cell)
        cell.metadata["nbgrader"] = {
            "grade": graded,
            "grade_id": grade_id,
            "locked": not solution,
            "schema_version": SCHEMA_VERSION,
            "solution": solution,
            "task": False,
        }
        if graded:
            exercise = catalogue.find(calls.graded_check(cell).exercise)
            cell.metadata["nbgrader"]["points"] = exercise.points
    return notebook


def _ids(lesson: str, notebook: NotebookNode) -> Iterator[str]:
    locked = 0
    for number, cell in enumerate(notebook.cells):
        if calls.is_graded(cell):
            yield _graded_id(cell)
        elif calls.is_solution(cell):
            yield solution_id(_graded_id(notebook.cells[number + 1]))
        else:
            locked += 1
            yield f"{lesson}-locked-{locked}"


def _graded_id(cell: NotebookNode) -> str:
    call = calls.graded_check(cell)
    return str(GradeId(call.exercise, call.framework))
