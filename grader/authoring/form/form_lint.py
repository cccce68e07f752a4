"""Finds where a lesson leaves the form that lessons have since 06_data."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.claims.asserting import Asserting
from grader.authoring.claims.prose import asked
from grader.authoring.form import minutes
from grader.authoring.form.terms import terms
from grader.authoring.texts import calls
from grader.authoring.texts.sources import PROOF, tags

PREDICTIONS = range(4, 7)
EXERCISE = re.compile(r"`[a-z_]+\.[a-z_]+`")  # it is checked where it is solved
FOLD = "<details><summary>Answer</summary>"
Found = tuple[int | None, str, str]


def lint(notebook: NotebookNode) -> Iterator[Found]:
    """Each fault, with the number of its cell and how to mend it."""
    yield from _predictions(notebook)
    yield from _tries(notebook)
    yield from _proofs(notebook)
    yield from _terms(notebook)
    yield from minutes.lint(notebook)


def _predictions(notebook: NotebookNode) -> Iterator[Found]:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    made = {puzzle for cell in code for puzzle in calls.predictions(cell)}
    shown = {puzzle for cell in code for puzzle in calls.revealed(cell)}
    if len(made) not in PREDICTIONS:
        yield (
            None,
            f"it asks for {len(made)} predictions, not for {PREDICTIONS[0]} to "
            f"{PREDICTIONS[-1]}",
            "Ask before a surprise, with predict(...), and nowhere else",
        )
    for puzzle in sorted(made ^ shown):
        lacks = "revealed" if puzzle in made else "asked for"
        yield (
            None,
            f"the prediction {puzzle!r} is never {lacks}",
            "Have one predict(...) and one reveal(...) for it",
        )


def _tries(notebook: NotebookNode) -> Iterator[Found]:
    for each in asked(notebook):
        if not each.answered and not (each.nothing and EXERCISE.search(each.text)):
            yield (
                each.cell,
                f"“{each.text}” has no answer below it",
                f"Add {FOLD}, an empty line, the answer, an empty line, </details>",
            )


def _proofs(notebook: NotebookNode) -> Iterator[Found]:
    asserting = Asserting(notebook)
    for number, cell in enumerate(notebook.cells, start=1):
        if PROOF not in tags(cell):
            continue
        if cell.cell_type != "code" or not asserting.of(cell):
            yield (
                number,
                "it is tagged proof, and asserts nothing",
                "Drop the tag: only what guards the lesson is folded",
            )


def _terms(notebook: NotebookNode) -> Iterator[Found]:
    known: dict[str, int] = {}
    for term in terms(notebook):
        if term.key in known:
            yield (
                term.cell,
                f"**{term.name}** is bold, and was in cell {known[term.key]}",
                "Set a term in bold where it is defined; emphasis is *italic*",
            )
        known.setdefault(term.key, term.cell)
