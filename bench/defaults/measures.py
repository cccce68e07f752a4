"""How rows are measured: what both frameworks compute from what their code gave."""

from typing import Any

import numpy as np
import tensorflow as tf
import torch

from bench.defaults.arrays import array
from bench.defaults.model import Array, Measure


def results(ours: Any, theirs: Any) -> tuple[Array, Array]:
    """What the code gave is what is compared."""
    return array(ours), array(theirs)


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
        parameter = optimizer.param_groups[0]["params"][0]
        start = array(parameter).copy()
        variable = tf.Variable(start)
        other.build([variable])
        for gradient in gradients:
            parameter.grad = torch.tensor(gradient)
            optimizer.step()
            other.apply([tf.constant(gradient)], [variable])
        return array(parameter) - start, array(variable) - start

    return measured


def spread(ours: Any, theirs: Any) -> tuple[Array, Array]:
    """The standard deviations of what both gave: how large weights start."""
    return np.asarray(array(ours).std()), np.asarray(array(theirs).std())
