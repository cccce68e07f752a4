"""Settings of PyTorch's embeddings, recurrent layers and attention."""

from typing import Any

from torch import nn

from twin.auditing import starts
from twin.auditing.facts import Array, Fact, Start
from twin.auditing.of_torch.reading import Facts, start, trained, values


def embedding(layer: nn.Embedding) -> Facts:
    """Settings of an embedding."""
    weight = layer.weight
    if layer.padding_idx is not None:  # Its zeros are no draws.
        weight = weight[[i for i in range(len(weight)) if i != layer.padding_idx]]
    fans = layer.num_embeddings, layer.embedding_dim
    yield start("vectors", "start.embedding", weight, fans)
    shown = "None" if layer.padding_idx is None else f"index {layer.padding_idx}"
    yield Fact("vector of zeros for padding", shown, "embedding.padding")
    yield trained(layer)


def recurrent(layer: Any, number: int) -> Facts:
    """Settings of one layer of an LSTM, a GRU or a plain recurrent module."""
    name = type(layer).__name__.lower()

    def weight(which: str) -> Any:
        return getattr(layer, f"{which}_l{number}", None)

    size = layer.hidden_size
    row = "lstm" if name == "lstm" else "gru"
    given = weight("weight_ih")
    fans = size, size  # PyTorch draws all of them by the size of the state.
    yield start("input weights", "start.lstm_kernel", given, fans)
    recurrent = weight("weight_hh")
    yield start("state weights", f"start.{row}_recurrent", recurrent, (size, size))
    if layer.bias and name == "lstm":
        both = [weight("bias_ih"), weight("bias_hh")]
        moved = sum(bias.requires_grad for bias in both)
        yield Fact("bias vectors that are trained", moved, "lstm.two_biases")
        yield _forget(values(both[0]) + values(both[1]), size)
    if name == "gru":
        yield Fact("reset gate acts", "after the product", "gru.reset_after")
    yield Fact("dropout", float(layer.dropout), "recurrent.dropout")
    yield Fact("bidirectional", "yes" if layer.bidirectional else "no")
    yield trained(layer)


def _forget(biases: Array, size: int) -> Fact:
    found = starts.of_weights(biases[size : 2 * size], size, size)
    if found is None or found.form != "constant":
        found = Start("uniform, two vectors added", float(biases.std()))
    return Fact("forget biases start as", found, "start.lstm_bias", weights=biases)


def attention(layer: nn.MultiheadAttention) -> Facts:
    """Settings of attention with several heads."""
    yield Fact("heads", layer.num_heads)
    yield Fact("size of a head", layer.head_dim, "attention.head_size")
    yield Fact("biases", "no" if layer.in_proj_bias is None else "yes")
    yield Fact("dropout", float(layer.dropout))
    yield trained(layer)
