"""The claims that a lesson makes, and the cells that show them.

By an anchor (:mod:`grader.authoring.claims.anchors`), a sentence names the cells that
would fail if it stopped being true. A cell's name is its pair's name, or the
``name="..."`` in its header.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.authoring.claims.anchors import Named
from grader.authoring.claims.asserting import Asserting, Assertion
from grader.authoring.claims.prose import Sentence, sentences
from grader.authoring.texts.sources import framework
from grader.common.frameworks import FRAMEWORKS

# Words, and dotted names in code spans, by which a sentence speaks of a framework.
WORDS = {
    "torch": r"PyTorch|(?:Torch)?(?:Dynamo|Inductor)|TorchScript|AOTAutograd|torch",
    "tensorflow": r"TensorFlow|Keras|AutoGraph",
    None: r"XLA",  # both can use it
}
NAMES = {
    "torch": r"(?:torch|nn|F)\.\w|^@?torch$",
    "tensorflow": r"(?:tf|tensorflow|keras)\.\w|^(?:tf|tensorflow|keras)$",
}


@dataclass(frozen=True)
class Half:
    """A cell that a sentence names, for the framework that the sentence is about.

    Attributes:
        named: the name in the sentence's anchor.
        number: the cell's number, from 1.
        framework: the cell's tag.
        assertions: the assertions that the name can mean; it should be one.
    """

    named: Named
    number: int
    framework: str | None
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True)
class Claim:
    """A sentence and the cells that show it, in the order of its anchors."""

    sentence: Sentence
    halves: tuple[Half, ...]


def about(sentence: Sentence) -> set[str | None]:
    """The frameworks that a sentence, or the head of its table, names.

    None stands for a part that belongs to neither framework alone, such as XLA.
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
    """The sentences that name cells; unknown names are left out.

    If a sentence speaks of one framework, the other framework's cells that it names are
    left out. They stay only if it names no other cells.
    """
    named, asserting = cells(notebook), Asserting(notebook)
    found = []
    for sentence in sentences(notebook):
        if sentence.shown:
            halves = [
                half
                for name in sentence.shown
                for half in _halves(notebook, name, named, asserting)
            ]
            own = [half for half in halves if _concerns(sentence, half.framework)]
            found.append(Claim(sentence, tuple(own or halves)))
    return found


def cells(notebook: NotebookNode) -> dict[str, list[int]]:
    """The numbers of the code cells, by name."""
    named = defaultdict(list)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            for name in {cell.metadata.get("pair"), cell.metadata.get("name")} - {None}:
                named[name].append(number)
    return named


def _halves(
    notebook: NotebookNode,
    named: Named,
    numbers: dict[str, list[int]],
    asserting: Asserting,
) -> Iterator[Half]:
    for number in numbers.get(named.cell, ()):
        cell = notebook.cells[number - 1]
        found = [each for each in asserting.of(cell) if each.has(named.quote)]
        yield Half(named, number, framework(cell), tuple(found))


def _concerns(sentence: Sentence, tag: str | None) -> bool:
    """Whether a cell with that tag can show what the sentence says."""
    named = about(sentence) & {*FRAMEWORKS}
    return not named or tag not in FRAMEWORKS or tag in named
