"""Inputs that every device computes exactly."""

import numpy as np


def quarters(rng: np.random.Generator, *shape: int, top: int = 2) -> np.ndarray:
    """Multiples of 1/4 from ``-top`` to ``top``, never 0, in float32.

    Their products and sums need few bits: even where a GPU multiplies with the 10
    bits of TF32, a matrix product or a convolution of them has no rounding error.
    """
    sizes = rng.integers(1, 4 * top, size=shape, endpoint=True)
    return (sizes * rng.choice([-1, 1], size=shape) / 4).astype(np.float32)
