"""The files in a learner's folder, whatever was put there; no link is followed."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.common.printable import one_line
from grader.grading.intake.notebook_format import Unreadable

MAX_FILES = 1_000
MAX_DEPTH = 30
MAX_NAMED = 10
MAX_SHOWN = 200  # characters of a name
NOT_TAKEN = "*?[]\\"  # by nbgrader's patterns and the addresses of its pages
# What operating systems and Jupyter leave behind by themselves.
DROPPINGS = {
    *(".ipynb_checkpoints", ".DS_Store", "__MACOSX", "__pycache__"),
    *("Thumbs.db", "desktop.ini"),
}
# The second and third are what browsers make of the first.
NOTEBOOKS = (".ipynb", ".ipynb.json", ".ipynb.txt")


def require_name(name: str) -> None:
    """Refuse a name that nbgrader can't take as that of a learner's folder.

    Raises:
        Unreadable: it is such a name.
    """
    if any(character in name for character in NOT_TAKEN):
        raise Unreadable(
            f"nbgrader can't take a folder name with any of {NOT_TAKEN}; rename the "
            "folder"
        )
    if name != name.strip():
        raise Unreadable(
            "nbgrader can't take a folder name that begins or ends with a space; "
            "rename the folder"
        )
    if name != one_line(name):
        raise Unreadable("the folder's name is no readable text; rename it")


def is_dropping(name: str) -> bool:
    """Whether no person has made the file."""
    return name in DROPPINGS or name.startswith("._")


def is_notebook(name: str) -> bool:
    """Whether a file's name is that of a notebook."""
    return name.lower().endswith(NOTEBOOKS)


def files(folder: Path) -> tuple[list[Path], list[Path]]:
    """All plain files in a folder and below, and what is neither file nor folder.

    A hard link is no plain file: its content is another file's.

    Raises:
        Unreadable: there are too many, or folders lie too deep in each other.
    """
    plain: list[Path] = []
    special: list[Path] = []
    for path in _walk(folder):
        about = path.lstat()
        alone = stat.S_ISREG(about.st_mode) and about.st_nlink == 1
        (plain if alone else special).append(path)
    return sorted(plain), sorted(special)


def _walk(folder: Path) -> Iterator[Path]:
    todo, seen = [(folder, 0)], 0
    while todo:
        here, depth = todo.pop()
        if depth > MAX_DEPTH:
            raise Unreadable(f"folders lie more than {MAX_DEPTH} deep in each other")
        with os.scandir(here) as entries:
            for entry in entries:
                if is_dropping(entry.name):
                    continue
                seen += 1
                if seen > MAX_FILES:
                    raise Unreadable(f"the folder holds more than {MAX_FILES:,} files")
                if entry.is_dir(follow_symlinks=False):
                    todo.append((Path(entry.path), depth + 1))
                else:
                    yield Path(entry.path)


def listed(paths: Iterable[str | Path], folder: str | Path = "") -> str:
    """The first names, seen from ``folder``, and how many there are besides."""
    names = [Path(path).relative_to(folder) for path in paths]
    known = [one_line(name, MAX_SHOWN) for name in names[:MAX_NAMED]]
    more = len(names) - MAX_NAMED
    return ", ".join(known) + (f" and {more} more" if more > 0 else "")
