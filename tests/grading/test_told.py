"""The terminal has a line for a learner whose submission is odd, and no others."""

import copy
import json
import warnings

import pytest
from nbformat.v4 import new_code_cell
from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning
from nbgrader.converters import Autograde

from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.place.course_folder import find_course
from grader.grading.run import judged
from tests.classes import toy_course as toy

pytestmark = pytest.mark.slow
NAMES = "toy-double-torch, toy-total-torch"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Three odd submissions: cells twice, cells gone, locked cells changed."""
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    twice = toy.submission(**toy.RIGHT)
    twice.cells += copy.deepcopy(twice.cells)
    # As text: nbformat would give the copies ids of their own.
    toy.submit(tmp_path, "twice", toy.submission()).write_text(json.dumps(twice))
    gone = toy.submission(**toy.RIGHT)
    del gone.cells[5], gone.cells[3]
    toy.submit(tmp_path, "gone", gone)
    changed = toy.submission(**toy.RIGHT)
    changed.cells[0] = new_code_cell("pass", metadata=changed.cells[0].metadata)
    changed.cells[3].source = "100"
    toy.submit(tmp_path, "changed", changed)
    return tmp_path


def graded(capfd):
    """The notes by learner, and the lines on the terminal beside the report."""
    capfd.readouterr()
    with warnings.catch_warnings():
        for kind in (DuplicateCellId, MissingIDFieldWarning):
            warnings.simplefilter("error", kind)
        commands.grade(toy.ASSIGNMENT, as_json=True)
    out, err = capfd.readouterr()
    rows = json.loads(out)["learners"]
    lines = [line for line in err.splitlines() if line.strip()]
    return {row["learner"]: row["notes"] for row in rows}, lines


def test_what_was_put_right_is_told_once_by_learner(course, capfd):
    notes, lines = graded(capfd)
    assert notes == {
        "twice": ["its format was put right: cell ids"],
        "gone": [f"checks were put back: {NAMES}"],
        "changed": [
            "cells of another type: toy-locked-1",
            "locked cells had been changed: toy-locked-1, toy-double-torch",
        ],
    }
    assert lines == []


def test_nbgraders_own_command_says_whose_it_is(course):
    commands.release(toy.ASSIGNMENT)
    log = find_course().convert(Autograde, toy.ASSIGNMENT, "gone").log
    assert f"gone: checks were put back: {NAMES}" in log


def test_what_our_side_logs_is_one_line_with_the_learner(course, capfd, monkeypatch):
    """Two faults in a notebook, whose tracebacks go to the file alone."""

    def broken(*arguments):
        raise ZeroDivisionError("in our code")

    monkeypatch.setattr(judged, "judge_seen_and_unseen", broken)
    _, lines = graded(capfd)
    told = "Grader fault at toy-double-torch; Grader fault at toy-total-torch"
    for learner in ("twice", "gone", "changed"):
        assert f"{learner}: {told}" in lines
    assert len(lines) == 4  # and where to read on
    log = course / ".grading" / f"{toy.ASSIGNMENT}.log"
    assert "ZeroDivisionError: in our code" in log.read_text()
