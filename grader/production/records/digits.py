"""The data of the recorded runs: small pictures of digits, in a fixed order."""

from typing import NamedTuple

import numpy as np
from sklearn.datasets import load_digits

BATCH = 32
STEPS = 80
LOOK_EVERY = 20  # steps


class Digits(NamedTuple):
    """Training and held-out images, (n, 8, 8) float32 in [0, 1], and labels, int64."""

    images: np.ndarray
    labels: np.ndarray
    held_out: np.ndarray
    held_out_labels: np.ndarray


def digits(seed: int) -> Digits:
    """1200 images for ``STEPS`` batches, some of them twice, and 597 others."""
    images, labels = load_digits(return_X_y=True)
    images = np.float32(images / 16).reshape(-1, 8, 8)
    rng = np.random.default_rng([seed, 0])
    order = rng.permutation(len(images))
    training, other = order[:1200], order[1200:]
    passes = [rng.permutation(training)[: 37 * BATCH] for _ in range(3)]
    rows = np.concatenate(passes)[: STEPS * BATCH]
    return Digits(images[rows], labels[rows], images[other], labels[other])
