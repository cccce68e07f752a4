"""Enters the layers of isolation, in the one order that works.

A supervisor, outside, starts the kernel and watches it. With namespaces there is a
first process between the two: it makes the new root, and all process ids end with it.
Rights are given up in this order: mounts, user, capabilities, files, system calls. If
a layer can't be entered, the kernel does not start: no layer is ever left out.
"""

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from grader.kernels.jail.layers import landlock, libc, namespaces, root, seccomp
from grader.kernels.jail.layers.entering import Refused, entering
from grader.kernels.jail.layers.groups import Group
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.signals import Sentry
from grader.kernels.jail.layers.trial import NAMESPACES, Layer
from grader.kernels.jail.layers.view import DEVICES, View, home, within

# Under root, each kernel gets its own user, which owns nothing and is not shared.
FIRST_UID = 1_000_000_000
CALLS, MEMORY = b"calls", b"memory"  # names of what the supervisor is given


class Level(StrEnum):
    """How a kernel is kept apart."""

    NAMESPACES = "namespaces"
    LANDLOCK = "landlock"


@dataclass(frozen=True)
class Jail:
    """What one kernel may see and use, and how it is held.

    Attributes:
        scratch: the folder that it may write to, by the kernel's own path.
        others: how many of its user's processes and threads are not the kernel's.
        group: the control group for all its processes; None without one.
    """

    level: Level
    view: View
    limits: Limits
    scratch: str
    others: int = 0
    group: Group | None = None


def layers(level: Level) -> list[Layer]:
    """All layers that hold a kernel at ``level``, under the user that runs now."""
    needed = [Layer.LANDLOCK, Layer.SECCOMP, Layer.RIGHTS, Layer.LIMITS]
    if level is Level.NAMESPACES:
        needed += NAMESPACES
    if level is Level.NAMESPACES and os.getuid():
        needed.append(Layer.USERS)
    if not os.getuid():
        needed.append(Layer.OWN_USER)
    return [layer for layer in Layer if layer in needed]


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


@dataclass(frozen=True)
class Started:
    """What the supervisor holds of a jail.

    Attributes:
        pid: of the jail's first process; 0 in the jail itself.
        sentry: decides on the jail's signals where the jail can't send them itself.
        memory: descriptors of folders whose files lie in memory.
    """

    pid: int
    sentry: Sentry | None = None
    memory: tuple[int, ...] = ()


def start(jail: Jail, work: int | None = None) -> Started:
    """Fork a process into the jail; it returns too, once all layers hold it.

    The caller must have one thread. It becomes the supervisor: it must wait for the
    process, and the rest of the jail ends when the supervisor ends.

    Args:
        work: a descriptor of the submission's folder, whose files the process gets.

    Raises:
        Refused: a layer could not be entered; nothing runs in the jail.
    """
    uid, gid = identity()
    reader, writer = os.pipe()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with entering(Layer.OWN_USER):
        hand_over(jail.view.connection, uid, gid)
    if jail.level is Level.NAMESPACES:
        namespaces.enter(uid, gid)
    else:
        libc.prctl(libc.PR_SET_CHILD_SUBREAPER, 1)
        with entering(Layer.FILES):
            root.fill("", jail.view, jail.scratch, jail.limits, work, uid, gid)
    child = os.fork()
    if not child:
        os.close(reader)
        ours.close()
        with _telling(writer):
            _first(jail, work, uid, gid, writer, theirs)
        os.close(writer)
        theirs.close()
        return Started(0)
    os.close(writer)
    theirs.close()
    with os.fdopen(reader, "rb") as pipe:
        refused = pipe.read()
    if refused:
        os.waitpid(child, 0)
        raise Refused(**json.loads(refused))
    handed = _taken(ours)
    sentry = Sentry(*handed[CALLS]) if CALLS in handed else None
    return Started(child, sentry, tuple(handed.get(MEMORY, ())))


def _hand_over(what: bytes, handles: list[int], to: socket.socket) -> None:
    """Give the supervisor descriptors, and keep none of them."""
    socket.send_fds(to, [what], handles)
    for handle in handles:
        os.close(handle)


def _taken(of: socket.socket) -> dict[bytes, list[int]]:
    """All that was handed over, once nobody is left who could hand over more."""
    found: dict[bytes, list[int]] = {}
    with of:
        while True:
            what, handles, _, _ = socket.recv_fds(of, 100, 4)
            if not what:
                return found
            found[what] = handles


def _first(
    jail: Jail,
    work: int | None,
    uid: int,
    gid: int,
    writer: int,
    supervisor: socket.socket,
) -> None:
    """Continue as the kernel, in this process or in a child that it waits for."""
    libc.prctl(libc.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the supervisor ends it
    # First of all: files in memory count in the group of who makes them, and the group
    # becomes the root of its namespace only for a process that is in it.
    if jail.group:
        with entering(Layer.GROUP):
            jail.group.join()
    if jail.level is Level.NAMESPACES:
        if os.getpid() != 1:
            raise Refused(Layer.PROCESSES, "unshare succeeds, and ids are the same")
        with entering(Layer.GROUPS):
            namespaces.unshare(NAMESPACES[Layer.GROUPS], libc.CLONE_NEWCGROUP)
        with entering(Layer.FILES):
            namespaces.unshare(NAMESPACES[Layer.FILES], libc.CLONE_NEWNS)
            root.enter(jail.view, jail.limits, work, uid, gid)
            folders = [os.open(path, os.O_PATH) for path in root.IN_MEMORY]
            _hand_over(MEMORY, folders, supervisor)
        with entering(Layer.NETWORK):
            namespaces.loopback_up()
        ours, theirs = socket.socketpair()
        child = os.fork()
        if child:
            supervisor.close()
            theirs.close()
            if not os.getuid():
                namespaces.name_users(child, uid, gid, ours)
            ours.close()
            if work is not None:
                os.close(work)
            _hold(child, writer)
        ours.close()
        with theirs:
            if not os.getuid():
                namespaces.leave_users(theirs)
    _kernel(jail, uid, gid, supervisor)


def _hold(child: int, writer: int) -> NoReturn:
    """Be the first process of its id namespace: all others end with it."""
    os.close(writer)
    libc.prctl(libc.PR_SET_DUMPABLE, 0)
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _kernel(jail: Jail, uid: int, gid: int, supervisor: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with entering(Layer.LIMITS):
        # A group limits processes by itself. The rule is wider then, so that the user's
        # processes outside have room.
        jail.limits.enter(jail.others + jail.limits.processes * bool(jail.group))
    apart = jail.level is Level.NAMESPACES or uid != os.getuid()
    if uid != os.getuid():
        with entering(Layer.OWN_USER):
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
            if {*os.getresuid(), *os.getresgid(), *os.getgroups()} != {uid, gid}:
                raise OSError(0, "setresuid succeeds, and the user is the same")
            # Fails if one of them lies in a folder that is closed to other users.
            for path in (*jail.view.readable, jail.view.connection):
                os.stat(path)
    with entering(Layer.RIGHTS):
        libc.drop_capabilities()
        libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    os.umask(0o077)
    with entering(Layer.LANDLOCK):
        landlock.restrict(*_files(jail))
    with entering(Layer.SECCOMP):
        listener = seccomp.restrict(jail.level is Level.NAMESPACES, apart)
        if listener is not None:
            _hand_over(CALLS, [listener], supervisor)
    with entering(Layer.FILES):
        os.chdir(home(jail.scratch))


def _files(jail: Jail) -> tuple[list[str], list[str], list[str], list[str]]:
    """The paths to list, to read, to write and for sockets, each with all below it."""
    # This folder lies outside, where our limits bound no bytes: it gets sockets alone.
    sockets = [jail.view.connection]
    devices = [f"/dev/{name}" for name in DEVICES]
    if jail.level is Level.NAMESPACES:  # its root holds only what it may see
        return [], ["/"], [jail.scratch, "/dev/shm", *devices], sockets
    readable = ["/proc", "/etc/passwd", "/etc/group"]
    listable = []
    for path in jail.view.readable:
        listable.append(path)
        readable += _around(path, jail.view.package)
    return listable, readable, [jail.scratch, *devices], sockets


def _around(path: str, hidden: str) -> list[str]:
    """``path`` without ``hidden``: itself, or all entries that do not lead there."""
    if not within(hidden, path):
        return [path]
    if path == hidden:
        return []
    inside = [entry.path for entry in os.scandir(path)]
    return [found for entry in inside for found in _around(entry, hidden)]


@contextmanager
def _telling(writer: int) -> Iterator[None]:
    """If the block fails, write the reason for the supervisor and end this process."""
    try:
        yield
    except BaseException as error:
        refused = error if isinstance(error, Refused) else Refused("", repr(error))
        os.write(writer, json.dumps(vars(refused)).encode())
        os._exit(1)
