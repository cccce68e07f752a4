"""What a graded notebook says of its run, and each of its graded cells of its verdict.

Both stand in the metadata under ``tandem``, which a submission may hold as well and
fill as it likes: intake and sanitizing put their own in its place, before the run.

The format is that of version 0.1, so that what it graded stays graded. A key that a
version did not write yet, or that holds something else, counts as not there.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import nbformat
from nbformat import NotebookNode

from grader.common.status import Status
from grader.judging.verdict import Verdict

KEY = "tandem"
Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Run:
    """How a submission ran; empty or None is what an older version did not record.

    Attributes:
        seed: of the fresh cases.
        versions: by the name of a package, the course's own among them.
        isolation: how learners' code was kept apart.
        bounded_by: what bounded memory and processes.
        limits: seconds, bytes or numbers, by name; None where there is none.
        seconds: that it took.
        missing: the packages that it imports and that were not there.
    """

    seed: int | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    isolation: str = ""
    bounded_by: str = ""
    limits: Mapping[str, int | None] = field(default_factory=dict)
    seconds: float | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunRecord:
    """What is recorded of a submission, in its notebook.

    Attributes:
        submitted: SHA-256 of what was handed in; "" where that is not known.
        put_right: what was put right in its cells and files before it ran.
        run: None before it ran.
        recorded: whether its marks are in the gradebook.
        marked: how often marks have been written from this run's verdicts.
    """

    submitted: str = ""
    put_right: tuple[str, ...] = ()
    run: Run | None = None
    recorded: bool = False
    marked: int = 1

    @classmethod
    def of(cls, notebook: NotebookNode) -> "RunRecord | None":
        """The record in a notebook; None where there is none, or no record of ours."""
        data = _told(notebook)
        if not data.keys() & {"submitted", "seed"}:
            return None
        return cls(
            submitted=_get(data, "submitted", str, ""),
            put_right=_texts(data, "put_right"),
            run=_run(data) if "seed" in data else None,
            recorded=_get(data, "recorded", bool, False),
            marked=_get(data, "marked", int, 1),
        )

    def write(self, notebook: NotebookNode) -> None:
        """Put it in the place of whatever the notebook says."""
        data = asdict(self)
        run = data.pop("run")
        notebook.metadata[KEY] = nbformat.from_dict(data | (run or {}))


@dataclass(frozen=True)
class GradedNotebook:
    """A notebook that one of our commands has written, and what it says of its run."""

    notebook: NotebookNode
    record: RunRecord

    @classmethod
    def read(cls, path: Path) -> "GradedNotebook | None":
        """The one in a file; None where there is none, or not a whole one."""
        try:
            notebook = nbformat.read(path, as_version=4)
        except (OSError, ValueError, nbformat.ValidationError):
            return None
        record = RunRecord.of(notebook)
        return cls(notebook, record) if record else None


class DecidedBy(StrEnum):
    """The cases that a verdict was reached on."""

    PUBLIC = "public"
    FRESH = "fresh"
    NONE = "none"


@dataclass(frozen=True)
class Measure:
    """What an answer was held against: tells two versions of an exercise apart.

    Attributes:
        tolerance: largest accepted error, as :class:`~grader.judging.Exercise` has it.
        reference: begins the SHA-256 of the file with the reference.
    """

    tolerance: float | None = None
    reference: str | None = None


@dataclass(frozen=True)
class CellRecord:
    """What is read of a graded cell's record; the whole verdict is in it for people.

    Attributes:
        mistake: its name, "" where none was recognised.
        seconds: from the question for the function's answers to their arrival; None
            where it was not asked.
    """

    status: Status
    mistake: str
    measure: Measure
    seconds: float | None

    @classmethod
    def of(cls, cell: NotebookNode) -> "CellRecord | None":
        """The record in a cell; None where there is none, or no record of ours."""
        data = _told(cell)
        verdict = _get(data, "verdict", dict, {})
        try:
            status = Status(_get(verdict, "status", str, ""))
        except ValueError:
            return None
        diagnosis = _get(verdict, "diagnosis", dict, {})
        return cls(
            status,
            _get(diagnosis, "name", str, ""),
            Measure(_number(data, "tolerance"), _get(data, "reference", str, None)),
            _number(data, "seconds"),
        )


def record_verdict(
    cell: NotebookNode,
    verdict: Verdict,
    decided_by: DecidedBy,
    measure: Measure,
    seconds: float | None = None,
) -> None:
    """Record a graded cell's verdict, in the place of whatever the cell says."""
    data = {
        "verdict": verdict.to_dict() | {"status": str(verdict.status)},
        "decided_by": str(decided_by),
        **asdict(measure),
        "seconds": seconds,
    }
    found = {key: value for key, value in data.items() if value is not None}
    cell.metadata[KEY] = nbformat.from_dict(found)


def forget(cell: NotebookNode) -> None:
    """Take whatever a cell says of a verdict out of it."""
    cell.metadata.pop(KEY, None)


def cell_records(notebook: NotebookNode) -> dict[str, CellRecord]:
    """The records of a graded notebook's cells, by grade id."""
    found = {}
    for cell in notebook.cells:
        record, about = CellRecord.of(cell), cell.metadata.get("nbgrader", {})
        if record is not None and "grade_id" in about:
            found[about["grade_id"]] = record
    return found


def _run(data: Mapping[str, Any]) -> Run:
    versions, limits = _get(data, "versions", dict, {}), _get(data, "limits", dict, {})
    return Run(
        seed=_get(data, "seed", int, None),
        versions={k: v for k, v in versions.items() if isinstance(v, str)},
        device=_get(data, "device", str, ""),
        isolation=_get(data, "isolation", str, ""),
        bounded_by=_get(data, "bounded_by", str, ""),
        limits={k: v for k, v in limits.items() if v is None or isinstance(v, int)},
        seconds=_number(data, "seconds"),
        missing=_texts(data, "missing"),
    )


def _told(part: NotebookNode) -> Mapping[str, Any]:
    """What the metadata of a notebook or cell has under our key."""
    return _get(part.metadata, KEY, dict, {})


def _get(
    data: Mapping[str, Any], key: str, kind: type[Kind], otherwise: Any
) -> Kind | Any:
    value = data.get(key)
    return value if isinstance(value, kind) else otherwise


def _number(data: Mapping[str, Any], key: str) -> float | None:
    value = data.get(key)
    return value if isinstance(value, (int, float)) else None


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _get(data, key, list, [])
    return tuple(value for value in values if isinstance(value, str))
