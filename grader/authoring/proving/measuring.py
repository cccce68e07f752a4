"""Measures right and wrong variants, each setting in its own process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import (
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    as_completed,
)
from dataclasses import dataclass, field
from multiprocessing import get_context

from rich.console import Console
from rich.markup import escape

from grader.authoring.proving.declared import Declared, declared_of
from grader.authoring.proving.draws import Differing, Telling
from grader.authoring.proving.report import Report
from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError
from grader.common.frameworks import NEUTRAL, TITLES
from grader.exercises import catalogue

THREADS = (1, 2)
LIMIT = 1800  # seconds for one process, which takes less than 100 on an idle machine
AT_ONCE = 2


@dataclass(frozen=True)
class Job:
    """One measuring process: a framework, and a setting for the whole process.

    Attributes:
        framework: ``torch``, ``tensorflow``, or ``NEUTRAL`` for neutral exercises.
        threads: numbers of CPU threads; only PyTorch takes several in one process.
        mistakes: whether wrong variants are judged as well; one process is enough.
        environment: variables to add to this process's environment.
        options: further options of ``python -m grader.authoring.proving.measure``.
        telling: by exercise, the fresh cases to judge on, in place of the first ones.
    """

    framework: str
    threads: tuple[int, ...] = (1,)
    mistakes: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    telling: Telling = field(default_factory=dict)

    def __str__(self) -> str:
        settings = [f"{'/'.join(map(str, self.threads))} threads"]
        settings += [f"{name}={value}" for name, value in self.environment.items()]
        settings += [f"{name} {value}" for name, value in self.options.items()]
        return f"{TITLES[self.framework]}, {', '.join(settings)}"


@dataclass
class Half:
    """What one framework's processes found about one exercise."""

    right: int = 0
    error: float = 0.0
    sources: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    differing: list[Differing] = field(default_factory=list)


@dataclass
class Measured:
    """What all processes found.

    Attributes:
        halves: the results by exercise and framework; ``NEUTRAL`` for none.
        broken: sentences on failed processes, and on variants without an exercise.
        versions: each framework's version.
    """

    halves: dict[tuple[str, str], Half] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def add(self, report: Report) -> None:
        """Add the report of one process."""
        framework = report["framework"]
        self.versions[framework] = report["version"]
        for name in report["unknown"]:
            self.broken.append(f"a variant answers {name}, which is no exercise")
        for name in report["misplaced"]:
            self.broken.append(
                f"{name} is neutral, and has a variant in a module of {framework}: "
                "move it to one whose name begins with any_"
            )
        for exercise, status in report["stubs"].items():
            half = self.halves.setdefault((exercise, framework), Half())
            half.right = 0
            if status != "not attempted":
                half.failures.append(f"an untouched stub is judged {status}")
        for variant in report["variants"]:
            half = self.halves[variant["exercise"], framework]
            if variant["mistake"] is None:
                half.right += 1
                half.error = max(half.error, variant["error"])
                half.sources.append(variant["source"])
            half.differing += [Differing(**told) for told in variant["differing"]]
            if variant["failure"]:
                half.failures.append(f"{variant['function']}: {variant['failure']}")


def jobs(frameworks: list[str], names: list[str], telling: Telling) -> Iterator[Job]:
    """The CPU settings in which every exercise must hold, the longest jobs first."""
    found = [e for exercises in catalogue.named(names).values() for e in exercises]
    halves = {half for exercise in found for half in exercise.halves(frameworks)}
    if "torch" in halves:
        yield Job("torch", THREADS, True, telling=telling)
    if "tensorflow" in halves:
        # Two processes cover each value of each setting. The second differs from the
        # first only by rounding: one draw is enough, without mistakes.
        for threads, onednn, full in zip(THREADS, "01", (True, False), strict=True):
            environment = {"TF_ENABLE_ONEDNN_OPTS": onednn}
            options = {} if full else {"seeds": "0"}
            cases = telling if full else {}
            yield Job("tensorflow", (threads,), full, environment, options, cases)
    if None in halves:
        yield Job(NEUTRAL, mistakes=True, telling=telling)


def declare(names: list[str], console: Console) -> dict[str, Declared]:
    """What each exercise declares, measured in NumPy, by its id.

    Args:
        names: ids of the exercises.
    """
    say(console, f"drawing cases, exercises: {len(names)}")
    begin = time.perf_counter()
    # "spawn", since this process may have threads, which a fork would lose.
    pool = ProcessPoolExecutor(AT_ONCE, get_context("spawn"))
    try:
        with console.status("drawing cases"):
            found = dict(zip(names, pool.map(declared_of, names), strict=True))
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C does not wait for the rest
    say(console, f"  NumPy: {time.perf_counter() - begin:.1f} s")
    return found


def measure(
    frameworks: list[str], names: list[str], console: Console, telling: Telling
) -> Measured:
    """Run the processes of :func:`jobs`, telling the console as each ends.

    Args:
        names: of lessons, and ids of exercises.
    """
    found = Measured()
    planned = list(jobs(frameworks, names, telling))
    say(console, f"measuring {', '.join(names)} in {len(planned)} settings")
    with ThreadPoolExecutor(AT_ONCE) as pool, console.status("measuring"):
        running = {pool.submit(run, job, names): job for job in planned}
        for done in as_completed(running):
            try:
                report, seconds = done.result()
            except CourseError as error:
                found.broken.append(str(error))
                continue
            say(console, f"  {running[done]}: {seconds:.1f} s")
            found.add(report)
    found.broken = sorted(set(found.broken))
    return found


def run(job: Job, names: list[str]) -> tuple[Report, float]:
    """The report of one process (``measure.measure``) and the seconds it took.

    Raises:
        CourseError: the process failed, or took too long.
    """
    begin = time.perf_counter()
    command = [sys.executable, "-m", "grader.authoring.proving.measure"]
    command += [*names, "--framework", job.framework]
    command += ["--threads", *map(str, job.threads)]
    command += [f"--{name}={value}" for name, value in job.options.items()]
    command += ["--mistakes"] if job.mistakes else []
    command += ["--telling", json.dumps(job.telling)] if job.telling else []
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


def say(console: Console, sentence: str) -> None:
    """Print a sentence as it is, in one line."""
    console.print(escape(sentence), highlight=False, soft_wrap=True)
