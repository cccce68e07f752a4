"""Rows on training: optimizers, losses, metrics and batches."""

from bench.defaults.model import Row
from bench.defaults.rows.training import (
    adam,
    data,
    distances,
    losses,
    metrics,
    muon,
    other_optimizers,
    schedules,
    sgd,
    stepping,
)

ROWS: tuple[Row, ...] = (
    *(*sgd.ROWS, *adam.ROWS, *other_optimizers.ROWS, *muon.ROWS),
    *(*stepping.ROWS, *schedules.ROWS),
    *(*losses.ROWS, *distances.ROWS, *metrics.ROWS, *data.ROWS),
)
