"""A submission's kernels, from the first cell to the last.

After a cell that hangs or kills its kernel a new one takes over.
"""

import time

from jupyter_core.utils import run_sync
from nbformat import NotebookNode
from traitlets.config import Config

from grader.grading.run.allowed import Allowed
from grader.grading.run.messages import Object
from grader.grading.run.outputs import Outputs
from grader.grading.run.problem import Ending, Problem
from grader.grading.run.running_kernel import (
    KernelDied,
    RunningKernel,
    TimeIsUp,
    Unstoppable,
)
from grader.kernels.jail.layers.limits import Limits

SKIP = "skip-execution"  # Jupyter's tag of a cell that is not to be run
# As a cell shows that it was interrupted; nbgrader's own words.
LATE = "CellTimeoutError"
NO_REPLY = f"\x1b[0;31m{LATE}\x1b[0m: No reply from kernel before timeout"
NO_TRACEBACK = "ERROR: An error occurred while showtraceback was disabled"
UNREAD = "no answer that could be read"


class KernelSession:
    """Runs cells one by one; what goes wrong comes back as a :class:`Problem`.

    It is a context manager: its time counts from the start of the block, at whose end
    its kernel ends as well.

    Args:
        notebook: the submission.
        folder: where it runs.
        allowed: what it may take.
        config: settings of the kernels' manager and provisioner.
    """

    def __init__(
        self, notebook: NotebookNode, folder: str, allowed: Allowed, config: Config
    ) -> None:
        self._given = notebook, folder, allowed, config
        self._allowed = allowed
        self._outputs = Outputs(allowed.output, allowed.notebook_output)
        self._lost: Problem | None = None
        self._ran: list[str] = []
        self._restarts = 0

    def __enter__(self) -> "KernelSession":
        self._deadline = time.monotonic() + self._allowed.notebook
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        run_sync(self._kernel.close)()

    @property
    def limits(self) -> Limits | None:
        """Those of the sandbox; None where there is none."""
        return self._kernel.limits

    def run(self, cell: NotebookNode) -> Problem | None:
        """Run one cell, if there is code to run; what it raised, or why it did not end.

        Its outputs are the cell's afterwards, as many as are allowed.
        """
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or SKIP in tags:
            return None
        if self._lost:
            self._replace_kernel()
        if self._lost:
            return self._lost
        if self._left <= 0:
            words = f"the notebook's {self._allowed.notebook} s"
            return Problem(Ending.OUT_OF_TIME, words)
        seconds = self._seconds
        try:
            reply = run_sync(self._kernel.run)(cell, self._outputs, seconds)
            if reply is None:
                self._outputs.add_error(LATE, "", [NO_REPLY])
                # The interrupt may have been caught or blocked.
                run_sync(self._kernel.ask)("None", self._allowed.grace)
                return _late(seconds)
        except KernelDied:
            return self._died()
        except TimeIsUp as error:
            return self._stopped(error, seconds)
        self._ran.append(cell.source)
        if reply["status"] != "error":
            return None
        name, message = reply["ename"], reply["evalue"]
        self._outputs.add_error(name, message, reply["traceback"] or [NO_TRACEBACK])
        return Problem(Ending.RAISED, message, name)

    def ask(self, expression: str) -> Object | Problem:
        """The value of a Python expression in the kernel, as Jupyter's MIME bundle."""
        seconds = self._seconds
        try:
            reply = run_sync(self._kernel.ask)(expression, seconds)
        except KernelDied:
            return self._died()
        except TimeIsUp as error:
            return self._stopped(error, seconds)
        value = reply.get("user_expressions", {}).get("answers")
        if value is None:
            return Problem(Ending.UNREADABLE, kind=UNREAD)
        if value["status"] != "ok":
            return Problem(Ending.RAISED, value["evalue"], value["ename"])
        data: Object = value["data"]
        return data

    @property
    def _seconds(self) -> int:
        """What is left for one cell, of its own time and of the notebook's."""
        return max(1, min(self._allowed.cell or 10**6, self._left))

    @property
    def _left(self) -> int:
        return int(self._deadline - time.monotonic())

    def _start(self) -> None:
        self._kernel = RunningKernel(*self._given)
        try:
            run_sync(self._kernel.start)()
        except BaseException:
            run_sync(self._kernel.close)()
            raise

    def _replace_kernel(self) -> None:
        """A new kernel, in the state that the cells before the fatal one had left."""
        if self._restarts >= self._allowed.restarts or self._left <= 0:
            return
        self._restarts += 1
        run_sync(self._kernel.close)()
        self._start()
        self._lost = None
        try:
            for source in self._ran:
                run_sync(self._kernel.ask)("None", self._seconds, source)
        except KernelDied:
            self._died()
        except TimeIsUp as error:
            self._stopped(error, self._seconds)
            self._lost = self._lost or _gone("running the cells before it took long")

    def _died(self) -> Problem:
        self._lost = _gone("an earlier cell ended the kernel")
        return Problem(Ending.DIED, self._kernel.excess or "", "kernel died")

    def _stopped(self, error: TimeIsUp, seconds: int) -> Problem:
        if isinstance(error, Unstoppable):
            self._lost = _gone("an earlier cell could not be interrupted")
        return _late(seconds)


def _gone(why: str) -> Problem:
    """What every cell after the end of the kernel is told."""
    return Problem(Ending.GONE, why)


def _late(seconds: int) -> Problem:
    return Problem(Ending.LATE, f"{seconds} s")
