"""The gains that keep a signal's mean square through 50 layers, measured.

Source: Mishkin and Matas, All you need is a good init, 2016: each layer is scaled by
what comes out of it.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.compare import error
from grader.judging.separated import separated

LAYERS = 50
TOLERANCE = 4e-3  # rounding grows: tanh with such gains is chaotic
Function = Callable[[np.ndarray], np.ndarray]
Gain = Callable[[np.ndarray], np.floating]
FUNCTIONS: dict[str, Function] = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}
# torch.nn.init.calculate_gain
TABLE = {"relu": np.sqrt(2), "tanh": 5 / 3, "sigmoid": 1.0}


def _draw(rng: np.random.Generator, activation: str) -> Case:
    while True:
        n, rows = int(rng.integers(12, 15)), int(rng.integers(24, 33))
        # Rows that resemble one another: the mean of a layer's outputs is then
        # not 0, and a standard deviation no root mean square.
        x = rng.normal(size=n) + 0.3 * rng.normal(size=(rows, n))
        inputs: Case = {
            "x": x.astype(np.float32),
            "z": rng.normal(size=(LAYERS, n, n)).astype(np.float32),
            "activation": activation,
        }
        # With N or N - 1 in it: both must be known for a standard deviation. In a
        # few draws all units of a layer are dead, and no gain revives them.
        with np.errstate(divide="ignore", invalid="ignore"):
            one, other = _deviations(**inputs), _unbiased_deviations(**inputs)
        if np.isfinite(one).all() and error(one, other).max() < TOLERANCE / 2:
            return inputs


def _layers(x: np.ndarray, z: np.ndarray, function: Function, gain: Gain) -> np.ndarray:
    """The gain of each layer, found on ``out``, the output that it has with gain 1.

    function(gain out) goes on to the next layer. Shape (layers,).
    """
    gains, h = [], x
    for layer in z:
        out = h @ layer / np.sqrt(len(layer))
        gains.append(gain(out))
        h = function(gains[-1] * out)
    return np.array(gains)


def _to_mean_square_1(out: np.ndarray) -> np.floating:
    return np.mean(out**2) ** -0.5


def _reference(x: np.ndarray, z: np.ndarray, activation: str) -> np.ndarray:
    """1 / sqrt(mean(out^2)) of each layer, shape (layers,), for W = gain z / sqrt(n).

    x (rows, n) and z (layers, n, n) are float64; activation is a key of FUNCTIONS.
    """
    return _layers(x, z, FUNCTIONS[activation], _to_mean_square_1)


def _gained_by(gain: Gain) -> Compute:
    return lambda x, z, activation: _layers(x, z, FUNCTIONS[activation], gain)


_deviations = _gained_by(lambda out: 1 / np.std(out))
_unbiased_deviations = _gained_by(lambda out: 1 / np.std(out, ddof=1))


def _not_scaled(x: np.ndarray, z: np.ndarray, activation: str) -> np.ndarray:
    gains, h = [], x
    for layer in z:
        out = h @ layer / np.sqrt(len(layer))
        gains.append(_to_mean_square_1(out))
        h = FUNCTIONS[activation](out)
    return np.array(gains)


def _no_activation(x: np.ndarray, z: np.ndarray, activation: str) -> np.ndarray:
    return _layers(x, z, lambda out: out, _to_mean_square_1)


def _activated_input(x: np.ndarray, z: np.ndarray, activation: str) -> np.ndarray:
    return _reference(FUNCTIONS[activation](x), z, activation)


def _after(x: np.ndarray, z: np.ndarray, activation: str) -> np.ndarray:
    """Scaled by what comes out of the activation, once."""
    function = FUNCTIONS[activation]
    return _layers(x, z, function, lambda out: 1 / np.sqrt(np.mean(function(out) ** 2)))


_MISTAKES = (
    Mistake(
        "the standard deviation",
        "You divide by the standard deviation, which leaves the mean of the outputs "
        "out of account. It is not 0, least of all behind a ReLU or a sigmoid.",
        "Print the mean of a layer's output. Is the mean square then 1?",
        compute=_deviations,
    ),
    Mistake(
        "the gain is squared",
        "You multiply by one over the mean square. The mean square then becomes one "
        "over itself, and not 1.",
        "If a layer's output is multiplied by c, what becomes of its mean square?",
        compute=_gained_by(lambda out: np.mean(out**2) ** -1.0),
    ),
    Mistake(
        "the inverse of the gain",
        "You return the root mean square itself: what a layer should be divided by.",
        "If a layer puts out numbers of size 0.7, which factor brings them to 1?",
        compute=lambda **inputs: 1 / _reference(**inputs),
    ),
    Mistake(
        "the root of n is part of the gain",
        "Your gains contain the 1/√n: they are too small by √n.",
        "Compare with W = gain · z / √n. Which part of your factor does the formula "
        "have already?",
        compute=lambda x, z, activation: (
            _reference(x, z, activation) / np.sqrt(len(z[0]))
        ),
    ),
    Mistake(
        "the scaled layer does not go on",
        "Your first gain is right. The second layer then gets the first one's output "
        "without its gain.",
        "Print the mean square of what goes into each activation: it should be 1.",
        compute=_not_scaled,
    ),
    Mistake(
        "no activation between the layers",
        "Your gains are those of a linear network.",
        "What goes into the second layer?",
        compute=_no_activation,
    ),
    Mistake(
        "the activation on the input",
        "The input x has gone through the activation before the first layer.",
        "Write down the first layer by the formula, and compare.",
        compute=_activated_input,
    ),
    Mistake(
        "the gain from the table",
        "Each of your gains is the one from calculate_gain's table. It holds for wide "
        "layers on average, at best; here it is measured.",
        "With your gains, what is the mean square of the pre-activations in layer 50?",
        compute=lambda x, z, activation: np.full(len(z), TABLE[activation]),
    ),
    Mistake(
        "measured after the activation",
        "You measure the mean square behind the activation.",
        "Where in a layer should the mean square be 1, before the activation or after?",
        compute=_after,
    ),
)

KEEP_VARIANCE = Exercise(
    id="initialization.keep_variance",
    title="Gains that keep a signal alive for 50 layers",
    points=3,
    cases=tuple(
        separated(partial(_draw, activation=name), _reference, _MISTAKES, least=0.04)
        for name in FUNCTIONS
    ),
    reference=_reference,
    returns=("gains",),
    mistakes=_MISTAKES,
    hints=(
        "Go through the layers once. In each, try the gain 1 first, see how large the "
        "output is, and choose the gain that brings its mean square to 1.",
        "getattr(torch, activation) and getattr(tf.nn, activation) are the functions\n"
        "a root is ** 0.5; iterating over z gives one matrix at a time",
        "h = x\n"
        "for each matrix of z:\n"
        "    out = the layer with gain 1\n"
        "    gain = what brings the mean square of out to 1; note it\n"
        "    h = the activation of out, scaled by the gain",
    ),
    tolerance=TOLERANCE,
    per_step=True,
)
