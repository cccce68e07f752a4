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
MAX_REPLY, MAX_SHOWN = 24 * MIB, 8 * MIB
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
        self._ip, self._session = info["ip"], info["session"]
        self._context = zmq.asyncio.Context()
        self._gate = Gate() if info["transport"] == "ipc" else None
        self.shell = self._channel(zmq.DEALER, info["shell_port"], MAX_REPLY)
        self.iopub = self._channel(zmq.SUB, info["iopub_port"], MAX_SHOWN)

    def _channel(self, kind: int, port: int, most: int) -> Channel:
        socket = self._context.socket(kind)
        socket.setsockopt(zmq.MAXMSGSIZE, most)
        socket.setsockopt(zmq.RCVHWM, WAITING)
        if kind == zmq.SUB:
            socket.setsockopt(zmq.SUBSCRIBE, b"")
        else:
            socket.setsockopt(zmq.IDENTITY, self._session.bsession)
        socket.connect(self._address(port, most))
        return Channel(socket, self._session)

    def _address(self, port: int, most: int) -> str:
        if self._gate is None:
            return f"tcp://{self._ip}:{port}"
        return self._gate.through(f"ipc://{self._ip}-{port}", most)

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
