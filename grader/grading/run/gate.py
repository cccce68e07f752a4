"""Relays a kernel's sockets, and closes those that send a message without end.

ZeroMQ limits each part of a message and not their number: all parts of one are kept
until the last has come. A kernel could so fill the grader's memory. The bytes pass
through here first, where the sizes in them are added up.
"""

import asyncio
import os
import tempfile
import threading
from contextlib import suppress
from functools import partial

PIECE = 2**16
GREETING = 64  # bytes, of protocol version 3; older ones have no such frames
SIGNATURE, VERSION = 0xFF, 3
MORE, LONG, COMMAND = 1, 2, 4  # flags of a frame, see https://rfc.zeromq.org/spec/23
FRAME_COST = 64  # bytes that even an empty part takes up


class TooMuch(Exception):
    """A message is larger than any that the grader asks for."""


class Meter:
    """Follows the frames in a stream of ZeroMQ's protocol.

    Args:
        most: bytes that one message, all its parts together, may have.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._message = self._body = 0
        self._head = bytearray()
        self._greeted = False

    def feed(self, data: bytes) -> None:
        """Account for the next bytes.

        Raises:
            TooMuch: they belong to too large a message, or to another protocol.
        """
        place = 0
        while place < len(data):
            if self._body:
                passed = min(self._body, len(data) - place)
                self._body -= passed
                place += passed
                continue
            missing = self._wanted() - len(self._head)
            self._head += data[place : place + missing]
            place += missing
            if len(self._head) >= self._wanted():
                self._read_head()

    def _wanted(self) -> int:
        if not self._greeted:
            return GREETING
        return 9 if self._head and self._head[0] & LONG else 2

    def _read_head(self) -> None:
        head, self._head = self._head, bytearray()
        if not self._greeted:
            if head[0] != SIGNATURE or head[10] < VERSION:
                raise TooMuch
            self._greeted = True
            return
        self._body = int.from_bytes(head[1:], "big")
        self._message += self._body + FRAME_COST
        if self._message > self.most:
            raise TooMuch
        if not head[0] & MORE and not head[0] & COMMAND:
            self._message = 0


class Gate:
    """Relays for the sockets of one kernel, in a thread of their own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="gate-")
        self._urls: dict[str, str] = {}
        self._servers: list[asyncio.Server] = []
        self._relays: set[asyncio.Future[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def through(self, url: str, most: int) -> str:
        """The address that leads to ``url`` by way of this gate.

        ``most`` is the number of bytes that one message from there may have.
        """
        if url not in self._urls:
            path = os.path.join(self._folder.name, str(len(self._urls)))
            relay = partial(self._accept, url.removeprefix("ipc://"), most)
            starting = asyncio.start_unix_server(relay, path)
            serving = asyncio.run_coroutine_threadsafe(starting, self._loop)
            self._servers.append(serving.result())
            self._urls[url] = f"ipc://{path}"
        return self._urls[url]

    def close(self) -> None:
        """End every relay."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    def _accept(
        self,
        kernel: str,
        most: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        relay = asyncio.ensure_future(self._relay(kernel, most, reader, writer))
        self._relays.add(relay)  # or nothing would hold it
        relay.add_done_callback(self._relays.discard)

    async def _relay(
        self,
        kernel: str,
        most: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        try:
            theirs, to_them = await asyncio.open_unix_connection(kernel)
        except OSError:  # not there yet; ZeroMQ comes again
            writer.close()
            return
        pumps = [
            asyncio.ensure_future(_pump(reader, to_them)),
            asyncio.ensure_future(_pump(theirs, writer, Meter(most))),
        ]
        # Cancelled only by ``close``, when nobody waits for this any more.
        with suppress(asyncio.CancelledError):
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        for one in (writer, to_them):
            one.transport.abort()

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        await asyncio.sleep(0)  # connections being accepted get their task
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    meter: Meter | None = None,
) -> None:
    while data := await reader.read(PIECE):
        if meter:
            meter.feed(data)
        writer.write(data)
        await writer.drain()  # whoever does not read makes the other one wait
