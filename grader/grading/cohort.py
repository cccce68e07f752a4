"""One assignment's class: what there is to grade, and grading it with progress."""

import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rich.console import Console

from grader.common.status import Status
from grader.grading import execution
from grader.grading.intake.submission import Arrival, Submission
from grader.grading.pipeline import Pipeline, described
from grader.grading.place.assignment import Assignment
from grader.grading.place.failures import Failures
from grader.grading.place.troubles import stop_for
from grader.grading.progress_lines import tell, tracked
from grader.grading.record import GradedNotebook, cell_records
from grader.grading.remark import Marks
from grader.grading.report.regrade import Change, Regraded, changes
from grader.grading.report.today import Stale
from grader.grading.to_do import Graded, Step

# A kernel's start and end are mostly waiting: more of them than cores pays.
DEFAULT_JOBS = 2 * (os.cpu_count() or 1)
NOT_WRITTEN = "what came of it can't be written"


@dataclass
class Cohort:
    """The submissions of one assignment.

    Attributes:
        jobs: how many submissions run at once.
        execute: runs a sanitized notebook.
    """

    assignment: Assignment
    jobs: int
    execute: execution.Execute = execution.execute

    @cached_property
    def arrived(self) -> list[Submission]:
        """Everything in ``submitted/``."""
        with self.assignment.course.gradebook() as gradebook:
            return self.assignment.arrived(gradebook)

    @property
    def accepted(self) -> list[Submission]:
        """Those that can be graded."""
        return [one for one in self.arrived if one.arrival is Arrival.ACCEPTED]

    def graded(self, learner: str) -> GradedNotebook | None:
        """A learner's autograded notebook, if it and the gradebook are complete."""
        graded = GradedNotebook.read(self.assignment.autograded(learner))
        known = self._marks.standings.get(learner)
        if graded is None or known is None or not known.complete:
            return None
        return graded if graded.record.recorded else None

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self.assignment)

    @cached_property
    def stale(self) -> dict[str, list[Stale]]:
        """Of each learner, what has changed since the submission's marks were written.

        Those whose submission has since been spoilt or taken away keep their marks, and
        so are among them.
        """
        found, folders = {}, self._folders
        for learner, known in self._marks.standings.items():
            graded = self.graded(learner)
            if graded is not None:
                found[learner] = self._marks.today.stale(
                    known, graded.notebook, folders.get(learner)
                )
        return {learner: what for learner, what in found.items() if what}

    def step(self, submission: Submission, seed: int | None = None) -> Step:
        """What is left to do for a submission, on fresh cases of ``seed`` if given."""
        learner = submission.learner
        graded, pending = self.graded(learner), self._pending(learner)
        kept = pending is not None and self._holds(pending, submission, seed)
        if pending is not None and kept:
            written = replace(pending.record, recorded=True)
            if graded is None or graded.record != written:
                return Step.WRITE
        if graded is None or not self._holds(graded, submission, seed):
            failed = seed is None and self._failures.why(submission) is not None
            return Step.FAILED if failed else Step.RUN
        if learner in self.stale:
            return Step.MARK
        shown = self._marks.are_shown(learner, graded.notebook)
        return Step.DONE if shown and not kept else Step.FEEDBACK

    def _pending_path(self, learner: str) -> Path:
        return self.assignment.inside(self.assignment.place.pending(learner))

    def _pending(self, learner: str) -> GradedNotebook | None:
        return GradedNotebook.read(self._pending_path(learner))

    def _holds(
        self, graded: GradedNotebook, submission: Submission, seed: int | None
    ) -> bool:
        """Whether it has the verdicts on this very submission, none for our fault.

        But for faults that the instructor has marked by hand.
        """
        record = graded.record
        known = self._marks.standings.get(submission.learner)
        marked = known.by_hand if known else frozenset()
        return (
            record.submitted == submission.digest
            and seed in (None, record.run.seed if record.run else None)
            and all(
                one.status is not Status.GRADER_FAULT or cell in marked
                for cell, one in cell_records(graded.notebook).items()
            )
        )

    def grade(self, console: Console, seed: int | None = None) -> Graded:
        """Grade and write feedback.

        What a killed command had run is written and not run again.
        """
        steps = {s.learner: self.step(s, seed) for s in self.accepted}
        by_step = {
            step: [s for s in self.accepted if steps[s.learner] is step]
            for step in Step
        }
        others = self.stale.keys() - steps.keys()
        marked = [learner for learner, step in steps.items() if step is Step.MARK]
        marked = sorted([*marked, *others])
        ended: dict[str, str | None] = {}
        with self._pipeline() as pipeline:
            for submission in by_step[Step.FEEDBACK]:
                ended[submission.learner] = pipeline.feedback(submission.learner)
            for submission in by_step[Step.WRITE]:
                self._marks.renew(self._pending_path(submission.learner))
                ended[submission.learner] = pipeline.write(submission.learner)
            for learner in marked:
                ended[learner] = self._mark(learner, pipeline)
            faults = {name: [log] for name, log in ended.items() if log is not None}
            again = [s for s in by_step[Step.WRITE] if s.learner in faults]
            todo = by_step[Step.RUN] + again
            for outcome in tracked(pipeline.run(todo), len(todo), console):
                learner = outcome.submission.learner
                tell(learner, outcome.told, console)
                faults[learner] = outcome.faults
                why = "\n".join(outcome.faults) if outcome.lasts else None
                if outcome.notebook is not None:
                    log = pipeline.write(learner)
                    if log is not None:
                        faults[learner] = [*outcome.faults, log]
                        why = NOT_WRITTEN
                self._keep_why(outcome.submission, why)
        self._enrol()
        changed = {learner: self.stale[learner] for learner in marked}
        done, pages = len(by_step[Step.DONE]), len(by_step[Step.FEEDBACK])
        return Graded(done, changed, pages, faults)

    @property
    def _failures(self) -> Failures:
        return Failures(self.assignment.place)

    def _keep_why(self, submission: Submission, why: str | None) -> None:
        """Why it would fail again; None where it would not."""
        try:
            if why is None:
                self._failures.forget(submission)
            else:
                self._failures.record(submission, why)
        except OSError as error:
            stop_for(error)  # otherwise it is only tried again in vain

    def _mark(self, learner: str, pipeline: Pipeline) -> str | None:
        """Write once more what was graded; what ended that, or None."""
        try:
            self._marks.prepare(learner, self._folders.get(learner))
        except OSError as error:
            stop_for(error)
            pipeline.place.forget(learner)
            return described(error)
        return pipeline.write(learner)

    @property
    def _folders(self) -> dict[str, Path]:
        """Where each submission that can be graded lies."""
        return {one.learner: one.folder for one in self.accepted}

    def regrade(self, write: bool, console: Console) -> Regraded:
        """Run what is graded again, on the inputs it had."""
        seeds = {}
        for submission in self.accepted:
            graded = self.graded(submission.learner)
            if graded is None or graded.record.submitted != submission.digest:
                continue
            if graded.record.run and graded.record.run.seed:
                seeds[submission.learner] = graded.record.run.seed
        again = [s for s in self.accepted if s.learner in seeds]
        found: list[Change] = []
        faults: dict[str, list[str]] = {}
        with self._pipeline(keep=write) as pipeline:
            runs = pipeline.run(again, seeds)
            for outcome in tracked(runs, len(again), console):
                learner = outcome.submission.learner
                tell(learner, outcome.told, console)
                faults[learner] = outcome.faults
                if outcome.notebook is not None:
                    known, new = self._marks.standings[learner], outcome.notebook
                    folder = outcome.submission.folder
                    after = self._marks.today.after(known, new, folder)
                    old = self.graded(learner)
                    before = old.notebook if old else None
                    found += changes(before, known, new, after)
                    log = pipeline.write(learner) if write else None
                    if log is not None:
                        faults[learner] = [*outcome.faults, log]
        found.sort(key=lambda change: (change.learner, change.grade_id))
        return Regraded(found, len(self.accepted) - len(again), faults)

    def _pipeline(self, keep: bool = True) -> Pipeline:
        return Pipeline(self.assignment, self.jobs, self.execute, keep)

    def _enrol(self) -> None:
        """Learners whose submission can't be graded are in nbgrader's exports too."""
        with self.assignment.course.gradebook() as gradebook:
            for submission in self.arrived:
                if submission.folder.is_dir():
                    gradebook.update_or_create_student(submission.learner)
