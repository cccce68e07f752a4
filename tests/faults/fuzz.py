"""Submissions that nobody thought of: drawn at random, they stop at themselves."""

import contextlib
import io
import json
import os
import shutil
import stat
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import nbformat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbgrader.converters import NbGraderException

from grader.common.printable import one_line
from grader.grading.intake.arrivals import scan
from grader.grading.intake.submission import Arrival, Submission
from grader.grading.place.assignment import Assignment
from grader.grading.place.course_folder import Course, find_course
from grader.grading.plugins.sanitize import RestoreCells
from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import course

WHOLE = toy.submission(**toy.RIGHT)
RIGHT = json.dumps(WHOLE)
MARKED = {cell.metadata.nbgrader.grade_id for cell in WHOLE.cells[3::2]}
DRAWN = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
ANY = st.characters(codec=None, exclude_categories=())  # halves of pairs too
TEXTS = st.text(ANY, max_size=20) | st.sampled_from(
    ("nbgrader", "grade_id", "toy-double-torch", "code", "check(", "x" * 5_000)
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
    ),
    max_leaves=10,
)


class Door:
    """A course in which one learner's submission is drawn, and another's is right."""

    def __init__(self, folder: Path) -> None:
        course(folder, bob=toy.RIGHT)
        with contextlib.chdir(folder):
            self.course: Course = find_course()
        self.home = folder / "submitted" / "ann" / toy.ASSIGNMENT
        self.staging = folder / "staging"
        assignment = Assignment.of(self.course, toy.ASSIGNMENT)
        with self.course.gradebook() as gradebook:
            self.released = assignment.released(gradebook)
        self.seen: Counter[str] = Counter()

    def empty(self) -> Path:
        for folder in (self.home, self.staging):
            shutil.rmtree(folder, ignore_errors=True)
        self.home.mkdir(parents=True)
        return self.home

    def open(self) -> None:
        """What is handed in has a reason, or can be graded cell by cell."""
        submitted = self.course.folder("submitted")
        found = scan(submitted, self.released)
        ann, bob = sorted(found, key=lambda one: one.learner)
        assert (bob.arrival, bob.notes, bob.doubts) == (Arrival.ACCEPTED, [], [])
        for said in filter(None, (ann.reason, *ann.notes, *ann.doubts)):
            assert said == one_line(said, 5_000), said
        accepted = ann.arrival is Arrival.ACCEPTED
        assert accepted or ann.reason
        self.seen[str(ann.arrival)] += 1
        if accepted:
            self._restore(ann)

    def _restore(self, ann: Submission) -> None:
        path = toy.stage(ann, self.staging)
        notebook = nbformat.read(path, as_version=4)
        names = {"notebook": toy.NAME, "assignment": toy.ASSIGNMENT, "student": "ann"}
        about = {
            "nbgrader": names | {"db_url": self.course.directory.db_url},
            "metadata": {"path": str(path.parent)},
        }
        step = RestoreCells(parent=self.course.app)
        step.log.disabled = True
        try:
            notebook, _ = step.preprocess(notebook, about)
        except NbGraderException as error:
            raise AssertionError(f"accepted, and not gradable: {error}") from error
        nbformat.validate(notebook)
        nbformat.writes(notebook).encode()
        ids = [
            cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells
        ]
        assert all(ids.count(name) == 1 for name in MARKED), ids

    def told(self) -> str:
        return ", ".join(f"{n} {state}" for state, n in sorted(self.seen.items()))


def fuzz(folder: Path, draw: Callable[[st.DataObject, Path], None]) -> str:
    """Hand in what ``draw`` puts into a folder, again and again."""
    door = Door(folder)

    @DRAWN
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        draw(data, door.empty())
        door.open()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        attempt()
    return door.told()


def changed(data: st.DataObject, value: object) -> object:
    """JSON with one part replaced, dropped, doubled or moved to another key."""
    here = value
    while isinstance(here, (dict, list)) and here:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(here[key], (dict, list)) and here[key]
        if deeper and data.draw(st.integers(0, 4)):
            here = here[key]
            continue
        do = data.draw(st.sampled_from(("replace", "drop", "double", "rename")))
        if do == "replace":
            here[key] = data.draw(VALUES)
        elif do == "drop":
            del here[key]
        elif isinstance(here, list):
            here.insert(data.draw(st.integers(0, len(here))), here[key])
        else:
            here[data.draw(TEXTS)] = here[key] if do == "double" else here.pop(key)
        return value
    return data.draw(VALUES)


def torn(data: st.DataObject, raw: bytes) -> bytes:
    """Bytes with some of them lost, changed or repeated."""
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(raw)))
        lost = data.draw(st.integers(0, 20))
        raw = raw[:at] + data.draw(st.binary(max_size=20)) + raw[at + lost :]
    return raw


@drill("60 notebooks with parts replaced, dropped, doubled and renamed at random")
def notebooks_at_random(folder: Path) -> str:
    def draw(data: st.DataObject, home: Path) -> None:
        notebook = json.loads(RIGHT)
        for _ in range(data.draw(st.integers(1, 6))):
            notebook = changed(data, notebook)
        (home / f"{toy.NAME}.ipynb").write_text(json.dumps(notebook))

    return fuzz(folder, draw)


@drill("60 notebooks with bytes lost, changed and repeated at random")
def bytes_at_random(folder: Path) -> str:
    def draw(data: st.DataObject, home: Path) -> None:
        (home / f"{toy.NAME}.ipynb").write_bytes(torn(data, RIGHT.encode()))

    return fuzz(folder, draw)


@drill("60 zip files with odd members, some of them damaged at random")
def archives_at_random(folder: Path) -> str:
    methods = (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
        zipfile.ZIP_BZIP2,
        zipfile.ZIP_LZMA,
    )

    def draw(data: st.DataObject, home: Path) -> None:
        buffer = io.BytesIO()
        usual = st.sampled_from(("n.ipynb", "a/n.ipynb", "a/b/c.IPYNB", "x.csv", "a/"))
        names = usual | usual | st.text(min_size=1, max_size=10)
        kinds = st.sampled_from((0, stat.S_IFREG, 0, stat.S_IFLNK))
        with zipfile.ZipFile(buffer, "w") as archive:
            for _ in range(data.draw(st.integers(1, 4))):
                info = zipfile.ZipInfo(data.draw(names))
                info.compress_type = data.draw(st.sampled_from(methods))
                info.external_attr = data.draw(kinds) << 16
                archive.writestr(info, data.draw(st.sampled_from((RIGHT, "1,2"))))
        raw = buffer.getvalue()
        damage = data.draw(st.booleans())
        (home / "work.zip").write_bytes(torn(data, raw) if damage else raw)

    return fuzz(folder, draw)


@drill("60 folders of files, links, pipes and folders with odd names")
def folders_at_random(folder: Path) -> str:
    kinds = ("notebook", "file", "folder", "link", "hard link", "pipe", "deep")
    names = st.sampled_from(
        (f"{toy.NAME}.ipynb", f"{toy.NAME} (1).ipynb", "a.IPYNB", "timestamp.txt")
    ) | st.text(
        st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=8
    )

    def draw(data: st.DataObject, home: Path) -> None:
        where = [home]
        for _ in range(data.draw(st.integers(1, 6))):
            kind = data.draw(st.sampled_from(kinds))
            path = data.draw(st.sampled_from(where)) / data.draw(names)
            with contextlib.suppress(OSError):
                put(kind, path)
                if kind == "folder":
                    where.append(path)

    return fuzz(folder, draw)


def put(kind: str, path: Path) -> None:
    """Make one thing; OSError where its name is taken or is none.

    Files are opened as new ones: nothing is written through a link or into a pipe.
    """
    if kind in ("notebook", "file"):
        with open(path, "x", encoding="utf-8") as file:
            file.write(RIGHT if kind == "notebook" else "2026-01-31")
    elif kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to("/nowhere")
    elif kind == "hard link":
        os.link(next(path.parent.iterdir(), path.parent), path)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.joinpath(*"d" * 200).mkdir(parents=True)
