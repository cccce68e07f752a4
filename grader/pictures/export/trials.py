"""Tries what may fail: what an error says, and what became of an export."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.common.frameworks import adapter
from grader.pictures.export.noise import hidden

_LONGEST = 200  # characters of a message


def refusal(call: Callable[..., Any], *arguments: Any, **options: Any) -> str:
    """The error that a call raises: its type and its message, cut if it is long.

    Of errors that caused each other it is the first.

    Args:
        call: is called with the other arguments.

    Raises:
        AssertionError: the call succeeds.
    """
    try:
        with hidden():
            call(*arguments, **options)
    except Exception as error:
        return _told(error)
    raise AssertionError("the call succeeded")


class Fates(dict[tuple[str, str], str]):
    """What became of functions that were exported: (what, exporter) -> its fate.

    A fate is "right", "loud" (an error) or "silent" (another number without an error).
    """

    def note(
        self,
        what: str,
        exporter: str,
        make: Callable[[], Callable[[Any], Any]],
        given: Any,
        right: Sequence[float],
    ) -> None:
        """Export, call, compare; note the fate and print it.

        Args:
            what: what is exported, in a few words.
            exporter: by what.
            make: exports, and returns a callable that needs no Python of its own.
            given: the input to compare on.
            right: what the function ought to return for it.
        """
        try:
            with hidden():
                answer = np.asarray(make()(given))
        except Exception as error:
            fate, told = "loud", _told(error)
        else:
            fate = "right" if np.allclose(answer, right) else "silent"
            told = f"{answer.tolist()} for {list(right)}"
        self[what, exporter] = fate
        print(f"{exporter}: {fate}. {told}")


def accepted(
    call: Callable[[Any], Any], pixels: np.ndarray, sizes: Sequence[int]
) -> dict[int, bool]:
    """Which sizes of a batch a call takes without an error.

    Args:
        call: of a batch.
        pixels: at least as many as the largest size, first axis the batch.
        sizes: the sizes of batches.
    """
    found = {}
    for size in sizes:
        try:
            call(pixels[:size])
        except Exception:
            found[size] = False
        else:
            found[size] = True
    return found


def _told(error: Exception) -> str:
    """Type and message of the first of the errors that caused each other."""
    first: BaseException = error
    while isinstance(first.__cause__, Exception):
        first = first.__cause__
    if hasattr(first, "ag_error_metadata"):  # AutoGraph wraps it in the user's lines
        first = adapter("tensorflow").reason(first).error
    text = " ".join(str(first).split())
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f"{type(first).__name__}: {cut}"
