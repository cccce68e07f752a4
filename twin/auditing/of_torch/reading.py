"""Facts that many of PyTorch's layers have."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from torch import nn

from twin.auditing import starts
from twin.auditing.facts import Array, Fact

Facts = Iterator[Fact | None]


def trained(layer: nn.Module) -> Fact | None:
    """Whether any of a layer's own weights is trained; None without weights."""
    own = [parameter.requires_grad for parameter in layer.parameters(recurse=False)]
    if not own:
        return None
    return Fact("weights are trained", "yes" if any(own) else "no, frozen")


def start(name: str, row: str, tensor: Any, fans: tuple[int, int]) -> Fact | None:
    """What weights started as, if their numbers still tell.

    Args:
        name: of the weights, such as "biases".
        row: of the table.
        tensor: the weights; None for none.
        fans: how many numbers go into each output, and outputs come of each input.
    """
    if tensor is None:
        return None
    weights = values(tensor)
    found = starts.of_weights(weights, *fans)
    if found is None:
        return None
    return Fact(f"{name} start as", found, row, weights=weights)


def values(tensor: Any) -> Array:
    """A tensor's numbers, in float64."""
    return np.asarray(tensor.detach().cpu().double().numpy())
