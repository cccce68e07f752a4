"""Settings of Keras's embeddings, recurrent layers and attention."""

from typing import Any

import keras
import numpy as np

from twin.auditing import starts
from twin.auditing.facts import Array, Fact, Start
from twin.auditing.of_keras.reading import Facts, start, trained

K = keras.layers


def inner(layer: keras.Layer) -> keras.Layer:
    """The layer that a wrapper for both directions runs forwards."""
    return layer.forward_layer if isinstance(layer, K.Bidirectional) else layer


def embedding(layer: Any) -> Facts:
    """Settings of an embedding."""
    yield start(
        *(layer, "vectors", "start.embedding", "embeddings", "embeddings"),
    )
    # A mask is no row of zeros.
    yield Fact("vector of zeros for padding", "None", "embedding.padding")
    yield trained(layer)


def recurrent(layer: Any) -> Facts:
    """Settings of an LSTM, a GRU or a plain recurrent layer, or of two directions."""
    both = isinstance(layer, K.Bidirectional)
    layer = inner(layer)
    name = type(layer).__name__.lower()
    row = "lstm" if name == "lstm" else "gru"
    cell = layer.cell
    yield start(cell, "input weights", "start.lstm_kernel", "kernel", "kernel")
    yield start(
        *(cell, "state weights", f"start.{row}_recurrent"),
        *("recurrent_kernel", "recurrent"),
    )
    if layer.use_bias and name == "lstm":
        yield Fact("bias vectors that are trained", 1, "lstm.two_biases")
        yield _forget(layer)
    if name == "gru":
        acts = "after the product" if layer.reset_after else "before the product"
        yield Fact("reset gate acts", acts, "gru.reset_after")
    yield Fact("dropout", float(layer.dropout), "recurrent.dropout")
    yield Fact("bidirectional", "yes" if both else "no")
    yield trained(layer)


def _forget(layer: Any) -> Fact | None:
    biases = getattr(layer.cell, "bias", None)
    found = starts.of_initializer(layer.bias_initializer, (layer.units,))
    if layer.unit_forget_bias:
        found = Start("constant", 1.0)
    if biases is None or found is None:
        return None
    weights: Array = np.asarray(biases.numpy(), dtype=np.float64)
    return Fact("forget biases start as", found, "start.lstm_bias", weights=weights)


def attention(layer: Any) -> Facts:
    """Settings of attention with several heads."""
    yield Fact("heads", layer.num_heads)
    yield Fact("size of a head", layer.key_dim, "attention.head_size")
    yield Fact("biases", "yes" if layer.use_bias else "no")
    yield Fact("dropout", float(layer.dropout))
    yield trained(layer)
