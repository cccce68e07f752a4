"""How rows are measured: what both frameworks compute from what their code gave."""

from operator import attrgetter
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import torch

from bench.defaults.arrays import array
from bench.defaults.model import Array, Measure


def results(ours: Any, theirs: Any) -> tuple[Array, Array]:
    """What the code gave is what is compared."""
    return array(ours), array(theirs)


def shapes(ours: Any, theirs: Any) -> tuple[Array, Array]:
    """The axes alone: of the numbers, each was drawn anew."""
    return np.zeros(ours.shape), np.zeros(theirs.shape)


def drawn(length: int, *shape: int, scale: float = 1.0) -> Array:
    """Normal numbers, float64, the same each time; the first argument is the seed."""
    return np.random.default_rng(length).normal(0, scale, shape)


def channels_last(x: Array) -> Array:
    """(N, C, …) as (N, …, C)."""
    return np.moveaxis(x, 1, -1)


def output(x: Array, training: bool = False) -> Measure:
    """What a module and a layer make of an array whose last axis has features."""

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        module.train(training)
        return array(module(torch.tensor(x))), array(
            layer(tf.constant(x), training=training)
        )

    return measured


def in_training(x: Array) -> Measure:
    """The same while a model trains: a module's mode stays what its code has set."""

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        theirs = layer(tf.constant(x), training=True)
        return array(module(torch.tensor(x))), array(theirs)

    return measured


def image_output(x: Array, training: bool = False) -> Measure:
    """The same of images (N, C, H, W): Keras gets them with channels last."""

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        module.train(training)
        theirs = array(layer(tf.constant(channels_last(x)), training=training))
        return array(module(torch.tensor(x))), np.moveaxis(theirs, -1, 1)

    return measured


def after_training_on(x: Array, ours: str, theirs: str) -> Measure:
    """What a module and a layer hold in a buffer after one batch in training."""

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        output(x, training=True)(module, layer)
        return array(getattr(module, ours)), array(getattr(layer, theirs))

    return measured


def moved_by(gradients: Array) -> Measure:
    """How far an optimizer moves a parameter, given one gradient for each step.

    Args:
        gradients: (steps, n).
    """

    def measured(optimizer: Any, other: Any) -> tuple[Array, Array]:
        parameter, variable = _parameters(optimizer, other)
        start = array(parameter).copy()
        for gradient in gradients:
            _step(optimizer, other, gradient)
        return array(parameter) - start, array(variable) - start

    return measured


def dropping_rate(gradients: Array) -> Measure:
    """How far an optimizer moves at once after its rate has dropped to a tenth.

    Args:
        gradients: (steps, n); the rate drops before the last.
    """

    def measured(optimizer: Any, other: Any) -> tuple[Array, Array]:
        parameter, variable = _parameters(optimizer, other)
        for gradient in gradients[:-1]:
            _step(optimizer, other, gradient)
        before = array(parameter).copy(), array(variable).copy()
        optimizer.param_groups[0]["lr"] /= 10
        other.learning_rate = float(other.learning_rate) / 10
        _step(optimizer, other, gradients[-1])
        return array(parameter) - before[0], array(variable) - before[1]

    return measured


def _parameters(optimizer: Any, other: Any) -> tuple[Any, keras.Variable]:
    """PyTorch's parameter, and a variable of Keras that starts as it does."""
    parameter = optimizer.param_groups[0]["params"][0]
    variable = keras.Variable(array(parameter).copy())
    other.build([variable])
    return parameter, variable


def _step(optimizer: Any, other: Any, gradient: Array) -> None:
    parameter = optimizer.param_groups[0]["params"][0]
    parameter.grad = torch.tensor(gradient)
    optimizer.step()
    other.apply([tf.constant(gradient)])


def spread(ours: Any, theirs: Any) -> tuple[Array, Array]:
    """The standard deviations of what both gave: how large weights start."""
    return np.asarray(array(ours).std()), np.asarray(array(theirs).std())


def starts(ours: str, theirs: str, *shapes: tuple[int | None, ...]) -> Measure:
    """How widely the fresh weights are spread: their standard deviations.

    Args:
        ours: the path of a module's parameter.
        theirs: the path of a layer's variable.
        shapes: of the inputs that the layer is built for.
    """

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        if not layer.built:
            layer.build(*shapes)
        return spread(attrgetter(ours)(module), attrgetter(theirs)(layer))

    return measured


def stretches(ours: str, theirs: str, *shapes: tuple[int | None, ...]) -> Measure:
    """By how much fresh matrices stretch vectors: their singular values, sorted."""

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        if not layer.built:
            layer.build(*shapes)
        both = attrgetter(ours)(module), attrgetter(theirs)(layer)
        first, second = (np.linalg.svd(array(w), compute_uv=False) for w in both)
        return first, second

    return measured


def convolution(x: Array, kernel: Array) -> Measure:
    """What a convolution of each framework makes of images, with the same weights.

    Args:
        x: images (N, C, H, W).
        kernel: the weights as PyTorch's layer has them; biases are 0.
    """

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        image_output(x)(module, layer)  # builds the layer
        for name, parameter in module.named_parameters():
            new = np.zeros(parameter.shape) if name.endswith("bias") else kernel
            parameter.data = torch.tensor(new)
        for variable in layer.trainable_variables:
            last = np.moveaxis(kernel, (0, 1), (-1, -2))
            variable.assign(last if variable.name == "kernel" else variable * 0)
        return image_output(x)(module, layer)

    return measured
