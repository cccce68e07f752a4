"""Starts the server as a process of its own, waits until it is ready, and stops it."""

import json
import subprocess
import sys
import tempfile
import time
import weakref
from http.client import HTTPConnection
from pathlib import Path
from typing import IO, NamedTuple

from grader.production.serving.loaded import ServingError
from grader.production.serving.numbered import numbers

HOST = "127.0.0.1"
LONGEST_START = 180  # seconds: two frameworks are imported, on a machine that is busy
PATIENCE = 30  # seconds
_TOLD = 3  # lines of what a server that has failed said last


class Answer(NamedTuple):
    """What the server answered.

    Attributes:
        status: HTTP's, such as 200.
        content: the JSON, or the text where it isn't JSON.
        version: the version of the model that answered, if one did.
    """

    status: int
    content: object
    version: int | None


class Server:
    """A server in another process; it ends with ``stop``, or with this process.

    Args:
        folder: the model's folder; ``folder/1`` and so on are its versions.
        most: so many rows a batch may have; 1 switches batching off.
        wait: so many seconds a request may wait for others.
        keep: so many of the newest versions are served.

    Attributes:
        port: where it listens, on this machine alone.
        path: the model's path, such as ``/v1/models/digits``.
        seconds: how long it took until it was ready.

    Raises:
        ServingError: it does not start, or loads no version.
    """

    def __init__(
        self, folder: Path, *, most: int = 32, wait: float = 0.0, keep: int = 2
    ) -> None:
        begin = time.perf_counter()
        if not numbers(folder):
            raise ServingError(
                f"{folder} has no version: a folder such as {folder / '1'}"
            )
        self.path = f"/v1/models/{folder.name}"
        self._log = tempfile.TemporaryFile()
        options = {"--most": most, "--wait": wait, "--keep": keep}
        flags = [str(part) for option in options.items() for part in option]
        self._process = subprocess.Popen(
            [sys.executable, "-m", __package__, str(folder), *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,  # an interrupted cell does not interrupt it
        )
        self.stop = weakref.finalize(self, _stop, self._process, self._log)
        try:
            self.port = self._listening()
            self._until_ready(begin + LONGEST_START)
        except BaseException:
            self.stop()
            raise
        self.seconds = time.perf_counter() - begin

    def call(self, method: str, path: str, content: object = None) -> Answer:
        """Send one request.

        Args:
            method: such as "GET".
            path: such as "/healthz".
            content: sent as JSON; bytes are sent as they are.

        Raises:
            ServingError: the server does not answer.
        """
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, None if content is None else body)
            response = connection.getresponse()
            text = response.read().decode()
        except OSError as error:
            raise ServingError(f"the server does not answer: {error}") from None
        finally:
            connection.close()
        version = response.headers.get("X-Model-Version")
        try:
            found = json.loads(text)
        except ValueError:
            found = text
        return Answer(response.status, found, int(version) if version else None)

    def predict(self, rows: object, asked: str = "") -> Answer:
        """Ask the model; ``asked`` is such as "/versions/2"."""
        given = rows.tolist() if hasattr(rows, "tolist") else rows
        return self.call("POST", f"{self.path}{asked}:predict", {"instances": given})

    def wait_for(self, versions: set[int]) -> None:
        """Wait until just these versions are served.

        Raises:
            ServingError: one of them can't be loaded, or it takes too long.
        """
        end = time.perf_counter() + LONGEST_START
        while (states := self._states()).keys() != versions:
            self._check(states, only=versions)
            if time.perf_counter() > end:
                raise ServingError(
                    f"served are {sorted(states)}, not {sorted(versions)}"
                )
            time.sleep(0.05)
        self._check(states, only=versions)

    def metrics(self) -> dict[str, float]:
        """Return the counts of all versions together: batches, rows, busy seconds."""
        totals: dict[str, float] = {}
        for line in str(self.call("GET", "/metrics").content).splitlines():
            name, value = line.split()
            key = name.partition("{")[0].removeprefix("serving_").removesuffix("_total")
            totals[key] = totals.get(key, 0.0) + float(value)
        return totals

    def _listening(self) -> int:
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        if not first.strip().isdigit():
            self._log.seek(0)
            last = self._log.read().decode(errors="replace").splitlines()[-_TOLD:]
            raise ServingError(f"the server did not start: {' '.join(last)}")
        return int(first)

    def _until_ready(self, end: float) -> None:
        while self.call("GET", "/healthz").status != 200:
            states = self._states()
            if all(why for why in states.values()):
                self._check(states, only=set(states))
            if time.perf_counter() > end:
                raise ServingError(f"not ready after {LONGEST_START} seconds")
            time.sleep(0.05)

    def _states(self) -> dict[int, str]:
        """The versions, and why one could not be loaded; nothing for those served."""
        found = self.call("GET", self.path).content
        assert isinstance(found, dict)
        return {
            int(one["version"]): one["status"]["error_message"]
            for one in found["model_version_status"]
        }

    def _check(self, states: dict[int, str], only: set[int]) -> None:
        for number, why in states.items():
            if why and number in only:
                raise ServingError(f"version {number} can't be loaded: {why}")


def _stop(process: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    """End the server: it stops when its standard input does."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()
    log.close()
