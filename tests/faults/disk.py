"""Disks that are full, read-only or not there."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import Skipped, course, expected, grade

TWO = {"ann": toy.RIGHT, "bob": {"total": toy.RIGHT["total"]}}
MARKS = {"ann": (2, 3), "bob": (0, 3)}


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[None]:
    """A small disk of its own at a folder."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        raise Skipped("only root can mount a small disk")
    try:
        yield
    finally:
        # Lazily: a kernel that is just ending may still be in it.
        subprocess.run(["umount", "-l", str(folder)], check=True)


def well_afterwards(folder: Path) -> None:
    """With the fault gone, the same command ends as if it had not been."""
    ended = grade(folder)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)


@drill("the disk of the course fills up: 0, 20, 60, 100 and 140 KiB are left")
def disk_full(folder: Path) -> str:
    said = set()
    with mounted(folder, "size=2m"):
        for left in (0, 20, 60, 100, 140):
            shutil.rmtree(folder / "c", ignore_errors=True)
            course(folder / "c", **TWO)
            filler = folder / "filler"
            free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
            filler.write_bytes(bytes(free - 1024 * left))
            ended = grade(folder / "c")
            if ended.code == 2:
                said.add(ended.sentence().partition(":")[0])
            filler.unlink()
            well_afterwards(folder / "c")
    assert said and all("no space" in one for one in said), said
    return f"{'; '.join(sorted(said))}; with room, the right marks"


@drill("the disk is full where graded notebooks go")
def no_room_for_graded_notebooks(folder: Path) -> str:
    course(folder, **TWO)
    with mounted(folder / "autograded", "size=4k"):
        sentence = grade(folder).sentence()
        assert "no space is left" in sentence, sentence
        assert (folder / ".grading" / toy.ASSIGNMENT / "pending").is_dir()
    well_afterwards(folder)
    return sentence


@drill("autograded/ is read-only")
def graded_folder_read_only(folder: Path) -> str:
    course(folder, **TWO)
    if os.geteuid():
        (folder / "autograded").mkdir(mode=0o500)
        sentence = grade(folder).sentence()
        (folder / "autograded").chmod(0o700)
    else:
        with mounted(folder / "autograded", "ro,size=4k"):
            sentence = grade(folder).sentence()
    well_afterwards(folder)
    return sentence


@drill("feedback/ is a file")
def feedback_is_a_file(folder: Path) -> str:
    course(folder, **TWO)
    (folder / "feedback").write_text("")
    ended = grade(folder)
    assert "see .grading/01_toy.log" in ended.err, ended
    expected(folder, **MARKS)
    (folder / "feedback").unlink()
    well_afterwards(folder)
    return "marks were written, feedback when there was a folder"


@drill("the folder for temporary files is not there")
def no_temporary_folder(folder: Path) -> str:
    course(folder, **TWO)
    (folder / "tmp").rmdir()
    ended = grade(folder)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    return "Python's next choice was used: graded"


@drill("the folder for temporary files fills up")
def temporary_folder_full(folder: Path) -> str:
    course(folder, **TWO)
    with mounted(folder / "tmp", "nr_inodes=5"):
        ended = grade(folder)
        assert ended.code in (1, 2), ended
    well_afterwards(folder)
    return ended.sentence() if ended.code == 2 else "not graded; graded with room"
