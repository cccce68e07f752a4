"""One number for each output channel, along the axis that has them.

PyTorch's convolution and dense layer have their output channels first, Keras's last,
and PyTorch's transposed convolution has them second.
"""

import numpy as np

SIZE = 4  # of every axis: a factor on the wrong axis raises no error


def along(numbers: np.ndarray, ndim: int, axis: int) -> np.ndarray:
    """Numbers (channels,) in a shape that broadcasts along one of ``ndim`` axes."""
    shape = [1] * ndim
    shape[axis] = -1
    return np.reshape(numbers, shape)


def rest(ndim: int, axis: int) -> tuple[int, ...]:
    """All axes but one, which may be counted from the end."""
    return tuple(other for other in range(ndim) if other != axis % ndim)
