"""He's normal initialization of a convolution, from given normal numbers.

Formula: He et al., Delving Deep into Rectifiers, 2015, equation 10.
"""

from math import prod

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    outs, ins = rng.choice(np.arange(2, 9), size=2, replace=False)
    # No window is square, so that both of its sides are needed.
    window = rng.choice([2, 3, 4], size=2, replace=False)
    return {"z": rng.normal(size=(outs, ins, *window)).astype(np.float32)}


def _fan_in(z: np.ndarray) -> int:
    return prod(z.shape[1:])


def _fan_out(z: np.ndarray) -> int:
    return z.shape[0] * prod(z.shape[2:])


def _reference(z: np.ndarray) -> np.ndarray:
    """sqrt(2 / fan_in) z; the kernel z is (out, in, height, width), float64."""
    return np.sqrt(2 / _fan_in(z)) * z


_MISTAKES = (
    Mistake(
        "the variance as the factor",
        "You multiply z by the variance wanted. That is the square of the right "
        "factor.",
        "If z has the variance 1, which variance has c z?",
        compute=lambda z: 2 / _fan_in(z) * z,
    ),
    Mistake(
        "the gain is missing",
        "Your weights have the variance 1/fan_in: right for a linear layer. Behind a "
        "ReLU the signal then halves in each layer.",
        "Which share of a symmetric signal's mean square is left behind a ReLU? What "
        "must the weights make up for?",
        compute=lambda z: z / np.sqrt(_fan_in(z)),
    ),
    Mistake(
        "the gain is squared",
        "Your weights have the variance 4/fan_in: the 2 stands outside the root.",
        "The gain multiplies the weights. Which number belongs to the weights, and "
        "which to their variance?",
        compute=lambda z: 2 / np.sqrt(_fan_in(z)) * z,
    ),
    Mistake(
        "fan_out in place of fan_in",
        "You divide by fan_out: that keeps the gradient on its way back, not the "
        "signal on its way forward.",
        "Which axes of z does one output add up over?",
        compute=lambda z: np.sqrt(2 / _fan_out(z)) * z,
    ),
    Mistake(
        "the window is left out",
        "You take the number of input channels for fan_in.",
        "How many products does one output of a 3 by 3 convolution add up?",
        compute=lambda z: np.sqrt(2 / z.shape[1]) * z,
    ),
    Mistake(
        "the window's height counts twice",
        "Your fan_in has the square of the window's height. That is right for a square "
        "window alone.",
        "How many numbers does a window of height 2 and width 3 cover in one channel?",
        compute=lambda z: np.sqrt(2 / (z.shape[1] * z.shape[2] ** 2)) * z,
    ),
    Mistake(
        "the window's width counts twice",
        "Your fan_in has the square of the window's width. That is right for a square "
        "window alone.",
        "How many numbers does a window of height 2 and width 3 cover in one channel?",
        compute=lambda z: np.sqrt(2 / (z.shape[1] * z.shape[3] ** 2)) * z,
    ),
    Mistake(
        "the shape is read as Keras's",
        "Your fan_in would be right for a kernel in Keras's order of axes.",
        "Write the names of the four axes below z.shape, as the exercise gives them.",
        compute=lambda z: np.sqrt(2 / prod(z.shape[:3])) * z,
    ),
)

KAIMING_STD = Exercise(
    id="initialization.kaiming_std",
    title="He's initialization for a convolution before a ReLU",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("W",),
    mistakes=_MISTAKES,
    hints=(
        "z has mean 0 and variance 1 already, so only a factor is wanted. A ReLU "
        "halves the mean square; the weights double it again.",
        "z.shape; a root of a plain number is ** 0.5 or math.sqrt\n"
        "tensors of both frameworks can be multiplied by plain numbers",
        "n = how many inputs one output adds up, window included\n"
        "variance wanted: the gain squared over n\n"
        "the factor is what multiplies z, so its unit is that of a weight",
    ),
)
