"""A notebook of another kernel is refused by its name; Python 3 has many names."""

import json

import pytest
from nbformat.v4 import new_notebook
from nbgrader.converters import Autograde

from grader.exercises import catalogue
from grader.grading import commands, execution
from grader.grading.intake.kernelspec import note_of_kernel
from grader.grading.intake.notebook_format import Unreadable
from grader.grading.place.course_folder import find_course
from tests.classes import toy_course as toy


def made(spec=None, **info):
    notebook = new_notebook()
    if spec is not None:
        notebook.metadata["kernelspec"] = spec
    if info:
        notebook.metadata["language_info"] = info
    return notebook


@pytest.mark.parametrize(
    "notebook",
    [
        made(),
        made({}),
        made({"name": "python3", "display_name": "Python 3"}),
        made({"name": "python3", "display_name": "Python 3", "language": "python"}),
        made({"name": "python3", "display_name": ".venv"}, name="python"),
        made(name="python", version="3.11.2"),
        made({"name": 7, "language": ["R"]}),
    ],
)
def test_python_3_is_run_without_a_word(notebook):
    assert note_of_kernel(notebook) is None


@pytest.mark.parametrize(
    ("notebook", "name"),
    [
        (made({"name": "conda-env-dl-py", "language": "python"}), "conda-env-dl-py"),
        (made({"name": "xpython"}, name="python", version="3.12.0"), "xpython"),
        (made({"name": "tandem", "language": "Python"}), "tandem"),
    ],
)
def test_another_name_for_python_3_is_run_and_noted(notebook, name):
    assert f"the kernel {name}; run as Python 3" in note_of_kernel(notebook)


@pytest.mark.parametrize(
    ("notebook", "name"),
    [
        (made({"name": "ir", "display_name": "R", "language": "R"}), r"R \(ir\)"),
        (made({"name": "ir", "display_name": "R"}), r"R \(ir\)"),
        (made({"name": "ir", "display_name": "R"}, name="R"), r"R \(ir\)"),
        (made({"name": "bash", "display_name": "Bash", "language": "bash"}), "Bash"),
        (made({"name": "julia-1.10", "display_name": "Julia"}), "julia-1.10"),
        (made({"name": "python2", "language": "python"}), "python2"),
        (made({"name": "old", "language": "python"}, version="2.7.18"), "old"),
        (made(name="julia"), "julia"),
        (made({"name": "x\x1b[2J", "language": "R"}), r"x\\x1b\[2J"),
    ],
)
def test_another_kernel_is_refused_by_its_name(notebook, name):
    with pytest.raises(Unreadable, match=name):
        note_of_kernel(notebook)


@pytest.mark.slow
def test_it_waits_for_the_instructor_by_either_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    monkeypatch.chdir(toy.make_course(tmp_path))
    notebook = toy.submission(**toy.RIGHT)
    notebook.metadata["kernelspec"] = {"name": "ir", "display_name": "R"}
    toy.submit(tmp_path, "ann", notebook)
    assert commands.grade(toy.ASSIGNMENT, as_json=True) == 1
    row = json.loads(capsys.readouterr().out)["learners"][0]
    assert row["state"] == "quarantined"
    assert "the kernel R (ir)" in row["notes"][0]
    converted = find_course().convert(Autograde, toy.ASSIGNMENT, "ann")
    assert "the kernel R (ir)" in str(converted.error)


@pytest.mark.slow
def test_a_hidden_test_that_asks_what_runs_it_is_run(tmp_path, monkeypatch):
    """In a warm kernel, in a cold one, and in both without a sandbox."""
    monkeypatch.setattr(catalogue, "exercises", lambda lesson: toy.EXERCISES)
    asks = "import os\nassert os.environ['NBGRADER_EXECUTION'] == 'autograde'"
    for settings in ({}, {"unsafe": True}):
        for cold in ("", "\n# TF_DETERMINISTIC_OPS is read at import"):
            notebook = toy.submission()
            notebook.cells[1].source = asks + cold
            chosen = {"ExecuteAndJudge": settings}
            ran = execution.execute(notebook, tmp_path, chosen).notebook
            assert ran.cells[1].outputs == []
