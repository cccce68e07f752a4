"""What waits for the instructor, and all notes: by reason, with the learners."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.grading.report.class_report import Report
from grader.grading.report.rows import Row, Waits

FAULTS, QUARANTINED = "Grader faults", "Quarantined"
NOT_GRADED, BY_HAND = "Not graded", "To mark by hand"
DOUBTED = "Recognised, with a doubt"
# In the order of urgency, with what to do; {0} is the assignment.
TODO = {
    FAULTS: "Ours, no learner's. Run course grade {0} again; what remains is marked "
    "in formgrader.",
    QUARANTINED: "Could not be read. Ask for it again, or mend it in submitted/; "
    "then run course grade {0}.",
    NOT_GRADED: "Run course grade {0}; .grading/{0}.log tells what failed before.",
    DOUBTED: "Look at the notebooks in autograded/: does each check follow its own "
    "answer? Where it does not, mend the notebook in submitted/ and grade it again.",
    BY_HAND: "In formgrader, under Manual Grading.",
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
    found: dict[str, list[tuple[str, str]]] = {title: [] for title in TODO}
    for row in report.learners:
        for title, reason in _reasons(row):
            found[title].append((reason, row.learner))
    return [
        Kind(
            title,
            TODO[title].format(report.assignment),
            len({learner for _, learner in pairs}),
            _grouped(pairs),
        )
        for title, pairs in found.items()
        if pairs
    ]


def _reasons(row: Row) -> Iterator[tuple[str, str]]:
    # The report puts a reason for quarantine first and one for no marks last.
    if row.state == "quarantined":
        yield QUARANTINED, row.notes[0]
    if row.state == "not graded":
        yield NOT_GRADED, row.notes[-1]
    for doubt in row.doubts:
        yield DOUBTED, doubt
    for grade_id, mark in row.marks.items():
        why = mark.waits_for
        if why is not None:
            yield FAULTS if why is Waits.FAULT else BY_HAND, f"{grade_id}: {why}"


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
