"""Prepares a kernel that has just started for the cells of a submission."""

import os
import sys

from grader.learner.answering import output


def begin(most: int) -> None:
    """Limit what each cell prints, and let cells import files of the notebook's folder.

    The kernel starts before this folder is on the path: a file in it with the name of a
    module could prevent the start.

    Args:
        most: characters that each cell may print.
    """
    output.limit(most)
    if "" not in sys.path:
        sys.path.insert(_before_packages(), "")


def _before_packages() -> int:
    """The notebook's folder's position in sys.path: after Python's own modules."""
    for at, path in enumerate(sys.path):
        if os.path.basename(path) in ("site-packages", "dist-packages"):
            return at
    return len(sys.path)
