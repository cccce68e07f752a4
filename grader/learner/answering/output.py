"""Limits what one cell may print in a graded run, inside the kernel.

This is for code that by mistake prints without end. If code removes this limit, the
grader cuts the output as well, and may then lose the rest of the cell's output.
"""

import sys
from collections.abc import Callable

from IPython import get_ipython


def limit(most: int) -> None:
    """Let each cell print at most ``most`` characters, then a note on the cut."""
    left = most

    def refill(*_: object) -> None:
        nonlocal left
        left = most

    def limited(write: Callable[[str], int]) -> Callable[[str], int]:
        def bounded(text: str) -> int:
            nonlocal left
            if left > 0:
                write(text[:left])
                if len(text) > left:
                    write(f"\n[output cut: more than {most:,} characters]\n")
                left -= len(text)
            return len(text)

        return bounded

    get_ipython().events.register("pre_run_cell", refill)
    for stream in (sys.stdout, sys.stderr):
        stream.write = limited(stream.write)  # type: ignore[method-assign]
