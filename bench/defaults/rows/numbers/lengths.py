"""Dividing vectors by their length."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

ROWS = (
    Row(
        "normalize.axis",
        "Dividing vectors by their length: the axis",
        "two vectors of length 4, divided by their length",
        Side("F.normalize(x)", "default(F.normalize, 'dim')", "x / torch.norm(x)"),
        Side(
            "tf.nn.l2_normalize(x)",
            "default(tf.nn.l2_normalize, 'axis')",
            "tf.nn.l2_normalize(x, axis=1)",
            "In TensorFlow, `axis=None` means the length of all numbers together.",
        ),
        results,
        {"x": drawn(1, 2, 4)},
    ),
    Row(
        "normalize.epsilon",
        "Dividing vectors by their length: a vector that is nearly zero",
        "a vector of length 1e-7, divided by its length",
        Side(
            "F.normalize(x)",
            "kind = 'length' if abs(it[0, 0] - 1) < 1e-6 else 'square of the length'\n"
            "f'{default(F.normalize, \"eps\"):g}, for the {kind}'",
            "F.normalize(x, eps=1e-6)",
            "PyTorch compares the length with ε, TensorFlow the square of the length.",
        ),
        Side(
            "tf.nn.l2_normalize(x, axis=1)",
            "kind = 'length' if abs(it[0, 0] - 1) < 1e-6 else 'square of the length'\n"
            "f'{default(tf.nn.l2_normalize, \"epsilon\"):g}, for the {kind}'",
            "tf.nn.l2_normalize(x, axis=1, epsilon=1e-24)",
        ),
        results,
        {"x": np.array([[1e-7, 0.0, 0.0]])},
    ),
)
