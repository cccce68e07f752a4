"""Starts kernels for anyone's own notebooks: forked, and without isolation.

The kernelspec ``tandem`` names this provisioner, and is installed on every system. So
this module imports nothing that only some systems have, such as ``fcntl``. Where
nothing can be forked, the kernel starts as a usual one. A notebook that runs here
can't change the settings that a framework reads at import; the kernel ``python3`` is
for that.
"""

import asyncio
import os
import sys
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

NAME = "tandem-warm"
# A variable in a kernel's environment: the socket of the zygote that forks the kernel.
ZYGOTE = "TANDEM_ZYGOTE"


class ForkedProvisioner(LocalProvisioner):
    """A local kernel that has imported the frameworks; a usual one if forking fails.

    The zygote is this process's own, unless the environment names another.
    """

    process: Any  # a Popen, or a WarmProcess, which has the methods that are used

    async def launch_kernel(
        self, cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        """Fork the kernel off the zygote; start it as usual where that fails."""
        environment = dict(kwargs.get("env") or os.environ)
        named = environment.pop(ZYGOTE, None)
        kwargs["env"] = environment
        if sys.platform == "linux":
            from grader.kernels.open_kernel import fork

            forked = await asyncio.to_thread(fork, cmd, named, kwargs, self.log)
            if forked:
                self.process = forked
                self.pid = self.pgid = forked.pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)
