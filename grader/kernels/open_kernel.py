"""Forks kernels with all the rights of this process. Linux only."""

import logging
import os
import socket
import subprocess
from contextlib import ExitStack
from typing import Any

from grader.kernels import zygote
from grader.kernels.warm import NotWarm, Shared, WarmProcess, start


def surroundings(environment: dict[str, str]) -> dict[str, str]:
    """The environment, with our value of each import setting that it does not set."""
    return zygote.ENVIRONMENT | environment


own = Shared(lambda: surroundings(dict(os.environ)))


def fork(
    cmd: list[str],
    named: str | None,
    launch: dict[str, Any],
    log: logging.Logger,
) -> WarmProcess | None:
    """A kernel that has imported the frameworks; None where it can't be had.

    Args:
        cmd: its command line.
        named: the descriptor of a zygote's socket; without it, this process's own
            zygote forks the kernel.
        launch: the arguments for ``subprocess.Popen``: ``env``, ``cwd``, streams.
        log: gets the reason when no kernel can be forked.
    """
    order = {
        "argv": cmd,
        "environment": surroundings(launch["env"]),
        "folder": os.path.abspath(launch.get("cwd") or ""),
    }
    with ExitStack() as opened:
        streams = _streams(launch, opened)
        if streams is None:
            return None
        try:
            if named:
                to = socket.socket(fileno=os.dup(int(named)))
                opened.enter_context(to)
            else:
                warm = own.get(log)
                if not warm:
                    return None
                to = warm.socket
            return start(to, order, *streams)
        except (NotWarm, OSError) as error:
            log.warning("This kernel imports the frameworks anew: %s", error)
            return None


def _streams(launch: dict[str, Any], opened: ExitStack) -> list[int] | None:
    """Descriptors of a kernel's standard streams; None where a pipe is asked for."""
    found = [opened.enter_context(open(os.devnull)).fileno()]
    for number, name in enumerate(("stdout", "stderr"), start=1):
        asked = launch.get(name)
        if asked is None:
            asked = number
        elif asked == subprocess.DEVNULL:
            asked = opened.enter_context(open(os.devnull, "w"))
        elif asked in (subprocess.PIPE, subprocess.STDOUT):
            return None
        found.append(asked if isinstance(asked, int) else asked.fileno())
    return found
