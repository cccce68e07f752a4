"""Convolutions: dense, grouped, depthwise, transposed, in one to three dimensions."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
from torch import nn

from twin.arrays import Array
from twin.problems import TwinError
from twin.rules.registry import rule
from twin.weights import Weight

K = keras.layers


def convolution(module: Any, layer: Any) -> Iterator[Weight]:
    """(out, in / groups, *space) becomes (*space, in / groups, out)."""
    if module.groups != layer.groups:
        raise TwinError(
            f"PyTorch's convolution has groups={module.groups}, Keras's has "
            f"groups={layer.groups}"
        )
    if module.padding_mode != "zeros":
        raise TwinError(
            f"padding_mode={module.padding_mode!r} has no setting in Keras's "
            "convolutions: pad in a layer of its own on both sides"
        )
    yield Weight("kernel", module.weight, layer.kernel, _last_axes_swapped)
    yield Weight("bias", module.bias, layer.bias)


def depthwise(module: Any, layer: Any) -> Iterator[Weight]:
    """(in * m, 1, *space) becomes (*space, in, m), for m filters of each channel."""
    if module.groups != module.in_channels:
        raise TwinError(
            f"Keras's convolution is depthwise, and PyTorch's has groups="
            f"{module.groups} for {module.in_channels} channels"
        )

    def order(weight: Array) -> Array:
        filters = len(weight) // module.in_channels
        shape = (module.in_channels, filters, *weight.shape[2:])
        return np.moveaxis(weight.reshape(shape), (0, 1), (-2, -1))

    yield Weight("kernel", module.weight, layer.kernel, order)
    yield Weight("bias", module.bias, layer.bias)


def transposed(module: Any, layer: Any) -> Iterator[Weight]:
    """(in, out, *space) becomes (*space, out, in)."""
    if module.groups != 1:
        raise TwinError(
            f"PyTorch's transposed convolution has groups={module.groups}, and Keras's "
            "has no groups"
        )
    yield Weight("kernel", module.weight, layer.kernel, _last_axes_swapped)
    yield Weight("bias", module.bias, layer.bias)


def _last_axes_swapped(weight: Array) -> Array:
    return np.moveaxis(weight, (0, 1), (-1, -2))


for torch_class, keras_class, weights in [
    (nn.Conv1d, K.Conv1D, convolution),
    (nn.Conv2d, K.Conv2D, convolution),
    (nn.Conv3d, K.Conv3D, convolution),
    (nn.Conv1d, K.DepthwiseConv1D, depthwise),
    (nn.Conv2d, K.DepthwiseConv2D, depthwise),
    (nn.ConvTranspose1d, K.Conv1DTranspose, transposed),
    (nn.ConvTranspose2d, K.Conv2DTranspose, transposed),
    (nn.ConvTranspose3d, K.Conv3DTranspose, transposed),
]:
    rule(torch=torch_class, keras=keras_class, channels_first=True)(weights)
