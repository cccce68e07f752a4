"""Hosts that lack some of what isolates, made of this one.

``python -m tests.kernels.hosts [--lacks NAME ...] [--user] -- COMMAND`` runs a command
on one. A filter of system calls, put in place before the grader starts, refuses what
such a host refuses; where namespaces go, the capabilities of Docker's containers are
left.
"""

import argparse
import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from grader.kernels.jail.layers import libc, seccomp

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ROOT = Path(__file__).parents[2]
NUMBERS = {  # x86_64, aarch64
    "capset": (126, 91),
    "clone3": (435, 435),
    "landlock_add_rule": (445, 445),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "pivot_root": (155, 41),
    "seccomp": (317, 277),
    "setgroups": (116, 159),
    "setns": (308, 268),
    "setresgid": (119, 149),
    "setresuid": (117, 147),
    "umount2": (166, 39),
    "unshare": (272, 97),
}
CLONE, PRCTL, PRLIMIT = (56, 220), (157, 167), (302, 261)
# As a container has them: CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID,
# SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT, MKNOD, AUDIT_WRITE, SETFCAP.
CAPABILITIES = {0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31}
OTHER_USER = 61_234  # who owns nothing here


def _refused(number: int, *names: str) -> list[bytes]:
    lines = []
    for name in names:
        lines += seccomp.case(NUMBERS[name], [seccomp.refuse(number)])
    return lines


def _if_argument(numbers: tuple[int, int], place: int, value: int, then: bytes):
    checked = [
        seccomp.line(seccomp.LOAD, place),
        seccomp.line(seccomp.EQUAL, value, 0, 1),
        then,
        seccomp.ALLOWING,
    ]
    return seccomp.case(numbers, checked)


LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
MOUNTING = ("unshare", "setns", "mount", "umount2", "pivot_root", "mount_setattr")
DONE = 0  # the error of a call that is told done, and was not
SET_LIMITS = seccomp.SECOND  # of prlimit64, which limit


def _without_filters(number: int) -> list[bytes]:
    by_prctl = _if_argument(
        PRCTL, seccomp.FIRST, libc.PR_SET_SECCOMP, seccomp.refuse(number)
    )
    return [*_refused(number, "seccomp"), *by_prctl]


def _without_namespaces() -> list[bytes]:
    clone = [
        seccomp.line(seccomp.LOAD, seccomp.FIRST),
        seccomp.line(seccomp.ANY_BIT, seccomp.NEW_NAMESPACES, 0, 1),
        seccomp.refuse(errno.EPERM),
        seccomp.ALLOWING,
    ]
    return [
        *_refused(errno.EPERM, *MOUNTING),
        *_refused(errno.ENOSYS, "clone3"),
        *seccomp.case(CLONE, clone),
    ]


# What a host lacks, or claims to have.
LACKS = {
    "namespaces": _without_namespaces,
    "landlock": lambda: _refused(errno.ENOSYS, *LANDLOCK),
    "landlock-disabled": lambda: _refused(errno.EOPNOTSUPP, *LANDLOCK),
    "landlock-in-docker": lambda: _refused(errno.EPERM, *LANDLOCK),
    "seccomp": lambda: _without_filters(errno.EINVAL),
    "truth-about-landlock": lambda: _refused(DONE, "landlock_restrict_self"),
    "truth-about-namespaces": lambda: _refused(DONE, "unshare"),
    "truth-about-seccomp": lambda: _without_filters(DONE),
    "truth-about-privileges": lambda: _if_argument(
        PRCTL, seccomp.FIRST, libc.PR_SET_NO_NEW_PRIVS, seccomp.refuse(DONE)
    ),
    "truth-about-users": lambda: _refused(DONE, "setresuid", "setresgid", "setgroups"),
    "truth-about-capabilities": lambda: _refused(DONE, "capset"),
    "truth-about-limits": lambda: _if_argument(
        PRLIMIT,
        SET_LIMITS,
        2,
        seccomp.refuse(DONE),  # RLIMIT_DATA
    ),
}


def reachable_by_all() -> None:
    """Show this Python to every user, from here on, to this process and its children.

    It may lie in a home that is closed to others. Mounts are this process's own from
    here on, whatever comes of a jail that is lied to.
    """
    libc.unshare(libc.CLONE_NEWNS)
    libc.mount("none", "/", flags=libc.MS_REC | libc.MS_PRIVATE)
    path = os.path.realpath(sys.base_prefix)
    closed = [p for p in Path(path).parents if not p.stat().st_mode & 0o001]
    if closed:
        handle = os.open(path, os.O_PATH)
        libc.mount("tmpfs", str(closed[-1]), "tmpfs", options="mode=755")
        os.makedirs(path)
        libc.mount(f"/proc/self/fd/{handle}", path, flags=libc.MS_BIND | libc.MS_REC)
        os.close(handle)


def become(lacks: list[str], user: bool) -> None:
    """Make this process one on such a host, for good."""
    if not os.getuid():
        reachable_by_all()
        if "namespaces" in lacks:
            for capability in set(range(41)) - CAPABILITIES:
                libc.prctl(libc.PR_CAPBSET_DROP, capability)
    cases = [line for name in lacks for line in LACKS[name]()]
    if user and not os.getuid():
        os.setgroups([])
        os.setresgid(OTHER_USER, OTHER_USER, OTHER_USER)
        os.setresuid(OTHER_USER, OTHER_USER, OTHER_USER)
    if cases:
        if os.getuid():
            libc.prctl(libc.PR_SET_NO_NEW_PRIVS, 1)
        seccomp.install(seccomp.program([*cases, seccomp.ALLOWING]))


def run(
    command: list[str], lacks: list[str], user: bool = False, **options: object
) -> subprocess.CompletedProcess:
    """Run a command on such a host, with a home of its own."""
    words = [sys.executable, "-m", "tests.kernels.hosts", *(["--user"] if user else [])]
    words += [word for name in lacks for word in ("--lacks", name)]
    options = {"capture_output": True, "text": True} | options
    return subprocess.run([*words, "--", *command], **options)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lacks", action="append", default=[], choices=LACKS)
    parser.add_argument("--user", action="store_true", help="not as root")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    become(asked.lacks, asked.user)
    home = tempfile.mkdtemp(prefix="home-", dir="/var/tmp")
    surroundings = os.environ | {"HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(asked.command, env=surroundings)
    finally:
        subprocess.run(["rm", "-rf", home])
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
