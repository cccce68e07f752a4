"""The rows of the table, in groups."""

from bench.defaults.model import Row
from bench.defaults.rows import normalisation, optimizers

ROWS: tuple[Row, ...] = (*normalisation.ROWS, *optimizers.ROWS)
