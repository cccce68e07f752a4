"""The course folder that an instructor works in, and nbgrader set up for it."""

import warnings
from contextlib import AbstractContextManager, chdir
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.apps import NbGrader
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SAWarning
from traitlets.config import Configurable

from grader.common.errors import CourseError
from grader.grading.place import gradebook, sqlite
from grader.grading.place.converting import Converted, convert, keeping

CONFIG = "nbgrader_config.py"


class SilentNbGrader(NbGrader):
    """nbgrader's configuration, without its log on the terminal."""

    def _configure_logging(self) -> None:
        pass


@dataclass
class Course:
    """An instructor's course folder.

    Attributes:
        app: nbgrader's application with ``nbgrader_config.py`` read.
    """

    app: NbGrader

    @property
    def directory(self) -> CourseDirectory:
        """Where nbgrader finds each folder of the course."""
        return self.app.coursedir

    @property
    def root(self) -> Path:
        """The course folder itself."""
        return Path(self.directory.root)

    def folder(self, step: str) -> Path:
        """The folder of one of nbgrader's steps, such as ``submitted``."""
        return self.root / getattr(self.directory, f"{step}_directory")

    def assignments(self) -> list[str]:
        """The assignments that have a source notebook."""
        return sorted({p.parent.name for p in self.folder("source").glob("*/*.ipynb")})

    def gradebook(self) -> AbstractContextManager[Gradebook]:
        """nbgrader's gradebook, as a context manager."""
        return gradebook.opened(self.directory.db_url, self.directory.course_id)

    @property
    def has_gradebook(self) -> bool:
        """Whether a gradebook exists; asking makes none."""
        return gradebook.exists(self.directory.db_url)

    def convert(
        self,
        converter: type[BaseConverter],
        assignment: str,
        student: str = "*",
        traits: dict[str, object] | None = None,
        **paths: str,
    ) -> Converted:
        """Run one of nbgrader's converters.

        ``traits`` are the converter's own, ``paths`` those of the course directory,
        for this run.
        """
        values = {
            "assignment_id": assignment,
            "student_id": student,
            "db_url": sqlite.shared(self.directory.db_url),
            **paths,
        }
        before = {name: getattr(self.directory, name) for name in values}
        for name, value in values.items():
            setattr(self.directory, name, value)
        try:
            run = keeping(converter)(coursedir=self.directory, parent=self.app)
            run.force = True
            for trait, setting in (traits or {}).items():
                setattr(run, trait, setting)
            with warnings.catch_warnings():
                # nbgrader's own queries draw SQLAlchemy's remarks.
                warnings.simplefilter("ignore", SAWarning)
                return convert(run)
        finally:
            for name, value in before.items():
                setattr(self.directory, name, value)


def directory_of(part: Configurable | None) -> CourseDirectory | None:
    """The course that a part of nbgrader works in; None outside of one."""
    while part is not None and not hasattr(part, "coursedir"):
        part = part.parent
    return None if part is None else part.coursedir


def find_course(start: Path | None = None) -> Course:
    """The course that the current folder lies in.

    Raises:
        CourseError: it lies in none.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG).is_file() and (folder / "solutions").is_dir():
            app = SilentNbGrader()
            # nbgrader reads the settings of the present folder before any other.
            with chdir(folder):
                app.initialize([], root=str(folder))
            app.coursedir.root = str(folder)
            _require_name(app.coursedir)
            return Course(app)
    raise CourseError(
        f"{start} is not in a course folder (one with {CONFIG} and solutions/); go to "
        "the course's folder, or make one with course init FOLDER"
    )


def _require_name(directory: CourseDirectory) -> None:
    # nbgrader's rows point to the course, which has one only if it has a name. SQLite
    # lets that pass, a database server refuses it.
    try:
        kind = make_url(directory.db_url).get_backend_name()
    except ArgumentError as error:
        raise CourseError(
            f"{CONFIG}: CourseDirectory.db_url is no address of a database, such as "
            "sqlite:///gradebook.db"
        ) from error
    if not directory.course_id and kind != "sqlite":
        raise CourseError(
            f"with the gradebook on a database server the course needs a name: add "
            f'c.CourseDirectory.course_id = "deep-learning" to {CONFIG}'
        )
