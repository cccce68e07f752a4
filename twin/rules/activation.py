"""Activations that have weights."""

from collections.abc import Iterator

import keras
from torch import nn

from twin.arrays import Array
from twin.problems import TwinError
from twin.rules.registry import rule
from twin.weights import Weight


@rule(torch=nn.PReLU, keras=keras.layers.PReLU, channels_first=True)
def prelu(module: nn.PReLU, layer: keras.layers.PReLU) -> Iterator[Weight]:
    """One slope for each channel, or one for all.

    Keras has one for each place too, unless ``shared_axes`` names the axes of space.
    """
    shape = tuple(layer.alpha.shape)
    if layer.alpha.shape.num_elements() != module.num_parameters:
        raise TwinError(
            f"PyTorch's PReLU has {module.num_parameters} slopes, and Keras's has the "
            f"shape {shape}: name the axes of space in shared_axes, such as [1, 2]"
        )

    def order(slopes: Array) -> Array:
        return slopes.reshape(shape)

    yield Weight("alpha", module.weight, layer.alpha, order)
