"""How far images of bytes lie apart, where bytes have no negative numbers."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

PIXELS = (1, 2)


def _draw(rng: np.random.Generator) -> Case:
    shape = [int(rng.integers(2, 4)), *(int(size) for size in rng.integers(3, 6, 2))]
    before, after = rng.integers(0, 256, size=(2, *shape), dtype=np.uint8)
    # In each image one pixel turns from black to white, and one from white to black.
    before[:, 0, :2], after[:, 0, :2] = (0, 255), (255, 0)
    return {"before": before, "after": after}


def _differences(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    return after.astype(np.float64) - before


def _reference(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """mean(|after - before|) of each image, shape (n,), float64.

    Both are (n, height, width), uint8.
    """
    return np.abs(_differences(before, after)).mean(axis=PIXELS)


def _summed_in_bytes(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    total = np.abs(_differences(before, after)).sum(axis=PIXELS)
    return total % 256 / before[0].size


_MISTAKES = (
    Mistake(
        "the difference wraps round",
        "Where a pixel gets darker, your difference is wrong: 3 - 5 is 254 in uint8, "
        "which has no negative numbers.",
        "Print the difference, and its dtype, before you do anything else with it. At "
        "which point have the numbers to change their dtype?",
        compute=lambda before, after: (after - before).mean(axis=PIXELS),
    ),
    Mistake(
        "int8 is too small",
        "An int8 ends at 127. Pixels above that become negative, and differences wrap "
        "round.",
        "How large can a difference of two pixels be, how small? Which dtype holds all "
        "of these?",
        compute=lambda before, after: np.abs(
            after.astype(np.int8) - before.astype(np.int8)
        ).mean(axis=PIXELS),
    ),
    Mistake(
        "the shorter way round",
        "You take the smaller of two uint8 differences. Where a pixel changes by more "
        "than 128, the wrong one of the two is smaller.",
        "A black pixel turns white: 255 - 0 and 0 - 255 in uint8 are 255 and 1. Which "
        "one do you take?",
        compute=lambda before, after: np.minimum(after - before, before - after).mean(
            axis=PIXELS
        ),
    ),
    Mistake(
        "the sum wraps round",
        "Your differences are right and still uint8, and so is their sum: it begins "
        "again at 0 after 255.",
        "Print the dtype of the sum. How large can it get?",
        compute=_summed_in_bytes,
    ),
    Mistake(
        "the signs cancel",
        "Pixels that get lighter make up for those that get darker: your mean is of "
        "the differences with their signs.",
        "Read the formula again: what do the bars mean?",
        compute=lambda before, after: _differences(before, after).mean(axis=PIXELS),
    ),
    Mistake(
        "the bars come too late",
        "You take the absolute value of the mean. Before that, pixels that get lighter "
        "have made up for those that get darker.",
        "Do the bars stand inside the sum or around it?",
        compute=lambda before, after: np.abs(
            _differences(before, after).mean(axis=PIXELS)
        ),
    ),
    Mistake(
        "squares instead of absolute values",
        "Your numbers are means of squared differences.",
        "In which unit is your number? The pixels' own is asked for.",
        compute=lambda before, after: (_differences(before, after) ** 2).mean(
            axis=PIXELS
        ),
    ),
    Mistake(
        "one number for all images",
        "You take the mean over the images as well.",
        "Which two axes shall disappear, and which one stay?",
        compute=lambda before, after: _reference(before, after).mean(),
    ),
)

IMAGE_CHANGE = Exercise(
    id="tensors.image_change",
    title="How much an image changed",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("change",),
    mistakes=_MISTAKES,
    hints=(
        "A byte holds 0 to 255 and nothing else. Choose a dtype that holds all "
        "differences before you take any.",
        "torch: .float() or .to(torch.int32), .abs(), .mean(dim=...)\n"
        "TensorFlow: tf.cast, tf.abs, tf.reduce_mean(..., axis=...)",
        "both images in a dtype with a sign and enough room\n"
        "difference, its absolute value\nmean over two axes   # shape (n,)",
    ),
)
