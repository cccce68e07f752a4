"""The files in a learner's folder, whatever was put there; no link is followed."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.grading.notebook_file import Unreadable

MAX_FILES = 1_000
MAX_NAMED = 10
# What operating systems and Jupyter leave behind by themselves.
DROPPINGS = {
    *(".ipynb_checkpoints", ".DS_Store", "__MACOSX", "__pycache__"),
    *("Thumbs.db", "desktop.ini"),
}


def is_dropping(name: str) -> bool:
    """Whether no person has made the file."""
    return name in DROPPINGS or name.startswith("._")


def files(folder: Path) -> tuple[list[Path], list[Path]]:
    """All plain files in a folder and below, and what is neither file nor folder.

    Raises:
        Unreadable: there are too many.
    """
    plain, special = [], []
    for path in _walk(folder):
        if len(plain) + len(special) == MAX_FILES:
            raise Unreadable(f"the folder holds more than {MAX_FILES:,} files")
        one = plain if path.is_file() and not path.is_symlink() else special
        one.append(path)
    return sorted(plain), sorted(special)


def _walk(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_dropping(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            else:
                yield Path(entry.path)


def shown(name: str | Path) -> str:
    """A name as text that a terminal and a database can take."""
    text = str(name)
    clean = text.encode("utf-8", "backslashreplace").decode()
    return clean if clean.isprintable() else clean.encode("unicode_escape").decode()


def listed(paths: Iterable[str | Path], folder: str | Path = "") -> str:
    """The first names, seen from ``folder``, and how many there are besides."""
    known = [shown(Path(path).relative_to(folder)) for path in paths]
    more = len(known) - MAX_NAMED
    return ", ".join(known[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
