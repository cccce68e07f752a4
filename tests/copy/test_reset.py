"""``course reset``: one exercise as released, everything else as the learner has it."""

import json
from pathlib import Path

import nbformat
import pytest

from grader.common.errors import CourseError
from grader.common.places import cell_id
from grader.copy.learners_copy import RELEASED, start
from grader.copy.reset import reset
from grader.exercises import catalogue
from grader.learner.progress_record import load

EXERCISE = "autograd.mse_gradient"
NOTEBOOK = Path("exercises/02_autograd/02_autograd_exercises.ipynb")
IDS = {
    f: [f"autograd-mse_gradient-{f}-solution", f"autograd-mse_gradient-{f}"]
    for f in ("torch", "tensorflow")
}


@pytest.fixture
def work(tmp_path):
    """A copy in which every cell of the notebook was changed and run."""
    start(tmp_path / "work")
    path = tmp_path / "work" / NOTEBOOK
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source += "\n# mine"
        if cell.cell_type == "code":
            cell.execution_count = 7
    notebook.cells.insert(0, nbformat.v4.new_code_cell("own"))
    nbformat.write(notebook, path)
    done = {"torch": "correct", "tensorflow": "wrong", "numpy": "wrong"}
    progress = {EXERCISE: done, "autograd.hvp": {"torch": "correct"}}
    (tmp_path / "work/.tandem/progress.json").write_text(json.dumps(progress))
    return tmp_path / "work"


def by_id(path):
    return {cell_id(c): c for c in nbformat.read(path, as_version=4).cells}


@pytest.mark.parametrize("framework", [None, "torch"])
def test_only_the_exercises_cells_go_back(work, framework):
    before, backup = by_id(work / NOTEBOOK), (work / NOTEBOOK).read_bytes()
    done = reset(work / "exercises", EXERCISE, framework)
    assert (work / done.backup).read_bytes() == backup
    after, released = by_id(work / NOTEBOOK), by_id(work / RELEASED / NOTEBOOK)
    assert list(after) == list(before)
    back = IDS["torch"] + ([] if framework else IDS["tensorflow"])
    for name in after:
        assert after[name] == (released if name in back else before)[name]
    left = {"numpy"} | ({"tensorflow"} if framework else set())
    stored = load(work / ".tandem/progress.json")
    assert set(stored[EXERCISE]) == set(left)
    assert stored["autograd.hvp"]["torch"]["status"] == "correct"


def test_a_deleted_cell_comes_back_to_its_place(work):
    notebook = nbformat.read(work / NOTEBOOK, as_version=4)
    order = [cell_id(c) for c in notebook.cells]
    notebook.cells = [c for c in notebook.cells if cell_id(c) not in IDS["torch"]]
    nbformat.write(notebook, work / NOTEBOOK)
    reset(work, EXERCISE)
    assert list(by_id(work / NOTEBOOK)) == order


def test_an_exercise_in_a_lesson_goes_back_as_well(work):
    lesson = work / "notebooks/00_start_here.ipynb"
    released = lesson.read_bytes()
    lesson.write_bytes(released.replace(b"    raise Not", b"    return Not"))
    assert lesson.read_bytes() != released
    reset(work, "start.celsius")
    assert nbformat.read(lesson, 4) == nbformat.reads(released.decode(), 4)


def test_a_neutral_exercise_has_one_half(work):
    notebook = work / "exercises/07_hidden_defaults/07_hidden_defaults_exercises.ipynb"
    released = nbformat.read(notebook, 4)
    changed = notebook.read_text().replace("    raise Not", "    return Not")
    notebook.write_text(changed)
    progress = {"defaults.share_left": {"numpy": "correct"}}
    (work / ".tandem/progress.json").write_text(json.dumps(progress))
    assert reset(work, "defaults.share_left").halves == ("numpy",)
    before, after = (
        {cell_id(c): c.source for c in book.cells}
        for book in (released, nbformat.read(notebook, 4))
    )
    back = {name for name in before if before[name] == after[name]}
    others = {e.name for e in catalogue.exercises("defaults")} - {"share_left"}
    changed_still = {f"defaults-{name}-numpy-solution" for name in others}
    assert before.keys() - back == changed_still
    assert load(work / ".tandem/progress.json") == {"defaults.share_left": {}}
    with pytest.raises(CourseError, match="needs no framework: leave out --framework"):
        reset(work, "defaults.share_left", "torch")


def test_two_resets_in_a_second_keep_two_backups(work):
    first, second = (reset(work, EXERCISE).backup for _ in range(2))
    assert (work / first).is_file() and (work / second).is_file() and first != second


@pytest.mark.parametrize(
    ("exercise", "sentence"),
    [
        ("autograd.mse_gradeint", "did you mean 'autograd.mse_gradient'?"),
        ("nothing like it", "course list shows all"),
    ],
)
def test_an_unknown_exercise_names_the_closest(work, exercise, sentence):
    with pytest.raises(CourseError, match=sentence):
        reset(work, exercise)


def test_what_can_not_be_reset_is_one_sentence_and_stays(work, tmp_path):
    with pytest.raises(CourseError, match="there is no copy of the course in"):
        reset(tmp_path, EXERCISE)
    (work / NOTEBOOK).write_text("{")
    with pytest.raises(CourseError, match="can't be read as a notebook; rename it"):
        reset(work, EXERCISE)
    assert (work / NOTEBOOK).read_text() == "{"
    (work / NOTEBOOK).unlink()
    with pytest.raises(CourseError, match="is missing; course start brings it back"):
        reset(work, EXERCISE)
    start(tmp_path / "one", "torch")
    with pytest.raises(CourseError, match="is a copy for PyTorch only"):
        reset(tmp_path / "one", EXERCISE, "tensorflow")
    assert EXERCISE in load(work / ".tandem/progress.json")


def test_a_damaged_release_is_named_and_can_be_deleted(work):
    kept = work / RELEASED / NOTEBOOK
    kept.write_text("{")
    before = (work / NOTEBOOK).read_bytes()
    with pytest.raises(CourseError, match="delete it, and the course's own is used"):
        reset(work, EXERCISE)
    assert (work / NOTEBOOK).read_bytes() == before
    kept.unlink()
    assert reset(work, EXERCISE).backup
