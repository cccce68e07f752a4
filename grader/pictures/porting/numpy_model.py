"""What lesson 08 ports, in NumPy: its small model and two layers, in PyTorch's layout.

They belong to neither framework, so that each half of the lesson can be checked alone.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import expit, ndtr, softmax

Arrays = Mapping[str, np.ndarray]
EPSILON, SLOPE = 1e-5, 0.125
CHANNELS, SIDE = 16, 4  # of the feature map before the dense layer


def convolve(
    images: np.ndarray, weight: np.ndarray, bias: np.ndarray, stride: int = 1
) -> np.ndarray:
    """A convolution without padding.

    Args:
        images: (n, in, rows, columns).
        weight: (out, in, rows, columns).
        bias: (out,).
        stride: places from one window to the next, in both directions.

    Returns:
        (n, out, rows, columns).
    """
    windows = sliding_window_view(images, weight.shape[2:], (2, 3))
    windows = windows[:, :, ::stride, ::stride]
    sums = np.einsum("ncyxij,ocij->noyx", windows, weight)
    return sums + bias[:, None, None]


def gru(sequence: np.ndarray, arrays: Arrays) -> np.ndarray:
    """The last state of a GRU, (units,).

    Args:
        sequence: (steps, features).
        arrays: as in the ``state_dict`` of ``nn.GRU`` with one layer.
    """
    state = np.zeros(arrays["weight_hh_l0"].shape[1])
    for step in sequence:
        inputs = arrays["weight_ih_l0"] @ step + arrays["bias_ih_l0"]
        states = arrays["weight_hh_l0"] @ state + arrays["bias_hh_l0"]
        (r, z, n), (old_r, old_z, old_n) = np.split(inputs, 3), np.split(states, 3)
        reset, update = expit(r + old_r), expit(z + old_z)
        candidate = np.tanh(n + reset * old_n)
        state = (1 - update) * candidate + update * state
    return state


def attention(x: np.ndarray, arrays: Arrays, heads: int) -> np.ndarray:
    """Self-attention without a mask, (steps, features).

    Args:
        x: (steps, features).
        arrays: as in the ``state_dict`` of ``nn.MultiheadAttention``.
        heads: their number; it divides the features.
    """
    parts = x @ arrays["in_proj_weight"].T + arrays["in_proj_bias"]
    query, key, value = np.split(parts, 3, axis=1)
    found = []
    for own in np.split(np.arange(x.shape[1]), heads):
        scores = query[:, own] @ key[:, own].T / np.sqrt(len(own))
        found.append(softmax(scores, axis=1) @ value[:, own])
    together = np.concatenate(found, axis=1)
    return together @ arrays["out_proj.weight"].T + arrays["out_proj.bias"]


def forward(arrays: Arrays, images: np.ndarray) -> dict[str, np.ndarray]:
    """The lesson's model in evaluation: the output of each layer, by its name.

    Args:
        arrays: its weights and statistics, as in PyTorch's ``state_dict``.
        images: (n, 1, 8, 8).
    """
    found = {}
    x = np.pad(images, [(0, 0), (0, 0), (1, 1), (1, 1)])
    found["conv1"] = x = convolve(x, arrays["conv1.weight"], arrays["conv1.bias"])
    names = ("running_mean", "running_var", "weight", "bias")
    mean, var, scale, shift = (arrays[f"norm.{n}"][:, None, None] for n in names)
    found["norm"] = x = (x - mean) / np.sqrt(var + EPSILON) * scale + shift
    found["leaky"] = x = np.where(x > 0, x, SLOPE * x)
    x = np.pad(x, [(0, 0), (0, 0), (0, 1), (0, 1)])
    found["conv2"] = x = convolve(x, arrays["conv2.weight"], arrays["conv2.bias"], 2)
    found["gelu"] = x = x * ndtr(x)
    flat = x.reshape(len(x), -1)
    found["dense"] = flat @ arrays["dense.weight"].T + arrays["dense.bias"]
    return found


def first_step(
    arrays: Arrays, images: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """What one batch gives in training.

    Args:
        arrays: the model's, as for :func:`forward`.
        images: (n, 1, 8, 8).
        labels: (n,), classes from 0.

    Returns:
        "loss", the mean cross-entropy in nats; "gradient", that of the dense layer's
        bias, (10,); "variance", that of the first layer's channels, (8,).
    """
    first = forward(arrays, images)["conv1"]
    statistics = {
        "norm.running_mean": first.mean(axis=(0, 2, 3)),
        "norm.running_var": first.var(axis=(0, 2, 3)),
    }
    shares = softmax(forward({**arrays, **statistics}, images)["dense"], axis=1)
    right = np.eye(shares.shape[1])[labels]
    loss = -np.log(shares[right == 1]).mean()
    return {
        "loss": float(loss),
        "gradient": (shares - right).mean(axis=0),
        "variance": statistics["norm.running_var"],
    }


def wrong_weights(
    arrays: Arrays,
    before_flatten: Callable[[np.ndarray, int, int, int], np.ndarray],
) -> dict[str, dict[str, np.ndarray]]:
    """The weights after some porting mistakes, by the mistake's name.

    Args:
        arrays: the model's, in PyTorch's layout.
        before_flatten: takes a Keras kernel behind a flatten to PyTorch's layout.
    """
    window, dense = arrays["conv2.weight"], arrays["dense.weight"]
    changes = {
        "flatten order ignored": {
            "dense.weight": before_flatten(dense.T, CHANNELS, SIDE, SIDE)
        },
        "window transposed": {"conv2.weight": np.swapaxes(window, 2, 3)},
        "window flipped": {"conv2.weight": np.flip(window, (2, 3)).copy()},
        "running mean left at 0": {"norm.running_mean": np.zeros(8)},
        "bias left out": {"conv2.bias": np.zeros(CHANNELS)},
        "weights rounded to float16": {
            name: np.asarray(array, np.float16) for name, array in arrays.items()
        },
    }
    return {title: {**arrays, **change} for title, change in changes.items()}
