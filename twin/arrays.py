"""Numbers of either framework as NumPy arrays, and how far two of them lie apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import PackedSequence

Array = NDArray[Any]

# How far two results may lie apart relative to the largest number of the tensor, and
# still count as the same computation. A layer's own rounding is a few units of the
# dtype's last place; sums over thousands of terms and a hundred layers make it some
# hundred times larger. float64 leaves room for far more than that, and is used for it.
TOLERANCE = {"float64": 1e-10, "float32": 5e-5, "float16": 2e-2, "bfloat16": 1e-1}


@dataclass(frozen=True)
class Difference:
    """How far two arrays of one shape lie apart.

    Attributes:
        absolute: the largest |a - b|; NaN where either has a NaN.
        relative: the same divided by the largest |a| or |b|.
    """

    absolute: float
    relative: float


def from_torch(tensor: torch.Tensor) -> Array:
    """A copy of ``tensor`` as an array; bfloat16, unknown to NumPy, becomes float32."""
    tensor = tensor.detach().cpu()
    return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy().copy()


def from_keras(tensor: Any) -> Array:
    """``tensor`` or variable of Keras as an array; bfloat16 becomes float32."""
    array = np.asarray(tensor.numpy())
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def tensors(value: Any) -> Iterator[Any]:
    """Every tensor in nested tuples, lists and dictionaries, in their order."""
    if isinstance(value, PackedSequence):
        yield value
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from tensors(one)
    elif hasattr(value, "shape"):
        yield value


def difference(a: Array, b: Array, floor: float = 0.0) -> Difference:
    """How far ``a`` and ``b`` lie apart; infinitely where their shapes differ.

    Args:
        a: of any shape and dtype.
        b: the same.
        floor: the least that ``absolute`` is divided by.
    """
    if a.shape != b.shape:
        return Difference(np.inf, np.inf)
    if a.size == 0:
        return Difference(0.0, 0.0)
    a, b = a.astype(np.float64), b.astype(np.float64)
    if np.isnan(a).any() or np.isnan(b).any():
        return Difference(np.nan, np.nan)
    with np.errstate(invalid="ignore"):
        # Two infinities of one sign are equal.
        apart = float(np.where(a == b, 0.0, np.abs(a - b)).max())
    largest = max(float(np.abs(a).max()), float(np.abs(b).max()), floor)
    if apart == 0:
        return Difference(0.0, 0.0)
    return Difference(apart, apart / largest if np.isfinite(largest) else np.inf)


def channels_last(array: Array) -> Array:
    """(N, C, *space) as (N, *space, C); shapes of fewer than three axes as they are."""
    return np.moveaxis(array, 1, -1) if array.ndim > 2 else array


def flattened_last(array: Array, shape: tuple[int, ...]) -> Array:
    """Features that were flattened from (C, *space), in the order of (*space, C).

    Args:
        array: of shape (N, C * space).
        shape: (C, *space).
    """
    rows = len(array)
    return np.moveaxis(array.reshape(rows, *shape), 1, -1).reshape(rows, -1)
