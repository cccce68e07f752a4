"""Starts kernels for anyone's own notebooks: forked, and not kept apart.

The kernelspec ``tandem`` names this provisioner, and is installed on every system. So
this module needs nothing that only some have, such as ``fcntl``: where nothing can be
forked, the kernel starts as a usual one. What a framework reads when it is imported
can't be set in a notebook that runs here; the kernel ``python3`` is for that.
"""

import asyncio
import os
import sys
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

NAME = "tandem-warm"
# In a kernel's environment: the socket of the zygote that it shall come from.
ZYGOTE = "TANDEM_ZYGOTE"


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
        if sys.platform == "linux":
            from grader.kernels.open_kernel import fork

            forked = await asyncio.to_thread(fork, cmd, named, kwargs, self.log)
            if forked:
                self.process = forked
                self.pid = self.pgid = forked.pid
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)
