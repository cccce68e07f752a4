"""Glorot's uniform initialization from given uniform numbers.

Formula: Glorot and Bengio, Understanding the difficulty of training deep feedforward
neural networks, 2010, equation 16.
"""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    shape = rng.choice(np.arange(2, 8), size=2, replace=False)
    return {"u": rng.uniform(size=shape).astype(np.float32)}


def _spread(u: np.ndarray, bound: float) -> np.ndarray:
    """Numbers of [0, 1) onto [-bound, bound)."""
    return bound * (2 * u - 1)


def _reference(u: np.ndarray) -> np.ndarray:
    """Weights of U(-a, a), a = sqrt(6 / (fan_in + fan_out)), from u of U(0, 1).

    The variance a^2 / 3 is then 2 / (fan_in + fan_out). Weights and u are (fan_in,
    fan_out), float64.
    """
    return _spread(u, np.sqrt(6 / sum(u.shape)))


_MISTAKES = (
    Mistake(
        "only positive weights",
        "Your weights lie between 0 and the right bound: none is negative.",
        "What does u = 0 become in your code? And what should it become?",
        compute=lambda u: np.sqrt(6 / sum(u.shape)) * u,
    ),
    Mistake(
        "half as wide",
        "Your weights are centred at 0 and reach half of the bound.",
        "The interval from -a to a is how long? And how long is that of u?",
        compute=lambda u: np.sqrt(6 / sum(u.shape)) * (u - 0.5),
    ),
    Mistake(
        "the standard deviation as the bound",
        "You use the standard deviation as the bound. A uniform distribution reaches "
        "further than that.",
        "What is the variance of U(-a, a)? Solve it for a.",
        compute=lambda u: _spread(u, np.sqrt(2 / sum(u.shape))),
    ),
    Mistake(
        "only fan_in counts",
        "Your bound is that of a variance of 2/fan_in, which is He's. Glorot's takes "
        "both fans.",
        "Glorot wants the variance kept forward and backward. Which fan belongs to "
        "which direction, and what is the compromise?",
        compute=lambda u: _spread(u, np.sqrt(6 / u.shape[0])),
    ),
    Mistake(
        "the root is missing",
        "Your bound is the square of the right one.",
        "Is what you computed the size of a weight, or that of its square?",
        compute=lambda u: _spread(u, 6 / sum(u.shape)),
    ),
    Mistake(
        "a variance of 1 over the sum of the fans",
        "Your weights have half of the variance wanted: the two fans are added up "
        "where their mean is meant.",
        "Try fan_in = fan_out = n. Which variance keeps a signal through n inputs, "
        "and what does your formula give?",
        compute=lambda u: _spread(u, np.sqrt(3 / sum(u.shape))),
    ),
)

GLOROT_BOUND = Exercise(
    id="initialization.glorot_bound",
    title="Glorot's uniform initialization",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("W",),
    mistakes=_MISTAKES,
    hints=(
        "Two steps: which bound a gives U(-a, a) the variance asked for; and which "
        "straight line sends 0 to -a and 1 to a.",
        "u.shape holds both fans; a root of a plain number is ** 0.5 or math.sqrt\n"
        "tensors of both frameworks can be scaled and shifted by plain numbers",
        "a squared / 3 = the variance; solve for a\n"
        "stretch u to the length 2a, then shift it so that its middle is 0",
    ),
)
