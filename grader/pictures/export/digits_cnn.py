"""A small network for handwritten digits that belongs to neither framework.

Its convolutions are drawn from a seed. Only the last layer is fitted, by ridge
regression, so that every machine and both frameworks get the same weights in a second.
Random windows with rectification and pooling do well on small data: Jarrett et al.,
"What is the best multi-stage architecture for object recognition?", ICCV 2009.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import Ridge

from grader.pictures.porting.numpy_model import convolve

EPSILON = 1e-3  # of the batch norm, in both frameworks
_TRAINING = 1200
_PENALTY = 30.0
_HEIGHT = 10.0  # wanted of the right class, so that logits have a usual size
Arrays = Mapping[str, np.ndarray]


@cache
def images() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The digits, split by a seed.

    Returns:
        Training images, float32 (1200, 1, 8, 8) in 0 to 1, and their labels, (1200,);
        test images, (597, 1, 8, 8), and their labels, (597,).
    """
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    pixels = (digits.images[:, None] / 16).astype(np.float32)
    train, test = np.split(order, [_TRAINING])
    return pixels[train], digits.target[train], pixels[test], digits.target[test]


@cache
def weights() -> dict[str, np.ndarray]:
    """The fitted weights, float32, with PyTorch's names and layout.

    Returns:
        ``conv1.weight`` (8, 1, 3, 3), ``norm.…`` (8,) each, ``conv2.weight``
        (32, 8, 3, 3), ``dense.weight`` (10, 512), and the biases.
    """
    train, labels, _, _ = images()
    rng = np.random.default_rng(0)
    first = rng.normal(0, 0.5, (8, 1, 3, 3)), rng.normal(0, 0.2, 8)
    maps = convolve(_padded(train.astype(np.float64)), *first)
    found = {
        "conv1.weight": first[0],
        "conv1.bias": first[1],
        "norm.weight": np.exp(rng.normal(0, 0.5, 8)),
        "norm.bias": rng.normal(0, 0.3, 8),
        "norm.running_mean": maps.mean(axis=(0, 2, 3)),
        "norm.running_var": maps.var(axis=(0, 2, 3)),
        "conv2.weight": rng.normal(0, np.sqrt(2 / 72), (32, 8, 3, 3)),
        "conv2.bias": rng.normal(0, 0.1, 32),
    }
    wanted = _HEIGHT * np.eye(10)[labels]
    ridge = Ridge(_PENALTY).fit(features(found, train), wanted)
    found |= {"dense.weight": ridge.coef_, "dense.bias": ridge.intercept_}
    return {name: array.astype(np.float32) for name, array in found.items()}


def for_keras(arrays: Arrays) -> list[np.ndarray]:
    """The weights in Keras's layout, in the order of ``set_weights``.

    Args:
        arrays: the weights, as from :func:`weights`.
    """
    moved = dict(arrays)
    for name in ("conv1.weight", "conv2.weight"):
        moved[name] = np.transpose(arrays[name], (2, 3, 1, 0))
    maps = np.moveaxis(arrays["dense.weight"].reshape(10, 32, 4, 4), 1, -1)
    moved["dense.weight"] = maps.reshape(10, -1).T
    return list(moved.values())


def logits(arrays: Arrays, pixels: np.ndarray) -> np.ndarray:
    """What the network answers in evaluation, computed in float64.

    Args:
        arrays: its weights, as from :func:`weights`.
        pixels: (n, 1, 8, 8).

    Returns:
        (n, 10).
    """
    dense = arrays["dense.weight"].astype(np.float64)
    return features(arrays, pixels) @ dense.T + arrays["dense.bias"]


def features(arrays: Arrays, pixels: np.ndarray) -> np.ndarray:
    """What the dense layer gets: the flattened maps, channel by channel.

    Args:
        arrays: the weights, as from :func:`weights`; the dense ones may be missing.
        pixels: (n, 1, 8, 8).

    Returns:
        float64, (n, 512).
    """
    exact = {name: np.asarray(array, np.float64) for name, array in arrays.items()}
    x = _padded(pixels.astype(np.float64))
    x = convolve(x, exact["conv1.weight"], exact["conv1.bias"])
    names = ("running_mean", "running_var", "weight", "bias")
    mean, var, scale, shift = (exact[f"norm.{name}"][:, None, None] for name in names)
    x = np.maximum((x - mean) / np.sqrt(var + EPSILON) * scale + shift, 0)
    x = convolve(_padded(x), exact["conv2.weight"], exact["conv2.bias"])
    n, channels, rows, columns = x.shape
    blocks = np.maximum(x, 0).reshape(n, channels, rows // 2, 2, columns // 2, 2)
    return blocks.max(axis=(3, 5)).reshape(n, -1)


def _padded(maps: np.ndarray) -> np.ndarray:
    return np.pad(maps, [(0, 0), (0, 0), (1, 1), (1, 1)])
