"""One assignment of a course, and where everything of it lies."""

from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook, Notebook

from grader.common.errors import CourseError
from grader.grading.intake.arrivals import scan
from grader.grading.intake.released import Released, released_cells
from grader.grading.intake.submission import Submission
from grader.grading.place.course_folder import Course
from grader.grading.place.workplace import Workplace


@dataclass(frozen=True)
class Assignment:
    """An assignment that has a source notebook.

    Attributes:
        name: nbgrader's, such as ``02_autograd``.
        notebook: its notebook's name, without suffix.
    """

    course: Course
    name: str
    notebook: str

    @classmethod
    def of(cls, course: Course, name: str) -> "Assignment":
        """The one with a name.

        Raises:
            CourseError: there is no such assignment, or it has several notebooks.
        """
        known = course.assignments()
        if name not in known:
            there = ", ".join(known) or "none, for solutions/ is empty"
            raise CourseError(f"no assignment is called {name!r}; there are: {there}")
        found = sorted((course.folder("source") / name).glob("*.ipynb"))
        if len(found) > 1:
            names = ", ".join(path.name for path in found)
            raise CourseError(
                f"{name} has several source notebooks ({names}); an assignment has one"
            )
        return cls(course, name, found[0].stem)

    def inside(self, folder: Path) -> Path:
        """Its notebook in a folder that has one folder for each assignment."""
        return folder / self.name / f"{self.notebook}.ipynb"

    @property
    def source(self) -> Path:
        """The instructor's notebook."""
        return self.inside(self.course.folder("source"))

    @property
    def files(self) -> frozenset[str]:
        """What lies beside it, by paths in its folder."""
        folder = self.source.parent
        return frozenset(str(path.relative_to(folder)) for path in folder.rglob("*"))

    def autograded(self, learner: str) -> Path:
        """A learner's notebook with its marks."""
        return self.inside(self.course.folder("autograded") / learner)

    def feedback(self, learner: str) -> Path:
        """A learner's page of feedback."""
        folder = self.course.folder("feedback") / learner
        return self.inside(folder).with_suffix(".html")

    @property
    def place(self) -> Workplace:
        """Where grading works on it."""
        return Workplace(self.course.root, self.name)

    def entry(self, gradebook: Gradebook) -> Notebook:
        """What the gradebook has of its notebook.

        Raises:
            MissingEntry: nothing: it was never released.
        """
        return gradebook.find_notebook(self.notebook, self.name)

    def released(self, gradebook: Gradebook) -> Released:
        """The assignment as learners got it.

        Raises:
            MissingEntry: as :meth:`entry`.
        """
        cells = released_cells(self.entry(gradebook), self.source, self.course.app)
        return Released(self.name, self.notebook, tuple(cells), self.files)

    def arrived(self, gradebook: Gradebook) -> list[Submission]:
        """Everything in ``submitted/``.

        Raises:
            MissingEntry: as :meth:`entry`.
        """
        folder = self.course.folder("submitted")
        return scan(folder, self.released(gradebook)) if folder.is_dir() else []
