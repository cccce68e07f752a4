"""Landlock: which files a process and its children may read, and which change.

See ``Documentation/userspace-api/landlock.rst`` of the Linux kernel.
"""

import ctypes
import os
import stat
import struct

from grader.kernels.jail.layers import libc

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1  # flag of CREATE_RULESET: tell the ABI, create nothing
PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
REMOVE_FILE, MAKE_SOCKET, TRUNCATE = 1 << 5, 1 << 9, 1 << 14
READING = EXECUTE | READ_FILE | READ_DIR
SOCKETS = READ_FILE | READ_DIR | MAKE_SOCKET | REMOVE_FILE
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS = 3
# Rights known to each ABI: creating and removing (1), moving (2), truncating (3),
# ioctl of devices (5).
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}


def abi() -> int:
    """The kernel's version of Landlock; 0 where there is none."""
    try:
        return libc.syscall(CREATE_RULESET, None, 0, VERSION)
    except OSError:
        return 0


def restrict(
    listable: list[str], readable: list[str], writable: list[str], sockets: list[str]
) -> None:
    """Let this process use only these files and folders and all below them, for good.

    In ``sockets`` it may make sockets and nothing else. From ABI 6 on, it can't signal
    processes outside or connect to their abstract sockets.
    PR_SET_NO_NEW_PRIVS must be set before.

    Raises:
        OSError: the kernel has no Landlock, or refused.
    """
    version = abi()
    known = RIGHTS[max(v for v in RIGHTS if v <= max(version, 1))]
    scope = SCOPE_ABSTRACT_SOCKETS_AND_SIGNALS if version >= 6 else 0
    attributes = struct.pack("=QQQ", known, 0, scope)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(CREATE_RULESET, attributes, size, 0)
    try:
        wanted = ((READ_DIR, listable), (READING, readable), (known, writable))
        for rights, paths in (*wanted, (SOCKETS, sockets)):
            for path in paths:
                _allow(ruleset, path, rights & known)
        libc.syscall(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= OF_FILES
        if not rights:
            return
        rule = struct.pack("=Qi", rights, handle)
        buffer = ctypes.create_string_buffer(rule, len(rule))
        libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, buffer, 0)
    finally:
        os.close(handle)
