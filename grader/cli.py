"""The ``course`` command. Commands import what they need when they run."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from grader.errors import CourseError, Stopped
from grader.learner.tracks import TRACKS

if TYPE_CHECKING:
    from grader.grading.remote import Cluster

app = typer.Typer(
    help="Learn deep learning in PyTorch and TensorFlow side by side, or grade a "
    "class that does.",
    epilog="Begin with: course lab",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Track = Annotated[
    Literal[TRACKS] | None,
    typer.Option(help="One framework only, or both.", show_default=False),
]
Folder = Annotated[Path, typer.Option("--to", help="The folder of your own copy.")]
Assignment = Annotated[str, typer.Argument(help="For example 02_autograd.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


Timeout = Annotated[
    int | None,
    typer.Option(min=1, help="Seconds that one cell may run.", show_default=False),
]
Unsafe = Annotated[
    bool,
    typer.Option(
        "--unsafe",
        help="Where this machine can't isolate learners' code: run it with your own "
        "rights, files and network.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Submissions that run at once.",
        show_default="twice the processor's cores",
    ),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        help="Run submissions on the Dask cluster with this scheduler, such as "
        "tcp://192.0.2.1:8786 (docs/cluster.md).",
        show_default=False,
    ),
]


@app.callback(invoke_without_command=True)
def about(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.")
    ] = False,
) -> None:
    if show_version:
        print(f"course {version('tandem-course')}")
        raise typer.Exit


@app.command(epilog="Example: course start --track torch --to my-course")
def start(track: Track = None, to: Folder = Path("work")) -> None:
    """Copy the course into a folder of your own; files already there stay."""
    from grader.learner import course

    copied = course.start(to, track)
    _tell(copied)
    for name in copied.kept:
        print(f"  kept {name.as_posix()}")
    if copied.kept:
        print("To get the course's version of a file, rename yours and start again.")


@app.command(epilog="Example: course lab --no-browser --port 8900")
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
    from grader.learner import course, lab

    track = track or course.recorded_track(to) or lab.installed_track()
    lab.require(track)
    free = lab.choose_port(port)
    copied = course.start(to, track)
    _tell(copied)
    if port is None and free != lab.FIRST_PORT:
        print(f"Port {lab.FIRST_PORT} is taken: using {free}.")
    print("Opening JupyterLab. To stop it, press Ctrl-C here.", flush=True)
    lab.open_lab(copied.folder, free, browser=not no_browser)


@app.command("list", epilog="Example: course list --to work")
def list_exercises(to: Folder = Path("work")) -> None:
    """List the exercises with their points and how far you are in each."""
    from grader.learner.overview import overview

    Console().print(overview(to))


@app.command(epilog="Example: course check autograd")
def check(
    lessons: Annotated[
        list[str] | None, typer.Argument(help="Lessons; all when none is named.")
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write the table, of all lessons, to this Markdown file.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """For authors: prove that every exercise tells right answers from mistakes."""
    with _extra("dev"):
        from grader.authoring import verify

    raise typer.Exit(verify.main(lessons or None, Console(), write))


@app.command(epilog="Example: course release 02_autograd --track torch")
def release(assignment: Assignment, track: Track = None) -> None:
    """Make the exercise notebooks that a class receives."""
    with _extra("instructor"):
        from grader.grading import commands

    raise typer.Exit(commands.release(assignment, track))


@app.command(epilog="Example: course grade 02_autograd --json > marks.json")
def grade(
    assignment: Assignment,
    as_json: Json = False,
    timeout: Timeout = None,
    seed: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Draw the grading inputs from this seed, to repeat a run exactly.",
            show_default=False,
        ),
    ] = None,
    unsafe: Unsafe = False,
    jobs: Jobs = None,
    dask: Dask = None,
) -> None:
    """Grade everything in submitted/ for an assignment."""
    with _extra("instructor"):
        from grader.grading import commands

    with _cluster(dask) as cluster:
        raise typer.Exit(
            commands.grade(assignment, as_json, timeout, seed, unsafe, jobs, cluster)
        )


@app.command(epilog="Example: course regrade 02_autograd --dry-run")
def regrade(
    assignment: Assignment,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list what would change.")
    ] = False,
    timeout: Timeout = None,
    unsafe: Unsafe = False,
    jobs: Jobs = None,
    dask: Dask = None,
) -> None:
    """After a change to an exercise: grade again, and list whose marks change."""
    with _extra("instructor"):
        from grader.grading import commands

    with _cluster(dask) as cluster:
        raise typer.Exit(
            commands.regrade(assignment, dry_run, timeout, unsafe, jobs, cluster)
        )


@app.command(epilog="Example: course doctor")
def doctor() -> None:
    """Say which layers keep learners' code apart on this machine."""
    with _extra("instructor"):
        from grader.grading.sandbox import doctor

    raise typer.Exit(doctor.main(Console()))


@app.command(epilog="Example: course report 02_autograd --page --csv marks.csv")
def report(
    assignment: Assignment,
    csv: Annotated[
        Path | None, typer.Option(help="Also write the marks to this file.")
    ] = None,
    as_json: Json = False,
    page: Annotated[
        bool,
        typer.Option(
            "--page",
            help="Write one HTML file, to read in the browser or print, and open it: "
            "what waits for you, shares correct, mistakes, learners.",
        ),
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the page to this file.",
            show_default="reports/ASSIGNMENT.html in the course",
        ),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print where the page is.")
    ] = False,
) -> None:
    """Show a graded assignment by learner, exercise and mistake."""
    with _extra("instructor"):
        from grader.grading import commands

    shown = not no_browser
    raise typer.Exit(commands.report(assignment, csv, as_json, page, to, shown))


@contextmanager
def _cluster(address: str | None) -> Iterator["Cluster | None"]:
    """The cluster at an address; None for none."""
    if address is None:
        yield None
        return
    with _extra("cluster"):
        from grader.grading.remote import Cluster
    with Cluster(address) as cluster:
        yield cluster


@contextmanager
def _extra(name: str) -> Iterator[None]:
    """Turn a missing module into the sentence that gets it installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise CourseError(
            f"this command needs {error.name}, which is not installed here; install "
            f'it with pip install "tandem-course[{name}]"'
        ) from error


def _tell(copied: object) -> None:
    which = "both frameworks" if copied.track == "both" else f"{copied.track} only"
    kept = f", kept {_files(len(copied.kept))} of yours" if copied.kept else ""
    added = f"added {_files(len(copied.added))}" if copied.added else "nothing to add"
    print(f"{copied.folder} ({which}): {added}{kept}.")


def _files(number: int) -> str:
    return f"{number} file" if number == 1 else f"{number} files"


def main(arguments: list[str] | None = None) -> None:
    """Run the command; bad input ends with one sentence and exit status 2."""
    try:
        app(args=arguments, prog_name="course")
    except CourseError as error:
        print(f"course: {error}", file=sys.stderr)
        if isinstance(error, Stopped):
            # At once: what still runs ends by itself when this process is gone.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(128 + signal.SIGINT)
        sys.exit(2)


if __name__ == "__main__":
    main()
