"""Seccomp: only the system calls that notebooks make, with arguments that harm nobody.

The filter is a classic BPF program, written as ``linux/filter.h`` and
``linux/seccomp.h`` have it. What ``calls`` does not name is refused, whatever a kernel
yet to come may add.
"""

import ctypes
import errno
import socket
import struct

from grader.kernels.jail.layers import libc
from grader.kernels.jail.layers.calls import ALLOWED, FILTERED

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # calls of the x32 ABI have other numbers
# From here on, numbers are the same everywhere, and so new that whoever makes the call
# has another way for a kernel without it.
NEW = 424
NEW_NAMESPACES = 0x7E020000  # all CLONE_NEW* flags that clone(2) takes
INTERNET = (socket.AF_INET, socket.AF_INET6)
NETLINK, ROUTE = 16, 0
# linux/prctl.h: names, ends with its parent, huge pages, slack, and what it may ask.
PRCTL = (1, 2, 3, 15, 16, 21, 23, 29, 30, 39, 41, 42, 0x41555856, 0x53564D41)
# linux/fcntl.h: no leases, no notices, no signals to others.
FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032)
# asm-generic/ioctls.h, linux/sockios.h: what a terminal, a file, an interface is like.
IOCTL = (
    *(0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x802C542A),
    *(0x8910, 0x8912, 0x8913, 0x8915, 0x891B, 0x8921, 0x8927, 0x8933, 0x8946),
)
FILES, FIFOS, KINDS = 0o100000, 0o010000, 0o170000  # linux/stat.h
SCHED_OTHER = 0
# Landlock has no rule for modes, owners and times.
CHANGES = (
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
READ_AND_TRUNCATE, O_TRUNC = 0o1003, 0o1000  # the first masks access mode and O_TRUNC

LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
AND = 0x54
ALLOW, ERRNO, KILL, ASK = 0x7FFF0000, 0x00050000, 0x80000000, 0x7FC00000
SECCOMP, SET_FILTER, NEW_LISTENER = {"x86_64": 317, "aarch64": 277}, 1, 8
# Offsets in struct seccomp_data; of an argument, its lower half.
NUMBER, ARCHITECTURE, FIRST, SECOND, THIRD = 0, 4, 16, 24, 32


def restrict(alone: bool, apart: bool) -> int | None:
    """Leave this process and its children these calls alone, for good.

    Args:
        alone: it has namespaces of its own, in which there is nobody else: sockets may
            be of the internet's families and connect to others.
        apart: no process or file outside is of its user, or none can be named in here.

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
        With ``asking``, the descriptor at which calls wait that it does not decide.

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
    """A filter of this machine's calls; ``cases`` find the number loaded."""
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
    """What becomes of one call; ``then`` must end with a return."""
    number = numbers[list(AUDIT_ARCH).index(libc.MACHINE)]
    return [] if number is None else [line(EQUAL, number, 0, len(then)), *then]


def line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def refuse(number: int) -> bytes:
    """Return this error instead of making the call; 0 as if it were made."""
    return line(RETURN, ERRNO | number)


ALLOWING = line(RETURN, ALLOW)


def calls(alone: bool, apart: bool) -> list[bytes]:
    """What becomes of each call; see ``restrict``."""
    lines = []
    for numbers in ALLOWED.values():
        lines += case(numbers, [ALLOWING])
    decided = _by_arguments() | _sockets(alone) | _of_others(apart)
    for name, numbers in FILTERED.items():
        lines += case(numbers, decided[name])
    # EPERM from a new call would be believed, where ENOSYS is taken for an old kernel.
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
        # The C library falls back to clone, whose flags can be seen from here.
        "clone3": [refuse(errno.ENOSYS)],
        "prctl": _one_of(FIRST, PRCTL, errno.EINVAL),
        "fcntl": _one_of(SECOND, FCNTL, errno.EINVAL),
        "ioctl": _one_of(SECOND, IOCTL, errno.ENOTTY),
        "mknod": _one_of(SECOND, made, errno.EPERM, KINDS),
        "mknodat": _one_of(THIRD, made, errno.EPERM, KINDS),
        # ZeroMQ sets what is set already, and aborts where it may not.
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
        # Local sockets that others connect to, as the grader does. Files that are
        # sockets are under no rule of Landlock's: a message bus or a container engine
        # of the user's could be asked to do what is refused here. A datagram needs no
        # connect, so there are streams only.
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
    """Calls whose processes and files may be the grader's, who is the same user."""
    itself = _one_of(FIRST, (0,), errno.EPERM)
    found = {
        "prlimit64": itself,
        "sched_setaffinity": itself,
        "setpriority": [line(LOAD, FIRST), line(EQUAL, 0, 1, 0), refuse(errno.EPERM)]
        + _one_of(SECOND, (0,), errno.EPERM),
        "open": _opened(SECOND),
        "openat": _opened(THIRD),
        "truncate": [refuse(errno.EPERM)],  # no rule either, before Landlock's ABI 3
        "pidfd_send_signal": [refuse(errno.EPERM)],
        "kill": [line(RETURN, ASK)],
        "tkill": [refuse(errno.EPERM)],
        "tgkill": [line(RETURN, ASK)],
    }
    # Copying a file sets its mode, and fails where it can't: it is told that it did.
    found |= {name: [refuse(0)] for name in CHANGES}
    return {name: [ALLOWING] for name in found} if apart else found


def _opened(flags: int) -> list[bytes]:
    """A file that is opened to be read would be cut off, before Landlock's ABI 3."""
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
    """Go on with ``then`` if an argument is one of the values, else refuse."""
    lines = [line(LOAD, argument)]
    if mask is not None:
        lines.append(line(AND, mask))
    for place, value in enumerate(values):
        lines.append(line(EQUAL, value, len(values) - place, 0))
    return [*lines, refuse(otherwise), *(then or [ALLOWING])]
