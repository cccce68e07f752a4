"""Bilinear resizing with half-pixel centres, without and with antialiasing."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Resized = tuple[np.ndarray, np.ndarray]
# From a number of pixels and another one to weights (new, old), whose rows add up to 1.
Weights = Callable[[int, int], np.ndarray]
# Both sides shrink; one grows; both shrink: the cases take turns.
GROWS = (False, True, False)


def _draw(rng: np.random.Generator, grows: bool) -> Case:
    old_height, old_width = rng.choice([7, 8, 10, 11], size=2, replace=False)
    # A new pixel is no whole number of old ones high.
    height = int(rng.choice([side for side in (3, 4, 5) if old_height % side]))
    width = old_width + 4 if grows else old_width // 2 - int(rng.integers(0, 2))
    image = rng.uniform(0, 1, size=(old_height, old_width))
    return {
        "image": image.astype(np.float32),
        "height": height,
        "width": int(width),
    }


def _centres(old: int, new: int) -> np.ndarray:
    """Where the new pixels' centres lie, as numbers of old pixels, (new,)."""
    return (np.arange(new) + 0.5) * old / new - 0.5


def _triangle(places: np.ndarray, old: int, reach: float) -> np.ndarray:
    """Weights that fall from a place to 0 at reach pixels from it, (new, old)."""
    gap = np.abs(places[:, None] - np.arange(old)) / reach
    weights = np.maximum(0, 1 - gap)
    return weights / weights.sum(axis=1, keepdims=True)


def _plain(old: int, new: int) -> np.ndarray:
    return _triangle(_centres(old, new), old, 1.0)


def _smooth(old: int, new: int) -> np.ndarray:
    return _triangle(_centres(old, new), old, max(1.0, old / new))


def _applied(
    weights: Weights, image: np.ndarray, height: int, width: int
) -> np.ndarray:
    rows, columns = image.shape
    return weights(rows, height) @ image @ weights(columns, width).T


def _resized(plain: Weights, smooth: Weights) -> Compute:
    def compute(image: np.ndarray, height: int, width: int) -> Resized:
        return (
            _applied(plain, image, height, width),
            _applied(smooth, image, height, width),
        )

    return compute


def _reference(image: np.ndarray, height: int, width: int) -> Resized:
    """(plain, smooth), both (height, width), of an image (rows, columns), float64.

    plain: torch's interpolate with bilinear and align_corners=False, and
    tf.image.resize; smooth: the same with antialias=True.
    """
    return _resized(_plain, _smooth)(image, height, width)


def _corners_aligned(old: int, new: int) -> np.ndarray:
    return _triangle(np.arange(new) * (old - 1) / (new - 1), old, 1.0)


def _no_half_pixels(old: int, new: int) -> np.ndarray:
    return _triangle(np.minimum(np.arange(new) * old / new, old - 1), old, 1.0)


def _nearest(old: int, new: int) -> np.ndarray:
    return np.eye(old)[np.floor(np.arange(new) * old / new).astype(int)]


def _nearest_centre(old: int, new: int) -> np.ndarray:
    return np.eye(old)[np.floor((np.arange(new) + 0.5) * old / new).astype(int)]


def _not_normalised(old: int, new: int) -> np.ndarray:
    reach = max(1.0, old / new)
    gap = np.abs(_centres(old, new)[:, None] - np.arange(old)) / reach
    return np.maximum(0, 1 - gap) / reach


_MISTAKES = (
    Mistake(
        "smooth is not smoothed",
        "plain is right. Your smooth is the same, without antialiasing.",
        "When the image shrinks to a third, how many old pixels should one new pixel "
        "depend on?",
        compute=_resized(_plain, _plain),
    ),
    Mistake(
        "plain is smoothed",
        "smooth is right. Your plain has antialiasing too.",
        "On how many old pixels of a row does a pixel of plain depend?",
        compute=_resized(_smooth, _smooth),
    ),
    Mistake(
        "plain and smooth are exchanged",
        "Both images are right, and each stands where the other one should.",
        "Which of your two images is the smoother one?",
        compute=_resized(_smooth, _plain),
    ),
    Mistake(
        "the corners are aligned in plain",
        "smooth is right. In your plain the corner pixels of both images coincide, as "
        "with align_corners=True.",
        "With 4 pixels in place of 8, where does the formula put the centre of new "
        "pixel 0? Is that the centre of old pixel 0?",
        compute=_resized(_corners_aligned, _smooth),
    ),
    Mistake(
        "the half pixels are missing in plain",
        "smooth is right. Your plain puts new pixel i at the place i times the ratio, "
        "so that the image moves up and to the left.",
        "A pixel's centre lies half a pixel from its edge. Where do these halves stand "
        "in your formula?",
        compute=_resized(_no_half_pixels, _smooth),
    ),
    Mistake(
        "plain takes the nearest pixel to the left",
        "smooth is right. Each pixel of your plain is a single old pixel.",
        "Which mode does your function use? Print two of its pixels: between which "
        "old ones should they lie?",
        compute=_resized(_nearest, _smooth),
    ),
    Mistake(
        "plain takes the nearest pixel",
        "smooth is right. Each pixel of your plain is the one old pixel that is "
        "nearest to its centre.",
        "Which mode does your function use? Print two of its pixels: between which "
        "old ones should they lie?",
        compute=_resized(_nearest_centre, _smooth),
    ),
    Mistake(
        "the weights of smooth are not divided by their sum",
        "plain is right, and so is the middle of smooth. At the edges of smooth, "
        "weights outside of the image are missing, and the rest adds up to less than "
        "1.",
        "Resize an image of ones. Is the result 1 everywhere?",
        compute=_resized(_plain, _not_normalised),
    ),
)

RESIZE = Exercise(
    id="data.resize",
    title="An image resized in two ways",
    points=3,
    cases=tuple(
        separated(partial(_draw, grows=grows), _reference, _MISTAKES, least=0.002)
        for grows in GROWS
    ),
    reference=_reference,
    returns=("plain", "smooth"),
    mistakes=_MISTAKES,
    hints=(
        "Rows and columns are independent: resize every column to the new height, then "
        "every row to the new width. For one axis, a matrix of weights with a row for "
        "each new pixel does it.",
        "torch: torch.nn.functional.interpolate wants (n, c, h, w), and has mode, "
        "align_corners and antialias\n"
        "TensorFlow: tf.image.resize wants (n, h, w, c) or (h, w, c), and has method "
        "and antialias",
        "for one axis, from old to new pixels:\n"
        "    the centre of each new pixel, as a place among the old ones\n"
        "    the distance of each old pixel from it   # shape (new, old)\n"
        "    the weights, by the formula; each row divided by its sum\n"
        "weights of the rows, times image, times weights of the columns",
    ),
)
