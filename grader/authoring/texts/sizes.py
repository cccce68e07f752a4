"""How long a lesson looks: its rows, its cells, and the words of its prose."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from nbformat import NotebookNode

from grader.authoring.texts.markdown import quiz_cells
from grader.authoring.texts.sources import PROOF


@dataclass(frozen=True)
class Limits:
    """Bounds on a lesson; 0 rows, or None, where there is none."""

    least_rows: int
    rows: int
    words: int
    median_lines: int | None


# Before the lesson 06_data, and since.
OLDER_LIMITS = Limits(0, 70, 1800, None)
LIMITS = Limits(45, 70, 3000, 6)
MARKUP = re.compile(r"<!--.*?-->|</?[a-z][^<>]*>", re.S)
WORD = re.compile(r"\S*\w\S*")  # no marks of a table, list or heading


def rows(notebook: NotebookNode) -> int:
    """The number of rows: one for each cell, or for each pair shown side by side."""
    pairs = [c.metadata["pair"] for c in notebook.cells if "pair" in c.metadata]
    return len(notebook.cells) - len(pairs) + len(set(pairs))


def words(notebook: NotebookNode) -> int:
    """The number of words in the markdown cells, without the quiz and anchors."""
    quiz = quiz_cells(notebook)
    return sum(
        words_in(cell.source)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "markdown" and number not in quiz
    )


def words_in(source: str) -> int:
    """The number of words in a text, without anchors and tags."""
    return len(WORD.findall(MARKUP.sub(" ", source)))


def lines(notebook: NotebookNode) -> float:
    """The median number of lines of the code cells that are not folded."""
    found = [
        cell.source.count("\n") + 1
        for cell in notebook.cells
        if cell.cell_type == "code" and PROOF not in cell.metadata.get("tags", ())
    ]
    return median(found) if found else 0


def lint(notebook: NotebookNode, limits: Limits) -> Iterator[tuple[None, str, str]]:
    """What is too long, or too short, in a lesson."""
    for found, most, of_what in (
        (rows(notebook), limits.rows, "rows, with a pair as one"),
        (words(notebook), limits.words, "words of prose without the quiz"),
    ):
        if found > most:
            yield (
                None,
                f"{found} {of_what}, at most {most} are read",
                "Take out a whole idea rather than squeeze lines together",
            )
    if rows(notebook) < limits.least_rows:
        yield (
            None,
            f"{rows(notebook)} rows, with a pair as one, and not {limits.least_rows}",
            "Show more in steps, or join it with another lesson",
        )
    if limits.median_lines is not None and lines(notebook) > limits.median_lines:
        yield (
            None,
            f"half of its cells have {lines(notebook):g} lines or more, where at most "
            f"{limits.median_lines} are read at once",
            "Split long cells, or move what is not the point to grader/pictures",
        )
