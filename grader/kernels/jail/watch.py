"""What a supervisor checks while its kernel runs, and why it ends the kernel."""

import os
import time
from collections.abc import Callable
from enum import IntEnum

from grader.kernels.jail.descendants import (
    Descendants,
    Member,
    device,
    own_memory,
    stored,
)
from grader.kernels.jail.enter import Started
from grader.kernels.jail.layers.groups import Group
from grader.kernels.jail.layers.limits import Limits
from grader.kernels.jail.layers.signals import wait

INTERVAL = 0.2  # seconds between two looks


class Ended(IntEnum):
    """Exit statuses by which the supervisor says why it ended the kernel."""

    REFUSED = 90
    MEMORY = 91
    PROCESSES = 92
    CPU = 93
    SCRATCH = 94
    ALONE = 95


def watch(
    started: Started,
    family: Descendants,
    limits: Limits,
    folders: list[str],
    alone: Callable[[], bool],
    group: Group | None,
) -> int:
    """Wait for the end of a jail; return its exit status, or why it was ended.

    Args:
        folders: folders outside the jail whose files count.
        group: limits memory and processes; without a group they are counted here.
    """
    handle, looks = os.pidfd_open(started.pid), time.monotonic() + INTERVAL
    while not wait(handle, started.sentry, max(0, looks - time.monotonic())):
        if time.monotonic() < looks:  # a call was answered
            continue
        looks = time.monotonic() + INTERVAL
        if alone():
            return Ended.ALONE
        if group:
            excess = Ended.CPU if group.cpu > limits.cpu else None
        else:
            excess = _excess(family.now(), limits, started.memory)
        if excess:
            return excess
        if any(_too_much(folder, limits) for folder in folders):
            return Ended.SCRATCH
    _, status = os.waitpid(started.pid, 0)
    return _of_group(group, status) or os.waitstatus_to_exitcode(status) & 0xFF


def _of_group(group: Group | None, status: int) -> Ended | None:
    """Which limit of the group ended a process that failed, if one did."""
    if group and status:
        if group.out_of_memory:
            return Ended.MEMORY
        if group.out_of_processes:
            return Ended.PROCESSES
    return None


def _excess(
    members: list[Member],
    limits: Limits,
    memory: tuple[int, ...],
) -> Ended | None:
    files = sum(map(stored, memory))
    if files + sum(m.memory for m in members) > limits.memory:
        # Pages that several processes share count once, and so do mapped files.
        mapped = {device(folder) for folder in memory}
        own = sum(own_memory(m, mapped) for m in members)
        if files + own > limits.memory:
            return Ended.MEMORY
    if sum(m.threads for m in members) > limits.processes:
        return Ended.PROCESSES
    if sum(m.cpu for m in members) > limits.cpu:
        return Ended.CPU
    return None


def _too_much(folder: str, limits: Limits) -> bool:
    """Whether ``folder`` holds more files or bytes than the limits allow."""
    size = count = 0
    waiting = [folder]
    while waiting and size <= limits.scratch and count <= limits.files:
        try:
            for entry in os.scandir(waiting.pop()):
                size += entry.stat(follow_symlinks=False).st_blocks * 512
                count += 1
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        except OSError:  # it has just been deleted
            continue
    return size > limits.scratch or count > limits.files
