"""Reads a hostile kernel's messages: what is no message is passed over.

jupyter_client trusts a kernel that knows the key: a list where an object should be
ends it with an exception of Python's.
"""

import time
from threading import Lock

import zmq.asyncio
from jupyter_client.session import Session

from grader.grading.run.messages import Message, fit

# What JSON can hold so many of, Python keeps in a hundred bytes each. A text of 1 MiB
# may have as many commas.
SEPARATORS = (b"{", b"[", b",")
MOST_PARTS = 1_100_000
LARGE = 8 * 2**20  # bytes: with one emoji in them, Python keeps four times as many
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
# Unpacked, a message takes several times its size until its fit parts are chosen.
_one_at_a_time = Lock()


class Channel:
    """A socket's messages, and of these only what :func:`messages.fit` lets pass."""

    def __init__(self, socket: zmq.asyncio.Socket, session: Session) -> None:
        self._socket, self._session = socket, session

    def send(self, kind: str, content: dict[str, object]) -> str:
        """Send a message of this kind; its id."""
        message = self._session.msg(kind, content)
        self._session.send(self._socket, message)
        return str(message["msg_id"])

    async def get(self, seconds: float | None = None) -> Message | None:
        """The next well-formed message; None where none came within ``seconds``."""
        end = None if seconds is None else time.monotonic() + seconds
        left = None if seconds is None else int(seconds * 1000)
        while await self._socket.poll(left):
            frames = await self._socket.recv_multipart()
            try:
                return self._read(frames)
            except UNREADABLE:
                pass  # of no signature, no JSON, nested too deep, no use
            if end is not None:
                left = int((end - time.monotonic()) * 1000)
                if left < 0:
                    break
        return None

    def _read(self, frames: list[bytes]) -> Message:
        if sum(f.count(mark) for f in frames for mark in SEPARATORS) > MOST_PARTS:
            raise ValueError("a message of too many parts")
        # As large are answers alone, whose arrays are base64.
        if sum(map(len, frames)) > LARGE and not all(map(bytes.isascii, frames)):
            raise ValueError("a large message that is no answer")
        with _one_at_a_time:
            _, parts = self._session.feed_identities(frames)
            return fit(self._session.deserialize(parts))
