"""Runs a submission's cells and judges the graded ones outside of the kernel."""

import hashlib
import inspect
import time
import traceback
from dataclasses import replace
from functools import cache
from pathlib import Path

import traitlets.log
from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader.common.status import Status
from grader.exercises import catalogue
from grader.grading.intake.graded_cells import GradedCell, graded_cell
from grader.grading.record import DecidedBy, Measure, record_verdict
from grader.grading.run import missing
from grader.grading.run.outcome import judge_seen_and_unseen, no_answers, stale
from grader.grading.run.problem import Ending, Problem
from grader.grading.run.session import KernelSession
from grader.judging.exercise import Exercise
from grader.judging.judge import grader_fault
from grader.judging.render import as_html, as_text, title
from grader.judging.verdict import Verdict
from grader.judging.wire import WireError, decode_replies, encode_inputs
from grader.learner.answering import answers

# What collecting answers can raise by a learner's doing: NotRecorded says that check
# was replaced, the others are not caught with the exceptions of their function.
# Anything else is the grader's or the machine's fault.
LEARNERS_OWN = {
    kind.__name__
    for kind in (
        *(answers.NotRecorded, KeyboardInterrupt, SystemExit),
        *(MemoryError, RecursionError),
    )
}
UNMEASURED = Measure()


class JudgedRun:
    """One submission, cell by cell.

    After a graded cell has run, its function is called on the exercise's public
    cases and on fresh ones; the replies are judged here, against references found
    by the cell's grade id. The verdict takes the place of the cell's output, and an
    error output follows unless it is correct: so nbgrader's own rule gives all the
    points or none, whatever the cell printed.

    Args:
        session: runs the cells.
        seed: of the fresh cases.

    Attributes:
        faults: what failed on our side.
        missing: names of modules that were not there.
    """

    def __init__(self, session: KernelSession, seed: int) -> None:
        self._session, self._seed = session, seed
        self._solutions: dict[str, str] = {}
        self._problems: dict[str, Problem] = {}
        self._seconds: float | None = None  # that the last cell's answers took
        self.faults: list[str] = []
        self.missing: set[str] = set()

    def take(self, cell: NotebookNode) -> None:
        """Run one cell, and judge it if it is a graded one of ours."""
        problem = self._session.run(cell)
        self.missing |= set(missing.modules(self._session.ask, problem))
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        try:
            graded = graded_cell(cell)
        except ValueError as error:
            publish(cell, grader_fault(grade_id, None, error), DecidedBy.NONE)
            return
        if graded is None:
            self._solutions[grade_id] = cell.source
            if problem:
                self._problems[grade_id] = problem
            return
        measure, self._seconds = UNMEASURED, None
        try:
            exercise = catalogue.find(graded.exercise)
            measure = _measure(exercise)
            verdict, decided_by = self._judge(exercise, graded, problem)
        except Exception as error:
            # Ours: it must neither cost the learner a point nor stop the class.
            log = traitlets.log.get_logger()
            log.exception("Grader fault at %s", graded.grade_id)
            self.faults.append(f"{graded.grade_id}: {traceback.format_exc()}")
            verdict = grader_fault(graded.exercise, graded.framework, error)
            decided_by = DecidedBy.NONE
        publish(cell, verdict, decided_by, measure, self._seconds)

    def _judge(
        self, exercise: Exercise, graded: GradedCell, problem: Problem | None
    ) -> tuple[Verdict, DecidedBy]:
        """The verdict and which cases decided it.

        Raises:
            RuntimeError: answers could not be collected, by no doing of the learner.
        """
        solution = self._solutions.get(graded.solution_id)
        before = self._problems.get(graded.solution_id)
        if problem:
            name = missing.undefined(self._session.ask, problem)
            problem = replace(problem, undefined=name)
            return no_answers(graded, problem, solution, before), DecidedBy.NONE
        seen, unseen = exercise.public_cases(), exercise.fresh_cases(self._seed)
        cases = seen + unseen
        begin = time.monotonic()
        answer = self._session.ask(
            f'__import__("{answers.__name__}", fromlist=["_"]).collect('
            f"{graded.exercise!r}, {graded.framework!r}, {encode_inputs(cases)!r})"
        )
        self._seconds = round(time.monotonic() - begin, 2)
        if isinstance(answer, Problem):
            if answer.ending is Ending.RAISED and answer.kind not in LEARNERS_OWN:
                raise RuntimeError(f"no answers: {answer.kind}: {answer.message}")
            return no_answers(graded, answer, solution, before), DecidedBy.NONE
        try:
            replies = decode_replies(answer.get("application/json"), len(cases))
        except WireError as error:
            unread = Problem(Ending.UNREADABLE, str(error), "an unreadable answer")
            return no_answers(graded, unread, solution, before), DecidedBy.NONE
        self.missing |= set(missing.modules(self._session.ask, None, replies))
        verdict, decided_by = judge_seen_and_unseen(
            exercise, graded.framework, seen, unseen, replies
        )
        return stale(graded, verdict, solution, before), decided_by


def publish(
    cell: NotebookNode,
    verdict: Verdict,
    decided_by: DecidedBy,
    measure: Measure = UNMEASURED,
    seconds: float | None = None,
) -> None:
    """Put a verdict in place of the cell's output, and as data in its metadata."""
    public = verdict
    if verdict.status is Status.GRADER_FAULT:
        public = replace(verdict, note="")  # what failed in the grader is its own
    plain, html = as_text(public), as_html(public)
    data = {"text/plain": plain, "text/html": html}
    # A later cell that updates a display of this one's does not reach these.
    cell.outputs = [new_output("display_data", data)]
    if not verdict.correct:
        line = title(verdict)
        cell.outputs.append(
            new_output("error", ename="NotCorrect", evalue=line, traceback=[line])
        )
    record_verdict(cell, verdict, decided_by, measure, seconds)


def _measure(exercise: Exercise) -> Measure:
    file = inspect.getsourcefile(inspect.unwrap(exercise.reference))
    return Measure(exercise.tolerance, _digest(file) if file else None)


@cache
def _digest(file: str) -> str:
    return hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12]
