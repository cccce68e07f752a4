"""Facts that many of Keras's layers have."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from twin.auditing import starts
from twin.auditing.facts import Fact

Facts = Iterator[Fact | None]


def trained(layer: Any) -> Fact | None:
    """Whether a layer's weights are trained; None without weights."""
    if not layer.weights and layer.built:
        return None
    return Fact("weights are trained", "yes" if layer.trainable else "no, frozen")


def start(
    layer: Any, name: str, row: str, weight: str, initializer: str
) -> Fact | None:
    """What weights start as, by the layer's initializer.

    Args:
        layer: built.
        name: of the weights, such as "biases".
        row: of the table.
        weight: the variable's name.
        initializer: the first part of the initializer's name.
    """
    variable = getattr(layer, weight, None)
    made = getattr(layer, f"{initializer}_initializer", None)
    if variable is None or made is None:
        return None
    found = starts.of_initializer(made, tuple(variable.shape))
    kind = type(made).__name__
    if found is None:
        return None
    return Fact(
        *(f"{name} start as", found, row, f"{found} ({kind})"),
        weights=np.asarray(variable.numpy(), dtype=np.float64),
    )
