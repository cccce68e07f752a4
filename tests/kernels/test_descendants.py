"""The supervisor sees all that came of a kernel, and nothing else."""

import os
import subprocess
import time

import pytest

from grader.kernels.jail.descendants import Descendants

WAITS = ["sleep", "60"]


@pytest.fixture
def begin():
    """Starts processes in a group of their own, which ends with the test."""
    begun = []

    def start(*command):
        begun.append(subprocess.Popen(command, start_new_session=True))
        return begun[-1]

    yield start
    for process in begun:
        os.killpg(process.pid, 9)
        process.wait()


def pids(family):
    return {member.pid for member in family.now()}


def test_children_and_theirs_are_seen_and_none_that_were_there_before(begin):
    before = begin(*WAITS)
    family = Descendants(os.getpid())
    assert pids(family) == set()
    child = begin("sh", "-c", "sleep 60 & sleep 60 & wait")
    deadline = time.monotonic() + 20
    while len(found := pids(family)) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert child.pid in found
    assert before.pid not in found


def test_of_those_that_were_there_only_who_still_runs_is_left_out(begin):
    family = Descendants(os.getpid())
    child = begin(*WAITS)
    family._others |= {str(child.pid), "0"}  # no process has the id 0
    assert pids(family) == set()
    assert family._others >= {str(child.pid)}
    assert "0" not in family._others
