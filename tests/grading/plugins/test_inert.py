"""Pages keep what is to be seen of a submission, and nothing that runs."""

from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)
from traitlets.config import Config, PyFileConfigLoader

from grader.common.status import Status
from grader.grading.markup.clean import TooMuch, boxed, clean
from grader.judging.render import as_html
from grader.judging.verdict import Diagnosis, Difference, Verdict
from tests.attacks import browser

ROOT = Path(__file__).parents[3]
CONFIG = PyFileConfigLoader(str(ROOT / "nbgrader_config.py")).load_config()
FORMGRADER = {"base_url": "", "index": 0, "total": 1, "mathjax_url": ""}


def page(*cells: nbformat.NotebookNode, template: str = "formgrade") -> str:
    """What formgrader shows of these cells."""
    config = Config({"HTMLExporter": CONFIG.HTMLExporter | {"template_name": template}})
    notebook = new_notebook(cells=list(cells))
    made = HTMLExporter(config=config).from_notebook_node(notebook, FORMGRADER)[0]
    return made.partition("notebook-container")[2]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>Title</h2><p>text &lt; <strong>more</strong></p>",
        '<img src="data:image/png;base64,iVBOR" alt="x">',
        '<table><tbody><tr><td colspan="2">1</td></tr></tbody></table>',
        '<span class="kn">import</span>',
        '<div style="border-left: 4px solid var(--a, #388e3c); padding: .4em"></div>',
    ],
)
def test_what_is_harmless_stays(html):
    assert clean(html) == html


def test_a_link_to_elsewhere_stays_and_tells_it_nothing():
    kept = clean('<a href="https://pytorch.org/docs" rel="opener">x</a>')
    assert kept.startswith('<a href="https://pytorch.org/docs"')
    assert 'rel="noopener noreferrer nofollow"' in kept and '"opener' not in kept


@pytest.mark.parametrize(
    "html",
    [
        "<script>mark()</script>",
        '<img src="x" onerror="mark()">',
        '<a href="javascript:mark()">x</a>',
        '<a href="data:text/html,mark()">x</a>',
        '<img src="data:text/html,mark()">',
        '<svg onload="mark()"></svg>',
        '<p id="mark()">',
        '<a name="mark()">x</a>',
        '<p class="mark() score">',
        '<img src="https://example.org/mark()">',
        '<img srcset="//example.org/mark() 2x">',
        '<img src="/logout?mark()">',
        '<a href="/logout?mark()">x</a>',
        '<a href="files/javascript:mark()">x</a>',
        '<a href="//example.org/mark()">x</a>',
        '<td background="https://example.org/mark()">x</td>',
        '<p style="background:url(https://example.org/mark())">x</p>',
        '<p title="mark()" style="margin-top:-90px">x</p>',
        '<p title="mark()" style="position:absolute;top:0">x</p>',
        '<p title="mark()" style="transform:translate(9px)">x</p>',
        '<form action="/formgrader/api/mark()"><button>x</button></form>',
    ],
)
def test_what_runs_loads_leads_or_covers_goes(html):
    assert browser.runs(html, "mark()")
    assert not browser.runs(clean(html), "mark()")


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>" * 100,
        f"<a {' '.join(f'a{i}=1' for i in range(5000))}>",
        f"<a {' '.join(f'a{i}' for i in range(5000))}>",
        "x" * 10**6,
    ],
    ids=["deep", "attributes", "bare attributes", "long"],
)
def test_what_would_take_long_is_refused_at_once(html):
    with pytest.raises(TooMuch):
        clean(html)


def test_tags_that_need_no_end_are_not_nested():
    assert clean("<p>x" * 500).count("<p>") == 500
    assert clean(f"<ul>{'<li>x' * 500}</ul>").count("<li>") == 500


def test_a_style_nested_without_end_is_no_style():
    assert clean(f"<p style='color:{'(' * 990}'>x</p>") == '<p style="">x</p>'


def test_what_a_stranger_lays_out_stays_in_its_box():
    assert boxed(clean("</div></div>x")).startswith('<div style="contain:content;')
    assert boxed(clean("</div></div>x")).count("</div>") == 1


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


def test_code_and_terminals_keep_their_colours():
    printed = new_output("stream", text="\x1b[31mred\x1b[0m < 1")
    shown = page(new_code_cell("import x", outputs=[printed]))
    assert '<span class="kn">import</span>' in shown
    assert '<span class="ansi-red-fg">red</span> &lt; 1' in shown


def test_what_is_printed_in_parts_is_shown_as_a_terminal_does():
    parts = ["epoch 1\r", "epoch 2\r", "epoch 3", "\r\nend"]
    outputs = [new_output("stream", text=part) for part in parts]
    assert "<pre>epoch 3\nend</pre>" in page(new_code_cell("x", outputs=outputs))


def test_no_name_of_a_learners_is_an_id_or_a_class():
    cell = new_code_cell("x", metadata={"tags": ["x score tabbable"]})
    cell.metadata["transient"] = {"remove_source": True}
    shown = page(cell, new_markdown_cell("# comment\n<p id=score>x"))
    assert "tabbable" not in shown and "celltag" not in shown
    assert 'id="comment"' not in shown and 'id="score"' not in shown
    assert "x" in shown


@pytest.mark.parametrize("data", [{"text/html": "<b>" * 99}, {"application/json": {}}])
def test_an_output_that_is_not_shown_says_so(data):
    cell = new_code_cell("x", outputs=[new_output("display_data", data)])
    assert "an output that can't be shown here" in page(cell).replace("&#x27;", "'")


def test_raw_cells_are_text():
    shown = page(new_raw_cell("<b>x</b>", metadata={"raw_mimetype": "text/html"}))
    assert "&lt;b&gt;x&lt;/b&gt;" in shown


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
