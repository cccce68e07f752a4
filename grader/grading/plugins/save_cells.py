"""Writing a released assignment's cells to the gradebook, all or none."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, GradeCell, SolutionCell, SourceCell, TaskCell
from nbgrader.preprocessors import NbGraderPreprocessor, SaveCells

from grader.grading.place.gradebook import in_one_go


class CellsInUse(Exception):
    """There are submissions graded by other cells than these."""


class SaveCellsAtOnce(SaveCells):
    """nbgrader's SaveCells, all or nothing.

    A release that is killed leaves no part of an assignment in the gradebook, against
    which submissions would be graded.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write all cells of an assignment in one transaction.

        Raises:
            CellsInUse: a cell that has grades would go.
        """
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.new_grade_cells: dict[str, GradeCell] = {}
        self.new_solution_cells: dict[str, SolutionCell] = {}
        self.new_task_cells: dict[str, TaskCell] = {}
        self.new_source_cells: dict[str, SourceCell] = {}
        self.gradebook = Gradebook(names["db_url"])
        with self.gradebook, in_one_go(self.gradebook):
            nb, resources = NbGraderPreprocessor.preprocess(self, nb, resources)
            try:
                self._create_notebook(nb)
            except RuntimeError as error:
                raise CellsInUse(str(error)) from error
        return nb, resources
