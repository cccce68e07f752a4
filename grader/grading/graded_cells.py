"""What a graded cell stands for, told by its grade id and never by its content."""

import ast
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.grading.syntax import parse
from grader.learner.frameworks import FRAMEWORKS

MAX_SOURCE = 100_000


@dataclass(frozen=True)
class GradedCell:
    """A graded cell's exercise, framework and the function that it checks."""

    grade_id: str
    exercise: str
    framework: str
    function: str

    @property
    def solution_id(self) -> str:
        """The grade id of the cell in which the learner writes the function."""
        return f"{self.grade_id}-solution"


def graded_cell(cell: NotebookNode) -> GradedCell | None:
    """The graded cell in ``cell``; None for any other, another author's included.

    Call it on sanitized notebooks only, where graded cells have been restored.

    Raises:
        ValueError: a cell that calls ``check`` has a grade id of another form.
    """
    metadata = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not metadata.get("grade"):
        return None
    call = _check_call(cell.source)
    if call is None:
        return None
    grade_id = metadata["grade_id"]
    found = exercise_and_framework(grade_id)
    if found is None:
        raise ValueError(
            f"the graded cell {grade_id!r} calls check, but its id does not read "
            "lesson-name-torch or lesson-name-tensorflow"
        )
    exercise, framework = found
    function = call.args[1] if len(call.args) > 1 else None
    name = exercise.partition(".")[2]
    named = function.id if isinstance(function, ast.Name) else name
    return GradedCell(grade_id, exercise, framework, named)


def exercise_and_framework(grade_id: str) -> tuple[str, str] | None:
    """``autograd.hvp`` and ``torch`` for ``autograd-hvp-torch``; None if unlike it."""
    *exercise, framework = grade_id.split("-")
    if len(exercise) != 2 or framework not in FRAMEWORKS:
        return None
    return ".".join(exercise), framework


def _check_call(source: str) -> ast.Call | None:
    try:
        body = parse(source).body
    except SyntaxError:
        return None
    for statement in body:
        call = statement.value if isinstance(statement, ast.Expr) else None
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "check":
            return call
    return None


def defined_functions(source: str) -> list[str] | None:
    """Functions that a learner's cell defines, read and never run.

    None when the source can't be read as Python.
    """
    try:
        if len(source) > MAX_SOURCE:
            return None
        tree = parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.name for node in tree.body if isinstance(node, kinds)]
