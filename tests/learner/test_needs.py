"""Cells that need what is not installed say so, and show the course's own run."""

from dataclasses import replace

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_notebook, new_output

from grader.common import optional
from grader.learner import needs

CELL = "# needs: onnx, java\nprint('ran')"


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell.instance()
    monkeypatch.setattr(needs, "get_ipython", lambda: shell)
    yield shell
    InteractiveShell.clear_instance()


def without(monkeypatch, *names):
    for name in names:
        gone = replace(optional.OPTIONAL[name], found=lambda: False)
        monkeypatch.setitem(optional.OPTIONAL, name, gone)


def having(monkeypatch, *names):
    for name in names:
        here = replace(optional.OPTIONAL[name], found=lambda: True)
        monkeypatch.setitem(optional.OPTIONAL, name, here)


def test_a_cell_runs_where_all_is_here(shell, monkeypatch, capsys):
    having(monkeypatch, "onnx", "java")
    needs.needs("onnx", "java")
    assert shell.run_cell(CELL).success
    assert capsys.readouterr().out == "Installed here: onnx, java\nran\n"


def test_a_cell_rests_and_says_how_to_get_what_is_missing(shell, monkeypatch, capsys):
    having(monkeypatch, "java")
    without(monkeypatch, "onnx")
    needs.needs("onnx", "java")
    assert "Not installed here: onnx. To get it, run pip" in capsys.readouterr().out
    assert shell.run_cell(CELL).success
    shown = capsys.readouterr().out
    assert "This cell needs onnx, not installed here, and was not run." in shown
    assert 'pip install "tandem-course[deploy]"' in shown
    assert "ran" not in shown.split()


def test_the_course_s_own_outputs_are_shown(shell, monkeypatch, capsys, tmp_path):
    without(monkeypatch, "onnx", "java")
    stored = new_code_cell(CELL, id="0" * 10)
    stored.outputs = [
        new_output("stream", name="stdout", text="from the course\n"),
        new_output("display_data", {"text/plain": "a picture"}),
        new_output("error", ename="ValueError", evalue="no", traceback=[]),
    ]
    stored.id = needs.cell_id(CELL)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(new_notebook(cells=[stored]), folder / "lesson.ipynb")
    monkeypatch.setattr(needs, "course_root", lambda: tmp_path)
    needs.needs("onnx", "java")
    assert shell.run_cell(CELL).success
    shown = capsys.readouterr().out
    assert "The course's own run showed:" in shown
    assert "from the course\n" in shown
    assert "ValueError: no" in shown
    assert shell.run_cell(CELL + "\n# changed").success
    assert "own run showed" not in capsys.readouterr().out


def test_a_cell_that_needs_nothing_is_left_alone(shell, monkeypatch, capsys):
    without(monkeypatch, "onnx")
    needs.needs("onnx")
    capsys.readouterr()
    assert shell.run_cell("print('# needs: onnx')").success
    assert capsys.readouterr().out == "# needs: onnx\n"


def test_an_unknown_need_is_an_error():
    with pytest.raises(ValueError, match="unknown need 'fortran': use one of"):
        needs.needs("fortran")


def test_a_jdk_is_told_by_its_release_file(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert optional.java_home() is None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "javac").touch(mode=0o755)
    release = tmp_path / "release"
    release.write_text('JAVA_VERSION="17.0.15"\n')
    assert optional.java_home() is None
    release.write_text('IMPLEMENTOR="x"\nJAVA_VERSION="25.0.3"\n')
    assert optional.java_home() == tmp_path
