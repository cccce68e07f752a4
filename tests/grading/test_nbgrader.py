"""nbgrader's own commands work in the course as it is shipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.classes.classroom import ASSIGNMENT, NAME

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
LEARNER = "ann"
SOLVED = "autograd-chain_rule-torch"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The shipped course, and one submission with a single exercise solved."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    notebook = nbformat.read(
        ROOT / "exercises" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4
    )
    solutions = nbformat.read(
        ROOT / "solutions" / ASSIGNMENT / f"{NAME}.ipynb", as_version=4
    )
    solved = f"{SOLVED}-solution"
    source = next(
        c.source for c in solutions.cells if c.metadata.nbgrader.grade_id == solved
    )
    for cell in notebook.cells:
        if cell.metadata.nbgrader.grade_id == solved:
            cell.source = source
    path = folder / "submitted" / LEARNER / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    assert nbgrader(folder, "generate_assignment", ASSIGNMENT).returncode == 0
    return folder


def nbgrader(folder, *arguments):
    """From a folder of its own, with nothing on the path: config must carry it."""
    environment = {**os.environ, "PATH": os.defpath}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_the_release_is_the_shipped_one(course):
    made = course / "exercises" / ASSIGNMENT / f"{NAME}.ipynb"
    shipped = ROOT / "exercises" / ASSIGNMENT / f"{NAME}.ipynb"
    cells = [nbformat.read(path, as_version=4).cells for path in (made, shipped)]
    assert [c.source for c in cells[0]] == [c.source for c in cells[1]]


def test_validate_finds_what_is_not_solved(course):
    path = Path("submitted", LEARNER, ASSIGNMENT, f"{NAME}.ipynb")
    run = nbgrader(course, "validate", str(path))
    assert run.returncode == 0, run.stderr
    assert "VALIDATION FAILED ON 23 CELL(S)!" in run.stdout
    assert "autograd.chain_rule (PyTorch)" not in run.stdout
    assert "autograd.chain_rule (TensorFlow): not attempted" in run.stdout
