"""Starts graded kernels in a sandbox, as a provisioner of ``jupyter_client``."""

import asyncio
import os
from contextlib import suppress
from functools import partial
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, Integer

from grader.common.bounds import MIB
from grader.kernels.jail import supervise
from grader.kernels.jail.layers.groups import Group
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.view import PACKAGE, language, view
from grader.kernels.jail.probe import bounds, level
from grader.kernels.jail.watch import Ended
from grader.kernels.warm import NotWarm, graded

NAME = "tandem-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """A local kernel that reaches only Python, its packages and its scratch folder.

    Its connection file and its sockets (transport ipc) must have a folder of their own.
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
        """What the kernel may use: memory and scratch in bytes, time in seconds."""
        return Limits(
            memory=self.memory * MIB,
            processes=self.processes,
            cpu=self.cpu,
            scratch=self.scratch * MIB,
        )

    warm = Bool(
        True, help="Fork kernels off a process that has imported the frameworks."
    ).tag(config=True)

    parent: Any  # the kernel's manager
    process: Any  # a Popen, or a WarmProcess, which has the methods that are used
    _group: Group | None = None

    async def launch_kernel(
        self, cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        """Start the kernel in a jail; the zygote forks it where that is possible."""
        connection = os.path.dirname(self.parent.connection_file)
        self._group = bounds().new_group()
        order = partial(
            supervise.order,
            level(),
            view(connection),
            self.limits,
            cmd,
            self.kernel_spec.env,
            group=self._group,
            others=supervise.others_of_user(level(), self.limits),
        )
        work = kwargs.pop("cwd", None)
        handles = [os.open(work, os.O_RDONLY | os.O_DIRECTORY)] if work else []
        try:
            if self.warm and await asyncio.to_thread(self._fork, order(), handles):
                self.pid = self.pgid = self.process.pid
                return self.connection_info
            # The instructor's environment ends here; the kernel's own is made inside.
            kwargs["env"] = language() | {
                "PYTHONPATH": str(PACKAGE.parent),
                "PATH": os.defpath,
            }
            jailed = supervise.command(order(work=handles[0] if handles else None))
            kwargs["pass_fds"] = handles
            return await super().launch_kernel(jailed, cwd="/", **kwargs)
        finally:
            for handle in handles:
                os.close(handle)

    def _fork(self, order: str, handles: list[int]) -> bool:
        """Ask the zygote to start the supervisor; False when it can't."""
        for _ in range(2):  # if this zygote has just ended, another one is started
            warm = graded.get(self.log)
            if not warm:
                return False
            try:
                self.process = warm.start({"jail": order}, *handles)
                return True
            except NotWarm as error:
                self.log.warning("A kernel could not be forked: %s", error)
                graded.drop(warm)
        return False

    async def kill(self, restart: bool = False) -> None:
        """Ask the supervisor to end; kill it after two seconds."""
        # A supervisor that is asked, not killed, ends all its kernel's processes.
        await self.terminate(restart)
        for _ in range(200):
            if await self.poll() is not None:
                return
            await asyncio.sleep(0.01)
        await super().kill(restart)

    async def cleanup(self, restart: bool = False) -> None:
        """End what is left of the kernel's control group."""
        await super().cleanup(restart)
        if self._group:  # it is still there if the supervisor was killed
            with suppress(OSError):
                self._group.end()

    def excess(self) -> str | None:
        """Why the supervisor ended the kernel, as words; None when it did not."""
        status = self.process.returncode if self.process else None
        why: dict[int | None, str] = {
            Ended.MEMORY: f"it used more than {self.memory} MiB of memory",
            Ended.PROCESSES: f"it had more than {self.processes} processes",
            Ended.CPU: f"it used more than {self.cpu} s of processor time",
            Ended.SCRATCH: f"it wrote more than {self.scratch} MiB of files",
        }
        return why.get(status)
