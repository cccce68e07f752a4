"""A gradient check: central differences against autograd."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Pair = tuple[np.ndarray, float]


# Large, so that every formula's error shows above float32 rounding.
STEPS = (0.25, 0.375, 0.5)


def _draw(rng: np.random.Generator, h: float) -> Case:
    w = rng.uniform(-1.5, 1.5, size=rng.integers(3, 6))
    return {"w": w.astype(np.float32), "h": h}


def _f(w: np.ndarray) -> float:
    # The exercise's locked cell, in NumPy: sum of w_i^3 w_(i-1), w_(-1) the last.
    return float((w**3 * np.roll(w, 1)).sum())


def _exact(w: np.ndarray) -> np.ndarray:
    return 3 * w**2 * np.roll(w, 1) + np.roll(w, -1) ** 3


def _slopes(w: np.ndarray, up: float, down: float) -> np.ndarray:
    """(f(w + up e_i) - f(w - down e_i)) / (up + down) for each i."""
    steps = np.eye(len(w))
    differences = [_f(w + up * e) - _f(w - down * e) for e in steps]
    return np.array(differences) / (up + down)


def _with_error(numeric: np.ndarray, w: np.ndarray) -> Pair:
    return numeric, float(np.abs(numeric - _exact(w)).max())


def _reference(w: np.ndarray, h: float) -> Pair:
    """Central differences of f, shape (d,), and their largest error; w (d,), float64.

    (f(w + h e_i) - f(w - h e_i)) / 2h: Nocedal and Wright, Numerical Optimization, 2nd
    ed., section 8.1.
    """
    return _with_error(_slopes(w, h, h), w)


def _not_undone(w: np.ndarray, h: float) -> Pair:
    moved, numeric = w.copy(), []
    for i in range(len(w)):
        moved[i] += h
        up = _f(moved)
        moved[i] -= 2 * h
        numeric.append((up - _f(moved)) / (2 * h))
    return _with_error(np.array(numeric), w)


def _error_as(size: Callable[[np.ndarray], float]) -> Compute:
    """The right slopes, with the difference from autograd's measured by ``size``."""

    def compute(w: np.ndarray, h: float) -> Pair:
        numeric = _slopes(w, h, h)
        return numeric, size(numeric - _exact(w))

    return compute


_MISTAKES = (
    Mistake(
        "forward differences",
        "You compare f one step ahead with f at w itself. Its error shrinks like h, "
        "that of the formula asked for like the square of h.",
        "Draw the points on the axis of one w_i where f is evaluated. Do they lie "
        "evenly around w_i?",
        compute=lambda w, h: _with_error(_slopes(w, h, 0.0), w),
    ),
    Mistake(
        "divided by h",
        "Your slopes are twice as large as they should be.",
        "How far apart are the two points between which you take the difference?",
        compute=lambda w, h: _with_error(2 * _slopes(w, h, h), w),
    ),
    Mistake(
        "autograd's gradient itself",
        "You return the exact gradient. The two evaluations of f are missing, and "
        "with them the error that they make.",
        "Compute the first array from values of f alone, then compare.",
        compute=lambda w, h: (_exact(w), 0.0),
    ),
    Mistake(
        "a step is not undone",
        "Your first entry is right, and each later one is taken at a place where "
        "the entries before it are still moved.",
        "Print w after each turn of your loop: it should be the w you were given.",
        compute=_not_undone,
    ),
    Mistake(
        "all entries moved at once",
        "You moved every entry of w by h together: that gives one number, the sum "
        "of all slopes.",
        "Which entries of w may differ between the two evaluations for slope i?",
        compute=lambda w, h: _with_error(
            np.array((_f(w + h) - _f(w - h)) / (2 * h)), w
        ),
    ),
    Mistake(
        "the mean difference",
        "Your slopes are right; the error you return is the mean of the absolute "
        "differences.",
        "Suppose one entry of 1,000 is wrong. Which single number would still show it?",
        compute=_error_as(lambda gap: np.abs(gap).mean()),
    ),
    Mistake(
        "the absolute value is missing",
        "Your slopes are right; the error you return is the largest difference "
        "with its sign, so that a large negative one goes unseen.",
        "Two entries are off by -2 and by 0.1. Which one should the error report, and "
        "which one does yours?",
        compute=_error_as(lambda gap: gap.max()),
    ),
    Mistake(
        "the differences' norm",
        "Your slopes are right; the error you return is the length of the "
        "difference vector.",
        "Write down the differences one by one. The error asked for is the size of a "
        "single one of them.",
        compute=_error_as(lambda gap: np.linalg.norm(gap).item()),
    ),
)

NUMERICAL_GRADIENT = Exercise(
    id="autograd.numerical_gradient",
    title="A gradient check by central differences",
    points=3,
    # In turn: an h that is not used has then to show.
    cases=tuple(
        separated(partial(_draw, h=h), _reference, _MISTAKES, least=0.02) for h in STEPS
    ),
    reference=_reference,
    returns=("numeric", "error"),
    derivatives=("numeric",),
    mistakes=_MISTAKES,
    hints=(
        "The slope along one axis is the rise between two points, one step to each "
        "side, over the distance between them. Do this for one entry of w at a "
        "time, all others fixed.",
        "torch: w.clone(), then change one entry of the clone\n"
        "TensorFlow: tensors can't be changed; h * tf.one_hot(i, len(w)) is a step "
        "along entry i\n"
        "both: stack the slopes (torch.stack, tf.stack); the exact gradient by "
        "autograd as in the first exercises",
        "for each entry i of w:\n"
        "    up, down = copies of w, entry i moved to either side\n"
        "    slope i = rise of f from down to up, over their distance\n"
        "exact = autograd's gradient of f at w\n"
        "return the slopes, the largest absolute difference from exact",
    ),
    tolerance=1e-3,
)
