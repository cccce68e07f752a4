"""The caller's end of the zygote: starts it, and orders kernels from it."""

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
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from grader.kernels import zygote
from grader.kernels.jail.layers.view import PACKAGE, language

SECONDS = 30  # for a fork


class NotWarm(Exception):
    """Kernels can't be forked here; the reason is its text."""


class Warm:
    """A running zygote. Threads may share it; processes may share its socket.

    Args:
        environment: of the zygote. It must hold the settings that imports read.
        preloaded: the modules that it imports, where they are installed.

    Raises:
        NotWarm: its children can't compute, or it ended.
    """

    def __init__(
        self,
        environment: dict[str, str],
        preloaded: Sequence[str] = zygote.PRELOADED,
    ) -> None:
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        handle = str(theirs.fileno())
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", zygote.PROGRAM, handle, *preloaded],
                pass_fds=[theirs.fileno()],
                env=environment | zygote.HUGE_PAGES,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        told = self.socket.recv(zygote.ORDER_BYTES)
        problem = json.loads(told)["problem"] if told else "it ended while importing"
        if problem is not None:
            self.close()
            raise NotWarm(problem)

    @property
    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self.process.poll() is None

    def start(self, order: dict[str, Any], *handles: int) -> "WarmProcess":
        """Fork a process that carries out the order, see :func:`start`."""
        return start(self.socket, order, *handles)

    def close(self) -> None:
        """Close the socket: the zygote and kernels that nobody else holds then end."""
        self.socket.close()
        self.process.wait()


class WarmProcess:
    """A forked process with the part of ``Popen`` that a provisioner uses."""

    stdin = stdout = stderr = None
    returncode: int | None = None

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self.pid = pid
        self._channel = channel

    def poll(self) -> int | None:
        """The exit status that it sent, or a killed process's; None while it runs."""
        if self.returncode is None and select.select([self._channel], [], [], 0)[0]:
            with self._channel:
                told = _receive(self._channel)
            self.returncode = int(told) if told else -signal.SIGKILL
        return self.returncode

    def wait(self) -> int:
        """The exit status, once the process has ended."""
        while (code := self.poll()) is None:
            select.select([self._channel], [], [])
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the process at once, with SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end, with SIGTERM."""
        self.send_signal(signal.SIGTERM)


class OpenProcess(WarmProcess):
    """A forked kernel without a supervisor: nobody sends its exit status.

    The channel can't show its end: it would stay open in processes that it started.
    """

    def __init__(self, pid: int, channel: socket.socket) -> None:
        channel.close()
        self.pid = pid
        try:
            self._handle = os.pidfd_open(pid)
        except ProcessLookupError:
            self.returncode = -signal.SIGKILL

    def poll(self) -> int | None:
        """A killed process's exit status once it has ended; None while it runs."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            os.close(self._handle)
            self.returncode = -signal.SIGKILL
        return self.returncode

    def wait(self) -> int:
        """A killed process's exit status, once the process has ended."""
        while (code := self.poll()) is None:
            select.select([self._handle], [], [])
        return code


def start(to: socket.socket, order: dict[str, Any], *handles: int) -> WarmProcess:
    """Send an order to the zygote at the other end of a socket.

    Args:
        order: ``{"jail": order of a supervisor}``; for a kernel without a supervisor,
            its ``argv``, ``environment`` and ``folder``.
        handles: for a supervisor, the descriptor of the submission's folder, if there
            is one; for a kernel without one, standard input, output and error.

    Raises:
        NotWarm: the zygote is gone.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        try:
            passed = [theirs.fileno(), *handles]
            socket.send_fds(to, [json.dumps(order).encode()], passed)
        except OSError as error:
            ours.close()
            raise NotWarm("the process that imports the frameworks ended") from error
    ours.settimeout(SECONDS)
    told = _receive(ours)
    if not told:
        ours.close()
        raise NotWarm("the process that imports the frameworks ended or hangs")
    ours.settimeout(None)
    kind = WarmProcess if "jail" in order else OpenProcess
    return kind(int(told), ours)


def _receive(channel: socket.socket) -> bytes:
    try:
        return channel.recv(100)
    except (ConnectionError, TimeoutError):  # it ended with a message of ours unread
        return b""


class Shared:
    """One zygote for this whole process: starts when first needed, again if it ended.

    Args:
        environment: makes the zygote's environment.
    """

    def __init__(self, environment: Callable[[], dict[str, str]]) -> None:
        self._environment = environment
        self._starting = threading.Lock()
        self._warm: Warm | None = None
        self._refused = False

    def get(self, log: logging.Logger) -> Warm | None:
        """The zygote; None if there can't be one, which is logged once."""
        with self._starting:
            if self._warm and not self._warm.alive:
                log.warning("The process that forks kernels ended; starting another")
                self.close()
            if not self._warm and not self._refused:
                try:
                    self._warm = Warm(self._environment())
                    atexit.register(self.close)
                except (NotWarm, OSError) as error:
                    self._refused = True
                    log.warning("Every kernel imports the frameworks anew: %s", error)
            return self._warm

    def drop(self, warm: Warm) -> None:
        """Kill a zygote that failed to fork; the next kernel gets another one."""
        with self._starting:
            if warm is self._warm:
                warm.process.kill()
                self.close()

    def close(self) -> None:
        """End the zygote, if there is one."""
        atexit.unregister(self.close)
        if self._warm:
            self._warm.close()
        self._warm = None


@cache
def _home() -> tempfile.TemporaryDirectory[str]:
    """An empty home folder for the zygote of graded kernels, not the instructor's."""
    return tempfile.TemporaryDirectory(prefix="tandem-zygote-")


def _graded() -> dict[str, str]:
    return (
        language()
        | zygote.ENVIRONMENT
        | {
            "HOME": _home().name,
            "PATH": os.defpath,
            "PYTHONPATH": str(PACKAGE.parent),
            "PYTHONSAFEPATH": "1",  # as a kernel that starts by itself, with -P
        }
    )


# Of kernels that are graded, in their sandbox.
graded = Shared(_graded)
