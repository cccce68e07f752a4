"""Marks are what nbgrader's export says, whatever the instructor changes afterwards.

Nothing runs in a kernel here: an answer is right if it is the toy course's own.
"""

import json
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path

import nbformat
import pytest
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import AssignLatePenalties

from grader.common.status import Status
from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.cohort import Cohort
from grader.grading.pipeline import Pipeline
from grader.grading.place.course_folder import find_course
from grader.grading.plugins.execute_and_judge import Ran
from grader.grading.record import DecidedBy
from grader.grading.report.class_report import csv_rows, make_report
from grader.grading.run.judged import publish
from grader.judging.verdict import Verdict
from tests.classes import toy_course as toy
from tests.classes.gradebook import EXPORTED, change, exported, points_in_both

DOUBLE, TOTAL = "toy-double-torch", "toy-total-torch"
DUE = datetime(2026, 3, 1, 12)
DAY = timedelta(days=1)
RULES = {
    "none": "",
    "zero": 'c.LateSubmissionPlugin.penalty_method = "zero"',
    "a tenth a day": """
from nbgrader.plugins import LateSubmissionPlugin
class Tenth(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score * 0.1 * total_seconds_late / 86400
c.AssignLatePenalties.plugin_class = Tenth""",
    "more than there is": """
from nbgrader.plugins import LateSubmissionPlugin
class All(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score + 1
c.AssignLatePenalties.plugin_class = All""",
    "a gift": """
from nbgrader.plugins import LateSubmissionPlugin
class Gift(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return -1.0
c.AssignLatePenalties.plugin_class = Gift""",
    "not looked at": """
c.Autograde.autograde_preprocessors = [
    one for one in c.Autograde.autograde_preprocessors if "AssignLate" not in one]""",
}


@pytest.fixture
def ran(monkeypatch):
    """The learners whose notebooks were run, one entry for each run."""
    names = []

    def run(notebook, folder, settings):
        names.append(folder.parent.name)
        sources = {}
        for cell in notebook.cells:
            grade_id = cell.metadata.nbgrader.grade_id
            sources[grade_id] = cell.source
            if cell.metadata.nbgrader.grade:
                name = grade_id.split("-")[1]
                right = sources[f"{grade_id}-solution"] == toy.RIGHT[name]
                status = Status.CORRECT if right else Status.WRONG
                verdict = Verdict(f"toy.{name}", "torch", status, "", None, None, "")
                publish(cell, verdict, DecidedBy.FRESH)
        notebook.metadata.tandem.update(seed=1)
        return Ran(notebook, [])

    monkeypatch.setattr(commands, "Cohort", partial(Cohort, execute=run))
    return names


@pytest.fixture
def course(tmp_path, monkeypatch, ran):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    monkeypatch.setattr(commands.probe, "level", lambda: "none")
    return tmp_path


def configure(course, text):
    path = course / "nbgrader_config.py"
    path.write_text(f"{path.read_text()}\n{text}\n")


def submit(course, learner, at=None, **solutions):
    notebook = toy.submission(**(solutions or toy.RIGHT))
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # the same bytes each time
    path = toy.submit(course, learner, notebook)
    if at:
        (path.parent / "timestamp.txt").write_text(f"{at} UTC")
        seconds = at.replace(tzinfo=UTC).timestamp()
        os.utime(path, (seconds, seconds))


def due(when):
    change(
        Path.cwd(),
        lambda g: g.update_or_create_assignment(toy.ASSIGNMENT, duedate=when),
    )


def worth(course, points):
    """Release the first exercise with other points."""
    source = course / "solutions" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells[3].metadata.nbgrader.points = points
    nbformat.write(notebook, source)
    assert commands.release(toy.ASSIGNMENT) == 0


def assert_equals_export(course):
    """What is left of each learner's points."""
    points = points_in_both(course, toy.ASSIGNMENT)
    return {learner: row["score"] for learner, row in points.items()}


def row(learner):
    report = make_report(toy.assignment())
    return next(row for row in report.learners if row.learner == learner)


LATE = (None, -DAY, DAY, 2.5 * DAY, 20 * DAY)
MARKS = {
    "as graded": {},
    "by hand": {"manual_score": 1.5},
    "by hand, nothing": {"manual_score": 0.0},
    "extra credit": {"extra_credit": 0.25},
    "taken off": {"extra_credit": -0.5},
    "by hand and extra": {"manual_score": 0.5, "extra_credit": 2.0},
    "less than nothing": {"manual_score": -3.0},
    "no mark yet": {"auto_score": None, "needs_manual_grade": True},
}


@pytest.mark.parametrize("rule", RULES)
def test_the_csv_equals_nbgraders_export_always(course, tmp_path, rule):
    configure(course, RULES[rule])
    assert commands.release(toy.ASSIGNMENT) == 0
    due(DUE)
    app = find_course().app

    def graded(gradebook):
        where = toy.NAME, toy.ASSIGNMENT
        for number, (late, marks) in enumerate(product(LATE, MARKS)):
            learner = str(number)  # stock nbgrader quotes nothing
            gradebook.add_student(learner)
            at = late and DUE + late
            gradebook.add_submission(toy.ASSIGNMENT, learner, timestamp=at)
            for grade_id, score in ((DOUBLE, 2.0), (TOTAL, 0.0)):
                grade = gradebook.find_grade(grade_id, *where, learner)
                grade.auto_score, grade.needs_manual_grade = score, False
            grade = gradebook.find_grade(DOUBLE, *where, learner)
            for name, value in MARKS[marks].items():
                setattr(grade, name, value)
            if number % 3 == 0:
                gradebook.grant_extension(toy.ASSIGNMENT, learner, days=2)
        gradebook.add_student("never handed in")
        gradebook.add_student("=cmd()")

    change(course, graded)
    names = {"assignment": toy.ASSIGNMENT, "notebook": toy.NAME}
    with find_course().gradebook() as gradebook:
        learners = [s.student.id for s in gradebook.assignment_submissions("01_toy")]
    for learner in learners:
        names |= {"student": learner, "db_url": find_course().directory.db_url}
        step = AssignLatePenalties(parent=app)
        step.preprocess(nbformat.v4.new_notebook(), {"nbgrader": names})
    for duedate in (DUE, None, DUE + 2 * DAY):
        due(duedate)
        theirs = exported(course, toy.ASSIGNMENT)
        _, rows = csv_rows(make_report(toy.assignment()))
        ours = {one["learner"]: one for one in rows}
        assert theirs.keys() == ours.keys() and len(ours) == len(LATE) * len(MARKS) + 2
        for learner, expected in theirs.items():
            found = {c: str(ours[learner][c]) for c in EXPORTED}
            assert found == {c: expected[c] for c in EXPORTED}, learner
    penalties = {one["late_submission_penalty"] for one in rows}
    assert (len(penalties) > 1) == (rule not in ("none", "a gift", "not looked at"))


@pytest.fixture
def zero(course, capsys):
    """A class graded with the rule that a late submission gets nothing."""
    configure(course, RULES["zero"])
    assert commands.release(toy.ASSIGNMENT) == 0
    due(DUE)
    submit(course, "late", DUE + DAY)
    submit(course, "on time", DUE - DAY)
    submit(course, "undated")
    assert commands.grade(toy.ASSIGNMENT) == 0
    capsys.readouterr()
    return course


def test_a_time_of_its_own_that_its_file_belies_is_noted(zero):
    """Work on the notebook went on after the time that was stated."""

    def noted():
        rows = make_report(toy.assignment()).learners
        words = "before the due date; the notebook's file was last changed at"
        return {one.learner: one.state for one in rows if words in str(one.notes)}

    assert noted() == {}
    path = zero / "submitted" / "on time" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    then = (DUE + DAY).replace(tzinfo=UTC).timestamp()
    os.utime(path, (then, then))
    assert noted() == {"on time": "graded with note"}


def test_a_late_submission_has_its_penalty_everywhere(zero, tmp_path, capsys):
    assert assert_equals_export(tmp_path) == {"late": 0, "on time": 5, "undated": 5}
    assert "0 / 5 (late: −5)" in capsys.readouterr().out
    commands.report(toy.ASSIGNMENT, as_json=True)
    found = json.loads(capsys.readouterr().out)
    late = {one["learner"]: one for one in found["learners"]}["late"]
    points = {k: late[k] for k in ("raw_score", "late_submission_penalty", "score")}
    assert points == {"raw_score": 5, "late_submission_penalty": 5, "score": 0}
    assert (found["duedate"], late["timestamp"]) == (str(DUE), str(DUE + DAY))
    page = tmp_path / "page.html"
    commands.report(toy.ASSIGNMENT, to=page, browser=False)
    assert "late: −5" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("seconds", [0, 1])
def test_a_submission_is_late_from_the_second_after(course, tmp_path, seconds):
    configure(course, RULES["zero"])
    commands.release(toy.ASSIGNMENT)
    due(DUE)
    submit(course, "ann", DUE + timedelta(seconds=seconds))
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert assert_equals_export(tmp_path) == {"ann": 0 if seconds else 5}


def test_a_due_date_that_moves_changes_marks_and_runs_nothing(
    zero, tmp_path, ran, capsys
):
    ran.clear()
    due(DUE + 2 * DAY)
    stale = row("late")
    assert (stale.state, stale.score) == ("not graded", 0)
    assert stale.notes == ["changed since it was graded: late penalty"]
    assert not make_report(toy.assignment()).clean
    assert commands.grade(toy.ASSIGNMENT) == 0
    told = capsys.readouterr().err
    assert "1 marked anew" in told and "(changed: late penalty): late" in told
    assert "2 graded before" in told
    assert ran == []
    assert assert_equals_export(tmp_path) == {"late": 5, "on time": 5, "undated": 5}
    page = zero / "feedback" / "late" / toy.ASSIGNMENT / f"{toy.NAME}.html"
    assert "Late submission penalty" not in page.read_text()
    due(DUE - 2 * DAY)
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert assert_equals_export(tmp_path) == {"late": 0, "on time": 0, "undated": 5}
    assert "Late submission penalty" in page.read_text()
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert "3 graded before" in capsys.readouterr().err


def test_an_extension_lifts_the_penalty(zero, tmp_path):
    change(zero, lambda g: g.grant_extension(toy.ASSIGNMENT, "late", days=2))
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert assert_equals_export(tmp_path)["late"] == 5


def test_another_rule_for_late_ones_counts_from_then_on(zero, tmp_path):
    configure(zero, RULES["a tenth a day"])
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert assert_equals_export(tmp_path)["late"] == 4.5


def test_the_same_notebook_handed_in_later_is_late(zero, tmp_path, ran, capsys):
    ran.clear()
    submit(zero, "on time", DUE + DAY)
    assert row("on time").state == "not graded"
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert "(changed: time of submission): on time" in capsys.readouterr().err
    assert ran == []
    assert assert_equals_export(tmp_path)["on time"] == 0


@pytest.mark.parametrize("spoilt", ["gone", "unreadable"])
def test_marks_of_a_submission_that_is_gone_follow_the_due_date(zero, tmp_path, spoilt):
    path = zero / "submitted" / "late" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    path.unlink() if spoilt == "gone" else path.write_text("{")
    due(DUE + 2 * DAY)
    commands.grade(toy.ASSIGNMENT)
    assert assert_equals_export(tmp_path)["late"] == 5


@pytest.fixture
def points(course, capsys):
    """A class graded when the first exercise was worth 1 point."""
    worth(course, 1)
    submit(course, "right")
    submit(course, "wrong", double="def double(x):\n    return x")
    submit(course, "by hand", double="def double(x):\n    return x")
    assert commands.grade(toy.ASSIGNMENT) == 0

    def mark(gradebook):
        grade = gradebook.find_grade(DOUBLE, toy.NAME, toy.ASSIGNMENT, "by hand")
        grade.manual_score, grade.extra_credit = 0.5, 0.25

    change(course, mark)
    capsys.readouterr()
    return course


def test_points_that_change_change_marks_and_run_nothing(points, tmp_path, ran, capsys):
    before = {"right": 4, "wrong": 0, "by hand": 0.75}
    assert assert_equals_export(tmp_path) == before
    capsys.readouterr()
    ran.clear()
    worth(points, 5)
    told = capsys.readouterr().out
    assert f"{DOUBLE}: 5 points instead of 1" in told
    assert "3 learners" in told and f"course grade {toy.ASSIGNMENT}" in told
    assert row("right").state == "not graded"
    assert row("right").notes == ["changed since it was graded: points"]
    assert assert_equals_export(tmp_path) == before
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert "3 marked anew" in capsys.readouterr().err
    assert ran == []
    assert assert_equals_export(tmp_path) == {"right": 8, "wrong": 0, "by hand": 0.75}
    mark = row("right").marks[DOUBLE]
    assert (mark.score, mark.max_score) == (5, 5)
    page = points / "feedback" / "right" / toy.ASSIGNMENT / f"{toy.NAME}.html"
    assert "Score: 5.0 / 5.0" in page.read_text()
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert "3 graded before" in capsys.readouterr().err


def test_a_release_that_changes_no_points_says_nothing_of_them(points, capsys):
    assert commands.release(toy.ASSIGNMENT) == 0
    assert "instead" not in capsys.readouterr().out


def test_regrade_says_all_that_changes_and_then_does_it(
    points, tmp_path, capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "200")
    configure(points, RULES["zero"])
    due(DUE)
    submit(points, "wrong", DUE + DAY, double="def double(x):\n    return x")
    submit(points, "right", DUE + DAY)
    worth(points, 5)
    before = assert_equals_export(tmp_path)
    capsys.readouterr()
    assert commands.regrade(toy.ASSIGNMENT, dry_run=True) == 1
    dry = capsys.readouterr().out
    words = " ".join(dry.split())
    assert "correct, 1 / 1 correct, 5 / 5 worth 5 instead of 1" in words
    assert "wrong, 0.75 / 1 wrong, 0.75 / 5" in words
    assert "late penalty 0 8 its due date" in words
    assert "wrong, 0 / 5" not in words
    assert assert_equals_export(tmp_path) == before
    capsys.readouterr()
    assert commands.regrade(toy.ASSIGNMENT) == 1
    assert capsys.readouterr().out == dry
    assert assert_equals_export(tmp_path) == {"right": 0, "wrong": 0, "by hand": 0.75}
    capsys.readouterr()
    assert commands.regrade(toy.ASSIGNMENT) == 0
    assert "No mark changes." in capsys.readouterr().out
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert "3 graded before" in capsys.readouterr().err


@pytest.mark.parametrize("step", ["write", "feedback"])
def test_marking_anew_goes_on_after_a_kill(points, tmp_path, monkeypatch, ran, step):
    worth(points, 5)
    ran.clear()

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, step, killed)
        with pytest.raises(commands.CourseError):
            commands.grade(toy.ASSIGNMENT)
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert ran == []
    assert assert_equals_export(tmp_path) == {"right": 8, "wrong": 0, "by hand": 0.75}
    assert not any((points / ".grading" / toy.ASSIGNMENT / "pending").iterdir())


def test_what_waits_to_be_written_gets_the_points_of_today(
    points, tmp_path, monkeypatch, ran
):
    submit(
        points, "right", total="def total(x):\n    return x", double=toy.RIGHT["double"]
    )

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "write", killed)
        with pytest.raises(commands.CourseError):
            commands.grade(toy.ASSIGNMENT)
    worth(points, 5)
    ran.clear()
    assert commands.grade(toy.ASSIGNMENT) == 0
    assert ran == []
    assert assert_equals_export(tmp_path)["right"] == 5


def feedback(course, learner):
    path = course / "feedback" / learner / toy.ASSIGNMENT / f"{toy.NAME}.html"
    return path.read_text(encoding="utf-8")


def test_a_mark_given_by_hand_is_on_the_page_of_feedback(points, ran, capsys):
    """The page is from before the mark, and nbgrader would leave it."""
    ran.clear()
    assert "Score: 0.75 / 1.0" not in feedback(points, "by hand")
    assert commands.grade(toy.ASSIGNMENT) == 0
    told = capsys.readouterr().err
    assert "2 graded before" in told and "1 page of feedback written anew." in told
    assert "Score: 0.75 / 1.0" in feedback(points, "by hand")
    assert ran == []


def test_a_comment_by_hand_is_on_the_page_of_feedback(points, capsys):
    def comment(gradebook):
        where = toy.NAME, toy.ASSIGNMENT, "right"
        found = gradebook.find_comment(f"{DOUBLE}-solution", *where)
        found.manual_comment = "well argued"

    commands.grade(toy.ASSIGNMENT)
    capsys.readouterr()
    change(points, comment)
    commands.grade(toy.ASSIGNMENT)
    assert "well argued" in feedback(points, "right")
    assert "1 page of feedback" in capsys.readouterr().err
    commands.grade(toy.ASSIGNMENT)
    assert "3 graded before" in capsys.readouterr().err


def test_a_page_that_nbgrader_made_is_not_made_again(points, capsys):
    course = find_course()
    converted = course.convert(GenerateFeedback, toy.ASSIGNMENT)
    assert converted.done
    commands.grade(toy.ASSIGNMENT)
    assert "3 graded before" in capsys.readouterr().err
