"""What a learner named or raised is shown to the instructor, and does nothing."""

import io
import json
import subprocess
import sys
from datetime import datetime

import pytest
from rich.console import Console

from grader import cli
from grader.common.errors import CourseError
from grader.grading import commands
from grader.grading.report.class_report import Report
from grader.grading.report.page.render import render
from grader.grading.report.regrade import Change
from grader.grading.report.rows import Mark, Row, State
from grader.grading.report.tables import changes_table, tables
from grader.grading.to_do import as_log
from tests.classes import toy_course as toy

CODES = "\x1b[2J\x9b31m\x07\u202eann\n== bob\r\u2028"
SHOWN = r"\x1b[2J\x9b31m\x07\u202eann\n== bob\r\u2028"


def printed(part):
    file = io.StringIO()
    Console(file=file, width=200).print(part)
    return file.getvalue()


def hostile_report():
    row = Row(CODES, State.GRADED, [f"left aside: {CODES}"], 1.0, 2.0)
    row.marks["toy-double-torch"] = Mark("wrong", 0, 2, CODES)
    return Report(toy.ASSIGNMENT, 2.0, [row], [])


def is_clean(text):
    return all(c == "\n" or c.isprintable() for c in text)


def test_the_tables_of_a_report_are_clean():
    shown = printed(tables(hostile_report()))
    assert SHOWN in shown and is_clean(shown)


def test_the_table_of_changes_is_clean():
    shown = printed(changes_table([Change(CODES, "a", "wrong", "error", CODES)]))
    assert SHOWN in shown and is_clean(shown)


def test_the_page_of_a_report_is_clean():
    shown = render(hostile_report(), datetime(2026, 3, 1))
    assert SHOWN in shown and is_clean(shown)


def test_a_report_as_json_is_clean_and_says_the_same(capsys):
    made = hostile_report()
    commands._show(made, as_json=True)
    shown = capsys.readouterr().out
    assert is_clean(shown)
    assert json.loads(shown)["learners"][0]["learner"] == CODES


def test_a_log_has_the_sections_that_we_gave_it():
    log = as_log({CODES: [CODES], "cyd": ["x"], "dee": []})
    titles = [line for line in log.splitlines() if not line.startswith(" ")]
    assert titles == [f"== {SHOWN}", "== cyd"] and is_clean(log)


def test_an_error_of_the_command_is_clean(monkeypatch, capsys):
    def fails(**_):
        raise CourseError(f"can't read {CODES}")

    monkeypatch.setattr(cli, "app", fails)
    with pytest.raises(SystemExit):
        cli.main([])
    assert is_clean(capsys.readouterr().err)


def test_what_nbgrader_logs_of_a_submission_is_clean(tmp_path):
    course = toy.make_course(tmp_path)
    name = "\x1b[31m\u202eann"
    toy.submit(course, name, toy.submission()).write_text("hello")
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "autograde", toy.ASSIGNMENT, "--create"],
        cwd=course,
        capture_output=True,
        text=True,
    )
    assert r"\x1b[31m\u202eann" in done.stderr
    assert is_clean(done.stderr)
