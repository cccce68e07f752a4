"""docs/claims.md: each claim of the lessons beside the assertion that shows it."""

import re

from nbformat import NotebookNode

from grader.authoring.claims.claims import Claim, Half, claims
from grader.authoring.claims.prose import Sentence, sentences
from grader.common.frameworks import TITLES

NAME = "claims.md"
INTRODUCTION = """\
# What the lessons state, and what shows it

Each statement of fact in a lesson, and the assertion in a cell of that lesson that
fails, and the lesson's tests with it, when the statement stops being true. Where a pair
of cells shows it, each half has one. Made from the lessons' sources by
`python -m grader.authoring.build docs`; how a sentence names its assertion, and how it
is tried that each can fail, is in [CONTRIBUTING.md](../CONTRIBUTING.md).
"""
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def page(lessons: dict[str, NotebookNode]) -> str:
    """The page's text for the lessons' notebooks by their stems."""
    parts = [INTRODUCTION]
    for stem, notebook in lessons.items():
        found, said = claims(notebook), list(sentences(notebook))
        documented = [sentence for sentence in said if sentence.pages]
        silent = [sentence for sentence in said if sentence.no_claim]
        parts.append(f"\n## {stem}\n\n{_counted(found, documented)}\n")
        if found:
            parts.append("\n| Sentence | Cell | Assertion |\n|---|---|---|\n")
            parts += map(_row, found)
        if documented:
            parts.append("\nFrom the documentation:\n\n")
            parts += [f"- {_text(s)} {_pages(s)}\n" for s in documented]
        if silent:
            parts.append("\nMarked as claiming nothing:\n\n")
            parts += [f"- {_text(sentence)}\n" for sentence in silent]
    return "".join(parts)


def _counted(found: list[Claim], documented: list[Sentence]) -> str:
    places = {
        (half.number, each.place)
        for claim in found
        for half in claim.halves
        for each in half.assertions
    }
    one = "statement" if len(found) == 1 else "statements"
    more = f"; {len(documented)} more from the documentation" if documented else ""
    return f"{len(found)} {one}, shown by {len(places)} assertions{more}."


def _row(claim: Claim) -> str:
    halves = [half for half in claim.halves if half.assertions]
    lines = ["<br>".join(_code(each.line) for each in h.assertions) for h in halves]
    shown = f"{'<br>'.join(map(_cell, halves))} | {'<br>'.join(lines)}"
    return f"| {_text(claim.sentence)} | {shown} |\n"


def _pages(sentence: Sentence) -> str:
    return " ".join(f"<{page}>" for page in sentence.pages)


def _cell(half: Half) -> str:
    title = TITLES.get(half.framework or "")
    return f"`{half.named.cell}`" + (f", {title}" if title else "")


def _text(sentence: Sentence) -> str:
    return _piped(LINK.sub(r"\1", sentence.text))


def _code(line: str) -> str:
    ticks = "``" if "`" in line else "`"
    return f"{ticks}{_piped(line)}{ticks}"


def _piped(text: str) -> str:
    """Escape bars, so that they do not end a table's cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)
