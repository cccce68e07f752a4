"""The kernel that a submission runs in, and how the grader is connected to it."""

import asyncio
import os
import re
import sys
import tempfile
from queue import Empty

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbformat import NotebookNode
from traitlets import Bool, Dict, Type, default

from grader.common.bounds import MIB
from grader.grading.run.channels import StrictChannel
from grader.grading.run.gate import Gate
from grader.kernels import forked
from grader.kernels.jail.layers.view import place_of_sockets
from grader.kernels.provisioner import NAME
from grader.kernels.zygote import ENVIRONMENT as ENVIRONMENT_OF_ZYGOTE
from grader.learner.check import GRADED_RUN

# A kernel can send faster than its messages are read. What waits is bounded by these
# two for each channel, in the kernel's process and in ours. The largest replies are
# answers: 16 MiB of arrays in base64.
MAX_MESSAGE = {"shell": 24 * MIB, "iopub": 8 * MIB}
WAITING = 2
IMPORT_SETTING = re.compile(
    r"\b(?:CUDA|KERAS|MKL|OMP|OPENBLAS|PYTORCH|TF|TORCH|TORCHINDUCTOR|XLA)_[A-Z0-9_]+\b"
)
# As nbgrader tells what runs a notebook: an instructor's cell may ask.
EXECUTION = {"NBGRADER_EXECUTION": "autograde"}
ENVIRONMENT = {GRADED_RUN: "1"} | EXECUTION | ENVIRONMENT_OF_ZYGOTE


class GradedSpecs(KernelSpecManager):
    """Whatever Python a notebook names: that of this environment, with its packages."""

    unsafe = Bool(False)
    settings = Dict(help="Traits of the provisioner.")

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """This environment's ipykernel, sandboxed unless ``unsafe``."""
        provisioner = {"provisioner_name": NAME, "config": self.settings}
        if self.unsafe:
            warm = self.settings.get("warm", True)
            provisioner = {"provisioner_name": forked.NAME} if warm else {}
        return KernelSpec(
            argv=[
                sys.executable,
                # What lies beside the notebook is for its cells: a kernel that read
                # it as it starts might never do so.
                "-P",
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
            ],
            display_name=kernel_name,
            language="python",
            env=ENVIRONMENT,
            metadata={"kernel_provisioner": provisioner},
        )


class GradedManager(AsyncKernelManager):
    """A manager that is no further end for a kernel to send to."""

    def _connect_control_socket(self) -> None:
        # Signals interrupt and end a graded kernel. Nobody would read this socket,
        # and what a kernel sends waits in our memory.
        pass


class CappedClient(AsyncKernelClient):
    """A client that no message and no pile of them can fill the memory of.

    It opens the channels that it reads, and no other.
    """

    shell_channel_class = Type(StrictChannel)
    iopub_channel_class = Type(StrictChannel)
    _gate: Gate | None = None

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, max(MAX_MESSAGE.values()))
        context.setsockopt(zmq.RCVHWM, WAITING)
        return context

    def start_channels(self, **_: bool) -> None:
        """Open the shell and iopub channels, whatever else is asked for."""
        super().start_channels(stdin=False, hb=False, control=False)

    def _make_url(self, channel: str) -> str:
        url = super()._make_url(channel)
        if not url.startswith("ipc:"):
            return url
        if self._gate is None:
            self._gate = Gate()
        return self._gate.through(url, MAX_MESSAGE[channel])

    def stop_channels(self) -> None:
        """Close both channels, and the gate that they read from."""
        for channel in (self._shell_channel, self._iopub_channel):
            if channel is not None:
                channel.stop()
        if self._gate is not None:
            self._gate.close()
            self._gate = None

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel replies, and its outputs arrive.

        ``jupyter_client`` reads its deadline off the wall clock, which may jump, and
        then waits for a silence of 0.2 s; here each cell's outputs are told by the
        request that they answer.

        Raises:
            RuntimeError: it died, or ``timeout`` seconds have passed.
        """
        try:
            await asyncio.wait_for(self._ready(), timeout)
        except TimeoutError as error:
            raise RuntimeError(f"the kernel did not start in {timeout} s") from error

    async def _ready(self) -> None:
        while True:
            self.kernel_info()
            try:
                reply = await self.shell_channel.get_msg(timeout=1)
                # Sent along with each reply: nothing comes before the subscription.
                await self.iopub_channel.get_msg(timeout=0.2)
            except Empty:
                if not await self.is_alive():
                    raise RuntimeError("the kernel died as it started") from None
            else:
                self._handle_kernel_info_reply(reply)
                return


def socket_folder() -> tempfile.TemporaryDirectory:
    """A folder for one kernel's sockets, which goes with the object."""
    return tempfile.TemporaryDirectory(prefix="kernel-", dir=place_of_sockets())


def set_up(
    manager: KernelManager, notebook: NotebookNode, folder: str, unsafe: bool
) -> None:
    """Make ``manager`` start a kernel for ``notebook``, its sockets in ``folder``."""
    settings = {"warm": False} if sets_what_imports_read(notebook) else {}
    manager.kernel_spec_manager = GradedSpecs(unsafe=unsafe, settings=settings)
    manager.client_class = f"{__name__}.{CappedClient.__name__}"
    if os.name == "posix":
        # Two runs at once can be given the same TCP port.
        manager.transport = "ipc"
    manager.connection_file = os.path.join(folder, "kernel.json")


def sets_what_imports_read(notebook: NotebookNode) -> bool:
    """Whether a cell names a setting that a framework reads when it is imported.

    In a kernel that has imported the frameworks beforehand it would have no effect.
    """
    code = "\n".join(c.source for c in notebook.cells if c.cell_type == "code")
    return bool(set(IMPORT_SETTING.findall(code)) - ENVIRONMENT_OF_ZYGOTE.keys())
