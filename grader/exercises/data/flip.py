"""Mirrored images, by coins that are given."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Coins = list[int]


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(5, 8))
    # Every pair of coins comes up, and the first image is not the only one of its kind.
    pairs = [(0, 1), (1, 0), (1, 1), (0, 0), *rng.integers(0, 2, size=(n - 4, 2))]
    left_right, up_down = np.array(pairs)[rng.permutation(n)].T
    images = rng.uniform(0, 9, size=(n, 3, 3, 3))
    return {
        "images": np.round(images, 1).astype(np.float32),
        "left_right": [int(coin) for coin in left_right],
        "up_down": [int(coin) for coin in up_down],
    }


def _flipped(images: np.ndarray, coins: Coins, axis: int) -> np.ndarray:
    """Each of the images mirrored along an axis of the batch where its coin is 1."""
    where = np.reshape(coins, (-1, 1, 1, 1)) == 1
    return np.where(where, np.flip(images, axis), images)


def _along(columns: int, rows: int) -> Compute:
    """left_right mirrors along the axis columns of the batch, up_down along rows."""

    def compute(images: np.ndarray, left_right: Coins, up_down: Coins) -> np.ndarray:
        return _flipped(_flipped(images, left_right, columns), up_down, rows)

    return compute


def _reference(images: np.ndarray, left_right: Coins, up_down: Coins) -> np.ndarray:
    """images (n, c, h, w), float64, mirrored where a coin is 1: shape (n, c, h, w).

    left_right mirrors along w, up_down along h; both have n coins.
    """
    return _along(3, 2)(images, left_right, up_down)


def _coins(change: Callable[[Coins, Coins], tuple[Coins, Coins]]) -> Compute:
    """The mistake of using other coins."""

    def compute(images: np.ndarray, left_right: Coins, up_down: Coins) -> np.ndarray:
        return _reference(images, *change(left_right, up_down))

    return compute


def _inverse(coins: Coins) -> Coins:
    return [1 - coin for coin in coins]


def _either(one: Coins, other: Coins) -> Coins:
    return [a | b for a, b in zip(one, other, strict=True)]


def _not_both(one: Coins, other: Coins) -> Coins:
    """other, where one is 0."""
    return [b * (1 - a) for a, b in zip(one, other, strict=True)]


_MISTAKES = (
    Mistake(
        "left-right and up-down are exchanged",
        "Your left_right turns images upside down, and your up_down exchanges left and "
        "right.",
        "Print an image with a single bright pixel in its top right corner. Where "
        "should left_right put the pixel?",
        compute=_along(2, 3),
    ),
    Mistake(
        "the axes of channels-last images",
        "You mirror axes 1 and 2, as for images of the shape (n, h, w, c). Here axis 1 "
        "is the channels: red and blue are exchanged.",
        "Write the name of each axis below the shape of images.",
        compute=_along(2, 1),
    ),
    Mistake(
        "one coin for the whole batch",
        "You use the coins of the first image for all of them.",
        "How many coins are there? Which one belongs to image 1?",
        compute=_coins(lambda one, other: (one[:1] * len(one), other[:1] * len(other))),
    ),
    Mistake(
        "the coins are turned over",
        "You mirror the images whose coin is 0.",
        "What does a coin of 1 mean in the exercise?",
        compute=_coins(lambda one, other: (_inverse(one), _inverse(other))),
    ),
    Mistake(
        "one coin turns both ways",
        "Where either coin is 1, you mirror in both directions, which is a turn by 180 "
        "degrees.",
        "What happens to an image whose left_right is 1 and whose up_down is 0?",
        compute=_coins(lambda one, other: (_either(one, other),) * 2),
    ),
    Mistake(
        "never both",
        "An image whose coins are both 1 is only mirrored left and right in your "
        "result.",
        "Does your code look at up_down when left_right is 1?",
        compute=_coins(lambda one, other: (one, _not_both(one, other))),
    ),
    Mistake(
        "up_down is left out",
        "You only mirror left and right.",
        "Is up_down used in your function?",
        compute=_coins(lambda one, other: (one, [0] * len(other))),
    ),
    Mistake(
        "the batch itself is turned round",
        "You mirror along the axis of the batch as well: whole images change places.",
        "Which axis of an image inside the loop is axis 0, and which is axis 0 of the "
        "batch?",
        compute=_along(3, 0),
    ),
)

FLIP = Exercise(
    id="data.flip",
    title="Mirrored by coins",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("flipped",),
    mistakes=_MISTAKES,
    hints=(
        "Each image has two coins of its own. You can go through the images one by "
        "one, or mirror the whole batch and choose, image by image, between the old "
        "and the mirrored one.",
        "torch: torch.flip(images, dims); torch.where with coins of shape "
        "(n, 1, 1, 1)\n"
        "TensorFlow: tf.reverse(images, axis=[...]); tf.where with coins of shape "
        "(n, 1, 1, 1). tf.image.flip_left_right wants the channels last.",
        "for each image with its two coins:   # shape (c, h, w)\n"
        "    left_right is 1? then turn the order along the width\n"
        "    up_down is 1? then turn the order along the height\n"
        "stack them",
    ),
)
