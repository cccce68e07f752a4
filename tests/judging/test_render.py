"""Text and HTML say the same things, and a learner's text stays text."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.common.status import Status
from grader.judging.render import SYMBOLS, as_html, as_text
from grader.judging.verdict import Diagnosis, Difference, Verdict

DIFFERENCE = Difference(
    quantity="dL/dw",
    problem="at index [1] should be 2, is 4",
    index=(1,),
    expected=2.0,
    got=4.0,
    expected_array=(("1", "2"),),
    got_array=(("1", "4"),),
    inputs=(("w", "[0.5, 1]"), ("n", "7")),
)
WRONG = Verdict(
    "autograd.mse_gradient",
    "tensorflow",
    Status.WRONG,
    "dL/dw at index [1] should be 2, is 4.",
    DIFFERENCE,
    Diagnosis("sum instead of mean", "n times too large.", "Read the loss again."),
    "Read the loss again.",
    "A remark.",
)


def words(text: str) -> list[str]:
    """What a reader sees of HTML, or of text, without marks and spaces."""
    seen = unescape(re.sub(r"<[^>]*>", " ", text))
    return re.findall(r"\w+", seen)


@pytest.mark.parametrize("status", Status)
def test_every_status_has_a_symbol_and_is_said_in_words(status):
    found = Verdict("lesson.name", "torch", status, "A summary.")
    for rendered in (as_text(found), as_html(found)):
        assert SYMBOLS[status] in rendered
        assert f"lesson.name (PyTorch): {status}" in rendered


def test_both_forms_name_the_same_things():
    text, html = words(as_text(WRONG)), words(as_html(WRONG))
    for part in (
        "TensorFlow",
        "wrong",
        WRONG.summary,
        "expected",
        "got",
        "sum instead of mean",
        "n times too large.",
        "Next",
        "Read the loss again.",
        "Note",
        "A remark.",
        "w = [0.5, 1]",
        "n = 7",
    ):
        for word in words(part):
            assert word in text, part
            assert word in html, part


def test_the_text_shows_expected_and_got_side_by_side():
    lines = as_text(WRONG).split("\n")
    head = next(i for i, line in enumerate(lines) if line.split() == HEAD)
    assert lines[head + 1].split() == ["1", "2", "|", "1", "4"]


HEAD = ["expected", "|", "got"]


def wide(rows: int, columns: int) -> Verdict:
    """A verdict on an array whose numbers all differ, the last one wrong."""
    expected = [
        [f"{row}.{column:03}" for column in range(columns)] for row in range(rows)
    ]
    got = [list(row) for row in expected]
    got[-1][-1] = "-9.87e+10"
    arrays = [tuple(map(tuple, array)) for array in (expected, got)]
    found = Difference("b", "is off", None, None, 1.0, 2.0, *arrays)
    return Verdict("lesson.name", "torch", Status.WRONG, "Off.", found)


@pytest.mark.parametrize("shape", [(1, 16), (1, 24), (2, 12), (4, 6), (3, 8), (24, 1)])
def test_a_wide_array_is_stacked_within_80_columns(shape):
    text = as_text(wide(*shape))
    lines = text.split("\n")
    assert max(map(len, lines)) <= 80
    for row in range(shape[0]):
        for column in range(shape[1]):
            # Once in expected and once in got, but for the wrong one.
            last = (row, column) == (shape[0] - 1, shape[1] - 1)
            assert text.split().count(f"{row}.{column:03}") == (1 if last else 2)
    assert text.count("-9.87e+10") == 1


def test_stacked_numbers_stand_below_their_column():
    lines = as_text(wide(2, 12)).split("\n")[2:]
    assert [line.split()[:2] for line in lines] == [
        [*head, number]
        for row in (0, 1)
        for first in (0, 6)
        for head, number in (
            (["row"], str(row)),
            (["expected"], f"{row}.{first:03}"),
            (["got"], f"{row}.{first:03}"),
        )
    ]
    # Right-aligned: head, expected and got end in the same columns.
    assert len({len(line) for line in lines}) == 1
    assert lines[-3].endswith(" 11") and lines[-1].endswith(" -9.87e+10")


def test_what_fits_stays_side_by_side():
    assert HEAD in [line.split() for line in as_text(wide(6, 3)).split("\n")]


def test_the_html_marks_the_element():
    (cell,) = re.findall(r"<td[^>]*bold[^>]*>4</td>", as_html(WRONG))
    assert "outline" in cell


@given(st.text())
def test_a_learners_text_is_never_markup(text):
    hostile = f"<img src=x onerror=alert(1)>{text}\"'&"
    found = Verdict(
        hostile,
        "torch",
        Status.ERROR,
        hostile,
        Difference(
            hostile,
            hostile,
            expected_array=((hostile,),),
            got_array=((hostile,),),
            inputs=((hostile, hostile),),
        ),
        Diagnosis(hostile, hostile, hostile),
        hostile,
        hostile,
    )
    html = as_html(found)
    assert "<img" not in html
    assert set(re.findall(r"<(\w+)", html)) <= set(
        "div strong table caption tr td details summary pre".split()
    )


def test_colours_come_from_the_theme():
    for status in Status:
        html = as_html(Verdict("lesson.name", None, status, "A summary."))
        assert "var(--jp-content-font-color1, inherit)" in html
        assert "background:#" not in html
