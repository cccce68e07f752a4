"""The kernel that a submission runs in, and how the grader is connected to it."""

import os
import sys

import zmq.asyncio
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from traitlets import Bool, default

from grader.grading.sandbox.provisioner import NAME
from grader.learner.check import GRADED_RUN

# A kernel can send faster than its messages are read. What waits is bounded by
# these two, in the kernel's process and in ours.
MAX_MESSAGE = 64 * 2**20
WAITING = 8
ENVIRONMENT = {GRADED_RUN: "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


class GradedSpecs(KernelSpecManager):
    """Whatever kernel a notebook names: Python with this environment's packages."""

    unsafe = Bool(False)

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        provisioner = {} if self.unsafe else {"provisioner_name": NAME}
        return KernelSpec(
            argv=[
                sys.executable,
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


class CappedClient(AsyncKernelClient):
    """A client that no message and no pile of them can fill the memory of."""

    @default("context")
    def _context_default(self) -> zmq.asyncio.Context:
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
        context.setsockopt(zmq.RCVHWM, WAITING)
        return context


def set_up(manager: KernelManager, folder: str, unsafe: bool) -> None:
    """Make ``manager`` start a graded kernel, with its sockets in ``folder``."""
    manager.kernel_spec_manager = GradedSpecs(unsafe=unsafe)
    manager.client_class = f"{__name__}.{CappedClient.__name__}"
    if os.name == "posix":
        # Two runs at once can be given the same TCP port.
        manager.transport = "ipc"
    manager.connection_file = os.path.join(folder, "kernel.json")
