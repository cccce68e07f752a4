"""A class of many through ``course grade`` and through stock nbgrader."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.classroom import ASSIGNMENT, NAME, Classroom, hand_in

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
STOCK = """c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.Execute.timeout = 120
"""
TRIED_IN_STOCK = ("half-done", "mistaken-0")


def course_folder(folder, members, config=None):
    folder.mkdir()
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    text = config or (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(text, encoding="utf-8")
    hand_in(folder, members)
    return folder


def course_grade(folder):
    command = [sys.executable, "-m", "grader.cli", "grade", ASSIGNMENT, "--json"]
    run = subprocess.run(
        [*command, "--timeout", "30"], cwd=folder, capture_output=True, text=True
    )
    assert "Traceback" not in run.stderr, run.stderr
    return run.returncode, json.loads(run.stdout)


def stock_autograde(folder):
    nbgrader = [sys.executable, "-m", "nbgrader"]
    # It calls alembic by name, and the environment need not be activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    for step in ("generate_assignment", "autograde"):
        run = subprocess.run(
            [*nbgrader, step, ASSIGNMENT],
            cwd=folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path},
        )
        assert run.returncode == 0, run.stderr
    return folder


def scores(folder, learners):
    found = {}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for learner in learners:
            notebook = gradebook.find_submission_notebook(NAME, ASSIGNMENT, learner)
            found[learner] = {grade.name: grade.score for grade in notebook.grades}
    return found


@pytest.fixture(scope="module")
def members():
    room = Classroom()
    made = room.members()
    assert len(made) >= 24
    assert room.uncovered(made) == []
    return {member.learner: member for member in made}


@pytest.fixture(scope="module")
def graded(members, tmp_path_factory):
    """Rows by learner, the course, and a course that stock nbgrader graded."""
    base = tmp_path_factory.mktemp("class")
    tried = [members[learner] for learner in TRIED_IN_STOCK]
    with ThreadPoolExecutor(1) as pool:
        stock = pool.submit(
            stock_autograde, course_folder(base / "stock", tried, STOCK)
        )
        course = course_folder(base / "course", members.values())
        code, report = course_grade(course)
    assert code == 1  # some submissions are unreadable
    return {row["learner"]: row for row in report["learners"]}, course, stock.result()


def test_everyone_is_accounted_for(members, graded):
    states = {learner: row["state"] for learner, row in graded[0].items()}
    assert states == {learner: one.state for learner, one in members.items()}


def test_each_status_is_deserved(members, graded):
    for learner, member in members.items():
        marks = graded[0][learner]["marks"]
        statuses = {grade_id: mark["status"] for grade_id, mark in marks.items()}
        assert statuses == member.expected, learner


def test_each_mistake_is_named(members, graded):
    for learner, member in members.items():
        marks = graded[0][learner]["marks"]
        named = {grade_id: marks[grade_id]["mistake"] for grade_id in member.mistakes}
        assert named == member.mistakes, learner


def test_points_follow_from_the_status(graded):
    for learner, row in graded[0].items():
        for grade_id, mark in row["marks"].items():
            full = mark["max_score"] if mark["status"] == "correct" else 0
            assert mark["score"] == full, (learner, grade_id)


def test_stock_nbgrader_gives_the_same_marks(graded):
    rows, _, stock = graded
    expected = {
        learner: {name: m["score"] for name, m in rows[learner]["marks"].items()}
        for learner in TRIED_IN_STOCK
    }
    assert scores(stock, TRIED_IN_STOCK) == expected


def test_everyone_graded_gets_feedback_with_the_verdict(members, graded):
    _, course, _ = graded
    for learner, member in members.items():
        feedback = course / "feedback" / learner / ASSIGNMENT / f"{NAME}.html"
        assert feedback.exists() == bool(member.expected)
    page = course / "feedback" / "mistaken-0" / ASSIGNMENT / f"{NAME}.html"
    text = page.read_text(encoding="utf-8")
    for mistake in members["mistaken-0"].mistakes.values():
        assert f"Likely mistake: {mistake}" in text


def test_output_is_cut_where_it_arrives(graded):
    path = graded[1] / "autograded" / "huge-print" / ASSIGNMENT / f"{NAME}.ipynb"
    assert path.stat().st_size < 3 * 2**20
    outputs = [
        output
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
    ]
    assert any("[output cut: more than" in output.get("text", "") for output in outputs)
