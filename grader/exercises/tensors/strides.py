"""The strides of a contiguous tensor, and where one element lies."""

import math

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

FLOAT32_BYTES = 4


def _draw(rng: np.random.Generator) -> Case:
    # With two axes a stride that leaves out an axis would go unnoticed.
    shape = [int(n) for n in rng.integers(2, 6, size=rng.integers(3, 5))]
    return {"shape": shape, "index": [int(rng.integers(n)) for n in shape]}


def _located(strides: list[int], index: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(strides), np.dot(strides, index)


def _strides(shape: list[int]) -> list[int]:
    return [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]


def _reference(shape: list[int], index: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Strides in elements, shape (axes,), and the offset of ``index``; int64.

    The stride of an axis is the product of the later axes' sizes (row-major order).
    """
    return _located(_strides(shape), index)


def _in_bytes(shape: list[int], index: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return _located([FLOAT32_BYTES * stride for stride in _strides(shape)], index)


def _column_major(shape: list[int], index: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return _located([math.prod(shape[:axis]) for axis in range(len(shape))], index)


def _own_size(shape: list[int], index: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return _located([math.prod(shape[axis:]) for axis in range(len(shape))], index)


_MISTAKES = (
    Mistake(
        "bytes instead of elements",
        "Your strides are 4 times too large: they count bytes, and a float32 has 4.",
        "Look up in the exercise in which unit strides are asked for.",
        compute=_in_bytes,
    ),
    Mistake(
        "the first axis runs fastest",
        "Your tensor lies in memory column by column: its first axis has the stride 1.",
        "Write the six numbers of a (2, 3) tensor in the order in which they lie in "
        "memory. Which index changes from each one to the next?",
        compute=_column_major,
    ),
    Mistake(
        "the axis's own size is in the product",
        "Each of your strides is too large by the size of its own axis: the last one "
        "is not 1.",
        "In a (2, 3) tensor, how many elements lie between x[0, 0] and x[0, 1]? And "
        "between x[0, 0] and x[1, 0]?",
        compute=_own_size,
    ),
    Mistake(
        "only the next axis counts",
        "Each of your strides is the size of the next axis alone.",
        "One step along the first axis of a (2, 3, 4) tensor jumps over a whole "
        "(3, 4) block. How many elements has it?",
        compute=lambda shape, index: _located([*shape[1:], 1], index),
    ),
    Mistake(
        "strides in reversed order",
        "Your strides are right, from the last axis to the first.",
        "Which axis does the first number that you return belong to?",
        compute=lambda shape, index: _located(_strides(shape)[::-1], index),
    ),
    Mistake(
        "the index times the shape",
        "Your strides are right; your offset multiplies each index by the size of "
        "its axis.",
        "How far does one step along an axis move you in memory? Two steps?",
        compute=lambda shape, index: (_strides(shape), np.dot(shape, index)),
    ),
    Mistake(
        "the offset is the sum of the index",
        "Your strides are right; your offset counts each step along any axis as one "
        "element.",
        "How far does one step along an axis move you in memory?",
        compute=lambda shape, index: (_strides(shape), sum(index)),
    ),
)

STRIDES = Exercise(
    id="tensors.strides",
    title="Strides, and where an element lies",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("strides", "offset"),
    mistakes=_MISTAKES,
    hints=(
        "The last axis is the one whose neighbours lie side by side. One step along "
        "any other axis jumps over a whole block of the axes after it.",
        "Plain Python is enough: range, len, *, and math.prod or a loop from the last "
        "axis to the first. To try it in PyTorch: torch.empty(2, 3, 4).stride()",
        "start with no strides and a block of 1 element\n"
        "for each size, from the last axis to the first:\n"
        "    the stride is the block so far; then the block grows by the size\n"
        "bring the strides into the order of the axes\n"
        "offset = each index's steps, in elements, added up",
    ),
)
