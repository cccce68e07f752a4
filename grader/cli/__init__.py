"""The ``course`` command. Subcommands import what they need when they run."""

import os
import signal
import sys
from importlib.util import find_spec

# The help lists commands in the order of these imports.
from grader.cli import learner, instructor  # noqa: F401  # isort: skip
from grader.cli.base import app
from grader.common.errors import CourseError, Stopped
from grader.common.printable import paragraph

if find_spec("grader.authoring"):  # in a checkout: it is in no wheel
    from grader.cli import author  # noqa: F401

__all__ = ["app", "main"]


def main(arguments: list[str] | None = None) -> None:
    """Run the command; bad input ends with one sentence and exit status 2."""
    try:
        app(args=arguments, prog_name="course")
    except CourseError as error:
        print(f"course: {paragraph(error)}", file=sys.stderr)
        if isinstance(error, Stopped):
            # Exit at once: whatever still runs ends by itself after this process.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(128 + signal.SIGINT)
        sys.exit(2)
