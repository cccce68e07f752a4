"""The paragraphs, items, rows and headings of a lesson's markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

ITEM = re.compile(r" *(?:[-*+]|(?P<number>\d+)[.)]) +")
SEPARATOR = re.compile(r"\|[-:| ]+\|?")


@dataclass(frozen=True)
class Block:
    """Lines that belong together: a sentence never continues outside of them."""

    kind: str  # "heading", "paragraph", "item" or "row"
    text: str
    topic: str = ""
    folded: bool = False  # in <details>, such as a quiz question's answer


def quiz_cells(notebook: NotebookNode) -> range:
    """The numbers of the cells from the heading "Quiz" to the next such heading."""
    heads = [
        (number, line)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "markdown"
        for line in cell.source.split("\n")
        if line.startswith("## ")
    ]
    end = len(notebook.cells) + 1
    for at, (number, line) in enumerate(heads):
        if line.split()[1] == "Quiz":
            after = heads[at + 1 :]
            return range(number, after[0][0] if after else end)
    return range(end, end)


def blocks(source: str) -> Iterator[Block]:
    """The paragraphs, list items, table rows and headings of a markdown cell.

    Code blocks and HTML are left out; the text inside ``<details>`` is not.
    """
    kind, topic, folded, fenced = "paragraph", "", False, False
    lines: list[str] = []
    source = re.sub(r"<!--.*?-->", lambda m: " ".join(m[0].split()), source, flags=re.S)
    rows = source.split("\n")
    for row, line in enumerate(rows):
        line = re.sub(r"^ *(?:> ?)+", "", line)
        if line.lstrip().startswith("```"):
            fenced, line = not fenced, ""
        elif fenced:
            line = ""
        begins = re.match(r"(#+ )|(\|)|<(?!!--)|" + ITEM.pattern, line)
        if begins and begins["number"] not in (None, "1") and kind != "item" and lines:
            begins = None  # a number that begins a line of a paragraph by chance
        if (begins or not line.strip()) and lines:
            yield Block(kind, " ".join(lines), folded=folded)
            kind, lines = "paragraph", []
        if begins and begins[1]:
            yield Block("heading", line.lstrip("# "), folded=folded)
        elif begins and begins[2]:
            if not SEPARATOR.fullmatch(line.strip()):
                head = SEPARATOR.fullmatch("".join(rows[row + 1 : row + 2]).strip())
                topic = line if head else topic
                yield Block("heading" if head else "row", line.strip(), topic, folded)
        elif begins and line.startswith("<"):
            folded = "<details" in line or (folded and "</details" not in line)
        elif line.strip():
            kind = "item" if begins else kind
            lines.append(
                ITEM.sub("", line, count=1).strip() if begins else line.strip()
            )
    if lines:
        yield Block(kind, " ".join(lines), folded=folded)
