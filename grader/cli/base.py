"""The ``course`` command itself, and what its subcommands share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated

import typer

from grader.common import tracks
from grader.common.errors import CourseError

app = typer.Typer(
    help="Learn deep learning in PyTorch and TensorFlow side by side, or grade a "
    "class that does.",
    epilog="Begin with: course lab",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Track = Annotated[
    tracks.Track | None,
    typer.Option(help="One framework only, or both.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.callback(invoke_without_command=True)
def about(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.")
    ] = False,
) -> None:
    """Answer ``course --version``, before any command.

    Raises:
        typer.Exit: the version was asked for and printed; nothing else is done.
    """
    if show_version:
        from grader.common.course import DISTRIBUTION, has_solutions

        left_out = "" if has_solutions() else ", without model solutions"
        print(f"course {version(DISTRIBUTION)}{left_out}")
        raise typer.Exit


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Turn a missing module into a sentence that says how to install it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name in sys.stdlib_module_names:
            raise CourseError(
                f"this command needs Linux or macOS: Python has no {error.name} here"
            ) from error
        raise CourseError(
            f"this command needs {error.name}, which is not installed here; install "
            f'it with pip install "tandem-course[{name}]"'
        ) from error
