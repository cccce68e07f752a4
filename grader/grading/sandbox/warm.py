"""The grader's end of the zygote: one per process, started when first needed."""

import atexit
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache

from grader.grading.sandbox import zygote
from grader.grading.sandbox.view import PACKAGE

SECONDS = 30  # for a fork


class NotWarm(Exception):
    """Kernels can't be forked here; the reason is its text."""


_starting = threading.Lock()


def shared(log: logging.Logger) -> "Warm | None":
    """This process's zygote, started when first asked for; None if there can't be."""
    with _starting:
        return _started(log)


@lru_cache(1)
def _started(log: logging.Logger) -> "Warm | None":
    try:
        warm = Warm()
    except (NotWarm, OSError) as error:
        log.warning("Every kernel imports the frameworks anew: %s", error)
        return None
    atexit.register(warm.close)
    return warm


class Warm:
    """A running zygote. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder = tempfile.TemporaryDirectory(prefix="tandem-zygote-")
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        surroundings = zygote.ENVIRONMENT | {
            "HOME": self._folder.name,
            "PATH": os.defpath,
            "PYTHONPATH": str(PACKAGE.parent),
        }
        handle = str(theirs.fileno())
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", zygote.__name__, handle],
                pass_fds=[theirs.fileno()],
                env=surroundings,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        problem = self._receive()["problem"]
        if problem:
            raise NotWarm(problem)
        self._socket.settimeout(SECONDS)

    def start(self, order: str) -> "WarmProcess":
        """A supervisor with this order, and so its kernel."""
        reader, writer = os.pipe()
        try:
            with self._lock:
                try:
                    socket.send_fds(self._socket, [order.encode()], [writer])
                    pid = self._receive()["pid"]
                except OSError:
                    self._socket.close()  # a late answer must not be the next one's
                    raise
        except (NotWarm, OSError):
            os.close(reader)
            raise
        finally:
            os.close(writer)
        return WarmProcess(pid, reader)

    def _receive(self) -> dict:
        data = self._socket.recv(zygote.ORDER_BYTES)
        if not data:
            raise NotWarm("the process that imports the frameworks ended")
        return json.loads(data)

    def close(self) -> None:
        """Hang up: the zygote ends, and with it every kernel of it."""
        self._socket.close()
        self.process.wait()
        self._folder.cleanup()


class WarmProcess:
    """A forked supervisor, as far as ``subprocess.Popen`` goes for a provisioner."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, reader: int) -> None:
        self.pid, self.returncode = pid, None
        self._reader = reader

    def poll(self) -> int | None:
        """Its kernel's exit status; None while it runs."""
        if self.returncode is None and select.select([self._reader], [], [], 0)[0]:
            told = os.read(self._reader, 100)
            os.close(self._reader)
            self.returncode = int(told) if told else -signal.SIGKILL
        return self.returncode

    def wait(self) -> int:
        while self.poll() is None:
            select.select([self._reader], [], [])
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
