"""One learner's submission: its notebook, and the copy of it that nbgrader reads."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import nbformat
from nbgrader.utils import parse_utc

from grader.common.bounds import MIB
from grader.grading.intake.archive import member
from grader.grading.intake.folders import files, is_notebook
from grader.grading.intake.notebook_file import Content, parse, read_file
from grader.grading.intake.notebook_format import Unreadable
from grader.grading.record import RunRecord

MAX_EXTRA = 100 * MIB
TIMESTAMP = "timestamp.txt"


class Arrival(StrEnum):
    """What became of a submission at the door."""

    ACCEPTED = "accepted"
    QUARANTINED = "quarantined"
    MISSING = "missing"


@dataclass
class Submission:
    """One learner's submission of an assignment.

    Attributes:
        notes: what was mended or noticed; each costs no marks.
        doubts: what was mended in a way that marks may depend on: the instructor is
            to look at it.
        reason: why it was quarantined or counts as missing; None where it is accepted,
            which alone has the others.
        path: the notebook in ``folder`` that counts, or the zip file with it.
        inside: the notebook's name in the zip file; None where it is in none.
        digest: SHA-256 of its bytes as submitted.
    """

    learner: str
    arrival: Arrival
    folder: Path
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    reason: str | None = None
    path: Path | None = None
    inside: str | None = None
    digest: str = ""


def content(path: Path, inside: str | None = None) -> tuple[bytes, Content]:
    """A file's bytes, and the notebook that they are, or hold under a name.

    Raises:
        Unreadable: there is no notebook in it that can be read.
        OSError: the file can't be read.
    """
    raw = read_file(path)
    return raw, parse(raw if inside is None else member(raw, inside))


def valid_time(timestamp: Path) -> bool:
    """Whether nbgrader can read the file as a time; an empty one is none, and fine."""
    try:
        text = read_file(timestamp, 1000).decode().strip()
        return not text or parse_utc(text) is not None
    except (OSError, ValueError, OverflowError, Unreadable):
        return False


def companions(folder: Path, chosen: Path) -> tuple[list[Path], list[Path]]:
    """The files that go along with the notebook, and those that are too large."""
    along: list[Path] = []
    large: list[Path] = []
    room = MAX_EXTRA
    for path in files(folder)[0]:
        invalid = path.name == TIMESTAMP and not valid_time(path)
        if path == chosen or is_notebook(path.name) or invalid:
            continue
        size = path.stat().st_size
        (large if size > room else along).append(path)
        room -= 0 if size > room else size
    return along, large


def stage(submission: Submission, notebook: Path) -> None:
    """Copy an accepted submission to where nbgrader will read its notebook.

    Raises:
        Unreadable: the notebook has changed since it was accepted.
        OSError: it is gone, or the copy can't be written.
        ValueError: it was not accepted.
    """
    if submission.path is None:
        raise ValueError(f"{submission.learner}'s submission was not accepted")
    raw, found = content(submission.path, submission.inside)
    if hashlib.sha256(raw).hexdigest() != submission.digest:
        raise Unreadable("was changed while it was being graded; grade it again")
    target = notebook.parent
    target.mkdir(parents=True)
    RunRecord(submission.digest).write(found.notebook)
    nbformat.write(found.notebook, notebook)
    for path in companions(submission.folder, submission.path)[0]:
        copy = target / path.relative_to(submission.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(read_file(path, MAX_EXTRA))
