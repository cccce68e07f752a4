"""Seccomp: only the system calls that notebooks make, with arguments that harm nobody.

The filter is a classic BPF program, in the form that ``linux/filter.h`` and
``linux/seccomp.h`` define. A call that ``calls`` does not name is refused, so calls
that later versions of Linux add are refused too.
"""

import ctypes
import errno
import socket
import struct

from grader.kernels.jail.layers import libc
from grader.kernels.jail.layers.calls import ALLOWED, FILTERED

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # calls of the x32 ABI have other numbers
# Calls from this number on have the same number on every machine. They are so new that
# programs that make them can do without them on an older Linux.
NEW = 424
NEW_NAMESPACES = 0x7E020000  # all CLONE_NEW* flags that clone(2) takes
INTERNET = (socket.AF_INET, socket.AF_INET6)
NETLINK, ROUTE = 16, 0
# linux/prctl.h: its name, to end with its parent, huge pages, timer slack, and queries.
PRCTL = (1, 2, 3, 15, 16, 21, 23, 29, 30, 39, 41, 42, 0x41555856, 0x53564D41)
# linux/fcntl.h: no leases, no notices, no signals to others.
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032)
# asm-generic/ioctls.h, linux/sockios.h: queries of a terminal, file or interface.
IOCTL = (
    *(0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x802C542A),
    *(0x8910, 0x8912, 0x8913, 0x8915, 0x891B, 0x8921, 0x8927, 0x8933, 0x8946),
)
FILES, FIFOS, KINDS = 0o100000, 0o010000, 0o170000  # linux/stat.h
SCHED_OTHER = 0
# Calls that change modes, owners and times, for which Landlock has no rule.
CHANGES = (
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
READ_AND_TRUNCATE, O_TRUNC = 0o1003, 0o1000  # the first masks access mode and O_TRUNC

LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
AND = 0x54
ALLOW, ERRNO, KILL, ASK = 0x7FFF0000, 0x00050000, 0x80000000, 0x7FC00000
SECCOMP, SET_FILTER, NEW_LISTENER = {"x86_64": 317, "aarch64": 277}, 1, 8
# Offsets in struct seccomp_data; for an argument, the offset of its lower half.
NUMBER, ARCHITECTURE, FIRST, SECOND, THIRD = 0, 4, 16, 24, 32


def restrict(alone: bool, apart: bool) -> int | None:
    """Let this process and its children make only these system calls, for good.

    Args:
        alone: the process has its own namespaces, with nobody else in them. So it may
            use internet sockets, and sockets may connect.
        apart: no process or file outside belongs to its user, or it can name none.

    Returns:
        If it is not ``apart``, a descriptor at which its signals wait for an answer:
        see ``signals``.

    Raises:
        OSError: the kernel refused, or the machine is of an unknown kind.
    """
    if libc.MACHINE not in AUDIT_ARCH:
        raise OSError(errno.ENOSYS, f"no system call numbers for {libc.MACHINE}")
    listener = install(program(calls(alone, apart)), asking=not apart)
    return None if apart else listener


def install(code: bytes, asking: bool = False) -> int:
    """Put a BPF program between this process and its system calls.

    PR_SET_NO_NEW_PRIVS must be set before, except by root.

    Returns:
        With ``asking``, a descriptor: calls that the program doesn't decide wait there.

    Raises:
        OSError: the kernel refused.
    """
    held = ctypes.create_string_buffer(code, len(code))
    length, address = len(code) // 8, ctypes.addressof(held)
    header = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", length, address))
    if asking:
        place = ctypes.addressof(header)
        return libc.syscall(SECCOMP[libc.MACHINE], SET_FILTER, NEW_LISTENER, place)
    libc.prctl(libc.PR_SET_SECCOMP, 2, ctypes.addressof(header))
    return 0


def program(cases: list[bytes]) -> bytes:
    """A filter of this machine's calls; it loads the call's number for ``cases``."""
    lines = [
        line(LOAD, ARCHITECTURE),
        line(EQUAL, AUDIT_ARCH[libc.MACHINE], 1, 0),
        line(RETURN, KILL),
        line(LOAD, NUMBER),
    ]
    if libc.MACHINE == "x86_64":
        lines += [line(GREATER_EQUAL, X32, 0, 1), refuse(errno.EPERM)]
    return b"".join([*lines, *cases])


def case(numbers: tuple[int | None, int | None], then: list[bytes]) -> list[bytes]:
    """Instructions for one call: run ``then``, which must end with a return."""
    number = numbers[list(AUDIT_ARCH).index(libc.MACHINE)]
    return [] if number is None else [line(EQUAL, number, 0, len(then)), *then]


def line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def refuse(number: int) -> bytes:
    """Return an error and don't make the call; 0 pretends that it was made."""
    return line(RETURN, ERRNO | number)


ALLOWING = line(RETURN, ALLOW)


def calls(alone: bool, apart: bool) -> list[bytes]:
    """Instructions for every call; see ``restrict``."""
    lines = []
    for numbers in ALLOWED.values():
        lines += case(numbers, [ALLOWING])
    decided = _by_arguments() | _sockets(alone) | _of_others(apart)
    for name, numbers in FILTERED.items():
        lines += case(numbers, decided[name])
    # After ENOSYS a program takes this Linux for an old one and uses an older call;
    # after EPERM it would fail.
    lines += [line(GREATER_EQUAL, NEW, 0, 1), refuse(errno.ENOSYS)]
    return [*lines, refuse(errno.EPERM)]


def _by_arguments() -> dict[str, list[bytes]]:
    made = (0, FILES, FIFOS)
    namespaces = [
        line(LOAD, FIRST),
        line(ANY_BIT, NEW_NAMESPACES, 0, 1),
        refuse(errno.EPERM),
        ALLOWING,
    ]
    return {
        "clone": namespaces,
        # The C library then uses clone, whose flags this filter can see.
        "clone3": [refuse(errno.ENOSYS)],
        "prctl": _one_of(FIRST, PRCTL, errno.EINVAL),
        "fcntl": _one_of(SECOND, FCNTL, errno.EINVAL),
        "ioctl": _one_of(SECOND, IOCTL, errno.ENOTTY),
        "mknod": _one_of(SECOND, made, errno.EPERM, KINDS),
        "mknodat": _one_of(THIRD, made, errno.EPERM, KINDS),
        # ZeroMQ sets the value that is set already, and aborts if that is refused.
        "sched_setscheduler": _one_of(SECOND, (SCHED_OTHER,), errno.EPERM),
    }


def _sockets(alone: bool) -> dict[str, list[bytes]]:
    local = [line(LOAD, FIRST), line(EQUAL, socket.AF_UNIX, 0, 1), ALLOWING]
    # ZeroMQ aborts on any other refusal of netlink.
    no_netlink = [line(EQUAL, NETLINK, 0, 1), refuse(errno.EOPNOTSUPP)]
    end = [*no_netlink, refuse(errno.EACCES)]
    pair = [*local, refuse(errno.EACCES)]
    if not alone:
        listening = _one_of(SECOND, (socket.SOCK_STREAM,), errno.EACCES, 0xF)
        # Local sockets may only wait until others, such as the grader, connect.
        # Landlock has no rule for connecting to a socket file. The user's message bus
        # or container engine, if asked, could do what is refused here. Only streams are
        # allowed, since datagrams need no connect.
        ours = line(EQUAL, socket.AF_UNIX, 0, len(listening))
        streams = [line(LOAD, FIRST), ours, *listening, *end]
        refused = [refuse(errno.EACCES)]
        return {"socket": streams, "socketpair": pair, "connect": refused}
    usual = (0, socket.IPPROTO_TCP, socket.IPPROTO_UDP)
    kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
    protocols = _one_of(THIRD, usual, errno.EPROTONOSUPPORT)
    internet = _one_of(SECOND, kinds, errno.EACCES, 0xF, protocols)
    routes = _one_of(THIRD, (ROUTE,), errno.EOPNOTSUPP)
    families = [*local, line(EQUAL, NETLINK, 0, len(routes)), *routes]
    for family in INTERNET:
        families += [line(EQUAL, family, 0, len(internet)), *internet]
    return {"socket": [*families, *end], "socketpair": pair, "connect": [ALLOWING]}


def _of_others(apart: bool) -> dict[str, list[bytes]]:
    """Calls that could reach processes and files of a grader that is the same user."""
    itself = _one_of(FIRST, (0,), errno.EPERM)
    found = {
        "prlimit64": itself,
        "sched_setaffinity": itself,
        "setpriority": [line(LOAD, FIRST), line(EQUAL, 0, 1, 0), refuse(errno.EPERM)]
        + _one_of(SECOND, (0,), errno.EPERM),
        "open": _opened(SECOND),
        "openat": _opened(THIRD),
        "truncate": [refuse(errno.EPERM)],  # Landlock has no rule for it before ABI 3
        "pidfd_send_signal": [refuse(errno.EPERM)],
        "kill": [line(RETURN, ASK)],
        "tkill": [refuse(errno.EPERM)],
        "tgkill": [line(RETURN, ASK)],
    }
    # A program that copies a file sets its mode, and fails if it can't. So the call
    # reports success and does nothing.
    found |= {name: [refuse(0)] for name in CHANGES}
    return {name: [ALLOWING] for name in found} if apart else found


def _opened(flags: int) -> list[bytes]:
    """Refuse to open for reading and truncate: Landlock before ABI 3 allows that."""
    return [
        line(LOAD, flags),
        line(AND, READ_AND_TRUNCATE),
        line(EQUAL, O_TRUNC, 0, 1),
        refuse(errno.EPERM),
        ALLOWING,
    ]


def _one_of(
    argument: int,
    values: tuple[int, ...],
    otherwise: int,
    mask: int | None = None,
    then: list[bytes] | None = None,
) -> list[bytes]:
    """Continue with ``then`` if the argument is one of the values, else refuse."""
    lines = [line(LOAD, argument)]
    if mask is not None:
        lines.append(line(AND, mask))
    for place, value in enumerate(values):
        lines.append(line(EQUAL, value, len(values) - place, 0))
    return [*lines, refuse(otherwise), *(then or [ALLOWING])]
