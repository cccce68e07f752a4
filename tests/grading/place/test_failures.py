"""A submission that can't be graded says why, and is not tried again in vain."""

import nbformat
import pytest
from rich.console import Console

from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.cohort import Cohort
from grader.grading.place.failures import Failures
from grader.grading.place.workplace import Workplace
from grader.grading.plugins.execute_and_judge import Ran
from grader.grading.report.class_report import make_report
from tests.classes import toy_course as toy


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    commands.release(toy.ASSIGNMENT)
    toy.submit(tmp_path, "ann", toy.submission(**toy.RIGHT))
    return tmp_path


def ran(seed=None, error=None):
    """How often the class's one submission was run by course grade; its row."""
    runs = []

    def execute(notebook, folder, settings):
        runs.append(notebook)
        if error:
            raise error
        notebook.metadata.tandem.update(seed=1)
        return Ran(notebook, [])

    cohort = Cohort(toy.assignment(), 1, execute)
    cohort.grade(Console(quiet=True), seed)
    (row,) = make_report(toy.assignment()).learners
    return len(runs), row


def test_what_fails_twice_has_its_reason_and_is_not_run_again(course):
    tries, row = ran(error=ValueError("no such thing"))
    why = "could not be graded (ValueError: no such thing); it is not run again until"
    assert (tries, row.state) == (2, "not graded")
    assert row.notes[0].startswith(why)
    tries, row = ran()
    assert (tries, row.state) == (0, "not graded")
    assert row.notes[0].startswith(why)


def test_it_is_run_again_when_it_changes(course):
    ran(error=ValueError("no such thing"))
    toy.submit(course, "ann", toy.submission())
    tries, row = ran()
    assert (tries, row.state) == (1, "graded")


def test_it_is_run_again_when_the_course_changes(course, monkeypatch):
    ran(error=ValueError("no such thing"))
    monkeypatch.setattr("grader.grading.place.failures.version", lambda name: "9.9")
    assert ran()[0] == 1


def test_a_seed_asks_for_another_run(course):
    ran(error=ValueError("no such thing"))
    assert ran(seed=3)[0] == 1


@pytest.mark.parametrize("error", [OSError(5, "I/O error"), MemoryError()])
def test_what_the_machine_failed_is_run_again(course, error):
    ran(error=error)
    tries, row = ran()
    assert (tries, row.state) == (1, "graded")


def test_a_submission_before_keeps_its_marks_and_the_reason_is_told(course):
    ran()
    toy.submit(course, "ann", toy.submission())
    _, row = ran(error=ValueError("no such thing"))
    assert row.state == "not graded"
    assert "the marks are those of the one before" in row.notes[0]
    assert "ValueError: no such thing" in row.notes[1]


def test_a_damaged_record_is_none(course):
    ran(error=ValueError("no such thing"))
    place = Workplace(course, toy.ASSIGNMENT)
    place.failed("ann").write_bytes(b"\xff[")
    (ann,) = Cohort(toy.assignment(), 1).arrived
    assert Failures(place).why(ann) is None
    place.failed("ann").write_text("[1]")
    assert Failures(place).why(ann) is None


def test_half_a_character_gets_its_marks(course):
    """Neither a file nor a message can hold it; the format's reader puts it right."""
    notebook = toy.submission(double="# \ud83d\n" + toy.RIGHT["double"])
    path = toy.submit(course, "ann", toy.submission())
    path.write_text(nbformat.v4.writes_json(notebook).replace("\ud83d", "\\ud83d"))
    tries, row = ran()
    assert (tries, row.state) == (1, "graded with note")
