"""A batch norm layer carried into one whose epsilon can't be changed."""

from typing import Any

import numpy as np

from grader.exercises.porting.blocks import normal
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

State = tuple[np.ndarray, float]


def _draw(rng: np.random.Generator) -> Case:
    c = int(rng.integers(2, 5))
    # As large as a variance, so that their place shows.
    eps, epsilon = rng.permutation(rng.uniform([0.02, 0.3], [0.1, 0.5])).tolist()
    return {
        "weight": normal(rng, c),
        "bias": normal(rng, c),
        "running_mean": normal(rng, c),
        "running_var": rng.uniform(0.6, 2.0, size=c).astype(np.float32),
        "eps": round(eps, 3),
        "momentum": round(float(rng.uniform(0.05, 0.35)), 2),
        "epsilon": round(epsilon, 3),
    }


def _reference(
    weight: np.ndarray,
    bias: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    eps: float,
    momentum: float,
    epsilon: float,
) -> State:
    """Keras's weights (4, c) and momentum; the arrays are (c,), float64.

    Both layers give gamma (x - mean) / sqrt(var + eps) + beta, and PyTorch's momentum
    is the share of the new batch, Keras's that of the old average.
    """
    variance = running_var + eps - epsilon
    return np.stack([weight, bias, running_mean, variance]), 1 - momentum


def _momentum_copied(**inputs: Any) -> State:
    return _reference(**inputs)[0], inputs["momentum"]


def _rows_in(order: list[int], **inputs: Any) -> State:
    weights, momentum = _reference(**inputs)
    return weights[order], momentum


def _epsilon_ignored(eps: float, epsilon: float, **rest: Any) -> State:
    return _reference(eps=0.0, epsilon=0.0, **rest)


def _all_copied(**inputs: Any) -> State:
    return _epsilon_ignored(**inputs)[0], inputs["momentum"]


def _gamma_scaled(weight: np.ndarray, **rest: Any) -> State:
    there, here = (rest["running_var"] + rest[name] for name in ("eps", "epsilon"))
    return _epsilon_ignored(weight=weight * np.sqrt(here / there), **rest)


def _deviation(**inputs: Any) -> State:
    weights, momentum = _reference(**inputs)
    weights[3] = np.sqrt(weights[3])
    return weights, momentum


_MISTAKES = (
    Mistake(
        "the momentum is copied",
        "Your weights are right. PyTorch's momentum is the share of the new batch, "
        "Keras's that of the old average.",
        "With PyTorch's momentum 0.1, how much of the old average is left after one "
        "batch?",
        compute=_momentum_copied,
    ),
    Mistake(
        "everything is copied",
        "Your variance and your momentum are PyTorch's. The Keras layer adds another "
        "epsilon to the variance, and momentum has another meaning there.",
        "Begin with the variance: what does each layer take the square root of? Both "
        "have to be equal.",
        compute=_all_copied,
    ),
    Mistake(
        "the variance is copied",
        "Your variance is PyTorch's. The Keras layer adds another epsilon to it, so "
        "that its output differs.",
        "What does each layer take the square root of? Both have to be equal.",
        compute=_epsilon_ignored,
    ),
    Mistake(
        "the correction has the wrong sign",
        "Your variance differs from PyTorch's by the right amount, in the wrong "
        "direction: the two layers are now further apart than before.",
        "If Keras's epsilon is larger, must its variance be larger or smaller?",
        compute=lambda eps, epsilon, **rest: _reference(
            eps=epsilon, epsilon=eps, **rest
        ),
    ),
    Mistake(
        "PyTorch's epsilon is added, Keras's is not taken away",
        "Your variance already holds PyTorch's epsilon, and the Keras layer adds its "
        "own on top.",
        "What does the Keras layer do to the variance before it takes the root?",
        compute=lambda epsilon, **rest: _reference(epsilon=0.0, **rest),
    ),
    Mistake(
        "gamma is rescaled instead",
        "Your layer gives the right output in evaluation: you have put the "
        "correction into gamma. The exercise asks for it in the variance, since "
        "gamma has to be right in training too, where the batch's own variance is "
        "used.",
        "Leave gamma as it is. Which of the other three arrays meets epsilon?",
        compute=_gamma_scaled,
    ),
    Mistake(
        "the statistics come first",
        "Your rows are mean, variance, gamma, beta.",
        "In which order does a Keras layer list its weights: those that are trained, "
        "or those that are not, first?",
        compute=lambda **inputs: _rows_in([2, 3, 0, 1], **inputs),
    ),
    Mistake(
        "gamma and beta are exchanged",
        "Your first row is the shift, and your second one the scale.",
        "Which of PyTorch's two names, weight and bias, is multiplied?",
        compute=lambda **inputs: _rows_in([1, 0, 2, 3], **inputs),
    ),
    Mistake(
        "mean and variance are exchanged",
        "Your last two rows have changed places.",
        "Which of the two statistics does a Keras layer list first?",
        compute=lambda **inputs: _rows_in([0, 1, 3, 2], **inputs),
    ),
    Mistake(
        "a standard deviation",
        "Your last row is the root of what it should be.",
        "The layer takes the root itself.",
        compute=_deviation,
    ),
)

BATCH_NORM = Exercise(
    id="porting.batch_norm",
    title="Batch norm into a layer with another epsilon",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("weights", "momentum"),
    mistakes=_MISTAKES,
    hints=(
        "In evaluation the layers differ only in what they divide by. Write both "
        "divisors below each other and set them equal.",
        "np.stack([...]) puts four vectors of length c into an array of shape (4, c).",
        "variance: PyTorch's, changed so that\n"
        "    variance + Keras's epsilon = running_var + PyTorch's eps\n"
        "weights = the four arrays, in the order in which Keras lists them\n"
        "momentum = the share of the old average",
    ),
)
