"""The few Linux calls that Python's standard library does not have, by ctypes.

Each raises OSError, as the functions of ``os`` do. Names and numbers are those of
the kernel's own headers (``linux/sched.h``, ``sys/mount.h``, ``linux/prctl.h``).
"""

import ctypes
import os
import platform
import struct

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID = 0x08000000, 0x10000000, 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 24, 38, 36

PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
CAPGET, CAPSET = {"x86_64": 125, "aarch64": 90}, {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION = 0x20080522
MACHINE = platform.machine()

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments: object) -> int:
    """A system call by number; arguments are integers, buffers or None.

    Raises:
        OSError: the kernel refused.
    """
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *passed), f"call {number}")


def unshare(flags: int) -> None:
    """Enter new namespaces; ``flags`` says of which kinds.

    Raises:
        OSError: the kernel refused.
    """
    _checked(_libc.unshare(flags), "unshare")


def mount(
    source: str, target: str, kind: str = "", flags: int = 0, options: str = ""
) -> None:
    """Mount a file system, or change a mount, as the system call of this name does.

    Raises:
        OSError: the kernel refused.
    """
    encoded = [text.encode() if text else None for text in (source, target, kind)]
    data = options.encode() or None
    done = _libc.mount(*encoded, ctypes.c_ulong(flags), data)
    _checked(done, f"mount {target}")


def unmount(target: str) -> None:
    """Detach a mount: nobody can open it from now on, and open files stay open."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"unmount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root of this mount namespace, and move the old one to ``old``.

    Raises:
        OSError: the kernel refused.
    """
    syscall(PIVOT_ROOT[MACHINE], new.encode(), old.encode())


def prctl(option: int, *arguments: object) -> None:
    """Change a property of this process; missing arguments are 0.

    Raises:
        OSError: the kernel refused.
    """
    passed = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    passed += [ctypes.c_ulong(0)] * (4 - len(passed))
    _checked(_libc.prctl(option, *passed), f"prctl {option}")


def drop_capabilities() -> None:
    """Give up every capability for good.

    Raises:
        OSError: the kernel refused, or a capability is left.
    """
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # beyond the last one, or not ours to drop
            continue
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    syscall(CAPSET[MACHINE], header, bytes(24))
    left = ctypes.create_string_buffer(24)
    syscall(CAPGET[MACHINE], header, left)
    if any(left.raw):
        raise OSError(0, "capset succeeds, and capabilities are left")
