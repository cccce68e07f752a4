"""Which marks and comments a learner's feedback page shows.

They are noted when the page is made, so that ``course grade`` knows a page from before
a mark was given by hand.
"""

import hashlib
import json
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_solution, is_task
from traitlets import Bool

from grader.grading.place.workplace import Workplace
from grader.grading.plugins.neutral_paths import root_of
from grader.grading.report.standing import Standing


class NoteShown(Preprocessor):
    """After nbgrader's GetGrades: notes what that took from the gradebook."""

    enabled = Bool(True, help="Whether it runs where it is named.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Write a digest of the marks, by which a later command tells other ones."""
        names = resources["nbgrader"]
        about = [cell.metadata.nbgrader for cell in nb.cells if _is_marked(cell)]
        scores = {
            one.grade_id: [one.score, one.points] for one in about if "score" in one
        }
        comments = {one.grade_id: one.comment for one in about if "comment" in one}
        place = Workplace(Path(root_of(self.parent)), names["assignment"])
        note = place.shown(names["student"])
        note.parent.mkdir(parents=True, exist_ok=True)
        digest = _digest(scores, comments, names["late_penalty"])
        note.write_text(digest, encoding="ascii")
        return nb, resources


def shows(
    place: Workplace, known: Standing, points: dict[str, float], graded: NotebookNode
) -> bool:
    """Whether a learner's page has the marks and comments of the gradebook.

    Args:
        known: the gradebook's record.
        points: what each graded cell is worth, by grade id.
        graded: the notebook that the page was made of.
    """
    cells = [cell for cell in graded.cells if _is_marked(cell)]
    ids = [cell.metadata.nbgrader.grade_id for cell in cells]
    scores = {i: [known.given[i].score, points[i]] for i in ids if i in known.given}
    comments = {i: known.comments[i] for i in ids if i in known.comments}
    try:
        noted = place.shown(known.learner).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return False
    return noted == _digest(scores, comments, known.penalty)


def _is_marked(cell: NotebookNode) -> bool:
    return is_grade(cell) or is_solution(cell) or is_task(cell)


def _digest(
    scores: dict[str, list[float]], comments: dict[str, str | None], penalty: float
) -> str:
    told = json.dumps([scores, comments, penalty or 0.0], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
