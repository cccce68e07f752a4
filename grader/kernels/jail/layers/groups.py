"""A control group (version 2) for each kernel, where one is delegated to the grader.

Linux itself then limits the kernel's memory, files in memory and processes, at every
moment, and counts shared memory once. See ``Documentation/admin-guide/cgroup-v2.rst``
of Linux.
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
# A group whose child groups have controllers may hold no process itself: the grader's
# processes move to this child.
LEAF = "tandem-grader"
# How systemd marks a group that it delegates: for all to read, and for root alone.
MARKS = ("user.delegate", "trusted.delegate")
PROC = Path("/proc/self")
TRIES, SECONDS = 100, 0.01


class NotDelegated(Exception):
    """No group can be made here; the message is the reason."""


@dataclass(frozen=True)
class Group:
    """The group of one kernel.

    Attributes:
        folder: its folder, which exists once it is made.
    """

    folder: Path

    @classmethod
    def new(cls, above: Path) -> "Group":
        """A group with a name of its own, not made yet."""
        return cls(above / f"tandem-{secrets.token_hex(8)}")

    def make(self, limits: Limits) -> None:
        """Make the group, empty.

        Raises:
            OSError: refused.
        """
        self.folder.mkdir()
        self._write("memory.max", limits.memory)
        if (self.folder / "memory.swap.max").exists():  # without the file, no swapping
            self._write("memory.swap.max", 0)
        self._write("memory.oom.group", 1)  # if one process must end, all do
        self._write("pids.max", limits.processes)

    def join(self) -> None:
        """Put this process, and all that it will start, into the group.

        Raises:
            OSError: refused.
        """
        self._write("cgroup.procs", 0)

    @property
    def cpu(self) -> float:
        """Seconds of processor time of all processes that ever ran in the group."""
        return self._numbers("cpu.stat")["usage_usec"] / 1e6

    @property
    def out_of_memory(self) -> bool:
        """Whether the group ended at its own limit of memory, not at the machine's."""
        events = self._numbers("memory.events")
        return events["oom"] > 0 and events["oom_kill"] > 0

    @property
    def out_of_processes(self) -> bool:
        """Whether the group's limit ever refused a process or thread."""
        return self._numbers("pids.events")["max"] > 0

    def end(self) -> None:
        """End all processes in the group at once, and remove it.

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
        error.filename = str(path)  # an error in writing does not name the file
        raise


def above() -> Path:
    """The group in which kernels' groups can be made, made ready for them.

    It is this process's own group. The processes in it move to a child group.

    Raises:
        NotDelegated: this process may not divide its group.
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
        # The path of a group outside of this process's namespace begins with /..
        if kind == "cgroup2" and within(own, root) and not within(own, "/.."):
            return Path(place, os.path.relpath(own, root))
    raise NotDelegated("no control groups of version 2 are mounted for this process")


def _is_ours(own: Path) -> bool:
    """Whether whoever manages the groups has left ``own`` to this process.

    Rights on its files don't show this: root has all rights, and a user's service
    manager runs as that user. A group without other processes doesn't show it either.
    If Linux ends a process for its memory in a service that systemd did not delegate,
    systemd stops the whole service.
    """
    for mark in MARKS:
        with suppress(OSError):
            if os.getxattr(own, mark) == b"1":
                return True
    if _is_delegated_unit(own):
        return True
    # A namespace's root group, as in a container. The host's root has no such file.
    lines = (PROC / "cgroup").read_text().splitlines()
    return "0::/" in lines and (own / "cgroup.events").exists()


def _is_delegated_unit(own: Path) -> bool:
    """Whether ``own`` is a unit that the user's service manager delegates.

    That manager marks no groups, so it is asked.
    """
    command = ["systemctl", "--user", "show", "--property=Delegate,ControlGroup"]
    try:
        done = subprocess.run([*command, own.name], capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):  # no systemd
        return False
    lines = os.fsdecode(done.stdout).splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line)
    path = told.get("ControlGroup", "")  # "" if the unit does not run
    return told.get("Delegate") == "yes" and bool(path) and str(own).endswith(path)


def _processes(group: Path) -> list[int]:
    return [int(pid) for pid in (group / "cgroup.procs").read_text().split()]


def _divide(own: Path) -> None:
    """Move all processes out of ``own``, then give the groups in it controllers."""
    leaf = own / LEAF
    leaf.mkdir(exist_ok=True)
    for left in reversed(range(TRIES)):  # a process may start another one meanwhile
        for pid in _processes(own):
            with suppress(ProcessLookupError):
                _write(leaf / "cgroup.procs", str(pid))
        try:
            _write(own / "cgroup.subtree_control", "+memory +pids")
            return
        except OSError as error:
            if error.errno != errno.EBUSY or not left:
                raise
