"""JupyterLab on the learner's own copy of the course."""

import os
import socket
import sys
from pathlib import Path

from grader.common.course import KEPT
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, TITLES, installed
from grader.common.tracks import BOTH
from grader.copy.learners_copy import FIRST_LESSON

FIRST_PORT = 8888
PORTS_TRIED = 50


def installed_track() -> str:
    """The track for the frameworks that are installed here.

    Raises:
        CourseError: there is none.
    """
    present = [name for name in FRAMEWORKS if installed(name)]
    if not present:
        raise CourseError(
            "neither PyTorch nor TensorFlow is installed here; install one with "
            f"{_install('torch')} or {_install('tensorflow')}"
        )
    return present[0] if len(present) == 1 else BOTH


def require(track: str) -> None:
    """Raise CourseError unless every framework of ``track`` is installed."""
    needed = FRAMEWORKS if track == BOTH else (track,)
    for name in needed:
        if not installed(name):
            raise CourseError(
                f"the track {track} needs {TITLES[name]}, which is not installed "
                f"here; install it with {_install(name)}"
            )


def choose_port(asked: int | None) -> int:
    """``asked`` if it is free, or the first free port from 8888 up.

    Raises:
        CourseError: the port asked for is taken, or all that were tried are.
    """
    if asked is not None:
        if not _free(asked):
            raise CourseError(
                f"port {asked} is taken or not allowed; choose another, or leave "
                "--port out to get the next free one"
            )
        return asked
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if _free(port):
            return port
    raise CourseError(
        f"ports {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are all taken; "
        "choose one with --port"
    )


def arguments(folder: Path, port: int, browser: bool) -> list[str]:
    """JupyterLab's command line for the copy of the course in ``folder``."""
    first = FIRST_LESSON.as_posix() if (folder / FIRST_LESSON).is_file() else ""
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.log_level=WARN",
        f"--LabApp.default_url=/lab/tree/{first}" if first else "",
        # Tabs left open in another project do not appear in the course.
        f"--LabApp.workspaces_dir={folder / KEPT / 'workspaces'}",
        # These switch off JupyterLab's own requests to the internet.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "" if browser else "--no-browser",
        # In a container there is often no other user than root.
        "--allow-root" if _is_root() else "",
    ]
    return [option for option in options if option]


def open_lab(folder: Path, port: int, browser: bool) -> None:
    """Become JupyterLab, until the learner stops it."""
    # Lab's defaults for the course; a learner's own settings override them.
    ours = str(Path(__file__).parent / "jupyter")
    paths = filter(None, [os.environ.get("JUPYTER_CONFIG_PATH"), ours])
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(paths)
    os.chdir(folder)
    options = arguments(folder, port, browser)
    if sys.platform == "win32":  # there, the terminal would not wait for it
        from jupyterlab.labapp import main

        main(options)
        return
    # A new process, since Python 3.11 imports Lab in twice the time here: the stack is
    # so deep that some calls must allocate a new piece of it each time.
    # -P: Python imports no module from the learner's folder.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "jupyterlab", *options])


def _free(port: int) -> bool:
    # "localhost" may have two addresses, and JupyterLab listens on both.
    for family, kind, protocol, _, address in socket.getaddrinfo(
        "localhost", port, type=socket.SOCK_STREAM
    ):
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                # A server that has just stopped does not hold its port; on
                # Windows the same option would share a port that is in use.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError:
                return False
    return True


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _install(framework: str) -> str:
    return f'pip install "tandem-course[{framework}]"'
