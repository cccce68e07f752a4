"""(f) What isolation costs: each layer when a kernel starts, all of it in a submission.

``python -m bench.layers`` enters the jail with a clock on every call of a layer and
prints the seconds as JSON. What isolation costs a submission is told by a class graded
with it and with all rights, by kernels that are started in the same way.
"""

import json
import logging
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from statistics import median

from bench import classroom
from bench.grading import COURSE, prepare
from bench.kernels import in_own_process, ready
from bench.meter import measure as metered
from bench.results import ratio, spread
from bench.settings import Settings
from grader.kernels import provisioner
from grader.kernels.jail import enter, probe
from grader.kernels.jail.enter import Jail, Level
from grader.kernels.jail.layers import landlock, libc, root, seccomp
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.root import SCRATCH
from grader.kernels.jail.layers.view import view

TITLE = "(f) isolation, layer by layer"
# The calls that a layer consists of, wherever a jail makes them.
CALLS = {
    "namespaces": [(libc, "unshare"), (root, "enter")],
    "Landlock": [(landlock, "restrict")],
    "seccomp": [(seccomp, "restrict")],
    "own user": [(libc, "drop_capabilities"), (os, "setgroups")]
    + [(os, "setresgid"), (os, "setresuid")],
    "limits": [(resource, "setrlimit")],
}
ISOLATED, OPEN = "isolated", "with all rights"
SUBMISSIONS = 20  # of which importing the frameworks once is a small part
ENTRIES = 20  # in each run
STARTS = 5


def measure(settings: Settings) -> dict[str, object]:
    """What isolation costs a kernel as it starts, and a submission.

    Milliseconds of each layer, of the whole jail, and of a kernel at each level;
    CPU-seconds of a submission with and without isolation.
    """
    found: dict[str, list[float]] = {}
    each: dict[str, list[float]] = {ISOLATED: [], OPEN: []}
    members = classroom.mix(SUBMISSIONS)
    for turn in range(1, settings.runs + 1):
        settings.say(f"{TITLE}: run {turn} of {settings.runs}")
        for name, seconds in in_own_process(__name__).items():
            found.setdefault(name, []).append(1000 * seconds)
        for way, options in ((ISOLATED, []), (OPEN, ["--unsafe"])):
            settings.say(f"{TITLE}: run {turn} of {settings.runs}, {way}")
            each[way].append(_submission(members, options))
    cpu = {way: spread(values) for way, values in each.items()}
    return {
        "ms": {name: spread(values) for name, values in found.items()},
        "cpu_each": cpu,
        "times_open": ratio(cpu[ISOLATED], cpu[OPEN]),
    }


def rows(result: dict[str, object]) -> list[tuple]:
    """Each figure's name and unit, its spread over the runs, its decimal places."""
    found = [(name, "ms", spread, 2) for name, spread in result["ms"].items()]
    for way, used in result["cpu_each"].items():
        found.append((f"a submission, {way}", "CPU-s", used, 2))
    return [*found, ("isolated, times all rights", "", result["times_open"], 2)]


def _submission(members: list, options: list[str]) -> float:
    """CPU-seconds of one submission of a class, all processes told."""
    with tempfile.TemporaryDirectory(prefix="bench-f-") as scratch:
        home = classroom.course(Path(scratch, "course"), members)
        prepare([*COURSE, "release", classroom.ASSIGNMENT], home)
        command = [*COURSE, "grade", classroom.ASSIGNMENT, *options]
        return metered(command, home).cpu / len(members)


def entered(level: Level, folder: str) -> dict[str, float]:
    """Enter the jail in a new process; the seconds of each layer and of all."""
    reader, writer = os.pipe()
    begin = time.perf_counter()
    child = os.fork()
    if not child:
        status = 1
        try:
            os.close(reader)
            status = _supervise(level, folder, begin, writer)
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told)


def _supervise(level: Level, folder: str, begin: float, writer: int) -> int:
    spent: Counter[str] = Counter()
    for layer, calls in CALLS.items():
        for module, name in calls:
            setattr(module, name, _clocked(getattr(module, name), layer, spent))

    scratch = SCRATCH if level is Level.NAMESPACES else tempfile.mkdtemp(dir=folder)
    # Once this process has its namespaces, only its first child may go on.
    started = enter.start(Jail(level, view(folder), Limits(), scratch))
    if not started.pid:
        spent["the whole jail"] = time.perf_counter() - begin
        os.write(writer, json.dumps(spent).encode())
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(started.pid, 0)[1])


def _clocked(call: Callable, layer: str, spent: Counter) -> Callable:
    @wraps(call)
    def clocked(*arguments: object, **named: object) -> object:
        begin = time.perf_counter()
        try:
            return call(*arguments, **named)
        finally:
            spent[layer] += time.perf_counter() - begin

    return clocked


def _bare() -> float:
    """Seconds to fork twice, as a jail does, and nothing else."""
    begin = time.perf_counter()
    if not (child := os.fork()):
        if not (grandchild := os.fork()):
            os._exit(0)
        os.waitpid(grandchild, 0)
        os._exit(0)
    os.waitpid(child, 0)
    return time.perf_counter() - begin


def main() -> None:
    """Print the seconds of each layer and of a kernel at each level, as JSON."""
    logging.disable(logging.WARNING)
    strongest = probe.level()
    with tempfile.TemporaryDirectory(prefix="f-") as folder:
        entries = [entered(strongest, folder) for _ in range(ENTRIES)]
    found = {"no layer: two forks": median(_bare() for _ in range(ENTRIES))}
    for name in [*CALLS, "the whole jail"]:
        found[name] = median(entry.get(name, 0) for entry in entries)
    for level in Level:
        if not probe.refusal(level):
            # What the provisioner is told in place of the strongest.
            provisioner.level = lambda level=level: level
            ready()
            starts = [ready() for _ in range(STARTS)]
            found[f"a warm kernel usable, by {level}"] = median(starts)
    print(json.dumps(found))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
