"""``course check``: does every exercise tell right answers from mistakes?

For each exercise and each framework that is installed:

- an untouched stub is ``not attempted``;
- at least 3 right variants are correct, on the public cases and on fresh ones;
- at least 4 mistakes are rejected and called by their names, in NumPy and, where
  ``tests/variants`` writes them as a learner would, in the framework;
- three hints, none of which gives a solution's line away;
- the tolerance is at least 10 times the largest error of any right variant, and at
  most a tenth of the smallest distance of any mistake.

Errors are measured with float32 and float64 inputs, 1 and 2 threads, oneDNN on and
off, and on a GPU where there is one.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader import references
from grader.authoring.declared import (
    SEPARATION,
    Declared,
    declared,
    source_solutions,
)
from grader.authoring.sources import ROOT
from grader.errors import CourseError
from grader.judging import Exercise
from grader.learner.frameworks import FRAMEWORKS, TITLES, installed

LEAST_VARIANTS = 3
THREADS = (1, 2)
LIMIT = 300  # seconds for one measuring process
AT_ONCE = 2


@dataclass(frozen=True)
class Job:
    """One measuring process: a framework in a setting that holds for all of it."""

    framework: str
    threads: tuple[int, ...]
    mistakes: bool  # whether wrong variants are judged as well: once is enough
    environment: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        settings = [f"{'/'.join(map(str, self.threads))} threads"]
        settings += [f"{name}={value}" for name, value in self.environment.items()]
        return f"{TITLES[self.framework]}, {', '.join(settings)}"


@dataclass
class Half:
    """What one framework's processes found of one exercise."""

    right: int = 0
    error: float = 0.0
    sources: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def main(lessons: list[str] | None, console: Console) -> int:
    """Check the exercises of ``lessons`` (all when None); print a table.

    Returns:
        0 when every exercise holds what it promises, otherwise 1.

    Raises:
        CourseError: no checkout, no framework, or a lesson that there is not.
    """
    lessons = _lessons(lessons)
    here = [name for name in FRAMEWORKS if installed(name)]
    if not here:
        raise CourseError(
            "neither PyTorch nor TensorFlow is installed here; "
            'pip install "tandem-course[torch]" gives one'
        )
    begin = time.perf_counter()
    halves, broken = _measure(here, lessons, console)
    tables, failures = _tables(lessons, here, halves)
    console.print(*tables, sep="\n")
    failures += broken
    for failure in failures:
        _say(console, f"✗ {failure}")
    for name in FRAMEWORKS:
        if name not in here:
            _say(console, f"{TITLES[name]} is not installed: its half is unchecked.")
    seconds = time.perf_counter() - begin
    state = f"{len(failures)} to mend" if failures else "every exercise holds"
    _say(console, f"{state} ({seconds:.0f} s)")
    return 1 if failures else 0


def _lessons(asked: list[str] | None) -> list[str]:
    if not (ROOT / "tests" / "variants").is_dir():
        raise CourseError(
            "course check is for authors: it needs a checkout with tests/variants"
        )
    known = references.lessons()
    for lesson in asked or ():
        if lesson not in known:
            raise CourseError(
                f"no lesson with exercises is called {lesson!r}; there are: "
                f"{', '.join(known)}"
            )
    return asked or known


def _jobs(frameworks: list[str]) -> Iterator[Job]:
    if "tensorflow" in frameworks:
        # Two imports, which take most of the time, see each value of each setting.
        for threads, onednn in zip(THREADS, ("0", "1"), strict=True):
            environment = {"TF_ENABLE_ONEDNN_OPTS": onednn}
            yield Job("tensorflow", (threads,), onednn == "1", environment)
    if "torch" in frameworks:
        yield Job("torch", THREADS, True)


def _measure(
    frameworks: list[str], lessons: list[str], console: Console
) -> tuple[dict[tuple[str, str], Half], list[str]]:
    """What was found by exercise and framework, and processes that failed."""
    halves: dict[tuple[str, str], Half] = {}
    broken = []
    jobs = list(_jobs(frameworks))
    _say(console, f"measuring {', '.join(lessons)} in {len(jobs)} settings")
    with ThreadPoolExecutor(AT_ONCE) as pool, console.status("measuring"):
        running = {pool.submit(_run, job, lessons): job for job in jobs}
        for done in as_completed(running):
            job = running[done]
            try:
                report, seconds = done.result()
            except CourseError as error:
                broken.append(str(error))
                continue
            _say(console, f"  {job}: {seconds:.1f} s")
            _merge(halves, report)
            broken += [
                f"tests/variants answers {name}, which is no exercise"
                for name in report["unknown"]
            ]
    return halves, sorted(set(broken))


def _run(job: Job, lessons: list[str]) -> tuple[dict, float]:
    begin = time.perf_counter()
    command = [sys.executable, "-m", "grader.authoring.measure"]
    command += ["--framework", job.framework, "--lessons", *lessons]
    command += ["--threads", *map(str, job.threads)]
    command += ["--mistakes"] if job.mistakes else []
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3"}
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **quiet, **job.environment},
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired as error:
        raise CourseError(f"{job}: not done after {LIMIT} s") from error
    if done.returncode:
        last = (done.stderr.strip() or "no message").split("\n")[-1]
        raise CourseError(f"{job}: {last} (to see all: {' '.join(command[1:])})")
    return json.loads(done.stdout), time.perf_counter() - begin


def _merge(halves: dict[tuple[str, str], Half], report: dict) -> None:
    framework = report["framework"]
    for exercise, status in report["stubs"].items():
        half = halves.setdefault((exercise, framework), Half())
        half.right = 0
        if status != "not attempted":
            half.failures.append(f"an untouched stub is judged {status}")
    for variant in report["variants"]:
        half = halves[variant["exercise"], framework]
        if variant["mistake"] is None:
            half.right += 1
            half.error = max(half.error, variant["error"])
            half.sources.append(variant["source"])
        if variant["failure"]:
            half.failures.append(f"{variant['function']}: {variant['failure']}")


def _tables(
    lessons: list[str], frameworks: list[str], halves: dict[tuple[str, str], Half]
) -> tuple[list[Table], list[str]]:
    """A table for each lesson, and all failures as sentences."""
    tables, failures = [], []
    for lesson in lessons:
        table = _table(lesson)
        written = source_solutions(lesson)
        for exercise in references.exercises(lesson):
            both = {f: halves.get((exercise.id, f), Half()) for f in frameworks}
            solutions = [text for half in both.values() for text in half.sources]
            own = declared(exercise, solutions + written.get(exercise.name, []))
            found = list(_failures(exercise, own, both))
            failures += [f"{exercise.id}: {text}" for text in found]
            table.add_row(*_row(exercise, own, both), "no" if found else "yes")
        tables.append(table)
    return tables, failures


def _table(lesson: str) -> Table:
    # Within 80 columns, so that it survives in a log.
    table = Table(lesson, box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for name in ("points", "right\ntorch", "right\ntf", "named\nmistakes"):
        table.add_column(name, justify="right")
    for name in ("largest\nerror", "toler-\nance", "nearest\nmistake"):
        table.add_column(name, justify="right")
    table.add_column("ok")
    return table


def _failures(
    exercise: Exercise, own: Declared, halves: dict[str, Half]
) -> Iterator[str]:
    yield from own.failures
    for framework, half in halves.items():
        for text in dict.fromkeys(half.failures):
            yield f"{TITLES[framework]}: {text}"
        if half.right < LEAST_VARIANTS:
            yield (
                f"{TITLES[framework]}: {half.right} right variants in "
                f"tests/variants, fewer than {LEAST_VARIANTS}"
            )
        if half.error > exercise.tolerance / SEPARATION:
            yield (
                f"{TITLES[framework]}: a right variant is off by {half.error:.1e}, "
                f"more than a tenth of the tolerance {exercise.tolerance:.0e}: draw "
                "better scaled inputs, or raise the tolerance"
            )


def _row(exercise: Exercise, own: Declared, halves: dict[str, Half]) -> list[str]:
    right = [str(halves[f].right) if f in halves else "-" for f in FRAMEWORKS]
    worst = max(half.error for half in halves.values())
    return [
        exercise.name,
        str(exercise.points),
        *right,
        str(len(exercise.mistakes)),
        f"{worst:.1e}",
        f"{exercise.tolerance:.0e}",
        f"{own.distance:.1e}",
    ]


def _say(console: Console, sentence: str) -> None:
    console.print(escape(sentence), highlight=False, soft_wrap=True)
