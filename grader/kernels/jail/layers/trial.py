"""The layers of isolation, and a program that tries each from inside a jail.

``probe`` passes its source to Python in the jail, which does not show this package: so
it imports nothing of it. It prints one JSON object: for each layer, what the layer did
not forbid, or "" if the layer held.
"""

import ctypes
import json
import mmap
import os
import platform
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import TypedDict


class Layer(StrEnum):
    """What keeps a kernel apart; each can be missing by itself."""

    USERS = "user namespace"
    FILES = "files"
    PROCESSES = "processes"
    NETWORK = "network"
    MEMORY = "shared memory"
    NAME = "host name"
    GROUPS = "control groups"
    GROUP = "own control group"
    LANDLOCK = "Landlock"
    SECCOMP = "seccomp"
    OWN_USER = "own user"
    RIGHTS = "rights"
    LIMITS = "limits"


# The kernel's own namespaces, by their names in /proc/PID/ns.
NAMESPACES = {
    Layer.FILES: "mnt",
    Layer.PROCESSES: "pid",
    Layer.NETWORK: "net",
    Layer.MEMORY: "ipc",
    Layer.NAME: "uts",
    Layer.GROUPS: "cgroup",
}
# Calls that succeed for any user unless a filter stops them: (x86_64, aarch64), then
# their arguments.
UNFILTERED = {
    "unshare": ((272, 97), (0,)),
    "memfd_create": ((319, 279), (b"trial", 0)),
    "personality": ((135, 92), (0xFFFFFFFF,)),
}
CAPABILITIES = ("CapInh", "CapPrm", "CapEff", "CapAmb")


class Outside(TypedDict, total=False):
    """The layers to try, and the things outside that the trial tries to reach.

    Attributes:
        layers: the layers to try.
        bait: a file that all may read, in a folder that all may write.
        sockets: the folder of the kernel's own sockets.
        port, path, abstract: addresses at which the grader listens.
        pid, uid, namespaces: the grader's.
        limits: by their numbers in ``resource``.
        memory, processes, groups: of a control group, its limits in bytes and in
            processes, and folders of groups.
    """

    layers: Sequence[str]
    bait: str
    sockets: str
    port: int
    path: str
    abstract: str
    pid: int
    uid: int
    namespaces: dict[str, str]
    limits: dict[str, int]
    memory: int
    processes: int
    groups: list[str]


def tried(outside: Outside) -> dict[str, str]:
    """For each layer that is asked for, what it did not forbid."""
    return {layer: _answer(layer, outside) for layer in outside["layers"]}


def _answer(layer: str, outside: Outside) -> str:
    try:
        return "; ".join(TRIALS[layer](outside))
    except Exception as error:  # a layer that can't be tried does not count as held
        return f"can't be tried: {error!r}"


def _done(action: Callable[..., object], *arguments: object) -> bool:
    """Whether Linux allowed the action."""
    try:
        action(*arguments)
    except OSError:
        return False
    return True


def _namespace(layer: Layer, outside: Outside) -> list[str]:
    name = NAMESPACES[layer]
    same = os.readlink(f"/proc/self/ns/{name}") == outside["namespaces"][name]
    return [f"it is in the grader's own namespace ({name})"] if same else []


def _files(outside: Outside) -> list[str]:
    found = _namespace(Layer.FILES, outside)
    if _done(os.lstat, outside["bait"]):
        found.append("a file outside is there")
    return found


def _processes(outside: Outside) -> list[str]:
    found = _namespace(Layer.PROCESSES, outside)
    seen = {int(name) for name in os.listdir("/proc") if name.isdigit()}
    if seen - {os.getpid()}:
        found.append("it sees other processes")
    return found


def _network(outside: Outside) -> list[str]:
    return _namespace(Layer.NETWORK, outside) + _connected(outside)


def _connected(outside: Outside) -> list[str]:
    found = []
    listening: tuple[tuple[int, tuple[str, int] | str], ...] = (
        (socket.AF_INET, ("127.0.0.1", outside["port"])),
        (socket.AF_UNIX, outside["path"]),
        (socket.AF_UNIX, "\0" + outside["abstract"]),
    )
    for family, address in listening:
        if _done(_connect, family, address):
            found.append(f"it connected to {address!r} outside")
    return found


def _connect(family: int, address: tuple[str, int] | str) -> None:
    with socket.socket(family) as one:
        one.settimeout(5)
        one.connect(address)


def _landlock(outside: Outside) -> list[str]:
    found = []
    # Other layers may hide a file too, but only Landlock tells sockets from files.
    mine = os.path.join(outside["sockets"], "trial")
    if _done(_write, mine):
        os.unlink(mine)
        found.append("it wrote a file where only sockets may be")
    if _done(_read, outside["bait"]):
        found.append("it read a file outside")
    if _done(_write, outside["bait"] + "-written"):
        found.append("it wrote a file outside")
    return found


def _read(path: str) -> None:
    with open(path, "rb") as file:
        file.read()


def _write(path: str) -> None:
    with open(path, "wb"):
        pass


def _seccomp(outside: Outside) -> list[str]:
    system = ctypes.CDLL(None, use_errno=True).syscall
    column = ("x86_64", "aarch64").index(platform.machine())
    found = []
    for name, (numbers, arguments) in UNFILTERED.items():
        if system(ctypes.c_long(numbers[column]), *arguments) >= 0:
            found.append(f"the call {name} is not refused")
    if _done(socket.socket, socket.AF_ALG, socket.SOCK_SEQPACKET):
        found.append("it has a socket of a rare family")
    if Layer.NETWORK not in outside["layers"]:  # then only seccomp closes the network
        found += _connected(outside)
        if _done(os.kill, outside["pid"], 0):
            found.append("it can send the grader signals")
        os.kill(os.getpid(), 0)  # a process must be able to signal itself
    return found


def _own_user(outside: Outside) -> list[str]:
    found = []
    if outside["uid"] in os.getresuid() or outside["uid"] in os.getresgid():
        found.append("it is the grader's user")
    if set(os.getgroups()) - {os.getgid()}:
        found.append("it has groups of the grader's")
    if _done(os.setuid, outside["uid"]):
        found.append("it became the grader's user")
    return found


def _rights(outside: Outside) -> list[str]:
    with open("/proc/self/status") as file:
        told = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
    found = [f"{name} {told[name]}" for name in CAPABILITIES if int(told[name], 16)]
    if told["NoNewPrivs"] != "1":
        found.append("it can get new rights")
    return found


def _limits(outside: Outside) -> list[str]:
    found = []
    for number, most in outside["limits"].items():
        if resource.getrlimit(int(number)) > (most, most):
            found.append(f"limit {number} is not {most}")
    return found


def _group(outside: Outside) -> list[str]:
    """What the group did not limit; if it holds, its limit ends this process first."""
    found = []
    for folder in outside["groups"]:
        for name in ("cgroup.procs", "memory.max", "pids.max"):
            if _done(os.open, os.path.join(folder, name), os.O_WRONLY):
                found.append(f"it can write {folder}/{name}")
    started = _started(outside["processes"])
    if started == outside["processes"]:
        found.append(f"it started {started} processes")
    if not found:
        size = 2 * outside["memory"]
        # Shared memory, which only the group limits.
        with mmap.mmap(-1, size) as mapped:
            for place in range(0, size, mmap.PAGESIZE):
                mapped[place] = 1
        found.append(f"it used {size >> 20} MiB of memory")
    return found


def _started(most: int) -> int:
    """How many children this process could have at once, up to ``most``."""
    children: list[int] = []
    with suppress(OSError):
        while len(children) < most:
            child = os.fork()
            if not child:
                time.sleep(60)
                os._exit(0)
            children.append(child)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)


TRIALS: dict[str, Callable[[Outside], list[str]]] = {
    Layer.USERS: lambda outside: [],  # without it, no other namespace can be entered
    Layer.FILES: _files,
    Layer.PROCESSES: _processes,
    Layer.NETWORK: _network,
    Layer.MEMORY: lambda outside: _namespace(Layer.MEMORY, outside),
    Layer.NAME: lambda outside: _namespace(Layer.NAME, outside),
    Layer.GROUPS: lambda outside: _namespace(Layer.GROUPS, outside),
    Layer.GROUP: _group,
    Layer.LANDLOCK: _landlock,
    Layer.SECCOMP: _seccomp,
    Layer.OWN_USER: _own_user,
    Layer.RIGHTS: _rights,
    Layer.LIMITS: _limits,
}

if __name__ == "__main__":
    print(json.dumps(tried(json.loads(sys.argv[1]))))
