"""A small class through ``course grade``: what goes wrong costs only what it must."""

import csv
import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest

from grader.common.errors import CourseError
from grader.exercises import catalogue
from grader.grading import commands, execution
from grader.grading.place.course_folder import find_course
from grader.grading.run import judged
from tests.classes import toy_course as toy

DOUBLE, TOTAL = "toy-double-torch", "toy-total-torch"
STUBBORN = """import time
def {name}(x):
    while True:
        try:
            time.sleep(10)
        except BaseException:
            pass"""
FLOOD = "for _ in range(40):\n    print('x' * 2**20)\ndisplay('y' * 2**21)\n"
REMEMBERS = """seen = []
def total(x):
    seen.append(1)
    return x.sum() if len(seen) < 4 else x.mean()"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A toy course in the current folder, whose references the grader knows."""
    real = catalogue.exercises
    monkeypatch.setattr(
        catalogue,
        "exercises",
        lambda lesson: toy.EXERCISES if lesson == "toy" else real(lesson),
    )
    monkeypatch.chdir(toy.make_course(tmp_path))
    return tmp_path


def graded(capsys, code, **options):
    """Grade as JSON; rows of the report by learner."""
    capsys.readouterr()
    assert commands.grade(toy.ASSIGNMENT, as_json=True, **options) == code
    printed = json.loads(capsys.readouterr().out)
    return {row["learner"]: row for row in printed["learners"]}


def outcome(row):
    return [(mark["status"], mark["score"]) for mark in row["marks"].values()]


def autograded(course, learner):
    path = course / "autograded" / learner / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    return nbformat.read(path, as_version=4)


SPOILS = """def total(x):
    answer = x.sum()
    x += 1
    return answer"""
LIES = (
    """import grader.learner.answering.answers as answers
answers.unchanged = lambda before, after: True
"""
    + SPOILS
)
LOSES = """def total(x):
    w = torch.ones(1, requires_grad=True)
    x.sum()
    return x.sum() - 0.1 * w.grad"""


@pytest.mark.slow
def test_a_graded_run_tells_what_check_tells(course, capsys):
    submissions = {
        "forgets": {"double": "def double(x):\n    2 * x", "total": SPOILS},
        "switches": {
            "double": "import torch\ntorch.set_grad_enabled(False)\n"
            "def double(x):\n    return 2 * y",
            "total": LOSES,
        },
        "renames": {
            "double": "double = lambda values: values + values",
            "total": "def total(x):\n    raise NotImplementedError('rank 2')",
        },
        "lies": {"double": toy.RIGHT["double"], "total": LIES},
    }
    for learner, cells in submissions.items():
        toy.submit(course, learner, toy.submission(**cells))
    rows = graded(capsys, 0, seed=7)

    def verdict(learner, grade_id):
        cells = autograded(course, learner).cells
        return next(
            cell.metadata.tandem.verdict
            for cell in cells
            if cell.metadata.nbgrader.grade_id == grade_id
        )

    def told(learner):
        return [verdict(learner, name) for name in (DOUBLE, TOTAL)]

    forgotten, spoilt = told("forgets")
    assert forgotten.summary == "Your function returned None: is the return missing?"
    assert spoilt.status == "wrong"
    assert "changed its argument x" in spoilt.summary
    switched, lost = told("switches")
    assert switched.status == lost.status == "error"
    assert "torch.set_grad_enabled(True)" in switched.note
    assert lost.diagnosis.name == "no gradient (None)"
    assert "w.grad is None" in lost.diagnosis.message
    right, own = told("renames")
    assert right.status == "correct"
    assert own.status == "error"
    assert own.summary.endswith(": rank 2")
    # It gains what working on a copy would have gained it: its values are right.
    assert outcome(rows["lies"]) == [("correct", 2), ("correct", 3)]


@pytest.mark.slow
def test_what_goes_wrong_costs_only_what_it_must(course, capsys):
    right = toy.RIGHT
    toy.submit(course, "right", toy.submission(**right))
    toy.submit(
        course,
        "hung last",
        toy.submission(double=right["double"], total=STUBBORN.format(name="total")),
    )
    hang = "import torch\n" + STUBBORN.format(name="double")
    toy.submit(course, "hung first", toy.submission(double=hang, total=right["total"]))
    flood = toy.submission(double=FLOOD + right["double"], total=REMEMBERS)
    toy.submit(course, "flood", flood)
    toy.submit(course, '=cmd,"x"', toy.submission()).write_text("hello")
    tampered = toy.submission(**right)
    tampered.cells[5].metadata.nbgrader.update(points=1e6, schema_version=1)
    tampered.cells[3].metadata["tandem"] = {"verdict": {"status": "correct"}}
    tampered.cells[3].source = "100"
    tampered.cells[2].source = "def double(x):\n    return x"
    toy.submit(course, "tampered", tampered)
    rows = graded(capsys, 1, timeout=15, seed=7)
    assert outcome(rows["right"]) == [("correct", 2), ("correct", 3)]
    # A new kernel takes over from the one that had to be killed.
    assert outcome(rows["hung first"]) == [("timeout", 0), ("correct", 3)]
    assert outcome(rows["hung last"]) == [("correct", 2), ("timeout", 0)]
    assert outcome(rows["flood"]) == [("correct", 2), ("wrong", 0)]
    assert rows["flood"]["marks"][TOTAL]["mistake"] == "mean"
    assert outcome(rows["tampered"]) == [("wrong", 0), ("correct", 3)]
    assert rows['=cmd,"x"']["state"] == "quarantined"
    flood = autograded(course, "flood").cells[2].outputs
    assert sum(len(str(output)) for output in flood) < 2**21
    assert "[output cut: more than 1,048,576" in str(flood)
    assert autograded(course, "right").metadata.tandem.seed == 7
    target = course / "marks.csv"
    assert commands.report(toy.ASSIGNMENT, csv=target) == 0
    with target.open(newline="") as file:
        read = {row["learner"]: row for row in csv.DictReader(file)}
    assert len(read) == 6
    assert read['\'=cmd,"x"']["state"] == "quarantined"
    assert read["right"]["score"] == "5.0"
    assert read["right"][f"{TOTAL} status"] == "correct"
    asked = {
        name: row["marks"][DOUBLE]["seconds"]
        for name, row in rows.items()
        if row["marks"]
    }
    assert all(isinstance(seconds, float) for seconds in asked.values()), asked
    page = course / "page.html"
    assert commands.report(toy.ASSIGNMENT, to=page, browser=False) == 0
    text = page.read_text(encoding="utf-8")
    assert "=cmd,&#34;x&#34;" in text and "You take the mean." in text


@pytest.mark.slow
def test_an_exercise_that_the_grader_lacks_costs_no_other_cell(course, monkeypatch):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: (toy.DOUBLE,))
    ran = execution.execute(toy.submission(**toy.RIGHT), course, {})
    found = {
        cell.metadata.nbgrader.grade_id: cell.metadata.tandem.verdict.status
        for cell in ran.notebook.cells
        if "tandem" in cell.metadata
    }
    assert found == {DOUBLE: "correct", TOTAL: "grader fault"}


def by_hand(change):
    """What an instructor does in formgrader to ann's first exercise."""
    with find_course().gradebook() as gradebook:
        where = toy.NAME, toy.ASSIGNMENT, "ann"
        grade = gradebook.find_grade(DOUBLE, *where)
        comment = gradebook.find_comment(f"{DOUBLE}-solution", *where)
        change(grade, comment)
        gradebook.db.commit()


@pytest.mark.slow
def test_marks_by_hand_and_later_submissions(course, capsys, monkeypatch):
    toy.submit(course, "ann", toy.submission(**toy.RIGHT))

    def broken(*arguments):
        raise ZeroDivisionError("in our code")

    with monkeypatch.context() as patch:
        patch.setattr(judged, "judge_seen_and_unseen", broken)
        rows = graded(capsys, 1)
    assert commands.report(toy.ASSIGNMENT) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(r"01_toy: 1 learner\b", shown)
    assert "double (PyTorch)" in shown and "mark by hand" in shown
    log = course / ".grading" / f"{toy.ASSIGNMENT}.log"
    assert "ZeroDivisionError: in our code" in log.read_text()
    assert outcome(rows["ann"]) == [("grader fault", 0), ("grader fault", 0)]
    assert rows["ann"]["by_hand"]

    def mark(grade, comment):
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)
        grade.manual_score, comment.manual_comment = 1.5, "well argued"
        grade.needs_manual_grade = False  # as formgrader does

    def still_there(grade, comment):
        assert (grade.score, comment.comment) == (1.5, "well argued")

    by_hand(mark)
    rows = graded(capsys, 0)
    assert outcome(rows["ann"]) == [("correct", 1.5), ("correct", 3)]
    assert rows["ann"]["score"] == 4.5
    by_hand(still_there)

    toy.submit(course, "ann", toy.submission())
    assert commands.report(toy.ASSIGNMENT, as_json=True) == 0
    row = json.loads(capsys.readouterr().out)["learners"][0]
    assert (row["state"], row["score"]) == ("not graded", 4.5)
    assert "submitted anew" in row["notes"][0]
    toy.submit(course, "ann", toy.submission()).write_text("{")
    rows = graded(capsys, 1)
    assert rows["ann"]["state"] == "quarantined"
    assert "marks are those of an earlier submission" in rows["ann"]["notes"][-1]

    assert commands.release(toy.ASSIGNMENT) == 0
    source = course / "solutions" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    del notebook.cells[4:]
    nbformat.write(notebook, source)
    released = course / "exercises" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    before = released.read_bytes()
    with pytest.raises(CourseError, match="has graded submissions"):
        commands.release(toy.ASSIGNMENT)
    assert released.read_bytes() == before


def test_errors_are_one_sentence(course, monkeypatch):
    with pytest.raises(CourseError, match="no assignment is called 'x'; there are: 01"):
        commands.grade("x")
    with pytest.raises(CourseError, match="nothing to grade: put each notebook into"):
        commands.grade(toy.ASSIGNMENT)
    (course / "submitted").mkdir()
    with pytest.raises(CourseError, match="nothing to grade"):
        commands.grade(toy.ASSIGNMENT)
    with pytest.raises(CourseError, match="has not been graded yet"):
        commands.report(toy.ASSIGNMENT)
    with pytest.raises(CourseError, match="unknown track 'jax'"):
        commands.release(toy.ASSIGNMENT, "jax")
    monkeypatch.chdir(Path(course.anchor))
    with pytest.raises(CourseError, match=r"in a course folder.*course init FOLDER"):
        commands.grade(toy.ASSIGNMENT)


def test_a_missing_framework_is_the_machines_fault(course, monkeypatch):
    toy.submit(course, "ann", toy.submission())
    monkeypatch.setattr(execution, "installed", lambda framework: False)
    with pytest.raises(CourseError, match="PyTorch is not installed here"):
        commands.grade(toy.ASSIGNMENT)


def test_a_track_is_released_with_its_cells_and_points(course, capsys):
    source = course / "solutions" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells[4:]:
        cell.metadata.tags = ["tensorflow"]
    nbformat.write(notebook, source)
    (source.parent / "data.csv").write_text("1,2")
    assert commands.release(toy.ASSIGNMENT, "torch") == 0
    assert "(2 points)" in capsys.readouterr().out
    folder = course / "release" / "torch" / toy.ASSIGNMENT
    released = nbformat.read(folder / source.name, as_version=4)
    assert len(released.cells) == 4
    assert "raise NotImplementedError" in released.cells[2].source
    assert (folder / "data.csv").exists()
    assert not (course / "exercises").exists()
    assert commands.release(toy.ASSIGNMENT) == 0
    assert "(5 points)" in capsys.readouterr().out
    assert (course / "exercises" / toy.ASSIGNMENT / source.name).exists()


def test_settings_of_an_older_version_are_told_by_what_is_gone(course):
    settings = course / "nbgrader_config.py"
    older = "c.GenerateAssignment.preprocessors = ['grader.grading.release.Saves']\n"
    settings.write_text(settings.read_text() + older)
    with pytest.raises(CourseError, match=r"Saves.*older version.*course init makes"):
        commands.release(toy.ASSIGNMENT)


def test_a_course_is_its_own_whatever_folder_one_is_in(course, monkeypatch):
    monkeypatch.chdir(Path(__file__).parents[2])  # a course as well
    found = find_course(course)
    assert found.root == course
    assert found.directory.db_url == f"sqlite:///{course}/gradebook.db?timeout=60"


def test_the_configuration_works_from_any_folder(course, monkeypatch):
    inside = course / "solutions" / toy.ASSIGNMENT
    monkeypatch.chdir(inside)
    found = find_course()
    assert found.root == course
    assert found.assignments() == [toy.ASSIGNMENT]
    assert found.directory.db_url == f"sqlite:///{course}/gradebook.db?timeout=60"
    shutil.rmtree(inside)
