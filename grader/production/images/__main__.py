"""``python -m grader.production.images``: build one of the course's images."""

from typing import Annotated

import typer

from grader.common.errors import CourseError
from grader.production.images.build import IMAGES, build


def main(
    image: Annotated[str, typer.Argument(help=f"One of {', '.join(IMAGES)}.")],
    base: Annotated[
        str | None, typer.Option(help="Another image to start from.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="One more option of the tool's, as --x=y.")
    ] = None,
) -> None:
    """Build an image with buildah, podman or docker, whichever works here."""
    try:
        build(image, base, option or [])
    except CourseError as error:
        typer.echo(f"make image: {error}.", err=True)
        raise typer.Exit(2) from error


if __name__ == "__main__":
    typer.run(main)
