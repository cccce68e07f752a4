"""Multi-head attention."""

from collections.abc import Iterator

import keras
import numpy as np
from torch import nn

from twin.arrays import Array
from twin.problems import TwinError
from twin.rules.registry import rule
from twin.weights import Weight


@rule(torch=nn.MultiheadAttention, keras=keras.layers.MultiHeadAttention)
def attention(
    module: nn.MultiheadAttention, layer: keras.layers.MultiHeadAttention
) -> Iterator[Weight]:
    """Queries, keys and values lie below each other in PyTorch, and apart in Keras.

    (features, in) becomes (in, heads, features / heads); the projection of the output,
    (out, features), becomes (heads, features / heads, out).
    """
    heads = module.num_heads
    if heads != layer.num_heads:
        raise TwinError(
            f"PyTorch's attention has {heads} heads, Keras's {layer.num_heads}"
        )
    if module.bias_k is not None or module.add_zero_attn:
        raise TwinError("Keras's attention has no add_bias_kv and no add_zero_attn")

    def split(weight: Array) -> Array:
        return weight.T.reshape(weight.shape[1], heads, -1)

    def split_bias(bias: Array) -> Array:
        return bias.reshape(heads, -1)

    def joined(weight: Array) -> Array:
        return np.moveaxis(weight.reshape(len(weight), heads, -1), 0, -1)

    size = module.embed_dim
    for at, (name, inner) in enumerate(
        [
            ("query", layer.query_dense),
            ("key", layer.key_dense),
            ("value", layer.value_dense),
        ]
    ):
        rows = slice(at * size, (at + 1) * size)
        if module.in_proj_weight is None:  # Keys or values have another size.
            apart = getattr(module, f"{name[0]}_proj_weight")
            yield Weight(f"{name}.kernel", apart, inner.kernel, split)
        else:
            together = module.in_proj_weight
            yield Weight(f"{name}.kernel", together, inner.kernel, split, rows)
        yield Weight(f"{name}.bias", module.in_proj_bias, inner.bias, split_bias, rows)
    out = layer.output_dense
    yield Weight("output.kernel", module.out_proj.weight, out.kernel, joined)
    yield Weight("output.bias", module.out_proj.bias, out.bias)
