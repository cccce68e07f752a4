"""Finds the statements of a cell that draw a picture, by reading its code.

A statement draws if it calls something from a module of pictures. These are matplotlib,
``grader.pictures.described``, and the modules of ``grader.pictures`` whose names end in
``plots``.
"""

import ast
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.claims.asserting import Function, asserts
from grader.authoring.texts import calls
from grader.authoring.texts.sources import framework

PICTURES = re.compile(r"matplotlib|grader\.pictures\.(?:\w*plots|described)\b")
DRAWS, ASSERTS = "draws", "asserts"


class Drawing:
    """The pictures and assertions of a lesson's cells, in the order of running."""

    def __init__(self, notebook: NotebookNode) -> None:
        trees = [
            (framework(cell), calls.tree(cell))
            for cell in notebook.cells
            if cell.cell_type == "code"
        ]
        nodes = [(tag, n) for tag, tree in trees if tree for n in ast.walk(tree)]
        self._drawing = {name for _, node in nodes for name in _pictures(node)}
        self._functions: dict[tuple[str, str | None], Function] = {
            (n.name, t): n for t, n in nodes if isinstance(n, Function)
        }

    def asserts_first(self, cell: NotebookNode) -> bool:
        """Whether the cell, or a function that it defines, asserts before it draws."""
        tree = calls.tree(cell)
        if tree is None:
            return False
        inner = [n.body for n in ast.walk(tree) if isinstance(n, Function)]
        for body in [tree.body, *inner]:
            events = list(self._events(body, framework(cell), frozenset()))
            if DRAWS in events and events[0] == ASSERTS:
                return True
        return False

    def _events(
        self, body: list[ast.stmt], tag: str | None, within: frozenset[str]
    ) -> Iterator[str]:
        """The drawing and asserting, in order, that running ``body`` does."""
        for statement in body:
            yield from self._of(statement, tag, within)

    def _of(
        self, node: ast.AST, tag: str | None, within: frozenset[str]
    ) -> Iterator[str]:
        if isinstance(node, Function | ast.Lambda):
            return  # defined, not run
        for child in ast.iter_child_nodes(node):
            yield from self._of(child, tag, within)
        if isinstance(node, ast.Call) and self._draws(node.func):
            yield DRAWS
        elif asserts(node):
            yield ASSERTS
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            name = node.func.id
            function = self._function(name, tag)
            if function and name not in within:
                yield from self._events(function.body, tag, within | {name})

    def _function(self, name: str, tag: str | None) -> Function | None:
        """The lesson's function that a cell calls by ``name``."""
        found = [self._functions.get((name, t)) for t in (tag, None, "both")]
        if tag in (None, "both"):
            found += [self._functions.get((name, t)) for t in ("torch", "tensorflow")]
        return next((one for one in found if one), None)

    def _draws(self, function: ast.expr) -> bool:
        called = function.value if isinstance(function, ast.Attribute) else function
        return isinstance(called, ast.Name) and called.id in self._drawing


def _pictures(node: ast.AST) -> Iterator[str]:
    """The names that an import gives to modules of pictures, or to what is in them."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        if PICTURES.match(prefix + alias.name):
            yield alias.asname or alias.name.split(".")[0]
