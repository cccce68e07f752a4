"""The terms that lessons define: in bold, once, in the sentence that explains them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from grader.authoring.claims.prose import OPAQUE, sentences
from grader.authoring.texts.markdown import quiz_cells

BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
RUN_IN = re.compile(r"[.:?!]$")  # the end of a heading such as **How it breaks.**


@dataclass(frozen=True)
class Term:
    """A term, the sentence that defines it, and where this is.

    Attributes:
        cell: the number of its cell, from 1.
        section: the heading above it, with its number; "" before the first.
    """

    name: str
    sentence: str
    cell: int
    section: str

    @property
    def key(self) -> str:
        """The same for a term and its plural, in capitals or not."""
        return self.name.casefold().removesuffix("s")


def terms(notebook: NotebookNode) -> Iterator[Term]:
    """The terms of a lesson, in their order; the quiz has none."""
    quiz = quiz_cells(notebook)
    for sentence in sentences(notebook):
        if sentence.cell in quiz or sentence.text == sentence.section:
            continue
        masked = OPAQUE.sub(lambda found: "." * len(found[0]), sentence.text)
        for found in BOLD.finditer(masked):
            name = sentence.text[slice(*found.span(1))]
            if not RUN_IN.search(name):
                yield Term(name, sentence.text, sentence.cell, sentence.section)


def twice(lessons: Mapping[str, NotebookNode]) -> Iterator[tuple[str, Term, str]]:
    """A term that was bold before: its lesson, the term, and the earlier lesson."""
    known: dict[str, str] = {}
    for stem, notebook in lessons.items():
        for term in terms(notebook):
            if term.key in known:
                yield stem, term, known[term.key]
            known.setdefault(term.key, stem)
