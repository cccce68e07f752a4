"""Who would get other marks today, from what to what, and why."""

from dataclasses import dataclass

from nbformat import NotebookNode

SAME = "the same reference: the code gave another answer this time"


@dataclass(frozen=True)
class Change:
    """One graded cell of one learner whose verdict is not what it was."""

    learner: str
    grade_id: str
    before: str
    after: str
    why: str


def changes(learner: str, old: NotebookNode | None, new: NotebookNode) -> list[Change]:
    """The cells of ``new`` whose status differs from the one recorded in ``old``."""
    recorded, found = _records(old) if old else {}, []
    for grade_id, record in _records(new).items():
        was = recorded.get(grade_id, {})
        before = was.get("verdict", {}).get("status", "not graded")
        after = record["verdict"]["status"]
        if before != after:
            found.append(Change(learner, grade_id, before, after, _why(was, record)))
    return found


def statuses(notebook: NotebookNode) -> dict[str, str]:
    """The recorded verdicts of a graded notebook's cells."""
    records = _records(notebook)
    return {name: record["verdict"]["status"] for name, record in records.items()}


def _why(was: dict, record: dict) -> str:
    reasons = []
    if was.get("tolerance") != record.get("tolerance"):
        reasons.append(f"tolerance {was.get('tolerance')} → {record.get('tolerance')}")
    if was.get("reference") != record.get("reference"):
        reasons.append("its reference has changed")
    return "; ".join(reasons) or SAME


def _records(notebook: NotebookNode) -> dict[str, dict]:
    records = {}
    for cell in notebook.cells:
        record = cell.metadata.get("tandem", {})
        if "verdict" in record:
            records[cell.metadata["nbgrader"]["grade_id"]] = record
    return records
