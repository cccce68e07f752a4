"""Reads a hostile kernel's messages: what is no message is passed over.

jupyter_client trusts a kernel that knows the key, and so does nbclient: a list where
an object should be ends them with an exception of Python's.
"""

import time
from queue import Empty
from threading import Lock

from jupyter_client.channels import AsyncZMQSocketChannel

from grader.grading.run.messages import fit

# What JSON can hold so many of, Python keeps in a hundred bytes each. A text of 1 MiB
# may have as many commas.
SEPARATORS = (b"{", b"[", b",")
MOST_PARTS = 1_100_000
LARGE = 8 * 2**20  # bytes: with one emoji in them, Python keeps four times as many
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
# Unpacked, a message takes several times its size until its fit parts are chosen.
_one_at_a_time = Lock()


class StrictChannel(AsyncZMQSocketChannel):
    """A channel of those messages alone that :func:`messages.fit` lets pass."""

    async def _recv(self, **kwargs: object) -> dict:
        frames = await self.socket.recv_multipart(**kwargs)
        if sum(f.count(mark) for f in frames for mark in SEPARATORS) > MOST_PARTS:
            raise ValueError("a message of too many parts")
        # As large are answers alone, whose arrays are base64.
        if sum(map(len, frames)) > LARGE and not all(map(bytes.isascii, frames)):
            raise ValueError("a large message that is no answer")
        with _one_at_a_time:
            _, parts = self.session.feed_identities(frames)
            return fit(self.session.deserialize(parts))

    async def get_msg(self, timeout: float | None = None) -> dict:
        """The next well-formed message.

        Raises:
            queue.Empty: there was none within ``timeout`` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while end is None or timeout >= 0:
            try:
                return await super().get_msg(timeout)
            except Empty:
                raise
            except UNREADABLE:
                pass  # of no signature, no JSON, nested too deep, no use
            if end is not None:
                timeout = end - time.monotonic()
        raise Empty
