"""nbgrader's Execute, made to survive what a submission does to its kernel.

The kernel runs in a sandbox. Answers are fetched as data, and after a cell that hangs
or kills the kernel a new one takes over.
"""

import asyncio
import subprocess
import time
from dataclasses import dataclass
from queue import Empty

from jupyter_client.client import KernelClient
from jupyter_client.manager import KernelManager
from nbclient.exceptions import DeadKernelError
from nbclient.util import ensure_async, run_sync
from nbformat import NotebookNode
from traitlets import Bool, Integer, default

from grader.grading.run.bounded import BoundedExecute
from grader.grading.run.graded_kernel import GradedManager, set_up, socket_folder
from grader.judging.verdict import Status

KERNEL_DIED = "kernel died"
NO_REPLY = "no answer that could be read"


@dataclass(frozen=True)
class Problem:
    """Why a cell, or the question for its answers, ended without a result."""

    status: Status
    kind: str = ""
    message: str = ""


class SturdyExecute(BoundedExecute):
    """Runs cells one by one; what goes wrong comes back as a :class:`Problem`."""

    timeout = Integer(
        60,
        allow_none=True,
        help="Seconds that one cell, or one exercise's answers, may take.",
    ).tag(config=True)
    grace = Integer(
        5, help="Seconds an interrupted kernel has to stop before it is killed."
    ).tag(config=True)
    notebook_timeout = Integer(
        900, min=1, help="Seconds that a whole notebook may take."
    ).tag(config=True)
    max_restarts = Integer(
        3, help="How often a submission gets a new kernel after it ended one."
    ).tag(config=True)
    unsafe = Bool(
        False,
        help="Run learners' code with your own rights, files and network.",
    ).tag(config=True)

    @default("shutdown_kernel")
    def _shutdown_kernel(self) -> str:
        return "immediate"  # nothing in it is worth waiting for

    def create_kernel_manager(self) -> KernelManager:
        """Make a manager whose kernel's sockets have a folder of their own."""
        self._sockets = socket_folder()
        self.kernel_manager_class = GradedManager
        manager = super().create_kernel_manager()
        set_up(manager, self.nb, self._sockets.name, self.unsafe)
        return manager

    def start_new_kernel(self, **kwargs: object) -> None:
        """Start the kernel's process, with nothing of what it prints kept."""
        # What the kernel's process prints by itself is not the notebook's output.
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        super().start_new_kernel(**silent, **kwargs)

    def start_new_kernel_client(self) -> KernelClient:
        """Connect to the kernel, and prepare it before its first cell."""
        client = super().start_new_kernel_client()
        self.limits = getattr(self.km.provisioner, "limits", None)
        run_sync(self._ask)(
            f'__import__("grader.learner.answering.begin", fromlist=["_"])'
            f".begin({self.max_output})",
            self.timeout or 60,
        )
        return client

    def begin(self) -> None:
        """Forget the last submission.

        ``abandoned`` becomes true when a kernel ended for a reason of the machine's.
        """
        super().begin()
        self._lost: Problem | None = None
        self._ran: list[str] = []
        self._restarts = 0
        self.abandoned = False
        self._deadline = time.monotonic() + self.notebook_timeout
        self.timeout_func = lambda cell: self._seconds

    @property
    def _seconds(self) -> int:
        """What is left for one cell, of its own time and of the notebook's."""
        return max(1, min(self.timeout or 10**6, self._left))

    @property
    def _left(self) -> int:
        return int(self._deadline - time.monotonic())

    def run_cell(self, cell: NotebookNode, index: int) -> Problem | None:
        """Execute one cell; what it raised, or why it did not end."""
        if self._lost:
            self._replace_kernel()
        if self._lost:
            return self._lost
        if self._left <= 0:
            return self._out_of_time()
        self.answered, seconds = {}, self._seconds
        try:
            self.execute_cell(cell, index, store_history=True)
            kind = self.answered.get("ename", "")
            if kind != "CellTimeoutError":
                self._ran.append(cell.source)
                if self.answered.get("status") != "error":
                    return None
                return Problem(Status.ERROR, kind, self.answered["evalue"])
            # The interrupt may have been caught or blocked.
            run_sync(self._ask)("None", self.grace)
        except DeadKernelError:
            return self._crash()
        except TimeoutError:
            pass  # the kernel is gone; the next cell gets a new one
        return Problem(Status.TIMEOUT, "timeout", f"{seconds} s")

    def ask(self, expression: str) -> dict | Problem:
        """The value of a Python expression in the kernel, as Jupyter's MIME bundle."""
        seconds = self._seconds
        try:
            reply = run_sync(self._ask)(expression, seconds)
        except DeadKernelError:
            return self._crash()
        except TimeoutError:
            return Problem(Status.TIMEOUT, "timeout", f"{seconds} s")
        value = reply.get("user_expressions", {}).get("answers", {})
        if value.get("status") == "ok":
            return value["data"]
        kind, message = value.get("ename", NO_REPLY), value.get("evalue", "")
        return Problem(Status.ERROR, kind, message)

    def _crash(self) -> Problem:
        self._lost = _gone("an earlier cell ended the kernel")
        provisioner = self.km.provisioner
        self.abandoned |= getattr(provisioner, "abandoned", False)
        why = getattr(provisioner, "excess", str)()
        return Problem(Status.CRASHED, KERNEL_DIED, why)

    def _out_of_time(self) -> Problem:
        return Problem(
            Status.TIMEOUT, "notebook", f"the notebook's {self.notebook_timeout} s"
        )

    def _replace_kernel(self) -> None:
        """A new kernel, in the state that the cells before the fatal one had left."""
        if self._restarts >= self.max_restarts or self._left <= 0:
            return
        self._restarts += 1
        self._cleanup_kernel()
        self._sockets.cleanup()
        self.create_kernel_manager()
        self.start_new_kernel()
        self.start_new_kernel_client()
        self._lost = None
        try:
            for source in self._ran:
                run_sync(self._ask)("None", self._seconds, source)
        except DeadKernelError:
            self._crash()
        except TimeoutError:
            self._lost = self._lost or _gone("running the cells before it took long")

    async def _ask(self, expression: str, timeout: int, code: str = "") -> dict:
        """Exactly one reply belongs to a request: prints can't be taken for it."""
        request = self.kc.execute(
            code,
            silent=True,
            store_history=False,
            allow_stdin=False,
            stop_on_error=False,
            user_expressions={"answers": expression},
        )
        prints = asyncio.ensure_future(self._discard_output())
        try:
            reply = await self._reply(request, timeout)
            if reply is not None:
                return reply
            await ensure_async(self.km.interrupt_kernel())
            if await self._reply(request, self.grace) is None:
                self.log.error("The kernel could not be interrupted; killing it")
                self._lost = _gone("an earlier cell could not be interrupted")
                await ensure_async(self.km.shutdown_kernel(now=True))
            raise TimeoutError
        finally:
            prints.cancel()

    async def _reply(self, request: str, timeout: int) -> dict | None:
        deadline = time.monotonic() + timeout
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = await ensure_async(
                    self.kc.shell_channel.get_msg(timeout=min(1, left))
                )
            except Empty:
                await self._async_check_alive()
            else:
                if message["parent_header"].get("msg_id") == request:
                    return message["content"]
        return None

    async def _discard_output(self) -> None:
        # Left unread, the output of an endless print would pile up in memory.
        while True:
            await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))


def _gone(why: str) -> Problem:
    """What every cell after the end of the kernel is told."""
    return Problem(Status.CRASHED, "kernel gone", why)
