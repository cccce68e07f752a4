"""A truncated normal distribution by the inverse of its distribution function."""

import numpy as np
from scipy.special import ndtr, ndtri

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

CUT = 2.0
# std of N(0, 1) cut off at -2 and 2: sqrt(1 - 4 pdf(2) / (cdf(2) - cdf(-2)))
SHRUNK = np.sqrt(
    1 - 2 * CUT * np.exp(-(CUT**2) / 2) / np.sqrt(2 * np.pi) / (2 * ndtr(CUT) - 1)
)


def _draw(rng: np.random.Generator) -> Case:
    shape = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    # Some beyond the cut if the cut were left out.
    u = rng.uniform(0.03, 0.97, size=shape)
    u[0, 0], u[-1, -1] = rng.uniform(0.001, 0.01), rng.uniform(0.99, 0.999)
    std = round(float(rng.uniform(0.05, 0.5)), 3)
    return {"u": u.astype(np.float32), "std": std}


def _cut(u: np.ndarray) -> np.ndarray:
    return ndtri(ndtr(-CUT) + u * (ndtr(CUT) - ndtr(-CUT)))


def _reference(u: np.ndarray, std: float) -> np.ndarray:
    """N(0, 1) cut off at -CUT and CUT, from u of U(0, 1), scaled to the deviation std.

    By the inverse of the distribution function: Burkardt, The Truncated Normal
    Distribution, 2014. The shape is u's, float64.
    """
    return std / SHRUNK * _cut(u)


def _standardised(u: np.ndarray, std: float) -> np.ndarray:
    x = _cut(u)
    return std * x / x.std()


_MISTAKES = (
    Mistake(
        "the cut shrinks the weights",
        "Your weights are cut at two standard deviations and not rescaled: their "
        "standard deviation is 0.88 std.",
        "Cutting off both tails makes a distribution narrower. By which factor?",
        compute=lambda u, std: std * _cut(u),
    ),
    Mistake(
        "rescaled the wrong way",
        "You make the weights smaller by 0.88, and they were too small already.",
        "x has a standard deviation of 0.88. What must it be multiplied by to get 1?",
        compute=lambda u, std: std * SHRUNK * _cut(u),
    ),
    Mistake(
        "nothing is cut off",
        "Your weights are normal, with tails beyond two standard deviations.",
        "Which x belongs to u = 0 in your code? It should be -2.",
        compute=lambda u, std: std * ndtri(u),
    ),
    Mistake(
        "clipped, not truncated",
        "What lies beyond two standard deviations is moved to the edge: there it "
        "piles up.",
        "A truncated distribution has no pile at its edges. Squeeze u before you go "
        "from probabilities to numbers.",
        compute=lambda u, std: std / SHRUNK * np.clip(ndtri(u), -CUT, CUT),
    ),
    Mistake(
        "only one tail is cut off",
        "Your weights end at 2 standard deviations above, and have a whole tail below.",
        "Which probability should u = 0 become? It isn't 0.",
        compute=lambda u, std: std / SHRUNK * ndtri(u * ndtr(CUT)),
    ),
    Mistake(
        "rescaled by these numbers' own spread",
        "You divide by the standard deviation of the numbers at hand. That ties each "
        "weight to all others.",
        "Which part of your factor depends on u? None should.",
        compute=_standardised,
    ),
)

TRUNCATED_NORMAL = Exercise(
    id="initialization.truncated_normal",
    title="A truncated normal of the right width",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("W",),
    mistakes=_MISTAKES,
    hints=(
        "Three steps: squeeze u into the probabilities between Φ(-2) and Φ(2), take "
        "the number that belongs to each, scale it to std.",
        "torch: torch.special.ndtri is the inverse of Φ\n"
        "TensorFlow: tf.math.ndtri\n"
        "Φ at one plain number: (1 + math.erf(t / 2 ** 0.5)) / 2",
        "low, high = Φ(-2), Φ(2)\n"
        "p: u = 0 becomes low, u = 1 becomes high, a straight line between\n"
        "x = the inverse of Φ at p   # between -2 and 2, std 0.8796\n"
        "return x with the standard deviation std",
    ),
)
