"""docs/claims.md: each claim of the lessons beside the code that shows it."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.asserting import Asserting
from grader.authoring.claims import Claim, about, claims
from grader.authoring.prose import Sentence, sentences
from grader.authoring.sources import framework
from grader.learner.frameworks import FRAMEWORKS, TITLES

NAME = "claims.md"
INTRODUCTION = """\
# What the lessons say of the frameworks

Each sentence of a lesson that says something of a framework, and the cell of that
lesson that shows it: the cell fails, and the lesson's tests with it, when the sentence
stops being true. Made from the lessons' sources by
`python -m grader.authoring.build docs`; how a sentence names its cell is in
[CONTRIBUTING.md](../CONTRIBUTING.md).
"""
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def page(lessons: dict[str, NotebookNode]) -> str:
    """The page's text for the lessons' notebooks by their stems."""
    parts = [INTRODUCTION]
    for stem, notebook in lessons.items():
        found, asserting = claims(notebook), Asserting(notebook)
        parts.append(f"\n## {stem}\n\n{_counted(found)}\n")
        if found:
            parts.append("\n| Sentence | Shown by |\n|---|---|\n")
            parts += [
                f"| {_text(claim.sentence)} | {'<br>'.join(_cells(claim, asserting))} "
                "|\n"
                for claim in found
            ]
        silent = [s for s in sentences(notebook) if s.no_claim]
        if silent:
            parts.append("\nNaming a framework, and marked as claiming nothing:\n\n")
            parts += [f"- {_text(sentence)}\n" for sentence in silent]
    return "".join(parts)


def _counted(found: list[Claim]) -> str:
    cells = {cell.id for claim in found for _, cell in claim.cells}
    one = "claim" if len(found) == 1 else "claims"
    return f"{len(found)} {one}, shown by {len(cells)} cells."


def _cells(claim: Claim, asserting: Asserting) -> Iterator[str]:
    # Of a pair, the half of a framework that the sentence leaves out shows nothing.
    others = {*FRAMEWORKS} - about(claim.sentence)
    left_out = others if len(others) == 1 else set()
    for name, cell in claim.cells:
        lines = asserting.lines(cell)
        if lines and framework(cell) not in left_out:
            title = TITLES.get(framework(cell) or "", framework(cell) or "neutral")
            yield f"`{name}`, {title}: " + "<br>".join(map(_code, lines))


def _text(sentence: Sentence) -> str:
    return _piped(LINK.sub(r"\1", sentence.text))


def _code(line: str) -> str:
    ticks = "``" if "`" in line else "`"
    return f"{ticks}{_piped(line)}{ticks}"


def _piped(text: str) -> str:
    """With bars that do not end a table's cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)
