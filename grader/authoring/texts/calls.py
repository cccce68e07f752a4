"""What a code cell does; only its syntax tree is read, nothing runs."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from grader.learner.solution import MARKS

BEGIN, END = MARKS
FRAMEWORK_NAMES = {
    "torch": {"torch"},
    "tensorflow": {"tf", "tensorflow", "keras"},
}


@dataclass(frozen=True)
class Check:
    """A call ``check("lesson.name", function, "framework")`` as it is written."""

    exercise: str
    function: str | None
    framework: str | None


def text(cell: NotebookNode) -> str:
    """The cell's Python code, with magics turned into calls."""
    return str(TransformerManager().transform_cell(cell.source))


def tree(cell: NotebookNode) -> ast.Module | None:
    """The cell's syntax tree; None when it isn't Python. Magics are allowed."""
    try:
        return ast.parse(text(cell))
    except SyntaxError:
        return None


def is_solution(cell: NotebookNode) -> bool:
    """Whether the cell has a solution between nbgrader's marks."""
    return cell.cell_type == "code" and BEGIN in cell.source


def is_graded(cell: NotebookNode) -> bool:
    """Whether the cell begins with a call of ``check``."""
    return cell.cell_type == "code" and cell.source.startswith("check(")


def graded_check(cell: NotebookNode) -> Check:
    """The check of a graded cell in which ``lint`` has found no problem."""
    call = check_call(cell)
    assert call, "lint lets no other graded cell through"
    return call


def check_call(cell: NotebookNode) -> Check | None:
    """The one check of a graded cell; None when it holds anything else."""
    module = tree(cell)
    if module is None or len(module.body) != 1:
        return None
    match module.body[0]:
        case ast.Expr(
            ast.Call(
                func=ast.Name(id="check"),
                args=[ast.Constant(value=str(exercise)), function, *rest],
                keywords=[],
            )
        ):
            name = function.id if isinstance(function, ast.Name) else None
            match rest:
                case [ast.Constant(value=str(framework))]:
                    return Check(exercise, name, framework)
                case []:
                    return Check(exercise, name, None)
    return None


def exercise_ids(module: ast.Module) -> list[str]:
    """The ids handed to ``check`` and ``hint`` anywhere in a cell."""
    return [
        node.args[0].value
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("check", "hint")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def predictions(cell: NotebookNode) -> list[str]:
    """The puzzles for which a cell asks a prediction."""
    return [text for name, text in _named(cell) if name == "predict"]


def revealed(cell: NotebookNode) -> list[str]:
    """The puzzles that a cell reveals."""
    return [text for name, text in _named(cell) if name == "reveal"]


def _named(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """The functions that a cell calls by name with a text first, and this text."""
    for node in ast.walk(tree(cell) or ast.Module([], [])):
        match node:
            case ast.Call(
                func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]
            ):
                yield name, text


def frameworks_used(module: ast.Module) -> set[str]:
    """The frameworks whose usual names a cell reads or imports."""
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            used |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            used.add(node.module.split(".")[0])
    return {name for name, names in FRAMEWORK_NAMES.items() if names & used}


def functions(module: ast.Module) -> list[str]:
    """The functions a cell defines."""
    return [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
