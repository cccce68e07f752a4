"""One assignment's class: what there is to grade, and grading it with progress."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from grader.grading import work
from grader.grading.course import Course
from grader.grading.intake import Arrival, Submission, scan
from grader.grading.pipeline import Outcome, Pipeline
from grader.grading.regrade import Change, changes, statuses
from grader.judging.verdict import Status

# A kernel's start and end are mostly waiting: more of them than cores pays.
DEFAULT_JOBS = 2 * (os.cpu_count() or 1)


@dataclass
class Class:
    """The submissions of one assignment.

    Attributes:
        name: the assignment's notebook, without suffix.
        cells: the grade ids of its cells.
        jobs: how many submissions run at once.
        execute: runs a sanitized notebook.
    """

    course: Course
    assignment: str
    name: str
    cells: set[str]
    jobs: int
    execute: work.Execute = work.execute

    @cached_property
    def arrived(self) -> list[Submission]:
        """Everything in ``submitted/``."""
        folder = self.course.folder("submitted")
        return scan(folder, self.assignment, self.name, self.cells)

    @property
    def accepted(self) -> list[Submission]:
        return [one for one in self.arrived if one.arrival is Arrival.ACCEPTED]

    def graded(self, learner: str) -> NotebookNode | None:
        """A learner's autograded notebook, if it and the gradebook are complete."""
        folder = self.course.folder("autograded") / learner / self.assignment
        try:
            notebook = nbformat.read(folder / f"{self.name}.ipynb", as_version=4)
        except (OSError, ValueError, nbformat.ValidationError):
            return None
        recorded = notebook.metadata.get("tandem", {}).get("recorded")
        return notebook if recorded and learner in self._marked else None

    @cached_property
    def _marked(self) -> set[str]:
        with self.course.gradebook() as gradebook:
            found = gradebook.assignment_submissions(self.assignment)
            return {submission.student.id for submission in found}

    def is_done(self, submission: Submission) -> bool:
        """Whether this very notebook is graded, without a fault of ours, and all of
        it is written."""
        graded = self.graded(submission.learner)
        if graded is None or graded.metadata.tandem.submitted != submission.digest:
            return False
        if Status.GRADER_FAULT in statuses(graded).values():
            return False
        folder = self.course.folder("feedback") / submission.learner / self.assignment
        return self._feedback_is_whole(folder / f"{self.name}.html")

    @staticmethod
    def _feedback_is_whole(path: Path) -> bool:
        try:
            return path.read_text(encoding="utf-8").rstrip().endswith("</html>")
        except (OSError, UnicodeDecodeError):
            return False

    def grade(self, submissions: list[Submission], console: Console) -> str:
        """Grade and write feedback; the log of what failed on our side."""
        pipeline = self._pipeline()
        logs = []
        for outcome in self._progress(pipeline.run(submissions), submissions, console):
            log = pipeline.write(outcome)
            if log:
                logs.append(f"== {outcome.submission.learner}\n{log}")
        self._enrol()
        return "\n".join(logs)

    def regrade(self, write: bool, console: Console) -> tuple[list[Change], str]:
        """Run what is graded again; what changed, and the log of what failed."""
        seeds = {}
        for submission in self.accepted:
            graded = self.graded(submission.learner)
            if graded is not None:
                seeds[submission.learner] = graded.metadata.tandem.seed
        again = [s for s in self.accepted if s.learner in seeds]
        pipeline, found, logs = self._pipeline(), [], []
        for outcome in self._progress(pipeline.run(again, seeds), again, console):
            learner, log = outcome.submission.learner, outcome.log
            if outcome.notebook is not None:
                found += changes(learner, self.graded(learner), outcome.notebook)
                if write:
                    log = pipeline.write(outcome)
            if log:
                logs.append(f"== {learner}\n{log}")
        return sorted(found, key=lambda c: (c.learner, c.grade_id)), "\n".join(logs)

    def _pipeline(self) -> Pipeline:
        return Pipeline(
            self.course, self.assignment, self.name, self.jobs, self.execute
        )

    def _progress(
        self, outcomes: Iterator[Outcome], all_of_them: list, console: Console
    ) -> Iterator[Outcome]:
        """``outcomes``, with a bar, the throughput and the time left."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(elapsed_when_finished=True),
        )
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("Grading", total=len(all_of_them), rate="")
            for outcome in outcomes:
                yield outcome
                speed = progress.tasks[0].speed or 0
                progress.update(task, advance=1, rate=f"{60 * speed:.0f} a minute")

    def _enrol(self) -> None:
        """Learners whose submission can't be graded are in nbgrader's exports too."""
        with self.course.gradebook() as gradebook:
            for submission in self.arrived:
                if submission.folder.is_dir():
                    gradebook.update_or_create_student(submission.learner)
