"""Tables as text, and as HTML that follows the notebook's theme."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

# JupyterLab's variables, and what a page without them has.
_RULE = "var(--jp-border-color2, #999)"
_MARKED = "var(--jp-warn-color1, #c77700)"
_TABLE = "border-collapse:collapse;color:inherit;font-size:inherit"
_CELL = "text-align:left;padding:.15em .7em;vertical-align:top"
# All but the last column, which may hold a sentence.
_NARROW = f"{_CELL};white-space:nowrap"


@dataclass(frozen=True)
class Table:
    """Rows of text under a head.

    Attributes:
        head: names of the columns.
        rows: as many texts as columns in each.
        marked: numbers of the rows that a reader should see first.
        before: a sentence above.
        after: sentences below, each a paragraph.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    marked: frozenset[int] = frozenset()
    before: str = ""
    after: Sequence[str] = ()

    def text(self) -> str:
        """The table for a terminal; marked rows begin with an arrow."""
        lines = [tuple(self.head), *map(tuple, self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        shown = [self.before] if self.before else []
        for number, line in enumerate(lines, -1):
            arrow = "→ " if number in self.marked else "  "
            cells = "  ".join(t.ljust(w) for t, w in zip(line, widths, strict=True))
            shown.append((arrow + cells).rstrip())
        return "\n".join([*shown, *self.after])

    def html(self) -> str:
        """The table for a notebook; marked rows are bold, with an arrow and a bar."""
        heads = (
            f'<th scope="col" style="{_CELL}">{escape(text)}</th>' for text in self.head
        )
        line = f'<tr style="border-bottom:1px solid {_RULE}">'
        head = f"{line}<th></th>{''.join(heads)}</tr>"
        body = "".join(self._row(number, row) for number, row in enumerate(self.rows))
        texts = (self.before, *self.after)
        before, *after = (f"<p>{escape(text)}</p>" for text in texts)
        return (
            '<div style="color:var(--jp-content-font-color1, inherit)">'
            f'{before}<table style="{_TABLE}">'
            f"<thead>{head}</thead><tbody>{body}</tbody></table>{''.join(after)}</div>"
        )

    def _row(self, number: int, row: Sequence[str]) -> str:
        marked = number in self.marked
        style = "background:transparent"
        if marked:
            style += f";font-weight:bold;border-left:4px solid {_MARKED}"
        *narrow, last = row
        cells = "".join(f'<td style="{_NARROW}">{escape(text)}</td>' for text in narrow)
        cells += f'<td style="{_CELL}">{escape(last)}</td>'
        return f'<tr style="{style}"><td>{"→" if marked else ""}</td>{cells}</tr>'


def number(value: float) -> str:
    """A difference in two digits; an exact 0 is shown as such."""
    return "0" if value == 0 else f"{value:.1e}"
