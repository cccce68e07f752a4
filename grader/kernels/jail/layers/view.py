"""Which files of this machine a graded kernel sees, and where it may write."""

import os
import shutil
import site
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import grader

# All of this package that a learner's kernel may import; judging stays outside.
LEARNERS_HALF = ("__init__.py", "common", "learner", "pictures")
SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"),
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime"),
    *("/etc/alternatives", "/etc/fonts", "/etc/mime.types", "/sys/devices/system/cpu"),
)
DEVICES = ("null", "zero", "full", "random", "urandom")
# Without any of them, torch.compile has nothing to run.
COMPILERS = ("c++", "g++", "clang++", "cc", "gcc", "clang")
PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
SCRATCH = "/tmp"  # of a kernel with a root of its own
PACKAGE = Path(grader.__file__).resolve().parent


@dataclass(frozen=True)
class View:
    """What a kernel sees.

    Attributes:
        readable: files and folders that look as they do outside.
        package: the folder of this package's modules, which stays hidden.
        connection: the folder of the kernel's sockets, readable and writable.
        programs: whether the kernel may run files that it writes, as compilers need.
    """

    readable: tuple[str, ...]
    package: str
    connection: str
    programs: bool


def view(connection: str) -> View:
    """The view of a kernel with the Python that runs now."""
    python = [sys.prefix, sys.base_prefix, sys.exec_prefix, *site_packages()]
    readable = [path for path in SYSTEM if os.path.lexists(path)]
    for path in dict.fromkeys(map(os.path.realpath, python)):
        if not any(within(path, above) for above in readable):
            readable.append(path)
    # A virtual environment may be reached by another name than its real one.
    readable += [p for p in {sys.prefix, sys.base_prefix} if p not in readable]
    return View(
        readable=tuple(readable),
        package=str(PACKAGE),
        connection=connection,
        programs=any(shutil.which(name, path=_path()) for name in COMPILERS),
    )


def home(scratch: str) -> str:
    """The kernel's own folder; the rest of its scratch is for temporary files."""
    return f"{scratch}/learner"


def modules(scratch: str) -> str:
    """The folder with a copy of the learner's half of this package."""
    return f"{scratch}/course"


def environment(scratch: str) -> dict[str, str]:
    """The environment of a graded kernel: nothing of the instructor's but language."""
    return language() | {
        "HOME": home(scratch),
        # Not the submission's folder: a kernel would run its startup files.
        "IPYTHONDIR": f"{scratch}/ipython",
        "PYTHONUSERBASE": f"{scratch}/python",
        "LOGNAME": "learner",
        "USER": "learner",
        "PATH": _path(),
        "PYTHONPATH": modules(scratch),
        "TMPDIR": scratch,
    }


def _path() -> str:
    return f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin"


def language() -> dict[str, str]:
    """The instructor's language and time zone, text in UTF-8."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {"LC_CTYPE": "C.UTF-8"} | kept


def site_packages() -> list[str]:
    """The folders in which packages are installed, without checkouts."""
    folders = [*site.getsitepackages(), site.getusersitepackages()]
    return [folder for folder in folders if os.path.isdir(folder)]


def place_of_sockets() -> str:
    """Where folders of kernels' sockets may be made.

    A socket's path must be short, and a home folder's path may be long. The place must
    not be in a kernel's own temporary folder, where it may make more than sockets.
    """
    usual = os.path.realpath(tempfile.gettempdir())
    return "/var/tmp" if within(usual, SCRATCH) else usual


def within(path: str, above: str) -> bool:
    """Whether a path is a folder, or lies below it. No link is followed."""
    return path == above or path.startswith(above.rstrip("/") + "/")
