"""A file system of its own for one kernel, made of bind mounts in a tmpfs.

This runs in a new mount namespace, with the right to mount there. A file that is not
bound does not exist inside.
"""

import os
import shutil
import stat
import struct
from pathlib import Path

from grader.kernels.jail.layers import libc
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.view import (
    DEVICES,
    LEARNERS_HALF,
    SCRATCH,
    View,
    home,
    modules,
)

MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE = 442, -100, 0x8000
ATTRIBUTE_RDONLY, ATTRIBUTE_NOSUID = 1, 2
OLD = "/.old"
EMPTY = "/.empty"  # a folder
IN_MEMORY = (SCRATCH, "/dev/shm")
OF_THE_MACHINE = (
    *("cpuinfo", "filesystems", "loadavg", "meminfo", "stat", "sys", "uptime"),
    *("version", "vmstat"),
)
NO_DEVICES = libc.MS_NOSUID | libc.MS_NODEV


def enter(view: View, limits: Limits, work: int | None, uid: int, gid: int) -> None:
    """Make a root with ``view`` in it and move there; ``uid`` may write to its scratch.

    Raises:
        OSError: a mount was refused.
    """
    libc.mount("none", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
    base = "/tmp"  # any folder will do: the tmpfs mounted on it becomes the root
    libc.mount("tmpfs", base, "tmpfs", NO_DEVICES, "mode=755,size=16m")
    os.mkdir(base + OLD)
    os.mkdir(base + EMPTY)
    libc.pivot_root(base, base + OLD)
    os.chdir("/")
    owned = f"uid={uid},gid={gid},nr_inodes={limits.files},"
    scratch = f"{owned}mode=700,size={limits.scratch}"
    rules = NO_DEVICES if view.programs else NO_DEVICES | libc.MS_NOEXEC
    _fresh(SCRATCH, "tmpfs", rules, scratch)
    for path in view.readable:
        _show(path)
    if os.path.isdir(view.package):
        _mask(view.package)
    for name in DEVICES:
        _bind(f"/dev/{name}")
    os.symlink("/proc/self/fd", "/dev/fd")
    owned = f"uid={uid},gid={gid},nr_inodes={limits.files},"
    scratch = f"{owned}mode=700,size={limits.scratch}"
    _fresh("/dev/shm", "tmpfs", NO_DEVICES | libc.MS_NOEXEC, scratch)
    # hidepid: the first process's command line names the instructor's folders.
    _fresh("/proc", "proc", NO_DEVICES | libc.MS_NOEXEC, "hidepid=2")
    _mask_the_machine()
    _bind(view.connection)
    Path("/etc").mkdir(exist_ok=True)
    Path("/etc/passwd").write_text(f"learner:x:{uid}:{gid}::{home(SCRATCH)}:/bin/sh\n")
    Path("/etc/group").write_text(f"learner:x:{gid}:\n")
    fill(OLD, view, SCRATCH, limits, work, uid, gid)
    libc.unmount(OLD)
    os.rmdir(OLD)
    _read_only("/", 0)


def _show(path: str) -> None:
    """Show the same path inside, read-only; a link stays a link."""
    if os.path.islink(OLD + path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.lexists(path):
            os.symlink(os.readlink(OLD + path), path)
    elif os.path.exists(OLD + path):
        _bind(path)
        _read_only(path, AT_RECURSIVE)


def _bind(path: str) -> None:
    if os.path.isdir(OLD + path):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).touch()
    libc.mount(OLD + path, path, flags=libc.MS_BIND | libc.MS_REC)


def _mask(folder: str) -> None:
    """Hide a folder's content, which a folder above it may have brought in."""
    libc.mount("tmpfs", folder, "tmpfs", NO_DEVICES, "mode=755,size=1m")


def _mask_the_machine() -> None:
    """Hide /proc, except processes and what programs read on processors and memory.

    The mount option ``subset=pid`` would leave only the processes, and torch and psutil
    fail without the rest.
    """
    for entry in list(os.scandir("/proc")):
        if entry.name.isdigit() or entry.name in OF_THE_MACHINE or entry.is_symlink():
            continue
        if entry.is_dir():
            libc.mount(EMPTY, entry.path, flags=libc.MS_BIND)
        elif entry.stat().st_mode & 0o004:
            libc.mount(OLD + "/dev/null", entry.path, flags=libc.MS_BIND)


def _fresh(path: str, kind: str, flags: int, options: str = "") -> None:
    os.makedirs(path, exist_ok=True)
    libc.mount(kind, path, kind, flags, options)


def _read_only(path: str, depth: int) -> None:
    # Unlike a remount, this changes no flags that may not be changed here.
    attributes = struct.pack("=QQQQ", ATTRIBUTE_RDONLY | ATTRIBUTE_NOSUID, 0, 0, 0)
    size = len(attributes)
    libc.syscall(MOUNT_SETATTR, AT_FDCWD, path.encode(), depth, attributes, size)


def fill(
    prefix: str,
    view: View,
    scratch: str,
    limits: Limits,
    work: int | None,
    uid: int,
    gid: int,
) -> None:
    """Put into ``scratch`` what the kernel may change: the submission's files.

    The learner's half of this package goes beside them; the kernel gets no more of it.
    ``prefix`` is where the paths of ``view`` are now. ``work`` is a descriptor of the
    submission's folder, because the kernel must not learn its path.
    """
    package = os.path.join(modules(scratch), os.path.basename(view.package))
    os.makedirs(package)
    for name in LEARNERS_HALF:
        _copy(prefix + os.path.join(view.package, name), package)
    os.makedirs(home(scratch))
    if work is not None:
        _copy_plain(work, home(scratch), limits)
    os.chown(scratch, uid, gid)
    for top in (modules(scratch), home(scratch)):
        for folder, _, names in os.walk(top):
            for path in (folder, *(os.path.join(folder, name) for name in names)):
                os.chown(path, uid, gid)


def _copy(source: str, folder: str) -> None:
    target = os.path.join(folder, os.path.basename(source))
    if os.path.isdir(source):
        left_out = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, ignore=left_out)
    else:
        shutil.copyfile(source, target)


def _copy_plain(source: int, target: str, limits: Limits) -> None:
    """Copy only the plain files of a submission: links could lead anywhere."""
    room, count = limits.scratch // 2, limits.files // 2
    for folder, _, names, inside in os.fwalk(".", dir_fd=source):
        made = os.path.normpath(os.path.join(target, folder))
        os.makedirs(made, exist_ok=True)
        for name in names:
            about = os.stat(name, dir_fd=inside, follow_symlinks=False)
            if not stat.S_ISREG(about.st_mode):
                continue
            room, count = room - about.st_size, count - 1
            if room >= 0 <= count:
                handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=inside)
                copy = os.path.join(made, name)
                with open(handle, "rb") as read, open(copy, "wb") as written:
                    shutil.copyfileobj(read, written)
