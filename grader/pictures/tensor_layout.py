"""Where the elements of a tensor lie in memory, read from the live object.

Neither framework is imported: a PyTorch tensor is recognised by ``untyped_storage``.
TensorFlow shows no strides, so its tensors are refused. A copy could be drawn, but it
would not show the tensor's own memory.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Layout:
    """A tensor as a walk over a line of memory.

    Attributes:
        memory: all elements of the memory that the tensor lies in, shape (n,).
        home: the memory's address; tensors that share memory have the same.
        shape: the tensor's shape.
        strides: for each axis, how many elements one step along it goes ahead.
        offset: position in ``memory`` of the tensor's first element.
    """

    memory: np.ndarray
    home: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @property
    def positions(self) -> np.ndarray:
        """The position in memory of each element, of shape ``shape``."""
        found = np.full(self.shape, self.offset)
        for axis, step in enumerate(self.strides):
            index = np.arange(self.shape[axis]) * step
            found += index.reshape(-1, *[1] * (len(self.shape) - axis - 1))
        return found


def read(tensor: object) -> Layout:
    """The layout of a NumPy array or a PyTorch tensor.

    Raises:
        TypeError: any other value; the message says what to pass.
        ValueError: an array with gaps in memory that is not NumPy's own.
    """
    if isinstance(tensor, np.ndarray):
        return _read_numpy(tensor)
    if hasattr(tensor, "untyped_storage"):
        return _read_torch(tensor)
    raise TypeError(
        f"{type(tensor).__name__} shows no strides: pass a NumPy array or a "
        "PyTorch tensor"
    )


def _read_numpy(array: np.ndarray) -> Layout:
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if not owner.flags.forc:
        raise ValueError(
            "the array is a window on memory that is not NumPy's: what lies in its "
            "gaps is unknown. Pass the object that it was made from"
        )
    home = owner.__array_interface__["data"][0]
    ahead = array.__array_interface__["data"][0] - home
    return Layout(
        owner.ravel(order="K"),  # in the order of memory
        home,
        array.shape,
        tuple(step // array.itemsize for step in array.strides),
        ahead // array.itemsize,
    )


def _read_torch(tensor: Any) -> Layout:
    storage = tensor.untyped_storage()
    length = storage.nbytes() // tensor.element_size()
    line = tensor.detach().as_strided((length,), (1,), 0)
    return Layout(
        line.cpu().numpy().copy(),
        storage.data_ptr(),
        tuple(tensor.shape),
        tuple(tensor.stride()),
        tensor.storage_offset(),
    )
