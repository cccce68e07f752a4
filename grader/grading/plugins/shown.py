"""Which marks and comments a learner's feedback page shows, and how long it is.

They are noted when the page is made, so that ``course grade`` knows a page from before
a mark was given by hand, and one that was not written to its end.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task
from traitlets import Bool

from grader.grading.place.course_folder import directory_of
from grader.grading.place.workplace import Workplace
from grader.grading.report.standing import Standing

NOTED = "tandem_shown"  # in resources: the file of a page's note, and its marks


@dataclass(frozen=True)
class Note:
    """What is noted of a page.

    Attributes:
        marks: a digest of the marks and comments on it.
        size: the bytes that it has; 0 where another exporter than ours makes it.
    """

    marks: str
    size: int = 0

    def write(self, path: Path) -> None:
        """Put it in the place of the former page's note."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="ascii")

    @classmethod
    def read(cls, path: Path) -> "Note | None":
        """The note in a file; None where there is none that can be read."""
        try:
            text = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return None
        try:
            kept = json.loads(text)
        except ValueError:
            kept = text
        match kept:
            case {"marks": str(marks), "size": int(size)}:
                return cls(marks, size)
        return cls(text)  # from before there was more to note


class NoteShown(Preprocessor):
    """After nbgrader's GetGrades: notes what that took from the gradebook."""

    enabled = Bool(True, help="Whether it runs where it is named.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write a digest of the marks, by which a later command tells other ones."""
        course = directory_of(self.parent)
        if course is None:
            return nb, resources
        names = resources["nbgrader"]
        about = [cell.metadata.nbgrader for cell in nb.cells if _is_marked(cell)]
        scores = {
            one.grade_id: [one.score, one.points] for one in about if "score" in one
        }
        comments = {one.grade_id: one.comment for one in about if "comment" in one}
        place = Workplace(Path(course.root), names["assignment"])
        path = place.shown(names["student"])
        marks = _digest(scores, comments, names["late_penalty"])
        Note(marks).write(path)
        resources[NOTED] = path, marks
        return nb, resources


def note_size(resources: dict[str, Any], page: str) -> None:
    """Note how long a page will be, once it is made and before it is written."""
    if NOTED in resources:
        path, marks = resources[NOTED]
        Note(marks, len(page.encode())).write(path)


def shows(
    page: Path,
    place: Workplace,
    known: Standing,
    points: dict[str, float],
    graded: NotebookNode,
) -> bool:
    """Whether a learner's page is whole and has the gradebook's marks and comments.

    Args:
        page: its file.
        known: the gradebook's record.
        points: what each graded cell is worth, by grade id.
        graded: the notebook that the page was made of.
    """
    cells = [cell for cell in graded.cells if _is_marked(cell)]
    ids = [cell.metadata.nbgrader.grade_id for cell in cells]
    scores = {i: [known.given[i].score, points[i]] for i in ids if i in known.given}
    comments = {i: known.comments[i] for i in ids if i in known.comments}
    note = Note.read(place.shown(known.learner))
    if note is None or note.marks != _digest(scores, comments, known.penalty):
        return False
    return page.is_file() and page.stat().st_size >= note.size


def _is_marked(cell: NotebookNode) -> bool:
    return is_grade(cell) or is_solution(cell) or is_task(cell)


def _digest(
    scores: dict[str, list[float]], comments: dict[str, str | None], penalty: float
) -> str:
    told = json.dumps([scores, comments, penalty or 0.0], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
