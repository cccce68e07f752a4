"""Signals of a kernel that shares the grader's user: only to its own processes.

Before ABI 6, Landlock has no rule for signals. A filter of system calls sees a process
id, but not whose process it is. So each kill(2) of such a kernel waits until its
supervisor has looked; see ``Documentation/userspace-api/seccomp_filter.rst`` of Linux.
"""

import errno
import fcntl
import os
import select
import signal
import struct
from contextlib import suppress

from grader.kernels.jail.layers.calls import FILTERED

# linux/seccomp.h, and the sizes of its structures.
RECEIVE, SEND = 0xC0502100, 0xC0182101
NOTICE, REPLY = struct.Struct("=QIIiIQ6Q"), struct.Struct("=Qqii")
GO_ON = 1  # flag of a reply: make the call


class Sentry:
    """Answers a kernel's waiting calls, in the kernel's supervisor."""

    def __init__(self, listener: int) -> None:
        self._listener = listener

    def fileno(self) -> int:
        """The listener's descriptor, for ``select``."""
        return self._listener

    def answer(self) -> None:
        """Allow one call, make it in the caller's place, or refuse it."""
        try:
            told = fcntl.ioctl(self._listener, RECEIVE, bytes(NOTICE.size))
        except OSError:  # the caller has just ended
            return
        number, thread, _, call, _, _, *arguments = NOTICE.unpack(told)
        error, flags = 0, 0
        try:
            if _own(thread, call, arguments):
                flags = GO_ON
            else:
                _send(
                    *(
                        struct.unpack("=i", struct.pack("=I", a & 0xFFFFFFFF))[0]
                        for a in arguments[:2]
                    )
                )
        except OSError as refused:
            error = -(refused.errno or errno.EPERM)
        with suppress(OSError):  # the caller may have ended meanwhile
            fcntl.ioctl(self._listener, SEND, REPLY.pack(number, 0, error, flags))


def _own(thread: int, call: int, arguments: list[int]) -> bool:
    """Whether a process signals itself; a signal to a thread may only do that.

    Raises:
        PermissionError: the thread belongs to another process.
    """
    itself = arguments[0] == _process_of(thread)
    if not itself and call not in FILTERED["kill"]:
        raise PermissionError(errno.EPERM, "another's thread")
    return itself


def _process_of(thread: int) -> int:
    with open(f"/proc/{thread}/status", "rb") as file:
        for line in file:
            if line.startswith(b"Tgid:"):
                return int(line.split()[1])
    raise ProcessLookupError(errno.ESRCH, "no such thread")


def _send(target: int, number: int) -> None:
    """Signal a descendant of this process, or the process group that one leads.

    Raises:
        PermissionError: the target is no descendant.
        ProcessLookupError: there is no such process.
    """
    if abs(target) <= 1:  # everybody, or its own group, which holds this process too
        raise PermissionError(errno.EPERM, "not one's own")
    handle = os.pidfd_open(abs(target))  # from here on, Linux can't reuse the id
    try:
        if not _descends(abs(target)):
            raise PermissionError(errno.EPERM, "not one's own")
        if target > 0:
            signal.pidfd_send_signal(handle, number)
        else:
            os.killpg(-target, number)
    finally:
        os.close(handle)


def _descends(pid: int) -> bool:
    """Whether a process descends from this one, which adopts orphans among them."""
    while pid > 1:
        with open(f"/proc/{pid}/stat", "rb") as file:
            pid = int(file.read().rpartition(b")")[2].split()[1])
        if pid == os.getpid():
            return True
    return False


def wait(first: int, sentry: Sentry | None, seconds: float) -> bool:
    """Answer calls for some seconds; True as soon as ``first``, a pidfd, has ended."""
    watched: list[int | Sentry] = [first, sentry] if sentry else [first]
    ready = select.select(watched, [], [], seconds)[0]
    if sentry and sentry in ready and first not in ready:
        sentry.answer()
    return first in ready
