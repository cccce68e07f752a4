"""Seccomp: system calls that no exercise needs and escapes are made of.

The filter is a classic BPF program, written as ``linux/filter.h`` and
``linux/seccomp.h`` have it. Everything not named here stays allowed: the frameworks
use a few hundred calls, and the other layers hold without this one.
"""

import ctypes
import errno
import socket
import struct

from grader.grading.sandbox import libc

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# name: (x86_64, aarch64), from asm/unistd.h
REFUSED = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),  # memory that no limit here would count
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "shmget": (29, 194),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
SOCKET, SOCKETPAIR, CONNECT = (41, 198), (53, 199), (42, 203)
CLONE, CLONE3 = (56, 220), (435, 435)
# Limits and priorities: user ids alone would let a kernel set the grader's.
PRLIMIT, SETPRIORITY = (302, 261), (141, 140)
X32 = 0x40000000  # calls of the x32 ABI have other numbers
NEW_NAMESPACES = 0x7E020000  # all CLONE_NEW* flags that clone(2) takes
LOCAL = (socket.AF_UNIX,)
INTERNET = (socket.AF_INET, socket.AF_INET6)
NETLINK = 16

LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
AND = 0x54
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000
# Offsets in struct seccomp_data.
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24


def available() -> bool:
    return libc.MACHINE in AUDIT_ARCH


def restrict(network: bool) -> None:
    """Refuse the calls named above to this process and its children, for good.

    Args:
        network: whether sockets may be of the internet's families and connect to
            others; only for a process with namespaces of its own, in which there is
            nobody else.

    Raises:
        OSError: the kernel refused, or the machine is of an unknown kind.
    """
    if not available():
        raise OSError(errno.ENOSYS, f"no system call numbers for {libc.MACHINE}")
    program = _program(network)
    code = ctypes.create_string_buffer(program, len(program))
    length, address = len(program) // 8, ctypes.addressof(code)
    libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
    header = ctypes.create_string_buffer(struct.pack("=HxxxxxxQ", length, address))
    libc.prctl(libc.PR_SET_SECCOMP, 2, ctypes.addressof(header))


def _program(network: bool) -> bytes:
    column = ("x86_64", "aarch64").index(libc.MACHINE)
    lines = [
        _line(LOAD, ARCHITECTURE),
        _line(EQUAL, AUDIT_ARCH[libc.MACHINE], 1, 0),
        _line(RETURN, KILL),
        _line(LOAD, NUMBER),
    ]
    if libc.MACHINE == "x86_64":
        lines += [_line(GREATER_EQUAL, X32, 0, 1), _refuse(errno.EPERM)]
    for numbers in REFUSED.values():
        lines += [_line(EQUAL, numbers[column], 0, 1), _refuse(errno.EPERM)]
    # The C library falls back to clone, whose flags can be seen from here.
    lines += [_line(EQUAL, CLONE3[column], 0, 1), _refuse(errno.ENOSYS)]
    clone = [
        _line(LOAD, FIRST_ARGUMENT),
        _line(ANY_BIT, NEW_NAMESPACES, 0, 1),
        _refuse(errno.EPERM),
        _line(RETURN, ALLOW),
    ]
    lines += [_line(EQUAL, CLONE[column], 0, len(clone)), *clone]
    families = [_line(LOAD, FIRST_ARGUMENT)]
    if network:
        for family in (*LOCAL, *INTERNET, NETLINK):
            families += [_line(EQUAL, family, 0, 1), _line(RETURN, ALLOW)]
    else:
        families += _listening_only()
        lines += [_line(EQUAL, CONNECT[column], 0, 1), _refuse(errno.EACCES)]
        lines += _on_itself_only(PRLIMIT[column], FIRST_ARGUMENT)
        lines += _on_itself_only(SETPRIORITY[column], FIRST_ARGUMENT, SECOND_ARGUMENT)
    # ZeroMQ aborts on any other refusal of netlink.
    families += [_line(EQUAL, NETLINK, 0, 1), _refuse(errno.EOPNOTSUPP)]
    families += [_refuse(errno.EACCES)]
    for numbers in (SOCKET, SOCKETPAIR):
        lines += [_line(EQUAL, numbers[column], 0, len(families)), *families]
    lines += [_line(RETURN, ALLOW)]
    return b"".join(lines)


def _on_itself_only(number: int, *arguments: int) -> list[bytes]:
    """A call whose ``arguments`` must be 0, which stands for the caller."""
    checked = []
    for argument in arguments:
        checked += [_line(LOAD, argument), _line(EQUAL, 0, 1, 0), _refuse(errno.EPERM)]
    checked += [_line(RETURN, ALLOW)]
    return [_line(EQUAL, number, 0, len(checked)), *checked]


def _listening_only() -> list[bytes]:
    """Local sockets that others connect to, as the grader does.

    Files that are sockets are under no rule of Landlock's: a message bus or a
    container engine of the user's could be asked to do what is refused here. A
    datagram needs no connect, so there are streams only.
    """
    checked = [
        _line(LOAD, SECOND_ARGUMENT),
        _line(AND, 0xF),  # the rest are flags
        _line(EQUAL, socket.SOCK_STREAM, 0, 1),
        _line(RETURN, ALLOW),
        _refuse(errno.EACCES),
    ]
    return [_line(EQUAL, socket.AF_UNIX, 0, len(checked)), *checked]


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(number: int) -> bytes:
    return _line(RETURN, ERRNO | number)
