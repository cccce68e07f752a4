"""Points, due dates and marks by hand, by ``course grade`` and by nbgrader.

Graded first; then marked by hand while one more hands in; then with other points and
a later due date. What formgrader does is in tests/browser/test_formgrader.py.
"""

import contextlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from grader.grading import commands
from tests.classes import written
from tests.classes.classroom import ROOT, course_folder, hand_in
from tests.classes.gradebook import points_in_both, rows
from tests.classes.roads import course_grade, nbgrader_autograde
from tests.classes.written import (
    ASSIGNMENT,
    CHANGED,
    DUE,
    LATECOMER,
    MOVED,
    NAME,
    POINTS,
)

pytestmark = pytest.mark.slow
CONFIG = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """A course for either road."""
    base = tmp_path_factory.mktemp("written")
    made = []
    for road in ("course", "nbgrader"):
        config = CONFIG + written.LATE_GET_NOTHING
        folder = course_folder(base / road, [], config, written.RULE)
        written.begin(folder)
        made.append(folder)
    return made


@pytest.fixture(scope="module")
def members(courses, exercises):
    return written.members(courses[0], whole=exercises is None)


def in_time(members):
    return {n: one for n, one in members.items() if n != LATECOMER}


@dataclass(frozen=True)
class Stage:
    """What there is to see after one step; the course's own first, nbgrader's second.

    Attributes:
        codes: the statuses of the commands.
        report: rows of ``course grade``.
        rows: of the gradebook.
        points: in the CSV, which is as nbgrader's export.
        waiting: for a person, by learner.
    """

    codes: tuple[int, int]
    report: dict[str, dict]
    rows: list[list[tuple]]
    points: list[dict[str, dict[str, float]]]
    waiting: list[dict[str, set[str]]]


@pytest.fixture(scope="module")
def stages(courses, members):
    """Graded first, marked by hand, changed."""

    def graded(*options):
        with ThreadPoolExecutor(1) as pool:
            other = pool.submit(nbgrader_autograde, courses[1], ASSIGNMENT, *options)
            code, report = course_grade(courses[0], ASSIGNMENT)
        return Stage(
            (code, other.result()),
            report,
            [rows(folder, ASSIGNMENT) for folder in courses],
            [points_in_both(folder, ASSIGNMENT) for folder in courses],
            [written.waiting(folder) for folder in courses],
        )

    def submit(some):
        for folder in courses:
            hand_in(folder, some.values(), ASSIGNMENT, NAME)

    submit(in_time(members))
    made = [graded()]
    late = {LATECOMER: members[LATECOMER]}
    for folder in courses:
        written.mark(folder, in_time(members))
    submit(late)
    made.append(graded())
    for folder in courses:
        written.mark(folder, late)
        written.change_all(folder)
    with contextlib.chdir(courses[0]), contextlib.redirect_stdout(io.StringIO()):
        assert commands.release(ASSIGNMENT) == 0
    # nbgrader looks at nobody again unless it is told to.
    made.append(graded("--force"))
    return made


def test_each_status_is_deserved(members, stages):
    for learner, member in in_time(members).items():
        row = stages[0].report[learner]
        statuses = {cell: mark["status"] for cell, mark in row["marks"].items()}
        assert (row["state"], statuses) == (member.state, member.expected), learner


def test_a_first_grading_gives_the_same_in_both_ways(members, stages):
    first = stages[0]
    assert first.codes == (1, 0)  # answers wait to be read, which nbgrader doesn't tell
    assert first.rows[1] == first.rows[0]
    known = in_time(members)
    assert first.points == [written.deserved(known, POINTS, DUE, marked=False)] * 2
    assert first.waiting == [written.to_read(known)] * 2


def test_what_was_marked_by_hand_does_not_wait_again(members, stages):
    """Because somebody hands in late, for instance."""
    late = written.to_read({LATECOMER: members[LATECOMER]})
    assert stages[1].codes == (1, 0)
    assert stages[1].waiting == [late] * 2
    known = in_time(members)
    deserved = written.deserved(known, POINTS, DUE, marked=True)
    assert {n: stages[1].points[0][n] for n in known} == deserved


def test_changed_points_and_due_dates_give_the_same_in_both_ways(members, stages):
    last = stages[2]
    # What was put back together may have cost marks: the instructor is to look.
    doubted = {learner for learner, row in last.report.items() if row["doubts"]}
    assert (last.codes, doubted) == ((1, 0), {"essay-retyped"})
    assert last.points == [written.deserved(members, CHANGED, MOVED, marked=True)] * 2
    assert last.waiting[0] == {}
    ours, theirs = (
        [row[:6] + row[7:] for row in found if row[0] == "grade"] for found in last.rows
    )
    assert theirs == ours
