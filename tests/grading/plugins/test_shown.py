"""A feedback page is written once more where it is not whole, and only there."""

import json

import pytest
from rich.console import Console

from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.cohort import Cohort
from grader.grading.place.workplace import Workplace
from grader.grading.plugins.execute_and_judge import Ran
from grader.grading.plugins.shown import Note
from grader.grading.to_do import Step
from tests.classes import toy_course as toy


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    toy.submit(tmp_path, "ann", toy.submission(**toy.RIGHT))
    commands.release(toy.ASSIGNMENT)
    return tmp_path


def run(notebook, folder, settings):
    notebook.metadata.tandem.update(seed=1)
    return Ran(notebook, [])


def the_cohort():
    return Cohort(toy.assignment(), 1, run)


def left_to_do():
    cohort = the_cohort()
    return cohort.step(cohort.accepted[0])


@pytest.mark.slow
def test_a_page_that_was_not_written_to_its_end_is_written_once_more(course):
    the_cohort().grade(Console(quiet=True))
    page = course / "feedback" / "ann" / toy.ASSIGNMENT / f"{toy.NAME}.html"
    note = Workplace(course, toy.ASSIGNMENT).shown("ann")
    whole = page.read_text(encoding="utf-8")
    assert left_to_do() is Step.DONE

    page.write_text(whole[:-1], encoding="utf-8")
    assert left_to_do() is Step.FEEDBACK
    page.write_text(f"{whole}<!-- the instructor's own remark -->", encoding="utf-8")
    assert left_to_do() is Step.DONE
    page.unlink()
    assert left_to_do() is Step.FEEDBACK
    the_cohort().grade(Console(quiet=True))
    assert page.read_text(encoding="utf-8") == whole

    # The version before noted the marks alone.
    note.write_text(json.loads(note.read_text())["marks"])
    assert left_to_do() is Step.DONE


@pytest.mark.parametrize(
    "text", ["", "é", "[]", "{}", '{"marks": 1, "size": 2}', '{"marks": "a"}']
)
def test_a_damaged_note_is_no_notes_marks(tmp_path, text):
    path = tmp_path / "note"
    assert Note.read(path) is None
    Note("a" * 64, 5).write(path)
    assert Note.read(path) == Note("a" * 64, 5)
    path.write_text(text, encoding="utf-8")
    found = Note.read(path)
    assert found is None or found.marks == text
