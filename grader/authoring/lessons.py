"""Runs every lesson and every solution in every track.

    python -m grader.authoring.lessons               all of them
    python -m grader.authoring.lessons --track torch

A lesson's outputs are compared by nbval with those in the notebook; a solution runs
until a cell fails, and its checks are cells. A single-framework track is a filtered
copy in an environment where the other framework can't be imported. A solution runs
beside no answers of a learner, so its progress is recorded nowhere.

The kernels of a track are forked off one process that has imported its frameworks.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import nbformat
import typer
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.authoring import sources
from grader.authoring.sources import ROOT
from grader.authoring.tracks import environment
from grader.grading.sandbox.forked import ZYGOTE, surroundings
from grader.grading.sandbox.warm import Warm
from grader.learner.frameworks import FRAMEWORKS, installed
from grader.learner.tracks import TRACKS, filter_track

KERNEL = "tandem"
CELL_SECONDS = 120
AT_ONCE = 2
LIMIT = 600  # seconds for one notebook
# The other plugins that are installed take as long to import as pytest and nbval.
ONLY_NBVAL = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


@dataclass(frozen=True)
class Run:
    """One notebook in one track; ``problem`` is "" when it ran as it should."""

    notebook: str
    track: str
    seconds: float
    problem: str


def run_all(root: Path, tracks: list[str], console: Console) -> list[Run]:
    """Run every lesson and solution of ``root`` in each of ``tracks``."""

    def warm_up(track: str) -> Warm:
        return opened.enter_context(closing(Warm(surroundings(environment(track)))))

    def timed(path: Path, track: str, warm: Warm) -> Run:
        begin = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix="tandem-track-") as scratch:
            problem = _run(root, path, track, Path(scratch), warm)
        name = path.relative_to(root).with_suffix("").as_posix()
        run = Run(name, track, time.perf_counter() - begin, problem)
        state = "failed" if problem else "ok"
        _say(console, f"{track:10} {name}: {state} ({run.seconds:.0f} s)")
        return run

    with ExitStack() as opened, ThreadPoolExecutor(AT_ONCE) as pool:
        zygotes = list(pool.map(warm_up, tracks))
        running = [
            pool.submit(timed, path, track, warm)
            for path in _notebooks(root)
            for track, warm in zip(tracks, zygotes, strict=True)
        ]
        return [run.result() for run in running]


def _notebooks(root: Path) -> Iterator[Path]:
    for source in sources.find(root, "lessons"):
        yield source.notebook
    for source in sources.find(root, "exercises"):
        yield source.solution


def _run(root: Path, path: Path, track: str, scratch: Path, warm: Warm) -> str:
    if not path.is_file():
        return "it is not built: run python -m grader.authoring.build"
    copy = scratch / path.name
    notebook = filter_track(nbformat.read(path, as_version=4), track)
    nbformat.write(notebook, copy)
    if path.is_relative_to(root / "notebooks"):
        return _compare(copy, track, warm)
    return _execute(copy, track, warm)


def _compare(notebook: Path, track: str, warm: Warm) -> str:
    """What nbval says of a lesson; "" when every output is as it was."""
    command = [sys.executable, "-m", "pytest", "-p", "nbval.plugin", "--nbval"]
    command += [f"--nbval-kernel-name={KERNEL}"]
    command += ["-q", "--no-header", "--tb=short", "-p", "no:cacheprovider"]
    command += [f"--nbval-cell-timeout={CELL_SECONDS}", f"--rootdir={notebook.parent}"]
    try:
        done = subprocess.run(
            [*command, str(notebook)],
            cwd=notebook.parent,
            env=_of(warm, track) | ONLY_NBVAL,
            pass_fds=[warm.socket.fileno()],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"not done after {LIMIT} s"
    return done.stdout.strip() if done.returncode else ""


def _execute(path: Path, track: str, warm: Warm) -> str:
    """Why a cell of a solution failed; "" when all ran."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=40"],
        kernel_name=KERNEL,
    )
    try:
        client.execute(env=_of(warm, track))
    except (CellControlSignal, RuntimeError) as error:
        return str(error)
    return ""


def _of(warm: Warm, track: str) -> dict[str, str]:
    """The environment of a track, with the address of its zygote."""
    return environment(track) | {ZYGOTE: str(warm.socket.fileno())}


def main(
    track: Annotated[
        Literal[TRACKS] | None, typer.Option(help="One track only.")
    ] = None,
) -> None:
    """Run every lesson and every solution, as built, in every track."""
    console = Console()
    tracks = _possible(console)
    if not tracks or (track and track not in tracks):
        _say(console, f"✗ the track {track or 'both'} can't run in this installation.")
        raise typer.Exit(1)
    failed = check([track] if track else tracks, console)
    raise typer.Exit(1 if failed else 0)


def check(tracks: list[str], console: Console) -> int:
    """Run everything in ``tracks`` and print how it went; how many runs failed."""
    begin = time.perf_counter()
    runs = run_all(ROOT, tracks, console)
    console.print(_table(runs))
    failed = [run for run in runs if run.problem]
    for run in failed:
        _say(console, f"\n✗ {run.notebook} in the track {run.track}:\n{run.problem}")
    seconds = time.perf_counter() - begin
    _say(console, f"{len(runs)} runs, {len(failed)} failed ({seconds:.0f} s)")
    return len(failed)


def _possible(console: Console) -> list[str]:
    """The tracks whose frameworks are installed; says which are not."""
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
        cells = [
            "failed" if times[t].problem else f"{times[t].seconds:.0f}" for t in tracks
        ]
        table.add_row(escape(notebook), *cells)
    return table


def _say(console: Console, sentence: str) -> None:
    console.print(escape(sentence), highlight=False, soft_wrap=True)


if __name__ == "__main__":
    typer.run(main)
