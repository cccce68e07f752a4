"""A control group of Linux: the processor time of all that ever ran in it."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

ADVICE = (
    "CPU time is counted by a control group, and none can be made here ({}): run make "
    "bench as root, or by systemd-run --user --scope -p Delegate=yes make bench"
)


class NoGroup(Exception):
    """This process may not make a control group; the sentence for the user."""


class Group:
    """A new control group with this process in it, and all that it starts.

    Raises:
        NoGroup: this process may not make one.
    """

    def __init__(self) -> None:
        try:
            self._version, self._outside = _own_group()
            folder = tempfile.mkdtemp(prefix="tandem-bench-", dir=self._outside)
            self._inside = Path(folder)
            self._enter(self._inside)
        except OSError as error:
            raise NoGroup(ADVICE.format(error.strerror or error)) from error
        self._before = self._total()

    def cpu(self) -> float:
        """Seconds of processor time in the group since it was made."""
        return self._total() - self._before

    def leave(self) -> None:
        """Go back to where this process was; the group ends if it is empty."""
        self._enter(self._outside)
        for _ in range(20):  # what was killed may need a moment to be gone
            with suppress(OSError):
                self._inside.rmdir()
                return
            time.sleep(0.05)

    def _enter(self, group: Path) -> None:
        (group / "cgroup.procs").write_text(str(os.getpid()))

    def _total(self) -> float:
        if self._version == 1:
            return int((self._inside / "cpuacct.usage").read_text()) / 1e9
        lines = (self._inside / "cpu.stat").read_text().splitlines()
        return int(dict(line.split() for line in lines)["usage_usec"]) / 1e6


def available() -> str:
    """Why no group can be made here; "" when one can."""
    try:
        Group().leave()
    except NoGroup as error:
        return str(error)
    return ""


def _own_group() -> tuple[int, Path]:
    """The version of control groups, and the folder of this process's own."""
    mounts = [
        line.split() for line in Path("/proc/self/mounts").read_text().split("\n")
    ]
    lines = Path("/proc/self/cgroup").read_text().split()
    own = {
        name: path.lstrip("/")
        for _, names, path in (line.split(":", 2) for line in lines)
        for name in names.split(",")
    }
    for mount in mounts:
        _, place, kind, options = mount[:4]
        if kind == "cgroup" and "cpuacct" in options.split(",") and "cpuacct" in own:
            return 1, Path(place, own["cpuacct"])
    for mount in mounts:
        if mount[2] == "cgroup2" and "" in own:
            return 2, Path(mount[1], own[""])
    raise FileNotFoundError(2, "no control groups are mounted")
