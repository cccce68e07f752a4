"""Moves a kernel into new namespaces, and says which user is in them."""

import fcntl
import os
import socket
import struct
from contextlib import suppress

from grader.kernels.jail.layers import libc
from grader.kernels.jail.layers.entering import entering
from grader.kernels.jail.layers.trial import NAMESPACES, Layer

SIOCSIFFLAGS, IFF_UP = 0x8914, 1  # linux/sockios.h, linux/if.h
# Only children of the process that asks get into the new process id namespace. The
# namespaces of mounts and of control groups come later: one with the new root, the
# other once the kernel is in its own group.
FLAGS = {
    Layer.PROCESSES: libc.CLONE_NEWPID,
    Layer.NETWORK: libc.CLONE_NEWNET,
    Layer.MEMORY: libc.CLONE_NEWIPC,
    Layer.NAME: libc.CLONE_NEWUTS,
}


def enter(uid: int, gid: int) -> None:
    """Enter new namespaces, all but those of mounts and of control groups.

    An ordinary user first needs a new user namespace.

    Raises:
        Refused: the host lacks one of the namespaces.
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
        OSError: the kernel refused, or it did nothing: then the next steps would change
            the host itself.
    """
    link = f"/proc/self/ns/{name}"
    before = os.readlink(link)
    libc.unshare(flag)
    # Only children get new process ids: the first child checks this.
    if name != "pid" and os.readlink(link) == before:
        raise OSError(0, f"unshare succeeds, and the {name} namespace is the same")


def leave_users(first: socket.socket) -> None:
    """As root, enter a user namespace, where the host lets root have one.

    No process in there can become root. Even if one could, it would have no rights on
    the other namespaces, which do not belong to this one.
    """
    with suppress(OSError):  # sysctl user.max_user_namespaces is 0
        unshare("user", libc.CLONE_NEWUSER)
        first.send(b"x")
        with entering(Layer.OWN_USER):
            if not first.recv(1):
                raise OSError(0, "the user could not be named in its namespace")


def name_users(child: int, uid: int, gid: int, kernel: socket.socket) -> None:
    """Map one user into the child's user namespace; only its parent may do so."""
    if kernel.recv(1):
        with suppress(OSError):
            for name, one in (("uid_map", uid), ("gid_map", gid)):
                with open(f"/proc/{child}/{name}", "w") as file:
                    file.write(f"{one} {one} 1")
            kernel.send(b"x")


def loopback_up() -> None:
    """Let processes in here connect to each other; there is nobody else to reach."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", IFF_UP)
        fcntl.ioctl(handle, SIOCSIFFLAGS, request)
