"""Bytes as a model wants them: scaled, standardised, channels first."""

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

PIXELS = (0, 1, 2)  # of (n, height, width, channels): all axes but the channels


def _draw(rng: np.random.Generator) -> Case:
    height, width = rng.choice([2, 3, 4], size=2, replace=False)
    low, high = rng.integers(0, 90, size=3), rng.integers(140, 256, size=3)

    def images(n: int) -> np.ndarray:
        return rng.integers(low, high, size=(n, height, width, 3)).astype(np.uint8)

    return {
        "train": images(int(rng.integers(4, 6))),
        "images": images(int(rng.integers(2, 4))),
    }


def _standardised(images: np.ndarray, mean: np.ndarray, std: np.ndarray) -> np.ndarray:
    """Of (n, h, w, c) images from 0 to 1, as (n, c, h, w)."""
    return ((images - mean) / std).transpose(0, 3, 1, 2)


def _reference(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    """(images / 255 - mean) / std, from (n, h, w, c), uint8, to (n, c, h, w).

    mean and std (with the divisor N) are those of train / 255, for each channel.
    """
    scaled = train / 255
    return _standardised(images / 255, scaled.mean(axis=PIXELS), scaled.std(PIXELS))


def _statistics(mean: Compute, std: Compute) -> Compute:
    """The mistake of standardising with mean(train, images) and std(train, images)."""

    def compute(train: np.ndarray, images: np.ndarray) -> np.ndarray:
        train, images = train / 255, images / 255
        return _standardised(images, mean(train, images), std(train, images))

    return compute


def _mean(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    return train.mean(axis=PIXELS)


def _std(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    return train.std(axis=PIXELS)


def _reshaped(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    n, height, width, channels = images.shape
    scaled = train / 255
    whole = (images / 255 - scaled.mean(axis=PIXELS)) / scaled.std(axis=PIXELS)
    return whole.reshape(n, channels, height, width)


def _channels_last(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    return _reference(train, images).transpose(0, 2, 3, 1)


def _exchanged(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    return _reference(train, images).swapaxes(2, 3)


def _images_not_scaled(train: np.ndarray, images: np.ndarray) -> np.ndarray:
    scaled = train / 255
    return _standardised(images, scaled.mean(axis=PIXELS), scaled.std(axis=PIXELS))


_MISTAKES = (
    Mistake(
        "the batch's own statistics",
        "You standardise the images by their own mean and standard deviation. Then an "
        "image's numbers depend on which other images come with it.",
        "Which of the two arguments are the statistics to be taken of?",
        compute=_statistics(
            lambda train, images: images.mean(axis=PIXELS),
            lambda train, images: images.std(axis=PIXELS),
        ),
    ),
    Mistake(
        "each image by its own statistics",
        "You standardise each image by itself. A dark image and a bright one look "
        "alike after that.",
        "How many means are there in all? Print the shape of yours.",
        compute=_statistics(
            lambda train, images: images.mean(axis=(1, 2), keepdims=True),
            lambda train, images: images.std(axis=(1, 2), keepdims=True),
        ),
    ),
    Mistake(
        "one mean for all channels",
        "You take the mean and the standard deviation over the channels as well.",
        "There are 3 means, one for each channel. Which axes disappear?",
        compute=_statistics(
            lambda train, images: train.mean(), lambda train, images: train.std()
        ),
    ),
    Mistake(
        "one mean for each pixel",
        "You take the mean over the images alone, so that each pixel has a mean of its "
        "own.",
        "There are 3 means, one for each channel. Which axes disappear?",
        compute=_statistics(
            lambda train, images: train.mean(axis=0),
            lambda train, images: train.std(axis=0),
        ),
    ),
    Mistake(
        "the unbiased standard deviation",
        "Your numbers are a little too small: the standard deviation divides by N - 1.",
        "What does your function for the standard deviation divide by, unless told "
        "otherwise? The exercise names the divisor.",
        compute=_statistics(
            _mean, lambda train, images: train.std(axis=PIXELS, ddof=1)
        ),
    ),
    Mistake(
        "the variance",
        "You divide by the variance.",
        "Which power of a pixel's unit is left after your division?",
        compute=_statistics(_mean, lambda train, images: train.var(axis=PIXELS)),
    ),
    Mistake(
        "only the mean is taken off",
        "Your numbers are not divided by the standard deviation.",
        "Compare your last line with the formula.",
        compute=_statistics(_mean, lambda train, images: np.ones(3)),
    ),
    Mistake(
        "reshaped, not transposed",
        "Your shape is right, but the numbers of different channels are mixed: a "
        "reshape keeps the order of all numbers.",
        "Which operation moves an axis to another place? Channel 0 of the first image "
        "has to be images[0, :, :, 0].",
        compute=_reshaped,
    ),
    Mistake(
        "the channels are still last",
        "Your numbers are right, and the channels stand where they stood before.",
        "Which operation moves an axis to another place?",
        compute=_channels_last,
    ),
    Mistake(
        "height and width are exchanged",
        "Your numbers are right, and the channels come first, but width stands before "
        "height: each image lies on its side.",
        "Exchanging two axes moves both of them. Which order of the three axes behind "
        "the batch is asked for?",
        compute=_exchanged,
    ),
    Mistake(
        "statistics of another scale",
        "Your mean and standard deviation are those of pixels from 0 to 1, and you use "
        "them on pixels from 0 to 255.",
        "Print the smallest and the largest number of what you subtract the mean from.",
        compute=_images_not_scaled,
    ),
)

TO_MODEL = Exercise(
    id="data.to_model",
    title="From bytes to what a model wants",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES, least=0.005),
    reference=_reference,
    returns=("x",),
    mistakes=_MISTAKES,
    hints=(
        "Three steps: numbers from 0 to 1, then standardised with one mean and one "
        "standard deviation for each channel of the training set, then the channels in "
        "front.",
        "torch: .float(), mean(dim=...), std(dim=..., correction=...), permute\n"
        "TensorFlow: tf.cast, tf.reduce_mean, tf.math.reduce_std, tf.transpose with "
        "perm",
        "both arguments: as float32, divided by 255\n"
        "mean, std = of the training images, over all axes but the last   # (3,)\n"
        "subtract and divide\n"
        "move the last axis to place 1",
    ),
)
