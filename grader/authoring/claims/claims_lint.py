"""Finds what is wrong with a lesson's anchors and with the names of its cells."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.claims.asserting import Assertion
from grader.authoring.claims.claims import Claim, Half, about, cells, claims
from grader.authoring.claims.prose import YOU_TRY, Sentence, asked, sentences
from grader.common.frameworks import FRAMEWORKS, TITLES

FORM = "<!-- shown: name `part of the assertion` --> or <!-- no claim -->"
SHOW = (
    "Add <!-- shown: name --> right after it, with the name of the cell that asserts "
    "it; or cut the sentence"
)
MEND = "Assert there what the sentence says, or name another cell"
TRIED = "<!-- try: name `old` with `new` -->"
Found = tuple[int | None, str, str]


def lint(notebook: NotebookNode) -> Iterator[Found]:
    """Each fault, with the number of its cell and how to mend it."""
    yield from _names(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown" and re.search(r"(?m)^\s*<!--", cell.source):
            yield (
                number,
                "an anchor begins a line, which ends the paragraph before it",
                "Put it at the end of the line above",
            )
    named = cells(notebook)
    for sentence in sentences(notebook):
        for what, mend in _anchors(sentence, named):
            yield sentence.cell, what, mend
    for claim in claims(notebook):
        for what, mend in (*_shown(claim), *_picked(claim), *_quotes(claim)):
            yield claim.sentence.cell, what, mend
    for each in asked(notebook):
        if len(each.edits) != 1:
            short = _short(each.text)
            yield each.cell, f"{short} has {len(each.edits)} edits", f"Write {TRIED}"


def _names(notebook: NotebookNode) -> Iterator[Found]:
    for name, numbers in cells(notebook).items():
        own = [n for n in numbers if "name" in notebook.cells[n - 1].metadata]
        if own and len(numbers) > 1:
            both = " and ".join(map(str, numbers))
            yield own[0], f"the name {name!r} is that of the cells {both}", "Rename it"
    for number, cell in enumerate(notebook.cells, start=1):
        if "name" in cell.metadata and "pair" in cell.metadata:
            yield number, "it has a pair and a name", "Drop the name: a pair is one"


def _anchors(
    sentence: Sentence, named: dict[str, list[int]]
) -> Iterator[tuple[str, str]]:
    said = _quoted(sentence)
    for comment in sentence.unread:
        yield f"after {said}, {comment} is no anchor", f"Write {FORM}"
    for name in dict.fromkeys(each.cell for each in sentence.shown):
        if name not in named:
            yield (
                f"{said} is shown by {name!r}, which is no cell's name",
                f'Correct it, or give the cell its header name="{name}"',
            )
    if YOU_TRY in sentence.text and not sentence.text.startswith(YOU_TRY):
        yield f"{YOU_TRY}** begins no paragraph in {said}", "Begin a paragraph with it"
    anchored = sentence.shown or sentence.no_claim or sentence.edits
    if not sentence.text and anchored:
        yield "an anchor stands after no sentence", "Put it right after its sentence"
    elif sentence.shown and sentence.no_claim:
        yield f"{said} is shown and said to claim nothing", "Keep one of the anchors"
    elif sentence.pages and anchored:
        yield (
            f"{said} is from the documentation, and has an anchor",
            "Keep one, or make it two sentences",
        )
    elif not (sentence.exempt or anchored or sentence.pages) and (
        about(sentence) or sentence.stated
    ):
        yield f"{said} states a fact, and no cell that shows it", SHOW


def _shown(claim: Claim) -> Iterator[tuple[str, str]]:
    said = _quoted(claim.sentence)
    sound = [half for half in claim.halves if half.assertions]
    for name in FRAMEWORKS:
        other = {*FRAMEWORKS} - {name}
        shown_elsewhere = sound and all(half.framework in other for half in sound)
        if name in about(claim.sentence) and shown_elsewhere:
            yield f"{said} is shown for {TITLES[other.pop()]} alone", MEND


def _quotes(claim: Claim) -> Iterator[tuple[str, str]]:
    """Faults where a quotation does not pick exactly one assertion in each half."""
    said = _quoted(claim.sentence)
    for name, halves in _by_cell(claim).items():
        quoted = [half for half in halves if half.named.quote]
        for quote in dict.fromkeys(half.named.quote for half in quoted):
            if not any(h.assertions for h in quoted if h.named.quote == quote):
                yield f"{said}: no assertion of {name!r} has `{quote}`", "Quote one"
        for half in quoted:
            if len(half.assertions) > 1:
                lines = _lines(half.assertions)
                yield (
                    f"{said}: `{half.named.quote}` of {_where(half)} is in {lines}",
                    "Quote more of the one that shows it",
                )
        for number in dict.fromkeys(half.number for half in quoted):
            own = [half for half in quoted if half.number == number]
            if not any(half.assertions for half in own):
                some = any(half.assertions for half in quoted)
                if some:  # otherwise it is reported above
                    quotes = " and ".join(f"`{half.named.quote}`" for half in own)
                    yield (
                        f"{said}: {_where(own[0])} asserts nothing with {quotes}",
                        "Quote what both halves have, or each half by itself",
                    )


def _picked(claim: Claim) -> Iterator[tuple[str, str]]:
    """Faults where a name has no quotation and a half has not exactly one assertion."""
    said = _quoted(claim.sentence)
    for half in claim.halves:
        if half.named.quote:
            continue
        if len(half.assertions) > 1:
            yield (
                f"{said} does not say which assertion of {_where(half)} shows it: "
                f"{_lines(half.assertions)}",
                f"Write {half.named.cell} `part of the one that does`",
            )
        elif not half.assertions:
            yield f"{said}: {_where(half)} asserts nothing", MEND


def _by_cell(claim: Claim) -> dict[str, list[Half]]:
    found: dict[str, list[Half]] = {}
    for half in claim.halves:
        found.setdefault(half.named.cell, []).append(half)
    return found


def _where(half: Half) -> str:
    title = TITLES.get(half.framework or "")
    of = f" for {title}" if title else ""
    return f"{half.named.cell!r}{of} (cell {half.number})"


def _lines(assertions: tuple[Assertion, ...]) -> str:
    return "; ".join(each.line for each in assertions)


def _quoted(sentence: Sentence) -> str:
    return _short(sentence.text)


def _short(text: str) -> str:
    words = text.split()
    short = " ".join(words[:12]) + (" ..." if len(words) > 12 else "")
    return f"“{short}”"
