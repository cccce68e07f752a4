"""Mending a pipeline: labels left behind, one coin for all, scaled too late."""

from collections.abc import Sequence
from enum import Enum
from itertools import compress, product
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Epoch = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    size = int(rng.integers(3, 5))
    n = 2 * size + int(rng.integers(1, size))  # the last batch is smaller
    return {
        "images": rng.integers(0, 256, size=(n, 3, 4), dtype=np.uint8),
        "labels": rng.permutation(n),
        "order": rng.permutation(n),
        "coins": rng.integers(0, 2, size=n),
        "size": size,
        "mean": round(float(rng.uniform(0.3, 0.7)), 2),
        "std": round(float(rng.uniform(0.2, 0.4)), 2),
    }


class _Bug(Enum):
    """A bug's name, what it does, and what to try."""

    LABELS = (
        "the labels are not shuffled",
        "the labels come in their old order, without their images",
        "give each image one constant pixel value that equals its label, and compare "
        "the two results",
    )
    COIN = (
        "one coin for a batch",
        "all images of a batch are mirrored by the coin of the first one",
        "follow two images of one batch whose coins differ",
    )
    LATE = (
        "scaled too late",
        "the mean and the standard deviation of pixels from 0 to 1 are applied to "
        "pixels from 0 to 255",
        "work out by hand what becomes of a white pixel, 255",
    )


def _epoch(bugs: Sequence[_Bug]) -> Compute:
    """The pipeline with these bugs."""

    def compute(
        images: np.ndarray,
        labels: np.ndarray,
        order: np.ndarray,
        coins: np.ndarray,
        size: int,
        mean: float,
        std: float,
    ) -> Epoch:
        place = np.arange(len(order))
        first = place - place % size if _Bug.COIN in bugs else place
        coin = coins[order[first]][:, None, None]
        served = images[order].astype(np.float64)
        served = np.where(coin == 1, served[:, :, ::-1], served)
        late = _Bug.LATE in bugs
        served = (served - mean) / std / 255 if late else (served / 255 - mean) / std
        return served, labels if _Bug.LABELS in bugs else labels[order]

    return compute


def _reference(
    images: np.ndarray,
    labels: np.ndarray,
    order: np.ndarray,
    coins: np.ndarray,
    size: int,
    mean: float,
    std: float,
) -> Epoch:
    """(x, y) of one epoch, its batches joined: shapes (n, h, w) and (n,).

    Image order[k] is served in place k, mirrored left and right if coins[order[k]] is
    1, as (image / 255 - mean) / std. images (n, h, w) are uint8; labels, order and
    coins (n,) are int64.
    """
    return _epoch(())(images, labels, order, coins, size, mean, std)


def _left(bugs: Sequence[_Bug]) -> Mistake:
    """The mistake of having left these bugs in."""
    names, effects, tries = zip(*(bug.value for bug in bugs), strict=True)
    says, first = "; ".join(effects), tries[0]
    try_next = first.capitalize() if len(bugs) == 1 else f"Begin with one: {first}"
    if len(bugs) == len(_Bug):
        name = "all three bugs are still there"
        message = f"This is what buggy_epoch returns: {says}"
    else:
        name = "still there: " + ", and ".join(names)
        message = f"{len(_Bug) - len(bugs)} of 3 bugs mended. Left: {says}"
    return Mistake(name, f"{message}.", f"{try_next}.", compute=_epoch(bugs))


def _coin_of_place(coins: np.ndarray, order: np.ndarray, **others: Any) -> Epoch:
    # The image in place k gets coins[k].
    return _reference(coins=coins[np.argsort(order)], order=order, **others)


def _last_dropped(order: np.ndarray, size: int, **others: Any) -> Epoch:
    kept = len(order) - len(order) % size
    x, y = _reference(order=order, size=size, **others)
    return x[:kept], y[:kept]


_LEFT = tuple(
    _left(bugs)
    for there in product([True, False], repeat=len(_Bug))
    if (bugs := tuple(compress(_Bug, there)))
)
_MISTAKES = (
    *_LEFT,
    Mistake(
        "a coin for each place",
        "The labels and the numbers are right. The image in place k is mirrored by "
        "coins[k], but coins[k] belongs to image k.",
        "Which image stands in place 0? Which coin is its own?",
        compute=_coin_of_place,
    ),
    Mistake(
        "the last batch is dropped",
        "The small batch at the end is missing. Its images would never be seen in this "
        "epoch.",
        "How many images does your function return, and how many did it get?",
        compute=_last_dropped,
    ),
)

FIND_THE_BUG = Exercise(
    id="data.find_the_bug",
    title="Find the bugs in a pipeline",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("x", "y"),
    mistakes=_MISTAKES,
    hints=(
        "Three symptoms, three bugs. A model that learns nothing from shuffled data: "
        "what has been shuffled? Whole batches that look the same way: how many coins "
        "does a batch use? Pixels that are all near 0: in which unit are mean and std?",
        "torch: x[rows] with a tensor of indices; torch.flip; torch.where with coins "
        "of shape (batch, 1, 1)\n"
        "TensorFlow: tf.gather(x, rows); tf.reverse; tf.where with coins of shape "
        "(batch, 1, 1)",
        "copy buggy_epoch, then change three places:\n"
        "    the labels: the same rows as the images\n"
        "    the mirror: one decision for each image\n"
        "    the pixels: from 0 to 1 first, then mean and std",
    ),
)
