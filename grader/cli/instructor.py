"""The instructor's commands: a class released, graded, graded again, reported on."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from grader.cli.base import Json, Track, app, extra

if TYPE_CHECKING:
    from grader.grading.dask_cluster import Cluster

command = partial(app.command, rich_help_panel="To grade a class")
Assignment = Annotated[str, typer.Argument(help="For example 02_autograd.")]
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


@command(epilog="Example: course init deep-learning")
def init(
    folder: Annotated[
        Path, typer.Argument(help="A new folder, or an empty one.", show_default=False)
    ],
) -> None:
    """Make a course folder, in which a class is released, graded and reported on."""
    with extra("instructor"):
        from grader.grading.place import new_course

    made = new_course.make(folder)
    first = made.assignments[0]
    print(f"{made.folder} is ready, with {', '.join(made.assignments)}.")
    print("Next, in that folder:")
    print(f"  course release {first}")
    print("      makes the notebook that learners receive")
    print(f"  course grade {first}")
    print(f"      grades all that lies in submitted/LEARNER/{first}/")


@command(epilog="Example: course release 02_autograd --track torch")
def release(assignment: Assignment, track: Track = None) -> None:
    """Make the exercise notebooks that a class receives.

    In a track as in both, checks judge values alone: an answer that is computed without
    the track's framework, in NumPy for instance, earns its points too.
    """
    with extra("instructor"):
        from grader.grading import commands

    raise typer.Exit(commands.release(assignment, track))


@command(epilog="Example: course grade 02_autograd --json > marks.json")
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
    with extra("instructor"):
        from grader.grading import commands

    with _cluster(dask) as cluster:
        raise typer.Exit(
            commands.grade(assignment, as_json, timeout, seed, unsafe, jobs, cluster)
        )


@command(epilog="Example: course regrade 02_autograd --dry-run")
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
    with extra("instructor"):
        from grader.grading import commands

    with _cluster(dask) as cluster:
        raise typer.Exit(
            commands.regrade(assignment, dry_run, timeout, unsafe, jobs, cluster)
        )


@command(epilog="Example: course doctor")
def doctor() -> None:
    """Say which layers keep learners' code apart on this machine."""
    with extra("instructor"):
        from grader.kernels.jail import doctor

    raise typer.Exit(doctor.main(Console()))


@command(epilog="Example: course report 02_autograd --page --csv marks.csv")
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
    with extra("instructor"):
        from grader.grading import commands

    shown = not no_browser
    raise typer.Exit(commands.report(assignment, csv, as_json, page, to, shown))


@contextmanager
def _cluster(address: str | None) -> Iterator["Cluster | None"]:
    """The cluster at an address; None for none."""
    if address is None:
        yield None
        return
    with extra("cluster"):
        from grader.grading.dask_cluster import Cluster
    with Cluster(address) as cluster:
        yield cluster
