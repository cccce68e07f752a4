"""A control group (version 2) for each kernel, where one is delegated to the grader.

In it, Linux itself holds memory, files in memory and processes, at each moment and
whatever they share; see ``Documentation/admin-guide/cgroup-v2.rst`` of the kernel.
"""

import errno
import os
import secrets
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.view import within

CONTROLLERS = {"memory", "pids"}
# Where groups have controllers, the one above them may have no process in it.
LEAF = "tandem-grader"
# How systemd marks what it leaves to others, for all to read or for root.
MARKS = ("user.delegate", "trusted.delegate")
PROC = Path("/proc/self")
TRIES, SECONDS = 100, 0.01


class NotDelegated(Exception):
    """No group can be made here; the reason is its text."""


@dataclass(frozen=True)
class Group:
    """The group of one kernel.

    Attributes:
        folder: where it is, once it is made.
    """

    folder: Path

    @classmethod
    def new(cls, above: Path) -> "Group":
        """One with a name that no other has, not made yet."""
        return cls(above / f"tandem-{secrets.token_hex(8)}")

    def make(self, limits: Limits) -> None:
        """Make it, empty.

        Raises:
            OSError: refused.
        """
        self.folder.mkdir()
        self._write("memory.max", limits.memory)
        if (self.folder / "memory.swap.max").exists():  # else there is no swapping
            self._write("memory.swap.max", 0)
        self._write("memory.oom.group", 1)  # who is left could not go on
        self._write("pids.max", limits.processes)

    def join(self) -> None:
        """Put this process in it, and so all that it starts.

        Raises:
            OSError: refused.
        """
        self._write("cgroup.procs", 0)

    @property
    def cpu(self) -> float:
        """Seconds of processor time of all that ever ran in it."""
        return self._numbers("cpu.stat")["usage_usec"] / 1e6

    @property
    def out_of_memory(self) -> bool:
        """Whether its own limit of memory, not the machine's, has ended it."""
        events = self._numbers("memory.events")
        return events["oom"] > 0 and events["oom_kill"] > 0

    @property
    def out_of_processes(self) -> bool:
        """Whether it was ever refused one more process or thread."""
        return self._numbers("pids.events")["max"] > 0

    def end(self) -> None:
        """End all in it at once, and take it away.

        Raises:
            FileNotFoundError: there is none.
            OSError: processes don't end.
        """
        self._write("cgroup.kill", 1)
        for _ in range(TRIES):
            with suppress(OSError):
                self.folder.rmdir()
                return
            time.sleep(SECONDS)
        self.folder.rmdir()

    def _write(self, name: str, value: int) -> None:
        _write(self.folder / name, str(value))

    def _numbers(self, name: str) -> dict[str, int]:
        lines = (self.folder / name).read_text().splitlines()
        return {key: int(value) for key, value in map(str.split, lines)}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        error.filename = str(path)  # it is not told where writing fails
        raise


def above() -> Path:
    """The group that kernels' groups can be made in, made ready for it.

    It is this process's own, whose processes then move to a leaf of it.

    Raises:
        NotDelegated: it is not this process's to divide.
    """
    try:
        own = _own()
        moved = own.name == LEAF  # before, by this or another command
        own = own.parent if moved else own
        lacking = CONTROLLERS - set((own / "cgroup.controllers").read_text().split())
        if lacking:
            named = " or ".join(sorted(lacking))
            raise NotDelegated(f"{own} has no controller of {named}")
        if not moved and not _is_ours(own):
            raise NotDelegated(f"{own} is not delegated to this process")
        if not (own / "cgroup.kill").exists():
            raise NotDelegated("Linux is older than 5.14")
        _divide(own)
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        raise NotDelegated(f"{what}{error.strerror}") from error
    return own


def _own() -> Path:
    """The folder of this process's group."""
    lines = (PROC / "cgroup").read_text().splitlines()
    own = next((line[3:] for line in lines if line.startswith("0::")), "")
    for line in (PROC / "mountinfo").read_text().splitlines():
        fields = line.split()  # see proc_pid_mountinfo(5)
        root, place, kind = fields[3], fields[4], fields[fields.index("-") + 1]
        # A group that this process was not to see begins with /..
        if kind == "cgroup2" and within(own, root) and not within(own, "/.."):
            return Path(place, os.path.relpath(own, root))
    raise NotDelegated("no control groups of version 2 are mounted for this process")


def _is_ours(own: Path) -> bool:
    """Whether whoever manages the groups has left ``own`` to this process.

    Rights on its files do not tell it: root has them all, and a user's service manager
    shares its user's. Nor does it that no others stand there: systemd stops a service
    that it has not delegated, when Linux ends a process in it for its memory.
    """
    for mark in MARKS:
        with suppress(OSError):
            if os.getxattr(own, mark) == b"1":
                return True
    if _is_delegated_unit(own):
        return True
    # The root of a namespace of groups, as in a container: the host's has no events.
    lines = (PROC / "cgroup").read_text().splitlines()
    return "0::/" in lines and (own / "cgroup.events").exists()


def _is_delegated_unit(own: Path) -> bool:
    """Whether a user's service manager, which marks nothing, says it of its unit."""
    command = ["systemctl", "--user", "show", "--property=Delegate,ControlGroup"]
    try:
        done = subprocess.run([*command, own.name], capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):  # no systemd
        return False
    lines = os.fsdecode(done.stdout).splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line)
    path = told.get("ControlGroup", "")  # "" of a unit that does not run
    return told.get("Delegate") == "yes" and bool(path) and str(own).endswith(path)


def _processes(group: Path) -> list[int]:
    return [int(pid) for pid in (group / "cgroup.procs").read_text().split()]


def _divide(own: Path) -> None:
    """Let groups in ``own`` have controllers, once no process is in it itself."""
    leaf = own / LEAF
    leaf.mkdir(exist_ok=True)
    for left in reversed(range(TRIES)):  # who stands there may start another
        for pid in _processes(own):
            with suppress(ProcessLookupError):
                _write(leaf / "cgroup.procs", str(pid))
        try:
            _write(own / "cgroup.subtree_control", "+memory +pids")
            return
        except OSError as error:
            if error.errno != errno.EBUSY or not left:
                raise
