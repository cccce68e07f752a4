"""Embeddings."""

from collections.abc import Iterator

import keras
from torch import nn

from twin.rules.registry import rule
from twin.weights import Weight


@rule(torch=nn.Embedding, keras=keras.layers.Embedding)
def embedding(module: nn.Embedding, layer: keras.layers.Embedding) -> Iterator[Weight]:
    """(tokens, features) on both sides."""
    yield Weight("embeddings", module.weight, layer.embeddings)
