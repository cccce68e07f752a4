"""A class through the grader: several submissions run at once, one is written.

Running needs nothing but the submission and the settings. What has run is kept on
disk before anything else is done with it. Only writing touches the gradebook, by
nbgrader's own converters, in one thread; the order in which a submission is written,
so that a command killed in between can be run again:

1. ``pending/``: the notebook with outputs and verdicts, moved there at once.
2. The gradebook: learner and empty submission in a transaction each, then all scores
   and comments in one. Until then the former ones stand.
3. ``autograded/``: its former copy is removed before 2, the new one is written in
   place by nbgrader, which is not atomic; it counts once it says ``recorded``.
4. ``feedback/``: written in place as well; it counts once it ends as a page does.
5. ``pending/`` lets go of it.

A kill before 5 leaves it in ``pending/``, and the next command goes on from there.
"""

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import nbformat
import traitlets.log
from nbformat import NotebookNode
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter

from grader.common.errors import CourseError
from grader.grading import execution
from grader.grading.intake.folders import listed
from grader.grading.intake.notebook_format import Unreadable
from grader.grading.intake.submission import Submission, stage
from grader.grading.place import sqlite
from grader.grading.place.assignment import Assignment
from grader.grading.place.converting import heard
from grader.grading.place.troubles import in_words, stop_for
from grader.grading.plugins.execute_and_judge import FORMER, Ran
from grader.grading.plugins.source_files import lay_over, source_files
from grader.grading.plugins.steps import configured, steps_of, taken
from grader.grading.record import GradedNotebook, RunRecord

CHANGED = "files of the assignment had been changed"
TRIES = 2  # a kernel that the machine failed gets another


@dataclass
class Outcome:
    """One submission after it ran.

    Attributes:
        notebook: None where nothing came of it.
        faults: what failed on our side, each in words.
        lasts: it would fail again.
        told: what else was logged meanwhile.
    """

    submission: Submission
    notebook: NotebookNode | None
    faults: list[str] = field(default_factory=list)
    lasts: bool = False
    told: list[str] = field(default_factory=list)


def described(error: Exception) -> str:
    """An error for the instructor to read."""
    return f"{type(error).__name__}: {error}"


class Record(Autograde):
    """The first of Autograde's two rounds, for what has been restored and run."""

    _former = ""

    def init_destination(self, assignment_id: str, student_id: str) -> bool:
        """Note which submission was graded before, and empty the folder."""
        # What lies there is about to be removed.
        where = self.coursedir.autograded_directory
        folder = Path(self.coursedir.format_path(where, student_id, assignment_id))
        for notebook in self.notebooks:
            graded = GradedNotebook.read(folder / Path(notebook).name)
            self._former = graded.record.submitted if graded else ""
        return super().init_destination(assignment_id, student_id)

    def init_single_notebook_resources(self, notebook_filename: str) -> dict[str, Any]:
        """nbgrader's resources, with the digest of what was graded before."""
        resources = super().init_single_notebook_resources(notebook_filename)
        return resources | {FORMER: self._former}

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Convert the notebook with this round's preprocessors alone."""
        self._init_preprocessors()
        BaseConverter.convert_single_notebook(self, notebook_filename)


def _of_traitlets() -> logging.Logger:
    """The log of parts that belong to no application, which may be one's."""
    found = traitlets.log.get_logger()
    return found.logger if isinstance(found, logging.LoggerAdapter) else found


def _note_changed(notebook: NotebookNode, files: list[str]) -> None:
    record = RunRecord.of(notebook) or RunRecord()
    note = f"{CHANGED}: {listed(files)}"
    replace(record, put_right=(*record.put_right, note)).write(notebook)


class Pipeline:
    """Grades submissions of one assignment; a context manager around its threads.

    Args:
        assignment: of a course whose settings are as they shall be.
        jobs: how many submissions run at once.
        execute: runs a sanitized notebook; by default in a kernel of this machine.
        keep: whether what has run is to be written later.
    """

    def __init__(
        self,
        assignment: Assignment,
        jobs: int,
        execute: execution.Execute = execution.execute,
        keep: bool = True,
    ) -> None:
        self.assignment, self._app = assignment, assignment.course.app
        self.jobs, self._execute, self._keep = jobs, execute, keep
        self.place = assignment.place
        self._steps = steps_of(self._app)
        self._files = source_files(configured(Autograde, self._app), assignment.name)
        self._pool = ThreadPoolExecutor(jobs)

    def __enter__(self) -> "Pipeline":
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        # On an error those at work may finish: they are kept. The user won't wait.
        stopped = kind is not None and issubclass(kind, KeyboardInterrupt)
        self._pool.shutdown(wait=not stopped, cancel_futures=True)

    def run(
        self, submissions: Iterable[Submission], seeds: dict[str, int] | None = None
    ) -> Iterator[Outcome]:
        """Run submissions, each with its learner's seed if there is one.

        They come as they finish; no more than are at work are held in memory.

        Raises:
            CourseError: something fails that would fail for all.
        """
        waiting, running = iter(submissions), set[Future[Outcome]]()
        while True:
            for submission in islice(waiting, self.jobs + 1 - len(running)):
                seed = (seeds or {}).get(submission.learner, 0)
                running.add(self._pool.submit(self._run, submission, seed))
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()

    def _run(self, submission: Submission, seed: int) -> Outcome:
        with heard(self._app.log, _of_traitlets()) as records:
            outcome = self._graded(submission, seed)
        told = [one.getMessage() for one in records if one.levelno >= logging.WARNING]
        outcome.told = list(dict.fromkeys(told))
        return outcome

    def _graded(self, submission: Submission, seed: int) -> Outcome:
        learner = submission.learner
        attempt = 0
        while True:
            attempt += 1
            again = attempt < TRIES
            try:
                path = self.assignment.inside(self.place.begin(learner))
                stage(submission, path)
                changed = lay_over(self._files, path.parent)
                ran = self._executed(learner, path, seed)
                if changed:
                    _note_changed(ran.notebook, changed)
                if self._keep:
                    nbformat.write(ran.notebook, path)
                    self.place.keep(learner)
                else:
                    self.place.forget(learner)
                return Outcome(submission, ran.notebook, ran.faults)
            except Exception as error:
                stop_for(error)
                # One submission's misfortune is not the class's.
                if not again or isinstance(error, (Unreadable, FileNotFoundError)):
                    self.place.forget(learner)
                    passing = (OSError, MemoryError, Unreadable)
                    lasts = not isinstance(error, passing)
                    return Outcome(submission, None, [described(error)], lasts)

    def _executed(self, learner: str, path: Path, seed: int) -> Ran:
        resources = self._resources(learner, path)
        notebook = nbformat.read(path, as_version=4)
        for steps in (self._steps.sanitize, self._steps.before):
            notebook, resources = taken(steps, self._app, notebook, resources)
        options = {"seed": seed} if seed else {}
        settings = execution.settings(self._app.config, **options)
        return self._execute(notebook, path.parent, settings)

    def _resources(self, learner: str, path: Path) -> dict[str, Any]:
        """What nbgrader's converters tell their preprocessors."""
        assignment = self.assignment
        return {
            "metadata": {"name": assignment.notebook, "path": str(path.parent)},
            "nbgrader": {
                "student": learner,
                "assignment": assignment.name,
                "notebook": assignment.notebook,
                "db_url": sqlite.shared(assignment.course.directory.db_url),
            },
        }

    def write(self, learner: str) -> str | None:
        """What is pending of a learner into the gradebook; what ended that, or None.

        Raises:
            CourseError: something fails that would fail for all; it stays pending.
        """
        converted = self.assignment.course.convert(
            Record,
            self.assignment.name,
            learner,
            {"sanitize_preprocessors": self._steps.after},
            submitted_directory=str(self.place.pending(learner).parent),
        )
        if converted.error is None:
            return self.feedback(learner)
        return self._failed(learner, converted.error, converted.log)

    def feedback(self, learner: str) -> str | None:
        """Write a graded submission's feedback; what ended that, or None.

        Raises:
            CourseError: as :meth:`write`.
        """
        course, name = self.assignment.course, self.assignment.name
        converted = course.convert(GenerateFeedback, name, learner)
        if converted.error is not None:
            return self._failed(learner, converted.error, converted.log)
        self.place.drop(learner)
        return None

    def _failed(self, learner: str, error: Exception, log: str) -> str:
        sentence = in_words(error)
        if sentence is not None:
            raise CourseError(sentence) from error
        self.place.drop(learner)  # it would fail again: run it again instead
        return log
