"""One weight, as PyTorch and as Keras hold it, and the way from one to the other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from torch import Tensor, from_numpy, nn, no_grad

from twin.arrays import Array, from_keras, from_torch
from twin.problems import TwinError


def same(array: Array) -> Array:
    """The order of numbers that both frameworks share."""
    return array


@dataclass(frozen=True)
class Weight:
    """One weight of a pair of layers.

    The two frameworks hold the same numbers in different orders. ``order`` says how, in
    one direction: from PyTorch's arrays to Keras's. The way back is found by sending
    the positions 0, 1, 2, … through it, so that both directions are exact.

    Attributes:
        name: Keras's name of it, such as "kernel".
        torch: the module's parameter or buffer, or several, which ``order`` receives as
            so many arrays; None where the module has none.
        keras: the layer's variable, or None.
        order: makes Keras's array of PyTorch's. It may only move numbers (transpose,
            reshape, split, stack), not compute with them.
        rows: those rows of the parameter that are meant; all by default.
        summed: of several parameters, Keras holds the sum.
        note: what a user should know of it after a copy; "" for nothing.
    """

    name: str
    torch: Tensor | Sequence[Tensor | None] | None
    keras: Any
    order: Callable[..., Array] = same
    rows: slice = field(default_factory=lambda: slice(None))
    summed: bool = False
    note: str = ""

    @cached_property
    def parameters(self) -> list[Tensor]:
        """The parameters or buffers of the module."""
        given = self.torch if isinstance(self.torch, tuple | list) else [self.torch]
        return [one for one in given if isinstance(one, Tensor)]

    @property
    def is_absent(self) -> bool:
        """Whether neither layer has it, such as the bias of a layer without one."""
        return not self.parameters and self.keras is None

    @property
    def is_statistic(self) -> bool:
        """Whether it is computed from the data and not trained."""
        return not isinstance(self.parameters[0], nn.Parameter)

    @property
    def is_trained(self) -> tuple[bool, bool]:
        """Whether PyTorch trains it, and whether Keras does."""
        ours = any(one.requires_grad for one in self.parameters)
        return ours, bool(self.keras.trainable)

    def problem(self) -> str:
        """Why the two can't hold the same numbers; "" where they can."""
        if self.keras is None or not self.parameters:
            side = "PyTorch" if self.keras is None else "Keras"
            return f"only {side}'s layer has a {self.name}"
        made, there = self._positions.shape, tuple(self.keras.shape)
        if made != there:
            needed = f"{made} belongs to PyTorch's {self.shapes}"
            return f"{self.name} has the shape {there} in Keras, and {needed}"
        return ""

    def arrays(self) -> list[Array]:
        """PyTorch's values, one array for each parameter."""
        return [from_torch(one[self.rows]) for one in self.parameters]

    def gradients(self) -> list[Array] | None:
        """PyTorch's gradients, one array for each parameter; None without any."""
        found = [one.grad for one in self.parameters if one.grad is not None]
        if self.summed:  # Each of the terms has the gradient of the sum.
            found = found[:1]
        elif len(found) < len(self.parameters):
            return None
        return [from_torch(grad[self.rows]) for grad in found] or None

    def as_keras(self, arrays: Sequence[Array]) -> Array:
        """``arrays``, which are in PyTorch's order, as one array in Keras's.

        Args:
            arrays: values or gradients, one for each parameter.
        """
        if self.summed:
            arrays = [np.sum(arrays, axis=0)]
        flat = np.concatenate([one.ravel() for one in arrays])
        return np.asarray(flat[self._positions])

    def of(self, tensors: Mapping[int, Tensor]) -> "Weight":
        """The same weight of a copied module.

        Args:
            tensors: its parameters and buffers, by the identity of the module's.
        """
        return replace(self, torch=[tensors[id(one)] for one in self.parameters])

    def copy_to_keras(self) -> None:
        """Give Keras's variable the numbers of PyTorch's parameters."""
        self.keras.assign(self.as_keras(self.arrays()))

    def copy_to_torch(self) -> None:
        """Give PyTorch's parameters the numbers of Keras's variable.

        Where Keras holds a sum, the first parameter receives it, and the others zeros.
        """
        values = from_keras(self.keras)
        flat = np.empty(values.size, values.dtype)
        flat[self._positions.ravel()] = values.ravel()
        with no_grad():
            begin = 0
            for parameter in self.parameters:
                part = parameter[self.rows]
                if self.summed and begin:
                    part.zero_()
                    continue
                array = flat[begin : begin + part.numel()].reshape(part.shape)
                part.copy_(from_numpy(array))
                begin += part.numel()

    @cached_property
    def _positions(self) -> Array:
        """At each place of Keras's array, the position in PyTorch's numbers."""
        numbers, begin = [], 0
        for one in self.parameters[: 1 if self.summed else None]:
            shape = tuple(one[self.rows].shape)
            size = int(np.prod(shape))
            numbers.append(np.arange(begin, begin + size).reshape(shape))
            begin += size
        positions = np.asarray(self.order(*numbers))
        if not np.array_equal(np.sort(positions.ravel()), np.arange(begin)):
            raise TwinError(
                f"the order of {self.name!r} loses or repeats numbers, so that there "
                "is no way back; it may only transpose, reshape, split and stack"
            )
        return positions

    @property
    def shapes(self) -> str:
        """The shapes of PyTorch's arrays, to be read in a sentence."""
        shapes = [str(tuple(one[self.rows].shape)) for one in self.parameters]
        return " and ".join(shapes[: 1 if self.summed else None])
