"""Dense layers, also after a feature map was flattened."""

from collections.abc import Iterator

import keras
from torch import nn

from twin.arrays import Array, flattened_last
from twin.problems import TwinError
from twin.rules.registry import rule
from twin.weights import Weight


@rule(torch=nn.Linear, keras=keras.layers.Dense)
def linear(
    module: nn.Linear, layer: keras.layers.Dense, flattened: tuple[int, ...] | None
) -> Iterator[Weight]:
    """(out, in) becomes (in, out).

    PyTorch flattens (C, *space) and Keras (*space, C), so that the inputs are in
    another order after a flattened feature map.
    """

    def order(weight: Array) -> Array:
        return (flattened_last(weight, flattened) if flattened else weight).T

    yield Weight("kernel", module.weight, layer.kernel, order)
    yield Weight("bias", module.bias, layer.bias)


@rule(torch=nn.Linear, keras=keras.layers.TimeDistributed)
def linear_at_each_step(
    module: nn.Linear, layer: keras.layers.TimeDistributed
) -> Iterator[Weight]:
    """A dense layer takes the last axis, with or without the wrapper."""
    if not isinstance(layer.layer, keras.layers.Dense):
        raise TwinError("a TimeDistributed layer is paired where it wraps a Dense one")
    yield from linear(module, layer.layer, None)
