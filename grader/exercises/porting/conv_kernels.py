"""The kernels of a depthwise and of a transposed convolution."""

from typing import Any

import numpy as np

from grader.exercises.porting.blocks import normal
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Kernels = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    channels, multiplier = rng.permutation([2, 3]).tolist()
    height, width = rng.permutation([2, 3, 4])[:2].tolist()
    # As many channels come out of the transposed convolution as go into it, so that
    # an exchange raises no error.
    side = int(rng.integers(2, 4))
    return {
        "depthwise": normal(rng, channels * multiplier, 1, height, width),
        "transposed": normal(rng, side, side, height, width),
        "channels": channels,
    }


def _reference(depthwise: np.ndarray, transposed: np.ndarray, channels: int) -> Kernels:
    """Keras's kernels: (kh, kw, channels, multiplier) and (kh, kw, out, in).

    depthwise is (channels * multiplier, 1, kh, kw), transposed (in, out, kh, kw), as
    PyTorch has them, float64.
    """
    _, _, height, width = depthwise.shape
    by_channel = depthwise.reshape(channels, -1, height, width)
    return by_channel.transpose(2, 3, 0, 1), transposed.transpose(2, 3, 1, 0)


def _multiplier_slowest(
    depthwise: np.ndarray, transposed: np.ndarray, channels: int
) -> Kernels:
    _, _, height, width = depthwise.shape
    by_copy = depthwise.reshape(-1, channels, height, width)
    return by_copy.transpose(2, 3, 1, 0), transposed.transpose(2, 3, 1, 0)


def _as_plain(depthwise: np.ndarray, transposed: np.ndarray, channels: int) -> Kernels:
    kernel = depthwise.transpose(2, 3, 1, 0)
    return kernel, transposed.transpose(2, 3, 1, 0)


def _channels_exchanged(transposed: np.ndarray, **rest: Any) -> Kernels:
    return _reference(transposed=transposed.swapaxes(0, 1), **rest)


def _flipped(transposed: np.ndarray, **rest: Any) -> Kernels:
    return _reference(transposed=transposed[:, :, ::-1, ::-1], **rest)


def _lying(depthwise: np.ndarray, transposed: np.ndarray, channels: int) -> Kernels:
    return _reference(depthwise.swapaxes(2, 3), transposed.swapaxes(2, 3), channels)


def _reshaped(depthwise: np.ndarray, transposed: np.ndarray, channels: int) -> Kernels:
    one, other = _reference(depthwise, transposed, channels)
    return depthwise.reshape(one.shape), transposed.reshape(other.shape)


_MISTAKES = (
    Mistake(
        "the filters of a channel are apart",
        "Your depthwise kernel has the right shape. You read neighbouring filters as "
        "those of neighbouring channels; in PyTorch all filters of a channel stand "
        "together.",
        "With 2 channels and 3 filters for each: which channel does PyTorch's filter "
        "1 read?",
        compute=_multiplier_slowest,
    ),
    Mistake(
        "moved as the kernel of a plain convolution",
        "Your depthwise kernel has one input channel, and all filters in its last "
        "axis. That is how a plain convolution is stored. Keras's depthwise layer "
        "keeps channels and filters in two axes.",
        "Give PyTorch's first axis its two parts back before you move anything.",
        compute=_as_plain,
    ),
    Mistake(
        "in and out of the transposed convolution",
        "In your transposed kernel, the input and output channels have changed "
        "places. There are as many of both, so that no shape complains.",
        "A transposed convolution's channels stand the other way round than a plain "
        "one's, in each of the two frameworks. Write all four orders.",
        compute=_channels_exchanged,
    ),
    Mistake(
        "the kernel is flipped",
        "Your transposed kernel is flipped in height and width. Both frameworks "
        "spread the same kernel over the output; nothing has to be flipped.",
        "Let a single pixel of 1 through each layer, and look at what comes out.",
        compute=_flipped,
    ),
    Mistake(
        "height and width are exchanged",
        "The rows of your kernels are their columns.",
        "Follow the two letters H and W through your change of axes. Does H come "
        "before W at the end?",
        compute=_lying,
    ),
    Mistake(
        "the kernels are reshaped",
        "Your kernels have the right shapes and the wrong numbers: a reshape keeps "
        "the order in memory, and the axes have to move.",
        "Which operation changes the order of axes?",
        compute=_reshaped,
    ),
)

CONV_KERNELS = Exercise(
    id="porting.conv_kernels",
    title="Depthwise and transposed kernels",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("depthwise_kernel", "transposed_kernel"),
    mistakes=_MISTAKES,
    hints=(
        "Write the axes of each array as letters: the ones you have, and below them "
        "the ones you need. PyTorch's depthwise kernel hides two axes in its first "
        "one.",
        "array.reshape gives an axis its two parts back; array.transpose(...) takes "
        "one number for each axis.",
        "depthwise: unfold its first axis   # (channels, multiplier, kh, kw)\n"
        "    move the axes                  # (kh, kw, channels, multiplier)\n"
        "transposed: move the axes          # (kh, kw, out, in)",
    ),
)
