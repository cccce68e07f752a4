"""What waits for the instructor, and all notes: by reason, with the learners."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from grader.grading.report.class_report import Report
from grader.grading.report.rows import Row, State, Waits


class Waiting(StrEnum):
    """What waits for the instructor, in the order of urgency."""

    FAULTS = "Grader faults"
    QUARANTINED = "Quarantined"
    NOT_GRADED = "Not graded"
    DOUBTED = "Recognised, with a doubt"
    BY_HAND = "To mark by hand"


# What to do; {0} is the assignment.
TODO = {
    Waiting.FAULTS: "Ours, no learner's. Run course grade {0} again; what remains is "
    "marked in formgrader.",
    Waiting.QUARANTINED: "Could not be read. Ask for it again, or mend it in "
    "submitted/; then run course grade {0}.",
    Waiting.NOT_GRADED: "Run course grade {0}; .grading/{0}.log tells what failed "
    "before.",
    Waiting.DOUBTED: "Look at the notebooks in autograded/: does each check follow its "
    "own answer? Where it does not, mend the notebook in submitted/ and grade it "
    "again.",
    Waiting.BY_HAND: "In formgrader, under Manual Grading.",
}
UNGRADED = {
    State.QUARANTINED: Waiting.QUARANTINED,
    State.NOT_GRADED: Waiting.NOT_GRADED,
}


@dataclass(frozen=True)
class Group:
    """Learners with the same reason."""

    reason: str
    learners: list[str]


@dataclass(frozen=True)
class Kind:
    """What waits for the same thing to be done.

    Attributes:
        learners: how many there are.
        groups: by reason, those with most learners first.
    """

    title: str
    todo: str
    learners: int
    groups: list[Group]


def waiting(report: Report) -> list[Kind]:
    """What waits for the instructor; empty when nothing does."""
    found: dict[Waiting, list[tuple[str, str]]] = {kind: [] for kind in Waiting}
    for row in report.learners:
        for kind, reason in _reasons(row):
            found[kind].append((reason, row.learner))
    return [
        Kind(
            kind,
            TODO[kind].format(report.assignment),
            len({learner for _, learner in pairs}),
            _grouped(pairs),
        )
        for kind, pairs in found.items()
        if pairs
    ]


def _reasons(row: Row) -> Iterator[tuple[Waiting, str]]:
    if row.reason is not None and row.state in UNGRADED:
        yield UNGRADED[row.state], row.reason
    for doubt in row.doubts:
        yield Waiting.DOUBTED, doubt
    for grade_id, mark in row.marks.items():
        why = mark.waits_for
        if why is not None:
            kind = Waiting.FAULTS if why is Waits.FAULT else Waiting.BY_HAND
            yield kind, f"{grade_id}: {why}"


def all_notes(report: Report) -> list[Group]:
    """Every note and every reason to wait, with all learners that it concerns."""
    pairs = []
    for row in report.learners:
        reasons = [reason for _, reason in _reasons(row)]
        pairs += [(note, row.learner) for note in dict.fromkeys(row.notes + reasons)]
    return _grouped(pairs)


def _grouped(pairs: Iterable[tuple[str, str]]) -> list[Group]:
    groups: dict[str, list[str]] = {}
    for reason, learner in pairs:
        groups.setdefault(reason, []).append(learner)
    made = [Group(reason, learners) for reason, learners in groups.items()]
    return sorted(made, key=lambda group: -len(group.learners))
