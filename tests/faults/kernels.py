"""Kernels that never start, die, or lose the process they were forked from."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grader.grading import execution
from grader.kernels import zygote
from grader.kernels.jail import supervise
from grader.kernels.provisioner import SandboxProvisioner
from grader.kernels.warm import Warm, WarmProcess
from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import (
    GRADE,
    Running,
    course,
    expected,
    grade,
    left_behind,
    own_zygote,
)
from tests.faults.bench import until as wait_until
from tests.faults.disk import MARKS, TWO, well_afterwards

SLOW = "import time; time.sleep(3)\n"


def patched(owner: object, name: str, value: object) -> Callable[[], None]:
    return lambda: setattr(owner, name, value)


@drill("one framework that the assignment uses is not installed")
def missing_framework(folder: Path) -> str:
    course(folder, **TWO)
    gone = patched(execution, "installed", lambda name: False)
    sentence = grade(folder, inside=gone).sentence()
    assert "PyTorch is not installed" in sentence
    well_afterwards(folder)
    return sentence


@drill("no kernel can be launched: the provisioner fails")
def kernel_never_starts(folder: Path) -> str:
    course(folder, **TWO)

    async def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no kernels today")

    ended = grade(folder, inside=patched(SandboxProvisioner, "launch_kernel", fails))
    assert ended.code == 1, ended
    states = {row["state"] for row in ended.rows.values()}
    assert states == {"not graded"}, states
    assert ".grading/01_toy.log" in ended.err, ended.err
    well_afterwards(folder)
    return "not graded, with a log; graded by the next run"


@drill("each kernel dies as soon as it starts")
def kernel_dies_at_once(folder: Path) -> str:
    course(folder, **TWO)
    with open(folder / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write("c.SandboxProvisioner.warm = False\n")
    command = supervise.command

    def dies(text: str) -> list[str]:
        return [*command(text)[:1], "-c", "import os; os._exit(1)"]

    ended = grade(folder, inside=patched(supervise, "command", dies))
    assert ended.code == 1, ended
    assert {row["score"] for row in ended.rows.values()} == {None}
    well_afterwards(folder)
    return "not graded, no marks lost; graded by the next run"


@drill("the first kernel of the class does not start, the others do")
def one_kernel_fails(folder: Path) -> str:
    course(folder, **TWO)
    launched, calls = SandboxProvisioner.launch_kernel, []

    async def fails_once(self: object, *arguments: object, **options: object) -> dict:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("not this time")
        return await launched(self, *arguments, **options)

    once = patched(SandboxProvisioner, "launch_kernel", fails_once)
    ended = grade(folder, inside=once)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    return "tried again, all graded"


def _zygotes(of: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(told[1]) == of and zygote.__name__.encode() in command:
                found.append(int(entry.name))
    return found


@drill("the process that kernels are forked from is killed in mid-run")
def zygote_dies(folder: Path) -> str:
    slow = {name: SLOW + source for name, source in toy.RIGHT.items()}
    course(folder, ann=slow, bob={"total": slow["total"]})
    running = Running(folder, *GRADE, inside=own_zygote)
    place = folder / "tmp"
    wait_until(lambda: any(place.glob("tandem-*/kernel-*/kernel-ipc-1")), running)
    time.sleep(0.5)
    zygotes = _zygotes(running.pid)
    assert len(zygotes) == 1, zygotes
    os.kill(zygotes[0], signal.SIGKILL)
    ended = running.end()
    assert ended.code == 0, (ended.err, ended.out)
    expected(folder, **MARKS)
    assert not left_behind(folder)
    return "those at work ran again in cold kernels: full marks"


@drill("the process that kernels are forked from can't fork")
def zygote_cannot_fork(folder: Path) -> str:
    course(folder, **TWO)
    start = Warm.start

    def limited(self: Warm, order: dict, *handles: int) -> WarmProcess:
        os.kill(self.process.pid, signal.SIGTERM)
        self.process.wait()
        return start(self, order, *handles)

    def inside() -> None:
        own_zygote()
        Warm.start = limited

    ended = grade(folder, inside=inside)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    return "cold kernels: graded"


@drill("SIGKILL of course grade while forked kernels are at work")
def nothing_outlives_the_grader(folder: Path) -> str:
    slow = {"double": "import time; time.sleep(60)\n" + toy.RIGHT["double"]}
    course(folder, ann=slow)
    running = Running(folder, *GRADE, inside=own_zygote)
    place = folder / "tmp"
    wait_until(lambda: any(place.glob("tandem-*/kernel-*/kernel-ipc-1")), running)
    running.kill()
    running.end()
    begin = time.monotonic()
    processes = [one for one in left_behind(folder) if "process" in one]
    took = time.monotonic() - begin
    assert not processes, processes
    toy.submit(folder, "ann", toy.submission(**toy.RIGHT))
    assert grade(folder).code == 0
    expected(folder, ann=(2, 3))
    assert not left_behind(folder), left_behind(folder)
    return f"all processes gone after {took:.1f} s, files with the next run"


@drill("the clock jumps: by an hour or a day, back and forth")
def clock_jumps(folder: Path) -> str:
    course(folder, **TWO)
    true, jumps = time.time, iter((3600, -86_400, 7200, -3600) * 10_000)
    ended = grade(folder, inside=patched(time, "time", lambda: true() + next(jumps)))
    assert ended.code == 0, (ended.err, ended.out)
    expected(folder, **MARKS)
    # The report's page has a date, and a cell says when it ran: no deadline depends on
    # them.
    shown = ["--exclude=commands.py", "--exclude=outputs.py"]
    own = subprocess.run(
        ["grep", "-rnE", r"time\.time\(|datetime\.now", *shown, "grader/grading"],
        cwd=Path(sys.modules["grader"].__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert own.stdout == "", own.stdout
    return "graded; no deadline of ours uses that clock"
