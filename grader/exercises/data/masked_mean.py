"""The mean over time without the padding."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    n, t, d = int(rng.integers(4, 6)), int(rng.integers(4, 6)), int(rng.integers(2, 4))
    # One full row, one row without any real step, and rows of other lengths.
    lengths = [t, 0, *rng.integers(1, t, size=n - 2)]
    mask = np.zeros((n, t), np.float32)
    for row, length in enumerate(rng.permutation(lengths)):
        mask[row, t - length :] = 1  # padding on the left
        if rng.random() < 0.5:
            mask[row] = mask[row, ::-1]  # padding on the right
    x = rng.normal(size=(n, t, d)).astype(np.float32)
    x[mask == 0] = rng.choice([np.nan, 50, -70], size=((mask == 0).sum(), d))
    padded = np.argwhere((mask == 0) & (mask.sum(axis=1, keepdims=True) > 0))
    x[tuple(padded[0])] = np.nan
    return {"x": x, "mask": mask}


def _real(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.where(mask[:, :, None] == 1, x, 0)


def _reference(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The mean over the real steps of each row, (n, d); 0 where there is none.

    x (n, t, d) and mask (n, t) are float64; x may be NaN where mask is 0.
    """
    count = mask.sum(axis=1, keepdims=True)
    return _real(x, mask).sum(axis=1) / np.maximum(count, 1)


def _times_mask(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    count = mask.sum(axis=1, keepdims=True)
    return (x * mask[:, :, None]).sum(axis=1) / np.maximum(count, 1)


def _times_mask_nan_made_zero(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        mean = (x * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    return np.nan_to_num(mean)


def _empty_row(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return _real(x, mask).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def _all_lengths(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    # The mean number of real steps divides every row.
    return _real(x, mask).sum(axis=1) / mask.sum(axis=1).mean()


def _nan_alone(x: np.ndarray, mask: np.ndarray) -> np.ndarray:
    there = ~np.isnan(x)
    total = np.where(there, x, 0).sum(axis=1)
    return total / np.maximum(there.sum(axis=1), 1)


_MISTAKES = (
    Mistake(
        "padding counts as zeros",
        "Your sums are right. You divide each of them by the number of all steps, "
        "padding among them.",
        "A row has 2 real steps with the value 3, and 2 steps of padding. What is the "
        "mean of its real steps?",
        compute=lambda x, mask: _real(x, mask).mean(axis=1),
    ),
    Mistake(
        "zero times NaN",
        "You multiply by the mask. At places where the padding holds NaN this gives "
        "NaN, because 0 times NaN is NaN.",
        "How can you put a 0 in the place of a number without computing with the "
        "number?",
        compute=_times_mask,
    ),
    Mistake(
        "zero times NaN, and NaN made zero at the end",
        "You multiply by the mask, which gives NaN wherever the padding holds NaN. "
        "Then you turn the NaN of whole rows into 0, and lose the real steps of these "
        "rows.",
        "Put zeros in the place of the padding before the sum, without computing with "
        "the padding.",
        compute=_times_mask_nan_made_zero,
    ),
    Mistake(
        "a row without real steps gives NaN",
        "Where a row is padding alone you divide 0 by 0. All other rows are right.",
        "Which number has to come out for this row? Which divisor would give it?",
        compute=_empty_row,
    ),
    Mistake(
        "one divisor for all rows",
        "Your sums are right. You divide all of them by the mean number of real steps.",
        "Print the shape of your divisor. Each row has a length of its own.",
        compute=_all_lengths,
    ),
    Mistake(
        "NaN is left out, not the padding",
        "You leave out what is NaN. The padding holds other numbers too, and these are "
        "in your mean.",
        "Is mask used in your function?",
        compute=_nan_alone,
    ),
    Mistake(
        "sum instead of mean",
        "Your entries are the sums over the real steps.",
        "By how many steps does each row have to be divided?",
        compute=lambda x, mask: _real(x, mask).sum(axis=1),
    ),
)

MASKED_MEAN = Exercise(
    id="data.masked_mean",
    title="A mean that leaves the padding out",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("mean",),
    mistakes=_MISTAKES,
    hints=(
        "Two things make the mean: the sum of the real steps, and their number. Take "
        "care that the padding never enters the sum, and that no row divides by 0.",
        "torch: torch.where or Tensor.masked_fill; mask[:, :, None] has an axis more; "
        "clamp sets a smallest value\n"
        "TensorFlow: tf.where; mask[:, :, None] has an axis more; tf.maximum sets a "
        "smallest value",
        "clean = x, and 0 where the mask is 0   # shape (n, t, d)\n"
        "total = sum of clean over time         # shape (n, d)\n"
        "count = real steps of each row, at least 1, shape (n, 1)\n"
        "return their quotient",
    ),
)
