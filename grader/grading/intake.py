"""What arrived in ``submitted/``: every file of it is graded or has its reason.

Nothing here is changed or deleted: what nbgrader is to grade is copied elsewhere,
as clean UTF-8 under the right name.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import nbformat
from nbgrader.utils import parse_utc

from grader.grading.notebook_file import Unreadable, grade_ids, read_notebook

MAX_EXTRA = 100 * 2**20
TIMESTAMP = "timestamp.txt"
GLOB_CHARACTERS = "*?[]"


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
        reason: why it was quarantined or counts as missing.
        path: the notebook in ``folder`` that counts.
        digest: SHA-256 of its bytes as submitted.
    """

    learner: str
    arrival: Arrival
    folder: Path
    notes: list[str] = field(default_factory=list)
    reason: str = ""
    path: Path | None = None
    digest: str = ""


def scan(
    submitted: Path, assignment: str, name: str, ids: set[str]
) -> list[Submission]:
    """Every submission of ``assignment``, and everything that is none.

    Args:
        name: the assignment's notebook, without suffix.
        ids: the grade ids of the assignment's cells, to know a renamed notebook.
    """
    found = []
    for entry in sorted(submitted.iterdir()):
        if entry.name.startswith("."):
            continue
        if not entry.is_dir() or entry.is_symlink():
            found.append(_stray(entry))
        elif not (entry / assignment).is_dir():
            found.append(_without_assignment(entry, assignment))
        else:
            found.append(_submission(entry.name, entry / assignment, name, ids))
    return found


def _stray(entry: Path) -> Submission:
    return Submission(
        entry.name,
        Arrival.QUARANTINED,
        entry,
        reason="is not a learner's folder; move it into "
        "submitted/<learner>/<assignment>/",
    )


def _without_assignment(entry: Path, assignment: str) -> Submission:
    reason = f"no folder {entry.name}/{assignment}"
    loose = sorted(entry.glob("*.ipynb"))
    if not loose:
        return Submission(entry.name, Arrival.MISSING, entry, reason=reason)
    names = ", ".join(path.name for path in loose)
    return Submission(
        entry.name,
        Arrival.QUARANTINED,
        entry,
        reason=f"{reason}, but {names} beside it",
    )


def _submission(learner: str, folder: Path, name: str, ids: set[str]) -> Submission:
    submission = Submission(learner, Arrival.ACCEPTED, folder)
    try:
        if any(character in learner for character in GLOB_CHARACTERS):
            raise Unreadable(
                f"nbgrader can't take a folder name with any of {GLOB_CHARACTERS}; "
                "rename the folder"
            )
        _read(submission, name, ids)
    except Unreadable as error:
        submission.arrival, submission.reason = Arrival.QUARANTINED, str(error)
    except FileNotFoundError as error:
        submission.arrival, submission.reason = Arrival.MISSING, str(error)
    except OSError as error:
        submission.arrival = Arrival.QUARANTINED
        submission.reason = f"can't be read: {error.strerror or error}"
    return submission


def _read(submission: Submission, name: str, ids: set[str]) -> None:
    folder, notes = submission.folder, submission.notes
    notebooks = [path for path in _files(folder) if path.suffix == ".ipynb"]
    chosen = folder / f"{name}.ipynb"
    if chosen not in notebooks:
        chosen = _renamed(folder, notebooks, name, ids)
        notes.append(f"found as {chosen.relative_to(folder)}")
    elif len(notebooks) > 1:
        others = [str(p.relative_to(folder)) for p in notebooks if p != chosen]
        notes.append(f"left aside: {', '.join(others)}")
    content = read_notebook(chosen)
    notes += content.notes
    if ids.isdisjoint(grade_ids(content.notebook)):
        notes.append(
            "its cells lost their ids: the graded ones were put back at the end"
        )
    submission.path = chosen
    submission.digest = hashlib.sha256(chosen.read_bytes()).hexdigest()
    timestamp = folder / TIMESTAMP
    if timestamp.is_file() and not _valid(timestamp):
        notes.append(f"{TIMESTAMP} holds no time and was left aside")


def _renamed(folder: Path, notebooks: list[Path], name: str, ids: set[str]) -> Path:
    if not notebooks:
        raise FileNotFoundError(f"no notebook in {folder.parent.name}/{folder.name}")
    ours, reasons = [], []
    for path in notebooks:
        try:
            if not ids.isdisjoint(grade_ids(read_notebook(path).notebook)):
                ours.append(path)
        except Unreadable as error:
            reasons.append(f"{path.name} {error}")
    if len(ours) == 1:
        return ours[0]
    names = ", ".join(str(path.relative_to(folder)) for path in ours or notebooks)
    if ours:
        raise Unreadable(f"several notebooks could be meant ({names}); keep one")
    raise Unreadable(
        "; ".join(reasons)
        or f"no {name}.ipynb, and {names} has none of the assignment's cells"
    )


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and path.is_file() and not path.is_symlink():
            yield path


def _valid(timestamp: Path) -> bool:
    try:
        text = timestamp.read_text(encoding="utf-8").strip()
        return not text or parse_utc(text) is not None
    except (OSError, ValueError, OverflowError):
        return False


def stage(submission: Submission, staging: Path, assignment: str, name: str) -> Path:
    """Copy an accepted submission to where nbgrader will read it; the notebook's path.

    Raises:
        Unreadable: the notebook has changed since it was accepted.
    """
    target = staging / submission.learner / assignment
    target.mkdir(parents=True)
    notebook = read_notebook(submission.path).notebook
    notebook.metadata["tandem"] = {"submitted": submission.digest}
    nbformat.write(notebook, target / f"{name}.ipynb")
    room = MAX_EXTRA
    for path in _files(submission.folder):
        if path.suffix == ".ipynb" or (path.name == TIMESTAMP and not _valid(path)):
            continue
        room -= path.stat().st_size
        if room < 0:
            submission.notes.append(f"{path.name} is too large and was left aside")
            continue
        copy = target / path.relative_to(submission.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    return target / f"{name}.ipynb"
