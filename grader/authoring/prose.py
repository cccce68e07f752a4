"""The sentences of a lesson's prose, and the anchors right after them.

An anchor is an HTML comment, which a reader does not see:

    `backward` *adds* to `.grad`. <!-- shown: twice -->
    Open PyTorch's documentation beside this. <!-- no claim -->
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

SHOWN = re.compile(r"<!-- ?shown: ?([\w-]+(?:, ?[\w-]+)*) ?-->")
NO_CLAIM = re.compile(r"<!-- ?no claim ?-->")
CODE = r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
# A full stop inside of these ends no sentence.
OPAQUE = re.compile(
    rf"{CODE}|(?P<comment><!--.*?-->)|\$\$.+?\$\$|(?<!\\)\$[^$]+\$|\]\([^)]*\)"
)
HIDDEN, COMMENT = "\ue000", "\ue001"  # private characters, in no lesson's text
END = re.compile(rf"[.!?…]+[\"'”’)\]*_]*(?P<anchors>(?: *{COMMENT}+)*)(?: +|$)")
# No sentence ends with these: abbreviations, and the "1." or "B." of a quiz.
SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|resp|approx|Fig|Eq|Sec)|^\W*(?:\d+|[A-Z]))\.\W*$"
)
QUESTION = re.compile(r"\?[\"'”’)\]*_]*$")
ITEM = re.compile(r" *(?:[-*+]|(?P<number>\d+)[.)]) +")
SEPARATOR = re.compile(r"\|[-:| ]+\|?")


@dataclass(frozen=True)
class Sentence:
    """One sentence, table row or heading of a lesson.

    Attributes:
        cell: where it stands, from 1.
        text: in one line, without anchors; a row's cells parted by dots.
        topic: the head of its table; "" outside of tables.
        shown: the names in its anchors.
        no_claim: whether it is said to claim nothing.
        unread: its comments that are no anchors.
        exempt: its form says that it claims nothing.
    """

    cell: int
    text: str
    topic: str = ""
    shown: tuple[str, ...] = ()
    no_claim: bool = False
    unread: tuple[str, ...] = ()
    exempt: bool = False

    @property
    def code(self) -> list[str]:
        """The insides of its code spans."""
        return [m["code"].strip("` ") for m in OPAQUE.finditer(self.text) if m["code"]]

    @property
    def words(self) -> str:
        """The text without what stands in code, formulas and links' targets."""
        return OPAQUE.sub(" ", self.text)


@dataclass(frozen=True)
class Block:
    """A run of lines that no sentence leaves."""

    kind: str  # "heading", "paragraph", "item" or "row"
    text: str
    topic: str = ""
    folded: bool = False  # in <details>, such as a quiz question's answer


def sentences(notebook: NotebookNode) -> Iterator[Sentence]:
    """All sentences of the markdown cells, in their order."""
    quiz = quiz_cells(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "markdown":
            continue
        for block in blocks(cell.source):
            exempt = (
                block.kind == "heading"
                or block.text.startswith("**You try")
                or (number == 1 and block.kind in ("item", "row"))
                or (number in quiz and block.kind == "item" and not block.folded)
            )
            for text in split(block):
                yield _sentence(number, text, block, exempt)


def quiz_cells(notebook: NotebookNode) -> range:
    """The numbers of the cells from the heading "Quiz" to the next of its level."""
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
    kind, lines, topic, folded, fenced = "paragraph", [], "", False, False
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


def split(block: Block) -> Iterator[str]:
    """The sentences of a block, each with the anchors right after it."""
    if block.kind in ("heading", "row"):
        yield block.text
        return
    masked = OPAQUE.sub(_mask, block.text)
    begin = 0
    for end in END.finditer(masked):
        follows = masked[end.end() : end.end() + 1]
        if follows and SHORT.search(masked[begin : end.start("anchors")]):
            continue
        if follows.islower() and not end["anchors"]:
            continue  # "see the docs. of both" is one sentence, "1.5 ... 2" too
        yield block.text[begin : end.end()].strip()
        begin = end.end()
    if block.text[begin:].strip():
        yield block.text[begin:].strip()


def _mask(found: re.Match) -> str:
    return (COMMENT if found["comment"] else HIDDEN) * len(found[0])


def _sentence(cell: int, text: str, block: Block, exempt: bool) -> Sentence:
    comments = [m["comment"] for m in OPAQUE.finditer(text) if m["comment"]]
    names, unread = [], []
    for comment in comments:
        shown = SHOWN.fullmatch(comment)
        if shown:
            names += [name.strip() for name in shown[1].split(",")]
        elif not NO_CLAIM.fullmatch(comment):
            unread.append(comment)
        text = text.replace(comment, "", 1)
    text = " ".join(text.split())
    if block.kind == "row":
        masked = OPAQUE.sub(_mask, text.strip("| "))
        cells = [m.span() for m in re.finditer(r"(?:\\\||[^|])+", masked)]
        text = " · ".join(
            part for a, b in cells if (part := text.strip("| ")[a:b].strip())
        )
    return Sentence(
        cell,
        text,
        block.topic,
        tuple(dict.fromkeys(names)),
        any(map(NO_CLAIM.fullmatch, comments)),
        tuple(unread),
        exempt or bool(QUESTION.search(text)),
    )
