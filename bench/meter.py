"""Time and processor time of a command with every process it starts.

Runs it under a process of its own, ``python -m bench.meter``, in a control group: the
system accounts for all in it. What a process's own accounts say of its children would
leave out forked kernels, since with a namespace's first process all others end
unaccounted. What the command leaves running is handed to the meter, and told.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import ROOT
from bench.cgroup import Group, NoGroup
from bench.settings import BenchError
from grader.kernels import zygote

PATIENCE = 20  # seconds for what outlives the command
INTERVAL = 0.5  # seconds between two looks at memory
ZYGOTE = zygote.__name__


@dataclass(frozen=True)
class Used:
    """What a command took.

    Attributes:
        seconds: until it ended.
        cpu: seconds of processor time of all its processes.
        left: processes that outlived it, by command line.
        memory: samples of (seconds, MiB of the command, MiB of its zygotes).
        files: names of what it left in its temporary folder.
        output: what it printed.
    """

    seconds: float
    cpu: float
    left: list[str]
    memory: list[list[float]]
    files: list[str]
    output: str


def environment(**more: str) -> dict[str, str]:
    """This one, with this checkout's modules and this Python's programs first."""
    programs = str(Path(sys.executable).parent)  # nbgrader calls alembic by name
    path = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **more}


def measure(command: list[str], folder: Path, expected: tuple[int, ...] = (0,)) -> Used:
    """Run a command in ``folder``.

    Raises:
        BenchError: it ended with a status that is not expected.
    """
    # Short, because the paths of sockets are.
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        told, own = Path(scratch, "used.json"), Path(scratch, "t")
        own.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", __name__, str(told), *command],
            cwd=folder,
            env=environment(TMPDIR=str(own)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        if done.returncode not in expected:
            tail = "\n".join(done.stdout.splitlines()[-15:])
            raise BenchError(
                f"{' '.join(command)} ended with status {done.returncode}:\n{tail}"
            )
        files = sorted(path.name for path in own.iterdir())
        used = json.loads(told.read_text())
        return Used(**used, files=files, output=done.stdout)


def main(told: str, command: list[str]) -> int:
    """Run ``command`` and write what it took to the file ``told``; its status."""
    _adopt_orphans()
    try:
        group = Group()
    except NoGroup as error:
        print(error, file=sys.stderr)
        return 1
    own, begin = time.process_time(), time.perf_counter()
    process = subprocess.Popen(command)
    memory: list[list[float]] = []
    watch = threading.Thread(
        target=_watch_memory, args=(process.pid, begin, memory), daemon=True
    )
    watch.start()
    status = process.wait()
    seconds = time.perf_counter() - begin
    watch.join()
    left = _wait_for_the_rest()
    cpu = group.cpu() - (time.process_time() - own)
    group.leave()
    took = {"seconds": seconds, "cpu": cpu, "left": left, "memory": memory}
    Path(told).write_text(json.dumps(took))
    return status


def _adopt_orphans() -> None:
    if sys.platform.startswith("linux"):
        from grader.kernels.jail.layers import libc

        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)


def _wait_for_the_rest() -> list[str]:
    """Wait for what the command has left running; what had to be killed."""
    deadline, killed = time.monotonic() + PATIENCE, []
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return killed
        if time.monotonic() > deadline:
            for child in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    killed.append(" ".join(child.cmdline()) or child.name())
                    child.send_signal(signal.SIGKILL)
        time.sleep(0.05)


def _watch_memory(pid: int, begin: float, samples: list[list[float]]) -> None:
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            zygotes = [c for c in process.children() if ZYGOTE in " ".join(c.cmdline())]
            sizes = [process.memory_info().rss, sum(_resident(z) for z in zygotes)]
            at = round(time.perf_counter() - begin, 1)
            samples.append([at, *(round(size / 2**20, 1) for size in sizes)])
            time.sleep(INTERVAL)


def _resident(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
