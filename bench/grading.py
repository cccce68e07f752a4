"""(a) A class through stock nbgrader and through ``course grade``."""

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench import ROOT, classroom
from bench.meter import Used, environment
from bench.meter import measure as metered
from bench.results import ratio, spread
from bench.settings import BenchError, Settings
from grader.grading.cohort import DEFAULT_JOBS
from grader.kernels.jail.probe import level
from tests.classes.classroom import ASSIGNMENT

TITLE = "(a) a class graded"
NBGRADER = [sys.executable, "-m", "nbgrader"]
COURSE = [sys.executable, "-m", "grader.cli"]
STOCK, STOCK_2 = "stock nbgrader", "stock nbgrader, 2 processes"
DEFAULT = f"course grade (default: {DEFAULT_JOBS} jobs)"
OURS = {
    "course grade --jobs 1": ["--jobs", "1"],
    "course grade --jobs 2": ["--jobs", "2"],
    DEFAULT: [],
}


def measure(settings: Settings) -> dict[str, object]:
    """Submissions a minute and CPU-seconds each, for every way, turn by turn."""
    members = classroom.mix(settings.submissions)
    ways = {STOCK: _stock, STOCK_2: _two_stocks} | dict.fromkeys(OURS, _ours)
    used = {way: [] for way in ways}
    floors, marks = [], {}
    for turn in range(1, settings.runs + 1):
        for way, grade in ways.items():
            settings.say(f"{TITLE}: run {turn} of {settings.runs}, {way}")
            with tempfile.TemporaryDirectory(prefix="bench-a-") as scratch:
                took, marks[way] = grade(Path(scratch), members, way)
            used[way].append(took)
        settings.say(
            f"{TITLE}: run {turn} of {settings.runs}, the learners' code alone"
        )
        floors.append(_floor(members))
    for way, found in marks.items():
        if found != marks[STOCK]:
            raise BenchError(f"{way} gives other marks than {STOCK}")
    number = len(members)
    measured = {
        way: {
            "per_minute": spread([60 * number / one.seconds for one in taken]),
            "cpu_each": spread([one.cpu / number for one in taken]),
        }
        for way, taken in used.items()
    }
    speed = {way: found["per_minute"] for way, found in measured.items()}
    return {
        "assignment": ASSIGNMENT,
        "submissions": number,
        "default": DEFAULT,
        "ways": measured,
        "floor_each": spread([floor / number for floor in floors]),
        "times_stock": ratio(speed[DEFAULT], speed[STOCK]),
        "times_two_stocks": ratio(speed[DEFAULT], speed[STOCK_2]),
        "isolation": str(level()),
    }


def rows(result: dict[str, object]) -> list[tuple[str, ...]]:
    """What was measured, its value, its range."""
    found = []
    for way, one in result["ways"].items():
        speed, cpu = one["per_minute"], one["cpu_each"]
        found.append((way, "submissions a minute", speed, 1))
        found.append((way, "CPU-s each", cpu, 2))
    floor = result["floor_each"]
    found.append(("the learners' code alone", "CPU-s each", floor, 2))
    found.append(("default, times stock", "", result["times_stock"], 1))
    found.append(("default, times two stocks", "", result["times_two_stocks"], 1))
    return found


Graded = tuple[Used, dict[str, dict[str, float]]]


def _stock(folder: Path, members: list, way: str) -> Graded:
    home = _stock_course(folder / "course", members)
    return _autograde(home), classroom.scores(home)


def _two_stocks(folder: Path, members: list, way: str) -> Graded:
    """Half the class each, in a folder of its own: no waiting for one gradebook."""
    halves = [half for half in (members[::2], members[1::2]) if half]
    homes = [
        _stock_course(folder / str(number), half) for number, half in enumerate(halves)
    ]
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(_autograde, homes))
    seconds = max(one.seconds for one in both)
    used = Used(seconds, sum(one.cpu for one in both), [], [], [], "")
    return used, classroom.scores(homes[0]) | classroom.scores(homes[-1])


def _stock_course(folder: Path, members: list) -> Path:
    home = classroom.course(folder, members, classroom.STOCK)
    prepare([*NBGRADER, "generate_assignment", ASSIGNMENT], home)
    return home


def _autograde(home: Path) -> Used:
    return metered([*NBGRADER, "autograde", ASSIGNMENT], home)


def _ours(folder: Path, members: list, way: str) -> Graded:
    home = classroom.course(folder / "course", members)
    prepare([*COURSE, "release", ASSIGNMENT], home)
    used = metered([*COURSE, "grade", ASSIGNMENT, *OURS[way]], home)
    return used, classroom.scores(home)


def prepare(command: list[str], folder: Path) -> None:
    """Run what comes before a measurement.

    Raises:
        BenchError: it failed.
    """
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True
    )
    if done.returncode:
        raise BenchError(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")


def _floor(members: list) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.floor"],
        input=json.dumps([classroom.sources(one.content) for one in members]),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"the learners' code alone failed:\n{done.stderr[-2000:]}")
    return float(done.stdout.splitlines()[-1])
