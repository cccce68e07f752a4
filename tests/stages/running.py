"""Runs stages one after the other, and leaves none of their processes behind."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

import psutil

from grader.authoring.texts.sources import ROOT
from tests.stages.recipe import Stage

FAILED = 1
INTERRUPTED = 130  # as a shell says it of Ctrl-C
PATIENCE = 20  # seconds for what a stage has to clean up, such as a JupyterLab


class Failed(Exception):
    """The first stage that failed; its title."""


def run(stages: Sequence[Stage]) -> int:
    """Run ``stages`` in order, until one fails; print what they print, and their times.

    Returns:
        0 when all passed, ``FAILED`` or ``INTERRUPTED``.
    """
    begin, table = time.monotonic(), []
    try:
        for row in _each(stages):
            table.append(row)
    except Failed as failed:
        _say(f'\nStopped: "{failed}" failed, see above.')
        return FAILED
    except KeyboardInterrupt:
        _say("\nStopped: interrupted.")
        return INTERRUPTED
    _say("\nRun times")
    _say("".join(f"{row}\n" for row in table) + _row(begin, "in all"))
    return 0


def _each(stages: Sequence[Stage]) -> Iterator[str]:
    """Run each stage; a row of the table for each.

    Raises:
        Failed: one exited with something else than 0.
    """
    lacking = {stage.name: stage.lacking() for stage in stages}
    able = [stage for stage in stages if not lacking[stage.name]]
    names = {stage.name for stage in able}
    beside = {stage.beside: stage for stage in able if stage.beside in names}
    for stage in stages:
        if why := lacking[stage.name]:
            _say(f"\n=== {stage.title}: left out, {why}")
            yield f"{'-':>7}    {stage.title}: left out, {why}"
        elif stage.name in beside:
            yield from _together(stage, beside[stage.name])
        elif stage not in beside.values():
            begin = time.monotonic()
            _alone(stage)
            yield _row(begin, stage.title)


def _alone(stage: Stage) -> None:
    _say(f"\n=== {stage.title}")
    with started(stage) as process:
        if process.wait():
            raise Failed(stage.title)


def _together(stage: Stage, other: Stage) -> Iterator[str]:
    with tempfile.TemporaryFile("w+") as log:
        begin = time.monotonic()
        with started(other, log) as process:
            _alone(stage)
            yield _row(begin, stage.title)
            code = process.wait()
        _say(f"\n=== {other.title}")
        log.seek(0)
        shutil.copyfileobj(log, sys.stdout)
        if code:
            raise Failed(other.title)
        yield _row(begin, f"{other.title} (beside the one above)")


@contextmanager
def started(
    stage: Stage, output: IO[str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A stage's process, which ends with the block, and all that it started as well.

    Its group of processes is its own: Ctrl-C reaches this process alone, which passes
    it on once.
    """
    with subprocess.Popen(
        stage.command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output and subprocess.STDOUT,
        process_group=0,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                _end(process.pid)


def _end(pid: int) -> None:
    """Interrupt a group of processes, and kill those that remain."""
    first = psutil.Process(pid)
    family = [first, *first.children(recursive=True)]
    os.killpg(pid, signal.SIGINT)
    try:
        psutil.wait_procs(family, PATIENCE)
    finally:  # at once, where another Ctrl-C comes
        for one in family:
            with suppress(psutil.Error):
                one.kill()


def _row(begin: float, title: str) -> str:
    return f"{time.monotonic() - begin:7.0f} s  {title}"


def _say(text: str) -> None:
    print(text, flush=True)  # before what a stage prints
