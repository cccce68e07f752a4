"""The author's command: does every exercise tell right answers from wrong ones?"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.base import app, extra


@app.command(
    epilog="Example: course check autograd", rich_help_panel="To write exercises"
)
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Lessons, or exercises such as autograd.jvp; all without any."
        ),
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
    with extra("dev"):
        from grader.authoring import verify

    raise typer.Exit(verify.main(names or None, Console(), write))
