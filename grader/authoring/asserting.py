"""Which cells would fail if something stopped being true, read from their code."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring import calls
from grader.authoring.sources import framework, tags

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Asserting:
    """The assertions of a lesson's cells.

    A cell asserts when running it runs an ``assert``, ``agree(...)``, a function
    whose own name begins with ``assert``, or a function or class of the lesson that
    does; or when it is meant to raise. What a cell only defines, it does not run.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        self._cells = notebook.cells
        self._within = self._definitions()

    def lines(self, cell: NotebookNode) -> list[str]:
        """The asserting statements of a cell, each in one line; [] when none."""
        module = calls.tree(cell)
        if "raises-exception" in tags(cell):
            last = cell.source.strip().split("\n")[-1]
            return [f"{last}  # raises"]
        if module is None:
            return []
        helpers = self._visible(cell)
        found = {}
        for statement in _run(module.body):
            if _asserts(statement):
                found[_line(statement)] = None
                continue
            for name in sorted(_names(statement) & helpers.keys()):
                found[_line(statement)] = None
                found |= {f"{name}: {line}": None for line in helpers[name]}
        return list(found)

    def _visible(self, cell: NotebookNode) -> dict[str, list[str]]:
        """The asserting functions that a cell may use, with their assertions."""
        tag = framework(cell)
        return {
            name: lines
            for (name, other), lines in self._within.items()
            if tag in (None, "both") or other in (None, "both", tag)
        }

    def _definitions(self) -> dict[tuple[str, str | None], list[str]]:
        """The assertions in each function or class, by its name and cell's tag."""
        bodies = defaultdict(list)
        for cell in self._cells:
            module = calls.tree(cell) if cell.cell_type == "code" else None
            for node in ast.walk(module) if module else ():
                if isinstance(node, Function | ast.ClassDef):
                    bodies[node.name, framework(cell)].append(node)
        found: dict[tuple[str, str | None], list[str]] = {}
        while True:  # until no function calls one that turned out to assert
            known = {name for name, _ in found}
            new = {
                key: lines
                for key, nodes in bodies.items()
                if key not in found and (lines := _inner(nodes, known - {key[0]}))
            }
            if not new:
                return found
            found |= new


def _inner(nodes: list[ast.stmt], known: set[str]) -> list[str]:
    """The statements inside of definitions that assert, or use what does."""
    return [
        _line(statement)
        for node in nodes
        for statement in _leaves(node.body)
        if _asserts(statement) or _names(statement) & known
    ]


def _run(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The simple statements that running ``body`` can run."""
    yield from _leaves(body, into=(ast.ClassDef,))


def _leaves(
    body: list[ast.stmt], into: tuple[type, ...] = (Function, ast.ClassDef)
) -> Iterator[ast.stmt]:
    """Simple statements, and the heads of compound ones, as statements."""
    for node in body:
        inner = [
            *getattr(node, "body", ()),
            *(s for handler in getattr(node, "handlers", ()) for s in handler.body),
            *(s for case in getattr(node, "cases", ()) for s in case.body),
            *getattr(node, "orelse", ()),
            *getattr(node, "finalbody", ()),
        ]
        if isinstance(node, Function | ast.ClassDef):
            heads = node.decorator_list
            inner = inner if isinstance(node, into) else []
        elif not inner:
            yield node
            continue
        else:
            heads = [
                child
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.expr | ast.withitem)
            ]
        for head in heads:
            value = head.context_expr if isinstance(head, ast.withitem) else head
            yield ast.Expr(value)
        yield from _leaves(inner, into)


def _asserts(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assert):
        return True
    called = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(
        (isinstance(f, ast.Name) and (f.id == "agree" or f.id.startswith("assert")))
        or (isinstance(f, ast.Attribute) and f.attr.startswith("assert"))
        for f in called
    )


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _line(statement: ast.stmt) -> str:
    return " ".join(ast.unparse(statement).split())
