"""The recipe's stages between them run every test, and are asked for by name."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.common.errors import CourseError
from tests.stages import __main__ as command
from tests.stages import running
from tests.stages.recipe import STAGES

TESTS = Path(__file__).parents[1]


def test_those_asked_for_run_in_the_recipes_order(monkeypatch):
    ran = []
    monkeypatch.setattr(running, "run", lambda stages: ran.extend(stages) or 0)
    assert command.main(["unit", "lint"]) == 0
    assert [stage.name for stage in ran] == ["lint", "unit"]
    ran.clear()
    command.main([])
    assert tuple(ran) == STAGES


def test_one_that_is_not_there_is_named():
    with pytest.raises(CourseError, match=r"no stage is called 'linr'.*lint.*quick"):
        command.main(["linr"])


def test_the_command_says_so_in_one_sentence():
    done = subprocess.run(
        [sys.executable, "-m", "tests.stages", "linr"],
        cwd=running.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and done.stdout == ""
    assert re.fullmatch(r"✗ no stage is called 'linr'; .*\n", done.stderr)


@pytest.mark.parametrize(
    ("mark", "folder"), [("browser", "browser"), ("drill", "attacks")]
)
def test_a_stage_of_one_folder_misses_no_test(mark, folder):
    marked = {
        path.relative_to(TESTS).parts[0]
        for path in TESTS.rglob("test_*.py")
        if f"pytest.mark.{mark}" in path.read_text(encoding="utf-8")
    }
    assert marked == {folder}
