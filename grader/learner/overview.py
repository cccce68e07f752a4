"""The learner's list of exercises: points, and how far each framework's half is."""

from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from grader.learner.course import recorded_track
from grader.learner.frameworks import FRAMEWORKS, TITLES
from grader.learner.progress import load, progress_file
from grader.learner.tracks import BOTH


def overview(folder: Path) -> Table:
    """A table of every exercise, for the copy of the course in or around ``folder``.

    Without a copy, the present folder is looked at; then nothing is attempted yet.

    Raises:
        CourseError: the copy's record is damaged.
    """
    from grader import references

    stored = progress_file(folder if folder.is_dir() else None)
    done = load(stored)
    track = recorded_track(stored.parents[1]) if stored else None
    shown = FRAMEWORKS if track in (None, BOTH) else (track,)
    table = Table(show_footer=True, box=box.SIMPLE)
    table.add_column("exercise", no_wrap=True)
    table.add_column("points", justify="right")
    for name in shown:
        table.add_column(TITLES[name])
    earned, possible = dict.fromkeys(shown, 0), 0
    for lesson in references.lessons():
        for exercise in references.exercises(lesson):
            states = done.get(exercise.id, {})
            row = [states.get(name, "not attempted") for name in shown]
            table.add_row(exercise.id, str(exercise.points), *row)
            possible += exercise.points
            for name, state in zip(shown, row, strict=True):
                earned[name] += exercise.points * (state == "correct")
        table.add_section()
    footers = ["points", str(possible), *(str(earned[name]) for name in shown)]
    for column, text in zip(table.columns, footers, strict=True):
        column.footer = text
    return table


def progress() -> None:
    """Show each exercise's points and state, for the frameworks of this copy.

    Example:
        >>> progress()
    """
    Console().print(overview(Path.cwd()))
