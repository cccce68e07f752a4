"""Batch norm, layer norm and their kin."""

from bench.defaults.measures import after_training_on, drawn, output
from bench.defaults.model import Row, Side

SMALL = drawn(1, 8, 4, scale=0.1)

ROWS = (
    Row(
        "batch_norm.momentum",
        "Batch norm: how fast the running mean and variance follow",
        "the running mean after one batch of 8 examples",
        Side(
            "nn.BatchNorm1d(4)",
            "f'keeps {1 - it.momentum:g} of the old value'",
            "nn.BatchNorm1d(4, momentum=0.01)",
        ),
        Side(
            "layers.BatchNormalization()",
            "f'keeps {it.momentum:g} of the old value'",
            "layers.BatchNormalization(momentum=0.9)",
            "The two frameworks call opposite shares momentum: Keras's 0.9 is "
            "PyTorch's 0.1.",
        ),
        after_training_on(SMALL, "running_mean", "moving_mean"),
    ),
    Row(
        "batch_norm.epsilon",
        "Batch norm: ε, which is added to the variance",
        "the output in training, of features with a standard deviation of 0.1",
        Side("nn.BatchNorm1d(4)", "it.eps", "nn.BatchNorm1d(4, eps=1e-3)"),
        Side(
            "layers.BatchNormalization()",
            "it.epsilon",
            "layers.BatchNormalization(epsilon=1e-5)",
        ),
        output(SMALL, training=True),
    ),
)
