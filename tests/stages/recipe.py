"""The stages of ``make test``, as data."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.browser.lab import CHROMIUM


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class Stage:
    """One command, which passes when it exits with 0.

    Attributes:
        name: by which it is asked for on a command line.
        title: as it is shown.
        command: run in the repository's root.
        beside: the name of another stage. This one begins with it, and what this one
            prints is shown after it.
        lacking: why the stage can't run on this machine; "" where it can.
    """

    name: str
    title: str
    command: tuple[str, ...]
    beside: str = ""
    lacking: Callable[[], str] = _nothing


# JavaScript and style sheets: of a fixed version, and with no dependencies of its own.
BIOME = ("npx", "--yes", "--prefer-offline", "@biomejs/biome@2.6.8")


def _no_biome() -> str:
    try:
        subprocess.run((*BIOME, "--version"), capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "npx can't fetch biome here"
    return ""


def _no_browser() -> str:
    return "" if CHROMIUM else "no Chromium is installed here"


def python(*module: str) -> tuple[str, ...]:
    """The command that runs a module of Python with arguments."""
    return (sys.executable, "-m", *module)


def pytest(*arguments: str) -> tuple[str, ...]:
    """pytest without the plugins for others' tests, which take seconds to import."""
    return python("pytest", "-q", "-p", "no:nbval", "-p", "no:anyio", *arguments)


def at_once(processes: int) -> tuple[str, ...]:
    """Options of pytest: several processes, each with whole files of tests."""
    return ("-n", str(processes), "--dist", "loadfile")


# Where Python is, the commands are that come with its packages.
HERE = Path(sys.executable).parent
UNIT = "not slow and not browser and not drill"

# In order; the first that fails ends the run. The grader's tests wait for kernels to
# start and end, so three run at once. Attacks have limits of time, and the machine for
# themselves. Browser tests wait for pages most of the time, which the faults fill.
STAGES = (
    Stage("lint", "Lint", python("ruff", "check", ".")),
    Stage("format", "Format", python("ruff", "format", "--check", ".")),
    Stage(
        "javascript",
        "JavaScript",
        (*BIOME, "ci", "--error-on-warnings"),
        lacking=_no_biome,
    ),
    Stage("types", "Types", python("mypy")),
    Stage("imports", "Imports", (str(HERE / "lint-imports"), "--no-logo")),
    Stage("unit", "Unit tests", pytest(*at_once(2), "-m", UNIT)),
    Stage("exercises", "Exercises", python("grader.cli", "check")),
    Stage(
        "built",
        "Built files are current",
        python("grader.authoring.build", "all", "--check"),
    ),
    Stage("lessons", "Lessons in every track", python("grader.authoring.lessons")),
    Stage("grader", "Grader", pytest("-rs", *at_once(3), "-m", "slow")),
    Stage("attacks", "Attacks", pytest("-m", "drill", "tests/attacks")),
    Stage("faults", "Faults", python("tests.faults"), beside="browser"),
    Stage(
        "browser",
        "Browser",
        pytest(*at_once(2), "-m", "browser", "tests/browser"),
        lacking=_no_browser,
    ),
)
