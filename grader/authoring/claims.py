"""What a lesson says of a framework, and the cells that show it.

A sentence names the cells that would fail if it stopped being true, by an anchor
(:mod:`grader.authoring.prose`). A cell's name is that of its pair, or its header's
``name="..."``.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.authoring.asserting import Asserting
from grader.authoring.prose import Sentence, sentences
from grader.authoring.sources import framework
from grader.learner.frameworks import FRAMEWORKS, TITLES

# Whom a sentence speaks of: its words, and the dotted names in its code spans.
WORDS = {
    "torch": r"PyTorch|(?:Torch)?(?:Dynamo|Inductor)|TorchScript|AOTAutograd|torch",
    "tensorflow": r"TensorFlow|Keras|AutoGraph",
    None: r"XLA",  # both can use it
}
NAMES = {
    "torch": r"(?:torch|nn|F)\.\w|^@?torch$",
    "tensorflow": r"(?:tf|tensorflow|keras)\.\w|^(?:tf|tensorflow|keras)$",
}
FORM = "<!-- shown: name, name --> or <!-- no claim -->"
SHOW = (
    "Add <!-- shown: name --> right after it, with the name of the cell that asserts "
    "it; or cut the sentence"
)
Found = tuple[int | None, str, str]


@dataclass(frozen=True)
class Claim:
    """A sentence and the cells that its anchors name, in the lesson's order."""

    sentence: Sentence
    cells: tuple[tuple[str, NotebookNode], ...]


def about(sentence: Sentence) -> set[str | None]:
    """The frameworks that a sentence, or the head of its table, names.

    None stands for a part that is no one framework's, such as XLA.
    """
    head = Sentence(sentence.cell, sentence.topic)
    found = set()
    for part in (sentence, head):
        for name, pattern in WORDS.items():
            if re.search(rf"\b(?:{pattern})\b", part.words):
                found.add(name)
        for name, pattern in NAMES.items():
            if any(re.search(rf"(?<![\w.]){pattern}", code) for code in part.code):
                found.add(name)
    return found


def claims(notebook: NotebookNode) -> list[Claim]:
    """The sentences that have anchors; unknown names are left out."""
    named = _named(notebook)
    return [
        Claim(
            sentence,
            tuple(
                (name, notebook.cells[number - 1])
                for name in sentence.shown
                for number in named.get(name, ())
            ),
        )
        for sentence in sentences(notebook)
        if sentence.shown
    ]


def lint(notebook: NotebookNode) -> Iterator[Found]:
    """What is wrong with the anchors and the names of cells, and where."""
    yield from _names(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown" and re.search(r"(?m)^\s*<!--", cell.source):
            yield (
                number,
                "an anchor begins a line, which ends the paragraph before it",
                "Put it at the end of the line above",
            )
    named, asserting = _named(notebook), Asserting(notebook)
    for sentence in sentences(notebook):
        for what, mend in _anchors(sentence, named):
            yield sentence.cell, what, mend
    for claim in claims(notebook):
        for what, mend in _shown(claim, asserting):
            yield claim.sentence.cell, what, mend


def _named(notebook: NotebookNode) -> dict[str, list[int]]:
    """The numbers of the code cells by their name."""
    named = defaultdict(list)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            for name in {cell.metadata.get("pair"), cell.metadata.get("name")} - {None}:
                named[name].append(number)
    return named


def _names(notebook: NotebookNode) -> Iterator[Found]:
    for name, numbers in _named(notebook).items():
        own = [n for n in numbers if "name" in notebook.cells[n - 1].metadata]
        if own and len(numbers) > 1:
            cells = " and ".join(map(str, numbers))
            yield own[0], f"the name {name!r} is that of the cells {cells}", "Rename it"
    for number, cell in enumerate(notebook.cells, start=1):
        if "name" in cell.metadata and "pair" in cell.metadata:
            yield number, "it has a pair and a name", "Drop the name: a pair is one"


def _anchors(
    sentence: Sentence, named: dict[str, list[int]]
) -> Iterator[tuple[str, str]]:
    said = _quoted(sentence)
    for comment in sentence.unread:
        yield f"after {said}, {comment} is no anchor", f"Write {FORM}"
    for name in sentence.shown:
        if name not in named:
            yield (
                f"{said} is shown by {name!r}, which is no cell's name",
                f'Correct it, or give the cell its header name="{name}"',
            )
    if not sentence.text and (sentence.shown or sentence.no_claim):
        yield "an anchor stands after no sentence", "Put it right after its sentence"
    elif sentence.shown and sentence.no_claim:
        yield f"{said} is shown and said to claim nothing", "Keep one of the anchors"
    elif not (sentence.exempt or sentence.shown or sentence.no_claim):
        if about(sentence):
            yield f"{said} names a framework, and no cell that shows it", SHOW


def _shown(claim: Claim, asserting: Asserting) -> Iterator[tuple[str, str]]:
    said = _quoted(claim.sentence)
    mend = "Assert there what the sentence says, or name another cell"
    sound = [cell for _, cell in claim.cells if asserting.lines(cell)]
    for name in dict.fromkeys(name for name, _ in claim.cells):
        if not any(cell in sound for other, cell in claim.cells if other == name):
            yield f"{said} is shown by {name!r}, which asserts nothing", mend
    for name in FRAMEWORKS:
        other = {*FRAMEWORKS} - {name}
        if name in about(claim.sentence) and sound:
            if all(framework(cell) in other for cell in sound):
                yield f"{said} is shown for {TITLES[other.pop()]} alone", mend


def _quoted(sentence: Sentence) -> str:
    words = sentence.text.split()
    short = " ".join(words[:12]) + (" ..." if len(words) > 12 else "")
    return f"“{short}”"
