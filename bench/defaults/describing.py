"""Values as short texts that are the same on every machine."""

from typing import Any

import numpy as np

from bench.defaults.arrays import array
from bench.defaults.model import Array

NUMBERS = 6
UNIFORM, TRUNCATED = 2.1, 2.6


def shown(value: Any) -> str:
    """A setting or a result as text: numbers with four digits, no memory addresses."""
    if value is None or isinstance(value, str | bool):
        return str(value)
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, type) or (callable(value) and hasattr(value, "__name__")):
        return str(value.__name__)
    if isinstance(value, dict):
        return ", ".join(f"{name} {shown(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        inside = ", ".join(map(shown, value))
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    return _numbers(array(value))


def number(value: float) -> str:
    """A number with four significant digits; large and small ones with a power."""
    if isinstance(value, bool | int | np.integer | np.bool_):
        return str(value)
    text = f"{float(value):.4g}"
    mantissa, mark, power = text.partition("e")
    return f"{mantissa}e{int(power)}" if mark else text


def _numbers(values: Array) -> str:
    if values.dtype.kind in "OUS":
        return str(values.tolist())
    if values.ndim == 0:
        return number(values.item())
    if values.ndim == 1 and len(values) <= NUMBERS:
        return "[" + ", ".join(number(one) for one in values.tolist()) + "]"
    if values.ndim == 2 and values.size <= NUMBERS:
        return "[" + ", ".join(_numbers(row) for row in values) + "]"
    return f"{values.shape}"


def distribution(weights: Any) -> str:
    """What fresh weights were drawn from, told from the weights alone.

    A uniform distribution has a kurtosis of 1.8, a normal one of 3, and one that is cut
    off at two standard deviations of 2.36.
    """
    drawn = array(weights).astype(np.float64)
    values = np.unique(drawn)
    if len(values) == 1:
        return f"all {number(values[0])}"
    if len(values) == 2:
        first, second = (number(one) for one in values)
        return f"{first}, and {second} in {np.mean(drawn == values[1]):.0%}"
    if _orthogonal(drawn):
        return "orthogonal"
    centred = drawn - drawn.mean()
    deviation = np.sqrt(np.mean(centred**2))
    kurtosis = np.mean(centred**4) / deviation**4
    if kurtosis < UNIFORM:
        return f"uniform, ±{deviation * np.sqrt(3):.2g}"
    kind = "truncated normal" if kurtosis < TRUNCATED else "normal"
    return f"{kind}, standard deviation {deviation:.2g}"


def _orthogonal(drawn: Array) -> bool:
    if drawn.ndim != 2:
        return False
    wide = drawn if len(drawn) <= drawn.shape[1] else drawn.T
    return bool(np.allclose(wide @ wide.T, np.eye(len(wide)), atol=1e-4))
