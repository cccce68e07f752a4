"""A submission's cells are known whatever became of their metadata."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader.grading.intake.recognised import Undecided, Way
from grader.grading.intake.recognition import recognise
from grader.grading.intake.released import ReleasedCell
from tests.classes.classroom import LESSON, Classroom

CLASS = Classroom(("chain_rule", "mse_gradient", "line_fit"))
RELEASE = CLASS.release.cells
RELEASED = [
    ReleasedCell(
        cell.metadata.nbgrader.grade_id,
        cell.cell_type,
        cell.source,
        cell.metadata.nbgrader.locked,
        cell.metadata.nbgrader.solution,
        cell.metadata.nbgrader.grade,
        cell.id,
    )
    for cell in RELEASE
]
MARKED = [one.name for one in RELEASED if one.solution or one.grade]
RULE = f"{LESSON}-chain_rule-torch"


def handed_in(cells=None):
    raw = CLASS.submission(CLASS.solved() if cells is None else cells)
    return nbformat.reads(raw.decode(), as_version=4).cells


def strip(cells, *, ids=False):
    """Without metadata, as other programs leave them; without Jupyter's ids as well."""
    for number, cell in enumerate(cells):
        cell.metadata = nbformat.NotebookNode()
        if ids:
            cell.id = f"new-{number}"
    return cells


def names(cells):
    """Grade ids of the marked cells by position."""
    found = recognise(cells, RELEASED)
    return {at: name for at, name in found.names.items() if name in MARKED}, found


def official(cells):
    return {
        at: cell.metadata.nbgrader.grade_id
        for at, cell in enumerate(cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") in MARKED
    }


WHOLE = official(RELEASE)


def test_an_honest_notebook_has_nothing_to_note():
    told, found = names(handed_in())
    assert (told, found.notes, found.doubts) == (WHOLE, [], [])
    assert set(found.work) == {name for name in MARKED if name.endswith("-solution")}


def test_without_metadata_cells_are_known_by_jupyters_ids():
    told, found = names(strip(handed_in()))
    assert told == WHOLE
    assert {found.ways[name] for name in told.values()} == {Way.CELL_ID}
    assert found.notes[0].startswith("had lost nbgrader's ids, recognised by Jupyter's")
    assert found.doubts == []


def test_without_ids_checks_are_known_by_their_words_and_answers_by_their_checks():
    told, found = names(strip(handed_in(), ids=True))
    assert told == WHOLE
    assert {found.ways[name] for name in told.values()} == {Way.CHECK}
    assert found.doubts == []


@pytest.mark.parametrize("ids", [False, True])
def test_ids_lost_in_some_cells_change_nothing(ids):
    cells = handed_in()
    strip(cells[4:9], ids=ids)
    told, found = names(cells)
    assert told == WHOLE
    assert len(found.notes) == 1 and not found.doubts
    assert f"{LESSON}-chain_rule-torch" in found.notes[0]


def test_without_ids_and_checks_answers_are_known_by_their_place_which_is_doubted():
    cells = [
        cell
        for cell in strip(handed_in(), ids=True)
        if not cell.source.startswith("check(")
    ]
    told, found = names(cells)
    answers = {n: cells[at].source for at, n in told.items()}
    assert answers == {
        f"{grade_id}-solution": source for grade_id, source in CLASS.solved().items()
    }
    assert len(found.doubts) == 1
    assert "look whether each check follows its own answer" in found.doubts[0]
    assert len(found.lacking) == len(CLASS.ids)


def test_one_framework_alone_is_not_taken_for_the_other():
    solved = CLASS.solved()
    cells = [
        new_code_cell(source)
        for grade_id, source in solved.items()
        if grade_id.endswith("tensorflow")
    ]
    told, found = names(cells)
    assert all(name.endswith("tensorflow-solution") for name in told.values()), told
    assert len(found.lost) == len(CLASS.ids) // 2


def test_a_notebook_of_something_else_is_told():
    found = recognise([new_code_cell("x = 1"), new_markdown_cell("# Hello")], RELEASED)
    assert not found.sure
    assert found.doubts[0].startswith("none of its cells was recognised")


def test_own_cells_that_call_check_stay_the_learners_own():
    cells = handed_in()
    at = next(at for at, name in WHOLE.items() if name == RULE)
    cells.insert(at, new_code_cell(RELEASE[at].source))
    told, _ = names(cells)
    assert at not in told and told[at + 1] == RULE


def doubled(cells, copies):
    twice = copy.deepcopy(copies)
    for number, cell in enumerate(twice):
        cell.id = f"copy-{number}"
    return [*cells, *twice]


@pytest.mark.parametrize("first", [True, False])
def test_of_a_doubled_notebook_the_copies_that_were_worked_on_count(first):
    halves = [handed_in(), handed_in({})]
    cells = doubled(*halves) if first else doubled(*halves[::-1])
    told, found = names(cells)
    start = 0 if first else len(RELEASE)
    assert told == {at + start: name for at, name in WHOLE.items()}
    stubs = [at for at, name in WHOLE.items() if name.endswith("-solution")]
    assert found.spare == {at + len(RELEASE) - start for at in stubs}
    assert found.notes[0].startswith("untouched copies were left out")


def test_a_stub_between_an_answer_and_its_check_is_left_out():
    cells = handed_in()
    at = next(at for at, name in WHOLE.items() if name == RULE)
    stub = copy.deepcopy(RELEASE[at - 1])
    cells.insert(at, stub)
    _, found = names(cells)
    assert found.spare == {at}
    assert found.names[at - 1] == f"{RULE}-solution"


def test_two_different_answers_wait_for_the_instructor():
    cells = doubled(handed_in(), handed_in(CLASS.solved(1)))
    with pytest.raises(Undecided) as caught:
        recognise(cells, RELEASED)
    here = next(at for at, name in WHOLE.items() if name == RULE)
    choice = f"{RULE} in cells {here} and {here + len(RELEASE)}"
    assert choice in str(caught.value)


def test_the_same_answer_twice_is_no_question():
    cells = doubled(handed_in(), handed_in())
    cells[5].source += "  \n"
    told, _ = names(cells)
    assert set(told.values()) == set(MARKED)


def test_a_cell_that_was_split_is_one_answer():
    cells = handed_in()
    at = next(at for at, name in WHOLE.items() if name == RULE)
    half = copy.deepcopy(cells[at - 1])
    half.source, half.id = "import math\nhalf = 0.5", "half"
    cells.insert(at - 1, half)
    told, _ = names(cells)
    assert told[at] == f"{RULE}-solution"


def test_a_check_that_follows_the_other_frameworks_answer_is_to_be_put_back():
    cells = handed_in()
    at = next(at for at, name in WHOLE.items() if name == RULE)
    cells[at], cells[at + 1] = cells[at + 1], cells[at]
    told, found = names(cells)
    assert RULE not in told.values()
    assert found.lacking == [RULE]


def test_answers_in_words_are_known_by_their_place():
    words = {"locked": False, "solution": True, "grade": True}
    asked = [
        ReleasedCell("q", "markdown", "# Questions", True, False, False, "a"),
        ReleasedCell("why", "markdown", "YOUR ANSWER HERE", **words),
        ReleasedCell("r", "markdown", "# More", True, False, False, "b"),
        ReleasedCell("how", "markdown", "YOUR ANSWER HERE", **words),
    ]
    cells = [
        new_markdown_cell(text)
        for text in ("# Questions", "Because of that.", "# More", "In this way.")
    ]
    found = recognise(cells, asked)
    assert found.names == {0: "q", 1: "why", 2: "r", 3: "how"}
    assert "why, how" in found.doubts[0]
