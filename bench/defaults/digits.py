"""The digits that the runs train on: split, batch order and flips, from one seed."""

from collections.abc import Iterator

import numpy as np
from sklearn.datasets import load_digits

TRAIN = 1200
BATCH = 32
EPOCH = TRAIN // BATCH  # 37 steps; the last, short batch is left out


def split(seed: int) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Return the training and the held-out images of one seed, each with its digits.

    Images have shape (1200, 8, 8) and (597, 8, 8), float32 from 0 to 1; digits are
    integers.
    """
    digits = load_digits()
    images = (digits.images / 16).astype(np.float32)
    mixed = np.random.default_rng([seed, 0]).permutation(len(images))
    parts = mixed[:TRAIN], mixed[TRAIN:]
    return tuple((images[part], digits.target[part]) for part in parts)


def batches(
    images: np.ndarray, digits: np.ndarray, seed: int, steps: int, flips: str
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield ``steps`` batches of 32, in a new order each epoch, the same for each call.

    Args:
        images: training images of shape (1200, 8, 8).
        digits: their digits, of shape (1200,).
        seed: of the order and of the coins.
        steps: how many batches.
        flips: a name of ``FLIPS``.
    """
    order, coins = (np.random.default_rng([seed, which]) for which in (1, 2))
    mixed = np.array([], int)
    for step in range(steps):
        place = step % EPOCH * BATCH
        if place == 0:
            mixed = order.permutation(len(images))
        rows = mixed[place : place + BATCH]
        yield FLIPS[flips](images[rows], coins), digits[rows]


def _none(images: np.ndarray, coins: np.random.Generator) -> np.ndarray:
    return images


def _each(images: np.ndarray, coins: np.random.Generator) -> np.ndarray:
    """Left to right, one coin for each image."""
    heads = coins.random(len(images)) < 0.5
    return np.where(heads[:, None, None], images[:, :, ::-1], images)


def _batch(images: np.ndarray, coins: np.random.Generator) -> np.ndarray:
    """Left to right, one coin for the whole batch."""
    return images[:, :, ::-1] if coins.random() < 0.5 else images


def _turn(images: np.ndarray, coins: np.random.Generator) -> np.ndarray:
    """Along both axes at once, which is half a turn, one coin for each image."""
    heads = coins.random(len(images)) < 0.5
    return np.where(heads[:, None, None], images[:, ::-1, ::-1], images)


FLIPS = {"none": _none, "image": _each, "batch": _batch, "turn": _turn}
"""What each name does to a batch: nothing; what kornia's ``RandomHorizontalFlip`` and
Keras's ``RandomFlip("horizontal")`` do; what kornia's does with ``same_on_batch=True``
and torchvision's on a whole batch; what Keras's ``RandomFlip()`` does."""
