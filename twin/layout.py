"""PyTorch's tensors in the order of Keras's axes."""

from collections.abc import Iterator, Sequence
from typing import Any

import keras
import numpy as np
from torch import nn

from twin.arrays import Array, Difference, channels_last, difference, flattened_last
from twin.problems import TwinError
from twin.rules.registry import rules_for_module


def inputs_for_keras(
    inputs: Sequence[Array], model: keras.Model, first: nn.Module
) -> list[Array]:
    """A module's inputs in the layout of ``model``: channels come last.

    An input of four or more axes is taken for (N, C, *space). One of three is so where
    PyTorch's first layer takes (N, C, steps), and is (steps, N, features) where it has
    ``batch_first=False``. Where a built model's own input has the shape that the array
    has already, it stays as it is.

    Args:
        inputs: in the module's layout.
        model: built or not.
        first: the first of PyTorch's layers that runs.

    Raises:
        TwinError: a built model takes other shapes.
    """
    wanted = _input_shapes(model)
    if wanted is None:
        return [_moved(one, first) for one in inputs]
    if len(wanted) != len(inputs):
        raise TwinError(
            f"the sample has {len(inputs)} arrays, and the Keras model takes "
            f"{len(wanted)}: give one for each, or inputs=, a function that makes "
            "Keras's of PyTorch's"
        )
    return [
        _fitting(one, shape, first) for one, shape in zip(inputs, wanted, strict=True)
    ]


def _fitting(array: Array, shape: tuple[int | None, ...], first: nn.Module) -> Array:
    moved = _moved(array, first)
    for candidate in (moved, array):
        if _fits(candidate.shape, shape):
            return candidate
    raise TwinError(
        f"the sample of shape {array.shape} (PyTorch's layout) is {moved.shape} with "
        f"its channels last, and the Keras model takes {shape}"
    )


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    # Not the batch's size, which Keras takes from the sample that builds a model.
    return len(shape) == len(wanted) and all(
        b in (None, a) for a, b in zip(shape[1:], wanted[1:], strict=True)
    )


def _input_shapes(model: keras.Model) -> list[tuple[int | None, ...]] | None:
    try:
        found = model.inputs
    except (AttributeError, ValueError):
        return None
    return [tuple(one.shape) for one in found] if found else None


def _moved(array: Array, first: nn.Module) -> Array:
    if array.ndim > 3:
        return channels_last(array)
    if array.ndim == 3:
        if is_channels_first(first):
            return channels_last(array)
        if getattr(first, "batch_first", True) is False:
            return array.swapaxes(0, 1)
    return array


def is_channels_first(module: nn.Module) -> bool:
    """Whether a module's tensors of three axes are (N, C, steps)."""
    rules = rules_for_module(module)
    if rules:
        return rules[0].channels_first
    return type(module).__name__.endswith(("Pool1d", "Pad1d"))


def apart(
    ours: Array,
    theirs: Array,
    *,
    flattened: tuple[int, ...] | None = None,
    valid: Array | None = None,
) -> Difference | None:
    """How far a tensor of PyTorch and one of Keras lie apart, axes put in one order.

    Where several orders of axes have Keras's shape (as many channels as rows), the one
    in which the numbers are nearest counts.

    Args:
        ours: in PyTorch's layout.
        theirs: in Keras's.
        flattened: shape (C, *space) of the feature map that was flattened into them.
        valid: shape (N, T): steps that are data and not padding. Of tensors that have
            these axes, the others are left out.

    Returns:
        None where no order of axes has Keras's shape.
    """
    found = [
        _where_valid(one, theirs, valid)
        for one in _orders(ours, theirs.shape, flattened)
    ]
    return min(found, key=_by_size, default=None)


def _by_size(one: Difference) -> float:
    return np.inf if np.isnan(one.relative) else one.relative


def _where_valid(ours: Array, theirs: Array, valid: Array | None) -> Difference:
    if valid is not None and theirs.ndim > 2 and theirs.shape[:2] == valid.shape:
        return difference(ours[valid], theirs[valid])
    return difference(ours, theirs)


def _orders(
    ours: Array, shape: tuple[int, ...], flattened: tuple[int, ...] | None
) -> Iterator[Array]:
    """``ours`` with its axes in every order in which it has ``shape``."""
    if flattened and ours.ndim == 2:
        ours = flattened_last(ours, flattened)
    candidates: list[Any] = [ours, channels_last(ours)]
    if ours.ndim > 2:
        candidates.append(ours.swapaxes(0, 1))
        if all(size == 1 for size in ours.shape[2:]):  # global pooling
            candidates.append(ours.reshape(ours.shape[:2]))
    return (one for one in candidates if one.shape == shape)
