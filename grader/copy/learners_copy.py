"""The learner's own copy of the course: made once, added to, never overwritten."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from grader.common import course
from grader.common.course import (
    DISTRIBUTION,
    FOLDERS,
    KEPT,
    RECORD,
    files,
    recorded_track,
)
from grader.common.errors import CourseError
from grader.common.tracks import BOTH, TRACKS, filter_track
from grader.common.whole_file import write

FIRST_LESSON = Path("notebooks/00_start_here.ipynb")
# The files as this copy received them. What differs from them is the learner's own.
RELEASED = KEPT / "released"


@dataclass(frozen=True)
class Copied:
    """What ``start`` did; paths are relative to ``folder``.

    A notebook that was only run is neither kept nor outdated.
    """

    folder: Path
    track: str
    added: tuple[Path, ...]
    kept: tuple[Path, ...]  # differ from the course's: changed by the learner, or old
    outdated: tuple[Path, ...]  # the course has changed them since they were copied


def require_copy(folder: Path) -> tuple[Path, str]:
    """The learner's copy in or around ``folder``, and its track.

    Raises:
        CourseError: there is none, or its record is damaged.
    """
    here = folder.expanduser().resolve()
    for home in (here, *here.parents):
        if track := recorded_track(home):
            return home, track
    raise CourseError(
        f"there is no copy of the course in {here}; name its folder with --to, or "
        "make one with course start"
    )


def start(folder: Path, track: str | None = None, root: Path | None = None) -> Copied:
    """Copy the course into ``folder``; files that are already there stay as they are.

    Args:
        folder: the learner's copy; it is made if missing.
        track: one of ``TRACKS``; None means the recorded track, or both frameworks.
        root: where the course is; found by itself when not given.

    Raises:
        CourseError: unknown track, a copy of another track, or a folder that
            can't be written.
    """
    root = (root or course.course_root()).resolve()
    folder = folder.expanduser().resolve()
    track = _agreed_track(folder, track)
    if folder == root or any(folder.is_relative_to(root / name) for name in FOLDERS):
        raise CourseError(
            f"{folder} is the course itself; give your copy a folder of its own, "
            "such as work"
        )
    added, kept, outdated = [], [], []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in files(root):
            fresh = content(root / name, track)
            released = folder / RELEASED / name
            if not (folder / name).exists():
                write(folder / name, fresh)
                write(released, fresh)
                added.append(name)
            elif not _same((folder / name).read_bytes(), fresh):
                kept.append(name)
                if released.is_file() and released.read_bytes() != fresh:
                    outdated.append(name)
            elif not released.is_file():
                write(released, fresh)
        write_record(folder, track)
    except OSError as error:
        raise CourseError(
            f"can't copy the course to {folder}: {error.strerror or error} "
            f"({error.filename or folder})"
        ) from error
    return Copied(folder, track, tuple(added), tuple(kept), tuple(outdated))


def _agreed_track(folder: Path, asked: str | None) -> str:
    if asked is not None and asked not in TRACKS:
        raise CourseError(f"unknown track {asked!r}: use one of {', '.join(TRACKS)}")
    recorded = recorded_track(folder)
    if asked and recorded and asked != recorded:
        raise CourseError(
            f"{folder} was started for the track {recorded}; for {asked} as well, "
            f"make a second copy with --to, for example --to work-{asked}"
        )
    return asked or recorded or BOTH


def content(source: Path, track: str) -> bytes:
    """A file of the course as copies of ``track`` receive it.

    Notebooks come without outputs: a learner predicts first, and then runs.
    """
    text = source.read_bytes()
    if source.suffix != ".ipynb":
        return text
    if track != BOTH:
        import nbformat  # here, since it takes a second, which `course lab` need not

        notebook = nbformat.read(source, as_version=4)
        text = (nbformat.writes(filter_track(notebook, track)) + "\n").encode()
    return _without_outputs(text)


def only_run(mine: bytes, fresh: bytes) -> bool:
    """Whether two notebooks have the same cells, apart from what running them adds."""
    one, other = _cells(mine), _cells(fresh)
    return one is not None and one == other


def _same(mine: bytes, fresh: bytes) -> bool:
    return mine == fresh or only_run(mine, fresh)


def _cells(text: bytes) -> list[tuple[object, str, object]] | None:
    """Type, text and attachments of each cell; None if this is no notebook."""
    try:
        return [
            (cell["cell_type"], "".join(cell["source"]), cell.get("attachments") or {})
            for cell in json.loads(text)["cells"]
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _without_outputs(text: bytes) -> bytes:
    """A notebook of the course as if it had never run, written as nbformat does."""
    notebook = json.loads(text)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    if not any(cell.get("outputs") or cell.get("execution_count") for cell in code):
        return text
    for cell in code:
        cell.update(outputs=[], execution_count=None)
    stripped = json.dumps(
        notebook, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")
    )
    return f"{stripped}\n".encode()


def write_record(folder: Path, track: str) -> None:
    """Record in a copy its track and its version of the course."""
    record = {"version": version(DISTRIBUTION), "track": track}
    write(folder / RECORD, (json.dumps(record, indent=2) + "\n").encode())
