"""Whatever was done to a notebook's cells, its graded cells are the gradebook's."""

import copy
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import CheckCellMetadata

from grader.grading import commands
from grader.grading.place.course_folder import find_course
from grader.grading.plugins.sanitize import RestoreCells, ValidForm
from tests.classes import toy_course as toy

TOTAL = "toy-total-torch"
DOUBLE = "toy-double-torch"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = toy.make_course(tmp_path_factory.mktemp("course"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        commands.release(toy.ASSIGNMENT)
        yield find_course()


@pytest.fixture
def sanitized(course):
    def sanitize(notebook, student="ann"):
        names = {
            "student": student,
            "notebook": toy.NAME,
            "assignment": toy.ASSIGNMENT,
            "db_url": course.directory.db_url,
        }
        resources = {"nbgrader": names}
        for step in (ValidForm, RestoreCells, CheckCellMetadata):
            notebook, _ = step(parent=course.app).preprocess(notebook, resources)
        return notebook

    return sanitize


def ids(notebook):
    """Grade ids in order; "" for a cell without one."""
    return [cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook]


WHOLE = ids(toy.source_notebook().cells)


def test_an_honest_notebook_is_not_changed(sanitized):
    notebook = toy.submission(**toy.RIGHT)
    result = sanitized(copy.deepcopy(notebook))
    assert [c.source for c in result.cells] == [c.source for c in notebook.cells]
    assert ids(result.cells) == WHOLE


@pytest.mark.parametrize("deleted", [[3], [5], [1], [3, 5], [1, 3, 5]])
def test_deleted_locked_cells_come_back_in_place(sanitized, deleted):
    notebook = toy.submission(**toy.RIGHT)
    for index in reversed(deleted):
        del notebook.cells[index]
    result = sanitized(notebook)
    assert ids(result.cells) == WHOLE
    nbformat.validate(result)
    for index in deleted:
        assert result.cells[index].source.endswith(
            toy.source_notebook().cells[index].source
        )


def test_a_graded_cell_comes_back_without_its_solution(sanitized):
    notebook = toy.submission(**toy.RIGHT)
    del notebook.cells[2:4]
    assert ids(sanitized(notebook).cells) == WHOLE[:2] + WHOLE[3:]


def test_a_restored_cell_sees_the_learners_own_cells(sanitized):
    notebook = toy.submission()
    notebook.cells[3] = new_code_cell(toy.RIGHT["double"])
    assert ids(sanitized(notebook).cells) == [*WHOLE[:3], "", *WHOLE[3:]]


def test_all_graded_cells_come_back_into_a_rebuilt_notebook(sanitized):
    notebook = toy.submission()
    notebook.cells = [new_code_cell("x = 1")]
    assert ids(sanitized(notebook).cells) == ["", WHOLE[1], DOUBLE, TOTAL]


def test_a_moved_exercise_keeps_its_order(sanitized):
    notebook = toy.submission(**toy.RIGHT)
    cells = notebook.cells
    notebook.cells = [*cells[:2], cells[4], cells[2], cells[3]]  # total's check is gone
    result = ids(sanitized(notebook).cells)
    assert result.index(f"{TOTAL}-solution") < result.index(TOTAL)
    assert result.index(f"{DOUBLE}-solution") < result.index(DOUBLE)


def test_of_two_copies_one_is_graded(sanitized):
    notebook = toy.submission(**toy.RIGHT)
    notebook.cells.append(copy.deepcopy(notebook.cells[3]))
    assert ids(sanitized(notebook).cells) == [*WHOLE, ""]


def test_of_an_exercise_done_twice_the_last_is_graded(sanitized):
    notebook = toy.submission(**toy.RIGHT)
    notebook.cells[4:4] = copy.deepcopy(notebook.cells[2:4])
    assert ids(sanitized(notebook).cells) == [*WHOLE[:2], "", "", *WHOLE[2:]]


@pytest.mark.parametrize(
    "forged",
    [
        {"points": 500.0},
        {"points": -1},
        {"grade": False},
        {"solution": True},
        {"locked": False},
        {"schema_version": 1},
        {"schema_version": 99},
        {"task": True},
        {"cell_type": "markdown"},
        {"checksum": "0"},
    ],
)
def test_forged_metadata_is_replaced(sanitized, forged):
    notebook = toy.submission(**toy.RIGHT)
    notebook.cells[3].metadata.nbgrader.update(forged)
    notebook.cells[3].source = "100"
    cell = sanitized(notebook).cells[3]
    assert cell.source == toy.source_notebook().cells[3].source
    meta = cell.metadata.nbgrader
    assert (meta.grade, meta.solution, meta.locked, meta.points) == (1, 0, 1, 2)


@pytest.mark.parametrize(
    "metadata", ["text", [1], None, {}, {"grade_id": 5}, {"grade_id": "unknown"}]
)
def test_unknown_metadata_is_dropped(sanitized, metadata):
    notebook = toy.submission(**toy.RIGHT)
    notebook.cells.append(new_code_cell("pass", metadata={"nbgrader": metadata}))
    assert "nbgrader" not in sanitized(notebook).cells[-1].metadata


def test_a_forged_verdict_is_dropped(sanitized):
    notebook = toy.submission()
    notebook.cells[3].metadata["tandem"] = {"verdict": {"status": "correct"}}
    assert "tandem" not in sanitized(notebook).cells[3].metadata


def test_a_graded_cell_made_markdown_is_code_again(sanitized):
    notebook = toy.submission(**toy.RIGHT)
    cell = notebook.cells[3]
    cell.cell_type = "markdown"
    del cell["outputs"], cell["execution_count"]
    assert sanitized(notebook).cells[3].cell_type == "code"


def test_a_name_that_formgraders_pages_cannot_take_is_refused_here_too(sanitized):
    """nbgrader's command would grade it, and course grade puts it aside."""
    with pytest.raises(NbGraderException, match="rename the folder"):
        sanitized(toy.submission(), student="back\\slash")


def test_a_learners_hard_link_to_the_source_changes_nothing(course):
    source = course.folder("source") / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    link = course.root / "link.ipynb"
    os.link(source, link)
    with course.gradebook() as gradebook:
        cells = toy.assignment().released(gradebook).cells
    link.unlink()
    assert [cell.cell_id for cell in cells] == [c.id for c in toy.submission().cells]
