"""Enters the layers of isolation, in the one order that works.

A supervisor, outside, starts the kernel and watches over it; with namespaces, a first
process between the two makes their new root and holds their process ids together.
The order of what each gives up: mounts, user, capabilities, files, system calls.
"""

import fcntl
import os
import resource
import signal
import socket
import struct
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from grader.grading.sandbox import landlock, libc, root, seccomp
from grader.grading.sandbox.limits import Limits
from grader.grading.sandbox.view import DEVICES, View, home, within

# As root, each kernel gets a user of its own: it owns nothing, and none shares it.
FIRST_UID = 1_000_000_000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # linux/sockios.h, linux/if.h


class Level(StrEnum):
    """How a kernel is kept apart."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"


@dataclass(frozen=True)
class Jail:
    """What one kernel may see and use, and how it is held.

    Attributes:
        scratch: the folder it may write to, as it sees it.
    """

    level: Level
    view: View
    limits: Limits
    scratch: str


def identity() -> tuple[int, int]:
    """The user and group that the kernel of this supervisor runs as."""
    if os.getuid():
        return os.getuid(), os.getgid()
    own = FIRST_UID + os.getpid()
    return own, own


def hand_over(folder: str, uid: int, gid: int) -> None:
    """Give the kernel the folder of its sockets, which this process made."""
    if not os.getuid():
        os.chown(folder, uid, gid)
        for name in os.listdir(folder):
            os.chown(os.path.join(folder, name), uid, gid)


def start(jail: Jail, run: Callable[[], None]) -> int:
    """Run ``run`` in the jail, in a new process; its id.

    The caller must have one thread. It becomes the supervisor: it must wait for the
    process, and what is left of the jail ends when it ends.

    Raises:
        OSError: a layer was refused; nothing of ``run`` has run.
    """
    uid, gid = identity()
    hand_over(jail.view.connection, uid, gid)
    reader, writer = os.pipe()
    if jail.level is Level.NAMESPACES:
        _new_namespaces(uid, gid)
    else:
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        root.fill("", jail.view, jail.scratch, jail.limits, uid, gid)
    child = os.fork()
    if not child:
        os.close(reader)
        _guarded(writer, lambda: _first(jail, uid, gid, writer, run))
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        refused = pipe.read()
    if refused:
        os.waitpid(child, 0)
        raise OSError(refused.decode(errors="replace"))
    return child


def _new_namespaces(uid: int, gid: int) -> None:
    flags = libc.CLONE_NEWPID | libc.CLONE_NEWNET | libc.CLONE_NEWIPC
    flags |= libc.CLONE_NEWUTS | libc.CLONE_NEWCGROUP
    if not os.getuid():
        libc.unshare(flags)
        return
    libc.unshare(flags | libc.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def _first(jail: Jail, uid: int, gid: int, writer: int, run: Callable) -> None:
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the supervisor ends it
    if jail.level is Level.LANDLOCK:
        _kernel(jail, uid, gid, writer, run)
    libc.unshare(libc.CLONE_NEWNS)
    root.enter(jail.view, jail.limits, uid, gid)
    _loopback_up()
    child = os.fork()
    if not child:
        _guarded(writer, lambda: _kernel(jail, uid, gid, writer, run))
    os.close(writer)
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _kernel(jail: Jail, uid: int, gid: int, writer: int, run: Callable) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _set_limits(jail.limits)
    if not os.getuid():
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    libc.drop_capabilities()
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    os.umask(0o077)
    namespaces = jail.level is Level.NAMESPACES
    if landlock.abi():
        landlock.restrict(*_files(jail))
    if seccomp.available():
        seccomp.restrict(network=namespaces)
    os.chdir(home(jail.scratch))
    os.close(writer)
    run()


def _files(jail: Jail) -> tuple[list[str], list[str], list[str], list[str]]:
    """What may be listed, read, written and hold sockets, with all that is beneath."""
    # It lies outside, where no limit of ours holds what is written.
    sockets = [jail.view.connection]
    devices = [f"/dev/{name}" for name in DEVICES]
    if jail.level is Level.NAMESPACES:  # all that is there is to be seen
        return [], ["/"], [jail.scratch, "/dev/shm", *devices], sockets
    readable = ["/proc", "/etc/passwd", "/etc/group"]
    listable = []
    for path in jail.view.readable:
        listable.append(path)
        readable += _around(path, jail.view.package)
    return listable, readable, [jail.scratch, *devices], sockets


def _around(path: str, hidden: str) -> list[str]:
    """``path``, or all in it that does not lead to ``hidden``."""
    if not within(hidden, path):
        return [path]
    if path == hidden:
        return []
    inside = [entry.path for entry in os.scandir(path)]
    return [found for entry in inside for found in _around(entry, hidden)]


def _loopback_up() -> None:
    """Sockets of a process to itself; there is no other end in here."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(handle, SIOCSIFFLAGS, request)


def _guarded(writer: int, action: Callable[[], None]) -> None:
    """Do ``action`` in a child that never returns; what it raises is written."""
    try:
        action()
    except BaseException as error:
        traceback.print_exc()
        with suppress(OSError):  # closed by then: the kernel had started
            os.write(writer, str(error).encode()[:4096] or b"refused")
    finally:
        os._exit(1)


def _set_limits(limits: Limits) -> None:
    for kind, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_CPU, limits.cpu),
    ):
        _, most = resource.getrlimit(kind)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        resource.setrlimit(kind, (value, value))
