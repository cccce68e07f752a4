"""Where the installed course is, and which track a learner's copy was made for."""

import json
from pathlib import Path

from grader.common.errors import CourseError
from grader.common.tracks import TRACKS

FOLDERS = ("notebooks", "exercises")
SOLUTIONS = "solutions"
DISTRIBUTION = "tandem-course"  # this package, for pip
KEPT = Path(".tandem")  # what Tandem keeps in a learner's copy
RECORD = KEPT / "course.json"


def course_root() -> Path:
    """The folder of the course's notebooks: in the installed package or a checkout."""
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_course", package.parent):
        if all((root / folder).is_dir() for folder in FOLDERS):
            return root
    raise CourseError(
        "the course's notebooks are not in this installation; in a checkout run "
        "`make notebooks exercises`, otherwise install the package again"
    )


def has_solutions() -> bool:
    """Whether the model solutions are here: some classes receive none."""
    return (course_root() / SOLUTIONS).is_dir()


def files(root: Path, folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """The files in folders of the course at ``root``, relative to it, in order.

    By default these are all that a learner's copy receives.
    """
    found = (
        path.relative_to(root)
        for folder in folders
        for path in (root / folder).rglob("*")
        if path.is_file()
    )
    return sorted(
        name
        for name in found
        if not any(part.startswith((".", "__")) for part in name.parts)
    )


def recorded_track(folder: Path) -> str | None:
    """The track ``folder`` was made for; None if no copy was ever started there.

    Raises:
        CourseError: there is a record, but it can't be read.
    """
    record = folder / RECORD
    try:
        track = json.loads(record.read_text(encoding="utf-8"))["track"]
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(record) from error
    if track not in TRACKS:
        raise _unreadable(record)
    return track


def _unreadable(record: Path) -> CourseError:
    return CourseError(
        f"{record} is damaged; delete that one file and start again: your notebooks "
        "and your progress stay"
    )
