"""The supervisor of one kernel: ``python -m grader.kernels.jail.supervise JSON``.

Starts the command in its jail, watches what all its processes use together, and ends
them all when they use too much, when the command ends or when the grader is gone.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from grader.kernels.jail import enter as jails
from grader.kernels.jail.descendants import Descendants, threads_of
from grader.kernels.jail.enter import Jail, Level
from grader.kernels.jail.layers.entering import Refused, entering
from grader.kernels.jail.layers.groups import Group
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.trial import Layer
from grader.kernels.jail.layers.view import SCRATCH, View, environment
from grader.kernels.jail.watch import Ended, watch


@dataclass(frozen=True)
class Command:
    """The program that a process in a jail becomes."""

    argv: list[str]
    environment: dict[str, str]


def order(
    level: Level,
    view: View,
    limits: Limits,
    argv: list[str],
    added: dict[str, str] | None = None,
    work: int | None = None,
    group: Group | None = None,
    others: int = 0,
) -> str:
    """A supervisor's order: run ``argv`` in a jail, with ``added`` in its environment.

    A kernel could find this text in its memory or among command lines. So the text does
    not name the submission's folder, whose path shows the course: ``work`` is a
    descriptor of it.

    Args:
        group: the control group that the kernel gets, if it gets one.
        others: see :func:`others_of_user`.
    """
    told = {
        "level": level,
        "view": asdict(view),
        "limits": asdict(limits),
        "argv": argv,
        "environment": added or {},
        "work": work,
        "group": str(group.folder) if group else "",
        "others": others,
        "parent": os.getpid(),
    }
    return json.dumps(told)


def others_of_user(level: Level, limits: Limits) -> int:
    """How many more processes the limit must allow, for others of the kernel's user.

    Linux counts this limit (RLIMIT_NPROC) over all processes of a user. With Landlock
    alone, all kernels of an ordinary user run as that user. Without this room, a kernel
    that starts all processes that it may would leave none to the others. And it could
    never exceed its own limit, so that the supervisor would not end it for that.
    """
    if level is Level.NAMESPACES or not os.getuid():
        return 0
    kernels = os.cpu_count() or 1  # as many run at once
    return threads_of(os.getuid()) + kernels * limits.processes


def command(text: str) -> list[str]:
    """The command that starts a supervisor with its order."""
    # -P: otherwise Python here would also import modules from the current folder.
    return [sys.executable, "-P", "-m", __name__, text]


def main(
    text: str, work: int | None = None, grader: int | None = None
) -> int | Command:
    """Carry out the order in ``text``; return the exit status, or an ``Ended``.

    Args:
        work: a descriptor of the submission's folder, if the order does not hold it.
        grader: a socket whose other end the grader holds; without it the grader is
            the parent process. When the grader is gone, so is the command.

    Returns:
        In the jail, where a new process returns too: the command that it becomes.
    """
    told: dict[str, Any] = json.loads(text)
    work = told["work"] if work is None else work
    # An interrupt reaches the whole process group, but only the kernel should obey it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    view = View(**told["view"] | {"readable": tuple(told["view"]["readable"])})
    level, limits = Level(told["level"]), Limits(**told["limits"])
    scratch = SCRATCH
    if level is Level.LANDLOCK:
        scratch = tempfile.mkdtemp(prefix="tandem-scratch-")
    group = Group(Path(told["group"])) if told["group"] else None
    family = Descendants(os.getpid())
    outside = True
    try:
        if group:
            with entering(Layer.GROUP):
                group.make(limits)
        jail = Jail(level, view, limits, scratch, told["others"], group)
        started = jails.start(jail, work)
        if work is not None:
            os.close(work)
        if not started.pid:
            outside = False
            return Command(told["argv"], environment(scratch) | told["environment"])
        alone = _is_alone(grader, told["parent"])
        folders = [view.connection]  # each socket in it is a file outside the jail
        if level is Level.LANDLOCK:
            folders.append(scratch)
        return watch(started, family, limits, folders, alone, group)
    except Refused as error:
        print(json.dumps(vars(error)), file=sys.stderr)
        return Ended.REFUSED
    finally:
        if outside:
            if group:
                with suppress(OSError):
                    group.end()
            _end_all(family)
            if level is Level.LANDLOCK:
                _delete(scratch)


def _is_alone(grader: int | None, parent: int) -> Callable[[], bool]:
    if grader is None:
        return lambda: os.getppid() != parent
    return lambda: bool(select.select([grader], [], [], 0)[0])  # it hung up


def _delete(folder: str) -> None:
    """Delete a folder, also one that is locked or too deep for ``shutil.rmtree``."""
    subprocess.run(["chmod", "-R", "u+rwX", folder], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", folder], stderr=subprocess.DEVNULL)


def _end_all(family: Descendants) -> None:
    """Kill all that is left, repeatedly: dying processes may start new ones."""
    for _ in range(100):
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        left = family.now()
        if not left:
            return
        for member in left:
            with suppress(ProcessLookupError):
                os.kill(member.pid, signal.SIGKILL)
        time.sleep(0.01)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _execute(command: Command) -> NoReturn:
    """Become the command, in the jail."""
    program = command.argv[0]
    try:
        os.execve(program, command.argv, command.environment)
    except OSError as error:
        told = {"layer": Layer.OWN_USER, "why": f"{program}: {error.strerror}"}
        print(json.dumps(told), file=sys.stderr)
        os._exit(Ended.REFUSED)


if __name__ == "__main__":
    ended = main(sys.argv[1])
    if isinstance(ended, Command):
        _execute(ended)
    sys.exit(ended)
