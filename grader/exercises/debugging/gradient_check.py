"""A gradient check in float64 of a gradient that someone claims."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Checked = tuple[np.ndarray, np.ndarray]
Errors = Callable[[np.ndarray, np.ndarray], np.ndarray]

# Too small for float32: from 0.5 on, its numbers lie at least 2**-24 apart.
STEP = 2.0**-26
TOLERANCE, ROUNDED = 1e-3, 1e-4
LARGE, SMALL = 0.02, (1e-4, 5e-4)  # sizes of slopes: all of one row, and one of them


def _draw(rng: np.random.Generator) -> Case:
    n, d = int(rng.integers(6, 10)), int(rng.integers(6, 8))
    while True:
        w = rng.uniform(0.5, 1.5, size=d) * rng.choice([-1, 1], size=d)
        X = rng.normal(size=(n, d))
        zero, small, lost, more, less, *_ = rng.permutation(d)
        X[:, zero] = 0
        X[:, small] *= 1e-3
        y = rng.choice([-1, 1], size=n)
        case = {
            name: value.astype(np.float32)
            for name, value in zip("wXy", (w, X, y), strict=True)
        }
        slopes = _slopes(*(value.astype(float) for value in case.values()))
        sizes = np.abs(slopes[[n for n in range(d) if n not in (zero, small)]])
        if sizes.min() > LARGE and SMALL[0] < abs(slopes[small]) < SMALL[1]:
            break
    # Right claims are rounded too, so that no central difference equals one.
    claimed = slopes * (1 + ROUNDED * rng.uniform(0.2, 1, d) * rng.choice([-1, 1], d))
    claimed[small] *= 2
    claimed[lost] = np.nan
    claimed[more] += 0.3 * abs(slopes[more])
    claimed[less] -= rng.choice([0.3, 1]) * abs(slopes[less])
    return case | {
        "claimed": claimed.astype(np.float32),
        "step": STEP,
        "tolerance": TOLERANCE,
    }


def _slopes(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The gradient of the mean of ln(1 + exp(-y X w)) by w, shape (d,)."""
    return X.T @ (-y / (1 + np.exp(y * (X @ w)))) / len(y)


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    claimed: np.ndarray,
    step: float,
    tolerance: float,
) -> Checked:
    """(numeric, wrong): slopes (d,), and 1 where the claimed one is wrong.

    w and claimed (d,), X (n, d) and y (n,) are float64. A central difference with this
    step is the exact slope to 1e-7: Nocedal and Wright, Numerical Optimization, 2nd
    ed., section 8.1. The error is taken relative to the larger of both numbers.
    """
    return _judged(w, X, y, claimed, tolerance)


def _relative(numeric: np.ndarray, claimed: np.ndarray) -> np.ndarray:
    scale = np.maximum(np.abs(numeric), np.abs(claimed))
    gap = np.abs(numeric - claimed)
    return np.divide(gap, scale, out=gap.copy(), where=scale != 0)


def _judged(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    claimed: np.ndarray,
    tolerance: float,
    *,
    slopes: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray] = _slopes,
    errors: Errors = _relative,
    wrong: Callable[[np.ndarray, float], np.ndarray] = lambda e, t: ~(e <= t),
) -> Checked:
    numeric = slopes(w, X, y)
    with np.errstate(invalid="ignore"):
        return numeric, wrong(errors(numeric, claimed), tolerance).astype(float)


def _but(**others: Callable[..., np.ndarray]) -> Compute:
    """The reference, with some of its parts computed otherwise."""

    def compute(
        w: np.ndarray,
        X: np.ndarray,
        y: np.ndarray,
        claimed: np.ndarray,
        step: float,
        tolerance: float,
    ) -> Checked:
        return _judged(w, X, y, claimed, tolerance, **others)

    return compute


def _largest_alone(errors: np.ndarray, tolerance: float) -> np.ndarray:
    return np.arange(len(errors)) == np.argmax(errors)


def _zero_by_zero(numeric: np.ndarray, claimed: np.ndarray) -> np.ndarray:
    scale = np.maximum(np.abs(numeric), np.abs(claimed))
    return np.abs(numeric - claimed) / scale


def _signed(numeric: np.ndarray, claimed: np.ndarray) -> np.ndarray:
    errors = _relative(numeric, claimed)
    return np.where(claimed > numeric, errors, np.minimum(errors, 0))


_MISTAKES = (
    Mistake(
        "in float32",
        "All your slopes are 0. In float32 w + step is w again, because the step is "
        "smaller than the distance to the next number.",
        "Which dtype do w, X and y have when the loss is computed?",
        compute=_but(slopes=lambda w, X, y: np.zeros_like(w)),
    ),
    Mistake(
        "divided by the step",
        "Your slopes are twice as large as they should be.",
        "How far apart are the two points between which you take the difference?",
        compute=_but(slopes=lambda w, X, y: 2 * _slopes(w, X, y)),
    ),
    Mistake(
        "all entries moved at once",
        "You move all weights together. That gives one number, the sum of all slopes.",
        "Which entries of w may differ between the two evaluations for slope i?",
        compute=_but(slopes=lambda w, X, y: np.full_like(w, _slopes(w, X, y).sum())),
    ),
    Mistake(
        "absolute differences",
        "Your slopes are right. You compare the differences themselves with the "
        "tolerance, or divide all of them by one number. A small slope may then be "
        "wrong by any factor.",
        "Divide each difference by the size of what is compared in it.",
        compute=_but(errors=lambda numeric, claimed: np.abs(numeric - claimed)),
    ),
    Mistake(
        "two zeros differ",
        "Your slopes are right. Where slope and claim are both 0 you divide 0 by 0, "
        "and take the NaN for an error.",
        "What does the exercise say of two zeros?",
        compute=_but(errors=_zero_by_zero),
    ),
    Mistake(
        "NaN is overlooked",
        "Your slopes are right. A claimed NaN counts as right for you: each comparison "
        "with NaN is False.",
        "Ask the other question, whether two numbers are close, and negate the answer.",
        compute=_but(wrong=lambda errors, tolerance: errors > tolerance),
    ),
    Mistake(
        "the absolute value is missing",
        "Your slopes are right. A claim that is too small is not found.",
        "Which sign has the difference where the claim is smaller than the slope?",
        compute=_but(errors=_signed),
    ),
    Mistake(
        "exactly equal",
        "Your slopes are right. You take every claim for wrong that is not equal to "
        "the last bit. A central difference is rounded, and so is the claim.",
        "Which difference do two right gradients have? Where is the tolerance used?",
        compute=_but(wrong=lambda errors, tolerance: ~(errors <= 0)),
    ),
    Mistake(
        "the largest error alone",
        "Your slopes are right. You mark one entry, that of the largest error.",
        "How many entries may be wrong?",
        compute=_but(wrong=_largest_alone),
    ),
    Mistake(
        "right and wrong are exchanged",
        "Your slopes are right. You mark the claims that are right.",
        "Which of the two does the exercise want to have marked with 1?",
        compute=_but(wrong=lambda errors, tolerance: errors <= tolerance),
    ),
)

GRADIENT_CHECK = Exercise(
    id="debugging.gradient_check",
    title="A gradient check in float64",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("numeric", "wrong"),
    derivatives=("numeric",),
    mistakes=_MISTAKES,
    hints=(
        "First make everything float64. Then move one weight at a time to either side, "
        "and divide the rise of the loss by the distance. Compare each slope with its "
        "claim on a scale of its own.",
        "torch: Tensor.double(), clone, torch.maximum, torch.where\n"
        "TensorFlow: tf.cast(..., tf.float64), tf.one_hot with dtype=tf.float64, "
        "tf.maximum, tf.where, tf.math.divide_no_nan\n"
        "both: `~` negates truth values; numbers are asked for, not truth values",
        "w, X, y and claimed in float64\n"
        "for each weight i:\n"
        "    slope i = rise of the loss between w with entry i moved down and up\n"
        "              over their distance\n"
        "scale = the larger of both absolute values\n"
        "close = difference at most tolerance times scale\n"
        "wrong = 1 where it is not close",
    ),
)
