"""Puts one exercise back as it was released; the rest of its notebook stays."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbformat.v4 import writes

from grader.common import course
from grader.common.errors import CourseError
from grader.common.frameworks import NEUTRAL, TITLES
from grader.common.places import places
from grader.common.tracks import frameworks_of
from grader.common.whole_file import write
from grader.copy.backups import Backups
from grader.copy.copied_notebooks import learners, put_back, released
from grader.copy.learners_copy import require_copy
from grader.learner.progress_record import PROGRESS, forget

if TYPE_CHECKING:
    from grader.judging import Exercise


@dataclass(frozen=True)
class Reset:
    """What ``reset`` did: the notebook in ``folder`` that changed, and its backup.

    ``halves`` are the frameworks whose cells it put back; ``(NEUTRAL,)`` for a neutral
    exercise.
    """

    folder: Path
    notebook: Path
    backup: Path
    halves: tuple[str, ...]


def reset(
    folder: Path, exercise: str, framework: str | None = None, root: Path | None = None
) -> Reset:
    """Put an exercise's cells back as released, and forget its progress.

    Args:
        folder: the learner's copy, or a folder inside it.
        exercise: its id.
        framework: put back this framework's cells only; None for all of the copy's.
        root: where the course is; found by itself when not given.

    Raises:
        CourseError: no such exercise, no copy, the copy has no such framework, the
            exercise needs none, or the notebook is missing, damaged or can't be
            written.
    """
    from grader.exercises import catalogue

    try:
        found = catalogue.find(exercise)
    except KeyError as error:
        raise CourseError(error.args[0]) from None
    root = (root or course.course_root()).resolve()
    home, track = require_copy(folder)
    halves = _halves(found, home, track, framework)
    place = places(root).get(exercise)
    if place is None:
        raise CourseError(f"{exercise} is in no notebook of the course yet")
    name = Path(place.notebook)
    mine = learners(home / name)
    ids = [i for half in halves for i in place.cells[half]]
    put_back(mine, released(home, name, root, track), ids)
    backups = Backups(home)
    try:
        kept = backups.keep(name)
        write(home / name, (writes(mine) + "\n").encode())
        forget(home / PROGRESS, exercise, halves)
    except OSError as error:
        raise CourseError(
            f"can't write {error.filename or home}: {error.strerror or error}; the "
            f"notebook as it was is in {home / backups.folder} or still in its place"
        ) from error
    return Reset(home, name, kept, halves)


def _halves(
    exercise: "Exercise", home: Path, track: str, asked: str | None
) -> tuple[str, ...]:
    there = frameworks_of(track)
    if asked is None:
        return tuple(half or NEUTRAL for half in exercise.halves(there))
    if exercise.neutral:
        raise CourseError(
            f"{exercise.id} needs no framework: leave out --framework {asked}"
        )
    if asked not in there:
        raise CourseError(f"{home} is a copy for {TITLES[track]} only")
    return (asked,)
