"""The rows of the table."""

from bench.defaults.model import Row
from bench.defaults.rows import layers, numbers, training

ROWS: tuple[Row, ...] = (*layers.ROWS, *training.ROWS, *numbers.ROWS)
