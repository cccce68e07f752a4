"""A course with two small exercises, made in seconds, for tests of grading."""

import shutil
from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.grading.intake import submission as submissions
from grader.grading.intake.released import Released, ReleasedCell
from grader.grading.intake.submission import Submission
from grader.grading.place.assignment import Assignment
from grader.grading.place.course_folder import find_course
from grader.judging import Exercise, Mistake

ASSIGNMENT = "01_toy"
NAME = "01_toy_exercises"
CONFIG = Path(__file__).parents[2] / "nbgrader_config.py"

DOUBLE = Exercise(
    id="toy.double",
    title="Twice",
    points=2,
    cases=lambda rng: {"x": rng.normal(size=rng.integers(2, 5)).astype(np.float32)},
    reference=lambda x: 2 * x,
    returns=("y",),
    mistakes=(
        Mistake("squared", "You square x.", "Add x to itself.", lambda x: x * x),
    ),
    hints=("idea", "api", "skeleton"),
)
TOTAL = Exercise(
    id="toy.total",
    title="Sum",
    points=3,
    cases=lambda rng: {"x": rng.normal(size=3).astype(np.float32)},
    reference=lambda x: x.sum(),
    returns=("total",),
    mistakes=(Mistake("mean", "You take the mean.", "Use a sum.", lambda x: x.mean()),),
    hints=("idea", "api", "skeleton"),
)
EXERCISES = (DOUBLE, TOTAL)
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "total": "def total(x):\n    return x.sum()",
}


def nbgrader(grade_id: str, **values: object) -> dict:
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": flags | {"grade_id": grade_id, "schema_version": 3} | values}


def source_notebook() -> nbformat.NotebookNode:
    """The instructor's notebook, for torch only."""
    cells = [
        new_markdown_cell(
            "# Toy", id="title", metadata=nbgrader("toy-locked-1", locked=True)
        ),
        new_code_cell(
            "from grader import check",
            id="imports",
            metadata=nbgrader("toy-locked-2", locked=True),
        ),
    ]
    for exercise in EXERCISES:
        name, grade_id = exercise.name, f"toy-{exercise.name}-torch"
        solution = (
            f"def {name}(x):\n    ### BEGIN SOLUTION\n    pass\n    ### END SOLUTION"
        )
        cells += [
            new_code_cell(
                solution,
                id=f"{name}-solution",
                metadata=nbgrader(f"{grade_id}-solution", solution=True)
                | {"tags": ["torch"]},
            ),
            new_code_cell(
                f'check("{exercise.id}", {name}, "torch")',
                id=f"{name}-check",
                metadata=nbgrader(
                    grade_id, grade=True, locked=True, points=exercise.points
                )
                | {"tags": ["torch"]},
            ),
        ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def make_course(folder: Path) -> Path:
    """A course folder with the shipped nbgrader configuration."""
    shutil.copy(CONFIG, folder)
    source = folder / "solutions" / ASSIGNMENT / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(source_notebook(), source)
    return folder


def submission(**solutions: str) -> nbformat.NotebookNode:
    """A learner's notebook with these solution cells; the others are blank."""
    notebook = source_notebook()
    for cell in notebook.cells:
        grade_id = cell.metadata.nbgrader.grade_id
        if grade_id.endswith("-solution"):
            name = grade_id.split("-")[1]
            blank = f"def {name}(x):\n    raise NotImplementedError"
            cell.source = solutions.get(name, blank)
    return notebook


def released() -> Released:
    """The assignment as learners get it."""
    cells = (
        ReleasedCell(
            cell.metadata.nbgrader.grade_id,
            cell.cell_type,
            cell.source,
            cell.metadata.nbgrader.locked,
            cell.metadata.nbgrader.solution,
            cell.metadata.nbgrader.grade,
            cell.id,
        )
        for cell in submission().cells
    )
    return Released(ASSIGNMENT, NAME, tuple(cells))


def stage(submission: Submission, staging: Path) -> Path:
    """Stage a submission in a folder; its notebook's path."""
    path = staging / submission.learner / ASSIGNMENT / f"{NAME}.ipynb"
    submissions.stage(submission, path)
    return path


def assignment() -> Assignment:
    """The assignment of the course around the current folder."""
    return Assignment.of(find_course(), ASSIGNMENT)


def submit(course: Path, learner: str, notebook: nbformat.NotebookNode) -> Path:
    """Put a notebook where nbgrader expects it."""
    path = course / "submitted" / learner / ASSIGNMENT / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path
