"""A kernel in whole numbers of 8 bits, with a scale for each output channel."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.exercises.export.channels import SIZE, along, rest
from grader.exercises.export.eight_bits import HIGHEST, near_half
from grader.judging import Case, Exercise, Mistake
from grader.judging.exercise import Draw
from grader.judging.separated import separated

Quantized = tuple[np.ndarray, np.ndarray]
Rounding = Callable[[np.ndarray], np.ndarray]


def _draw(rng: np.random.Generator, ndim: int, axis: int) -> Case:
    """A channel of zeros, one whose weights lie on halves, and others."""
    channels = [
        np.zeros([SIZE] * (ndim - 1)),
        _halves(rng, ndim - 1),
        *(_weights(rng, ndim - 1) for _ in range(SIZE - 2)),
    ]
    kernel = np.stack([channels[n] for n in rng.permutation(SIZE)], axis=axis)
    return {"kernel": kernel.astype(np.float32), "axis": axis}


def _halves(rng: np.random.Generator, ndim: int) -> np.ndarray:
    """Halves of a scale that is a power of 2: float32 holds all of them exactly."""
    while True:
        q = rng.integers(-100, 100, size=[SIZE] * ndim) + 0.5
        q.flat[rng.integers(q.size)] = rng.choice([-HIGHEST, HIGHEST])
        if q.min() < 0 < q.max():
            return q * 2.0 ** -int(rng.integers(7, 11))


def _weights(rng: np.random.Generator, ndim: int) -> np.ndarray:
    """Weights of both signs, none of which lies near a half of its scale."""
    while True:
        weights = rng.normal(size=[SIZE] * ndim) * rng.uniform(0.05, 2)
        weights = weights.astype(np.float32)
        exact = weights.astype(float)
        q, rounded = (w / (np.abs(w).max() / HIGHEST) for w in (exact, weights))
        # Whoever cuts off gets the same in float32, where 127 may become 126.99999.
        same = (np.trunc(q) == np.trunc(rounded)).all()
        if same and q.min() < 0 < q.max() and not near_half(q, 2e-3).any():
            return weights


def _reference(kernel: np.ndarray, axis: int) -> Quantized:
    """(scales, quantized): (channels,), and whole numbers in the kernel's shape.

    The kernel is float64. A channel of zeros has scale 1.
    """
    return _with(_scales(kernel, axis), kernel, axis)


def _scales(kernel: np.ndarray, axis: int) -> np.ndarray:
    largest = np.abs(kernel).max(axis=rest(kernel.ndim, axis))
    return np.where(largest > 0, largest / HIGHEST, 1.0)


def _with(
    scales: np.ndarray, kernel: np.ndarray, axis: int, rounding: Rounding = np.round
) -> Quantized:
    q = rounding(kernel / along(scales, kernel.ndim, axis))
    return scales, np.clip(q, -HIGHEST, HIGHEST)


def _on_axis(other: int, kernel: np.ndarray, axis: int) -> Quantized:
    return _reference(kernel, other)


def _one_scale(kernel: np.ndarray, axis: int) -> Quantized:
    scale = np.abs(kernel).max() / HIGHEST
    return _with(np.full(kernel.shape[axis], scale), kernel, axis)


def _128(kernel: np.ndarray, axis: int) -> Quantized:
    scales = _scales(kernel, axis) * HIGHEST / (HIGHEST + 1)
    return _with(_dead(kernel, axis, scales, 1.0), kernel, axis)


def _signed_largest(kernel: np.ndarray, axis: int) -> Quantized:
    largest = kernel.max(axis=rest(kernel.ndim, axis))
    return _with(np.where(largest != 0, largest / HIGHEST, 1), kernel, axis)


def _range(kernel: np.ndarray, axis: int) -> Quantized:
    width = np.ptp(kernel, axis=rest(kernel.ndim, axis))
    return _with(np.where(width > 0, width / 255, 1), kernel, axis)


def _along_channels(kernel: np.ndarray, axis: int, keepdims: bool) -> Quantized:
    largest = np.abs(kernel).max(axis=axis, keepdims=keepdims)
    scales = np.where(largest > 0, largest / HIGHEST, 1.0)
    return scales.ravel() if keepdims else scales, np.round(kernel / scales)


def _cut(kernel: np.ndarray, axis: int) -> Quantized:
    return _with(_scales(kernel, axis), kernel, axis, np.trunc)


def _halves_up(kernel: np.ndarray, axis: int) -> Quantized:
    return _with(_scales(kernel, axis), kernel, axis, lambda q: np.floor(q + 0.5))


def _zeros_scale(kernel: np.ndarray, axis: int) -> Quantized:
    scales, q = _reference(kernel, axis)
    return _dead(kernel, axis, scales, 0.0), q


def _zeros_by_zero(kernel: np.ndarray, axis: int) -> Quantized:
    scales, q = _reference(kernel, axis)
    dead = _dead(kernel, axis, np.zeros_like(scales), np.nan)
    return _dead(kernel, axis, scales, 0.0), q + along(dead, kernel.ndim, axis)


def _dead(
    kernel: np.ndarray, axis: int, numbers: np.ndarray, instead: float
) -> np.ndarray:
    """Numbers (channels,), with another one for channels of zeros."""
    alive = kernel.any(axis=rest(kernel.ndim, axis))
    return np.where(alive, numbers, instead)


_LAST_AXIS, _FIRST_AXIS = (
    Mistake(
        "a scale for each place of the last axis",
        "Your answer is right where the output channels are the last axis, as in "
        "Keras. Otherwise your scales belong to other slices of the kernel.",
        "Which argument says where the output channels are?",
        compute=partial(_on_axis, -1),
    ),
    Mistake(
        "a scale for each place of the first axis",
        "Your answer is right where the output channels are the first axis, as in "
        "PyTorch's convolution. Otherwise your scales belong to other slices of the "
        "kernel.",
        "Which argument says where the output channels are?",
        compute=partial(_on_axis, 0),
    ),
)
_ALONG = tuple(
    Mistake(
        name,
        "You take the largest weight along the axis of the output channels, so that "
        "this axis is gone and the others are left. Your scales compare the channels "
        "with each other.",
        "NumPy's `axis` names the axes that go. Which ones should go, and which one "
        "should stay?",
        compute=partial(_along_channels, keepdims=keepdims),
    )
    for name, keepdims in (
        ("the largest along the channels' axis", False),
        ("the largest along the channels' axis, as a vector", True),
    )
)
_SHOWN = (
    Mistake(
        "one scale for all channels",
        "All of your channels have the scale of the largest weight. A channel with "
        "small weights then uses few of the whole numbers.",
        "Over which axes do you take the largest, and which axis has to stay?",
        compute=_one_scale,
    ),
    Mistake(
        "128 steps",
        "Your scales are too small by 127/128, and the largest weight of a channel "
        "has to be clipped.",
        "Onto which whole number should the largest weight go?",
        compute=_128,
    ),
    Mistake(
        "the largest weight with its sign",
        "Your scale of a channel comes from its largest positive weight. A larger "
        "negative one is clipped.",
        "Compare sizes, without their signs.",
        compute=_signed_largest,
    ),
    Mistake(
        "the width of the range",
        "Your scales are those of a range with a zero point of its own. Here the zero "
        "point is 0, so that the range is as wide on both sides.",
        "How far from 0 is the weight that is furthest from it?",
        compute=_range,
    ),
    Mistake(
        "cut off instead of rounded",
        "Your scales are right. Your whole numbers are cut off towards 0.",
        "astype to an integer dtype cuts off. Round before it.",
        compute=_cut,
    ),
    Mistake(
        "halves are rounded up",
        "Your scales are right. Where a weight lies exactly between two whole "
        "numbers, you take the larger one; asked for is the even one.",
        "Compare np.round(0.5), np.round(1.5) and np.floor(0.5 + 0.5).",
        compute=_halves_up,
    ),
    Mistake(
        "a channel of zeros has scale 0",
        "Your whole numbers are right. A channel without any weight has scale 0 in "
        "your answer: a runtime that divides by it gets NaN.",
        "Which scale does the exercise name for a channel of zeros?",
        compute=_zeros_scale,
    ),
    Mistake(
        "0/0 in a channel of zeros",
        "A channel without any weight has scale 0 in your answer, and its whole "
        "numbers are NaN.",
        "Which scale does the exercise name for a channel of zeros? Put it there "
        "before you divide.",
        compute=_zeros_by_zero,
    ),
)


def _cases(ndim: int, axis: int) -> Draw:
    other = [
        mistake
        for mistake, same in ((_FIRST_AXIS, 0), (_LAST_AXIS, ndim - 1))
        if same != axis
    ]
    draw = partial(_draw, ndim=ndim, axis=axis)
    return separated(draw, _reference, [*_SHOWN, *other], least=2e-3)


QUANTIZE_KERNEL = Exercise(
    id="export.quantize_kernel",
    title="A scale for each channel",
    points=2,
    neutral=True,
    # A convolution of PyTorch, one of Keras, and a dense layer of Keras.
    cases=(_cases(4, 0), _cases(4, 3), _cases(2, 1)),
    reference=_reference,
    returns=("scales", "quantized"),
    mistakes=(_LAST_AXIS, _FIRST_AXIS, *_ALONG, *_SHOWN),
    hints=(
        "Each output channel has a scale of its own: its largest weight, without its "
        "sign, goes onto 127. So take the largest over all axes but one.",
        "np.abs, array.max(axis=(...), keepdims=True), np.where(condition, a, b), "
        "np.round, np.clip; scales.ravel() makes a vector of them",
        "others = a tuple of all axes but the given one\n"
        "largest = the largest size over these axes, which are kept with length 1\n"
        "scale = largest / 127, but 1 where the largest is 0\n"
        "quantized = the kernel by its scale, rounded",
    ),
)
