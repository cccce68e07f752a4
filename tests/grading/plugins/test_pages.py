"""Feedback pages are those that nbconvert makes, in boxes, and made faster."""

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.converters import GenerateFeedback

from grader.grading.markup.clean import BOX
from grader.grading.plugins.feedback_page import COMPILED, FeedbackExporter

OF_NBGRADER = {"grade": True, "solution": False, "locked": True, "schema_version": 3}
SCORED = OF_NBGRADER | {"grade_id": "a", "score": 1, "points": 2, "comment": "*well*"}
PICTURE = new_output("display_data", {"image/png": "iVBOR"})
DESCRIBED = new_output("display_data", {"text/html": '<img alt="x" src="y">'})


def page(exporter: type, *cells: nbformat.NotebookNode) -> str:
    numbers = {"score": 1, "max_score": 2, "late_penalty": 0}
    about = {"notebook": "n", "student": "ann", "assignment": "b"} | numbers
    notebook = new_notebook(cells=list(cells))
    notebook.metadata.language_info = {"name": "python", "pygments_lexer": "ipython3"}
    made = exporter(config=GenerateFeedback().config)
    return made.from_notebook_node(notebook, {"nbgrader": about})[0]


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell("x = 1 < 2", outputs=[PICTURE, DESCRIBED]),
        new_markdown_cell("**a** <b>b</b> $x$ ![](data:image/png;base64,iVBOR)"),
    ],
    ids=["code", "markdown"],
)
def test_the_page_is_the_same(cell):
    cell.metadata["nbgrader"] = SCORED
    expected, found = (
        BeautifulSoup(page(exporter, cell), "html.parser")
        for exporter in (HTMLExporter, FeedbackExporter)
    )
    boxes = [one for one in found("div") if str(one).startswith(BOX[0])]
    assert boxes
    for box in boxes:
        box.unwrap()
    assert str(found).split() == str(expected).split()


def test_templates_are_compiled_once(monkeypatch):
    cell = new_code_cell("1", metadata={"nbgrader": SCORED})
    page(FeedbackExporter, cell)
    compiled = []
    dump = COMPILED.dump_bytecode
    monkeypatch.setattr(
        type(COMPILED), "dump_bytecode", lambda _, b: compiled.append(b) or dump(b)
    )
    page(FeedbackExporter, cell)
    assert compiled == []
