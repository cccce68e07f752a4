"""Rows on numbers: dtypes, arithmetic, gradients, random draws, sizes of arrays."""

from bench.defaults.model import Row
from bench.defaults.rows.numbers import (
    arithmetic,
    dtypes,
    gradients,
    indexing,
    lengths,
    promotion,
    randomness,
    resizing,
)

ROWS: tuple[Row, ...] = (
    *(*randomness.ROWS, *resizing.ROWS, *dtypes.ROWS, *promotion.ROWS),
    *(*lengths.ROWS, *arithmetic.ROWS, *indexing.ROWS, *gradients.ROWS),
)
