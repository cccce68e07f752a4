"""Updates a learner's copy to a new version of the course; the learner's work stays."""

from dataclasses import dataclass
from pathlib import Path

from nbformat.v4 import new_notebook, writes

from grader.common import course
from grader.common.course import files
from grader.common.errors import CourseError
from grader.common.whole_file import write
from grader.copy.backups import Backups
from grader.copy.copied_notebooks import parse
from grader.copy.learners_copy import (
    RELEASED,
    content,
    only_run,
    require_copy,
    write_record,
)
from grader.copy.merge import Merged, merge


@dataclass(frozen=True)
class Change:
    """What ``update`` did, or would do, with one file.

    Attributes:
        name: the file's path relative to the copy.
        action: ``added``, ``updated``, ``removed``, or ``kept`` if the file should
            change but can't.
        why: for ``kept``, a sentence on the reason and what to do.
        cells: what happened to the cells of an updated notebook.
    """

    name: Path
    action: str
    why: str = ""
    cells: Merged | None = None


@dataclass(frozen=True)
class Updated:
    """What ``update`` did, or would do.

    Attributes:
        folder: the learner's copy.
        changes: in the order of the course, without files that are already current.
        backups: the folder with the old files, relative to ``folder``; None if no file
            of the learner's was changed.
    """

    folder: Path
    changes: tuple[Change, ...]
    backups: Path | None


def update(folder: Path, dry_run: bool = False, root: Path | None = None) -> Updated:
    """Update the copy in or around ``folder`` to the installed course.

    Args:
        folder: the learner's copy, or a folder inside it.
        dry_run: only report the changes; write nothing.
        root: where the course is; found by itself when not given.

    Raises:
        CourseError: there is no copy, or a file can't be read or written.
    """
    root = (root or course.course_root()).resolve()
    home, track = require_copy(folder)
    backups = Backups(home)
    changes = []
    try:
        names = files(root)
        for name in names:
            step = _step(home, name, content(root / name, track))
            changes += _do(step, home, backups, dry_run)
        for name in _gone(home, names):
            changes += _part_with(home, name, backups, dry_run)
        if not dry_run:
            write_record(home, track)
    except OSError as error:
        raise CourseError(
            f"can't update {home}: {error.strerror or error} "
            f"({error.filename or home}); what is done so far is whole, and "
            "course update goes on from here"
        ) from error
    kept = backups.folder if (home / backups.folder).is_dir() else None
    return Updated(home, tuple(changes), kept)


@dataclass(frozen=True)
class _Step:
    """What to write for one file; None leaves the present file."""

    change: Change | None
    mine: bytes | None = None
    released: bytes | None = None
    name: Path = Path()


def _step(home: Path, name: Path, fresh: bytes) -> _Step:
    mine, base = _read(home / name), _read(home / RELEASED / name)
    if mine is None:
        return _Step(Change(name, "added"), fresh, fresh, name)
    if base == fresh:
        return _Step(None)
    if mine == fresh or (base is None and only_run(mine, fresh)):
        return _Step(None, None, fresh, name)
    if base is None:
        why = (
            "differs from the course's, and this copy is too old to tell what is "
            "yours in it: rename it, and course update brings the course's"
        )
        return _Step(Change(name, "kept", why))
    if mine == base:
        cells = _merged(base, base, fresh) if name.suffix == ".ipynb" else None
        return _Step(Change(name, "updated", cells=cells), fresh, fresh, name)
    cells = _merged(base, mine, fresh) if name.suffix == ".ipynb" else None
    if cells is None:
        notebook = name.suffix == ".ipynb"
        what = "can't be read as a notebook" if notebook else "was changed by you"
        why = f"{what}: rename it, and course update brings the course's"
        return _Step(Change(name, "kept", why))
    text = (writes(cells.notebook) + "\n").encode()
    return _Step(Change(name, "updated", cells=cells), text, fresh, name)


def _do(step: _Step, home: Path, backups: Backups, dry_run: bool) -> list[Change]:
    if not dry_run:
        if step.mine is not None and (home / step.name).is_file():
            backups.keep(step.name)
        # The learner's file comes first. If the update stops in between, the next one
        # finds the older release still recorded, and merges again.
        for path, data in (
            (home / step.name, step.mine),
            (home / RELEASED / step.name, step.released),
        ):
            if data is not None:
                write(path, data)
    return [step.change] if step.change else []


def _part_with(home: Path, name: Path, backups: Backups, dry_run: bool) -> list[Change]:
    """Remove a file that is no longer in the course, unless the learner changed it."""
    mine, base = _read(home / name), _read(home / RELEASED / name)
    if mine is None:  # the learner has already removed it
        if not dry_run:
            (home / RELEASED / name).unlink()
        return []
    untouched = mine == base or (
        base is not None and name.suffix == ".ipynb" and _only_run(base, mine)
    )
    if not dry_run:
        if untouched:
            backups.keep(name)
            (home / name).unlink()
        (home / RELEASED / name).unlink()
    if untouched:
        return [Change(name, "removed")]
    return [Change(name, "kept", "is no longer in the course; it is yours now")]


def _gone(home: Path, names: list[Path]) -> list[Path]:
    there = (home / RELEASED).rglob("*")
    released = {p.relative_to(home / RELEASED) for p in there if p.is_file()}
    return sorted(released - set(names))


def _merged(base: bytes, mine: bytes, fresh: bytes) -> Merged | None:
    found = [notebook for text in (base, mine, fresh) if (notebook := parse(text))]
    return merge(*found) if len(found) == 3 else None


def _only_run(base: bytes, mine: bytes) -> bool:
    """Whether a notebook has nothing of the learner's; cells may be run or deleted."""
    released, now = parse(base), parse(mine)
    if released is None or now is None:
        return False
    nothing = new_notebook(metadata=released.metadata)
    return not merge(released, now, nothing).notebook.cells


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
