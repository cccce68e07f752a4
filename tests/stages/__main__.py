"""Runs the stages of ``make test``.

python -m tests.stages               all of them
python -m tests.stages lint unit     some, by name
python -m tests.stages quick         what touches the files changed since main
"""

import signal
import sys

from grader.common.errors import CourseError
from tests.stages import quick, running
from tests.stages.recipe import STAGES

QUICK = "quick"


def main(names: list[str]) -> int:
    """Run the stages called ``names``, in the recipe's order; all without any.

    Returns:
        What the process exits with; see ``running.run``.

    Raises:
        CourseError: no stage has one of ``names``, or git can't tell what changed.
    """
    # Whatever asks the process to end is heard as Ctrl-C is.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if names == [QUICK]:
        return quick.run()
    known = [stage.name for stage in STAGES]
    for unknown in sorted(set(names) - set(known)):
        there = ", ".join([*known, QUICK])
        raise CourseError(f"no stage is called {unknown!r}; there are: {there}")
    return running.run([stage for stage in STAGES if stage.name in (names or known)])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CourseError as error:
        sys.exit(f"✗ {error}")
