"""Numbers and small arrays as text for messages."""

import numpy as np

from grader.judging.exercise import Case

MAX_SHOWN = 24
MAX_WHOLE = 2**53  # above, float64 holds only some of the whole numbers


def number_pair(expected: float, got: float) -> tuple[str, str]:
    """Both numbers, with no more digits than are needed to tell them apart."""
    for digits in (4, 6, 9, 12, 17):
        texts = _number(expected, digits), _number(got, digits)
        if texts[0] != texts[1] or expected == got:
            break
    return texts


def rows(array: np.ndarray) -> tuple[tuple[str, ...], ...]:
    """A small array of at most two axes as rows of text; () when it is larger."""
    if array.ndim == 0 or array.ndim > 2 or not 0 < array.size <= MAX_SHOWN:
        return ()
    return tuple(tuple(_number(x, 4) for x in row) for row in np.atleast_2d(array))


def _number(value: float, digits: int) -> str:
    """A whole number with all of its digits, such as a count of bytes."""
    whole = abs(value) < MAX_WHOLE and value == int(value)
    return f"{value:.0f}" if whole else f"{value:.{digits}g}"


def all_shown(inputs: Case) -> bool:
    """Whether :func:`inputs_text` shows every value."""
    return not any(_large(value) for value in inputs.values())


def _large(value: object) -> bool:
    if isinstance(value, list):
        return any(_large(item) for item in value)
    return isinstance(value, np.ndarray) and value.size > MAX_SHOWN


def inputs_text(inputs: Case) -> tuple[tuple[str, str], ...]:
    """A case's inputs as (name, text) pairs; of large arrays only the shape."""
    return tuple((name, _value(value)) for name, value in inputs.items())


def _value(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if not isinstance(value, np.ndarray):
        return repr(value)
    if _large(value):
        return f"{value.dtype} of shape {value.shape}"
    # A number near 0 must not look like 0: what follows from it may be far away.
    tiny = value.dtype.kind == "f" and bool(((value != 0) & (abs(value) < 5e-5)).any())
    text = np.array2string(value, precision=4, separator=", ", suppress_small=not tiny)
    return " ".join(text.split())
