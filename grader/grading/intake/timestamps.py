"""When a submission was handed in, by its own word and by its file."""

from datetime import UTC, datetime

from nbgrader.api import SubmittedAssignment

from grader.grading.intake.submission import TIMESTAMP, Submission


def note_of_time(known: SubmittedAssignment, arrived: Submission) -> str | None:
    """What to note of a time that a submission states itself; None for nothing.

    nbgrader takes ``timestamp.txt`` at its word, whoever wrote it. Where that makes a
    submission punctual whose notebook was changed after the due date, it is said: the
    file's own date may be that of a copy, so it decides nothing.
    """
    stated, due = known.timestamp, known.assignment.duedate and known.duedate
    if stated is None or due is None or arrived.path is None:
        return None
    try:
        if not (arrived.folder / TIMESTAMP).is_file():
            return None
        seconds = arrived.path.stat().st_mtime
    except OSError:
        return None
    changed = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None, microsecond=0)
    if not stated <= due < changed:
        return None
    return (
        f"its {TIMESTAMP} says {stated} UTC, before the due date; the notebook's file "
        f"was last changed at {changed} UTC, after it"
    )
