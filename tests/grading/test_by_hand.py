"""Cells that a person marks: who waits for it, who no longer does, and no one else."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.converters import Autograde

from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.place.course_folder import find_course
from grader.grading.plugins import execute_and_judge
from grader.grading.report.class_report import make_report
from grader.grading.report.page.waiting import waiting
from grader.grading.report.rows import Waits
from grader.grading.run import judged
from tests.classes import toy_course as toy
from tests.classes.handout import position
from tests.classes.written import as_code, as_raw, deleted, retyped

pytestmark = pytest.mark.slow
DOUBLE, TOTAL = "toy-double-torch", "toy-total-torch"
ESSAY, PROOF, ASSERT, TASK = "toy-essay", "toy-proof", "toy-assert", "toy-task"
HIDDEN = """assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(3) == 6
### END HIDDEN TESTS"""
WRITTEN = {ESSAY: "Because it is linear.", PROOF: "assert 2 * 3 == 3 + 3"}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A toy course with two answers to read, a task, and asserts of its author's."""
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    source = tmp_path / "solutions" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    read = {"grade": True, "solution": True, "points": 4}
    notebook.cells += [
        new_markdown_cell("Why?", metadata=toy.nbgrader(ESSAY, **read)),
        new_code_cell("...", metadata=toy.nbgrader(PROOF, **read)),
        new_code_cell(
            HIDDEN, metadata=toy.nbgrader(ASSERT, grade=True, locked=True, points=2)
        ),
        new_markdown_cell(
            "Draw it.", metadata=toy.nbgrader(TASK, task=True, locked=True, points=1)
        ),
    ]
    nbformat.write(notebook, source)
    commands.release(toy.ASSIGNMENT)
    return tmp_path


def hand_in(course, learner, written=(), **solutions):
    """The release as a learner gets it, with these answers."""
    release = course / "exercises" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    notebook = nbformat.read(release, as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.nbgrader.grade_id
        name = grade_id.split("-")[1]
        if grade_id.endswith("-solution") and name in solutions:
            cell.source = solutions[name]
        cell.source = dict(written).get(grade_id, cell.source)
    return toy.submit(course, learner, notebook)


def grade(capsys, code):
    capsys.readouterr()
    assert commands.grade(toy.ASSIGNMENT, as_json=True) == code
    printed = json.loads(capsys.readouterr().out)
    return {row["learner"]: row for row in printed["learners"]}


def mark(learner, **scores):
    """As formgrader does: a score given by hand no longer waits."""
    with find_course().gradebook() as gradebook:
        for cell, score in scores.items():
            grade = gradebook.find_grade(
                f"toy-{cell}", toy.NAME, toy.ASSIGNMENT, learner
            )
            grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.db.commit()


def waits(row):
    return {name for name, mark in row["marks"].items() if mark["by_hand"]}


def said(capsys):
    capsys.readouterr()
    commands.report(toy.ASSIGNMENT)
    return " ".join(capsys.readouterr().out.split())


def test_a_first_grading_waits_for_the_answers_to_read(course, capsys):
    hand_in(course, "ann", WRITTEN, **toy.RIGHT)
    hand_in(course, "bob", double=toy.RIGHT["double"])
    rows = grade(capsys, 1)
    assert waits(rows["ann"]) == {ESSAY, PROOF, TASK}
    assert waits(rows["bob"]) == {TASK}
    shown = said(capsys)
    assert f"to mark by hand: {ESSAY}, {PROOF}, {TASK}" in shown
    assert "marked by hand before" not in shown
    report = make_report(toy.assignment())
    reasons = {group.reason for kind in waiting(report) for group in kind.groups}
    assert reasons == {f"{name}: {Waits.FIRST}" for name in (ESSAY, PROOF, TASK)}


def test_an_authors_own_asserts_have_the_status_that_their_score_says(course, capsys):
    hand_in(course, "ann", WRITTEN, **toy.RIGHT)
    hand_in(course, "bob", double="def double(x):\n    return 4")
    rows = grade(capsys, 1)
    found = {name: row["marks"][ASSERT] for name, row in rows.items()}
    assert (found["ann"]["status"], found["ann"]["score"]) == ("correct", 2)
    assert (found["bob"]["status"], found["bob"]["score"]) == ("wrong", 0)
    report = make_report(toy.assignment())
    summaries = {summary.grade_id: summary for summary in report.exercises}
    assert (summaries[ASSERT].correct, summaries[ASSERT].graded) == (1, 2)
    # One is to be read, the other was left as it was handed out.
    assert summaries[ESSAY].statuses == {"by hand": 1, "not attempted": 1}
    assert summaries[ESSAY].graded == 1


def test_a_score_by_hand_is_a_mark_and_is_left_alone(course, capsys, monkeypatch):
    """Also when somebody hands in late, and when the class is run again."""
    hand_in(course, "ann", WRITTEN, **toy.RIGHT)
    grade(capsys, 1)
    mark("ann", essay=3, proof=4, task=1)
    ran = []
    run = execute_and_judge.ExecuteAndJudge.run
    monkeypatch.setattr(
        execute_and_judge.ExecuteAndJudge,
        "run",
        lambda self, *given: ran.append(self) or run(self, *given),
    )
    rows = grade(capsys, 0)
    assert (ran, waits(rows["ann"]), rows["ann"]["score"]) == ([], set(), 15)
    hand_in(course, "late", WRITTEN, **toy.RIGHT)
    rows = grade(capsys, 1)
    assert len(ran) == 1
    assert waits(rows["ann"]) == set()
    assert waits(rows["late"]) == {ESSAY, PROOF, TASK}
    mark("late", essay=0, proof=0, task=0)
    assert commands.regrade(toy.ASSIGNMENT) == 0
    assert len(ran) == 3
    rows = grade(capsys, 0)
    assert (waits(rows["ann"]), rows["ann"]["score"]) == (set(), 15)

    hand_in(course, "ann", WRITTEN | {ESSAY: "It is not."}, **toy.RIGHT)
    rows = grade(capsys, 1)
    assert waits(rows["ann"]) == {ESSAY, PROOF}
    assert f"look whether it still holds: {ESSAY}, {PROOF}" in said(capsys)


def test_what_formgrader_has_graded_is_graded(course, capsys, monkeypatch):
    """And marked by hand: ``course grade`` only adds what is left to do."""
    path = hand_in(course, "ann", WRITTEN, **toy.RIGHT)
    forged = nbformat.read(path, as_version=4)
    forged.metadata["tandem"] = {"submitted": "anything", "recorded": True}
    nbformat.write(forged, path)
    assert find_course().convert(Autograde, toy.ASSIGNMENT, "ann").done
    mark("ann", essay=3, proof=4, task=1)
    monkeypatch.setattr(execute_and_judge.ExecuteAndJudge, "run", pytest.fail)
    row = grade(capsys, 0)["ann"]
    assert (waits(row), row["score"], row["state"]) == (set(), 15, "graded")
    page = course / "feedback" / "ann" / toy.ASSIGNMENT / f"{toy.NAME}.html"
    assert page.is_file()


def test_a_fault_of_ours_that_was_marked_by_hand_is_not_run_again(
    course, capsys, monkeypatch
):
    hand_in(course, "ann", **toy.RIGHT)

    def broken(*arguments):
        raise ZeroDivisionError("in our code")

    with monkeypatch.context() as patch:
        patch.setattr(judged, "judge_seen_and_unseen", broken)
        rows = grade(capsys, 1)
        assert waits(rows["ann"]) == {DOUBLE, TOTAL, TASK}
        mark("ann", **{"double-torch": 2, "task": 1})
        rows = grade(capsys, 1)
        assert waits(rows["ann"]) == {TOTAL}
        mark("ann", **{"total-torch": 1})
        rows = grade(capsys, 0)
    assert rows["ann"]["score"] == 2 + 1 + 1 + 2
    rows = grade(capsys, 0)
    assert rows["ann"]["marks"][TOTAL]["status"] == "grader fault"


@pytest.mark.parametrize("change", [deleted, retyped, as_code, as_raw])
@pytest.mark.parametrize("road", ["course grade", "nbgrader autograde"])
def test_an_answer_that_was_deleted_or_retyped_is_there_to_be_read(
    course, capsys, change, road
):
    path = hand_in(course, "ann", WRITTEN, **toy.RIGHT)
    notebook = nbformat.read(path, as_version=4)
    change(notebook, position(notebook, ESSAY))
    nbformat.write(notebook, path)
    if road == "course grade":
        row = grade(capsys, 1)["ann"]
    else:
        assert find_course().convert(Autograde, toy.ASSIGNMENT, "ann").done
        row = make_report(toy.assignment()).to_dict()["learners"][0]
    assert waits(row) == {ESSAY, PROOF, TASK}
    assert row["marks"][ASSERT]["score"] == 2
    path = course / "autograded" / "ann" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    ids = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells]
    essays = [cell for cell, name in zip(cells, ids, strict=True) if name == ESSAY]
    assert [cell.cell_type for cell in essays] == ["markdown"]
    if change is deleted:
        assert "was missing from the submission" in essays[0].source
        assert essays[0].source.endswith("YOUR ANSWER HERE")
        assert f"answers to read had been deleted: {ESSAY}" in row["notes"]
    else:
        assert essays[0].source == WRITTEN[ESSAY]


@pytest.mark.parametrize("forged", [False, True])
def test_hidden_tests_are_no_change_of_the_learners(course, capsys, forged):
    path = hand_in(course, "ann", WRITTEN, **toy.RIGHT)
    if forged:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.nbgrader.grade_id == ASSERT:
                cell.source = "pass"
        nbformat.write(notebook, path)
    row = grade(capsys, 1)["ann"]
    changed = f"locked cells had been changed: {ASSERT}"
    assert row["notes"] == ([changed] if forged else [])
    assert row["marks"][ASSERT]["score"] == 2
    log = find_course().convert(Autograde, toy.ASSIGNMENT, "ann").log
    assert (f"ann: {changed}" in log) == ("changed" in log) == forged
