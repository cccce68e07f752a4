"""Gradebooks that are damaged, locked or of another make; marks that must stay."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import (
    GRADE,
    Running,
    by_hand,
    course,
    expected,
    grade,
    gradebook,
    left_behind,
    until,
    verdicts,
)
from tests.faults.disk import MARKS, TWO, well_afterwards

SQUARE = "def double(x):\n    return x * x"
REGRADE = ("regrade", toy.ASSIGNMENT)


def broken(folder: Path, content: bytes) -> str:
    """Grade with this in place of the gradebook, and then with the right one."""
    course(folder, **TWO)
    path = folder / "gradebook.db"
    right = path.read_bytes()
    path.write_bytes(content)
    sentence = grade(folder).sentence()
    assert path.read_bytes() == content, "it was written to"
    path.write_bytes(right)
    well_afterwards(folder)
    return sentence


@drill("gradebook.db is a text file")
def gradebook_of_garbage(folder: Path) -> str:
    sentence = broken(folder, b"learner,mark\nann,5\n" * 100)
    assert "is no database" in sentence, sentence
    return sentence


@drill("gradebook.db is cut off in the middle")
def gradebook_truncated(folder: Path) -> str:
    course(folder)
    content = (folder / "gradebook.db").read_bytes()
    sentence = broken(folder, content[: len(content) // 3])
    assert "damaged" in sentence, sentence
    return sentence


@drill("gradebook.db was made by another version of nbgrader")
def gradebook_of_another_version(folder: Path) -> str:
    course(folder, **TWO)
    change = "UPDATE alembic_version SET version_num = '724cde206c17'"
    version = "PRAGMA schema_version"
    with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
        connection.execute(change)
        connection.commit()
        before = connection.execute(version).fetchone()
    sentence = grade(folder).sentence()
    assert "nbgrader db upgrade" in sentence, sentence
    with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
        assert connection.execute(version).fetchone() == before, "it was changed"
    return sentence


@drill("gradebook.db is a folder")
def gradebook_unreadable(folder: Path) -> str:
    course(folder, **TWO)
    (folder / "gradebook.db").rename(folder / "aside.db")
    (folder / "gradebook.db").mkdir()
    sentence = grade(folder).sentence()
    assert "can't be opened" in sentence, sentence
    (folder / "gradebook.db").rmdir()
    (folder / "aside.db").rename(folder / "gradebook.db")
    well_afterwards(folder)
    return sentence


@drill("gradebook.db is removed after grading, then its backup put back")
def gradebook_gone_and_back(folder: Path) -> str:
    course(folder, **TWO)
    assert grade(folder).code == 0
    (folder / "gradebook.db").rename(folder / "backup.db")
    ended = grade(folder)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    (folder / "backup.db").rename(folder / "gradebook.db")
    well_afterwards(folder)
    return "graded into a new one, and again into the old one"


LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect("gradebook.db", isolation_level=None, timeout=60)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
time.sleep(float(sys.argv[1]))
"""


@contextmanager
def locked(folder: Path, seconds: float) -> Iterator[None]:
    """Another program holds the gradebook, at most until the end of the block."""
    command = [sys.executable, "-c", LOCK, str(seconds)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            other.kill()


@drill("another program locks the gradebook for 1.5 s")
def gradebook_locked_for_a_while(folder: Path) -> str:
    course(folder, **TWO)
    with locked(folder, 1.5):
        ended = grade(folder)
    assert ended.code == 0, ended.err
    expected(folder, **MARKS)
    return "waited, then graded"


@drill("another program locks the gradebook while results come in, for ever")
def gradebook_locked_for_ever(folder: Path) -> str:
    course(folder, **TWO)
    running = Running(folder, *GRADE)
    place = folder / ".grading" / toy.ASSIGNMENT
    until(lambda: any(place.glob("running/*/*/*")), running)
    with locked(folder, 1000):
        sentence = running.end().sentence()
    assert "in use by another program" in sentence, sentence
    well_afterwards(folder)
    assert not left_behind(folder)
    return sentence


@drill("an instructor's mark and comment, then the learner hands in anew")
def marks_by_hand_stay(folder: Path) -> str:
    course(folder, **TWO)
    assert grade(folder).code == 0
    by_hand(folder, "ann", 1.5, "well argued")
    toy.submit(folder, "ann", toy.submission(double=SQUARE))
    ended = grade(folder)
    row = ended.rows["ann"]
    assert row["score"] == 1.5 and row["by_hand"], row
    scores, comments = gradebook(folder)["scores"], gradebook(folder)["comments"]
    assert ("ann", "toy-double-torch", 0, 1.5, None, 1) in scores, scores
    written = ("ann", "toy-double-torch-solution", None, "well argued")
    assert written in comments, comments
    return "both stay, and the mark is listed as one to look at"


@drill("an exercise's tolerance and reference change after grading")
def regrade_says_before_it_writes(folder: Path) -> str:
    course(folder, ann=toy.RIGHT, bob={"double": SQUARE})
    assert grade(folder).code == 0
    by_hand(folder, "ann", 1.5, "well argued")

    def changed() -> None:
        object.__setattr__(toy.DOUBLE, "reference", lambda x: x * x)
        object.__setattr__(toy.DOUBLE, "mistakes", ())
        object.__setattr__(toy.DOUBLE, "tolerance", 0.01)

    before, graded = gradebook(folder), verdicts(folder)
    dry = Running(folder, *REGRADE, "--dry-run", inside=changed).end()
    assert dry.code == 1, dry.err
    for words in ("2 changes", "correct", "wrong", "tolerance 0.0001 → 0.01"):
        assert words in dry.out, (words, dry.out)
    assert (gradebook(folder), verdicts(folder)) == (before, graded)
    assert not (folder / ".grading" / toy.ASSIGNMENT / "pending" / "ann").exists()
    real = Running(folder, *REGRADE, inside=changed).end()
    assert real.out == dry.out, real.out
    scores = gradebook(folder)["scores"]
    assert ("ann", "toy-double-torch", 0, 1.5, None, 1) in scores, scores
    assert ("bob", "toy-double-torch", 2, None, None, 0) in scores, scores
    again = Running(folder, *REGRADE, inside=changed).end()
    assert (again.code, "No mark changes" in again.out) == (0, True), again
    return "both changes listed with their reason, then written; marks by hand stay"


@drill("the graded notebook of one learner is damaged, of another the feedback")
def graded_files_damaged(folder: Path) -> str:
    course(folder, **TWO)
    assert grade(folder).code == 0
    graded = folder / "autograded" / "ann" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    graded.chmod(0o600)
    graded.write_bytes(graded.read_bytes()[:500])
    page = folder / "feedback" / "bob" / toy.ASSIGNMENT / f"{toy.NAME}.html"
    page.write_text("<html>")
    shown = Running(folder, "report", toy.ASSIGNMENT, "--json").end()
    assert shown.rows["ann"]["state"] == "not graded", shown.rows["ann"]
    other = folder / "autograded" / "bob" / toy.ASSIGNMENT / f"{toy.NAME}.ipynb"
    before = os.stat(other).st_mtime_ns
    well_afterwards(folder)
    assert page.read_text(encoding="utf-8").endswith("</html>\n")
    assert os.stat(other).st_mtime_ns == before, "bob was run again for his feedback"
    return "the report says so; the next run mends both, and runs ann's alone"
