"""A whole loop: RMSprop, with epsilon outside the root."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.loops import linear


def _draw(rng: np.random.Generator) -> Case:
    return {
        **linear.draw(rng),
        "rate": round(float(rng.uniform(0.05, 0.15)), 3),
        "alpha": round(float(rng.uniform(0.6, 0.85)), 2),
        # As large as the root itself, so that its place shows.
        "eps": round(float(rng.uniform(0.2, 0.5)), 2),
        "steps": int(rng.integers(5, 9)),
    }


def _outside(s: np.ndarray, eps: float) -> np.ndarray:
    return np.sqrt(s) + eps


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    rate: float,
    alpha: float,
    eps: float,
    steps: int,
    new: float | None = None,
    divisor=_outside,
    late: bool = False,
    corrected: bool = False,
) -> linear.Trajectory:
    """s = alpha s + (1 - alpha) g^2, then w = w - rate g / (sqrt(s) + eps).

    The mistakes' knobs: ``new`` replaces 1 - alpha, ``divisor`` makes the divisor
    of s and eps, ``late`` uses the s before, ``corrected`` divides s by
    1 - alpha^t first.
    """
    s, t = np.zeros_like(w), 0

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal s, t
        old, t = s, t + 1
        s = alpha * s + (1 - alpha if new is None else new) * g**2
        used = old if late else s
        used = used / (1 - alpha**t) if corrected else used
        return w - rate * g / divisor(used, eps)

    return linear.descend(w, X, y, steps, update)


def _adagrad(w, X, y, rate, alpha, eps, steps) -> linear.Trajectory:
    return _reference(w, X, y, rate, 1.0, eps, steps, new=1.0)


def _exchanged(w, X, y, rate, alpha, eps, steps) -> linear.Trajectory:
    return _reference(w, X, y, rate, 1 - alpha, eps, steps)


_MISTAKES = (
    Mistake(
        "epsilon inside the root",
        "You divide by sqrt(s + eps). That is Keras' RMSprop; here epsilon is added "
        "after the root, as in PyTorch.",
        "Work out both divisors for s = 0 and eps = 0.01. Which is ten times the "
        "other?",
        compute=lambda **inputs: _reference(
            **inputs, divisor=lambda s, eps: np.sqrt(s + eps)
        ),
    ),
    Mistake(
        "alpha and 1 - alpha exchanged",
        "Your s forgets the past at the rate at which it should keep it.",
        "With alpha = 0.9 nine tenths of one thing survive each step. Of which?",
        compute=_exchanged,
    ),
    Mistake(
        "the root is missing",
        "You divide by s + eps. Multiply all gradients by 10: RMSprop's step should "
        "hardly change, and yours shrinks.",
        "s is a mean of squares. What makes it a size comparable to g?",
        compute=lambda **inputs: _reference(**inputs, divisor=lambda s, eps: s + eps),
    ),
    Mistake(
        "the squares add up",
        "Your s is the sum of all squared gradients, so that the steps only get "
        "shorter: that is Adagrad.",
        "Write s after two steps with g = 1 in both. Can a mean be larger than 1?",
        compute=_adagrad,
    ),
    Mistake(
        "the s of the step before",
        "Your first step divides by epsilon alone: s is updated after it is used.",
        "In which order does the formula name s and w?",
        compute=lambda **inputs: _reference(**inputs, late=True),
    ),
    Mistake(
        "a bias correction too many",
        "You divide s by 1 - alpha^t, as Adam does. RMSprop leaves s as it is, and "
        "its first steps are long.",
        "Compare your divisor in step 0 with the formula, for one entry of g.",
        compute=lambda **inputs: _reference(**inputs, corrected=True),
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
