"""Reads a hostile kernel's messages: what is no message is passed over.

jupyter_client trusts a kernel that knows the key, and so does nbclient: a list where
an object should be ends them with an exception of Python's.
"""

import time
from queue import Empty

from jupyter_client.channels import AsyncZMQSocketChannel

PARTS = ("header", "parent_header", "metadata", "content")
STATUSES = ("ok", "error", "aborted")


# What JSON can hold so many of, Python keeps in a hundred bytes each.
SEPARATORS = (b"{", b"[", b",")
MOST_PARTS = 2_000_000


class StrictChannel(AsyncZMQSocketChannel):
    """A channel of well-formed messages only."""

    async def _recv(self, **kwargs: object) -> dict:
        frames = await self.socket.recv_multipart(**kwargs)
        if sum(f.count(mark) for f in frames for mark in SEPARATORS) > MOST_PARTS:
            raise ValueError("a message of too many parts")
        _, parts = self.session.feed_identities(frames)
        return self.session.deserialize(parts)

    async def get_msg(self, timeout: float | None = None) -> dict:
        """The next well-formed message.

        Raises:
            queue.Empty: there was none within ``timeout`` seconds.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while end is None or timeout >= 0:
            try:
                message = await super().get_msg(timeout)
                if well_formed(message):
                    return message
            except Empty:
                raise
            except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
                pass  # of no signature, no JSON, nested too deep
            if end is not None:
                timeout = end - time.monotonic()
        raise Empty


def well_formed(message: dict) -> bool:
    """Whether a message has the form that Jupyter's protocol gives it."""
    if not all(isinstance(message.get(part), dict) for part in PARTS):
        return False
    if not isinstance(message.get("msg_type"), str):
        return False
    content = message["content"]
    if message["msg_type"] != "execute_reply":
        return True
    if content.get("status") not in STATUSES:
        return False
    return content["status"] != "error" or (
        isinstance(content.get("ename"), str)
        and isinstance(content.get("evalue"), str)
        and isinstance(content.get("traceback"), list)
    )
