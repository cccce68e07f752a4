"""The learner's commands: a copy of the course, what is done, what is next."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from grader.cli.base import Json, Track, app

if TYPE_CHECKING:
    from grader.copy.check_all import Checked
    from grader.copy.learners_copy import Copied
    from grader.copy.update import Change

command = partial(app.command, rich_help_panel="To learn")
RELOAD = "Open in JupyterLab? There, choose File > Reload Notebook from Disk."
Folder = Annotated[Path, typer.Option("--to", help="The folder of your own copy.")]


@command(epilog="Example: course start --track torch --to my-course")
def start(track: Track = None, to: Folder = Path("work")) -> None:
    """Copy the course into a folder of your own; files already there stay.

    Lessons come without outputs: predict first, then run.
    """
    from grader.copy import learners_copy

    copied = learners_copy.start(to, track)
    _tell(copied)
    for name in copied.kept:
        print(f"  kept {name.as_posix()}")
    if copied.kept and not copied.outdated:
        print("To get the course's version of a file, rename yours and start again.")


@command(epilog="Example: course lab --no-browser --port 8900")
def lab(
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address to open.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Default: the first free one from 8888 up."
        ),
    ] = None,
    track: Track = None,
    to: Folder = Path("work"),
) -> None:
    """Open JupyterLab on your copy of the course, made first where it is missing."""
    from grader.common import course
    from grader.copy import lab, learners_copy

    chosen = track or course.recorded_track(to) or lab.installed_track()
    lab.require(chosen)
    free = lab.choose_port(port)
    copied = learners_copy.start(to, chosen)
    _tell(copied)
    if port is None and free != lab.FIRST_PORT:
        print(f"Port {lab.FIRST_PORT} is taken: using {free}.")
    print("Opening JupyterLab. To stop it, press Ctrl-C here.", flush=True)
    lab.open_lab(copied.folder, free, browser=not no_browser)


@command("list", epilog="Example: course list --json")
def list_exercises(to: Folder = Path("work"), as_json: Json = False) -> None:
    """List lessons and exercises, how far you are in each, and what is next."""
    from grader.learner.outline import outline
    from grader.learner.overview import overview

    found = outline(to)
    if as_json:
        print(json.dumps(found, indent=1))
    else:
        Console().print(overview(found))


@command("next", epilog="Example: course next")
def next_exercise(to: Folder = Path("work")) -> None:
    """Say what to read or solve next, and where it is."""
    from grader.learner.outline import outline
    from grader.learner.overview import next_step

    print("\n".join(next_step(outline(to))))


@command(epilog="Example: course reset autograd.mse_gradient --framework torch")
def reset(
    exercise: Annotated[
        str, typer.Argument(help="Its id, such as autograd.mse_gradient.")
    ],
    framework: Annotated[
        Literal["torch", "tensorflow"] | None,
        typer.Option(help="Only this one's half.", show_default="all that you have"),
    ] = None,
    to: Folder = Path("work"),
) -> None:
    """Put one exercise back as it was released; a backup of yours is kept."""
    from grader.common import frameworks
    from grader.copy.reset import reset

    done = reset(to, exercise, framework)
    names = " and ".join(frameworks.TITLES[name] for name in done.halves)
    print(f"{exercise} ({names}) is as it was released: {done.notebook.as_posix()}")
    print(f"Your notebook as it was: {done.folder / done.backup}")
    print(RELOAD)


@command(epilog="Example: course update --dry-run")
def update(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would change.")
    ] = False,
    to: Folder = Path("work"),
) -> None:
    """Bring a new version of the course into your copy.

    What you wrote stays, and so do the outputs of what you ran.
    """
    from grader.copy.update import update

    done = update(to, dry_run)
    if not done.changes:
        print(f"{done.folder} is up to date.")
        return
    for change in done.changes:
        _tell_change(change)
    if dry_run:
        print("Nothing was changed: this was a dry run.")
    elif done.backups:
        print(f"Your files as they were: {done.folder / done.backups}")
        print(RELOAD)


@command("check-all", epilog="Example: course check-all --timeout 300")
def check_all(
    timeout: Annotated[
        int, typer.Option(min=1, help="Seconds that one cell may run.")
    ] = 120,
    to: Folder = Path("work"),
) -> None:
    """Run all that you have attempted; exit status 0 if all of it is correct."""
    from grader.copy.check_all import check_all

    console = Console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        tasks = {}

        def advance(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
                if not console.is_terminal:
                    print(f"Running {name}", flush=True)
            progress.update(tasks[name], completed=done)

        checked = check_all(to, timeout, advance)
    _tell_checked(checked, console)
    raise typer.Exit(0 if checked.all_correct else 1)


def _tell(copied: "Copied") -> None:
    which = "both frameworks" if copied.track == "both" else f"{copied.track} only"
    kept = f", kept {_count(copied.kept, 'file')} of yours" if copied.kept else ""
    added = (
        f"added {_count(copied.added, 'file')}" if copied.added else "nothing to add"
    )
    print(f"{copied.folder} ({which}): {added}{kept}.")
    if copied.outdated:
        print(
            f"The course has a newer version of {_count(copied.outdated, 'file')}: "
            "course update brings it, and what you wrote stays."
        )


def _tell_change(change: "Change") -> None:
    print(f"{change.action} {change.name.as_posix()}", end="")
    if change.why:
        print(f": {change.why}.", end="")
    cells = change.cells
    if cells is None:
        print()
        return
    counts = [
        f"{_count(names, 'cell')} {what}"
        for what, names in (
            ("new", cells.added),
            ("updated", cells.updated),
            ("gone", cells.removed),
        )
        if names
    ]
    print(f": {', '.join(counts)}" if counts else "")
    for name in cells.conflicts:
        print(f"  {name}: changed by both; yours stays, the course's follows in a note")
    for name in cells.kept:
        print(f"  {name}: no longer in the course; it stays, since you changed it")


def _tell_checked(checked: "Checked", console: Console) -> None:
    from grader.common.frameworks import TITLES

    if not checked.statuses:
        print("You have not attempted an exercise yet: course next names the first.")
    else:
        table = Table("exercise", box=box.SIMPLE)
        rows = checked.statuses.values()
        halves = [half for half in TITLES if any(half in states for states in rows)]
        for half in halves:
            table.add_column(TITLES[half])
        for exercise, states in checked.statuses.items():
            table.add_row(exercise, *(states.get(half, "") for half in halves))
        console.print(table)
    for (exercise, half), detail in checked.details.items():
        print(f"{exercise} ({TITLES[half]}): {detail}")
    for note in checked.notes:
        print(note)


def _count(names: tuple[object, ...], what: str) -> str:
    return f"{len(names)} {what}" if len(names) == 1 else f"{len(names)} {what}s"
