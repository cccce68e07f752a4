"""A toy course to break, and the real ``course`` command to run in it."""

import atexit
import functools
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import IO

import nbformat
from nbgrader.converters import GenerateFeedback

from grader import cli
from grader.exercises import catalogue
from grader.grading import commands
from grader.grading.plugins.feedback_page import FeedbackExporter
from grader.grading.record import RunRecord, cell_records
from grader.kernels import provisioner, warm, zygote
from grader.kernels.jail import probe
from grader.kernels.warm import Warm
from tests.classes import toy_course as toy

SEED = "7"
PATIENCE = 120  # seconds for one command, on a machine that has other things to do
SETTINGS = """
c.CourseDirectory.db_url = c.CourseDirectory.db_url.replace("=60", "=3")
"""
# The toy course's cells need no more, and the other framework would take its time.
MODULES = [name for name in zygote.PRELOADED if name not in ("tensorflow", "keras")]
GRADE = ("grade", toy.ASSIGNMENT, "--json", "--jobs", "2", "--seed", SEED)
OF_A_LEARNER = """
    JOIN base_cell ON base_cell.id = {table}.cell_id
    JOIN submitted_notebook AS one ON one.id = {table}.notebook_id
    JOIN submitted_assignment AS whole ON whole.id = one.assignment_id
"""
SCORES = OF_A_LEARNER.format(table="grade")
COMMENTS = OF_A_LEARNER.format(table="comment")
TABLES = {
    "scores": "SELECT whole.student_id, base_cell.name, auto_score, manual_score, "
    f"extra_credit, needs_manual_grade FROM grade {SCORES}",
    "comments": "SELECT whole.student_id, base_cell.name, auto_comment, "
    f"manual_comment FROM comment {COMMENTS}",
    "students": "SELECT id FROM student",
}


class Lent(Warm):
    """The zygote of all commands, which are no parents of it and can't watch it."""

    alive = True


def own_zygote() -> None:
    """Inside a command: its kernels are forked off a process that it starts itself."""
    warm.Warm = functools.partial(Warm, preloaded=MODULES)
    provisioner.graded = warm.Shared(warm._graded)


class Skipped(Exception):
    """This machine can't have the fault; the reason is its text."""


@dataclass
class Ended:
    """A command after its end; ``code`` is negative where a signal ended it."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> dict[str, dict]:
        """The report's rows by learner."""
        return {row["learner"]: row for row in json.loads(self.out)["learners"]}

    def sentence(self) -> str:
        """The one line that a failing command says."""
        assert self.code == 2, (self.code, self.err)
        lines = [line for line in self.err.splitlines() if line.startswith("course: ")]
        assert len(lines) == 1, self.err
        return lines[0].removeprefix("course: ")


class Running:
    """A ``course`` command in a process of its own, with its modules imported."""

    def __init__(
        self, folder: Path, *arguments: str, inside: Callable[[], None] | None = None
    ) -> None:
        self._said = [tempfile.TemporaryFile("w+", encoding="utf-8") for _ in "oe"]
        sys.stdout.flush()
        self.pid = os.fork()
        if not self.pid:
            _become(folder, self._said, arguments, inside)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def poll(self) -> int | None:
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None

    def end(self) -> Ended:
        """Wait for it; what it said holds no traceback."""
        deadline = time.monotonic() + PATIENCE
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                self.kill()
                os.waitpid(self.pid, 0)
                raise AssertionError("the command hung")
            time.sleep(0.02)
        out, err = (file.seek(0) or file.read() for file in self._said)
        assert "Traceback" not in out + err, err
        return Ended(code, out, err)


def _become(
    folder: Path,
    said: list[IO[str]],
    arguments: tuple[str, ...],
    inside: Callable[[], None] | None,
) -> None:
    code = 70
    try:
        os.setsid()
        # A shell lets what it starts in the background ignore Ctrl-C.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number, file in enumerate(said, start=1):
            os.dup2(file.fileno(), number)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8")
        sys.stderr = os.fdopen(2, "w", encoding="utf-8")
        os.environ.update(TMPDIR=str(folder / "tmp"), COLUMNS="200")
        tempfile.tempdir = None
        os.chdir(folder)
        known = catalogue.exercises
        catalogue.exercises = lambda lesson: (
            toy.EXERCISES if lesson == "toy" else known(lesson)
        )
        if inside:
            inside()
        cli.main(list(arguments))
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for one drill: below it lie sockets, which no kernel's /tmp may hold."""
    folder = Path(tempfile.mkdtemp(prefix="fd-", dir="/var/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@cache
def released() -> Path:
    """A course with its assignment released, to be copied."""
    # The commands' processes inherit both.
    probe.level()
    lent = Lent(warm._graded(), MODULES)
    atexit.register(lent.close)
    provisioner.graded = SimpleNamespace(get=lambda log: lent, drop=lambda warm: None)
    folder = Path(tempfile.mkdtemp(prefix="fd-", dir="/var/tmp"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    toy.make_course(folder)
    with open(folder / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write(SETTINGS)
    (folder / "tmp").mkdir()
    ended = Running(folder, "release", toy.ASSIGNMENT).end()
    assert ended.code == 0, ended.err
    # What the first page of a command costs, its templates above all, is paid here.
    page = FeedbackExporter(config=GenerateFeedback().config)
    about = {"notebook": toy.NAME, "score": 0, "max_score": 0, "late_penalty": 0}
    cells = [nbformat.v4.new_markdown_cell("1"), nbformat.v4.new_code_cell("1")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    page.from_notebook_node(notebook, {"nbgrader": about})
    return folder


def course(folder: Path, **learners: dict[str, str]) -> Path:
    """A released toy course with submissions, by learner the solution cells."""
    shutil.copytree(released(), folder, dirs_exist_ok=True)
    for learner, cells in learners.items():
        toy.submit(folder, learner, toy.submission(**cells))
    return folder


def grade(folder: Path, inside: Callable[[], None] | None = None) -> Ended:
    return Running(folder, *GRADE, inside=inside).end()


def until(condition: Callable[[], object], running: Running) -> None:
    """Wait for a moment in a command's life."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert running.poll() is None, "the command ended too early"
        assert time.monotonic() < deadline, "the moment did not come"
        time.sleep(0.01)


def gradebook(folder: Path) -> dict[str, list[tuple]]:
    """All marks and comments, row by row."""
    with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
        return {
            name: sorted(connection.execute(query).fetchall(), key=repr)
            for name, query in TABLES.items()
        }


def verdicts(folder: Path) -> dict[str, dict[str, str]]:
    """By learner, the status of each graded cell in the autograded notebook."""
    found = {}
    for path in sorted((folder / "autograded").glob(f"*/{toy.ASSIGNMENT}/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        record = RunRecord.of(notebook)
        assert record and record.recorded, path
        cells = cell_records(notebook)
        found[path.parent.parent.name] = {i: str(c.status) for i, c in cells.items()}
    return found


def by_hand(folder: Path, learner: str, score: float, comment: str) -> None:
    """What an instructor does in formgrader to a learner's first exercise."""
    for table, cell, change, value in (
        ("grade", "toy-double-torch", "manual_score", score),
        ("comment", "toy-double-torch-solution", "manual_comment", comment),
    ):
        which = (
            f"SELECT {table}.id FROM {table} {OF_A_LEARNER.format(table=table)} "
            "WHERE base_cell.name = ? AND whole.student_id = ?"
        )
        with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
            connection.execute(
                f"UPDATE {table} SET {change} = ? WHERE id IN ({which})",
                (value, cell, learner),
            )
            if table == "grade":
                connection.execute(
                    f"UPDATE grade SET needs_manual_grade = 0 WHERE id IN ({which})",
                    (cell, learner),
                )
            connection.commit()


def left_behind(folder: Path, seconds: float = 5) -> list[str]:
    """Processes and temporary files of a course's commands, after some patience."""
    deadline = time.monotonic() + seconds
    while True:
        found = [f"process {pid}" for pid in _processes(folder)]
        if not found or time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return found + [path.name for path in (folder / "tmp").iterdir()]


def _processes(folder: Path) -> list[int]:
    needle, found = f"{folder}/tmp/".encode(), []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            told = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if needle in told:
            found.append(int(entry.name))
    return found


def expected(folder: Path, **scores: tuple[float, float]) -> None:
    """The gradebook holds exactly these automatic scores, by learner."""
    found: dict[str, dict[str, float]] = {}
    for learner, cell, auto, *_ in gradebook(folder)["scores"]:
        found.setdefault(learner, {})[cell] = auto
    told = {
        learner: (cells["toy-double-torch"], cells["toy-total-torch"])
        for learner, cells in found.items()
    }
    assert told == scores, told


# Imported here so that every command's process finds it done.
PRELOADED = (commands,)
