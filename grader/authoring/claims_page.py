"""docs/claims.md: each claim of the lessons beside the code that shows it."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.claims import Claim, claims
from grader.authoring.prose import Sentence, sentences
from grader.learner.frameworks import TITLES

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
        found = claims(notebook)
        parts.append(f"\n## {stem}\n\n{_counted(found)}\n")
        if found:
            parts.append("\n| Sentence | Shown by |\n|---|---|\n")
            parts += [
                f"| {_text(claim.sentence)} | {'<br>'.join(_cells(claim))} |\n"
                for claim in found
            ]
        silent = [s for s in sentences(notebook) if s.no_claim]
        if silent:
            parts.append("\nNaming a framework, and marked as claiming nothing:\n\n")
            parts += [f"- {_text(sentence)}\n" for sentence in silent]
    return "".join(parts)


def _counted(found: list[Claim]) -> str:
    cells = {half.number for claim in found for half in claim.halves}
    one = "claim" if len(found) == 1 else "claims"
    return f"{len(found)} {one}, shown by {len(cells)} cells."


def _cells(claim: Claim) -> Iterator[str]:
    for half in claim.halves:
        lines = [line for each in half.assertions for line in (each.line, *each.within)]
        if lines:
            title = TITLES.get(half.framework or "", half.framework or "neutral")
            yield f"`{half.named.cell}`, {title}: " + "<br>".join(map(_code, lines))


def _text(sentence: Sentence) -> str:
    return _piped(LINK.sub(r"\1", sentence.text))


def _code(line: str) -> str:
    ticks = "``" if "`" in line else "`"
    return f"{ticks}{_piped(line)}{ticks}"


def _piped(text: str) -> str:
    """With bars that do not end a table's cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)
