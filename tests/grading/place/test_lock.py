"""One command at a time in a course, also where the file system has no locks."""

import errno
import fcntl
import os
import socket
import subprocess
import sys

import pytest

from grader.common.errors import CourseError
from grader.grading import commands
from grader.grading.place.course_folder import find_course
from grader.grading.place.gradebook import _require_locks
from grader.grading.place.lock import LOCK, MARKER, NO_LOCKS
from grader.grading.place.workplace import FOLDER, at_work
from tests.classes import toy_course as toy
from tests.kernels.no_locks import missing

HERE = socket.gethostname()
# A command on such a file system that is killed, or that waits to be.
HOLDER = """
import fcntl, os, sys
from pathlib import Path
from tests.kernels.no_locks import missing

fcntl.flock = missing()
from grader.grading.place.workplace import at_work

with at_work(Path(sys.argv[1])):
    print(os.getpid(), flush=True)
    sys.stdin.readline()
    os._exit(1)
"""


@pytest.fixture(params=sorted(NO_LOCKS), ids=errno.errorcode.get)
def no_locks(request, monkeypatch):
    """A file system that has no locks, by each way to say so."""
    monkeypatch.setattr(fcntl, "flock", missing(request.param))


def test_a_second_command_is_told_who_is_at_work(tmp_path, no_locks):
    with at_work(tmp_path):
        who = f"process {os.getpid()} on {HERE}"
        with pytest.raises(CourseError, match=who) as told, at_work(tmp_path):
            pass
    assert "delete" not in str(told.value)
    with at_work(tmp_path):
        pass
    assert not (tmp_path / FOLDER / MARKER).exists()


def test_a_command_of_another_process_is_seen_and_once_killed_taken_over(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(fcntl, "flock", missing())
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process = other.stdout.readline().strip()
    said = f"process {process} on {HERE}"
    with pytest.raises(CourseError, match=said), at_work(tmp_path):
        pass
    other.communicate("\n")
    assert (tmp_path / FOLDER / MARKER).exists()
    with at_work(tmp_path):
        pass
    assert not (tmp_path / FOLDER / MARKER).exists()


def test_what_another_host_left_behind_is_named_with_the_file_to_delete(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(fcntl, "flock", missing())
    with at_work(tmp_path):
        noted = (tmp_path / FOLDER / LOCK).read_text()
    marker = tmp_path / FOLDER / MARKER
    marker.write_text("12\nnode\x1b[2J7\n")
    noted = noted.replace(str(os.getpid()), "12").replace(HERE, r"node\u001b[2J7")
    (tmp_path / FOLDER / LOCK).write_text(noted)
    with pytest.raises(CourseError) as told, at_work(tmp_path):
        pass
    assert r"process 12 on node\x1b[2J7" in str(told.value)
    assert f"if it is gone, delete {marker}" in str(told.value)
    marker.unlink()
    with at_work(tmp_path):
        pass


def test_a_disk_that_fails_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", missing(errno.EIO))
    said = r"can't write into .*: Input/output error"
    with pytest.raises(CourseError, match=said), at_work(tmp_path):
        pass


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(toy.make_course(tmp_path))
    _require_locks.cache_clear()
    yield tmp_path
    _require_locks.cache_clear()


@pytest.mark.parametrize(
    "command", [commands.release, commands.grade, commands.regrade]
)
def test_no_command_ends_with_a_traceback_where_there_are_no_locks(
    course, monkeypatch, command
):
    """SQLite's own go through lockf's system call, so that they are missing as well."""
    toy.submit(course, "ann", toy.submission())
    monkeypatch.setattr(commands.probe, "level", lambda: "none")
    monkeypatch.setattr(fcntl, "flock", missing())
    monkeypatch.setattr(fcntl, "lockf", missing())
    with pytest.raises(CourseError, match=r"file system without locks.*db_url"):
        command(toy.ASSIGNMENT)
    assert not (course / FOLDER / MARKER).exists()


def test_a_gradebook_elsewhere_works_from_a_file_system_without_locks(
    course, monkeypatch
):
    monkeypatch.setattr(fcntl, "flock", missing())
    assert commands.release(toy.ASSIGNMENT) == 0


def test_sqlite_may_be_told_to_use_lock_files_of_its_own(course, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", missing())
    monkeypatch.setattr(fcntl, "lockf", missing())
    path = course / "nbgrader_config.py"
    url = f"sqlite:///file:{course}/own.db?vfs=unix-dotfile&uri=true&timeout=60"
    path.write_text(f"{path.read_text()}\nc.CourseDirectory.db_url = {url!r}\n")
    assert not find_course().has_gradebook
    assert commands.release(toy.ASSIGNMENT) == 0
    assert (course / "own.db").exists() and find_course().has_gradebook
