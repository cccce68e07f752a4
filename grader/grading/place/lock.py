"""One command at a time in a course, on a file system with locks or without.

Where ``flock`` works it is the lock: the system lets go of it when a process ends.
Some network file systems have none. There a file that only one can make takes its
place; it names the process and its host, so that one left behind is known for what it
is: on the same host it is taken over, on another its user is told of it.
"""

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, SoftFileLock, Timeout, UnixFileLock

from grader.common.errors import CourseError
from grader.common.printable import one_line
from grader.grading.place.troubles import in_words

LOCK, MARKER = "lock", "at-work"
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL}


@contextmanager
def only_one(folder: Path) -> Iterator[list[str]]:
    """Hold a folder; gives the temporary folders that the last holder had noted.

    Raises:
        CourseError: another process holds it, or it can't be written.
    """
    try:
        lock = _acquired(folder)
    except Timeout as error:
        raise CourseError(_held(folder, error)) from error
    except OSError as error:
        raise CourseError(
            in_words(error) or f"can't write into {folder}: {error.strerror}"
        ) from error
    try:
        folders = _noted(folder).get("folders")
        yield [str(one) for one in folders] if isinstance(folders, list) else []
    finally:
        lock.release()


def _acquired(folder: Path) -> BaseFileLock:
    lock: BaseFileLock = UnixFileLock(folder / LOCK, timeout=0, fallback_to_soft=False)
    try:
        lock.acquire()
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise
        lock = SoftFileLock(folder / MARKER, timeout=0)
        lock.acquire()
    return lock


def note(folder: Path, folders: list[str]) -> None:
    """Note who holds a folder, and its temporary folders; only its holder may.

    Raises:
        OSError: it can't be written.
    """
    noted = {"process": os.getpid(), "host": socket.gethostname(), "folders": folders}
    (folder / LOCK).write_text(json.dumps(noted), encoding="utf-8")


def _noted(folder: Path) -> dict[str, object]:
    try:
        noted = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _held(folder: Path, error: Timeout) -> str:
    noted = _noted(folder)
    host = noted.get("host", "an unknown host")
    who = one_line(f"process {noted.get('process', 'unknown')} on {host}")
    marker = Path(error.lock_file)
    sentence = (
        f"another command is at work in this course ({who}): wait until it has ended"
    )
    if marker.name == MARKER and host != socket.gethostname():
        # From here nobody can see whether that process is still there.
        sentence += f"; if it is gone, delete {marker}"
    return sentence
