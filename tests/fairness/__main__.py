"""Fairness: every right variant gets full marks under the sandbox, whatever the inputs.

``python -m tests.fairness`` releases every assignment in every track, writes the k-th
right variant of each exercise into the k-th submission and grades them all, in rounds
with inputs drawn anew. The exercise of ``00_start_here`` is in a lesson and not graded.
"""

import argparse
import contextlib
import io
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.utils import determine_grade
from rich.console import Console
from rich.table import Table

from grader.common.grade_id import GradeId
from grader.common.tracks import BOTH, TRACKS
from grader.grading import commands
from grader.grading.cohort import DEFAULT_JOBS, Cohort
from grader.grading.pipeline import Outcome, Pipeline
from grader.grading.place.assignment import Assignment
from grader.grading.place.course_folder import find_course
from grader.grading.place.workplace import at_work
from grader.grading.progress_lines import tracked
from grader.grading.record import CellRecord
from grader.kernels.zygote import ENVIRONMENT
from tests.classes.classroom import Member, hand_in
from tests.classes.handout import Handout

ROOT = Path(__file__).parents[2]
ROUNDS = 20
LEARNER = "variant-"


@dataclass(frozen=True)
class Sitting:
    """An assignment released in one track, and a submission for each variant's number.

    Attributes:
        number: how many submissions there are.
    """

    assignment: Assignment
    track: str
    handout: Handout
    number: int

    @classmethod
    def prepare(cls, folder: Path, name: str, track: str) -> "Sitting":
        """Release an assignment in the course at ``folder``, and hand in."""
        with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
            commands.release(name, track)
        course = find_course(folder)
        assignment = Assignment.of(course, name)
        released = course.folder("release")
        released = released if track == BOTH else folder / "release" / track
        handout = Handout(nbformat.read(assignment.inside(released), as_version=4))
        number = max(len(known) for known in handout.right.values())
        members = [
            Member(f"{LEARNER}{k}", handout.submission(handout.solved(k)), {})
            for k in range(number)
        ]
        hand_in(folder, members, name, assignment.notebook)
        return cls(assignment, track, handout, number)

    @property
    def cells(self) -> int:
        """How many graded cells a round has."""
        return self.number * len(self.handout.ids)

    def seeds(self, seed: int) -> dict[str, int]:
        """In a round, every submission's own; the same one for the same round."""
        learners = [f"{LEARNER}{k}" for k in range(self.number)]
        told = f"{seed} {self.assignment.name} {self.track}"
        return {
            learner: random.Random(f"{told} {learner}").randrange(1, 2**31)
            for learner in learners
        }

    def graded(self, seed: int) -> Iterator[Outcome]:
        """Each submission, as ``course grade`` runs it, up to the gradebook."""
        submissions = Cohort(self.assignment, DEFAULT_JOBS).accepted
        assert len(submissions) == self.number, "a submission was not accepted"
        with (
            at_work(self.assignment.course.root),
            Pipeline(self.assignment, DEFAULT_JOBS, keep=False) as pipeline,
        ):
            yield from pipeline.run(submissions, self.seeds(seed))

    def losses(self, outcome: Outcome, seed: int) -> list[str]:
        """A sentence on each right answer that did not get all its points."""
        learner = outcome.submission.learner
        chosen = self.handout.chosen(int(learner.removeprefix(LEARNER)))
        cells = outcome.notebook.cells if outcome.notebook else []
        graded = {c.metadata.nbgrader.grade_id: c for c in cells if CellRecord.of(c)}
        where = (
            f"{self.assignment.name}, track {self.track}, inputs drawn from seed "
            f"{self.seeds(seed)[learner]} (round {seed})"
        )
        found = []
        for grade_id, variant in chosen.items():
            title = GradeId.parse(grade_id).title
            if grade_id in graded:
                verdict = graded[grade_id].metadata.tandem.verdict
                points, most = determine_grade(graded[grade_id])
                if verdict.status == "correct" and points == most > 0:
                    continue
                said = f"{verdict.status}, {points:g} of {most:g}: {verdict.summary}"
            else:
                said = f"no verdict: {'; '.join(outcome.faults) or 'the cell is gone'}"
            module = variant.function.__module__.rpartition(".")[2]
            found.append(
                f"{variant.exercise} in {title}, variant "
                f"{variant.function.__name__} of {module}: {said} — {where}"
            )
        return found


@dataclass
class Fairness:
    """What came of some rounds; ``right`` counts cells by assignment and track."""

    sittings: Sequence[Sitting]
    rounds: int
    losses: list[str] = field(default_factory=list)
    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0

    @property
    def answers(self) -> int:
        return self.rounds * sum(sitting.cells for sitting in self.sittings)


@contextlib.contextmanager
def prepared(assignments: Sequence[str], tracks: Sequence[str]) -> Iterator[list]:
    """Courses with these assignments, one for each track; all when there is none."""
    with tempfile.TemporaryDirectory(prefix="fair-", dir="/var/tmp") as base:
        found = []
        for track in tracks or TRACKS:
            folder = Path(base, track)
            folder.mkdir()
            shutil.copytree(ROOT / "solutions", folder / "solutions")
            shutil.copy(ROOT / "nbgrader_config.py", folder)
            for assignment in assignments or find_course(folder).assignments():
                found.append(Sitting.prepare(folder, assignment, track))
        yield found


def hold(
    sittings: Sequence[Sitting], seeds: Sequence[int], console: Console
) -> Fairness:
    """Grade every submission once for each seed, with a line on every round."""
    fairness = Fairness(sittings, len(seeds))
    for number, seed in enumerate(seeds, start=1):
        begin, before = time.monotonic(), len(fairness.losses)
        runs = ((one, outcome) for one in sittings for outcome in one.graded(seed))
        total = sum(sitting.number for sitting in sittings)
        for sitting, outcome in tracked(runs, total, console):
            lost = sitting.losses(outcome, seed)
            for sentence in lost:
                console.print(f"✗ {sentence}", markup=False, highlight=False)
            fairness.losses += lost
            key = sitting.assignment.name, sitting.track
            fairness.right[key] += len(sitting.handout.ids) - len(lost)
        took = time.monotonic() - begin
        fairness.seconds += took
        console.print(
            f"round {number} of {len(seeds)}, seed {seed}: {total} submissions, "
            f"{len(fairness.losses) - before} answers lost marks ({took:.0f} s)",
            highlight=False,
        )
    return fairness


def print_table(fairness: Fairness, console: Console) -> None:
    columns = ("assignment", "track", "submissions", "cells", "rounds", "right")
    table = Table(box=None, pad_edge=False)
    for title in columns:
        table.add_column(title, justify="left" if title in columns[:2] else "right")
    for sitting in fairness.sittings:
        right = fairness.right[sitting.assignment.name, sitting.track]
        of = sitting.cells * fairness.rounds
        numbers = (sitting.number, sitting.cells, fairness.rounds, f"{right} of {of}")
        table.add_row(sitting.assignment.name, sitting.track, *map(str, numbers))
    console.print(table)
    console.print(f"{fairness.seconds:.0f} s")
    console.print(
        f"{len(fairness.losses)} of {fairness.answers} right answers lost marks"
    )


def main() -> int:
    """Hold the rounds; 0 when no right answer lost marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", help="all by default")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="20 by default")
    parser.add_argument("--seed", type=int, help="of the first round, to repeat it")
    parser.add_argument("--track", choices=TRACKS, help="this track alone")
    asked = parser.parse_args()
    os.environ.update(ENVIRONMENT)  # the variants import TensorFlow, which talks
    first = secrets.randbelow(2**31) if asked.seed is None else asked.seed
    console = Console(width=None if sys.stdout.isatty() else 140)
    tracks = [asked.track] if asked.track else TRACKS
    console.print(f"Rounds from seed {first} on; --seed {first} repeats them.")
    with prepared(asked.assignments, tracks) as sittings:
        fairness = hold(sittings, range(first, first + asked.rounds), console)
    print_table(fairness, console)
    return 1 if fairness.losses else 0


if __name__ == "__main__":
    sys.exit(main())
