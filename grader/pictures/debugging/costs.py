"""How many times slower a call becomes."""

import warnings
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from grader.pictures.graph_measure import best

__all__ = ["best", "times_slower"]


def times_slower(
    call: Callable[[], object],
    modes: Mapping[str, Callable[[], AbstractContextManager[object]]],
) -> dict[str, float]:
    """The time of ``call`` inside of each mode, divided by its time as it is.

    Args:
        call: takes some milliseconds or less.
        modes: title -> what makes the context that ``call`` then runs in.
    """
    usual = best(call)
    found = {}
    for title, mode in modes.items():

        def inside(mode: Callable[[], AbstractContextManager[object]] = mode) -> None:
            with mode():
                call()

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a mode is slow is what is measured
            found[title] = best(inside) / usual
    return found
