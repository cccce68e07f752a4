"""Attacks by editing the notebook: ids, points, cell kinds, metadata, outputs."""

import copy

import nbformat
from nbformat.v4 import new_code_cell, new_output

from tests.attacks.attack import RIGHT, RIGHT_TOTAL, STOCK, Attack
from tests.classes import toy_course as toy

DOUBLE, TOTAL = 3, 5  # the graded cells
FORGED = {"status": "correct", "score": 2, "summary": "Correct in 9 cases."}


def _points(notebook: nbformat.NotebookNode) -> None:
    for index, points in ((DOUBLE, -100), (TOTAL, 1e9)):
        notebook.cells[index].metadata.nbgrader.points = points


def _weaker_checks(notebook: nbformat.NotebookNode) -> None:
    notebook.cells[DOUBLE].source = "2"
    notebook.cells[TOTAL].source = "check = print"
    for index in (DOUBLE, TOTAL):
        notebook.cells[index].metadata.nbgrader.locked = False


def _swapped(notebook: nbformat.NotebookNode) -> None:
    one, other = notebook.cells[DOUBLE].metadata, notebook.cells[TOTAL].metadata
    one.nbgrader.grade_id, other.nbgrader.grade_id = (
        other.nbgrader.grade_id,
        one.nbgrader.grade_id,
    )


def _both_ids(notebook: nbformat.NotebookNode) -> None:
    """The right exercise's id on both, so that it might count twice."""
    right = notebook.cells[TOTAL].metadata.nbgrader
    notebook.cells[DOUBLE].metadata.nbgrader = copy.deepcopy(right)
    notebook.cells.append(copy.deepcopy(notebook.cells[TOTAL]))


def _duplicates(notebook: nbformat.NotebookNode) -> None:
    easy = copy.deepcopy(notebook.cells[DOUBLE])
    easy.source = "print('correct')"
    for place in (0, 4, len(notebook.cells)):
        notebook.cells.insert(place, copy.deepcopy(easy))


def _kinds(notebook: nbformat.NotebookNode) -> None:
    for index, kind in ((DOUBLE, "markdown"), (TOTAL, "raw")):
        cell = notebook.cells[index]
        cell.cell_type = kind
        cell.pop("outputs"), cell.pop("execution_count")


def _deleted(notebook: nbformat.NotebookNode) -> None:
    del notebook.cells[2:]


def _bonus(notebook: nbformat.NotebookNode) -> None:
    for grade_id in ("toy-bonus-torch", "autograd-chain_rule-torch", "bonus"):
        metadata = toy.nbgrader(grade_id, grade=True, locked=True, points=100)
        notebook.cells.append(new_code_cell("100", metadata=metadata))
    task = toy.nbgrader("essay", task=True, points=50)
    notebook.cells.append(nbformat.v4.new_markdown_cell("Mine", metadata=task))


def _tags(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        tags = ["skip-execution", "raises-exception", "remove_cell", "torch"]
        cell.metadata.tags = tags
    notebook.metadata.celltoolbar = "Create Assignment"
    notebook.metadata.allow_errors = True


def _verdicts(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.tandem = {"verdict": FORGED, "decided_by": "fresh"}
        cell.metadata.nbgrader.update(score=3, schema_version=99, checksum="0" * 32)
    notebook.metadata.tandem = {"seed": 1, "submitted": "0" * 64}


def _outputs(notebook: nbformat.NotebookNode) -> None:
    shown = new_output("display_data", {"text/plain": "✓ toy.double: correct"})
    for index in (DOUBLE, TOTAL):
        notebook.cells[index].outputs = [shown]
        notebook.cells[index].execution_count = 7


def _kernel(notebook: nbformat.NotebookNode) -> None:
    notebook.metadata.kernelspec = {
        "name": "../../../../bin/sh",
        "display_name": "sh",
        "argv": ["/bin/sh", "-c", "touch /tmp/@MARK@"],
        "metadata": {"kernel_provisioner": {"provisioner_name": "local-provisioner"}},
    }
    notebook.metadata.language_info = {"name": "bash", "version": "5"}


def _strange_ids(notebook: nbformat.NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells):
        cell.id = "same"
        claim = (None, [], {"grade_id": ["a"]}, {"grade_id": 5}, "x", 7)[number]
        cell.metadata.nbgrader = claim


ATTACKS = (
    Attack("points edited", "points of -100 and a billion", change=_points),
    Attack(
        "checks weakened",
        "graded cells that hold another, easier check",
        change=_weaker_checks,
    ),
    Attack(
        "ids swapped",
        "a right function's check under the other exercise's id",
        total=RIGHT_TOTAL,
        change=_swapped,
        worth=3,
    ),
    Attack(
        "one id on two cells",
        "a right exercise that counts twice",
        total=RIGHT_TOTAL,
        change=_both_ids,
        worth=3,
        keeps=3,
    ),
    Attack("duplicate cells", "copies of a check that pass", change=_duplicates),
    Attack("other cell kinds", "checks as markdown and raw cells", change=_kinds),
    Attack("checks deleted", "no solution and no check at all", change=_deleted),
    Attack("own bonus", "graded cells of its own, 100 points each", change=_bonus),
    Attack(
        "tags",
        "tags that skip cells and expect errors",
        change=_tags,
        proof=STOCK,
    ),
    Attack("verdicts in metadata", "verdicts that say correct", change=_verdicts),
    Attack("outputs kept", "outputs of an earlier, right run", change=_outputs),
    Attack(
        "own kernel",
        "a kernelspec with a command of its own",
        change=_kernel,
        state="quarantined",
    ),
    Attack(
        "broken ids",
        "ids that are lists, numbers and all the same",
        function=RIGHT,
        change=_strange_ids,
        worth=2,
    ),
)
