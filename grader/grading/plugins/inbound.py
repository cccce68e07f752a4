"""A folder that someone has put where everyone may write: whose is it, all of it?

Everything is looked at through what has been opened, so that nothing can be put in its
place in between.
"""

import os
import pwd
import stat
from pathlib import Path

from grader.common.printable import one_line

MOST_ENTRIES = 10_000
MOST_LEVELS = 50
CHUNK = 2**20
OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# Opening a named pipe would wait for its other end.
OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Refused(Exception):
    """Why a folder is not collected: words that follow its name."""


def read(folder: Path, owner: int | None, size: int, target: Path | None) -> None:
    """Read all of a folder, and copy its files.

    Args:
        owner: the user id that everything must have; None for any.
        size: the most bytes of all files together.
        target: the copy, which is made; None to look only.

    Raises:
        Refused: something in it is another's or no plain file, there is too much of it,
            or it can't be read.
    """
    try:
        handle = os.open(folder, OPEN_FOLDER)
    except OSError as error:
        raise Refused("is a link, no folder, or can't be read") from error
    try:
        _read(handle, owner, size, target)
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else ""
        what = f"{one_line(name)}: " if name else ""
        raise Refused(f"can't be read ({what}{error.strerror})") from error
    except RecursionError as error:
        raise Refused("holds too many levels of folders") from error
    finally:
        os.close(handle)


def _read(top: int, owner: int | None, size: int, target: Path | None) -> None:
    entries = 0
    for path, folders, names, handle in os.fwalk(
        ".", onerror=_raise, follow_symlinks=False, dir_fd=top
    ):
        _require("", os.fstat(handle), owner, stat.S_IFDIR)
        if target is not None:
            (target / path).mkdir()
        entries += len(folders) + len(names)
        if entries > MOST_ENTRIES or path.count(os.sep) > MOST_LEVELS:
            raise Refused("holds too many files or levels of folders")
        for name in folders:
            about = os.stat(name, dir_fd=handle, follow_symlinks=False)
            _require(os.path.join(path, name), about, owner, stat.S_IFDIR)
        for name in names:
            shown = os.path.join(path, name)
            about = os.stat(name, dir_fd=handle, follow_symlinks=False)
            _require(shown, about, owner, stat.S_IFREG)
            with open(os.open(name, OPEN_FILE, dir_fd=handle), "rb") as file:
                about = os.fstat(file.fileno())
                _require(shown, about, owner, stat.S_IFREG)
                size -= about.st_size
                if size < 0:
                    raise Refused("is too large")
                if target is not None:
                    with open(target / path / name, "xb") as copy:
                        left = about.st_size
                        while left > 0 and (chunk := file.read(min(CHUNK, left))):
                            copy.write(chunk)
                            left -= len(chunk)


def _require(shown: str, about: os.stat_result, owner: int | None, kind: int) -> None:
    name = one_line(os.path.normpath(shown)) if shown else ""
    if stat.S_IFMT(about.st_mode) != kind:
        raise Refused(f"holds {name}, which is a link or no plain file")
    if owner not in (None, about.st_uid):
        belongs = f"belongs to {name_of(about.st_uid)}"
        raise Refused(f"holds {name}, which {belongs}" if name else belongs)


def _raise(error: OSError) -> None:
    raise error


def name_of(uid: int) -> str:
    """What a user is called here."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"
