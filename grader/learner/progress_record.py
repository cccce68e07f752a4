"""What a learner has done so far, kept in the learner's copy of the course.

``progress.json`` holds, by exercise and framework (``NEUTRAL`` for none), the status of
the last check, the number of checks up to the first correct one, and when that was.
"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

from grader.common import json_file
from grader.common.course import KEPT
from grader.common.frameworks import NEUTRAL
from grader.common.status import Status

if TYPE_CHECKING:
    from grader.judging.verdict import Verdict

PROGRESS = KEPT / "progress.json"


class Record(TypedDict):
    """One exercise in one framework; it has ``solved`` once a check was correct."""

    status: str
    tries: int
    solved: NotRequired[str]


Done = dict[str, dict[str, Record]]


def progress_file(start: Path | None = None) -> Path | None:
    """``progress.json`` of the course copy around ``start``; None outside of one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / KEPT).is_dir():
            return folder / PROGRESS
    return None


def load(path: Path | None) -> Done:
    """Records by exercise and framework; empty when nothing usable is stored."""
    return {
        exercise: {f: record for f, stored in kept.items() if (record := _read(stored))}
        for exercise, kept in (json_file.read(path) if path else {}).items()
        if isinstance(kept, dict)
    }


def remember(verdict: "Verdict", start: Path | None = None) -> None:
    """Store a verdict's status; does nothing outside a copy of the course."""
    path = progress_file(start)
    if path is None:
        return
    data = load(path)
    framework, status = verdict.framework or NEUTRAL, str(verdict.status)
    new: Record = {"status": status, "tries": 0}
    record = data.setdefault(verdict.exercise, {}).setdefault(framework, new)
    record["status"] = status
    if "solved" not in record:
        record["tries"] += status != Status.NOT_ATTEMPTED
        if status == Status.CORRECT:
            record["solved"] = datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        json_file.replace(path, data)
    except OSError as error:
        print(f"Your progress could not be saved ({error.strerror}).")


def forget(path: Path, exercise: str, frameworks: tuple[str, ...]) -> None:
    """Remove an exercise's records, as if it had never been attempted."""
    data = load(path)
    if exercise in data:
        for framework in frameworks:
            data[exercise].pop(framework, None)
        json_file.replace(path, data)


def ever_correct(record: Record) -> bool:
    """Whether a check was ever correct, even if a later one was not."""
    return "solved" in record or record["status"] == Status.CORRECT


def _read(stored: object) -> Record | None:
    """The usable parts of a stored record; None if there are none."""
    if isinstance(stored, str):  # old files hold only the status
        return {"status": stored, "tries": 0}
    if not isinstance(stored, dict) or not isinstance(stored.get("status"), str):
        return None
    tries = stored.get("tries")
    record: Record = {
        "status": stored["status"],
        "tries": tries if type(tries) is int else 0,
    }
    if isinstance(stored.get("solved"), str):
        record["solved"] = stored["solved"]
    return record
