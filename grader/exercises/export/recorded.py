"""A small model with three things that a recording freezes: a branch, a size, a number.

For x (n, d) and a factor k the model returns, for each column, the sum over the rows of
k x, or of x - k if x has no positive sum, divided by n.
"""

import numpy as np

STEP = 0.25  # between factors: they differ clearly


def batch(rng: np.random.Generator, rows: int, columns: int, sign: int) -> np.ndarray:
    """x in float32, (rows, columns), whose sum has the sign and is not near 0."""
    x = rng.normal(size=(rows, columns))
    x += (sign * rng.uniform(0.4, 1.0) * x.size - x.sum()) / x.size
    return x.astype(np.float32)


def factors(rng: np.random.Generator, count: int) -> list[float]:
    """So many different numbers from 1.25 to 4."""
    return (1 + STEP * rng.choice(np.arange(1, 13), size=count, replace=False)).tolist()


def positive(x: np.ndarray) -> bool:
    """Which branch an input takes."""
    return bool(x.sum() > 0)


def model(x: np.ndarray, scaled: bool, rows: int, factor: float) -> np.ndarray:
    """The model's value, (d,), for a branch, a number of rows and a factor."""
    return (factor * x if scaled else x - factor).sum(axis=0) / rows
