"""Marks written once more from verdicts that stand, with the points of today."""

import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.grading.intake.notebook_file import read_file
from grader.grading.intake.submission import TIMESTAMP
from grader.grading.place.assignment import Assignment
from grader.grading.place.official import CellMetadata, official_metadata
from grader.grading.plugins.shown import shows
from grader.grading.record import RunRecord
from grader.grading.report.standing import Standing, standing
from grader.grading.report.today import Today


@dataclass
class Marks:
    """The gradebook's marks of one assignment, as they are before a command."""

    assignment: Assignment

    @cached_property
    def standings(self) -> dict[str, Standing]:
        """What the gradebook says of each learner."""
        assignment = self.assignment
        with assignment.course.gradebook() as gradebook:
            return {
                submission.student.id: standing(submission, notebook)
                for submission in gradebook.assignment_submissions(assignment.name)
                for notebook in submission.notebooks
                if notebook.name == assignment.notebook
            }

    @cached_property
    def today(self) -> Today:
        """What they are measured by now."""
        return Today.of(self.assignment.course, self._official)

    @cached_property
    def _official(self) -> dict[str, CellMetadata]:
        """The gradebook's metadata of the assignment's cells, by grade id."""
        with self.assignment.course.gradebook() as gradebook:
            return official_metadata(self.assignment.entry(gradebook))

    def prepare(self, learner: str, submitted: Path | None) -> None:
        """Keep what was graded as if it had just run.

        Args:
            submitted: the submission's folder; None where it is no longer there.

        Raises:
            OSError: a file can't be read or written.
        """
        place = self.assignment.place
        notebook = self.assignment.inside(place.begin(learner))
        folder = notebook.parent
        graded = self.assignment.autograded(learner).parent
        shutil.copytree(graded, folder, symlinks=True)
        if submitted is not None and self.today.arrived(submitted):
            stamp = folder / TIMESTAMP
            stamp.unlink(missing_ok=True)  # nbgrader's copies may be read-only
            stamp.write_bytes(read_file(submitted / TIMESTAMP))
        self.renew(notebook)
        place.keep(learner)

    def are_shown(self, learner: str, graded: NotebookNode) -> bool:
        """Whether its feedback page is whole and has the marks of the gradebook."""
        return shows(
            self.assignment.feedback(learner),
            self.assignment.place,
            self.standings[learner],
            self.today.points,
            graded,
        )

    def renew(self, path: Path) -> None:
        """Give the cells of a notebook that has run what the gradebook says of them.

        Raises:
            OSError: the notebook can't be read or written.
        """
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in self._official:
                cell.metadata["nbgrader"] = NotebookNode(self._official[name])
        record = RunRecord.of(notebook)
        if record is not None and record.recorded:
            # Tells it from the copy in autograded/, whose verdicts are the same.
            again = replace(record, recorded=False, marked=record.marked + 1)
            again.write(notebook)
        path.unlink()
        nbformat.write(notebook, path)
