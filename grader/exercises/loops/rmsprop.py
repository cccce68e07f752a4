"""A whole loop: RMSprop, with epsilon outside the root."""

import numpy as np

from grader.exercises.loops import linear
from grader.exercises.loops.linear import Trajectory, Update
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    return {
        **linear.draw(rng),
        "rate": round(float(rng.uniform(0.05, 0.15)), 3),
        "alpha": round(float(rng.uniform(0.6, 0.85)), 2),
        # As large as the root itself, so that its place shows.
        "eps": round(float(rng.uniform(0.2, 0.5)), 2),
        "steps": int(rng.integers(5, 9)),
    }


def _rmsprop(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    """s = alpha s + (1 - alpha) g^2, then w = w - rate g / (sqrt(s) + eps).

    Tieleman and Hinton, Neural Networks for Machine Learning, 2012, lecture 6.5; eps
    stands where PyTorch has it.
    """
    s = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s
        s = alpha * s + (1 - alpha) * g**2
        return w - rate * g / (np.sqrt(s) + eps)

    return update


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    rate: float,
    alpha: float,
    eps: float,
    steps: int,
) -> Trajectory:
    """(loss, w) before each step, shapes (steps,) and (steps, d).

    w (d,), X (n, d) and y (n,) are float64.
    """
    return linear.descend(w, X, y, steps, _rmsprop(w, rate, alpha, eps))


def _inside_root(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    s = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s
        s = alpha * s + (1 - alpha) * g**2
        return w - rate * g / np.sqrt(s + eps)

    return update


def _no_root(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    s = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s
        s = alpha * s + (1 - alpha) * g**2
        return w - rate * g / (s + eps)

    return update


def _exchanged(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    return _rmsprop(w, rate, 1 - alpha, eps)


def _adagrad(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    s = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s
        s = s + g**2
        return w - rate * g / (np.sqrt(s) + eps)

    return update


def _late(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    s = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s
        w = w - rate * g / (np.sqrt(s) + eps)
        s = alpha * s + (1 - alpha) * g**2
        return w

    return update


def _corrected(w: np.ndarray, rate: float, alpha: float, eps: float) -> Update:
    s, t = np.zeros_like(w), 0

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s, t
        t += 1
        s = alpha * s + (1 - alpha) * g**2
        return w - rate * g / (np.sqrt(s / (1 - alpha**t)) + eps)

    return update


_MISTAKES = (
    Mistake(
        "epsilon inside the root",
        "You divide by sqrt(s + eps). That is Keras' RMSprop; here epsilon is added "
        "after the root, as in PyTorch.",
        "Work out both divisors for s = 0 and eps = 0.01. Which is ten times the "
        "other?",
        compute=linear.descent(_inside_root),
    ),
    Mistake(
        "alpha and 1 - alpha exchanged",
        "Your s forgets the past at the rate at which it should keep it.",
        "With alpha = 0.9 nine tenths of one thing survive each step. Of which?",
        compute=linear.descent(_exchanged),
    ),
    Mistake(
        "the root is missing",
        "You divide by s + eps. Multiply all gradients by 10: RMSprop's step should "
        "hardly change, and yours shrinks.",
        "s is a mean of squares. What makes it a size comparable to g?",
        compute=linear.descent(_no_root),
    ),
    Mistake(
        "the squares add up",
        "Your s is the sum of all squared gradients, so that the steps only get "
        "shorter: that is Adagrad.",
        "Write s after two steps with g = 1 in both. Can a mean be larger than 1?",
        compute=linear.descent(_adagrad),
    ),
    Mistake(
        "the s of the step before",
        "Your first step divides by epsilon alone: s is updated after it is used.",
        "In which order does the formula name s and w?",
        compute=linear.descent(_late),
    ),
    Mistake(
        "a bias correction too many",
        "You divide s by 1 - alpha^t, as Adam does. RMSprop leaves s as it is, and "
        "its first steps are long.",
        "Compare your divisor in step 0 with the formula, for one entry of g.",
        compute=linear.descent(_corrected),
    ),
)

RMSPROP = Exercise(
    id="loops.rmsprop",
    title="RMSprop",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "s follows the mean of the squared gradients, entry by entry. Its root is "
        "the size that each entry of the gradient is measured by.",
        "torch: torch.sqrt; torch.optim.RMSprop has this formula (momentum 0)\n"
        "TensorFlow: tf.sqrt, tf.square; Keras' RMSprop puts epsilon elsewhere",
        "s = zeros in the shape of w\n"
        "repeat steps times:\n"
        "    compute the loss and its gradient g at w\n"
        "    record the loss, and a copy of w\n"
        "    s becomes the weighted mean of itself and g squared\n"
        "    each entry of w moves by rate times g over its divisor\n"
        "return both lists",
    ),
    per_step=True,
    may_change=("w",),
)
