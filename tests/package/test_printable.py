"""Whatever a learner wrote, a terminal or a log shows it and does nothing else."""

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.common import printable
from grader.common.printable import in_json, one_line, paragraph, section

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x9b2J", r"\x9b2J"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("ann\n== bob\nall right", r"ann\n== bob\nall right"),
        ("ann\rbob", r"ann\rbob"),
        ("ann\u2028bob\u2029\x85", r"ann\u2028bob\u2029\x85"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u2066b\u2069\u200e\u061c", r"a\u2066b\u2069\u200e\u061c"),
        ("\udc80\ue000\ufeff\x00", r"\udc80\ue000\ufeff\x00"),
        ("tab\tdel\x7f", r"tab\tdel\x7f"),
    ],
)
def test_what_steers_a_terminal_is_shown_and_does_nothing(text, shown):
    assert one_line(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        *("Zoë Müller-Łukasz", "Nguyễn Thị Hoa", "山田\u3000太郎", "d'Arc\xa0Jeanne"),
        *("نرگس\u200cزاده", "👩\u200d🎓", "क्\u200dष", "-1", "C:\\ann", "[red]x[/]"),
    ],
)
def test_honest_names_stay_as_they_are(name):
    assert one_line(name) == name


def test_a_long_name_keeps_both_ends_and_its_length():
    shown = one_line("a" * 10_000 + ".ipynb")
    assert len(shown) < printable.LINE + 30
    assert shown.startswith("aaa") and shown.endswith(".ipynb (10,006 characters)")
    assert len(one_line("\x1b" * 300)) < printable.LINE + 30


@given(ANY_TEXT)
def test_any_text_becomes_one_printable_line_of_bounded_length(text):
    shown = one_line(text, 40)
    assert shown.splitlines() in ([shown], [])
    assert all(printable._is_seen(c) for c in shown)
    assert len(shown) < 80
    shown.encode("utf-8")


@given(ANY_TEXT)
def test_no_line_of_a_log_passes_for_a_title(text):
    first, *rest = section("ann", text).splitlines()
    assert first == "== ann"
    assert all(line == "" or line.startswith("    ") for line in rest)


def test_a_flood_of_lines_is_cut_in_the_middle():
    lines = paragraph("\n".join(map(str, range(10**5)))).split("\n")
    assert len(lines) == printable.LINES + 1
    assert (lines[0], lines[-1]) == ("0", "99999")
    assert "[99,000 lines left out]" in lines


@given(st.dictionaries(ANY_TEXT, st.lists(ANY_TEXT)))
def test_json_says_the_same_without_a_code(value):
    document = in_json(json.dumps(value, indent=2, ensure_ascii=False))
    assert json.loads(document) == value
    assert all(c == "\n" or printable._is_seen(c) for c in document)


def test_a_log_on_a_terminal_is_clean_with_its_traceback(capsys):
    log = logging.getLogger("test_printable")
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(printable.Printable())
    log.addHandler(handler)
    try:
        try:
            raise ValueError("\x1b[2J")
        except ValueError:
            log.exception("of %s", "\x1b[1mann")
    finally:
        log.removeHandler(handler)
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert r"of \x1b[1mann" in shown and r"ValueError: \x1b[2J" in shown
