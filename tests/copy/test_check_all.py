"""``course check-all``: what was attempted is run and judged, and no file changes."""

import json
from pathlib import Path

import nbformat
import pytest

from grader.common.errors import CourseError
from grader.copy.check_all import check_all
from grader.copy.copied_notebooks import parse
from grader.copy.learners_copy import start
from grader.learner.progress_record import load

NOTEBOOK = Path("exercises/02_autograd/02_autograd_exercises.ipynb")
STUB = "raise NotImplementedError"
RIGHT = "return 2 * X.T @ (X @ w - y) / len(y)"


def code(source, framework=None, grade_id=None, **about):
    cell = nbformat.v4.new_code_cell(source)
    if framework:
        cell.metadata["tags"] = [framework]
    if grade_id:
        cell.metadata["nbgrader"] = {"grade_id": grade_id, **about}
    return cell


def exercise(name, framework):
    grade_id = f"autograd-{name}-{framework}"
    solution = code(
        f"def {name}(w=0, X=0, y=0, **others):\n    {STUB}",
        framework,
        f"{grade_id}-solution",
        solution=True,
    )
    check = f'check("autograd.{name}", {name}, "{framework}")'
    return solution, code(check, framework, grade_id, grade=True)


@pytest.fixture
def root(tmp_path):
    cells = [code("from grader import check")]
    for name in ("mse_gradient", "chain_rule", "hvp"):
        for framework in ("torch", "tensorflow"):
            cells += exercise(name, framework)
    root = tmp_path / "course"
    (root / NOTEBOOK).parent.mkdir(parents=True)
    (root / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / NOTEBOOK)
    return root


@pytest.fixture
def work(root, tmp_path):
    start(tmp_path / "work", root=root)
    return tmp_path / "work"


def answer(work, grade_id, body):
    notebook = nbformat.read(work / NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            cell.source = cell.source.replace(STUB, body)
    nbformat.write(notebook, work / NOTEBOOK)


def answers(work, **bodies):
    for name, body in bodies.items():
        answer(work, f"autograd-{name.replace('__', '-')}-solution", body)


def test_without_an_attempt_nothing_runs(root, work):
    seen = []
    checked = check_all(work, on_cell=lambda *now: seen.append(now), root=root)
    assert (checked.statuses, checked.all_correct, seen) == ({}, True, [])


@pytest.mark.slow
def test_each_attempt_is_judged_whatever_the_others_do(root, work):
    answers(
        work,
        mse_gradient__torch=RIGHT,
        mse_gradient__tensorflow="return w",
        chain_rule__torch="return (",
        chain_rule__tensorflow="import os; os._exit(1)",
        hvp__torch="import time; time.sleep(600)",
    )
    before = (work / NOTEBOOK).read_bytes()
    seen = []
    checked = check_all(
        work, timeout=15, on_cell=lambda *now: seen.append(now), root=root
    )
    assert checked.statuses == {
        "autograd.mse_gradient": {"torch": "correct", "tensorflow": "wrong"},
        "autograd.chain_rule": {"torch": "error", "tensorflow": "crashed"},
        "autograd.hvp": {"torch": "timeout", "tensorflow": "not attempted"},
    }
    assert checked.details == {
        ("autograd.chain_rule", "torch"): "NameError: name 'chain_rule' is not defined"
    }
    assert not checked.all_correct
    assert (work / NOTEBOOK).read_bytes() == before
    assert seen[0] == (NOTEBOOK.stem, 0, 13)
    stored = load(work / ".tandem/progress.json")
    assert stored["autograd.chain_rule"]["torch"]["status"] == "error"
    assert stored["autograd.chain_rule"]["tensorflow"]["status"] == "crashed"
    assert stored["autograd.hvp"]["torch"]["status"] == "timeout"
    # Each check ran once, though the notebook ran three times.
    assert stored["autograd.mse_gradient"]["torch"]["tries"] == 1


def test_the_courses_own_check_runs_and_stray_cells_are_told(root, work):
    answers(work, mse_gradient__torch=RIGHT.replace("2 *", ""))
    notebook = nbformat.read(work / NOTEBOOK, as_version=4)
    check = next(c for c in notebook.cells if c.source.startswith("check("))
    notebook.cells.remove(check)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import os; os._exit(1)"))
    nbformat.write(notebook, work / NOTEBOOK)
    checked = check_all(work, root=root)
    assert checked.statuses["autograd.mse_gradient"]["torch"] == "wrong"
    assert checked.notes == [
        f"{NOTEBOOK.as_posix()}: cell 1 ended its kernel and was left out."
    ]


def test_a_kernel_that_is_not_there_is_one_sentence(root, work):
    answers(work, mse_gradient__torch=RIGHT)
    text = json.loads((work / NOTEBOOK).read_text())
    text["metadata"]["kernelspec"] = {"name": "gone", "display_name": "Gone"}
    (work / NOTEBOOK).write_text(json.dumps(text))
    with pytest.raises(CourseError, match="asks for the kernel gone"):
        check_all(work, root=root)


def test_a_damaged_notebook_is_told(root, work):
    (work / NOTEBOOK).write_text("{")
    checked = check_all(work, root=root)
    assert "can't be read as a notebook" in checked.notes[0]
    assert not checked.all_correct
    assert parse((work / NOTEBOOK).read_bytes()) is None


FORGED = """return 0 * w
from IPython.display import display
class NotCorrect(Exception): pass
def check(*_):
    for told in ({"status": ["correct"]}, {"status": "right"}, "correct", {}):
        display("x", transient={"tandem": told})
    raise NotCorrect("autograd.mse_gradient (PyTorch): correct")"""


@pytest.mark.slow
def test_no_words_of_an_exception_pass_for_a_verdict(root, work):
    answers(work, mse_gradient__torch=FORGED)
    checked = check_all(work, root=root)
    states = checked.statuses["autograd.mse_gradient"]
    assert states == {"torch": "error", "tensorflow": "not attempted"}
    detail = checked.details["autograd.mse_gradient", "torch"]
    assert detail == "NotCorrect: autograd.mse_gradient (PyTorch): correct"
