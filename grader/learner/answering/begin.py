"""Makes a kernel that has just started ready for the cells of a submission."""

import os
import sys

from grader.learner.answering import output


def begin(most: int) -> None:
    """Bound what each cell prints, and let cells import what lies beside them.

    The kernel itself has started without it: a file there that bears the name of a
    module could keep it from starting at all.

    Args:
        most: characters that each cell may print.
    """
    output.limit(most)
    if "" not in sys.path:
        sys.path.insert(_before_packages(), "")


def _before_packages() -> int:
    """Where IPython puts a notebook's folder: no module of Python's own is hidden."""
    for at, path in enumerate(sys.path):
        if os.path.basename(path) in ("site-packages", "dist-packages"):
            return at
    return len(sys.path)
