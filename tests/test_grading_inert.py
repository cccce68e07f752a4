"""Pages keep what is to be seen of a submission, and nothing that runs."""

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.grading.inert import clean
from grader.judging.render import as_html
from grader.judging.verdict import Diagnosis, Difference, Status, Verdict
from tests.attacks import browser

CONFIG = {
    "preprocessors": ["grader.grading.inert.Inert"],
    "filters": {"markdown2html": "grader.grading.inert.markdown2html"},
}


def page(*cells: nbformat.NotebookNode) -> str:
    return HTMLExporter(**CONFIG).from_notebook_node(new_notebook(cells=list(cells)))[0]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Title</h2><p>text &lt; <strong>more</strong></p>",
        '<a href="https://example.org">x</a>',
        '<img src="data:image/png;base64,iVBOR" alt="x">',
        "<table><tbody><tr><td>1</td></tr></tbody></table>",
    ],
)
def test_what_is_harmless_stays(html):
    assert clean(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>mark()</script>",
        '<img src="x" onerror="mark()">',
        '<a href="javascript:mark()">x</a>',
        '<a href="data:text/html,mark()">x</a>',
        '<img src="data:text/html,mark()">',
        '<svg onload="mark()"></svg>',
    ],
)
def test_what_runs_goes(html):
    assert browser.runs(html, "mark()")
    assert not browser.runs(clean(html), "mark()")


def test_a_page_shows_markdown_and_pictures_as_before():
    picture = new_output(
        "display_data",
        {"image/png": "iVBOR"},
        metadata={"image/png": {"width": 7, "height": "1 onerror=mark()"}},
    )
    shown = page(
        new_markdown_cell("> a **b** < c `d < e`\n\n| h |\n|---|\n| 1 |"),
        new_code_cell("x < 1", outputs=[picture]),
    )
    assert "<blockquote>" in shown and "<strong>b</strong>" in shown
    assert "<td>1</td>" in shown and "d &lt; e" in shown
    assert 'width="7"' in shown and "mark()" not in shown


def test_a_verdict_looks_as_it_did():
    rows = (("1", "2"), ("3", "4"))
    inputs = (("x", "[1 2]"),)
    difference = Difference("y", "differs", (1, 0), None, 3.0, 4.0, rows, rows, inputs)
    mistake = Diagnosis("squared", "You square.", "Double.")
    shown = ("toy.double", "torch", Status.WRONG, "y differs.", difference, mistake)
    html = as_html(Verdict(*shown, next_step="Look <here>."))
    kept = clean(html)
    squeezed = kept.replace(" ", "").replace(";", "").replace("<tbody>", "")
    wanted = html.replace(" ", "").replace(";", "").replace("&#x27", "'")
    assert squeezed.replace("</tbody>", "") == wanted


def test_a_missing_attachment_leaves_the_page_whole():
    assert "attachment:gone.png" in page(new_markdown_cell("![x](attachment:gone.png)"))
