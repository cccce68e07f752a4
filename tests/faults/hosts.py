"""Machines that can't isolate a submission, or not by namespaces."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from grader.kernels.jail import probe
from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import (
    GRADE,
    Running,
    Skipped,
    course,
    expected,
    grade,
    own_zygote,
)
from tests.faults.disk import MARKS, TWO
from tests.kernels import hosts

NEITHER = ["namespaces", "landlock"]
LIES = ["truth-about-landlock"]


def without(lacks: list[str]) -> Callable[[], None]:
    """Inside a command: its host lacks these, and nobody knows so yet."""

    def enter() -> None:
        hosts.become(lacks, user=False)
        probe.tried.cache_clear()
        probe.level.cache_clear()
        own_zygote()

    return enter


def _nothing_runs(folder: Path, lacks: list[str], missing: str) -> str:
    if not sys.platform.startswith("linux"):
        raise Skipped("only Linux has what is taken away here")
    left = folder / "tmp" / "ran"
    runs = f"open({str(left)!r}, 'w').close()\n"
    course(folder, ann={name: runs + source for name, source in toy.RIGHT.items()})
    folder.chmod(0o711)
    left.parent.chmod(0o777)
    sentence = grade(folder, inside=without(lacks)).sentence()
    assert "can't isolate learners' code" in sentence, sentence
    assert missing in sentence, sentence
    assert not left.exists(), "the submission ran"
    told = Running(folder, "doctor", inside=without(lacks)).end()
    assert told.code == 1, told
    assert "isolated by" not in told.out, told.out
    row = next(line for line in told.out.splitlines() if "Landlock" in line)
    assert " no " in row, told.out
    opened = Running(folder, *GRADE, "--unsafe", inside=without(lacks)).end()
    assert opened.code == 0, opened.err
    assert left.exists(), "the drill could not tell whether it runs"
    return f"refused: {sentence[:100]}"


@drill("a host with neither namespaces nor Landlock, as in an old Docker")
def host_with_neither(folder: Path) -> str:
    return _nothing_runs(folder, NEITHER, "Landlock")


@drill("a host that says files are closed, and leaves them open")
def host_that_lies(folder: Path) -> str:
    return _nothing_runs(folder, LIES, "it read a file outside")


@drill("grading by Landlock alone, in a container as Docker makes them")
def host_without_namespaces(folder: Path) -> str:
    if os.getuid() and probe.refusal(probe.Level.LANDLOCK):
        raise Skipped("there is no Landlock here")
    course(folder, **TWO)
    folder.chmod(0o711)  # as /var/tmp is: kernels of root are other users
    ended = grade(folder, inside=without(["namespaces"]))
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    told = Running(folder, "doctor", inside=without(["namespaces"])).end()
    assert "isolated by landlock" in told.out, told.out
    return "all graded"
