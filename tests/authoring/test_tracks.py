"""A track runs where the other framework can't be found, and failures are told."""

import io
import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from rich.console import Console

from grader.authoring import lessons
from grader.authoring.running.environments import OTHERS, environment
from grader.common.frameworks import installed
from grader.common.tracks import TRACKS
from grader.kernels.warm import Warm

PROBE = """
import importlib.util, json
from grader.common.frameworks import installed
found = {}
for name in ("torch", "tensorflow", "keras"):
    try:
        spec = importlib.util.find_spec(name) is not None
        __import__("importlib").import_module(name + ".nothing_like_it")
    except ModuleNotFoundError as error:
        found[name] = [spec, error.name]
print(json.dumps([found, installed("torch"), installed("tensorflow")]))
"""


def test_every_track_says_what_it_hides():
    assert OTHERS.keys() == set(TRACKS)


@pytest.mark.parametrize("track", [t for t in TRACKS if OTHERS[t]])
def test_the_other_framework_can_not_be_found(track):
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**environment(track), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found, *usable = json.loads(done.stdout)
    for name in OTHERS[track]:
        assert found[name] == [False, name]
    # The track's own is what it was.
    assert found[track][0] == installed(track)
    assert usable == [installed(f) and f == track for f in ("torch", "tensorflow")]


def test_a_path_of_the_users_own_is_kept(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert environment("torch")["PYTHONPATH"].endswith("/somewhere")
    assert environment("both")["PYTHONPATH"] == "/somewhere"


@pytest.fixture
def no_framework(monkeypatch):
    """What these kernels are forked off has imported none: their cells need none."""
    monkeypatch.setattr(lessons, "Warm", lambda surroundings: Warm(surroundings, ()))


def cell(source: str, *tags: str, printed: str = "") -> dict:
    outputs = [new_output("stream", text=printed)] if printed else []
    return new_code_cell(
        source,
        metadata={"tags": list(tags)},
        outputs=outputs,
        execution_count=1,
    )


def run(root, cells: list, folder: str, tracks: list[str]) -> dict[str, lessons.Run]:
    """The runs of a course of one notebook, by track."""
    source = root / "sources" / ("lessons" if folder == "notebooks" else "exercises")
    source.mkdir(parents=True)
    (source / "01_one.py").touch()
    path = root / "notebooks" / "01_one.ipynb"
    if folder == "solutions":
        path = root / "solutions" / "01_one" / "01_one_exercises.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), path)
    runs = lessons.run_all(root, tracks, Console(file=io.StringIO()), ["plain"])
    return {run.track: run for run in runs}


@pytest.mark.usefixtures("no_framework")
def test_a_lesson_runs_in_each_track_on_its_own_cells(tmp_path):
    hidden = "import importlib.util as u; assert u.find_spec({!r}) is None"
    cells = [
        cell("x = 1\nprint(x)", printed="1\n"),
        cell("x = 2; " + hidden.format("tensorflow"), "torch"),
        cell("x = 2; " + hidden.format("torch"), "tensorflow"),
        cell("1 / 0", "both"),
        cell("print(x)", printed="2\n"),
    ]
    runs = run(tmp_path, cells, "notebooks", ["torch", "tensorflow"])
    assert {track: r.problems for track, r in runs.items()} == {
        "torch": [],
        "tensorflow": [],
    }
    assert all(r.seconds > 0 for r in runs.values())


@pytest.mark.usefixtures("no_framework")
def test_an_output_that_is_not_as_it_was_fails(tmp_path):
    cells = [cell("print(1)", printed="2\n")]
    (found,) = run(tmp_path, cells, "notebooks", ["both"]).values()
    assert "mismatch 'stdout'" in found.problems[0]


@pytest.mark.usefixtures("no_framework")
def test_a_name_of_the_other_track_fails(tmp_path):
    cells = [cell("x = 1", "torch"), cell("y = x")]
    runs = run(tmp_path, cells, "notebooks", ["torch", "tensorflow"])
    assert runs["torch"].problems == []
    assert "name 'x' is not defined" in runs["tensorflow"].problems[0]


@pytest.mark.usefixtures("no_framework")
def test_a_solution_runs_until_a_cell_fails(tmp_path):
    cells = [cell("x = 1", "torch"), cell("assert x == 1")]
    runs = run(tmp_path, cells, "solutions", ["torch", "tensorflow"])
    assert runs["torch"].problems == []
    assert "name 'x' is not defined" in runs["tensorflow"].problems[0]


@pytest.mark.usefixtures("no_framework")
def test_a_kernel_that_dies_is_a_failure(tmp_path):
    cells = [cell("import os; os._exit(1)")]
    (found,) = run(tmp_path, cells, "solutions", ["both"]).values()
    assert "Kernel died" in found.problems[0]


@pytest.mark.usefixtures("no_framework")
def test_a_notebook_that_is_not_built_is_a_failure(tmp_path):
    (tmp_path / "sources" / "lessons").mkdir(parents=True)
    (tmp_path / "sources" / "lessons" / "01_one.py").touch()
    runs = lessons.run_all(tmp_path, ["both"], Console(file=io.StringIO()))
    assert [run.notebook for run in runs] == [
        "notebooks/01_one",
        "notebooks/01_one, edited",
        "notebooks/01_one, in TF32",
        "notebooks/01_one, its claims",
    ]
    for found in runs:
        assert found.problems == [
            "it is not built: run python -m grader.authoring.build"
        ]


@pytest.mark.parametrize(
    ("here", "tracks"),
    [
        ({"torch", "tensorflow"}, ["both", "torch", "tensorflow"]),
        ({"torch"}, ["torch"]),
        (set(), []),
    ],
)
def test_only_tracks_that_are_installed_run(monkeypatch, here, tracks):
    monkeypatch.setattr(lessons, "installed", lambda name: name in here)
    said = io.StringIO()
    assert lessons._possible(Console(file=said)) == tracks
    assert said.getvalue().count("is not installed") == 2 - len(here)
