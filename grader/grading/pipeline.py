"""A class through the grader: several submissions run at once, one is written.

Running needs nothing but the submission and the settings; only writing touches the
gradebook, by nbgrader's own converters, in one thread.
"""

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import Autograde, GenerateFeedback
from traitlets.utils.importstring import import_item

from grader.errors import CourseError
from grader.grading import work
from grader.grading.course import Course
from grader.grading.intake import Submission, stage


@dataclass
class Outcome:
    """One submission after it ran; ``log`` says what failed on our side.

    ``notebook`` is None where nothing came of it.
    """

    submission: Submission
    notebook: NotebookNode | None
    log: str = ""


class Pipeline:
    """Grades submissions of one assignment.

    Args:
        course: the course, its settings as they shall be.
        assignment: its name.
        name: its notebook's name, without suffix.
        jobs: how many submissions run at once.
        execute: runs a sanitized notebook; by default in a kernel of this machine.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        name: str,
        jobs: int,
        execute: work.Execute = work.execute,
    ) -> None:
        self.course, self.assignment, self.name = course, assignment, name
        self.jobs, self._execute = jobs, execute
        settings = course.app.config.Autograde
        self._before = [import_item(p) for p in settings.sanitize_preprocessors]
        self._after = settings.autograde_preprocessors[1:]

    def run(
        self, submissions: Iterable[Submission], seeds: dict[str, int] | None = None
    ) -> Iterator[Outcome]:
        """Run submissions, each with its learner's seed if there is one.

        They come as they finish; no more than are at work are held in memory.
        """
        waiting, running = iter(submissions), set[Future[Outcome]]()
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                while True:
                    for submission in islice(waiting, self.jobs + 1 - len(running)):
                        seed = (seeds or {}).get(submission.learner, 0)
                        running.add(pool.submit(self._run, submission, seed))
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _run(self, submission: Submission, seed: int) -> Outcome:
        learner = submission.learner
        with tempfile.TemporaryDirectory(prefix="tandem-submission-") as scratch:
            try:
                path = stage(submission, Path(scratch), self.assignment, self.name)
                resources = self._resources(learner, path)
                notebook = nbformat.read(path, as_version=4)
                for preprocessor in self._before:
                    step = preprocessor(parent=self.course.app)
                    notebook, resources = step.preprocess(notebook, resources)
                options = {"seed": seed} if seed else {}
                settings = work.settings(self.course.app.config, **options)
                notebook, faults = self._execute(notebook, path.parent, settings)
            except CourseError:
                raise
            except Exception as error:
                # One submission's misfortune is not the class's.
                return Outcome(submission, None, f"{type(error).__name__}: {error}")
        return Outcome(submission, notebook, "\n".join(faults))

    def _resources(self, learner: str, path: Path) -> dict:
        """What nbgrader's converters tell their preprocessors."""
        return {
            "metadata": {"path": str(path.parent)},
            "nbgrader": {
                "student": learner,
                "assignment": self.assignment,
                "notebook": self.name,
                "db_url": self.course.directory.db_url,
            },
        }

    def write(self, outcome: Outcome) -> str:
        """Marks into the gradebook, then feedback; the log where something failed."""
        if outcome.notebook is None:
            return outcome.log
        learner = outcome.submission.learner
        with tempfile.TemporaryDirectory(prefix="tandem-write-") as scratch:
            path = stage(outcome.submission, Path(scratch), self.assignment, self.name)
            nbformat.write(outcome.notebook, path)
            done, log = self.course.convert(
                Autograde,
                self.assignment,
                learner,
                {"sanitize_preprocessors": [], "autograde_preprocessors": self._after},
                submitted_directory=scratch,
            )
        if done:
            done, more = self.feedback(learner)
            log += more
        return outcome.log if done else f"{outcome.log}\n{log}"

    def feedback(self, learner: str) -> tuple[bool, str]:
        """Write a graded submission's feedback; whether it succeeded, and the log."""
        return self.course.convert(GenerateFeedback, self.assignment, learner)
