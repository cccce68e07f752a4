"""The size of the gradient, layer by layer, on its way back through a tanh net."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Weights = list[np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    widths = rng.integers(5, 7, size=int(rng.integers(4, 7)))
    rows, gain = int(rng.integers(2, 5)), rng.uniform(0.8, 1.4)
    return {
        "x": rng.normal(size=(rows, widths[0])).astype(np.float32),
        "weights": [
            (gain * rng.normal(size=(i, o)) / np.sqrt(i)).astype(np.float32)
            for i, o in pairwise(widths)
        ],
        "g": rng.normal(size=(rows, widths[-1])).astype(np.float32),
    }


def _slope(h: np.ndarray) -> np.ndarray:
    return 1 - h**2  # of tanh, by its value


class _Gradients(NamedTuple):
    """dL/dz, dL/dh and dL/dW of each layer z = h W, h = tanh(z)."""

    by_z: list[np.ndarray]
    by_h: list[np.ndarray]
    by_W: list[np.ndarray]


def _gradients(x: np.ndarray, weights: Weights, g: np.ndarray) -> _Gradients:
    """By hand, for L = sum(h g) with the last h."""
    hs = [x]
    for W in weights:
        hs.append(np.tanh(hs[-1] @ W))
    found = _Gradients([], [], [])
    for i in reversed(range(len(weights))):
        found.by_h.insert(0, g)
        found.by_z.insert(0, g * _slope(hs[i + 1]))
        found.by_W.insert(0, hs[i].T @ found.by_z[0])
        g = found.by_z[0] @ weights[i].T
    return found


def _mean_squares(gradients: list[np.ndarray]) -> np.ndarray:
    return np.array([np.mean(a**2) for a in gradients])


def _reference(x: np.ndarray, weights: Weights, g: np.ndarray) -> np.ndarray:
    """mean((dL/dz)^2) of each layer, shape (layers,).

    x (n, inputs), each W (inputs, units) and g, of the last layer's shape, are float64.
    """
    return _mean_squares(_gradients(x, weights, g).by_z)


def _variances(x: np.ndarray, weights: Weights, g: np.ndarray) -> np.ndarray:
    return np.array([np.var(a) for a in _gradients(x, weights, g).by_z])


def _no_tanh(x: np.ndarray, weights: Weights, g: np.ndarray) -> np.ndarray:
    found: list[np.ndarray] = []
    for W in reversed(weights):
        found.insert(0, g)
        g = g @ W.T
    return _mean_squares(found)


_MISTAKES = (
    Mistake(
        "gradients by the outputs",
        "Your numbers are those of dL/dh: tanh's slope is missing once in each layer.",
        "Each layer has two tensors, before and after tanh. By which one is the "
        "gradient asked for?",
        compute=lambda **inputs: _mean_squares(_gradients(**inputs).by_h),
    ),
    Mistake(
        "gradients by the weights",
        "Your numbers are the mean squares of dL/dW.",
        "Which tensors did you ask the framework to differentiate by?",
        compute=lambda **inputs: _mean_squares(_gradients(**inputs).by_W),
    ),
    Mistake(
        "the last layer first",
        "Your numbers are right and in the order in which the gradient travels.",
        "Entry 0 belongs to the layer that x enters.",
        compute=lambda **inputs: _reference(**inputs)[::-1],
    ),
    Mistake(
        "root mean squares",
        "Your numbers are the square roots of the mean squares.",
        "Compare with the formula: is there a root?",
        compute=lambda **inputs: np.sqrt(_reference(**inputs)),
    ),
    Mistake(
        "variances about the mean",
        "You subtract the mean of each gradient first. The formula has plain squares.",
        "Compare with the formula: is there a mean inside?",
        compute=_variances,
    ),
    Mistake(
        "g is left out",
        "Your loss is the plain sum of the outputs.",
        "Which of your arguments is unused?",
        compute=lambda x, weights, g: _reference(x, weights, np.ones_like(g)),
    ),
    Mistake(
        "a mean in the loss",
        "Your loss is a mean: each gradient is too small by the number of outputs, its "
        "square by the square of that.",
        "Read the loss again: what happens to the products at the end?",
        compute=lambda x, weights, g: _reference(x, weights, g / g.size),
    ),
    Mistake(
        "no tanh",
        "Your network is linear: z goes from layer to layer without a tanh.",
        "What goes into the second layer, and what into the loss?",
        compute=_no_tanh,
    ),
)

BACKWARD_VARIANCE = Exercise(
    id="initialization.backward_variance",
    title="A gradient's size, layer by layer",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("mean squares",),
    mistakes=_MISTAKES,
    hints=(
        "Go forward and keep each z in a list; one call then gives the gradients by "
        "all of them.",
        "torch: torch.autograd.grad(loss, list of tensors); the graph must begin "
        "somewhere, so let x track gradients\n"
        "TensorFlow: tape.watch(x) before the first layer; tape.gradient(loss, list "
        "of tensors)",
        "make x track gradients, h = x\n"
        "for each W: z from h, keep z, h = tanh of z\n"
        "loss = sum of h times g\n"
        "gradients of loss by all z at once\n"
        "the mean square of each",
    ),
)
