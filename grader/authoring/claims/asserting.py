"""Finds the assertions in a lesson's cells, by reading their code."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import UnionType

from nbformat import NotebookNode

from grader.authoring.texts import calls
from grader.authoring.texts.sources import framework, tags

Function = ast.FunctionDef | ast.AsyncFunctionDef
Run = ast.stmt | ast.expr  # a simple statement, or the head of a compound one


@dataclass(frozen=True)
class Assertion:
    """A statement, or the head of a compound one, that fails if a claim is false.

    Attributes:
        node: its node in the cell's syntax tree; None if the cell is not Python.
        source: its text, as it is in the cell.
        raises: whether it is meant to raise.
    """

    node: Run | None
    source: str
    raises: bool = False

    @property
    def line(self) -> str:
        """Its text in one line."""
        text = _line(self.node) if self.node else self.source
        return f"{text}  # raises" if self.raises else text

    @property
    def place(self) -> tuple[int, int]:
        """The line in the cell, from 1, and the byte in that line where it begins."""
        return (self.node.lineno, self.node.col_offset) if self.node else (0, 0)

    def has(self, quote: str) -> bool:
        """Whether its text contains a quotation, apart from white space."""
        return "".join(quote.split()) in "".join(self.source.split())


class Asserting:
    """The assertions of a lesson's cells.

    A cell asserts if running it runs an ``assert``, ``agree(...)``, a function whose
    own name begins with ``assert``, or a function or class of the lesson that asserts.
    It also asserts if it is meant to raise. A function that a cell only defines is not
    run by that cell.
    """

    def __init__(self, notebook: NotebookNode) -> None:
        self._helpers: dict[int, set[str]] = {}
        defined: list[tuple[str, str | None, bool]] = []
        for cell in notebook.cells:
            module = calls.tree(cell) if cell.cell_type == "code" else None
            if module:
                self._helpers[id(cell)] = _define(module, framework(cell), defined)

    def of(self, cell: NotebookNode) -> list[Assertion]:
        """The asserting statements of a cell, in their order."""
        module = calls.tree(cell)
        raises = "raises-exception" in tags(cell)
        if module is None:
            last = cell.source.strip().split("\n")[-1]
            return [Assertion(None, last, raises=True)] if raises else []
        run = list(_run(module.body))
        found = list(self._among(run, cell))
        if raises and not (found and found[-1].node is run[-1]):
            text = calls.text(cell)
            found.append(Assertion(run[-1], _segment(text, run[-1])))
        if raises:
            found[-1] = replace(found[-1], raises=True)
        return found

    def inside(self, cell: NotebookNode) -> list[Assertion]:
        """The asserting statements of the functions that a cell defines."""
        module = calls.tree(cell)
        if module is None:
            return []
        run = {id(node) for node in _run(module.body)}
        inner = [node for node in _leaves(module.body) if id(node) not in run]
        return list(self._among(inner, cell))

    def _among(self, nodes: list[Run], cell: NotebookNode) -> Iterator[Assertion]:
        text = calls.text(cell)
        for node in nodes:
            if _asserts(node) or _names(node) & self._helpers[id(cell)]:
                yield Assertion(node, _segment(text, node))


def _define(
    module: ast.Module, tag: str | None, defined: list[tuple[str, str | None, bool]]
) -> set[str]:
    """The asserting functions and classes that a cell with the tag ``tag`` can use.

    ``defined`` lists the name and tag of each earlier definition, and whether it
    asserts. This cell's definitions are appended.
    """
    known = {
        name: asserts
        for name, other, asserts in defined
        if tag in (None, "both") or other in (None, "both", tag)
    }
    bodies: dict[str, list[Run]] = defaultdict(list)
    for node in ast.walk(module):
        if isinstance(node, Function | ast.ClassDef):
            bodies[node.name] += _leaves(node.body)
            known[node.name] = False
    while True:  # until no further function calls an asserting one
        helpers = {name for name, asserts in known.items() if asserts}
        more = {
            name
            for name, body in bodies.items()
            if any(_asserts(node) or _names(node) & helpers for node in body)
        }
        if more <= helpers:
            defined += [(name, tag, name in helpers) for name in bodies]
            return helpers
        known |= dict.fromkeys(more, True)


def _segment(text: str, node: Run) -> str:
    """The part of the text that a node was parsed from."""
    return ast.get_source_segment(text, node) or ""


def _run(body: list[ast.stmt]) -> Iterator[Run]:
    """The simple statements, and heads of compound ones, that ``body`` can run."""
    yield from _leaves(body, into=ast.ClassDef)


def _leaves(
    body: list[ast.stmt], into: type | UnionType = Function | ast.ClassDef
) -> Iterator[Run]:
    """Simple statements, and the heads of compound ones."""
    for node in body:
        inner = [
            *getattr(node, "body", ()),
            *(s for handler in getattr(node, "handlers", ()) for s in handler.body),
            *(s for case in getattr(node, "cases", ()) for s in case.body),
            *getattr(node, "orelse", ()),
            *getattr(node, "finalbody", ()),
        ]
        if isinstance(node, Function | ast.ClassDef):
            heads: list[ast.expr] = node.decorator_list
            inner = inner if isinstance(node, into) else []
        elif not inner:
            yield node
            continue
        else:
            heads = [
                child.context_expr if isinstance(child, ast.withitem) else child
                for child in ast.iter_child_nodes(node)
                if isinstance(child, ast.expr | ast.withitem)
            ]
        yield from heads
        yield from _leaves(inner, into)


def asserts(node: ast.AST) -> bool:
    """Whether the node itself, not a node inside it, is an assertion."""
    match node:
        case ast.Assert() | ast.Call(func=ast.Name(id="agree")):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name.startswith("assert")
    return False


def _asserts(statement: Run) -> bool:
    return any(map(asserts, ast.walk(statement)))


def _names(statement: Run) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _line(statement: Run) -> str:
    return " ".join(ast.unparse(statement).split())
