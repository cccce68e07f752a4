"""Starts kernels for anyone's own notebooks: forked, and not kept apart.

The kernelspec ``tandem`` names this provisioner. What a framework reads when it is
imported can't be set in a notebook that runs here; the kernel ``python3`` is for that.
"""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from grader.kernels import zygote
from grader.kernels.warm import NotWarm, Shared, start

NAME = "tandem-warm"
# In a kernel's environment: the socket of the zygote that it shall come from.
ZYGOTE = "TANDEM_ZYGOTE"


def surroundings(environment: dict[str, str]) -> dict[str, str]:
    """An environment, and of the settings that imports read those it leaves open."""
    return zygote.ENVIRONMENT | environment


own = Shared(lambda: surroundings(dict(os.environ)))


class ForkedProvisioner(LocalProvisioner):
    """A local kernel that has imported the frameworks; a usual one where it can't be.

    The zygote is this process's own, unless the environment names another.
    """

    process: Any  # a Popen, or a WarmProcess, which goes as far as is needed

    async def launch_kernel(
        self, cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        """Fork the kernel off the zygote; start it as usual where that fails."""
        environment = dict(kwargs.get("env") or os.environ)
        named = environment.pop(ZYGOTE, None)
        kwargs["env"] = environment
        if not await asyncio.to_thread(self._fork, cmd, named, kwargs):
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    def _fork(self, cmd: list[str], named: str | None, launch: dict[str, Any]) -> bool:
        order = {
            "argv": cmd,
            "environment": surroundings(launch["env"]),
            "folder": os.path.abspath(launch.get("cwd") or ""),
        }
        with ExitStack() as opened:
            streams = _streams(launch, opened)
            if sys.platform != "linux" or streams is None:
                return False
            try:
                if named:
                    to = socket.socket(fileno=os.dup(int(named)))
                    opened.enter_context(to)
                else:
                    warm = own.get(self.log)
                    if not warm:
                        return False
                    to = warm.socket
                self.process = start(to, order, *streams)
            except (NotWarm, OSError) as error:
                self.log.warning("This kernel imports the frameworks anew: %s", error)
                return False
        return True


def _streams(launch: dict[str, Any], opened: ExitStack) -> list[int] | None:
    """Descriptors of a kernel's standard streams; None where a pipe is asked for."""
    found = [opened.enter_context(open(os.devnull)).fileno()]
    for number, name in enumerate(("stdout", "stderr"), start=1):
        asked = launch.get(name)
        if asked is None:
            asked = number
        elif asked == subprocess.DEVNULL:
            asked = opened.enter_context(open(os.devnull, "w"))
        elif asked in (subprocess.PIPE, subprocess.STDOUT):
            return None
        found.append(asked if isinstance(asked, int) else asked.fileno())
    return found
