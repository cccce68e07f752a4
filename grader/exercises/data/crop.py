"""Random crops of padded images, at offsets that are given."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Pad = Callable[[np.ndarray, int], np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n, pad = int(rng.integers(3, 5)), int(rng.integers(1, 3))
    height, width = (int(side) for side in rng.choice(range(5, 8), 2, replace=False))
    size = int(rng.integers(4, min(height, width)))
    # Where an image's crop begins: none is the same, and some reach into the padding.
    tops = rng.choice(height + 2 * pad - size + 1, size=n, replace=False)
    lefts = rng.choice(width + 2 * pad - size + 1, size=n, replace=False)
    images = rng.uniform(1, 9, size=(n, height, width, 2))
    return {
        "images": np.round(images, 1).astype(np.float32),
        "tops": [int(top) for top in tops],
        "lefts": [int(left) for left in lefts],
        "pad": pad,
        "size": size,
    }


def _padded(images: np.ndarray, pad: int, **options: Any) -> np.ndarray:
    return np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)), **options)


def _cut(
    images: np.ndarray, tops: list[int], lefts: list[int], size: int
) -> np.ndarray:
    """Squares of ``size`` from (n, h, w, c); starts are moved to where they fit."""
    rows, columns = images.shape[1] - size, images.shape[2] - size
    squares = []
    for image, top, left in zip(images, tops, lefts, strict=True):
        r, c = min(max(top, 0), rows), min(max(left, 0), columns)
        squares.append(image[r : r + size, c : c + size])
    return np.array(squares)


def _reference(
    images: np.ndarray, tops: list[int], lefts: list[int], pad: int, size: int
) -> np.ndarray:
    """Of each image, padded with zeros, the square that begins at its (top, left).

    From (n, h, w, c), float64, to (n, size, size, c). Offsets count from the corner of
    the padded image.
    """
    return _cut(_padded(images, pad), tops, lefts, size)


def _with(pad_images: Pad) -> Compute:
    """The mistake of padding in another way."""

    def compute(
        images: np.ndarray, tops: list[int], lefts: list[int], pad: int, size: int
    ) -> np.ndarray:
        return _cut(pad_images(images, pad), tops, lefts, size)

    return compute


def _one_for_all(
    images: np.ndarray, tops: list[int], lefts: list[int], pad: int, size: int
) -> np.ndarray:
    n = len(images)
    return _reference(images, tops[:1] * n, lefts[:1] * n, pad, size)


def _exchanged(
    images: np.ndarray, tops: list[int], lefts: list[int], pad: int, size: int
) -> np.ndarray:
    return _reference(images, lefts, tops, pad, size)


def _centred(
    images: np.ndarray, tops: list[int], lefts: list[int], pad: int, size: int
) -> np.ndarray:
    n, height, width, _ = images.shape
    middle = ([(height - size) // 2] * n, [(width - size) // 2] * n)
    return _cut(images, *middle, size)


_MISTAKES = (
    Mistake(
        "the padding is left out",
        "Your crops are taken from the images without a border. Where a crop begins "
        "too far down or to the right, yours begins as far as it fits.",
        "Is pad used in your function? How tall is a padded image?",
        compute=_with(lambda images, pad: images),
    ),
    Mistake(
        "padded behind only",
        "Your zeros are all below and to the right of the images.",
        "With pad = 2, what is the top left pixel of the padded image?",
        compute=_with(
            lambda images, pad: np.pad(
                images, ((0, 0), (0, 2 * pad), (0, 2 * pad), (0, 0))
            )
        ),
    ),
    Mistake(
        "the border repeats the edge",
        "Your border repeats the outermost pixels. The exercise asks for zeros.",
        "Which number does your padding put in?",
        compute=_with(partial(_padded, mode="edge")),
    ),
    Mistake(
        "the border is a mirror image",
        "Your border mirrors the image. The exercise asks for zeros.",
        "Which number does your padding put in?",
        compute=_with(partial(_padded, mode="reflect")),
    ),
    Mistake(
        "one offset for the whole batch",
        "You crop all images at the offset of the first one. Keras 3.15's RandomCrop "
        "does so, with one random offset for a batch.",
        "How many offsets are there? Which one belongs to image 1?",
        compute=_one_for_all,
    ),
    Mistake(
        "tops and lefts are exchanged",
        "You use tops for the columns and lefts for the rows.",
        "images is (n, height, width, channels). Along which axis does top count?",
        compute=_exchanged,
    ),
    Mistake(
        "always the middle",
        "Your crops are the middle of the images, as in evaluation.",
        "Are tops and lefts used in your function?",
        compute=_centred,
    ),
)

CROP = Exercise(
    id="data.crop",
    title="Crops at given offsets",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("crops",),
    mistakes=_MISTAKES,
    hints=(
        "Pad the whole batch at once, along two of its four axes. Then each image has "
        "an offset of its own, so go through them one by one.",
        "torch: torch.nn.functional.pad takes pairs that begin at the LAST axis; "
        "slices; torch.stack\n"
        "TensorFlow: tf.pad takes one pair for each axis, in order; slices or "
        "tf.image.crop_to_bounding_box; tf.stack",
        "larger = images with pad zeros on four sides\n"
        "for each image of larger, with its top and its left:\n"
        "    rows from top on, columns from left on, size of each\n"
        "stack what you have cut out",
    ),
)
