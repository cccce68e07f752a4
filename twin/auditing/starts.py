"""What weights start as: recognised from PyTorch's, read from Keras's initializers."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from twin.auditing.facts import Array, Start


def of_weights(weights: Array, fan_in: int, fan_out: int) -> Start | None:
    """The first usual start that fits the weights; None where none does.

    PyTorch's layers keep no initializer, so their numbers have to tell.

    Args:
        weights: as they are now, of any shape.
        fan_in: how many numbers each output is made of.
        fan_out: how many outputs each input goes to.
    """
    size = float(np.sqrt(np.mean(np.square(weights))))
    if np.ptp(weights) == 0:
        return Start("constant", float(weights.flat[0]))
    if _is_orthogonal(weights):
        return Start("orthogonal", size)
    for start in _usual(fan_in, fan_out):
        fits = abs(size / start.size - 1) < 3 / math.sqrt(weights.size)
        bound = start.size * math.sqrt(3) * (1 + 1e-5)
        if fits and (start.form != "uniform" or np.abs(weights).max() <= bound):
            return start
    return None


def _usual(fan_in: int, fan_out: int) -> Iterator[Start]:
    # PyTorch's own start, U(±1/√fan_in); Glorot's; He's; that of embeddings.
    yield Start("uniform", 1 / math.sqrt(3 * fan_in))
    for variance in (2 / (fan_in + fan_out), 2 / fan_in, 2 / fan_out):
        yield Start("uniform", math.sqrt(variance))
        yield Start("normal", math.sqrt(variance))
    yield Start("normal", 1.0)


def _is_orthogonal(weights: Array) -> bool:
    if weights.ndim != 2 or min(weights.shape) < 2:
        return False
    wide = weights if len(weights) <= weights.shape[1] else weights.T
    return bool(np.allclose(wide @ wide.T, np.eye(len(wide)), atol=1e-4))


def of_initializer(initializer: Any, shape: tuple[int, ...]) -> Start | None:
    """What a Keras initializer draws for weights of a shape.

    The formulas are those of keras.initializers' documentation.

    Args:
        initializer: an object of Keras.
        shape: (*space, inputs, outputs).
    """
    kind = type(initializer).__name__
    if kind in ("Zeros", "Ones", "Constant"):
        value = {"Zeros": 0.0, "Ones": 1.0}.get(kind)
        return Start("constant", initializer.value if value is None else value)
    if kind == "Orthogonal":
        return Start("orthogonal", initializer.gain / math.sqrt(max(shape)))
    if kind == "RandomNormal":
        return Start("normal", initializer.stddev)
    if kind == "TruncatedNormal":
        return Start("truncated normal", initializer.stddev)
    if kind == "RandomUniform" and initializer.minval == -initializer.maxval:
        return Start("uniform", initializer.maxval / math.sqrt(3))
    if hasattr(initializer, "distribution"):
        return _scaled(initializer, shape)
    return None


def _scaled(initializer: Any, shape: tuple[int, ...]) -> Start:
    space = math.prod(shape[:-2])
    fan_in, fan_out = (space * one for one in (shape[-2:] if shape[1:] else shape * 2))
    fan = {
        "fan_in": fan_in,
        "fan_out": fan_out,
        "fan_avg": (fan_in + fan_out) / 2,
    }[initializer.mode]
    form = initializer.distribution.replace("_", " ").removeprefix("untruncated ")
    return Start(form, math.sqrt(initializer.scale / max(1.0, fan)))
