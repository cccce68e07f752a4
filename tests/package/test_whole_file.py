"""A file that is replaced is the former one or the new one, whatever happens."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.common import whole_file

SIZE = 4 * 2**20
WRITES = f"""
import sys
from pathlib import Path
from grader.common import whole_file
path, letters = Path(sys.argv[1]), sys.argv[2].encode()
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    letter = letters[number % len(letters)]
    whole_file.write(path, bytes([letter]) * {SIZE})
"""


def writer(path: Path, letters: str, times: int) -> subprocess.Popen:
    command = [sys.executable, "-c", WRITES, str(path), letters, str(times)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


def letter(path: Path) -> str:
    """The one letter that a whole file is made of."""
    content = path.read_bytes()
    assert len(content) == SIZE
    assert content == content[:1] * SIZE
    return chr(content[0])


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"o" * SIZE)
    return path


def test_what_is_written_is_there_alone_with_the_folders_to_it(tmp_path):
    path = tmp_path / "a/b/file"
    whole_file.write(path, b"one")
    whole_file.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("wait", [0.0, 0.003, 0.01, 0.03, 0.06])
def test_a_writer_that_is_killed_leaves_a_whole_file(path, wait):
    process = writer(path, "ab", 10**6)
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert letter(path) in "oab"


def test_two_writers_at_a_time_leave_the_file_of_one(path):
    processes = [writer(path, letters, 20) for letters in "ab"]
    seen = {letter(path)}
    while any(process.poll() is None for process in processes):
        seen.add(letter(path))
    assert [process.returncode for process in processes] == [0, 0]
    assert seen <= set("oab")
    assert letter(path) in "ab"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_leaves_the_former_file_and_nothing_else(path):
    # A file that may not grow is what a program can have of a full disk.
    code = f"""
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({SIZE // 2}, {SIZE // 2}))
{WRITES}"""
    command = [sys.executable, "-c", code, str(path), "a", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "OSError: [Errno 27]" in done.stderr
    assert letter(path) == "o"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_file_has_the_mode_that_the_process_gives_its_files(path):
    path.chmod(0o600)
    before = os.umask(0o027)
    try:
        whole_file.write(path, b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_what_fails_in_between_leaves_the_former_file(path):
    def fail():
        with whole_file.replacing(path) as new:
            new.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert letter(path) == "o"
    assert list(path.parent.iterdir()) == [path]
