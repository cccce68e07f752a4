"""The sentences of a lesson's prose, each with the anchors right after it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from nbformat import NotebookNode

from grader.authoring.claims import anchors
from grader.authoring.claims.anchors import Named, NoClaim, Shown, Try
from grader.authoring.texts.markdown import Block, blocks, quiz_cells

CODE = r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
# A full stop inside one of these does not end a sentence.
OPAQUE = re.compile(
    rf"{CODE}|(?P<comment><!--.*?-->)|\$\$.+?\$\$|(?<!\\)\$[^$]+\$|\]\([^)]*\)"
)
HIDDEN, COMMENT = "\ue000", "\ue001"  # private characters, which no lesson uses
END = re.compile(rf"[.!?…]+[\"'”’)\]*_]*(?P<anchors>(?: *{COMMENT})*)(?: +|$)")
# Abbreviations, and the "1." or "B." of a quiz, do not end a sentence.
SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|etc|resp|approx|Fig|Eq|Sec)|^\W*(?:\d+|[A-Z]))\.\W*$"
)
QUESTION = re.compile(r"\?[\"'”’)\]*_]*$")
DOCUMENTED = re.compile(r"\[from the documentation\]\((https://[^)\s]+)\)")
NUMBER = re.compile(r"(?<!ection )(?<!esson )(?<!uestion )(?<!\w)\d+(?!\w)")
NUMBERED = re.compile(r"^\W*\d+\.\W")  # a quiz's answer
YOU_TRY = "**You try"
# An edit that asserts, or is said to raise, proves the answer below its **You try**.
PROVES = re.compile(r"<!-- ?try: .*?(?:\bassert\w*\b|\bagree\(|raises ?-->)")


@dataclass(frozen=True)
class Sentence:
    """One sentence, table row or heading of a lesson.

    Attributes:
        cell: the number of its cell, from 1.
        text: its text in one line, without anchors; dots separate a row's cells.
        topic: the head of its table; "" outside of tables.
        shown: the cells in its anchors.
        no_claim: whether an anchor says that it claims nothing.
        edits: the edits that its anchors ask a learner for.
        unread: its comments that are not anchors.
        exempt: whether it claims nothing by its form, or a **You try** proves it.
        section: the last heading up to it.
    """

    cell: int
    text: str
    topic: str = ""
    shown: tuple[Named, ...] = ()
    no_claim: bool = False
    edits: tuple[Try, ...] = ()
    unread: tuple[str, ...] = ()
    exempt: bool = False
    section: str = ""

    @property
    def code(self) -> list[str]:
        """The content of its code spans."""
        return [m["code"].strip("` ") for m in OPAQUE.finditer(self.text) if m["code"]]

    @property
    def words(self) -> str:
        """The text without code, formulas and targets of links."""
        return OPAQUE.sub(" ", self.text)

    @property
    def stated(self) -> bool:
        """Whether it has code, or a number in digits outside of formulas.

        A sentence that ends in a colon only announces what follows.
        """
        number = NUMBER.search(NUMBERED.sub("", self.words))
        return bool(self.code or number) and not self.text.endswith(":")

    @property
    def pages(self) -> list[str]:
        """The documentation's pages that it cites in place of a cell."""
        return DOCUMENTED.findall(self.text)


def sentences(notebook: NotebookNode) -> Iterator[Sentence]:
    """All sentences of the markdown cells, in their order."""
    quiz, section = quiz_cells(notebook), ""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "markdown":
            continue
        proved = False  # whether what is folded answers a **You try** that proves it
        for block in blocks(cell.source):
            if block.kind == "heading" and not block.text.startswith("|"):
                section, proved = block.text, False
            elif block.text.startswith(YOU_TRY):
                proved = bool(PROVES.search(block.text))
            exempt = (
                block.kind == "heading"
                or block.text.startswith(YOU_TRY)
                or (proved and block.folded)
                or (number == 1 and block.kind in ("item", "row"))
                or (number in quiz and block.kind == "item" and not block.folded)
            )
            for text in split(block):
                yield _sentence(number, text, block, exempt, section)


@dataclass(frozen=True)
class Asked:
    """A paragraph that begins with **You try**.

    Attributes:
        cell: the number of its cell, from 1.
        text: its first sentence, without anchors.
        edits: the edits in its anchors; a correct paragraph has one anchor.
        answered: whether a folded text follows it in its cell.
    """

    cell: int
    text: str
    edits: tuple[Try, ...]
    answered: bool

    @property
    def nothing(self) -> bool:
        """Whether no cell is to be edited."""
        return not any(anchor.edits for anchor in self.edits)


def asked(notebook: NotebookNode) -> Iterator[Asked]:
    """The paragraphs that ask a learner to try something, in the lesson's order."""
    for number, cell in enumerate(notebook.cells, start=1):
        found = list(blocks(cell.source)) if cell.cell_type == "markdown" else []
        for at, block in enumerate(found):
            if block.text.startswith(YOU_TRY):
                parts = [_sentence(number, t, block, True) for t in split(block)]
                edits = tuple(edit for part in parts for edit in part.edits)
                follows = takewhile(_goes_on, found[at + 1 :])
                answered = any(each.folded for each in follows)
                yield Asked(number, parts[0].text, edits, answered)


def _goes_on(block: Block) -> bool:
    """Whether a block may still belong to the **You try** above it."""
    return block.kind != "heading" and not block.text.startswith(YOU_TRY)


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


def _mask(found: re.Match[str]) -> str:
    return (COMMENT if found["comment"] else HIDDEN) * len(found[0])


def _sentence(
    cell: int, text: str, block: Block, exempt: bool, section: str = ""
) -> Sentence:
    comments = [m["comment"] for m in OPAQUE.finditer(text) if m["comment"]]
    read = {comment: anchors.read(comment) for comment in comments}
    for comment in comments:
        text = text.replace(comment, "", 1)
    text = " ".join(text.split())
    if block.kind == "row":
        masked = OPAQUE.sub(_mask, text.strip("| "))
        cells = [m.span() for m in re.finditer(r"(?:\\\||[^|])+", masked)]
        text = " · ".join(
            part for a, b in cells if (part := text.strip("| ")[a:b].strip())
        )
    found = [read[comment] for comment in comments]
    shown = [named for each in found if isinstance(each, Shown) for named in each.by]
    return Sentence(
        cell,
        text,
        block.topic,
        tuple(dict.fromkeys(shown)),
        any(isinstance(each, NoClaim) for each in found),
        tuple(each for each in found if isinstance(each, Try)),
        tuple(comment for comment in comments if read[comment] is None),
        exempt or bool(QUESTION.search(text)),
        section,
    )
