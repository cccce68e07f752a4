"""The dense layer after a flatten, when it also gets other features."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.exercises.porting.blocks import normal
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    out, extra = int(rng.integers(2, 5)), int(rng.integers(1, 4))
    channels, height, width = rng.permutation([2, 3, int(rng.integers(2, 5))]).tolist()
    return {
        "weight": normal(rng, out, channels * height * width + extra),
        "channels": channels,
        "height": height,
        "width": width,
    }


def _reference(
    weight: np.ndarray, channels: int, height: int, width: int
) -> np.ndarray:
    """Keras's kernel, (height * width * channels + extra, out), float64.

    weight is (out, channels * height * width + extra), float64. A column of the map
    stands at (c * height + i) * width + j, a row at (i * width + j) * channels + c.
    """
    return _moved(weight, (channels, height, width), (1, 2, 0))


def _moved(
    weight: np.ndarray, read: Sequence[int], axes: tuple[int, int, int]
) -> np.ndarray:
    """The columns of the map, read as three axes and brought into another order."""
    pixels = int(np.prod(read))
    unfolded = weight[:, :pixels].reshape(len(weight), *read)
    order = (0, *(axis + 1 for axis in axes))
    columns = unfolded.transpose(order).reshape(len(weight), pixels)
    return np.concatenate([columns, weight[:, pixels:]], axis=1).T


def _extra_first(**inputs: Any) -> np.ndarray:
    extra = _extra(**inputs)
    return np.roll(_reference(**inputs), extra, axis=0)


def _extra_read_first(weight: np.ndarray, **sizes: int) -> np.ndarray:
    extra = _extra(weight, **sizes)
    turned = _reference(np.roll(weight, -extra, axis=1), **sizes)
    return np.roll(turned, extra, axis=0)


def _extra(weight: np.ndarray, channels: int, height: int, width: int) -> int:
    return weight.shape[1] - channels * height * width


def _then_reshaped(**inputs: Any) -> np.ndarray:
    kernel = _reference(**inputs)
    return kernel.T.reshape(kernel.shape)


_MISTAKES = (
    Mistake(
        "the rows keep PyTorch's order",
        "You transpose the matrix, and its rows still count channel by channel. "
        "Keras's Flatten counts pixel by pixel, with all channels of a pixel "
        "together.",
        "Write the first four flattened features in each framework, with their "
        "indices (channel, row, column).",
        compute=lambda weight, channels, height, width: weight.T,
    ),
    Mistake(
        "the order the other way round",
        "You read the columns as height, width, channels, and bring the channels to "
        "the front. The columns come from PyTorch.",
        "Before you move an axis: which three axes, in which order, did PyTorch "
        "flatten?",
        compute=lambda weight, channels, height, width: _moved(
            weight, (height, width, channels), (2, 0, 1)
        ),
    ),
    Mistake(
        "columns before rows",
        "Your channels come last, as they should. The image's columns come before "
        "its rows.",
        "Follow the letters C, H, W through your change of axes. In which order do H "
        "and W end up?",
        compute=lambda weight, channels, height, width: _moved(
            weight, (channels, height, width), (2, 1, 0)
        ),
    ),
    Mistake(
        "the extra rows come first",
        "The rows of the map are right. The rows of the extra features stand above "
        "them.",
        "What comes first in the input of the dense layer: the map or the extra "
        "features?",
        compute=_extra_first,
    ),
    Mistake(
        "the extra features are read first",
        "You take the first columns of the weight for the extra features. They are "
        "the last ones.",
        "What comes first in the input of the dense layer: the map or the extra "
        "features?",
        compute=_extra_read_first,
    ),
    Mistake(
        "reshaped at the end",
        "The columns are in the right order. Then you make the shape [in, out] by a "
        "reshape, which mixes the outputs.",
        "Which operation exchanges rows and columns?",
        compute=_then_reshaped,
    ),
)

FLATTEN_ROWS = Exercise(
    id="porting.flatten_rows",
    title="The dense layer after a flatten",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("kernel",),
    mistakes=_MISTAKES,
    hints=(
        "Cut the columns in two: those of the map, and the others. Give the first "
        "part its three axes back, move the channels behind the other two, and "
        "flatten again.",
        "array.reshape, array.transpose(...) with one number for each axis, "
        "np.concatenate([...], axis=...), array.T",
        "how many columns belong to the map?\n"
        "unfold these                        # (out, channels, height, width)\n"
        "move the axes                       # (out, height, width, channels)\n"
        "flatten all but the first axis      # (out, the map's columns)\n"
        "put the other columns behind them, and transpose",
    ),
)
