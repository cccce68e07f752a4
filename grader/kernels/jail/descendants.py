"""What a process's descendants use together, read from /proc."""

import ctypes
import os
from collections import defaultdict
from dataclasses import dataclass

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Member:
    """One process.

    Attributes:
        memory: bytes in memory, shared bytes included.
        cpu: seconds of processor time, its ended children's included.
    """

    pid: int
    threads: int
    memory: int
    cpu: float


class Descendants:
    """The processes that ``ancestor`` starts from now on, and all that those start.

    A process that runs already is not one of them, and is not looked at again until it
    ends. On a large machine, most processes are of this kind.
    """

    def __init__(self, ancestor: int) -> None:
        self._ancestor = ancestor
        self._others = _running()

    def now(self) -> list[Member]:
        """The descendants that run at the moment."""
        running = _running()
        self._others &= running  # Linux may reuse the id of a process that ended
        children = defaultdict(list)
        for name in running - self._others:
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    line = file.read()
            except OSError:  # it has just ended
                continue
            # Only the name, in parentheses, can hold a space; see proc_pid_stat(5).
            fields = line[line.rindex(b")") + 2 :].split()
            children[int(fields[1])].append((int(name), fields))
        found, waiting = [], [self._ancestor]
        while waiting:
            for pid, fields in children.pop(waiting.pop(), ()):
                waiting.append(pid)
                cpu = sum(int(ticks) for ticks in fields[11:15]) / TICK
                found.append(Member(pid, int(fields[17]), int(fields[21]) * PAGE, cpu))
        return found


def threads_of(user: int) -> int:
    """How many processes and threads a user has on this machine."""
    found = 0
    for name in _running():
        try:
            with open(f"/proc/{name}/status", "rb") as file:
                told = dict(line.split(b":", 1) for line in file)
        except OSError:  # it has just ended
            continue
        if int(told[b"Uid"].split()[0]) == user:
            found += int(told[b"Threads"])
    return found


def _running() -> set[str]:
    return {name for name in os.listdir("/proc") if name.isdigit()}


def own_memory(member: Member, without: set[tuple[int, int]]) -> int:
    """Bytes of a process; of a page that n processes share, one nth counts.

    Args:
        without: devices, as (major, minor), whose mapped files do not count.
    """
    found, counts = 0, True
    try:
        with open(f"/proc/{member.pid}/smaps", "rb") as file:
            for line in file:
                name, *rest = line.split()
                # Such a line begins the next mapping; see proc_pid_maps(5).
                if not name.endswith(b":"):
                    device = tuple(int(part, 16) for part in rest[2].split(b":"))
                    counts = device not in without
                elif name == b"Pss:" and counts:
                    found += int(rest[0]) * 1024
    except PermissionError:  # root without CAP_SYS_PTRACE, as in many containers
        return member.memory
    except OSError:  # it has just ended
        pass
    return found


def stored(folder: int) -> int:
    """Bytes of all files in a file system, given a descriptor of its root folder."""
    about = os.fstatvfs(folder)
    return (about.f_blocks - about.f_bfree) * about.f_frsize


def device(folder: int) -> tuple[int, int]:
    """The device of an open file, as (major, minor)."""
    number = os.fstat(folder).st_dev
    return os.major(number), os.minor(number)


def retitle(argv: list[str]) -> None:
    """Make /proc show ``argv`` as this process's command line, and no environment.

    Otherwise /proc shows what the process was started with, whatever it is now.
    """
    with open("/proc/self/stat", "rb") as file:
        fields = file.read().rpartition(b")")[2].split()
    # See proc_pid_stat(5). It counts from 1, and counts the two fields cut off here.
    begin, end, first, last = (int(field) for field in fields[45:49])
    told = b"".join(os.fsencode(word) + b"\0" for word in argv)[: end - begin]
    ctypes.memset(begin, 0, end - begin)
    ctypes.memmove(begin, told, len(told))
    ctypes.memset(first, 0, last - first)
