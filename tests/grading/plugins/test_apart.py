"""A page is made in bounded time, whatever is on it, and every learner gets one."""

import os
import signal
import time

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader.grading.markup import apart
from grader.grading.markup.apart import COMMON, PLAIN, Apart, Page
from grader.grading.plugins.feedback_page import FeedbackExporter

# Quadratic or worse, or large, in a library that reads them.
ENDLESS = {
    "environments": ("markdown", "\\begin{a}" * 20_000, {}),
    "references": ("markdown", f"[a]: x{'x' * 90_000}\n\n" + "[a] " * 20_000, {}),
    "colours": ("terminal", "\x1b[1mx" * 200_000),
    "half a colour": ("terminal", "\x1b[" * 500_000),
}


@pytest.fixture
def process():
    made = Apart()
    yield made
    made.close()


@pytest.mark.parametrize("name", ENDLESS)
def test_what_takes_long_is_ended_and_the_next_piece_is_made(process, name):
    task, *arguments = ENDLESS[name]
    assert process.do(task, 0.5, *arguments) == (None, 0.5)
    made, spent = process.do("code", 5, "import x")
    assert "import" in made and spent < 5


def test_a_process_that_was_ended_is_replaced(process):
    process.do("code", 5, "x")
    os.kill(process._process.pid, signal.SIGKILL)
    process._process.wait()
    assert "import" in process.do("code", 5, "import x")[0]


def test_a_page_has_so_much_time_and_no_more():
    page, begin = Page(seconds=0.4), time.monotonic()
    for number in range(20):
        assert page.made("terminal", "\x1b[1mx" * 100_000 + str(number)) is None
    assert page.seconds <= 0
    assert time.monotonic() - begin < 20
    assert page.made("code", "y = 1  # not made before") is None


def test_a_page_has_so_much_room_and_no_more():
    page = Page(room=50_000)
    shown = [page.escaped("&" * 10_000) for _ in range(20)]
    assert sum(map(len, shown)) < 60_000
    assert "10,000 characters in all" in shown[-1]
    assert page.made("code", "x" * 1000) is None


def test_a_long_text_is_shown_in_part():
    shown = Page().plain("<b>" * PLAIN)
    assert shown.startswith("<pre>&lt;b&gt;") and "characters in all" in shown
    assert len(shown) < 6 * PLAIN


def test_what_many_submissions_have_is_made_once(monkeypatch):
    text = "# A text of the assignment"
    first = Page().made("markdown", text, {})
    monkeypatch.setattr(apart._apart, "do", None)
    assert Page().made("markdown", text, {}) == first
    assert len(text) < COMMON


def test_a_page_that_fails_shows_the_marks_plainly(monkeypatch):
    verdict = new_output("display_data", {"text/plain": "✗ toy.double: <wrong>"})
    about = {"grade": True, "grade_id": "toy-double", "score": 1, "points": 2.0}
    cell = new_code_cell("check()", outputs=[verdict], metadata={"nbgrader": about})
    exporter = FeedbackExporter(raw_template="{{ 1 / 0 }}")
    total = {"score": 0.75, "max_score": 2.0, "late_penalty": 0.25}
    resources = {"nbgrader": {"notebook": "01_toy"} | total}
    page, _ = exporter.from_notebook_node(new_notebook(cells=[cell]), resources)
    assert "could not be shown" in page and "its marks count" in page
    assert "toy-double: 1 / 2" in page and "&lt;wrong&gt;" in page
    assert "Score: 0.75 / 2 (late submission penalty: −0.25)" in page
    assert page.rstrip().endswith("</html>")
