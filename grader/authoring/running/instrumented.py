"""A lesson whose asserting statements record what happens to each of their parts.

Only the expressions of these statements are rewritten, in place. The rest of a cell
stays, since frameworks read the source of functions in it.
"""

import ast
import copy

from nbformat import NotebookNode

from grader.authoring.claims.asserting import Asserting, Assertion
from grader.authoring.running.rewriting import Rewriting, Statement, recorded
from grader.authoring.texts import calls


class Instrumented:
    """``notebook`` is the rewritten lesson; ``statements`` holds them by number."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.notebook = copy.deepcopy(notebook)
        self.statements: dict[int, Statement] = {}
        self._numbers = 0
        asserting = Asserting(self.notebook)
        for number, cell in enumerate(self.notebook.cells, start=1):
            if cell.cell_type != "code":
                continue
            found = [(each, False) for each in asserting.of(cell)]
            found += [(each, True) for each in asserting.inside(cell)]
            edits = [e for one in found if (e := self._edit(number, *one))]
            cell.source = _spliced(calls.text(cell) if edits else cell.source, edits)

    def _edit(
        self, number: int, assertion: Assertion, inner: bool
    ) -> tuple[ast.expr, ast.expr] | None:
        """The expression to rewrite, and what it becomes; None for a bare statement."""
        node = assertion.node
        key = (number, *assertion.place)
        statement = Statement(key, assertion.line, inner=inner, raises=assertion.raises)
        own = self._number()
        self.statements[own] = statement
        if node is None:
            return None
        old: ast.expr | None = (
            node
            if isinstance(node, ast.expr)
            else getattr(node, "test", None) or getattr(node, "value", None)
        )
        if old is None:
            return None
        rewriting = Rewriting(statement, self._number)
        new = copy.deepcopy(old)
        if isinstance(node, ast.Assert):
            statement.direct = True
            new = rewriting.truth(new, True)
        else:
            new = rewriting.visit(new)
        begun = recorded("within" if inner else "begin", ast.Constant(own))
        return old, recorded("ran", begun, new)

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers


def _spliced(text: str, edits: list[tuple[ast.expr, ast.expr]]) -> str:
    """The text with expressions replaced; every other line stays in its place."""
    lines = text.encode().split(b"\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    done = text.encode()
    for old, new in sorted(edits, key=lambda e: (e[0].lineno, e[0].col_offset))[::-1]:
        begin = starts[old.lineno - 1] + old.col_offset
        last, column = old.end_lineno, old.end_col_offset
        assert last and column is not None, "it was parsed from the text"
        end = starts[last - 1] + column
        breaks = "\n" * (last - old.lineno)
        code = ast.unparse(ast.fix_missing_locations(new))
        done = done[:begin] + f"({code}{breaks})".encode() + done[end:]
    return done.decode()
