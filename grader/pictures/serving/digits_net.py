"""The net that the lesson on serving serves, trained by neither framework."""

import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

TRAINED = 1200
"""So many digits are for training; the other 597 are the test images."""
Arrays = list[tuple[np.ndarray, np.ndarray]]


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Return the images, float32 of shape (1797, 64) in [0, 1], and their labels."""
    images, labels = load_digits(return_X_y=True)
    return (images / 16).astype(np.float32), labels


def train(epochs: int, width: int = 512) -> Arrays:
    """Train 64 → width → width → 10 with ReLU by scikit-learn.

    Args:
        epochs: how often it sees the ``TRAINED`` images.
        width: of the hidden layers.

    Returns:
        A weight, float32 of shape (in, out), and a bias, (out,), for each layer.
    """
    images, labels = digits()
    net = MLPClassifier((width, width), max_iter=epochs, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # so few epochs are meant
        net.fit(images[:TRAINED], labels[:TRAINED])
    layers = zip(net.coefs_, net.intercepts_, strict=True)
    return [(w.astype(np.float32), b.astype(np.float32)) for w, b in layers]


def logits(arrays: Arrays, x: np.ndarray) -> np.ndarray:
    """Return the net's outputs in float64: (n, 64) to (n, 10)."""
    for weight, bias in arrays[:-1]:
        x = np.maximum(x.astype(np.float64) @ weight + bias, 0)
    weight, bias = arrays[-1]
    return x @ weight + bias
