"""One command at a time in a course, and what a killed one left is swept away."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from grader.common.errors import CourseError, Stopped
from grader.grading.place.workplace import FOLDER, Workplace, at_work
from grader.kernels.jail.layers.view import place_of_sockets


@pytest.fixture
def place(tmp_path):
    return Workplace(tmp_path, "01_toy")


def note(root, *folders):
    (root / FOLDER).mkdir()
    noted = {"process": 1, "folders": [str(folder) for folder in folders]}
    (root / FOLDER / "lock").write_text(json.dumps(noted))


def test_a_second_command_is_told_of_the_first(tmp_path):
    first, second = at_work(tmp_path), at_work(tmp_path)
    with first, pytest.raises(CourseError, match=f"process {os.getpid()}"), second:
        pass
    with at_work(tmp_path):
        pass


def test_temporary_files_have_a_folder_that_goes_with_the_command(tmp_path):
    before, home = tempfile.gettempdir(), Path(place_of_sockets())
    with at_work(tmp_path):
        own = Path(tempfile.gettempdir())
        # As root, kernels are other users, and must pass through it to their sockets.
        rights = 0o700 if os.getuid() else 0o711
        assert own.parent == home and own.stat().st_mode & 0o777 == rights
        (own / "x").touch()
    assert not own.exists() and tempfile.gettempdir() == before


def test_ctrl_c_is_one_sentence(tmp_path):
    with pytest.raises(Stopped, match="nothing is lost"), at_work(tmp_path):
        raise KeyboardInterrupt


def test_a_killed_commands_folders_are_swept(tmp_path, place):
    left = tmp_path / "tandem-0123456789ab"
    (left / "kernel-x").mkdir(parents=True)
    note(tmp_path, left)
    running = place.begin("ann")
    with at_work(tmp_path):
        assert not left.exists() and not running.exists()


def test_nothing_else_is_swept(tmp_path):
    other = tmp_path / "homework"
    other.mkdir()
    link = tmp_path / "tandem-0123456789ab"
    link.symlink_to(other)
    note(tmp_path, other, link, "/", tmp_path / "tandem-ffffffffffff")
    with at_work(tmp_path):
        assert other.is_dir() and link.is_symlink()


@pytest.mark.parametrize("content", ["", "{", "[1]", '"x"'])
def test_a_damaged_lock_file_is_no_matter(tmp_path, content):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "lock").write_text(content)
    with at_work(tmp_path):
        pass


def test_what_has_run_waits_until_it_is_dropped(place):
    (place.begin("ann") / "new").touch()
    place.keep("ann")
    (place.begin("ann") / "newer").touch()
    place.keep("ann")
    assert [path.name for path in place.pending("ann").iterdir()] == ["newer"]
    place.drop("ann")
    place.drop("ann")
    assert not place.pending("ann").exists()


def test_a_course_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / FOLDER).write_text("in the way")
    with pytest.raises(CourseError, match="can't write into"), at_work(tmp_path):
        pass
