"""The factors of TF32, in NumPy."""

import numpy as np

BITS = 10  # of the mantissa, beside the leading 1; float32 has 23
DROPPED = 23 - BITS


def rounded(values: np.ndarray) -> np.ndarray:
    """Round float32 of any shape to ``BITS`` bits, ties to even.

    Infinities and NaN stay what they are.

    Raises:
        ValueError: ``values`` are not float32.
    """
    if values.dtype != np.float32:
        raise ValueError(f"TF32 rounds float32, not {values.dtype}")
    bits = values.view(np.uint32)
    half = 2 ** (DROPPED - 1) - 1 + ((bits >> DROPPED) & 1)  # to even, where it is one
    kept = (bits + half) & np.uint32(2**32 - 2**DROPPED)
    return np.where(np.isfinite(values), kept.view(np.float32), values)
