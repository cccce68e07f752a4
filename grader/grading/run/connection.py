"""The grader's end of a kernel's sockets.

No message and no pile of them can fill its memory.
"""

import zmq.asyncio
from jupyter_client.connect import KernelConnectionInfo

from grader.common.bounds import MIB
from grader.grading.run.channels import Channel
from grader.grading.run.gate import Gate

# A kernel can send faster than its messages are read. What waits is bounded by these
# two for each channel, in the kernel's process and in ours. The largest replies are
# answers: 16 MiB of arrays in base64.
MAX_MESSAGE = {"shell": 24 * MIB, "iopub": 8 * MIB}
WAITING = 2


class Connection:
    """The channels that a graded run reads; no other is opened.

    Attributes:
        shell: for requests and their replies.
        iopub: what cells show, and when they begin and end.

    Args:
        info: as a kernel's manager gives it, with a session of its own.
    """

    def __init__(self, info: KernelConnectionInfo) -> None:
        self._info, self._session = info, info["session"]
        self._context = zmq.asyncio.Context()
        self._gate = Gate() if info["transport"] == "ipc" else None
        self.shell = self._channel("shell", zmq.DEALER)
        self.iopub = self._channel("iopub", zmq.SUB)

    def _channel(self, name: str, kind: int) -> Channel:
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.MAXMSGSIZE, max(MAX_MESSAGE.values()))
        socket.setsockopt(zmq.RCVHWM, WAITING)
        if kind == zmq.SUB:
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        else:
            socket.setsockopt(zmq.IDENTITY, self._session.bsession)
        socket.connect(self._address(name))
        return Channel(socket, self._session)

    def _address(self, name: str) -> str:
        ip, port = self._info["ip"], self._info[f"{name}_port"]
        if self._gate is None:
            return f"tcp://{ip}:{port}"
        return self._gate.through(f"ipc://{ip}-{port}", MAX_MESSAGE[name])

    async def answers(self) -> bool:
        """Whether the kernel replies within a second, and what it shows arrives."""
        self.shell.send("kernel_info_request", {})
        # The second comes along with each reply, and not before the subscription.
        return bool(await self.shell.get(1) and await self.iopub.get(0.2))

    def close(self) -> None:
        """End the channels."""
        self._context.destroy(linger=0)
        if self._gate is not None:
            self._gate.close()
