"""Whole numbers of 8 bits, and real numbers that are rounded to them."""

import numpy as np

LOWEST, HIGHEST = -128, 127  # of int8
STEPS = HIGHEST - LOWEST
MARGIN = 0.02  # more than float32 is wrong about a number up to 255


def near_half(values: np.ndarray, margin: float = MARGIN) -> np.ndarray:
    """Where rounding to whole numbers depends on the last digits of a value."""
    return np.abs(np.abs(values - np.trunc(values)) - 0.5) < margin


def affine(low: float, high: float) -> tuple[float, int]:
    """Scale and zero point of a range, which is widened to hold 0."""
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / STEPS
    return scale, round(LOWEST - low / scale)
