"""Runs every lesson and every solution in every track.

    python -m grader.authoring.lessons               all of them
    python -m grader.authoring.lessons --track torch
    python -m grader.authoring.lessons 02_autograd --way edits
    python -m grader.authoring.lessons 10_export --way bare    without extras

nbval compares a lesson's outputs with those in the notebook. A solution runs until a
cell fails; its checks are cells too. Then a lesson runs with the edits that each **You
try** asks for, and with products as in TF32. It also runs to show that the assertions
that its sentences name could fail. A lesson with cells that need extras also runs
without them. A single-framework track is a filtered copy in an
environment where the other framework can't be imported. A solution does not run in a
learner's copy, so its progress is not recorded.

For each track, one process imports the frameworks and forks all kernels.
"""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.authoring.running.environments import environment
from grader.authoring.running.jobs import WAYS, Job, Way, jobs
from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, installed
from grader.common.tracks import TRACKS, Track
from grader.kernels.open_kernel import surroundings
from grader.kernels.warm import Warm

AT_ONCE = 2


@dataclass(frozen=True)
class Run:
    """One notebook in one track; without ``problems`` it ran as it should."""

    notebook: str
    track: str
    seconds: float
    problems: list[str]


def run_all(
    root: Path,
    tracks: list[str],
    console: Console,
    ways: Sequence[Way] = WAYS,
    names: Sequence[str] = (),
) -> list[Run]:
    """Run lessons and solutions of ``root``; for the arguments see ``jobs.jobs``.

    Raises:
        CourseError: one of ``names`` is the name of no source.
    """

    def warm_up(track: str) -> Warm:
        return opened.enter_context(closing(Warm(surroundings(environment(track)))))

    def timed(job: Job, warm: Warm) -> Run:
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="tandem-track-") as scratch:
            problems = job.run(Path(scratch), warm)
        run = Run(job.name, job.track, time.perf_counter() - begin, problems)
        state = "failed" if problems else "ok"
        _say(console, f"{job.track:10} {job.name}: {state} ({run.seconds:.0f} s)")
        return run

    planned = list(jobs(root, tracks, ways, names))
    with ExitStack() as opened, ThreadPoolExecutor(AT_ONCE) as pool:
        zygotes = dict(zip(tracks, pool.map(warm_up, tracks), strict=True))
        running = [pool.submit(timed, job, zygotes[job.track]) for job in planned]
        return [run.result() for run in running]


def main(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Sources, such as 02_autograd; all by default."),
    ] = None,
    track: Annotated[Track | None, typer.Option(help="One track only.")] = None,
    way: Annotated[Way | None, typer.Option(help="One way only.")] = None,
) -> None:
    """Run lessons and solutions, as built, in every track and way."""
    console = Console()
    tracks = _possible(console)
    if not tracks or (track and track not in tracks):
        _say(console, f"✗ the track {track or 'both'} can't run in this installation.")
        raise typer.Exit(1)
    try:
        failed = check(
            [track] if track else tracks, console, [way] if way else WAYS, names or ()
        )
    except CourseError as error:
        _say(console, f"✗ {error}")
        raise typer.Exit(1) from None
    raise typer.Exit(1 if failed else 0)


def check(
    tracks: list[str],
    console: Console,
    ways: Sequence[Way] = WAYS,
    names: Sequence[str] = (),
) -> int:
    """Run as :func:`run_all` does and print how it went; how many runs failed."""
    begin = time.perf_counter()
    runs = run_all(ROOT, tracks, console, ways, names)
    console.print(_table(runs))
    failed = [run for run in runs if run.problems]
    for run in failed:
        told = "\n".join(run.problems)
        _say(console, f"\n✗ {run.notebook} in the track {run.track}:\n{told}")
    seconds = time.perf_counter() - begin
    _say(console, f"{len(runs)} runs, {len(failed)} failed ({seconds:.0f} s)")
    return len(failed)


def _possible(console: Console) -> list[str]:
    """The tracks whose frameworks are installed; prints which tracks can't run."""
    missing = [name for name in FRAMEWORKS if not installed(name)]
    for name in missing:
        _say(console, f"{name} is not installed: the tracks with it are left out.")
    return [t for t in TRACKS if t not in missing and not (missing and t == "both")]


def _table(runs: list[Run]) -> Table:
    tracks = list(dict.fromkeys(run.track for run in runs))
    table = Table("notebook", box=box.SIMPLE_HEAD, title="Run times in seconds")
    for track in tracks:
        table.add_column(track, justify="right")
    for notebook in dict.fromkeys(run.notebook for run in runs):
        times = {r.track: r for r in runs if r.notebook == notebook}
        cells = [_time(times.get(track)) for track in tracks]
        table.add_row(escape(notebook), *cells)
    return table


def _time(run: Run | None) -> str:
    if run is None:
        return ""
    return "failed" if run.problems else f"{run.seconds:.0f}"


def _say(console: Console, sentence: str) -> None:
    console.print(escape(sentence), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
