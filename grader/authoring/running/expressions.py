"""Questions about an expression of a lesson, answered from its syntax tree."""

import ast


def called_name(node: ast.Call) -> str:
    """The last name in the called expression; "" if it has none."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_assertion(node: ast.Call) -> bool:
    """Whether the called function's name is an assertion's, as in NumPy."""
    return called_name(node).startswith("assert")


def depends(node: ast.expr) -> bool:
    """Whether the expression's value can depend on anything."""
    dependent = ast.Name | ast.Call | ast.Attribute | ast.Await
    return any(isinstance(each, dependent) for each in ast.walk(node))


def is_size(node: ast.expr) -> bool:
    """Whether it is a size, which is never negative."""
    return isinstance(node, ast.Call) and called_name(node) in ("len", "abs", "norm")


def is_zero(node: ast.expr) -> bool:
    """Whether it is the number 0."""
    return isinstance(node, ast.Constant) and node.value == 0


def alike(one: ast.expr, other: ast.expr) -> bool:
    """Whether two expressions must have the same value; two calls may differ."""
    calls = any(isinstance(each, ast.Call) for each in ast.walk(one))
    return not calls and ast.dump(one) == ast.dump(other)


def is_empty(node: ast.expr) -> bool:
    """Whether it is written as an empty list, text, tuple, set or dictionary."""
    match node:
        case ast.Constant(value="" | b""):
            return True
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
        case ast.Call(func=ast.Name(id="set" | "list" | "dict" | "tuple"), args=[]):
            return True
    return False
