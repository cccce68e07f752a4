"""How long the sections of a lesson take, by what a learner reads and does in them.

The estimate is the words at ``WORDS_PER_MINUTE``, plus ``CODE_ROW`` for each row of
code (a pair is one row, a folded cell none), plus ``ASKED`` for each prediction, each
**You try** and each question of the quiz. The table in the first cell has to be near.
"""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.claims.prose import YOU_TRY
from grader.authoring.texts import calls
from grader.authoring.texts.sizes import words_in
from grader.authoring.texts.sources import PROOF, tags

WORDS_PER_MINUTE = 150
CODE_ROW = 0.5  # minutes
ASKED = 1.0  # minutes
# A section may be off by this share or these minutes, whichever is more.
SHARE, LEAST = 0.3, 2.0
SHARE_IN_TOTAL = 0.15
HEADING = re.compile(r"(?m)^## +(.+?)\s*$")
ROW = re.compile(r"(?m)^\| *(.+?) *\| *(\d+) *\|\s*$")
QUESTION = re.compile(r"(?m)^\*\*\d+\.\*\*")
SECOND_READING = re.compile(r" *\(\*?second reading\*?\)")
TRY = re.compile(rf"(?m)^{re.escape(YOU_TRY)}")


def stated(notebook: NotebookNode) -> dict[str, int]:
    """The minutes in the table of the first cell, by section."""
    first = notebook.cells[0].source if notebook.cells else ""
    return {_plain(title): int(minutes) for title, minutes in ROW.findall(first)}


def _plain(title: str) -> str:
    """A section's title without the note that it can wait."""
    return SECOND_READING.sub("", title)


def estimated(notebook: NotebookNode) -> dict[str, float]:
    """The minutes of each section by the formula above; what precedes them is none."""
    minutes: dict[str, float] = {}
    pairs: set[str] = set()
    section = ""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            pair = cell.metadata.get("pair")
            seen = pair in pairs
            pairs |= {pair} - {None}
            if section and not seen and PROOF not in tags(cell):
                asked = len(calls.predictions(cell))
                minutes[section] += CODE_ROW + ASKED * asked
            continue
        before, *parts = HEADING.split(cell.source)
        texts = [(section, before), *zip(parts[::2], parts[1::2], strict=True)]
        for title, text in texts:
            section = _plain(title)
            if section:
                minutes[section] = minutes.get(section, 0.0) + _reading(text)
    return minutes


def _reading(text: str) -> float:
    asked = len(QUESTION.findall(text)) + len(TRY.findall(text))
    return words_in(text) / WORDS_PER_MINUTE + ASKED * asked


def lint(notebook: NotebookNode) -> Iterator[tuple[int | None, str, str]]:
    """Where the table of the first cell is not near the estimate."""
    said, takes = stated(notebook), estimated(notebook)
    for title in said.keys() - takes.keys():
        yield 1, f"its table has {title!r}, which is no section", "Write its heading"
    for title in takes.keys() - said.keys():
        if title == "Quiz" or title[:1].isdigit():
            yield 1, f"its table lacks the section {title!r}", "Add it with its minutes"
    both = [title for title in said if title in takes]
    for title in both:
        estimate = takes[title]
        if abs(said[title] - estimate) > max(SHARE * estimate, LEAST):
            yield (
                1,
                f"its table gives {said[title]} minutes for {title!r}, which takes "
                f"about {estimate:.0f} by its words, code and tasks",
                f"Write {estimate:.0f}, or change the section",
            )
    total, estimate = sum(said[t] for t in both), sum(takes[t] for t in both)
    if abs(total - estimate) > SHARE_IN_TOTAL * estimate:
        yield (
            1,
            f"its table adds up to {total} minutes, and the lesson takes about "
            f"{estimate:.0f} by its words, code and tasks",
            "Correct the sections that are furthest off",
        )
