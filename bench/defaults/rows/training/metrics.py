"""Metrics, and means over an epoch."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

BINARY = {"x": np.array([0.3, -1.0, 0.2, 2.0]), "y": np.array([1.0, 0.0, 1.0, 1.0])}

ROWS = (
    Row(
        "accuracy.logits",
        "Binary accuracy: where a prediction counts as 1",
        "the accuracy of four right logits",
        Side(
            "((x > 0) == y).double().mean()",
            "f'accuracy {it:g}'",
            "((x > 0.5) == y).double().mean()",
        ),
        Side(
            "keras.metrics.BinaryAccuracy()(y, x)",
            "above = default(keras.metrics.BinaryAccuracy, 'threshold')\n"
            "f'accuracy {float(it):g}, above {above:g}'",
            "keras.metrics.BinaryAccuracy(threshold=0.0)(y, x)",
        ),
        results,
        BINARY,
    ),
    Row(
        "accuracy.sparse",
        "Accuracy over classes: logits or probabilities",
        "the accuracy of 20 examples with 3 logits each",
        Side("(x.argmax(1) == y).double().mean()"),
        Side("keras.metrics.SparseCategoricalAccuracy()(y, x)"),
        results,
        {"x": drawn(7, 20, 3), "y": np.arange(20) % 3},
    ),
    Row(
        "epoch.mean",
        "The mean of an epoch whose last batch is short: a loop, and `evaluate`",
        "the mean of the losses 0 and 100 of batches of 4 and 1 examples",
        Side(
            "losses, sizes = [0.0, 100.0], [4, 1]\nsum(losses) / len(losses)",
            "f'{it:g}'",
            "losses, sizes = [0.0, 100.0], [4, 1]\n"
            "sum(a * n for a, n in zip(losses, sizes)) / sum(sizes)",
        ),
        Side(
            "m = keras.Sequential([keras.Input((1,)), layers.Identity()])\n"
            "m.compile(loss='mse')\n"
            "m.evaluate(np.zeros((5, 1)), np.array([0, 0, 0, 0, 10.0]),\n"
            "           batch_size=4, verbose=0)",
            "f'{it:g}'",
        ),
        results,
        leaves=1e-5,
    ),
)
