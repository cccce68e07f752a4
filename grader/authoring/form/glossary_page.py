"""docs/glossary.md: the lessons' terms, each with the sentence that defines it."""

import re

from nbformat import NotebookNode

from grader.authoring.form import OLDER
from grader.authoring.form.terms import Term, terms

NAME = "glossary.md"
INTRODUCTION = """\
# Glossary

The terms that the lessons set in bold, each with the sentence that defines it and the
place where this is. Made from the lessons' sources by
`python -m grader.authoring.build docs`.
"""
NONE = "\nNo lesson defines a term yet.\n"
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")  # relative to the notebook, not to the page


def page(lessons: dict[str, NotebookNode]) -> str:
    """The page's text for the lessons' notebooks by their stems.

    Lessons from before the present form use bold for emphasis as well; they are left
    out.
    """
    found = [
        (stem, term)
        for stem, notebook in lessons.items()
        if stem not in OLDER
        for term in terms(notebook)
    ]
    found.sort(key=lambda each: each[1].name.casefold())
    return INTRODUCTION + ("".join(_entry(*each) for each in found) or NONE)


def _entry(stem: str, term: Term) -> str:
    where = f"[{stem}](../notebooks/{stem}.ipynb)"
    section = f", {term.section}" if term.section else ""
    sentence = LINK.sub(r"\1", term.sentence)
    return f"\n## {term.name}\n\n{sentence}\n\nFrom {where}{section}.\n"
