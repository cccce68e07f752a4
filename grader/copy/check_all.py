"""Runs the exercises that a learner has attempted, and says which are correct.

Each notebook runs in its own kernel, in memory: its file does not change. The learner's
cells run as they are; the checks are the course's. If a cell ends the kernel or takes
too long, the notebook runs again without this cell and without the checks that are
already done.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode

from grader.common import course
from grader.common.bounds import CELL_SECONDS
from grader.common.errors import CourseError
from grader.common.frameworks import NEUTRAL
from grader.common.places import cell_id, places
from grader.common.status import Status
from grader.common.tracks import frameworks_of
from grader.copy.copied_notebooks import learners, put_back, released
from grader.copy.learners_copy import require_copy
from grader.learner.display import TRANSIENT
from grader.learner.progress_record import remember

QUIET = logging.getLogger("tandem.check_all")
QUIET.setLevel(logging.CRITICAL + 1)
Pair = tuple[str, str]  # an exercise's id, and a framework or NEUTRAL


@dataclass
class Checked:
    """The results of :func:`check_all`.

    Attributes:
        statuses: by exercise and framework, in the order of the course, for each
            exercise that was attempted in one framework of the copy. That of a neutral
            exercise is under ``NEUTRAL``.
        details: by exercise and framework, the exception if a check gave no verdict.
        notes: sentences about cells and notebooks that were left out.
    """

    statuses: dict[str, dict[str, Status]] = field(default_factory=dict)
    details: dict[Pair, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def all_correct(self) -> bool:
        """Whether everything that was attempted is correct."""
        states = {s for each in self.statuses.values() for s in each.values()}
        done = {Status.CORRECT, Status.NOT_ATTEMPTED}
        return states <= done and not self.notes


def check_all(
    folder: Path,
    timeout: int = CELL_SECONDS,
    on_cell: Callable[[str, int, int], None] = lambda name, done, total: None,
    root: Path | None = None,
) -> Checked:
    """Check every attempted exercise of the copy in or around ``folder``.

    Progress is kept as ``check`` keeps it.

    Args:
        folder: the learner's copy, or a folder inside it.
        timeout: seconds that one cell may run.
        on_cell: called with the notebook's name, the number of cells that are done,
            and the number of all cells.
        root: where the course is; found by itself when not given.

    Raises:
        CourseError: there is no copy, or a notebook asks for a kernel that isn't
            installed.
    """
    root = (root or course.course_root()).resolve()
    home, track = require_copy(folder)
    halves = (*frameworks_of(track), NEUTRAL)
    checked = Checked()
    assigned: dict[Path, list[str]] = {}
    for exercise, place in places(root).items():
        if place.notebook.startswith("exercises/"):
            assigned.setdefault(Path(place.notebook), []).append(exercise)
    for name, exercises in assigned.items():
        try:
            mine = learners(home / name)
        except CourseError as error:
            checked.notes.append(f"{error}.")
            continue
        release = released(home, name, root, track)
        run = _Run(home, name, mine, checked, timeout, on_cell)
        for exercise in exercises:
            cells = places(root)[exercise].cells
            there = [half for half in halves if half in cells]
            run.halves[exercise] = there
            for half in there:
                solution, check = cells[half]
                if _source(mine, solution) not in (None, _source(release, solution)):
                    run.pairs[check] = exercise, half
                    run.solutions[solution] = check
        if run.pairs:
            put_back(mine, release, list(run.pairs))
            run.run()
    return checked


class _Client(NotebookClient):
    """nbclient's client, which also receives the verdicts that checks show."""

    on_verdict: Callable[[Status], None]

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Look for the verdict that :func:`display.show` adds, then do as nbclient."""
        told = msg["content"].get("transient", {}).get(TRANSIENT)
        if told is not None:
            # A learner's code may send anything.
            with suppress(ValueError, TypeError, KeyError):
                self.on_verdict(Status(told["status"]))
        return super().process_message(msg, cell, cell_index)


class _Run:
    """One notebook's checks, by the ids of their cells."""

    def __init__(
        self,
        home: Path,
        name: Path,
        notebook: NotebookNode,
        checked: Checked,
        timeout: int,
        on_cell: Callable[[str, int, int], None],
    ) -> None:
        self.home, self.name, self.notebook = home, name, notebook
        self.checked, self.timeout, self.on_cell = checked, timeout, on_cell
        self.halves: dict[str, list[str]] = {}  # of each exercise in this track
        self.pairs: dict[str, Pair] = {}
        self.solutions: dict[str, str] = {}  # id of the solution: id of its check
        self.answers: dict[Pair, Status] = {}
        self.shown: Status | None = None  # by the check that runs
        self.at = 0

    def run(self) -> None:
        """Run until every check has an answer, or can't have one."""
        for cell in self.notebook.cells:
            # Checks of exercises that were not attempted need not run.
            if cell.metadata.get("nbgrader", {}).get("grade") and not self._pair(cell):
                cell.source = ""
        while trouble := self._execute():
            self._leave_out(self.notebook.cells[self.at], trouble)
        for exercise, half in self.pairs.values():
            states = self.checked.statuses.setdefault(
                exercise, dict.fromkeys(self.halves[exercise], Status.NOT_ATTEMPTED)
            )
            states[half] = self.answers[exercise, half]

    def _execute(self) -> Status | None:
        """Run the cells that are left; the status of one that stopped it, or None."""
        client = _Client(
            self.notebook,
            timeout=self.timeout,
            allow_errors=True,
            record_timing=False,
            # This hides the kernel's warnings, which are about the machine.
            extra_arguments=["--log-level=40"],
            resources={"metadata": {"path": str((self.home / self.name).parent)}},
            on_cell_start=self._begins,
            on_cell_executed=self._answers,
        )
        client.log = QUIET
        client.on_verdict = self._verdict
        self.at = -1
        try:
            client.execute()
        except CellTimeoutError:
            return Status.TIMEOUT
        except NoSuchKernel as error:
            raise CourseError(
                f"{self.name} asks for the kernel {error.name}, which is not "
                "installed here; open it in JupyterLab and choose another"
            ) from None
        except RuntimeError as error:  # DeadKernelError is one
            if self.at < 0:
                raise CourseError(
                    f"the kernel of {self.name} does not start: {error}"
                ) from error
            return Status.CRASHED
        return None

    def _begins(self, cell: NotebookNode, cell_index: int) -> None:
        self.at, self.shown = cell_index, None
        self.on_cell(self.name.stem, cell_index, len(self.notebook.cells))

    def _answers(
        self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]
    ) -> None:
        pair = self._pair(cell)
        if pair is None:
            return
        reply = execute_reply["content"]
        if reply["status"] == "ok":
            self._note(pair, Status.CORRECT)
        elif self.shown not in (None, Status.CORRECT):
            self._note(pair, self.shown)
        else:
            detail = f"{reply['ename']}: {reply['evalue']}"
            self._note(pair, Status.ERROR, detail)
        cell.source = ""

    def _verdict(self, status: Status) -> None:
        self.shown = status

    def _leave_out(self, cell: NotebookNode, status: Status) -> None:
        cell.source = ""
        check = self.solutions.get(cell_id(cell), cell_id(cell))
        if check not in self.pairs:
            crashed = status is Status.CRASHED
            what = "ended its kernel" if crashed else "ran too long"
            self.checked.notes.append(
                f"{self.name.as_posix()}: cell {self.at + 1} {what} and was left out."
            )
            return
        self._note(self.pairs[check], status)
        for other in self.notebook.cells:
            if cell_id(other) == check:
                other.source = ""

    def _note(self, pair: Pair, status: Status, detail: str | None = None) -> None:
        """Keep an answer; store it as progress if the check in the kernel could not."""
        from grader.judging.verdict import Verdict

        self.answers[pair] = status
        if detail is not None:
            self.checked.details[pair] = detail
        if detail is not None or status in (Status.TIMEOUT, Status.CRASHED):
            remember(Verdict(*pair, status, detail or ""), self.home)

    def _pair(self, cell: NotebookNode) -> Pair | None:
        return self.pairs.get(cell_id(cell))


def _source(notebook: NotebookNode, cell: str) -> str | None:
    return next((c.source for c in notebook.cells if cell_id(c) == cell), None)
