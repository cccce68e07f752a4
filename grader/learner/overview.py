"""The learner's list of lessons and exercises, for a terminal or a notebook."""

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from grader.common.frameworks import NEUTRAL, TITLES
from grader.learner.outline import ExerciseEntry, LessonEntry, Outline, outline
from grader.learner.progress_record import Record

STYLES = {"correct": "green", "not attempted": "dim"}
OTHER_STYLE = "yellow"
NEXT = "→"
NOTE = (
    "Minutes are for one framework, and a guess for exercises. In brackets: checks up\n"
    "to the first correct one."
)


def overview(course: Outline) -> Group:
    """The list for a :func:`grader.learner.outline.outline`, 80 columns wide."""
    frameworks = course["frameworks"]
    following = course["next"]["exercise"] if course["next"] else None
    head = ["  exercise", "points", "min", *(TITLES[name] for name in frameworks)]
    parts: list[Table | Text] = [_table([head], style="bold")]
    for lesson in course["lessons"]:
        parts.append(Text(f"\n{_name(lesson)}", style="bold"))
        rows: list[list[str | Text]] = []
        for e in lesson["exercises"]:
            mark = NEXT if e["id"] == following else " "
            name, points = f"{mark} {e['id']}", str(e["points"])
            rows.append([name, points, str(e["minutes"]), *_states(e)])
        parts += [_table(list(alike)) for _, alike in groupby(rows, len)]
    note = Text(NOTE, style="dim")
    steps = [Text(line) for line in next_step(course)]
    totals = map(_table, _totals(course))
    return Group(*parts, Text(), *totals, Text(), note, Text(), *steps)


def next_step(course: Outline) -> list[str]:
    """Lines of text on what to do next, and where it is."""
    following = course["next"]
    if following is None:
        return ["Everything is correct: nothing is left to do."]
    lesson = next(
        one for one in course["lessons"] if one["name"] == following["lesson"]
    )
    exercise = next(e for e in lesson["exercises"] if e["id"] == following["exercise"])
    lines = []
    if following["read_first"] and lesson["notebook"] != exercise["notebook"]:
        lines += [f"Next, read {_name(lesson)}:", f"  {_path(course, lesson)}"]
    where = " and ".join(TITLES[name] for name in following["frameworks"])
    then = "Then solve" if lines else "Next, solve"
    return [
        *lines,
        f"{then} {exercise['id']} in {where}:",
        f"  {_path(course, exercise)}",
        f"  section {exercise['heading']}",
    ]


def progress() -> None:
    """Show the lessons and exercises, with their states in this copy's frameworks.

    Example:
        >>> progress()
    """
    from grader.learner.answering.answers import GRADED_RUN  # this imports NumPy

    if os.environ.get(GRADED_RUN):
        print("Progress is not shown in a graded run.")
        return
    Console().print(overview(outline(Path.cwd())))


def _name(lesson: LessonEntry) -> str:
    if lesson["notebook"] is None:
        return lesson["name"]
    return (
        f"{Path(lesson['notebook']).stem}: {lesson['title']}, {lesson['minutes']} min"
    )


def _path(course: Outline, entry: LessonEntry | ExerciseEntry) -> str:
    """A lesson's or exercise's path, relative to the current folder if inside it."""
    path = Path(course["folder"] or "", entry["notebook"] or "")
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _states(exercise: ExerciseEntry) -> list[Text]:
    """The state in each framework; a neutral exercise has one, across all columns."""
    return [
        _state(state).append(f", in {TITLES[half]}" if half == NEUTRAL else "")
        for half, state in exercise["states"].items()
    ]


def _totals(course: Outline) -> Iterator[list[list[str | Text]]]:
    """A row of points for the frameworks, and one for the neutral exercises."""
    possible, earned = course["points"]["possible"], course["points"]["earned"]
    frameworks = course["frameworks"]
    each = [str(earned[name]) for name in frameworks]
    yield [["  points", str(possible[frameworks[0]]), "", *each]]
    if NEUTRAL in possible:
        done = f"{earned[NEUTRAL]}, in {TITLES[NEUTRAL]}"
        yield [["", str(possible[NEUTRAL]), "", done]]


def _state(state: Record) -> Text:
    status, tries = state["status"], state["tries"]
    counted = f" ({tries})" if tries else ""
    return Text(f"{status}{counted}", style=STYLES.get(status, OTHER_STYLE))


def _table(rows: Sequence[Sequence[str | Text]], style: str = "") -> Table:
    """Rows in columns, whose widths are the same in every lesson."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=34)
    table.add_column(width=6, justify="right")
    table.add_column(width=3, justify="right")
    states = len(rows[0]) - 3
    for _ in range(states):
        table.add_column(width=33 if states == 1 else 16)
    for row in rows:
        table.add_row(*row, style=style)
    return table
