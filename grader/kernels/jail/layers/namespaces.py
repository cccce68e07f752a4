"""Namespaces of a kernel's own: who is in them, and what else there is."""

import fcntl
import os
import socket
import struct
from contextlib import suppress

from grader.kernels.jail.layers import libc
from grader.kernels.jail.layers.entering import entering
from grader.kernels.jail.layers.trial import NAMESPACES, Layer

SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # linux/sockios.h, linux/if.h
# A process id namespace is for the children of who asks for it; those of mounts and of
# control groups come later, with the new root and in the kernel's own group.
FLAGS = {
    Layer.PROCESSES: libc.CLONE_NEWPID,
    Layer.NETWORK: libc.CLONE_NEWNET,
    Layer.MEMORY: libc.CLONE_NEWIPC,
    Layer.NAME: libc.CLONE_NEWUTS,
}


def enter(uid: int, gid: int) -> None:
    """Leave all but two of them; an ordinary user needs one of users for it.

    Raises:
        Refused: the host lacks one of them.
    """
    if os.getuid():
        with entering(Layer.USERS):
            unshare("user", libc.CLONE_NEWUSER)
            for name, text in (
                ("setgroups", "deny"),
                ("uid_map", f"{uid} {uid} 1"),
                ("gid_map", f"{gid} {gid} 1"),
            ):
                with open(f"/proc/self/{name}", "w") as file:
                    file.write(text)
    for layer, flag in FLAGS.items():
        with entering(layer):
            unshare(NAMESPACES[layer], flag)


def unshare(name: str, flag: int) -> None:
    """Leave the namespace that /proc/self/ns calls ``name`` for a new one.

    Raises:
        OSError: refused; or nothing was done, where all that follows would be done to
            the host itself.
    """
    link = f"/proc/self/ns/{name}"
    before = os.readlink(link)
    libc.unshare(flag)
    # Children alone get new process ids; the first of them looks.
    if name != "pid" and os.readlink(link) == before:
        raise OSError(0, f"unshare succeeds, and the {name} namespace is the same")


def leave_users(first: socket.socket) -> None:
    """As root, enter a user namespace, where the host lets root have one.

    There is no root in there to become, and who became it could do nothing to the
    other namespaces, which are not of this one.
    """
    with suppress(OSError):  # sysctl user.max_user_namespaces is 0
        unshare("user", libc.CLONE_NEWUSER)
        first.send(b"x")
        with entering(Layer.OWN_USER):
            if not first.recv(1):
                raise OSError(0, "the user could not be named in its namespace")


def name_users(child: int, uid: int, gid: int, kernel: socket.socket) -> None:
    """Let one user be in the child's user namespace; only its parent may."""
    if kernel.recv(1):
        with suppress(OSError):
            for name, one in (("uid_map", uid), ("gid_map", gid)):
                with open(f"/proc/{child}/{name}", "w") as file:
                    file.write(f"{one} {one} 1")
            kernel.send(b"x")


def loopback_up() -> None:
    """Sockets of a process to itself; there is no other end in here."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(handle, SIOCSIFFLAGS, request)
