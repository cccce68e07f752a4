"""Rows on layers: what they start as, compute and return."""

from bench.defaults.model import Row
from bench.defaults.rows.layers import (
    activations,
    attention,
    draws,
    embeddings,
    gates,
    layout,
    normalisation,
    padding,
    pooling,
    recurrent,
    starts,
)

ROWS: tuple[Row, ...] = (
    *(*normalisation.ROWS, *starts.ROWS, *draws.ROWS, *layout.ROWS),
    *(*padding.ROWS, *pooling.ROWS, *activations.ROWS),
    *(*gates.ROWS, *recurrent.ROWS, *attention.ROWS, *embeddings.ROWS),
)
