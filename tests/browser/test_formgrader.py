"""An instructor in formgrader: the class by its buttons, marks by hand on its pages."""

import json
import shutil
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook

from tests.classes import written
from tests.classes.classroom import (
    ASSIGNMENT,
    KINDS,
    NAME,
    ROOT,
    Classroom,
    course_folder,
    hand_in,
    marks,
)
from tests.classes.formgrader import PATIENCE, Submissions, formgrader
from tests.classes.gradebook import points_in_both

pytestmark = pytest.mark.browser
CONFIG = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
CELL = "autograd-chain_rule-torch"  # the first that is marked
COMMENT = "Right, and <b>well</b> argued."


@pytest.fixture(scope="module")
def members(exercises):
    class_ = Classroom(exercises).members()
    whole = exercises is None
    return {one.learner: one for one in class_ if whole or one.learner in KINDS}


@pytest.fixture(scope="module")
def course(members, exercises, tmp_path_factory):
    folder = tmp_path_factory.mktemp("formgrader") / "course"
    config = f"{CONFIG}\nc.Execute.timeout = 30\n{written.LATE_GET_NOTHING}"
    course_folder(folder, members.values(), config, exercises)
    assert run(folder, "release").returncode == 0
    written.begin(folder)
    return folder


@pytest.fixture(scope="module")
def address(course):
    with formgrader(course) as address:
        yield address


def run(folder, command, *options, assignment=ASSIGNMENT):
    return subprocess.run(
        [sys.executable, "-m", "grader.cli", command, assignment, *options],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_the_class_gets_the_marks_it_deserves(page, course, address, members):
    """Which ``course grade`` is held to as well, in tests/grading/test_class.py.

    What nbgrader can't read stays as it was: ``course grade`` says why, or mends it.
    """
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_notebook(NAME, ASSIGNMENT)
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    submissions = Submissions(page, address, ASSIGNMENT)
    deserved = {}
    for learner, member in members.items():
        said = submissions.autograde(learner)
        if not member.readable:
            assert (said, submissions.shown(learner)[0]) == (
                "Error",
                "needs autograding",
            )
            continue
        assert said == "Success", learner
        deserved[learner] = {
            cell: points[cell] * (status == "correct")
            for cell, status in member.expected.items()
        }
        total, most = sum(deserved[learner].values()), sum(points.values())
        assert submissions.shown(learner) == ("graded", f"{total:g} / {most:g}"), (
            learner
        )
    assert len(deserved) >= 5
    assert marks(course, deserved) == deserved


def test_marks_by_hand_are_given_by_keyboard_and_stay(page, course, address, members):
    """Asking nothing of the network, and seen by ``course grade``."""
    learner, failed, asked = "right", [], set()
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    assert Submissions(page, address, ASSIGNMENT).autograde(learner) == "Success"
    page.get_by_role("link", name="Manual Grading").click()
    for name in (ASSIGNMENT, NAME):
        page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name="Submission #1", exact=True).wait_for()
    page.get_by_role("button", name="Show All Names").click()
    page.get_by_role("link", name=learner, exact=True).click()
    page.wait_for_function(
        "formgrader.loaded && formgrader.grades.loaded && formgrader.comments.loaded",
        timeout=PATIENCE,
    )

    # The cursor is on the link to the next submission.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == f"{CELL}-solution-comment"
    with page.expect_response(lambda reply: "/api/comment/" in reply.url):
        page.keyboard.type(COMMENT)
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == CELL
    with page.expect_response(lambda reply: "/api/grade/" in reply.url):
        page.keyboard.type("0.5")
        page.keyboard.press("Escape")
    assert (failed, asked) == ([], {address.split("/")[2]})

    whole = sum(marks(course, [learner])[learner].values())
    submissions = Submissions(page, address, ASSIGNMENT)
    assert submissions.shown(learner)[1].startswith(f"{whole:g} / ")

    for other in members.keys() - {learner}:
        shutil.rmtree(course / "submitted" / other)
    graded = run(course, "grade", "--json")
    assert graded.returncode == 0, graded.stderr
    rows = {row["learner"]: row for row in json.loads(graded.stdout)["learners"]}
    assert rows[learner]["score"] == whole
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(CELL, NAME, ASSIGNMENT, learner)
        assert (grade.manual_score, grade.auto_score) == (0.5, grade.max_score)
        comment = gradebook.find_comment(f"{CELL}-solution", NAME, ASSIGNMENT, learner)
        assert comment.manual_comment == COMMENT
    page = course / "feedback" / learner / ASSIGNMENT / f"{NAME}.html"
    assert "argued." in page.read_text(encoding="utf-8")


def test_points_due_dates_and_marks_by_hand_are_those_of_the_commands(
    page, course, address, exercises
):
    """What the commands give is in tests/grading/test_written.py."""
    known = written.members(course, whole=exercises is None)
    hand_in(course, known.values(), written.ASSIGNMENT, written.NAME)

    def exported():
        points = points_in_both(course, written.ASSIGNMENT)
        return {learner: points[learner] for learner in known}

    def shown(deserved):
        submissions = Submissions(page, address, written.ASSIGNMENT)
        rows = {learner: submissions.shown(learner) for learner in known}
        most = {n: (d["raw_score"], d["max_score"]) for n, d in deserved.items()}
        assert {n: row[1] for n, row in rows.items()} == {
            learner: f"{raw:g} / {points:g}" for learner, (raw, points) in most.items()
        }
        return {n for n, row in rows.items() if row[0] == "needs manual grading"}

    def graded():
        submissions = Submissions(page, address, written.ASSIGNMENT)
        for learner in known:
            assert submissions.autograde(learner) == "Success", learner

    graded()
    deserved = written.deserved(known, written.POINTS, written.DUE, marked=False)
    assert exported() == deserved
    assert shown(deserved) == written.to_read(known).keys()

    written.mark(course, known)
    again = run(course, "grade", assignment=written.ASSIGNMENT)
    # An answer that was retyped is for the instructor to look at.
    assert (again.returncode, written.waiting(course)) == (1, {}), again.stderr
    deserved = written.deserved(known, written.POINTS, written.DUE, marked=True)
    assert exported() == deserved
    assert shown(deserved) == set()

    written.change_all(course)
    assert run(course, "release", assignment=written.ASSIGNMENT).returncode == 0
    graded()
    deserved = written.deserved(known, written.CHANGED, written.MOVED, marked=True)
    assert exported() == deserved
    shown(deserved)
