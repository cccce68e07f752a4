"""A batch norm layer folded into the layer before it."""

from functools import partial
from typing import Any

import numpy as np

from grader.exercises.export.channels import along
from grader.judging import Case, Exercise, Mistake
from grader.judging.exercise import Draw
from grader.judging.separated import separated

Layer = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator, ndim: int, axis: int, size: int) -> Case:
    """All axes have one size: a factor on the wrong axis raises no error."""

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    return {
        "kernel": normal(*[size] * ndim),
        "bias": normal(size),
        "gamma": rng.uniform(0.4, 1.8, size=size).astype(np.float32),
        "beta": normal(size),
        "mean": normal(size),
        # So small that epsilon counts.
        "variance": rng.uniform(0.05, 0.6, size=size).astype(np.float32),
        "epsilon": round(float(rng.uniform(0.01, 0.05)), 3),
        "axis": axis,
    }


def _factor(
    gamma: np.ndarray, variance: np.ndarray, epsilon: float, **_: Any
) -> np.ndarray:
    return gamma / np.sqrt(variance + epsilon)


def _reference(
    kernel: np.ndarray,
    bias: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    epsilon: float,
    axis: int,
) -> Layer:
    """(kernel, bias) that give what layer and norm give in evaluation, float64.

    The axis of the kernel has the output channels; the others are (channels,).
    """
    factor = _factor(gamma, variance, epsilon)
    scaled = kernel * along(factor, kernel.ndim, axis)
    return scaled, (bias - mean) * factor + beta


def _on_axis(other: int, **inputs: Any) -> Layer:
    return _reference(**{**inputs, "axis": other})


def _no_epsilon(epsilon: float, **rest: Any) -> Layer:
    return _reference(epsilon=0.0, **rest)


def _epsilon_outside(variance: np.ndarray, epsilon: float, **rest: Any) -> Layer:
    root = np.sqrt(variance) + epsilon
    return _reference(variance=root**2, epsilon=0.0, **rest)


def _no_root(variance: np.ndarray, epsilon: float, **rest: Any) -> Layer:
    return _reference(variance=(variance + epsilon) ** 2, epsilon=0.0, **rest)


def _bias_not_scaled(**inputs: Any) -> Layer:
    kernel, _ = _reference(**inputs)
    moved = inputs["beta"] - inputs["mean"] * _factor(**inputs)
    return kernel, inputs["bias"] + moved


def _bias_lost(bias: np.ndarray, **rest: Any) -> Layer:
    return _reference(bias=0 * bias, **rest)


def _mean_lost(mean: np.ndarray, **rest: Any) -> Layer:
    return _reference(mean=0 * mean, **rest)


def _mean_not_scaled(**inputs: Any) -> Layer:
    kernel, _ = _reference(**inputs)
    bias = inputs["bias"] * _factor(**inputs)
    return kernel, bias - inputs["mean"] + inputs["beta"]


def _beta_lost(beta: np.ndarray, **rest: Any) -> Layer:
    return _reference(beta=0 * beta, **rest)


def _bias_kept(**inputs: Any) -> Layer:
    kernel, _ = _reference(**inputs)
    return kernel, inputs["bias"]


_LAST_AXIS, _FIRST_AXIS = (
    Mistake(
        "the factor lies on the last axis",
        "Your kernel is right where the output channels are the last axis, as in "
        "Keras. NumPy puts a vector there by itself. Along another axis it is wrong, "
        "and no shape complains.",
        "Give the factor a shape with a 1 for each axis but one.",
        compute=partial(_on_axis, -1),
    ),
    Mistake(
        "the factor lies on the first axis",
        "Your kernel is right where the output channels are the first axis, as in "
        "PyTorch's convolution. Along another axis it is wrong, and no shape "
        "complains.",
        "Which argument says where the output channels are?",
        compute=partial(_on_axis, 0),
    ),
)
_SHOWN = (
    Mistake(
        "epsilon is left out",
        "Your factor is gamma over the root of the variance alone.",
        "What does the layer add to the variance before it takes the root?",
        compute=_no_epsilon,
    ),
    Mistake(
        "epsilon is added to the root",
        "Your factor has epsilon outside of the root.",
        "Is epsilon added to the variance, or to the standard deviation?",
        compute=_epsilon_outside,
    ),
    Mistake(
        "divided by the variance",
        "Your factor is gamma over the variance, without a root.",
        "In which unit is the variance, and in which is what the layer divides?",
        compute=_no_root,
    ),
    Mistake(
        "the bias is not scaled",
        "Your kernel is right. The bias comes before the norm, which scales it too.",
        "Write the norm of (kernel x + bias) out, and sort it by what x is "
        "multiplied with.",
        compute=_bias_not_scaled,
    ),
    Mistake(
        "the old bias is lost",
        "Your kernel is right. The new bias has no part of the bias that was there.",
        "The norm gets kernel x + bias. What becomes of the bias in it?",
        compute=_bias_lost,
    ),
    Mistake(
        "the mean is lost",
        "Your kernel is right. Nothing is subtracted in your bias.",
        "What does the norm do first with what comes in?",
        compute=_mean_lost,
    ),
    Mistake(
        "the mean is not scaled",
        "Your kernel is right. You subtract the mean after the scaling; the layer "
        "subtracts it before.",
        "What is in the brackets of the norm's formula?",
        compute=_mean_not_scaled,
    ),
    Mistake(
        "beta is lost",
        "Your kernel is right. Your bias lacks the norm's own shift.",
        "Which of the four vectors does your bias not use?",
        compute=_beta_lost,
    ),
    Mistake(
        "the bias is left as it was",
        "Your kernel is right. You return the old bias.",
        "Where do mean and beta go, when there is no norm any more?",
        compute=_bias_kept,
    ),
)


def _cases(ndim: int, axis: int, size: int) -> Draw:
    other = [
        mistake
        for mistake, same in ((_FIRST_AXIS, 0), (_LAST_AXIS, ndim - 1))
        if same != axis
    ]
    draw = partial(_draw, ndim=ndim, axis=axis, size=size)
    return separated(draw, _reference, [*_SHOWN, *other])


FOLD_BATCH_NORM = Exercise(
    id="export.fold_batch_norm",
    title="Fold a batch norm",
    points=2,
    neutral=True,
    # A convolution of PyTorch, one of Keras, and a transposed one of PyTorch.
    cases=(_cases(4, 0, size=4), _cases(4, 3, size=5), _cases(4, 1, size=3)),
    reference=_reference,
    returns=("kernel", "bias"),
    mistakes=(_LAST_AXIS, _FIRST_AXIS, *_SHOWN),
    hints=(
        "In evaluation the norm multiplies each channel by a number and adds another. "
        "Write the norm of (kernel x + bias) out: what multiplies x is the new "
        "kernel, and the rest is the new bias.",
        "np.sqrt; factor.reshape(...) to a shape of ones, with -1 at the place of the "
        "axis, broadcasts along it; or np.moveaxis(kernel, axis, -1) and back",
        "factor = what a channel is multiplied with         # (channels,)\n"
        "kernel: each output channel times its factor\n"
        "bias: the mean away, then scaled, then shifted      # (channels,)",
    ),
)
