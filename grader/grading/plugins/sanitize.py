"""Before a submission is run: its graded and locked cells as the gradebook has them.

Stock nbgrader loses a submission whose nbgrader metadata was dropped or tampered with,
whose cells were duplicated, or whose solution cell was deleted with its graded cell.
"""

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, SourceCell
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor, OverwriteCells

from grader.common.grade_id import solution_id
from grader.grading.intake.candidates import Candidates
from grader.grading.intake.folders import files, listed, require_name
from grader.grading.intake.notebook_file import read_file
from grader.grading.intake.notebook_format import Unreadable, as_note, current
from grader.grading.intake.recognition import recognise
from grader.grading.intake.released import Released, ReleasedCell, plain, released_cells
from grader.grading.intake.submission import content
from grader.grading.place.course_folder import directory_of
from grader.grading.place.official import CellMetadata, official_metadata
from grader.grading.plugins.steps import converter_of
from grader.grading.record import RunRecord, forget


class ValidForm(NbGraderPreprocessor):
    """A notebook as the format has it, before a step that relies on it.

    It comes first, since nbconvert refuses a notebook after any step that leaves it
    invalid. What ``course grade`` runs is valid already.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Bring the notebook to the format's current form; log what was mended.

        Raises:
            NbGraderException: its cells or their text can't be told.
        """
        try:
            valid, mended = current(nb)
        except Unreadable as error:
            raise NbGraderException(f"can't be graded: {error}") from error
        if mended:
            learner = resources["nbgrader"].get("student", "")
            self.log.warning("%s: %s", learner, as_note(mended))
        return valid, resources


class RestoreCells(OverwriteCells):
    """nbgrader's OverwriteCells, which believes nothing that a submission says.

    Cells are recognised whatever became of their metadata, which are the gradebook's
    from then on; of cells that appear twice one keeps its id, so that there is one mark
    for each; deleted cells are put back in the right place.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Lay the released notebook over the submission; keep the learner's answers.

        Raises:
            NbGraderException: it can't be read, or two copies of an answer differ.
        """
        folder = resources.get("metadata", {}).get("path", "")
        _refuse_links(folder)
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        with Gradebook(names["db_url"]) as self.gradebook:
            notebook = self.gradebook.find_notebook(
                self.notebook_id, self.assignment_id
            )
            official = official_metadata(notebook)
            cells = tuple(released_cells(notebook, self._source(), self))
            released = Released(self.assignment_id, self.notebook_id, cells)
            told: list[str] = []
            try:
                require_name(names.get("student", ""))
                if folder:
                    nb, told = self._worked_on(nb, Path(folder), released)
                nb, noted = self._recognised(nb, cells, official)
            except Unreadable as error:
                raise NbGraderException(f"can't be graded: {error}") from error
            sources = {source.name: source for source in notebook.source_cells}
            handed_out = {cell.name: cell.source for cell in cells}
            changed: dict[str, list[str]] = {}
            for cell in nb.cells:
                if "nbgrader" in cell.metadata:
                    name = cell.metadata.nbgrader.grade_id
                    for what in self._overwrite(cell, sources[name], handed_out[name]):
                        changed.setdefault(what, []).append(name)
            self._put_back(nb, notebook.source_cells, official)
            if notebook.task_cells:
                nb, resources = self.add_missing_task_cells(nb, resources)
        put_right = [f"{what}: {listed(cells)}" for what, cells in changed.items()]
        record = RunRecord.of(nb) or RunRecord()
        replace(record, put_right=tuple(put_right)).write(nb)
        told += noted + put_right
        if told and converter_of(self) is not None:
            # For nbgrader's own commands; course grade's report has it.
            learner = names.get("student", "")
            self.log.warning("%s: %s", learner, "; ".join(told))
        return nb, resources

    def _source(self) -> Path:
        """The instructor's notebook."""
        course = directory_of(self.parent)
        if course is None:
            raise NbGraderException("cells are restored in a course folder alone")
        folder = course.format_path(course.source_directory, ".", self.assignment_id)
        return Path(course.root, folder, f"{self.notebook_id}.ipynb")

    def _worked_on(
        self, nb: NotebookNode, folder: Path, released: Released
    ) -> tuple[NotebookNode, list[str]]:
        """``nb``, or the copy beside it that counts; and what to note.

        By nbgrader's own commands it comes from ``submitted/`` as it is: what it was
        graded from is noted, by which ``course grade`` knows it.

        Raises:
            Unreadable: several copies were worked on, and they differ.
        """
        plain, _ = files(folder)
        chosen = Candidates(folder, plain, released).chosen()
        told: list[str] = []
        if chosen.path != folder / f"{self.notebook_id}.ipynb":
            _, found = content(chosen.path, chosen.inside)
            nb, told = found.notebook, [f"found as {chosen.label}", *found.notes]
        if converter_of(self) is not None:
            digest = hashlib.sha256(read_file(chosen.path)).hexdigest()
            RunRecord(digest).write(nb)
        return nb, told

    def _recognised(
        self,
        nb: NotebookNode,
        released: Sequence[ReleasedCell],
        official: dict[str, CellMetadata],
    ) -> tuple[NotebookNode, list[str]]:
        """``nb``, whose cells say what they are by the gradebook; and what to note."""
        found = recognise(nb.cells, released)
        for at, cell in enumerate(nb.cells):
            cell.metadata.pop("nbgrader", None)
            forget(cell)
            if at in found.names:
                about = official[found.names[at]]
                cell.metadata["nbgrader"] = NotebookNode(about)
        nb.cells = [cell for at, cell in enumerate(nb.cells) if at not in found.spare]
        return nb, found.notes + found.doubts

    def _overwrite(
        self, cell: NotebookNode, source: SourceCell, handed_out: str
    ) -> list[str]:
        """Type and, where it is locked, text of a cell as its author wrote them.

        Args:
            handed_out: the text without what only the author has, hidden tests.

        Returns:
            What had been changed.
        """
        changed = []
        if cell.cell_type != source.cell_type:
            changed.append("cells of another type")
            self.update_cell_type(cell, source.cell_type)
        if source.locked:
            if plain(cell.source) not in (plain(handed_out), plain(source.source)):
                changed.append("locked cells had been changed")
            cell.source = source.source
        return changed

    def _put_back(
        self,
        nb: NotebookNode,
        sources: Sequence[SourceCell],
        official: dict[str, CellMetadata],
    ) -> None:
        """Put back every graded cell, and every locked one with code, such as imports.

        Each goes before the next of the assignment's cells that is still there, so
        that it sees what a learner wrote in cells of their own, and in any case
        after its solution.
        """
        following = None
        for source in reversed(sources):
            index = _index_of(nb, source.name)
            needed = official[source.name]["grade"] or (
                source.locked and source.cell_type == "code"
            )
            if index is None and needed:
                before = None if following is None else _index_of(nb, following)
                index = len(nb.cells) if before is None else before
                solution = _index_of(nb, solution_id(source.name))
                if solution is not None:
                    index = max(index, solution + 1)
                nb.cells.insert(index, self._restored(nb, source, official))
            if index is not None:
                following = source.name

    def _restored(
        self, nb: NotebookNode, source: SourceCell, official: dict[str, CellMetadata]
    ) -> NotebookNode:
        """The cell as its author wrote it, under a notice.

        Where an answer is to be read, the notice makes it another text than the one
        handed out, which nbgrader would give 0: the answer may stand elsewhere.
        """
        notice = self.missing_cell_notification.format(cell_id=source.name).strip()
        if source.cell_type == "code":
            cell = new_code_cell(f"# {notice}\n{source.source}")
        else:
            cell = new_markdown_cell(f"{notice}\n\n{source.source}")
        cell.metadata.update(editable=False, deletable=False)
        cell.metadata["nbgrader"] = NotebookNode(official[source.name])
        return cell


def _index_of(nb: NotebookNode, grade_id: str) -> int | None:
    for index, cell in enumerate(nb.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return index
    return None


def _refuse_links(folder: str) -> None:
    """nbgrader copies what a link leads to, and the submission's code could read it.

    Raises:
        NbGraderException: there is a link in a submission's folder.
    """
    for path, folders, names in os.walk(folder):
        for name in (*folders, *names):
            about = os.lstat(os.path.join(path, name))
            hard = stat.S_ISREG(about.st_mode) and about.st_nlink > 1
            if hard or stat.S_ISLNK(about.st_mode):
                kind = "hard" if hard else "symbolic"
                raise NbGraderException(
                    f"the submission holds the {kind} link {name!r}: delete it, or "
                    "use course grade, which leaves links aside"
                )
