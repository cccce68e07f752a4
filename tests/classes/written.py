"""A second assignment of the class: what people mark, and what a due date takes.

An exercise of this course in both frameworks, answers to read, and the asserts of an
author with hidden tests and a ``check`` of their own.
"""

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from nbgrader.api import Gradebook

from grader.grading import commands
from grader.grading.report.rows import BY_HAND
from tests.classes import classroom
from tests.classes.gradebook import change, rows
from tests.classes.handout import Edit, Handout, Member, position
from tests.classes.toy_course import nbgrader

ASSIGNMENT, NAME = "02_written", "02_written_exercises"
RULE = ("chain_rule",)
TORCH, TENSORFLOW = "autograd-chain_rule-torch", "autograd-chain_rule-tensorflow"
ESSAY, PROOF = "written-essay", "written-proof"
MEAN, ASSERTS, OWN = "written-mean", "written-mean-asserts", "written-mean-check"
POINTS = {TORCH: 1.0, TENSORFLOW: 1.0, ESSAY: 4.0, PROOF: 2.0, ASSERTS: 2.0, OWN: 1.0}
CHANGED = POINTS | {TORCH: 5.0, OWN: 3.0}  # released again
# Files are written before it, so that none belies a time that was stated.
DUE = datetime(2100, 3, 1, 12)
DAY = timedelta(days=1)
MOVED = DUE + 2 * DAY
LATE_GET_NOTHING = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
OWN_CHECK = "def check(function, expected):\n    assert function([1, 3]) == expected"
HIDDEN = """assert mean([1, 3]) == 2
### BEGIN HIDDEN TESTS
assert mean([5]) == 5
### END HIDDEN TESTS"""
WRITTEN = {
    ESSAY: "Because the derivative of a composition is a product.",
    PROOF: "assert 2 * 3 == 3 + 3",
    MEAN: "def mean(values):\n    return sum(values) / len(values)",
}
FITTED = {MEAN: "def mean(values):\n    return 2"}
SCORES = {ESSAY: 3.0, PROOF: 2.0}  # of whoever has answered
CORRECTED = {"corrected": {TORCH: 0.5}}
LATE = {"on-time": -DAY, "late": DAY, "very-late": 20 * DAY}
LATECOMER = "latecomer"  # hands in when the others have their marks
# One of each kind, where not all are tried.
KINDS = (
    *("late", "very-late", LATECOMER, "blank", "corrected", "essay-deleted"),
    *("essay-retyped", "fitted-to-what-is-shown", "asserts-forged"),
)


def source(points: dict[str, float]) -> NotebookNode:
    """The instructor's notebook."""
    notebook = classroom.assignment("solutions", RULE)
    read = {"grade": True, "solution": True}
    asserts = {"grade": True, "locked": True}
    notebook.cells += [
        _cell(new_markdown_cell, "Why?", ESSAY, **read),
        _cell(new_code_cell, "...", PROOF, **read),
        _cell(new_code_cell, WRITTEN[MEAN], MEAN, solution=True),
        _cell(new_code_cell, HIDDEN, ASSERTS, **asserts),
        # Last, for it takes the place of this course's.
        _cell(new_code_cell, OWN_CHECK, "written-locked-1", locked=True),
        _cell(new_code_cell, "check(mean, 2)", OWN, **asserts),
    ]
    for cell in notebook.cells:
        about = cell.metadata.nbgrader
        if about.grade:
            about.points = points[about.grade_id]
    return notebook


def _cell(new: Callable, text: str, grade_id: str, **flags: object) -> NotebookNode:
    return new(text, id=grade_id, metadata=nbgrader(grade_id, **flags))


def _write_source(course: Path, points: dict[str, float]) -> None:
    """Put the instructor's notebook into a course; it is not released yet."""
    path = course / "solutions" / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(source(points), path)


def begin(course: Path) -> None:
    """Release the assignment, with a due date."""
    _write_source(course, POINTS)
    with contextlib.chdir(course), contextlib.redirect_stdout(io.StringIO()):
        assert commands.release(ASSIGNMENT) == 0
    _due(course, DUE)


def change_all(course: Path) -> None:
    """Other points and a later due date; the assignment is to be released again."""
    _write_source(course, CHANGED)
    _due(course, MOVED)


def _due(course: Path, when: datetime) -> None:
    change(course, lambda g: g.update_or_create_assignment(ASSIGNMENT, duedate=when))


def members(course: Path, whole: bool) -> dict[str, Member]:
    """A learner for each thing that befalls such answers, made from the release.

    Args:
        whole: not only those of ``KINDS``.
    """
    path = course / "exercises" / ASSIGNMENT / f"{NAME}.ipynb"
    room = Handout(nbformat.read(path, as_version=4))
    made = {one.learner: one for one in _members(room)}
    return {n: one for n, one in made.items() if whole or n in KINDS}


def _members(room: Handout) -> Iterator[Member]:
    solved = classroom.Classroom(RULE).solved() | WRITTEN
    read = dict.fromkeys((ESSAY, PROOF), BY_HAND)
    right = dict.fromkeys(room.ids, "correct") | read

    def member(
        learner: str,
        cells: dict[str, str] = solved,
        edit: Edit | None = None,
        note: bool = False,
        **expected: str,
    ) -> Member:
        state = "graded with note" if note else "graded"
        beside = {}
        if learner in LATE:
            beside["timestamp.txt"] = f"{DUE + LATE[learner]} UTC".encode()
        content = room.submission(cells, edit)
        return Member(*(learner, content, right | expected), state=state, beside=beside)

    for learner in LATE:
        yield member(learner)
    yield member("undated")
    yield member(LATECOMER)
    blank = {TORCH: "not attempted", TENSORFLOW: "not attempted"}
    blank |= {ESSAY: "not attempted", PROOF: "not attempted"}
    yield member("blank", {}, **blank, **{ASSERTS: "wrong", OWN: "wrong"})
    yield member("essay-deleted", edit=_essay(deleted), note=True)
    yield member("essay-retyped", edit=_essay(retyped), note=True)
    yield member("essay-as-code", edit=_essay(as_code), note=True)
    yield member("essay-as-raw", edit=_essay(as_raw), note=True)
    yield member("fitted-to-what-is-shown", solved | FITTED, **{ASSERTS: "wrong"})
    forged = solved | {MEAN: "def mean(values):\n    return None"}
    yield member(
        *("asserts-forged", forged, _forged, True),
        **{ASSERTS: "wrong", OWN: "wrong"},
    )
    wrong = solved | {TORCH: "def chain_rule(x):\n    return x, x"}
    yield member("corrected", wrong, **{TORCH: "wrong"})


def deleted(notebook: NotebookNode, at: int) -> None:
    del notebook.cells[at]


def retyped(notebook: NotebookNode, at: int) -> None:
    """The answer in a cell of its own, as when the given one was cut out first."""
    notebook.cells[at] = new_markdown_cell(notebook.cells[at].source)


def as_code(notebook: NotebookNode, at: int) -> None:
    _of_type(new_code_cell, notebook, at)


def as_raw(notebook: NotebookNode, at: int) -> None:
    _of_type(new_raw_cell, notebook, at)


def _of_type(new: Callable, notebook: NotebookNode, at: int) -> None:
    cell = notebook.cells[at]
    notebook.cells[at] = new(cell.source, id=cell.id, metadata=cell.metadata)


def _essay(edit: Callable[[NotebookNode, int], None]) -> Edit:
    return lambda notebook: edit(notebook, position(notebook, ESSAY))


def _forged(notebook: NotebookNode) -> None:
    for grade_id in (ASSERTS, OWN):
        notebook.cells[position(notebook, grade_id)].source = "pass"


def by_hand(member: Member) -> dict[str, float]:
    """The scores that a person gives a learner, by cell."""
    waits = {i: SCORES[i] for i, told in member.expected.items() if told == BY_HAND}
    return waits | CORRECTED.get(member.learner, {})


def mark(course: Path, members: dict[str, Member]) -> None:
    """As formgrader does: a score given by hand no longer waits."""

    def edit(gradebook: Gradebook) -> None:
        for learner, member in members.items():
            for cell, score in by_hand(member).items():
                grade = gradebook.find_grade(cell, NAME, ASSIGNMENT, learner)
                grade.manual_score, grade.needs_manual_grade = score, False

    change(course, edit)


def waiting(course: Path) -> dict[str, set[str]]:
    """The cells that wait for a person, by learner, as the gradebook has it."""
    found: dict[str, set[str]] = {}
    for row in rows(course, ASSIGNMENT):
        if row[0] == "grade" and row[6]:
            found.setdefault(row[1], set()).add(row[2])
    return found


def to_read(members: dict[str, Member]) -> dict[str, set[str]]:
    """The cells that wait for a person at first, by learner."""
    found = {
        learner: {cell for cell, told in one.expected.items() if told == BY_HAND}
        for learner, one in members.items()
    }
    return {learner: cells for learner, cells in found.items() if cells}


def deserved(
    members: dict[str, Member],
    points: dict[str, float],
    duedate: datetime,
    marked: bool,
) -> dict[str, dict[str, float]]:
    """What nbgrader's export is to say of each learner.

    Args:
        marked: whether the scores of :func:`by_hand` are given.
    """
    found = {}
    for learner, member in members.items():
        given = {i: points[i] * (s == "correct") for i, s in member.expected.items()}
        raw = sum((given | (by_hand(member) if marked else {})).values())
        late = DUE + LATE.get(learner, -DAY) > duedate
        found[learner] = {
            "raw_score": raw,
            "late_submission_penalty": raw if late else 0.0,
            "score": 0.0 if late else raw,
            "max_score": sum(points.values()),
        }
    return found
