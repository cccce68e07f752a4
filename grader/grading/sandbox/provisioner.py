"""Starts graded kernels in a sandbox, as a provisioner of ``jupyter_client``."""

import asyncio
import os
from typing import Any

from jupyter_client.provisioning import LocalProvisioner
from traitlets import Bool, Integer

from grader.grading.sandbox import launch
from grader.grading.sandbox.launch import Ended
from grader.grading.sandbox.limits import MIB, Limits
from grader.grading.sandbox.probe import level
from grader.grading.sandbox.view import PACKAGE, view
from grader.grading.sandbox.warm import NotWarm, shared

NAME = "tandem-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """A local kernel with nothing in reach but Python, its packages and its scratch.

    Needs connection files and sockets of the ipc transport in a folder of their own.
    """

    memory = Integer(4096, min=512, help="MiB that a kernel may use.").tag(config=True)
    processes = Integer(
        512, min=64, help="Processes and threads that a kernel may have."
    ).tag(config=True)
    cpu = Integer(900, min=10, help="Seconds of processor time for a kernel.").tag(
        config=True
    )
    scratch = Integer(512, min=16, help="MiB of files that a kernel may write.").tag(
        config=True
    )

    @property
    def limits(self) -> Limits:
        return Limits(
            memory=self.memory * MIB,
            processes=self.processes,
            cpu=self.cpu,
            scratch=self.scratch * MIB,
        )

    warm = Bool(
        True, help="Fork kernels off a process that has imported the frameworks."
    ).tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict:
        connection = os.path.dirname(self.parent.connection_file)
        work = kwargs.pop("cwd", None) or ""
        seen = view(connection, os.path.abspath(work) if work else "")
        told = (level(), seen, self.limits, cmd, self.kernel_spec.env)
        zygote = shared(self.log) if self.warm else None
        if zygote:
            order = launch.order(*told, parent=zygote.process.pid)
            try:
                self.process = zygote.start(order)
            except (NotWarm, OSError) as error:
                # It died, or could not fork: slower from here on, and no harm done.
                self.log.warning("This kernel imports the frameworks anew: %s", error)
            else:
                self.pid = self.pgid = self.process.pid
                return self.connection_info
        # The instructor's environment ends here; the kernel's own is made inside.
        kwargs["env"] = {"PYTHONPATH": str(PACKAGE.parent), "PATH": os.defpath}
        jailed = launch.command(launch.order(*told))
        return await super().launch_kernel(jailed, cwd="/", **kwargs)

    async def kill(self, restart: bool = False) -> None:
        # The supervisor ends all its kernel's processes, if it is let.
        await self.terminate(restart)
        for _ in range(20):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.1)
        await super().kill(restart)

    @property
    def abandoned(self) -> bool:
        """Whether the process that the kernel depends on ended before it."""
        return bool(self.process) and self.process.returncode == Ended.ALONE

    def excess(self) -> str:
        """Why the supervisor ended the kernel, as words; "" when it did not."""
        status = self.process.returncode if self.process else None
        return {
            Ended.MEMORY: f"it used more than {self.memory} MiB of memory",
            Ended.PROCESSES: f"it had more than {self.processes} processes",
            Ended.CPU: f"it used more than {self.cpu} s of processor time",
            Ended.SCRATCH: f"it wrote more than {self.scratch} MiB of files",
        }.get(status, "")
