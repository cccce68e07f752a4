"""An exercise without a framework on the class's road: known, reported, and judged."""

import nbformat
import pytest
from nbformat import NotebookNode

from grader.authoring.texts.sources import ROOT
from grader.grading.execution import require_frameworks
from grader.grading.intake.graded_cells import check_words, graded_cell
from grader.grading.intake.recognition import recognise
from grader.grading.intake.released import ReleasedCell
from grader.grading.report.page.tasks import column_of
from grader.grading.report.tables import _readable

NAME = "07_hidden_defaults"
CHECK = "defaults-share_left-numpy"


@pytest.fixture
def release() -> NotebookNode:
    path = ROOT / "exercises" / NAME / f"{NAME}_exercises.ipynb"
    return nbformat.read(path, as_version=4)


def released(notebook: NotebookNode) -> list[ReleasedCell]:
    return [
        ReleasedCell(
            cell.metadata.nbgrader.grade_id,
            cell.cell_type,
            cell.source,
            cell.metadata.nbgrader.locked,
            cell.metadata.nbgrader.solution,
            cell.metadata.nbgrader.grade,
            cell.id,
        )
        for cell in notebook.cells
    ]


def test_its_graded_cell_stands_for_it_in_no_framework(release):
    (cell,) = [c for c in release.cells if c.metadata.nbgrader.grade_id == CHECK]
    found = graded_cell(cell)
    assert (found.exercise, found.framework) == ("defaults.share_left", None)
    assert (found.function, found.solution_id) == ("share_left", f"{CHECK}-solution")
    assert check_words(cell.source) == ("defaults.share_left", "numpy")


def test_its_cells_are_known_without_metadata_and_ids(release):
    known = released(release)
    answers = {cell.name for cell in known if cell.solution}
    expected = {
        at: cell.name for at, cell in enumerate(known) if cell.solution or cell.grade
    }
    for number, cell in enumerate(release.cells):
        if cell.metadata.nbgrader.grade_id in answers:
            cell.source = cell.source.replace("raise NotImplementedError", "return 1")
        cell.metadata, cell.id = NotebookNode(), f"new-{number}"
    found = recognise(release.cells, known).names
    assert {at: found.get(at) for at in expected} == expected


def test_it_needs_no_framework_to_be_installed(release, monkeypatch):
    monkeypatch.setattr("grader.grading.execution.installed", lambda name: False)
    require_frameworks(cell.metadata.nbgrader.grade_id for cell in release.cells)


def test_reports_put_it_under_numpy():
    assert column_of(CHECK) == ("defaults.share_left", "NumPy")
    assert _readable(CHECK) == "share_left (NumPy)"
