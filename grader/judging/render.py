"""A verdict as plain text for terminals and as HTML for notebooks.

The HTML takes its colours from JupyterLab's theme, so it is legible on dark and light.
It says everything in words; colours and symbols only repeat it. All text that comes
from a learner is escaped.
"""

from html import escape

from grader.common.frameworks import TITLES
from grader.common.status import Status
from grader.judging.verdict import Difference, Verdict

SYMBOLS = {
    Status.CORRECT: "✓",
    Status.WRONG: "✗",
    Status.ERROR: "!",
    Status.NOT_ATTEMPTED: "○",
    Status.TIMEOUT: "⧖",
    Status.CRASHED: "!",
    Status.GRADER_FAULT: "?",
}
COLOURS = {
    Status.CORRECT: "var(--jp-success-color1, #388e3c)",
    Status.NOT_ATTEMPTED: "var(--jp-border-color1, #888)",
    Status.GRADER_FAULT: "var(--jp-border-color1, #888)",
}
WRONG_COLOUR = "var(--jp-warn-color1, #c77700)"
TEXT_WIDTH = 76  # columns: 80 less the indent
Rows = tuple[tuple[str, ...], ...]


def title(verdict: Verdict) -> str:
    """Symbol, exercise, framework and status in one line."""
    framework = TITLES.get(verdict.framework or "", "")
    name = f"{verdict.exercise} ({framework})" if framework else verdict.exercise
    return f"{SYMBOLS[verdict.status]} {name}: {verdict.status}"


def as_text(verdict: Verdict) -> str:
    """The verdict for a terminal; colour carries no information."""
    lines = [title(verdict), f"  {verdict.summary}"]
    if verdict.difference:
        lines += [f"    {line}" for line in _arrays(verdict.difference)]
    if verdict.diagnosis:
        found = verdict.diagnosis
        lines.append(f"  Likely mistake: {found.name}. {found.message}")
    if verdict.next_step:
        lines.append(f"  Next: {verdict.next_step}")
    if verdict.note:
        lines.append(f"  Note: {verdict.note}")
    if verdict.difference and verdict.difference.inputs:
        lines.append("  The inputs were:")
        lines += [f"    {name} = {text}" for name, text in verdict.difference.inputs]
    return "\n".join(lines)


def _arrays(difference: Difference) -> list[str]:
    """Expected and got as right-aligned numbers, in lines that fit a terminal."""
    want, have = difference.expected_array, difference.got_array
    if not want or not have:
        return []
    width = max(len(text) for row in want + have for text in row)
    table = _side_by_side(want, have, width)
    if max(map(len, table)) > TEXT_WIDTH:
        return _stacked(want, have, width)
    return table


def _side_by_side(want: Rows, have: Rows, width: int) -> list[str]:
    left, right = ([_joined(row, width) for row in rows] for rows in (want, have))
    span = max(len(left[0]), len("expected"))
    table = [f"{'expected'.ljust(span)}   |   got"]
    return table + [
        f"{a.ljust(span)}   |   {b}" for a, b in zip(left, right, strict=False)
    ]


def _stacked(want: Rows, have: Rows, width: int) -> list[str]:
    """The learner's rows below the expected ones, some columns at a time, numbered."""
    width = max(width, 2)
    columns = max(1, (TEXT_WIDTH - len("expected")) // (width + 2))
    lines = []
    for number, (expected, got) in enumerate(zip(want, have, strict=False)):
        name = f"row {number}" if len(want) > 1 else ""
        for first in range(0, len(expected), columns):
            part = slice(first, first + columns)
            heads = tuple(map(str, range(len(expected))))[part]
            for title, row in (
                (name, heads),
                ("expected", expected[part]),
                ("got", got[part]),
            ):
                lines.append(f"{title:8}  {_joined(row, width)}".rstrip())
    return lines


def _joined(row: tuple[str, ...], width: int) -> str:
    return "  ".join(text.rjust(width) for text in row)


def as_html(verdict: Verdict) -> str:
    """The verdict for a notebook's output."""
    colour = COLOURS.get(verdict.status, WRONG_COLOUR)
    parts = [
        f'<div role="status" style="border-left:4px solid {colour};'
        "padding:.4em .9em;color:var(--jp-content-font-color1, inherit);"
        'line-height:1.5">',
        f"<strong>{escape(title(verdict))}</strong>",
        f"<div>{escape(verdict.summary)}</div>",
    ]
    if verdict.difference:
        parts.append(_table(verdict.difference))
    if verdict.diagnosis:
        found = verdict.diagnosis
        parts.append(
            f"<div><strong>Likely mistake: {escape(found.name)}.</strong> "
            f"{escape(found.message)}</div>"
        )
    if verdict.next_step:
        parts.append(f"<div><strong>Next:</strong> {escape(verdict.next_step)}</div>")
    if verdict.note:
        parts.append(f"<div><strong>Note:</strong> {escape(verdict.note)}</div>")
    if verdict.difference and verdict.difference.inputs:
        parts.append(_inputs(verdict.difference))
    return "".join(parts) + "</div>"


def _table(difference: Difference) -> str:
    if not difference.expected_array or not difference.got_array:
        return ""
    index = difference.index or ()
    row, column = (0, *index)[-2:] if index else (None, None)
    tables = "".join(
        f'<table style="display:inline-table;margin:.4em 1.5em .4em 0;'
        f'font-family:var(--jp-code-font-family, monospace)"><caption '
        f'style="caption-side:top;text-align:left;color:inherit">{name}</caption>'
        f"{_cells(rows, row, column)}</table>"
        for name, rows in (
            ("expected", difference.expected_array),
            ("got", difference.got_array),
        )
    )
    return f"<div>{tables}</div>"


def _cells(
    rows: tuple[tuple[str, ...], ...], marked_row: int | None, marked_column: int | None
) -> str:
    lines = []
    for r, row in enumerate(rows):
        cells = ""
        for c, text in enumerate(row):
            mark = (
                "outline:2px solid currentColor;font-weight:bold;"
                if (r, c) == (marked_row, marked_column)
                else ""
            )
            style = f"{mark}padding:.1em .5em;text-align:right"
            cells += f'<td style="{style}">{escape(text)}</td>'
        lines.append(f"<tr>{cells}</tr>")
    return "".join(lines)


def _inputs(difference: Difference) -> str:
    lines = "\n".join(f"{name} = {text}" for name, text in difference.inputs)
    return (
        '<details><summary style="display:list-item;cursor:pointer">'
        "The inputs of this case</summary>"
        '<pre style="color:inherit;background:transparent;white-space:pre-wrap">'
        f"{escape(lines)}</pre></details>"
    )
