"""Blocks of weights: how they are drawn, and moved in a right or in a wrong way."""

from collections.abc import Sequence

import numpy as np


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Standard normal numbers in float32."""
    return rng.normal(size=shape).astype(np.float32)


def reordered(array: np.ndarray, order: Sequence[int]) -> np.ndarray:
    """Axis 0, which holds one block for each gate, with its blocks in ``order``."""
    blocks = np.split(array, len(order))
    return np.concatenate([blocks[position] for position in order])


def reshaped(matrix: np.ndarray) -> np.ndarray:
    """A matrix that is the transpose by its shape alone."""
    return matrix.reshape(matrix.shape[::-1])
