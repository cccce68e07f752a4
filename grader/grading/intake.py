"""What arrived in ``submitted/``: every file of it is graded or has its reason.

Nothing here is changed or deleted, and no link is followed.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from grader.grading.folders import files, is_dropping, listed, shown
from grader.grading.kernelspec import note_of_kernel
from grader.grading.notebook_file import Unreadable, grade_ids
from grader.grading.submission import (
    TIMESTAMP,
    Arrival,
    Submission,
    companions,
    content,
    valid_time,
)

GLOB_CHARACTERS = "*?[]"


def scan(
    submitted: Path,
    assignment: str,
    name: str,
    ids: set[str],
    handed_out: Collection[str] = (),
) -> list[Submission]:
    """Every submission of ``assignment``, and everything that is none.

    Args:
        name: the assignment's notebook, without suffix.
        ids: the grade ids of the assignment's cells, to know a renamed notebook.
        handed_out: files that came with the assignment; the others are noted.
    """
    found = []
    for entry in sorted(submitted.iterdir()):
        if entry.name.startswith("."):
            continue
        folder = entry / assignment
        if entry.is_symlink() or folder.is_symlink():
            link = folder if folder.is_symlink() else entry
            reason = f"{shown(link.name)} is a symbolic link, which is not followed"
            found.append(_aside(entry, reason))
        elif not entry.is_dir():
            reason = "is not a learner's folder; move it into "
            found.append(_aside(entry, f"{reason}submitted/<learner>/<assignment>/"))
        elif not folder.is_dir():
            found.append(_without_assignment(entry, assignment))
        else:
            found.append(_submission(entry, folder, name, ids, handed_out))
    return found


def _aside(entry: Path, reason: str) -> Submission:
    return Submission(shown(entry.name), Arrival.QUARANTINED, entry, reason=reason)


def _without_assignment(entry: Path, assignment: str) -> Submission:
    reason = f"no folder {shown(entry.name)}/{assignment}"
    loose = sorted(p for p in entry.iterdir() if not p.is_dir() or p.is_symlink())
    loose = [path for path in loose if not is_dropping(path.name)]
    if loose:
        return _aside(entry, f"{reason}, but {listed(loose, entry)} beside it")
    return Submission(shown(entry.name), Arrival.MISSING, entry, reason=reason)


def _submission(
    entry: Path, folder: Path, name: str, ids: set[str], handed_out: Collection[str]
) -> Submission:
    submission = Submission(shown(entry.name), Arrival.ACCEPTED, folder)
    try:
        if any(character in entry.name for character in GLOB_CHARACTERS):
            raise Unreadable(
                f"nbgrader can't take a folder name with any of {GLOB_CHARACTERS}; "
                "rename the folder"
            )
        if submission.learner != entry.name:
            raise Unreadable("the folder's name is no readable text; rename it")
        _read(submission, name, ids, handed_out)
    except Unreadable as error:
        submission.arrival, submission.reason = Arrival.QUARANTINED, str(error)
    except FileNotFoundError as error:
        submission.arrival, submission.reason = Arrival.MISSING, str(error)
    except OSError as error:
        submission.arrival = Arrival.QUARANTINED
        submission.reason = f"can't be read: {error.strerror or error}"
    return submission


def _read(
    submission: Submission, name: str, ids: set[str], handed_out: Collection[str]
) -> None:
    folder, notes = submission.folder, submission.notes
    paths, special = files(folder)
    notebooks = [path for path in paths if path.suffix == ".ipynb"]
    chosen = folder / f"{name}.ipynb"
    if chosen in special:
        raise Unreadable(f"{chosen.name} is a symbolic link or no plain file")
    if chosen not in notebooks:
        chosen = _renamed(folder, paths, name, ids)
        notes.append(f"found as {shown(chosen.relative_to(folder))}")
    raw, found = content(chosen)
    notes += found.notes
    notes += filter(None, [note_of_kernel(found.notebook)])
    if ids.isdisjoint(grade_ids(found.notebook)):
        notes.append(
            "its cells lost their ids: the graded ones were put back at the end"
        )
    submission.path = chosen
    submission.digest = hashlib.sha256(raw).hexdigest()
    if folder / TIMESTAMP in paths and not valid_time(folder / TIMESTAMP):
        notes.append(f"{TIMESTAMP} holds no time and was left aside")
    spare = [path for path in notebooks if path != chosen] + special
    if spare:
        notes.append(f"left aside: {listed(spare, folder)}")
    along, large = companions(folder, chosen)
    if large:
        notes.append(f"too large, and left aside: {listed(large, folder)}")
    known = {folder / name for name in (TIMESTAMP, *handed_out)}
    extra = [path for path in along if path not in known]
    if extra:
        notes.append(f"came along: {listed(extra, folder)}")


def _renamed(folder: Path, paths: list[Path], name: str, ids: set[str]) -> Path:
    """The one file that can only be meant: a notebook with our cells, or a zip."""
    notebooks = [path for path in paths if path.suffix == ".ipynb"]
    where = f"{folder.parent.name}/{folder.name}"
    if not notebooks:
        zips = [path for path in paths if path.suffix.lower() == ".zip"]
        if len(zips) == 1:
            return zips[0]
        if zips:
            raise Unreadable(f"several zip files ({listed(zips, folder)}); keep one")
        others = [path for path in paths if path.name != TIMESTAMP]
        if others:
            raise Unreadable(f"no notebook in {where}, but {listed(others, folder)}")
        raise FileNotFoundError(f"no notebook in {where}")
    ours, reasons = [], []
    for path in notebooks:
        try:
            if not ids.isdisjoint(grade_ids(content(path)[1].notebook)):
                ours.append(path)
        except Unreadable as error:
            reasons.append(f"{shown(path.name)} {error}")
    if len(ours) == 1:
        return ours[0]
    names = listed(ours or notebooks, folder)
    if ours:
        raise Unreadable(f"several notebooks could be meant ({names}); keep one")
    raise Unreadable(
        "; ".join(reasons)
        or f"no {name}.ipynb, and {names} has none of the assignment's cells"
    )
