"""``make quick`` finds what changed since main, and the tests that depend on it."""

import subprocess
from pathlib import Path

import pytest

from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError
from grader.exercises import catalogue
from tests.stages import quick
from tests.stages.changes import since_main
from tests.stages.nearness import Modules
from tests.stages.recipe import STAGES

# A package "toy" and its tests, by their files; "late" is named by a string alone.
TOY = {
    "toy/__init__.py": "",
    "toy/base.py": "",
    "toy/late.py": "",
    "toy/middle.py": "from toy import base\nLATE = 'toy.late'\nDATA = 'shapes.json'\n",
    "toy/alone.py": "",
    "toy/shapes.json": "{}",
    "toy_tests/__init__.py": "",
    "toy_tests/helper.py": "from toy.middle import LATE\n",
    "toy_tests/test_base.py": "def test():\n    from toy.base import x\n",
    "toy_tests/test_middle.py": "import toy.middle\n",
    "toy_tests/test_far.py": "from toy_tests.helper import LATE\n",
    "toy_tests/test_slow.py": (
        "import pytest\nfrom toy import middle\npytestmark = [pytest.mark.slow]\n"
    ),
    "toy_tests/test_mixed.py": (
        "import pytest\nfrom toy import middle\n\n@pytest.mark.slow\ndef test(): ...\n"
    ),
}


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A checkout whose branch ``main`` has the files of ``TOY``."""
    for file, text in TOY.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    git(tmp_path, "init", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message", "Begin")
    return tmp_path


@pytest.fixture
def modules(toy):
    return Modules(toy, ("toy", "toy_tests"))


def nearest(modules: Modules, *changed: str) -> list[tuple[int, str]]:
    return [(test.distance, Path(test.file).stem) for test in modules.near(changed)]


def test_nothing_differs_on_main_itself(toy):
    assert since_main(toy) == []


def test_all_that_a_branch_changed_is_found(toy):
    """And not what main has changed since."""
    git(toy, "checkout", "-b", "work")
    (toy / "toy/base.py").write_text("x = 1\n")
    git(toy, "commit", "--all", "--message", "Change")
    git(toy, "mv", "toy/alone.py", "toy/moved one.py")
    (toy / "toy/middle.py").write_text("x = 2\n")
    (toy / "toy/late.py").unlink()
    (toy / "toy/new.py").touch()
    (toy / ".gitignore").write_text("ignored.py\n")
    (toy / "ignored.py").touch()
    git(toy, "stash", "--include-untracked")
    git(toy, "checkout", "main")
    (toy / "toy/__init__.py").write_text("y = 1\n")
    git(toy, "commit", "--all", "--message", "Meanwhile")
    git(toy, "checkout", "work")
    git(toy, "stash", "pop", "--index")
    changed = ["alone", "base", "late", "middle", "moved one", "new"]
    assert since_main(toy) == [".gitignore", *(f"toy/{name}.py" for name in changed)]


def test_the_remotes_main_is_the_one_that_counts(toy):
    git(toy, "update-ref", "refs/remotes/origin/main", "main")
    (toy / "toy/base.py").write_text("x = 1\n")
    git(toy, "commit", "--all", "--message", "Not pushed")
    assert since_main(toy) == ["toy/base.py"]


def test_without_main_there_is_nothing_to_compare_with(toy, tmp_path_factory):
    git(toy, "branch", "--move", "other")
    for root in (toy, tmp_path_factory.mktemp("no checkout")):
        with pytest.raises(CourseError, match="git finds no branch origin/main or"):
            since_main(root)


def test_tests_are_found_through_any_chain_of_imports(modules):
    assert nearest(modules, "toy/base.py") == [
        (1, "test_base"),
        (2, "test_middle"),
        (2, "test_mixed"),
        (2, "test_slow"),
        (3, "test_far"),
    ]


def test_a_test_that_changed_is_the_nearest(modules):
    found = nearest(modules, "toy_tests/test_far.py", "toy/middle.py")
    assert found[:2] == [(0, "test_far"), (1, "test_middle")]


def test_a_module_or_file_that_a_string_names_counts(modules):
    assert (2, "test_middle") in nearest(modules, "toy/late.py")
    assert (2, "test_middle") in nearest(modules, "toy/shapes.json")
    assert (2, "test_base") not in nearest(modules, "toy/shapes.json")


def test_what_no_test_depends_on_is_told(modules):
    changed = ["toy/alone.py", "toy/base.py", "toy/gone.py", "toy_tests/test_far.py"]
    assert modules.unused(changed) == ["toy/alone.py", "toy/gone.py"]


def test_a_file_that_is_no_python_is_named(toy):
    (toy / "toy/base.py").write_text("x = 1\ndef")
    with pytest.raises(CourseError, match=r"base\.py, line 2 is no Python"):
        Modules(toy, ("toy", "toy_tests"))


def planned(modules: Modules, *changed: str) -> tuple[dict[str, list[str]], str]:
    """By a stage's name, what is added to its command; and what is left out."""
    plan = quick.planned(changed, modules)
    commands = {stage.name: stage.command for stage in STAGES}
    added = {s.name: list(s.command[len(commands[s.name]) :]) for s in plan.stages}
    return added, "\n".join(plan.left_out)


def test_the_nearest_unit_tests_run(modules, monkeypatch):
    monkeypatch.setattr(quick, "MOST_TESTS", 2)
    added, left_out = planned(modules, "toy/base.py")
    assert list(added) == [*quick.ALWAYS, "unit"]
    assert added["unit"] == ["toy_tests/test_base.py", "toy_tests/test_middle.py"]
    assert "time: toy_tests/test_mixed.py toy_tests/test_far.py" in left_out
    assert "marked slow: toy_tests/test_slow.py" in left_out


def test_without_a_change_the_whole_is_linted_alone(modules):
    added, _ = planned(modules)
    assert tuple(added) == quick.ALWAYS


@pytest.fixture(scope="module")
def house():
    return Modules(ROOT)


def test_an_exercise_that_changed_is_checked(house):
    """And its own tests run, which name it by its id, or all of its lesson."""
    added, left_out = planned(house, "grader/exercises/loops/rmsprop.py")
    assert added["exercises"] == ["loops.rmsprop"]
    assert "tests/exercises/test_loops.py" in added["unit"]
    assert "depend on" not in left_out


def test_all_exercises_that_a_change_reaches_are_checked(house):
    variants = "grader/exercises/autograd/variants/torch_custom.py"
    assert quick.exercises([variants], house) == ["autograd.straight_through"]
    shared = quick.exercises(["grader/exercises/graphs/program.py"], house)
    assert "graphs.replay" in shared and "graphs.gcd_loop" not in shared
    whole = quick.exercises(["grader/exercises/autograd/__init__.py"], house)
    assert whole == sorted(e.id for e in catalogue.exercises("autograd"))
    added, left_out = planned(house, "grader/exercises/autograd/__init__.py")
    assert added["exercises"] == whole[: quick.MOST_EXERCISES]
    assert f"time: {' '.join(whole[quick.MOST_EXERCISES :])}" in left_out


def test_lessons_that_changed_run_as_they_are(house):
    changed = ["notebooks/02_autograd.ipynb", "sources/exercises/03_graphs.py"]
    changed += ["sources/lessons/99_gone.py"]
    added, left_out = planned(house, *changed)
    assert added["lessons"] == ["02_autograd", "03_graphs", "--way", "plain"]
    assert added["built"] == []
    assert "bare, edits, tf32 and claims" in left_out
