"""Batch, layer, group, instance and RMS normalization."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from torch import nn

from twin.arrays import Array, flattened_last
from twin.rules.registry import rule
from twin.weights import Weight

K = keras.layers


def batch_norm(
    module: Any,
    layer: keras.layers.BatchNormalization,
    flattened: tuple[int, ...] | None,
) -> Iterator[Weight]:
    """Scale, shift and both running statistics."""
    order = _reordered(flattened)
    yield Weight("gamma", module.weight, layer.gamma, order)
    yield Weight("beta", module.bias, layer.beta, order)
    yield Weight("moving_mean", module.running_mean, layer.moving_mean, order)
    yield Weight("moving_variance", module.running_var, layer.moving_variance, order)


for torch_class in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d):
    rule(torch=torch_class, keras=K.BatchNormalization, channels_first=True)(batch_norm)


@rule(torch=nn.LayerNorm, keras=K.LayerNormalization)
def layer_norm(
    module: nn.LayerNorm,
    layer: keras.layers.LayerNormalization,
    flattened: tuple[int, ...] | None,
) -> Iterator[Weight]:
    """Scale and shift; of a whole feature map, (C, *space) becomes (*space, C)."""
    order = _reordered(flattened)
    axes = len(module.normalized_shape)
    if axes > 2 or (axes == 2 and tuple(layer.gamma.shape) != module.normalized_shape):
        order = _channels_last
    yield Weight("gamma", module.weight, layer.gamma, order)
    yield Weight("beta", module.bias, layer.beta, order)


@rule(torch=nn.RMSNorm, keras=K.RMSNormalization)
def rms_norm(
    module: nn.RMSNorm, layer: keras.layers.RMSNormalization
) -> Iterator[Weight]:
    """Scale alone."""
    yield Weight("scale", module.weight, layer.scale)


def group_norm(module: Any, layer: keras.layers.GroupNormalization) -> Iterator[Weight]:
    """Scale and shift, one number for each channel."""
    yield Weight("gamma", module.weight, layer.gamma)
    yield Weight("beta", module.bias, layer.beta)


# Keras has no instance normalization: it is a group for each channel (groups=-1).
for grouping in (
    nn.GroupNorm,
    nn.InstanceNorm1d,
    nn.InstanceNorm2d,
    nn.InstanceNorm3d,
):
    rule(torch=grouping, keras=K.GroupNormalization, channels_first=True)(group_norm)


def _reordered(flattened: tuple[int, ...] | None) -> Callable[[Array], Array]:
    def order(weight: Array) -> Array:
        return flattened_last(weight[None], flattened)[0] if flattened else weight

    return order


def _channels_last(weight: Array) -> Array:
    return np.moveaxis(weight, 0, -1)
