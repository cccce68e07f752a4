"""Two of ONNX's operations in NumPy: https://onnx.ai/onnx/operators/."""

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv(
    x: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray,
    *,
    pads: Sequence[int],
    **_: object,
) -> np.ndarray:
    """``Conv`` in two dimensions, with stride 1 and one group.

    Args:
        x: (n, in, rows, columns).
        weight: (out, in, rows, columns).
        bias: (out,).
        pads: rows above, columns left, rows below, columns right.
        **_: the operation's other attributes, at their defaults.

    Returns:
        (n, out, rows, columns).
    """
    top, left, bottom, right = pads
    x = np.pad(x, [(0, 0), (0, 0), (top, bottom), (left, right)])
    windows = sliding_window_view(x, weight.shape[2:], (2, 3))
    return np.einsum("ncyxij,ocij->noyx", windows, weight) + bias[:, None, None]


def max_pool(
    x: np.ndarray, *, kernel_shape: Sequence[int], strides: Sequence[int], **_: object
) -> np.ndarray:
    """``MaxPool`` in two dimensions, without padding.

    Args:
        x: (n, channels, rows, columns).
        kernel_shape: rows and columns of the window.
        strides: places from one window to the next.
        **_: the operation's other attributes, at their defaults.

    Returns:
        (n, channels, rows, columns).
    """
    windows = sliding_window_view(x, tuple(kernel_shape), (2, 3))
    found: np.ndarray = windows[:, :, :: strides[0], :: strides[1]].max(axis=(4, 5))
    return found
