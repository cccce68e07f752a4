"""Lessons run edited, as in TF32, and watched, in kernels of a track."""

import ast
import io

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from rich.console import Console

from grader.authoring import lessons
from grader.authoring.texts import sources
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, installed
from grader.kernels.warm import Warm


@pytest.fixture(autouse=True)
def no_framework(monkeypatch):
    """What the kernels are forked off has imported none: few of them need one."""
    monkeypatch.setattr(lessons, "Warm", lambda surroundings: Warm(surroundings, ()))


def run(root, cells: list, way: str, track: str = "both") -> str:
    """The problem of a course's only lesson."""
    (root / "sources" / "lessons").mkdir(parents=True, exist_ok=True)
    (root / "sources" / "lessons" / "01_one.py").touch()
    (root / "notebooks").mkdir()
    write(new_notebook(cells=cells), root / "notebooks" / "01_one.ipynb")
    console = Console(file=io.StringIO())
    (found,) = lessons.run_all(root, [track], console, [way], ["01_one"])
    assert f"{track:10} {found.notebook}: " in console.file.getvalue()
    return "\n".join(found.problems)


def code(source: str, *tags: str, **header: str) -> dict:
    return new_code_cell(source, metadata={"tags": list(tags), **header})


def test_a_lesson_is_edited_in_a_kernel(tmp_path):
    cells = [
        code("x = 1; 1 / 0", "raises-exception", name="a"),
        code("seen = x", "torch", name="b"),
        code("never", "tensorflow"),
        new_markdown_cell(
            "## Try\n\n**You try:** it. <!-- try: a `x = 1` with `x = 2` -->"
        ),
        code("assert seen == 2"),
        code("assert seen == 1", name="c"),
    ]
    problem = run(tmp_path, cells, "edits", "torch")
    said = "after Try, a `x = 1` with `x = 2`: cell 6 (c) raises AssertionError: "
    assert problem == f"{said}assert seen == 1"


def needing(tmp_path, cells: list) -> str:
    (tmp_path / "sources" / "lessons").mkdir(parents=True)
    text = "\n".join(cell.source for cell in cells)
    (tmp_path / "sources" / "lessons" / "01_one.py").write_text(text)
    return run(tmp_path, cells, "bare")


def test_a_lesson_runs_where_no_extra_is_installed(tmp_path):
    cells = [
        code("from grader import needs\nneeds('onnx', 'java')"),
        code("# needs: onnx\nimport onnx"),
        code("# needs: java\n1 / 0"),
        code("try:\n    import onnx\nexcept ImportError:\n    onnx = None"),
        code("assert onnx is None"),
    ]
    assert not needing(tmp_path, cells)


def test_a_cell_that_does_not_name_its_need_is_named(tmp_path):
    cells = [
        code("from grader import needs\nneeds('onnx')"),
        code("# needs: onnx\nfrom onnx import helper"),
        code("helper.make_node('Relu', ['x'], ['y'])"),
    ]
    assert "name 'helper' is not defined" in needing(tmp_path, cells)


def test_a_cell_that_ends_its_kernel_is_named(tmp_path):
    cells = [code("x = 1"), code("import os; os._exit(1)", name="last")]
    problem = run(tmp_path, cells, "edits")
    assert problem.startswith("before any edit: cell 2 (last): ")


TOO_EXACT = {
    "torch": """
import torch
from grader import agree
x = torch.full((4, 4), 1.0001)
agree((x.double() @ x.double()), x @ x)""",
    "tensorflow": """
import tensorflow as tf
from grader import agree, device
device("tensorflow")  # in time for memory growth
x = tf.fill((4, 4), 1.0001)
agree(tf.cast(x, "float64") @ tf.cast(x, "float64"), x @ x)""",
}


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_tf32_makes_untrue_fails(tmp_path, framework):
    if not installed(framework):
        pytest.skip(f"{framework} is not installed")
    cells = [
        code(TOO_EXACT[framework], framework, pair="product"),
        code("1 / 0", "raises-exception"),
        code("assert False"),
    ]
    first, second = run(tmp_path, cells, "tf32", framework).split("\n")
    assert first.startswith("cell 1 (product) raises Disagreement: value 1 is 4.0008")
    assert second.startswith("cell 3 (assert False) raises AssertionError")


@pytest.mark.skipif(not all(map(installed, FRAMEWORKS)), reason="needs both frameworks")
def test_only_one_of_two_frameworks_is_rounded(tmp_path):
    """As by default on a GPU: what compares the two has to allow for it."""
    cells = [
        code("import torch\nx = torch.full((4, 4), 1.0001)\nx = x @ x", "torch"),
        code("import tensorflow as tf\ny = tf.fill((4, 4), 1.0001)\ny = y @ y"),
        code("from grader import agree\nagree(x, y, tolerance=1e-3)", name="loose"),
        code("agree(x, y, tolerance=1e-5)", name="tight"),
    ]
    problem = run(tmp_path, cells, "tf32")
    assert problem.startswith("cell 4 (tight) raises Disagreement: value 1 is 4.0008")


@pytest.mark.skipif(not installed("tensorflow"), reason="needs TensorFlow")
def test_memory_growth_after_a_tensor_is_too_late(tmp_path):
    cells = [
        code("import tensorflow as tf\nfrom grader import device"),
        code("tf.ones(2)"),
        code('device("tensorflow")', name="late"),
    ]
    problem = run(tmp_path, cells, "tf32", "tensorflow")
    assert problem.startswith("cell 3 (late) raises RuntimeError: TensorFlow has used")


def test_claims_that_cannot_fail_are_told(tmp_path):
    cells = [
        code("x = []\nfor one in x:\n    assert one", name="loop"),
        code("assert x == []", name="whole"),
        new_markdown_cell("All are. <!-- shown: loop --> It is. <!-- shown: whole -->"),
    ]
    assert run(tmp_path, cells, "claims") == (
        "cell 1 (loop): `assert one` is never run: a condition is false, or a loop has "
        "no turn"
    )


def test_lessons_leave_memory_growth_to_device():
    """Without a GPU, a loop over GPUs would not even try to set it."""
    found = sources.find(sources.ROOT, "lessons")
    for source in found:
        tree = ast.parse(source.path.read_text(encoding="utf-8"))
        called = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
        assert "set_memory_growth" not in called, source.name
    assert found


def test_a_lesson_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CourseError, match=r"sources/ has no 07_seven\.py"):
        lessons.run_all(tmp_path, ["both"], Console(), names=["07_seven"])


@pytest.mark.parametrize(
    ("tracks", "rounded", "watched"),
    [
        (["both", "torch", "tensorflow"], ["both", "torch"], ["both"]),
        (["tensorflow"], ["tensorflow"], ["tensorflow"]),
    ],
)
def test_a_way_is_tried_wherever_it_may_find_more(
    tmp_path, monkeypatch, tracks, rounded, watched
):
    monkeypatch.setattr(lessons.Job, "run", lambda *_: "")
    (tmp_path / "sources" / "lessons").mkdir(parents=True)
    (tmp_path / "sources" / "lessons" / "01_one.py").touch()
    runs = lessons.run_all(tmp_path, tracks, Console(file=io.StringIO()))
    titles = (", edited", ", in TF32", ", its claims")
    said = {name: [r.track for r in runs if name in r.notebook] for name in titles}
    assert said == {", edited": tracks, ", in TF32": rounded, ", its claims": watched}
