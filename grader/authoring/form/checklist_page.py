"""docs/porting.md: the checklist of the lesson on porting, on a page of its own."""

import re

from nbformat import NotebookNode

from grader.common.errors import CourseError

NAME = "porting.md"
LESSON = "08_porting"
HEADING = "The checklist"
INTRODUCTION = f"""\
# Porting a model: the checklist

From PyTorch to TensorFlow (Keras) or back, in this order. Made from the last section of
[the lesson on porting](../notebooks/{LESSON}.ipynb) by
`python -m grader.authoring.build docs`.

"""
SECTION = re.compile(rf"(?m)^## (?:\d+\. )?{HEADING}\n(.*?)(?=^## |\Z)", re.S)
COMMENT = re.compile(r" ?<!--.*?-->", re.S)
LINK = re.compile(r"\]\((?P<notebook>[\w./-]+\.ipynb)?(?P<anchor>#[^)\s]*)?\)")


def page(lesson: NotebookNode) -> str:
    """The page's text for the lesson's notebook.

    Raises:
        CourseError: the lesson has no such section.
    """
    texts = (cell.source for cell in lesson.cells if cell.cell_type == "markdown")
    found = next((each for each in map(SECTION.search, texts) if each), None)
    if found is None:
        raise CourseError(f"sources/lessons/{LESSON}.py has no section {HEADING!r}")
    text = COMMENT.sub("", found[1]).strip()
    return INTRODUCTION + LINK.sub(_from_docs, text) + "\n"


def _from_docs(link: re.Match[str]) -> str:
    notebook = link["notebook"] or f"{LESSON}.ipynb"
    return f"](../notebooks/{notebook}{link['anchor'] or ''})"
