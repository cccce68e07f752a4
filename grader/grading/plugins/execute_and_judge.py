"""Runs a submission and judges its graded cells, as a preprocessor of nbgrader's."""

import secrets
import time
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from nbgrader.utils import is_grade
from traitlets import Bool, Integer

from grader.common.status import Status
from grader.grading.place.gradebook import in_one_go
from grader.grading.plugins.source_files import lay_over, source_files
from grader.grading.plugins.steps import converter_of, require_own_run
from grader.grading.record import CellRecord, Run, RunRecord
from grader.grading.run import missing
from grader.grading.run.allowed import Allowed
from grader.grading.run.graded_kernel import PYTHON
from grader.grading.run.judged import JudgedRun
from grader.grading.run.session import KernelSession
from grader.kernels.jail.probe import bounds, level

FORMER = "tandem_former"  # in resources: the digest of what was graded before
RECORDED = ("tandem-course", "numpy", "torch", "tensorflow-cpu", "tensorflow", "keras")
NBGRADERS = ("ExecutePreprocessor", "Execute")


@dataclass
class Ran:
    """A submission that ran.

    Attributes:
        notebook: with its outputs and verdicts.
        faults: what failed on our side.
    """

    notebook: NotebookNode
    faults: list[str]


class ExecuteAndJudge(NbGraderPreprocessor):
    """Takes the place of nbgrader's Execute, whose settings hold here as well.

    What runs and judges is :class:`~grader.grading.run.judged.JudgedRun`.
    """

    seed = Integer(
        0,
        min=0,
        help="Seed of the fresh cases, to repeat a run; 0 draws one per submission.",
    ).tag(config=True)
    timeout = Integer(
        Allowed.cell,
        allow_none=True,
        help="Seconds that one cell, or one exercise's answers, may take.",
    ).tag(config=True)
    notebook_timeout = Integer(
        Allowed.notebook, min=1, help="Seconds that a whole notebook may take."
    ).tag(config=True)
    startup_timeout = Integer(
        Allowed.start, help="Seconds that a kernel may take to start."
    ).tag(config=True)
    grace = Integer(
        Allowed.grace,
        help="Seconds an interrupted kernel has to stop before it is killed.",
    ).tag(config=True)
    max_restarts = Integer(
        Allowed.restarts,
        help="How often a submission gets a new kernel after it ended one.",
    ).tag(config=True)
    max_output = Integer(
        Allowed.output, help="Bytes of output that are kept of one cell."
    ).tag(config=True)
    max_notebook_output = Integer(
        Allowed.notebook_output, help="Bytes of output that are kept of one notebook."
    ).tag(config=True)
    unsafe = Bool(
        Allowed.unsafe,
        help="Run learners' code with your own rights, files and network.",
    ).tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        require_own_run(self)

    @classmethod
    def section_names(cls) -> list[str]:
        """Names in a configuration whose settings are this one's, ours last."""
        return [*NBGRADERS, *super().section_names()]

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run the notebook, and record in it how: seed, versions, limits."""
        folder = resources["metadata"]["path"]
        converter = converter_of(self)
        if converter is not None:
            # nbgrader has copied the source's files: they are to be imported, too.
            files = source_files(converter, resources["nbgrader"]["assignment"])
            lay_over(files, Path(folder))
        return self.run(nb, folder).notebook, resources

    def run(self, notebook: NotebookNode, folder: str) -> Ran:
        """Run and judge a submission in its folder; it is changed in place."""
        begin = time.monotonic()
        seed = self.seed or 1 + secrets.randbelow(2**31 - 1)
        with KernelSession(notebook, folder, self._allowed(), self.config) as session:
            notebook.metadata["language_info"] = NotebookNode(PYTHON)
            run = JudgedRun(session, seed)
            for cell in notebook.cells:
                run.take(cell)
            limits = asdict(session.limits) if session.limits else {}
        told = Run(
            seed=seed,
            versions=_versions(),
            device="cpu",
            isolation="none" if self.unsafe else str(level()),
            bounded_by="none" if self.unsafe else str(bounds()),
            limits={"cell": self.timeout, "notebook": self.notebook_timeout} | limits,
            missing=tuple(sorted(run.missing)[: missing.MOST]),
            seconds=round(time.monotonic() - begin, 1),
        )
        record = RunRecord.of(notebook) or RunRecord()
        replace(record, run=told).write(notebook)
        return Ran(notebook, run.faults)

    def _allowed(self) -> Allowed:
        return Allowed(
            cell=self.timeout,
            notebook=self.notebook_timeout,
            start=self.startup_timeout,
            grace=self.grace,
            restarts=self.max_restarts,
            output=self.max_output,
            notebook_output=self.max_notebook_output,
            unsafe=self.unsafe,
        )


@cache
def _versions() -> dict[str, str]:
    versions = {}
    for package in RECORDED:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


class MarkRecorded(NbGraderPreprocessor):
    """Last of all: what the notebook says is in the gradebook now."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Mark the notebook as recorded."""
        record = RunRecord.of(nb) or RunRecord()
        replace(record, recorded=True).write(nb)
        return nb, resources


class SaveVerdicts(SaveAutoGrades):
    """nbgrader's SaveAutoGrades, all or nothing.

    A submission's scores and comments are in the gradebook at once. A grader fault is
    left for the instructor to mark.

    A score given by hand counts, as in nbgrader. It waits to be looked at again where
    it was given for another submission or another score, and not where the same one
    has only run again.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Write all scores and comments of a submission in one transaction."""
        names = resources["nbgrader"]
        self.notebook_id, self.assignment_id = names["notebook"], names["assignment"]
        self.student_id = names["student"]
        record = RunRecord.of(nb) or RunRecord()
        known = bool(record.submitted)
        self._same = known and resources.get(FORMER) == record.submitted
        self.gradebook = Gradebook(names["db_url"])
        with self.gradebook, in_one_go(self.gradebook):
            return NbGraderPreprocessor.preprocess(self, nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Save one cell's score and comment."""
        if not is_grade(cell):
            return super().preprocess_cell(cell, resources, cell_index)
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        former, waited = grade.auto_score, grade.needs_manual_grade
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        record = CellRecord.of(cell)
        if record is not None and record.status is Status.GRADER_FAULT:
            grade.auto_score = None
            grade.needs_manual_grade = True
        if self._same and grade.manual_score is not None:
            stands = former is None or former == grade.auto_score
            grade.needs_manual_grade = waited or not stands
        return cell, resources
