"""How long a lesson looks: its rows, and the words of its prose."""

import re
from collections.abc import Iterator

from nbformat import NotebookNode

from grader.authoring.texts.markdown import quiz_cells

MAX_ROWS = 70
MAX_WORDS = 1800
COMMENT = re.compile(r"<!--.*?-->", re.S)
WORD = re.compile(r"\S*\w\S*")  # no marks of a table, list or heading


def rows(notebook: NotebookNode) -> int:
    """The number of rows: one for each cell, or for each pair shown side by side."""
    pairs = [c.metadata["pair"] for c in notebook.cells if "pair" in c.metadata]
    return len(notebook.cells) - len(pairs) + len(set(pairs))


def words(notebook: NotebookNode) -> int:
    """The number of words in the markdown cells, without the quiz and anchors."""
    quiz = quiz_cells(notebook)
    return sum(
        len(WORD.findall(COMMENT.sub(" ", cell.source)))
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "markdown" and number not in quiz
    )


def lint(notebook: NotebookNode) -> Iterator[tuple[None, str, str]]:
    """What is too long in a lesson."""
    for found, most, of_what in (
        (rows(notebook), MAX_ROWS, "rows, with a pair as one"),
        (words(notebook), MAX_WORDS, "words of prose without the quiz"),
    ):
        if found > most:
            yield (
                None,
                f"{found} {of_what}, at most {most} are read",
                "Take out a whole idea rather than squeeze lines together",
            )
