"""One kernel that runs a submission's cells and is asked for answers.

What a cell does to its kernel ends in one of the exceptions here.
"""

import asyncio
import subprocess
import time

import traitlets.log
from nbformat import NotebookNode
from traitlets.config import Config

from grader.grading.run.allowed import Allowed
from grader.grading.run.connection import Connection
from grader.grading.run.graded_kernel import GradedManager, set_up, socket_folder
from grader.grading.run.messages import Message, Object
from grader.grading.run.outputs import Outputs
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.provisioner import SandboxProvisioner

LAST_OUTPUT = 4  # seconds that a cell's output may come after its reply


class KernelDied(Exception):
    """The kernel died before it replied."""


class TimeIsUp(TimeoutError):
    """The kernel did not reply in time, and stopped as it was interrupted."""


class Unstoppable(TimeIsUp):
    """The kernel could not be interrupted either, and has been killed."""


class RunningKernel:
    """A kernel from its start until it is closed.

    Args:
        notebook: what it is to run.
        folder: where it runs.
        allowed: what it may take.
        config: settings of its manager and provisioner.
    """

    def __init__(
        self, notebook: NotebookNode, folder: str, allowed: Allowed, config: Config
    ) -> None:
        self._folder, self._allowed = folder, allowed
        self._sockets = socket_folder()
        self._manager = GradedManager(config=config)
        set_up(self._manager, notebook, self._sockets.name, allowed.unsafe)
        self._connection: Connection | None = None
        self._log = traitlets.log.get_logger()

    @property
    def limits(self) -> Limits | None:
        """Those of its sandbox; None where there is none."""
        return self._sandbox.limits if self._sandbox else None

    @property
    def excess(self) -> str | None:
        """Which limit it was ended for, in words; None where it was not."""
        return self._sandbox.excess() if self._sandbox else None

    async def start(self) -> None:
        """Start it, and make it ready for cells.

        Raises:
            RuntimeError: it died, or has not started in time.
            KernelDied, TimeIsUp: it could not be made ready.
        """
        # What the kernel's process prints by itself is not the notebook's output.
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        await self._manager.start_kernel(cwd=self._folder, **silent)
        info = self._manager.get_connection_info(session=True)
        self._connection = Connection(info)
        seconds = self._allowed.start
        try:
            await asyncio.wait_for(self._answers(self._connection), seconds)
        except TimeoutError as error:
            raise RuntimeError(f"the kernel did not start in {seconds} s") from error
        await self.ask(
            f'__import__("grader.learner.answering.begin", fromlist=["_"])'
            f".begin({self._allowed.output})",
            self._allowed.cell or 60,
        )

    async def _answers(self, connection: Connection) -> None:
        while not await connection.answers():
            if not await self._manager.is_alive():
                raise RuntimeError("the kernel died as it started")

    async def run(
        self, cell: NotebookNode, outputs: Outputs, seconds: int
    ) -> Object | None:
        """Run one cell; the kernel's reply, or None where the cell was interrupted.

        Raises:
            KernelDied: it died before it replied.
        """
        outputs.begin(cell)
        request = self._send(cell.source, store_history=True)
        showing = asyncio.ensure_future(self._show(request, outputs))
        try:
            reply = await self._reply(request, seconds)
            if reply is None:
                self._log.error("A cell ran longer than %i s: interrupting it", seconds)
                await self._manager.interrupt_kernel()
            outputs.note_time("shell.execute_reply")
            await asyncio.wait_for(showing, LAST_OUTPUT)
        except TimeoutError:
            # A cell that floods its output is late with it; that costs no marks.
            self._log.warning("A cell's output was not read to its end")
        finally:
            showing.cancel()
        return reply

    async def ask(self, expression: str, seconds: float, code: str = "") -> Object:
        """The kernel's reply to a Python expression, after it has run ``code``.

        Exactly one reply belongs to a request: prints can't be taken for it.

        Raises:
            KernelDied: it died before it replied.
            TimeIsUp: it did not reply in time.
        """
        request = self._send(
            code,
            silent=True,
            store_history=False,
            user_expressions={"answers": expression},
        )
        prints = asyncio.ensure_future(self._discard_output())
        try:
            reply = await self._reply(request, seconds)
            if reply is not None:
                return reply
            await self._manager.interrupt_kernel()
            if await self._reply(request, self._allowed.grace) is not None:
                raise TimeIsUp
            self._log.error("The kernel could not be interrupted; killing it")
            await self._manager.shutdown_kernel(now=True)
            raise Unstoppable
        finally:
            prints.cancel()

    async def close(self) -> None:
        """End it, and whatever is left of it."""
        try:
            if await self._manager.is_alive():
                # Nothing in it is worth waiting for.
                await self._manager.shutdown_kernel(now=True)
        finally:
            await self._manager.cleanup_resources()
            if self._connection:
                self._connection.close()
            self._sockets.cleanup()

    @property
    def _sandbox(self) -> SandboxProvisioner | None:
        started_by = self._manager.provisioner
        return started_by if isinstance(started_by, SandboxProvisioner) else None

    @property
    def _channels(self) -> Connection:
        assert self._connection, "the kernel was not started"
        return self._connection

    def _send(self, code: str, **options: object) -> str:
        request = {"code": code, "allow_stdin": False, "stop_on_error": False}
        return self._channels.shell.send("execute_request", request | options)

    async def _reply(self, request: str, seconds: float) -> Object | None:
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = await self._channels.shell.get(min(1, left))
            if message is None:
                if not await self._manager.is_alive():
                    self._log.error("The kernel died before it replied")
                    raise KernelDied("the kernel died before it replied")
            elif message["msg_type"] == "execute_reply" and _is_of(request, message):
                content: Object = message["content"]
                return content
        return None

    async def _show(self, request: str, outputs: Outputs) -> None:
        while True:
            message = await self._channels.iopub.get()
            if message and _is_of(request, message) and outputs.take(message):
                return

    async def _discard_output(self) -> None:
        # Left unread, the output of an endless print would pile up in memory.
        while True:
            await self._channels.iopub.get()


def _is_of(request: str, message: Message) -> bool:
    return bool(message["parent_header"]["msg_id"] == request)
