"""The kernel that a submission runs in: what starts it, and where its sockets are."""

import os
import platform
import re
import sys
import tempfile

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager, KernelManager
from nbformat import NotebookNode
from traitlets import Bool, Dict

from grader.kernels import forked
from grader.kernels.jail.layers.view import place_of_sockets
from grader.kernels.provisioner import NAME
from grader.kernels.zygote import ENVIRONMENT as ENVIRONMENT_OF_ZYGOTE
from grader.learner.answering.answers import GRADED_RUN
from grader.learner.check import NBGRADER_RUN

IMPORT_SETTING = re.compile(
    r"\b(?:CUDA|KERAS|MKL|OMP|OPENBLAS|PYTORCH|TF|TORCH|TORCHINDUCTOR|XLA)_[A-Z0-9_]+\b"
)
# As nbgrader tells what runs a notebook: an instructor's cell may ask.
EXECUTION = {NBGRADER_RUN: "autograde"}
ENVIRONMENT = {GRADED_RUN: "1"} | EXECUTION | ENVIRONMENT_OF_ZYGOTE
# Which language a notebook is in, we know without asking its kernel.
PYTHON = {
    "name": "python",
    "version": platform.python_version(),
    "mimetype": "text/x-python",
    "file_extension": ".py",
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "codemirror_mode": {"name": "ipython", "version": 3},
}


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
                "--HistoryManager.hist_file=:memory:",
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


def socket_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for one kernel's sockets, which goes with the object."""
    return tempfile.TemporaryDirectory(prefix="kernel-", dir=place_of_sockets())


def set_up(
    manager: KernelManager, notebook: NotebookNode, folder: str, unsafe: bool
) -> None:
    """Make ``manager`` start a kernel for ``notebook``, its sockets in ``folder``."""
    settings = {"warm": False} if sets_what_imports_read(notebook) else {}
    manager.kernel_spec_manager = GradedSpecs(unsafe=unsafe, settings=settings)
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
