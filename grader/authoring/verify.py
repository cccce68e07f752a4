"""``course check``: does every exercise tell right answers from mistakes?

For each exercise and each framework that is installed, or once in NumPy for an exercise
that needs no framework:

- an untouched stub is ``not attempted``;
- at least 3 right variants are correct, on the public cases and on fresh ones;
- at least 4 mistakes are rejected and called by their names, in NumPy and, where
  the lesson's ``variants/`` writes them as a learner would, in the framework;
- the verdict on each mistake, and on each variant, is the same on fresh cases as on the
  public ones: on 200 draws in NumPy, on the hardest cases in the frameworks;
- no constant, no function of one input alone and no other exercise's answer passes;
- there are three hints, and no hint holds a line of a solution;
- the tolerance is at least 10 times the largest error of any right variant, and at
  most a tenth of the smallest distance of any mistake.

Errors are measured with float32 and float64 inputs, 1 and 2 threads, oneDNN on and
off; ``grader.authoring.gpu`` measures them on a GPU.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from grader.authoring.proving.declared import (
    SEPARATION,
    Declared,
    hints,
    source_solutions,
)
from grader.authoring.proving.exercise_tables import Row, differences, page, table
from grader.authoring.proving.measuring import Half, Measured, declare, measure, say
from grader.authoring.texts.sources import ROOT
from grader.common.errors import CourseError
from grader.common.frameworks import FRAMEWORKS, NEUTRAL, TITLES, installed
from grader.exercises import catalogue
from grader.judging import Exercise

LEAST_VARIANTS = 3


def main(asked: list[str] | None, console: Console, write: Path | None = None) -> int:
    """Check exercises and print a table.

    Args:
        asked: names of lessons, and ids of exercises; all when None.
        write: a file for the table of all lessons and both frameworks; it is written
            if every exercise holds.

    Returns:
        0 if every exercise keeps what it promises, otherwise 1.

    Raises:
        CourseError: no checkout, no framework, an unknown name, or ``write`` without
            all lessons and both frameworks.
    """
    here = [name for name in FRAMEWORKS if installed(name)]
    if not here:
        raise CourseError(
            "neither PyTorch nor TensorFlow is installed here; "
            'pip install "tandem-course[torch]" gives one'
        )
    if write and (asked or len(here) < len(FRAMEWORKS)):
        raise CourseError(
            "--write takes all lessons and both frameworks: name none, and install both"
        )
    asked = chosen(asked)
    exercises = catalogue.named(asked)
    begin = time.perf_counter()
    own = declare([e.id for found in exercises.values() for e in found], console)
    telling = {name: told.telling for name, told in own.items()}
    measured = measure(here, asked, console, telling)
    rows = {
        lesson: list(_rows(lesson, found, own, here, measured))
        for lesson, found in exercises.items()
    }
    console.print(*(table(*found) for found in rows.items()), sep="\n")
    console.print(differences(rows), soft_wrap=True, highlight=False)
    failures = [
        f"{row.exercise.id}: {text}"
        for found in rows.values()
        for row in found
        for text in row.failures
    ]
    failures += measured.broken
    for failure in failures:
        say(console, f"✗ {failure}")
    for name in FRAMEWORKS:
        if name not in here:
            say(console, f"{TITLES[name]} is not installed: its half is unchecked.")
    if write:
        _write(write, "" if failures else page(rows, measured.versions), console)
    seconds = time.perf_counter() - begin
    state = f"{len(failures)} to mend" if failures else "every exercise holds"
    say(console, f"{state} ({seconds:.0f} s)")
    return 1 if failures else 0


def chosen(asked: list[str] | None) -> list[str]:
    """The names of lessons, and ids of exercises, asked for; all lessons when None.

    Raises:
        CourseError: this is no checkout, or there is no such lesson or exercise.
    """
    if not any((ROOT / "grader/exercises").glob("*/variants")):
        raise CourseError(
            "course check is for authors: it needs a checkout with variants"
        )
    names = asked or catalogue.lessons()
    try:
        catalogue.named(names)
    except KeyError as error:
        raise CourseError(error.args[0]) from None
    return names


def _rows(
    lesson: str,
    exercises: Sequence[Exercise],
    own: dict[str, Declared],
    frameworks: list[str],
    measured: Measured,
) -> Iterator[Row]:
    written = source_solutions(lesson)
    for exercise in exercises:
        names = [half or NEUTRAL for half in exercise.halves(frameworks)]
        halves = {f: measured.halves.get((exercise.id, f), Half()) for f in names}
        solutions = [text for half in halves.values() for text in half.sources]
        solutions += written.get(exercise.name, [])
        told = own[exercise.id]
        failures = (
            *told.failures,
            *map(str, told.differing),
            *hints(exercise, solutions),
            *_failures(exercise, halves),
        )
        yield Row(exercise, told, halves, failures)


def _failures(exercise: Exercise, halves: dict[str, Half]) -> Iterator[str]:
    for framework, half in halves.items():
        for text in dict.fromkeys(half.failures):
            yield f"{TITLES[framework]}: {text}"
        if half.right < LEAST_VARIANTS:
            yield (
                f"{TITLES[framework]}: {half.right} right variants in "
                f"{exercise.lesson}/variants, fewer than {LEAST_VARIANTS}"
            )
        if half.error > exercise.tolerance / SEPARATION:
            yield (
                f"{TITLES[framework]}: a right variant is off by {half.error:.1e}, "
                f"more than a tenth of the tolerance {exercise.tolerance:.0e}: draw "
                "better scaled inputs, or raise the tolerance"
            )


def _write(path: Path, text: str, console: Console) -> None:
    if not text:
        say(console, f"{path} is left as it was: mend the exercises first.")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CourseError(f"{path} can't be written: {error.strerror}") from error
    say(console, f"{path}: written")
