"""What arrived in ``submitted/``: every file of it is graded or has its reason.

Nothing here is changed or deleted, and no link is followed.
"""

import hashlib
import os
from pathlib import Path

from grader.common.printable import one_line
from grader.grading.intake.archive import members
from grader.grading.intake.candidates import Candidates
from grader.grading.intake.folders import (
    files,
    is_dropping,
    is_notebook,
    listed,
    require_name,
)
from grader.grading.intake.kernelspec import note_of_kernel
from grader.grading.intake.notebook_format import Unreadable
from grader.grading.intake.released import Released
from grader.grading.intake.submission import (
    TIMESTAMP,
    Arrival,
    Submission,
    companions,
    content,
    valid_time,
)


def scan(submitted: Path, released: Released) -> list[Submission]:
    """Every submission of an assignment, and everything that is none.

    Whatever is wrong with one ends here as its reason.
    """
    found = []
    for entry in sorted(submitted.iterdir()):
        if entry.name.startswith("."):
            continue
        arrival = Arrival.QUARANTINED
        try:
            found.append(_arrived(entry, released))
            continue
        except Unreadable as error:
            reason = str(error)
        except FileNotFoundError as error:
            arrival, reason = Arrival.MISSING, str(error)
        except OSError as error:
            reason = f"can't be read: {error.strerror or error}"
        except Exception as error:
            # Not foreseen, and yet no other learner's concern.
            words = one_line(f"{type(error).__name__}: {error}", 150)
            reason = f"can't be read ({words})"
        folder = entry / released.assignment
        where = folder if os.path.isdir(folder) else entry
        found.append(Submission(one_line(entry.name), arrival, where, reason=reason))
    return found


def _arrived(entry: Path, released: Released) -> Submission:
    folder = entry / released.assignment
    for link in (entry, folder):
        if link.is_symlink():
            raise Unreadable(
                f"{one_line(link.name)} is a symbolic link, which is not followed"
            )
    if not entry.is_dir():
        raise Unreadable(
            "is not a learner's folder; move it into submitted/<learner>/<assignment>/"
        )
    if not folder.is_dir():
        return _without_assignment(entry, released.assignment)
    return _submission(entry, folder, released)


def _without_assignment(entry: Path, assignment: str) -> Submission:
    reason = f"no folder {one_line(entry.name)}/{assignment}"
    loose = sorted(p for p in entry.iterdir() if not p.is_dir() or p.is_symlink())
    loose = [path for path in loose if not is_dropping(path.name)]
    if loose:
        raise Unreadable(f"{reason}, but {listed(loose, entry)} beside it")
    return Submission(one_line(entry.name), Arrival.MISSING, entry, reason=reason)


def _submission(entry: Path, folder: Path, released: Released) -> Submission:
    submission = Submission(one_line(entry.name), Arrival.ACCEPTED, folder)
    require_name(entry.name)
    _read(submission, released)
    return submission


def _read(submission: Submission, released: Released) -> None:
    folder, notes = submission.folder, submission.notes
    paths, special = files(folder)
    exact = folder / f"{released.notebook}.ipynb"
    if exact in special:
        raise Unreadable(
            f"{exact.name} is a symbolic or hard link, or no plain file: put a copy in "
            "its place"
        )
    chosen = Candidates(folder, paths, released).chosen()
    submission.path, submission.inside = chosen.path, chosen.inside
    raw, found = content(chosen.path, chosen.inside)
    submission.digest = hashlib.sha256(raw).hexdigest()
    if chosen.path != exact:
        notes.append(f"found as {one_line(chosen.path.relative_to(folder))}")
    if chosen.inside is not None:
        notes.append(f"{chosen.label} in it")
    notes += found.notes + chosen.recognised.notes
    kernel = note_of_kernel(found.notebook)
    notes += [] if kernel is None else [kernel]
    submission.doubts += chosen.recognised.doubts
    if chosen.inside is not None:
        others = [m for kind in members(raw) for m in kind if m != chosen.inside]
        if others:
            notes.append(f"left aside in the zip: {listed(others)}")
    if folder / TIMESTAMP in paths and not valid_time(folder / TIMESTAMP):
        notes.append(f"{TIMESTAMP} holds no time and was left aside")
    notebooks = [path for path in paths if is_notebook(path.name)]
    spare = [path for path in notebooks if path != chosen.path] + special
    if spare:
        notes.append(f"left aside: {listed(spare, folder)}")
    along, large = companions(folder, chosen.path)
    if large:
        notes.append(f"too large, and left aside: {listed(large, folder)}")
    known = {folder / name for name in (TIMESTAMP, *released.files)}
    extra = [path for path in along if path not in known]
    if extra:
        notes.append(f"came along: {listed(extra, folder)}")
