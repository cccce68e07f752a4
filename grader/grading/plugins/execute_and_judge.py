"""Runs a submission and judges its graded cells outside of the kernel."""

import hashlib
import inspect
import secrets
import time
import traceback
from dataclasses import asdict, replace
from functools import cache
from importlib import metadata
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Integer

from grader.exercises import catalogue
from grader.grading.intake.graded_cells import GradedCell, graded_cell
from grader.grading.place.gradebook import in_one_go
from grader.grading.plugins.source_files import lay_over, source_files
from grader.grading.plugins.steps import converter_of, require_own_run
from grader.grading.record import CellRecord, RunRecord
from grader.grading.run import missing
from grader.grading.run.kernel import NO_REPLY, Problem, SturdyExecute
from grader.grading.run.outcome import judge_seen_and_unseen, no_answers, stale
from grader.judging.exercise import Exercise
from grader.judging.judge import grader_fault
from grader.judging.render import as_html, as_text, title
from grader.judging.verdict import Status, Verdict
from grader.judging.wire import WireError, decode_replies, encode_inputs
from grader.kernels.jail.probe import bounds, level

FORMER = "tandem_former"  # in resources: the digest of what was graded before
RECORDED = ("tandem-course", "numpy", "torch", "tensorflow-cpu", "tensorflow", "keras")
# What collecting answers can raise by a learner's doing: LookupError says that check
# was replaced, the others are not caught with the exceptions of their function.
# Anything else is the grader's or the machine's fault.
LEARNERS_OWN = {
    *("LookupError", "KeyboardInterrupt", "SystemExit"),
    *("MemoryError", "RecursionError"),
    NO_REPLY,
}


class ExecuteAndJudge(SturdyExecute):
    """nbgrader's Execute for notebooks whose graded cells call ``check``.

    After a graded cell has run, its function is called on the exercise's public
    cases and on fresh ones; the replies are judged here, against references found
    by the cell's grade id. The verdict takes the place of the cell's output, and an
    error output follows unless it is correct: so nbgrader's own rule gives all the
    points or none, whatever the cell printed.
    """

    seed = Integer(
        0,
        min=0,
        help="Seed of the fresh cases, to repeat a run; 0 draws one per submission.",
    ).tag(config=True)

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        require_own_run(self)

    def preprocess(
        self, nb: NotebookNode, resources: dict, km: object = None
    ) -> tuple[NotebookNode, dict]:
        """Run the notebook, and record in it how: seed, versions, limits, faults."""
        self._lay_over_source(resources)
        self.begin()
        self._solutions: dict[str, str] = {}
        self._problems: dict[str, Problem] = {}
        self.faults: list[str] = []
        self._missing: set[str] = set()
        begin = time.monotonic()
        self._drawn = self.seed or 1 + secrets.randbelow(2**31 - 1)
        nb, resources = super().preprocess(nb, resources, km)
        record = nb.metadata.setdefault("tandem", NotebookNode())
        record.update(
            seed=self._drawn,
            versions=dict(_versions()),
            device="cpu",
            isolation="none" if self.unsafe else str(level()),
            bounded_by="none" if self.unsafe else str(bounds()),
            limits=self._limits(),
            missing=sorted(self._missing)[: missing.MOST],
            seconds=round(time.monotonic() - begin, 1),
        )
        return nb, resources

    def _lay_over_source(self, resources: dict) -> None:
        """Where nbgrader has copied the source's files, see that they are imported."""
        converter = converter_of(self)
        if converter is not None:
            files = source_files(converter, resources["nbgrader"]["assignment"])
            lay_over(files, Path(resources["metadata"]["path"]))

    def _limits(self) -> dict[str, int]:
        own = {"cell": self.timeout, "notebook": self.notebook_timeout}
        return own | (asdict(self.limits) if self.limits else {})

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, index: int
    ) -> tuple[NotebookNode, dict]:
        """Run one cell; a graded one is judged as well, and shows its verdict."""
        self._check_assign_resources(resources)
        problem = self.run_cell(cell, index)
        self._missing |= set(missing.named(self.ask, problem))
        try:
            graded = graded_cell(cell)
        except ValueError as error:
            grade_id = cell.metadata.nbgrader.grade_id
            _publish(cell, grader_fault(grade_id, None, error), "none")
            return cell, self.resources
        if graded is None:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            self._solutions[grade_id] = cell.source
            if problem:
                self._problems[grade_id] = problem
            return cell, self.resources
        self._answered: float | None = None
        measure: dict[str, object] = {}
        try:
            measure = _measure(catalogue.find(graded.exercise))
            verdict, decided_by = self._judge(graded, problem)
        except Exception as error:
            # Ours: it must neither cost the learner a point nor stop the class.
            self.log.exception("Grader fault at %s", graded.grade_id)
            self.faults.append(f"{graded.grade_id}: {traceback.format_exc()}")
            verdict = grader_fault(graded.exercise, graded.framework, error)
            decided_by = "none"
        _publish(cell, verdict, decided_by)
        cell.metadata["tandem"].update(measure)
        if self._answered is not None:
            cell.metadata["tandem"]["seconds"] = round(self._answered, 2)
        # A later cell must not change the verdict as a display of this one's.
        self.clear_display_id_mapping(index)
        return cell, self.resources

    def _judge(
        self, graded: GradedCell, problem: Problem | None
    ) -> tuple[Verdict, str]:
        exercise = catalogue.find(graded.exercise)
        solution = self._solutions.get(graded.solution_id)
        before = self._problems.get(graded.solution_id)
        if problem:
            return no_answers(graded, problem, solution, before), "none"
        seen, unseen = exercise.public_cases(), exercise.fresh_cases(self._drawn)
        cases = seen + unseen
        begin = time.monotonic()
        answer = self.ask(
            '__import__("grader.learner.answering.answers", fromlist=["_"]).collect('
            f"{graded.exercise!r}, {graded.framework!r}, {encode_inputs(cases)!r})"
        )
        self._answered = time.monotonic() - begin
        if isinstance(answer, Problem):
            if answer.status is Status.ERROR and answer.kind not in LEARNERS_OWN:
                raise RuntimeError(f"no answers: {answer.kind}: {answer.message}")
            return no_answers(graded, answer, solution, before), "none"
        try:
            replies = decode_replies(answer.get("application/json"), len(cases))
        except WireError as error:
            unread = Problem(Status.ERROR, "an unreadable answer", str(error))
            return no_answers(graded, unread, solution, before), "none"
        self._missing |= set(missing.named(self.ask, None, replies))
        verdict, decided_by = judge_seen_and_unseen(
            exercise, graded.framework, seen, unseen, replies
        )
        return stale(graded, verdict, solution, before), decided_by


def _publish(cell: NotebookNode, verdict: Verdict, decided_by: str) -> None:
    """The verdict in place of the cell's output, and as data in its metadata."""
    public = verdict
    if verdict.status is Status.GRADER_FAULT:
        public = replace(verdict, note="")  # what failed in the grader is its own
    plain, html = as_text(public), as_html(public)
    data = {"text/plain": plain, "text/html": html}
    cell.outputs = [new_output("display_data", data)]
    if not verdict.correct:
        line = title(verdict)
        cell.outputs.append(
            new_output("error", ename="NotCorrect", evalue=line, traceback=[line])
        )
    recorded = verdict.to_dict() | {"status": str(verdict.status)}
    cell.metadata["tandem"] = {"verdict": recorded, "decided_by": decided_by}


def _measure(exercise: Exercise) -> dict[str, object]:
    """What an answer was held against: tells two versions of an exercise apart."""
    file = inspect.getsourcefile(inspect.unwrap(exercise.reference))
    return {"tolerance": exercise.tolerance, "reference": _digest(file)}


@cache
def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12]


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
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
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
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
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

    def _add_score(self, cell: NotebookNode, resources: dict) -> None:
        grade = self.gradebook.find_grade(
            cell.metadata["nbgrader"]["grade_id"],
            self.notebook_id,
            self.assignment_id,
            self.student_id,
        )
        former, waited = grade.auto_score, grade.needs_manual_grade
        super()._add_score(cell, resources)
        record = CellRecord.of(cell)
        if record is not None and record.status is Status.GRADER_FAULT:
            grade.auto_score = None
            grade.needs_manual_grade = True
        if self._same and grade.manual_score is not None:
            stands = former is None or former == grade.auto_score
            grade.needs_manual_grade = waited or not stands
