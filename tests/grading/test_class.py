"""A class of many through ``course grade``, ``nbgrader autograde``, stock nbgrader."""

import html
from concurrent.futures import ThreadPoolExecutor

import nbformat
import pytest

from tests.classes.classroom import (
    ASSIGNMENT,
    KINDS,
    NAME,
    ROOT,
    Classroom,
    course_folder,
    marks,
)
from tests.classes.gradebook import points_in_both, rows
from tests.classes.roads import course_grade, nbgrader, nbgrader_autograde

pytestmark = pytest.mark.slow
TIMEOUT = "\nc.Execute.timeout = 30\n"
STOCK = """c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.Execute.timeout = 120
"""
SHIPPED = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8") + TIMEOUT
NOTHING = {"raw_score": 0, "score": 0}
TRIED_IN_STOCK = ("half-done", "mistaken-0", "asks-what-runs-it", "helper-forged")


@pytest.fixture(scope="module")
def members(exercises):
    room = Classroom(exercises)
    made = room.members()
    assert len(made) >= 24
    assert room.uncovered(made) == []
    return {member.learner: member for member in made}


@pytest.fixture(scope="module")
def graded(members, exercises, tmp_path_factory, request):
    """Rows by learner, the course, and of each kind one by ``nbgrader autograde``."""
    base = tmp_path_factory.mktemp("class")
    course = course_folder(base / "course", members.values(), None, exercises)
    whole = request.config.getoption("whole_class")
    some = [one for one in members.values() if whole or one.learner in KINDS]
    other = course_folder(base / "nbgrader", some, SHIPPED, exercises)
    with ThreadPoolExecutor(1) as pool:
        autograded = pool.submit(nbgrader_autograde, other)
        # On a file system without locks, which changes nothing.
        code, found = course_grade(course, locks=False)
    # Some submissions are unreadable.
    assert (code, autograded.result()) == (1, 1)
    return found, course, other


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


def test_nbgrader_autograde_gives_the_same_marks_row_by_row(members, graded):
    """But to what nbgrader can't read, where intake goes before it."""
    _, course, other = graded
    tried = {path.name for path in (other / "submitted").iterdir()}
    readable = {learner for learner in tried if members[learner].readable}
    ours, theirs = (
        [row for row in rows(folder) if row[1] in readable]
        for folder in (course, other)
    )
    assert len(ours) > len(members["right"].expected) * len(readable)
    assert theirs == ours
    unread = [row for row in rows(other) if row[1] not in readable]
    assert all(row[3:5] == (None, None) for row in unread if row[0] == "grade")


def test_the_csv_equals_nbgraders_export(members, graded):
    """By both roads; 0 for what is put aside, or can't be read by nbgrader."""
    rows, course, other = graded
    ours, theirs = points_in_both(course), points_in_both(other)
    assert ours.keys() == members.keys() and theirs.keys() <= ours.keys()
    for learner, points in ours.items():
        deserved = sum(mark["score"] for mark in rows[learner]["marks"].values())
        assert points["score"] == points["raw_score"] == deserved, learner
        if learner in theirs:
            found = points if members[learner].readable else points | NOTHING
            assert theirs[learner] == found, learner


def test_nbgraders_feedback_tells_the_same(members, graded):
    _, _, other = graded
    made = nbgrader(other, "generate_feedback", ASSIGNMENT)
    assert made.returncode == 0, made.stderr
    page = other / "feedback" / "mistaken-0" / ASSIGNMENT / f"{NAME}.html"
    text = html.unescape(page.read_text(encoding="utf-8"))
    for mistake in members["mistaken-0"].mistakes.values():
        assert f"Likely mistake: {mistake}" in text


def test_stock_nbgrader_gives_the_same_marks(members, exercises, graded, tmp_path):
    tried = [members[learner] for learner in TRIED_IN_STOCK]
    stock = course_folder(tmp_path / "stock", tried, STOCK, exercises)
    assert nbgrader_autograde(stock) == 0
    assert marks(stock, TRIED_IN_STOCK) == marks(graded[1], TRIED_IN_STOCK)


def test_everyone_graded_gets_feedback_with_the_verdict(members, graded):
    _, course, _ = graded
    for learner, member in members.items():
        feedback = course / "feedback" / learner / ASSIGNMENT / f"{NAME}.html"
        assert feedback.exists() == bool(member.expected)
    page = course / "feedback" / "mistaken-0" / ASSIGNMENT / f"{NAME}.html"
    text = html.unescape(page.read_text(encoding="utf-8"))
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
