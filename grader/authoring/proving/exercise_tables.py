"""Shows what ``course check`` found, as tables in a terminal or docs/exercises.md."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from rich import box
from rich.markup import escape
from rich.table import Table

from grader.authoring.proving.declared import Declared
from grader.authoring.proving.draws import Differing
from grader.authoring.proving.measuring import Half
from grader.common.frameworks import FRAMEWORKS, NEUTRAL, TITLES
from grader.judging import Exercise

COMMAND = "course check --write docs/exercises.md"
INTRODUCTION = """\
# The exercises, measured

Made by `{command}`, which writes only what holds:
every mistake is rejected under its own name, the same on the public cases as on 200
draws of fresh ones; no constant, no function of one input alone and no other exercise's
answer passes; and the tolerance lies at least ten times above the largest error of a
right variant and ten times below the nearest mistake.
Measured with {versions}, on the CPU with 1 and 2 threads,
oneDNN on and off.

{exercises} exercises: {both} in both frameworks, {neutral} that need none and are
answered in NumPy. Over all of them, the tolerance is at least {above} times the largest
error, and the nearest mistake at least {below} times the tolerance.

Errors and distances are shares of a quantity's largest value. Points are for each
framework. A variant is an answer in the lesson's folder `variants`, PyTorch's +
TensorFlow's, or NumPy's alone. ∞ is the distance of mistakes that have another shape,
or the separation from an error of 0. What depends on the processor, the error and its
separation, is given to one digit.
"""
HEAD = (
    "| Exercise | Points | Right variants | Mistakes | Tolerance | Largest error "
    "| Nearest mistake | Tolerance ÷ error | Mistake ÷ tolerance |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)


@dataclass(frozen=True)
class Row:
    """One exercise: what it declares, and what was measured in each framework."""

    exercise: Exercise
    declared: Declared
    halves: dict[str, Half]
    failures: tuple[str, ...]

    @property
    def differing(self) -> tuple[Differing, ...]:
        """Answers that fresh cases judge differently, in NumPy or in a framework."""
        halves = (half.differing for half in self.halves.values())
        return (*self.declared.differing, *(d for found in halves for d in found))

    @property
    def right(self) -> str:
        """How many right variants each framework has; NumPy alone, if it is neutral."""
        names = [half or NEUTRAL for half in self.exercise.halves()]
        counts = [self.halves[n].right if n in self.halves else "-" for n in names]
        return " + ".join(map(str, counts))

    @property
    def error(self) -> float:
        """The largest error of any right variant."""
        return max(half.error for half in self.halves.values())

    @property
    def above(self) -> float:
        """The tolerance divided by the largest error."""
        return self.exercise.tolerance / self.error if self.error else math.inf

    @property
    def below(self) -> float:
        """The nearest mistake's distance divided by the tolerance."""
        return self.declared.distance / self.exercise.tolerance


def table(lesson: str, rows: list[Row]) -> Table:
    """A lesson's exercises within 80 columns, so that it survives in a log."""
    found = Table(lesson, box=box.SIMPLE_HEAD, padding=0, pad_edge=False)
    for name in ("points", "right\nvariants", "named\nmistakes"):
        found.add_column(name, justify="right")
    for name in ("largest\nerror", "toler-\nance", "nearest\nmistake"):
        found.add_column(name, justify="right")
    found.add_column("ok")
    for row in rows:
        found.add_row(
            row.exercise.name,
            str(row.exercise.points),
            row.right,
            str(len(row.exercise.mistakes)),
            f"{row.error:.1e}",
            f"{row.exercise.tolerance:.0e}",
            f"{row.declared.distance:.1e}",
            "no" if row.failures else "yes",
        )
    return found


def differences(lessons: dict[str, list[Row]]) -> Table | str:
    """The answers that fresh cases and public cases judge differently."""
    rows = [row for found in lessons.values() for row in found]
    differing = [(row, answer) for row in rows for answer in row.differing]
    if not differing:
        return "Public and fresh verdicts differ: nowhere."
    found = Table(
        "exercise", title="Public and fresh verdicts differ", box=box.SIMPLE_HEAD
    )
    for name in ("answer", "public", "fresh", "draws", "seed"):
        found.add_column(name)
    for row, answer in differing:
        found.add_row(
            row.exercise.id,
            escape(answer.answer),
            escape(answer.public),
            escape(answer.fresh),
            f"{answer.count} of {answer.tried}",
            str(answer.seed),
        )
    return found


def page(lessons: dict[str, list[Row]], versions: dict[str, str]) -> str:
    """docs/exercises.md for the rows of each lesson; figures to one or two digits."""
    rows = [row for found in lessons.values() for row in found]
    introduction = INTRODUCTION.format(
        command=COMMAND,
        versions=" and ".join(f"{TITLES[f]} {versions[f]}" for f in FRAMEWORKS),
        exercises=len(rows),
        both=sum(not row.exercise.neutral for row in rows),
        neutral=sum(row.exercise.neutral for row in rows),
        above=_times(min(row.above for row in rows), digits=1),
        below=_times(min(row.below for row in rows)),
    )
    return introduction + "".join(
        f"\n## {lesson}\n\n{HEAD}{''.join(_lines(found))}"
        for lesson, found in lessons.items()
    )


def _lines(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        exercise, distance = row.exercise, row.declared.distance
        cells = [
            f"{exercise.title}<br>`{exercise.id}`",
            str(exercise.points),
            row.right,
            str(len(exercise.mistakes)),
            f"{exercise.tolerance:.0e}",
            f"{row.error:.0e}" if row.error else "0",
            "∞" if math.isinf(distance) else f"{distance:.0e}",
            _times(row.above, digits=1),
            _times(row.below),
        ]
        yield f"| {' | '.join(cells)} |\n"


def _times(ratio: float, digits: int = 2) -> str:
    """A ratio to some digits. They are cut off, not rounded up: it is a promise."""
    if math.isinf(ratio):
        return "∞"
    step = 10 ** max(math.floor(math.log10(ratio)) + 1 - digits, 0)
    return f"{math.floor(ratio / step) * step:,}"
