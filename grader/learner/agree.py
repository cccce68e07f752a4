"""``agree``: a lesson's claim that values are equal, as a check that can fail."""

import numpy as np

from grader.common.errors import CourseError
from grader.common.frameworks import to_numpy


class Disagreement(CourseError, AssertionError):
    """Values that should agree do not."""


def agree(*values: object, tolerance: float = 1e-6) -> None:
    """Assert that all values are equal to within ``tolerance``; print that they are.

    Args:
        values: two or more tensors of either framework, NumPy arrays, numbers or
            nested lists of numbers; all of one shape. NaN agrees with NaN.
        tolerance: largest accepted difference from the first value. It is relative to
            the first value's largest magnitude, or absolute if that is below 1.

    Raises:
        Disagreement: names the values' positions, the index and both numbers.
    """
    if len(values) < 2:
        raise TypeError("agree needs at least two values to compare")
    arrays = [to_numpy(value) for value in values]
    for position, array in enumerate(arrays):
        if array.dtype.kind not in "biufc":
            kind = type(values[position]).__name__
            raise TypeError(f"value {position + 1} is no number or array but {kind}")
    first = arrays[0]
    wide = first.astype(np.complex128 if first.dtype.kind == "c" else np.float64)
    finite = np.abs(wide[np.isfinite(wide)])
    allowed = tolerance * max(1.0, finite.max(initial=0.0))
    for position, other in enumerate(arrays[1:], start=2):
        if other.shape != first.shape:
            raise Disagreement(
                f"value 1 has shape {first.shape}, value {position} {other.shape}"
            )
        close = np.isclose(other, wide, rtol=0, atol=allowed, equal_nan=True)
        if not close.all():
            index = tuple(int(i) for i in np.argwhere(~close)[0])
            where = f" at index {list(index)}" if index else ""
            raise Disagreement(
                f"value 1 is {wide[index]:.8g}{where}, value {position} is "
                f"{other[index]:.8g}: further apart than {tolerance:g}"
            )
    shape = f"of shape {first.shape}" if first.shape else "(numbers)"
    print(f"agree to {tolerance:g}: {len(values)} values {shape}")
