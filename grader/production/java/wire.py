"""Tensors and other values in the binary form of Java's DataInput and DataOutput.

All numbers have their high byte first. ``Trial.java`` says what stands in which order.
"""

import struct
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray


def write_tensor(file: BinaryIO, values: NDArray[np.float32]) -> None:
    """Write the number of axes, their sizes and the values, row by row."""
    file.write(struct.pack(f">i{values.ndim}q", values.ndim, *values.shape))
    file.write(values.astype(">f4").tobytes())


def read_tensor(file: BinaryIO) -> NDArray[np.float32]:
    """Read what ``write_tensor`` or ``Tensor.write`` has written."""
    (axes,) = read(file, "i")
    shape = read(file, f"{axes}q")
    count = int(np.prod(shape))
    values = np.frombuffer(file.read(4 * count), ">f4")
    return values.astype(np.float32).reshape(shape)


def read_string(file: BinaryIO) -> str:
    """Read a string of ``writeUTF``, which here holds ASCII."""
    (length,) = read(file, "H")
    return file.read(length).decode("ascii")


def read(file: BinaryIO, layout: str) -> tuple[Any, ...]:
    """Read values of the ``struct`` module's layout."""
    layout = f">{layout}"
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
