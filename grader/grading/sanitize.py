"""Before a submission is run: its graded and locked cells as the gradebook has them.

Stock nbgrader loses a submission whose nbgrader metadata was tampered with, whose
cells were duplicated, or whose solution cell was deleted with its graded cell.
"""

import os
from collections import defaultdict
from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, Notebook, SourceCell
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import OverwriteCells

SCHEMA_VERSION = 3


def official_metadata(notebook: Notebook) -> dict[str, dict[str, object]]:
    """nbgrader's metadata of each cell that the gradebook knows, by grade id."""
    points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name: cell.max_score for cell in notebook.task_cells}
    official = {}
    for cell in notebook.source_cells:
        name = cell.name
        official[name] = {
            "grade_id": name,
            "grade": name in points,
            "solution": name in solutions,
            "task": name in tasks,
            "locked": cell.locked,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
            "schema_version": SCHEMA_VERSION,
        }
        if name in points or name in tasks:
            official[name]["points"] = (points | tasks)[name]
    return official


class RestoreCells(OverwriteCells):
    """nbgrader's OverwriteCells, which believes nothing that a submission says.

    Metadata are the gradebook's; of cells that appear twice one keeps its id, so that
    there is one mark for each; deleted cells are put back in the right place. The
    gradebook is asked once for all cells.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        _refuse_links(resources.get("metadata", {}).get("path", ""))
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        with Gradebook(names["db_url"]) as self.gradebook:
            notebook = self.gradebook.find_notebook(
                self.notebook_id, self.assignment_id
            )
            official = official_metadata(notebook)
            _clean(nb, official)
            sources = {source.name: source for source in notebook.source_cells}
            for cell in nb.cells:
                if "nbgrader" in cell.metadata:
                    self._overwrite(cell, sources[cell.metadata.nbgrader.grade_id])
            self._put_back(nb, notebook.source_cells, official)
            if notebook.task_cells:
                nb, resources = self.add_missing_task_cells(nb, resources)
        return nb, resources

    def _overwrite(self, cell: NotebookNode, source: SourceCell) -> None:
        """Type and, where it is locked, text of a cell as they were handed out."""
        if cell.cell_type != source.cell_type:
            self.report_change(
                source.name, "cell_type", source.cell_type, cell.cell_type
            )
            self.update_cell_type(cell, source.cell_type)
        if source.locked and cell.source != source.source:
            self.log.warning("The locked cell %s was changed: put right", source.name)
            cell.source = source.source

    def _put_back(
        self, nb: NotebookNode, sources: Sequence[SourceCell], official: dict
    ) -> None:
        """Put back every locked code cell: graded ones, and those with imports.

        Each goes before the next of the assignment's cells that is still there, so
        that it sees what a learner wrote in cells of their own, and in any case
        after its solution.
        """
        following = None
        for source in reversed(sources):
            index = _index_of(nb, source.name)
            if index is None and source.locked and source.cell_type == "code":
                index = len(nb.cells)
                if following is not None:
                    index = _index_of(nb, following)
                solution = _index_of(nb, f"{source.name}-solution")
                if solution is not None:
                    index = max(index, solution + 1)
                self.log.warning("Putting back the missing cell %s", source.name)
                nb.cells.insert(index, self._restored(nb, source, official))
            if index is not None:
                following = source.name

    def _restored(
        self, nb: NotebookNode, source: SourceCell, official: dict
    ) -> NotebookNode:
        notice = self.missing_cell_notification.format(cell_id=source.name).strip()
        cell = new_code_cell(f"# {notice}\n{source.source}")
        cell.metadata.update(editable=False, deletable=False)
        cell.metadata["nbgrader"] = NotebookNode(official[source.name])
        if (nb.nbformat, nb.nbformat_minor) < (4, 5):
            del cell["id"]
        return cell


def _index_of(nb: NotebookNode, grade_id: str) -> int | None:
    for index, cell in enumerate(nb.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return index
    return None


def _clean(nb: NotebookNode, official: dict[str, dict[str, object]]) -> None:
    """Replace what a submission says of its cells by what the gradebook says."""
    found = defaultdict(list)
    for index, cell in enumerate(nb.cells):
        metadata = cell.metadata.pop("nbgrader", None)
        cell.metadata.pop("tandem", None)
        name = metadata.get("grade_id") if isinstance(metadata, dict) else None
        if isinstance(name, str) and name in official:
            found[name].append(index)
    kept = {name: indices[-1] for name, indices in found.items()}
    solutions = {
        index: name
        for name, indices in found.items()
        if official[name]["solution"]
        for index in indices
    }
    for name in found:
        if official[name]["grade"] and len(found[name]) > 1:
            kept[name] = _in_place(name, found[name], solutions)
    for name, index in kept.items():
        nb.cells[index].metadata["nbgrader"] = NotebookNode(official[name])


def _refuse_links(folder: str) -> None:
    """nbgrader copies what a link leads to, and the submission's code could read it.

    Raises:
        NbGraderException: there is a symbolic link in a submission's folder.
    """
    for path, folders, names in os.walk(folder):
        for name in (*folders, *names):
            if os.path.islink(os.path.join(path, name)):
                raise NbGraderException(
                    f"the submission holds the symbolic link {name!r}: delete it, or "
                    "use course grade, which leaves links aside"
                )


def _in_place(name: str, indices: list[int], solutions: dict[int, str]) -> int:
    """The last copy of a graded cell that follows its own solution cell.

    Both frameworks' solutions define the same function: a copy further down would
    check the other one's.
    """
    following = [
        index
        for index in indices
        if solutions.get(max((i for i in solutions if i < index), default=-1))
        == f"{name}-solution"
    ]
    return max(following or indices)
