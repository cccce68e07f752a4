"""A new course folder, for an instructor who has the package alone."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from grader.common.course import SOLUTIONS, course_root, files, has_solutions
from grader.common.errors import CourseError
from grader.grading.place.course_folder import CONFIG


@dataclass(frozen=True)
class Made:
    """A new course folder, and the assignments that it has."""

    folder: Path
    assignments: tuple[str, ...]


def make(folder: Path) -> Made:
    """Put into ``folder`` all that grading reads: nothing that is there is touched.

    That is nbgrader's settings, and of each assignment the source notebook with the
    files that come with it.

    Raises:
        CourseError: there is something in ``folder``, it can't be written, or this
            installation has no model solutions.
    """
    folder = folder.expanduser().resolve()
    if not has_solutions():
        raise CourseError(
            "a course folder holds the model solutions, which were left out of this "
            "installation; install tandem-course with them"
        )
    root = course_root()
    # The settings come last: a folder without them is no course.
    names = [*files(root, (SOLUTIONS,)), Path(CONFIG)]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise CourseError(
                f"there is something in {folder} already; name a new folder, or an "
                "empty one"
            )
        try:
            for name in names:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, folder / name)
        except OSError:
            shutil.rmtree(folder / SOLUTIONS, ignore_errors=True)
            (folder / CONFIG).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CourseError(
            f"can't make a course in {folder}: {error.strerror or error}"
        ) from error
    return Made(folder, tuple(sorted({name.parts[1] for name in names[:-1]})))
