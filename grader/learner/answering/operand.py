"""Finds the operand that was None in a failed expression; it may be a gradient."""

import ast
import builtins
import inspect
import linecache
import textwrap
import warnings
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import NamedTuple

GRADIENTS = {"grad", "gradient", "jacobian", "batch_jacobian"}
UNKNOWN = object()


class Frame(NamedTuple):
    """A frame of a traceback; ``at`` is the byte offset of the instruction."""

    frame: FrameType
    line: int
    at: int


def missing(error: BaseException, frame: Frame) -> tuple[str, bool] | None:
    """The operand that was None where ``error`` was raised, if one was.

    Args:
        frame: the innermost frame of the learner's own code.

    Returns:
        The operand's text, such as ``w.grad``, and whether it is a gradient that a
        framework should have computed.
    """
    if not isinstance(error, TypeError | AttributeError | ValueError):
        return None
    if isinstance(error, AttributeError) and error.obj is not None:
        return None
    for node in _operands(_expression(frame.frame.f_code, frame.at)):
        if _value(node, frame.frame) is None:
            return ast.unparse(node), _is_gradient(node, frame.frame.f_code)
    return None


def _expression(code: CodeType, at: int) -> ast.AST | None:
    """The expression of the instruction at ``at``, or the statement that it ends."""
    first, last, begin, end = list(code.co_positions())[at // 2]
    if first is None or last is None or begin is None or end is None:
        return None
    lines = linecache.getlines(code.co_filename)[first - 1 : last]
    if not lines:
        return None
    # Column numbers count bytes, not characters.
    lines[-1] = lines[-1].encode()[:end].decode(errors="ignore")
    lines[0] = lines[0].encode()[begin:].decode(errors="ignore")
    try:
        return ast.parse("(" + "".join(lines) + ")", mode="eval").body
    except SyntaxError:
        pass
    try:
        return ast.parse("".join(lines)).body[0]
    except (SyntaxError, IndexError):
        return None


def _operands(node: ast.AST | None) -> list[ast.expr]:
    """The operands of an operation, from left to right."""
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.AugAssign(target=target, value=value):
            return [target, value]
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            return [value]
        case ast.Call(func=ast.Attribute(value=value), args=given):
            return [value, *given]
        case ast.Call(args=given):
            return list(given)
    return []


def _value(node: ast.expr, frame: FrameType) -> object:
    """The value of a name, or of its ``.grad``. It is looked up; no code runs."""
    if isinstance(node, ast.Name):
        if node.id in frame.f_locals:
            return frame.f_locals[node.id]
        return frame.f_globals.get(node.id, UNKNOWN)
    if isinstance(node, ast.Attribute) and node.attr == "grad":
        base = _value(node.value, frame)
        if base is not UNKNOWN and base is not None:
            with warnings.catch_warnings():  # PyTorch has already shown this warning
                warnings.simplefilter("ignore")
                return getattr(base, "grad", UNKNOWN)
    return UNKNOWN


def _is_gradient(operand: ast.expr, code: CodeType) -> bool:
    """Whether the operand is a gradient, judging by the function's assignments."""
    if isinstance(operand, ast.Attribute):
        return operand.attr == "grad"
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, SyntaxError, TypeError):
        return False
    known: set[str] = set()
    while True:
        more = set(_assigned(tree, known)) - known
        if not more:
            return isinstance(operand, ast.Name) and operand.id in known
        known |= more


def _assigned(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Names to which a gradient, or a value made from a known name, is assigned."""
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case (
                ast.For(target=target, iter=value)
                | ast.comprehension(target=target, iter=value)
            ):
                targets = [target]
            case (
                ast.NamedExpr(target=target, value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                targets = [target]
            case _:
                continue
        parts = list(ast.walk(value))
        if any(isinstance(p, ast.Attribute) and p.attr in GRADIENTS for p in parts) or (
            any(isinstance(p, ast.Name) and p.id in known for p in parts)
        ):
            for target in targets:
                named = [p for p in ast.walk(target) if isinstance(p, ast.Name)]
                yield from (p.id for p in named if not hasattr(builtins, p.id))
