"""What a graded cell stands for, told by its grade id.

Another author's cell is no concern of ours, whatever it calls.
"""

import ast
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.common.frameworks import NEUTRAL
from grader.common.grade_id import GradeId, solution_id
from grader.exercises import catalogue
from grader.grading.intake.syntax import parse

MAX_CHECK = 2_000  # a check is a line


@dataclass(frozen=True)
class GradedCell:
    """A graded cell: its exercise and framework, and the function that it checks."""

    grade_id: GradeId
    function: str

    @property
    def exercise(self) -> str:
        """The exercise's id."""
        return self.grade_id.exercise

    @property
    def framework(self) -> str | None:
        """``torch`` or ``tensorflow``; None for a neutral exercise."""
        return self.grade_id.framework

    @property
    def solution_id(self) -> str:
        """The grade id of the cell in which the learner writes the function."""
        return solution_id(str(self.grade_id))


def graded_cell(cell: NotebookNode) -> GradedCell | None:
    """The graded cell in ``cell``; None for any other, another author's included.

    A function of another author may be called ``check`` as well: a cell is ours by a
    grade id that names an exercise. Call it on sanitized notebooks only, where graded
    cells have been restored.

    Raises:
        ValueError: a cell that calls ``check`` for an exercise of ours, or for the one
            that its grade id names, has a grade id of another form or without exercise.
    """
    metadata = cell.metadata.get("nbgrader", {})
    if cell.cell_type != "code" or not metadata.get("grade"):
        return None
    call = _check_call(cell.source)
    if call is None:
        return None
    grade_id = metadata["grade_id"]
    found = GradeId.parse(grade_id)
    if found is None or not _exists(found.exercise):
        named = _literal(call, 0)
        if named and ((found and named == found.exercise) or _exists(named)):
            # Our check only records in a graded run: it would be free points.
            raise ValueError(
                f"the graded cell {grade_id!r} checks {named}, but its id does not "
                "read lesson-name-torch, lesson-name-tensorflow or lesson-name-numpy "
                "with an exercise"
            )
        return None
    function = call.args[1] if len(call.args) > 1 else None
    named = function.id if isinstance(function, ast.Name) else found.name
    return GradedCell(found, named)


def check_words(source: str) -> tuple[str, str] | None:
    """The exercise and the framework that a call of ``check`` names, in this order.

    The framework is ``NEUTRAL`` where the call has two arguments, as that of a neutral
    exercise has. None where ``source`` has no such call.
    """
    if len(source) > MAX_CHECK or "check" not in source:
        return None
    call = _check_call(source)
    if call is None:
        return None
    exercise, framework = _literal(call, 0), _literal(call, 2)
    if len(call.args) == 2 and not call.keywords:
        framework = NEUTRAL
    return (exercise, framework) if exercise and framework else None


def _literal(call: ast.Call, at: int) -> str | None:
    """A text given as an argument; None where there is none."""
    given = call.args[at] if at < len(call.args) else None
    value = given.value if isinstance(given, ast.Constant) else None
    return value if isinstance(value, str) else None


def _exists(exercise: str) -> bool:
    try:
        catalogue.find(exercise)
    except KeyError:
        return False
    return True


def _check_call(source: str) -> ast.Call | None:
    try:
        body = parse(source).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
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
        tree = parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node.name for node in tree.body if isinstance(node, kinds)]
