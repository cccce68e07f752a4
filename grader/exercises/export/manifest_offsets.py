"""Where each tensor lies in a file of weights."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Tensor = list[Any]  # dtype and shape
Layout = tuple[np.ndarray, int]
Bytes = Callable[[str, list[int]], int]

ITEM = {"float32": 4, "float16": 2, "int8": 1, "int64": 8}


def _draw(rng: np.random.Generator, alignment: int) -> Case:
    dtypes = list(ITEM)
    tensors: list[Tensor] = [
        [dtypes[rng.integers(4)], rng.integers(2, 6, size=ndim).tolist()]
        for ndim in (2, 1, 3)
    ]
    tensors += [
        ["int8", [int(rng.integers(9, 15))]],
        ["float32", []],
        ["float16", [0, 3]],
        # It fills its room to the last byte.
        ["float32", [alignment // 2, int(rng.integers(2, 5))]],
        ["int64", rng.integers(2, 4, size=2).tolist()],
    ]
    last = ["int8", [alignment + int(rng.integers(1, 7))]]
    order = rng.permutation(len(tensors))
    return {"tensors": [*[tensors[n] for n in order], last], "alignment": alignment}


def _bytes(dtype: str, shape: list[int]) -> int:
    return ITEM[dtype] * int(np.prod(shape))


def _reference(tensors: list[Tensor], alignment: int) -> Layout:
    """(offsets, total) in bytes: (tensors,), and where the last tensor ends."""
    return _laid_out(tensors, alignment, _bytes)


def _laid_out(tensors: list[Tensor], alignment: int, size: Bytes) -> Layout:
    offsets, end = [], 0
    for dtype, shape in tensors:
        offsets.append(-(-end // alignment) * alignment)
        end = offsets[-1] + size(dtype, shape)
    return np.array(offsets), end


def _packed(tensors: list[Tensor], alignment: int) -> Layout:
    return _laid_out(tensors, 1, _bytes)


def _padded_end(tensors: list[Tensor], alignment: int) -> Layout:
    offsets, end = _reference(tensors, alignment)
    return offsets, -(-end // alignment) * alignment


def _always_padded(tensors: list[Tensor], alignment: int) -> Layout:
    offsets, end = [], 0
    for number, (dtype, shape) in enumerate(tensors):
        offsets.append((end // alignment + 1) * alignment if number else 0)
        end = offsets[-1] + _bytes(dtype, shape)
    return np.array(offsets), end


def _ends(tensors: list[Tensor], alignment: int) -> Layout:
    offsets, end = _reference(tensors, alignment)
    sizes = [_bytes(dtype, shape) for dtype, shape in tensors]
    return offsets + sizes, end


def _without_padding(tensors: list[Tensor], alignment: int) -> Layout:
    offsets, _ = _reference(tensors, alignment)
    return offsets, sum(_bytes(dtype, shape) for dtype, shape in tensors)


def _sized(size: Bytes) -> Callable[..., Layout]:
    return partial(_laid_out, size=size)


_MISTAKES = (
    Mistake(
        "no alignment",
        "Your tensors lie directly one behind the other. Each should begin at a "
        "multiple of the alignment.",
        "If a tensor ends at byte 13 and the alignment is 8, where may the next one "
        "begin?",
        compute=_packed,
    ),
    Mistake(
        "the end is padded",
        "Your offsets are right. Your file goes on behind its last tensor, up to a "
        "multiple of the alignment.",
        "Who begins behind the last tensor?",
        compute=_padded_end,
    ),
    Mistake(
        "padding where none is needed",
        "A tensor that ends exactly at a multiple of the alignment is followed by "
        "unused bytes in your file.",
        "If a tensor ends at byte 16 and the alignment is 8, where may the next one "
        "begin?",
        compute=_always_padded,
    ),
    Mistake(
        "where each tensor ends",
        "Your total is right. Your offsets are the first bytes behind each tensor.",
        "Where does the first tensor begin?",
        compute=_ends,
    ),
    Mistake(
        "a total without the padding",
        "Your offsets are right. Your total is the bytes of the tensors alone, and the "
        "file has unused bytes between them too.",
        "The last tensor begins at an offset that you know. Where does it end?",
        compute=_without_padding,
    ),
    Mistake(
        "elements instead of bytes",
        "You count the elements of each tensor. An offset counts bytes.",
        "How many bytes has a float16?",
        compute=_sized(lambda dtype, shape: int(np.prod(shape))),
    ),
    Mistake(
        "four bytes for every element",
        "You count four bytes for each element, whatever its dtype.",
        "How many bytes has an int8?",
        compute=_sized(lambda dtype, shape: 4 * int(np.prod(shape))),
    ),
    Mistake(
        "bits instead of bytes",
        "You count the bits of each tensor. The number in the name of a dtype is its "
        "bits.",
        "How many bytes has a float32?",
        compute=_sized(lambda dtype, shape: 8 * _bytes(dtype, shape)),
    ),
    Mistake(
        "a number without axes takes no room",
        "A tensor of shape [] has no bytes in your file. It holds one number.",
        "What is the product of no sizes at all?",
        compute=_sized(lambda dtype, shape: _bytes(dtype, shape) if shape else 0),
    ),
    Mistake(
        "an empty tensor takes room",
        "A tensor which has an axis of length 0 takes bytes in your file. It has no "
        "elements.",
        "What is 0 times 3?",
        compute=_sized(lambda dtype, shape: _bytes(dtype, [n or 1 for n in shape])),
    ),
)

MANIFEST_OFFSETS = Exercise(
    id="export.manifest_offsets",
    title="Where each tensor lies",
    points=1,
    neutral=True,
    cases=tuple(
        separated(
            partial(_draw, alignment=alignment), _reference, _MISTAKES, least=1e-3
        )
        for alignment in (8, 16, 32)
    ),
    reference=_reference,
    returns=("offsets", "total"),
    mistakes=_MISTAKES,
    tolerance=1e-5,
    hints=(
        "Walk through the tensors with one number in your hand: the first byte that "
        "is still free. Move it up to a multiple of the alignment before each tensor.",
        "np.dtype(dtype).itemsize is the bytes of an element; math.prod([]) and "
        "np.prod([]) are 1; -(-a // b) is a / b, rounded up",
        "free = 0\n"
        "for each tensor:\n"
        "    offset = free, moved up to a multiple of the alignment\n"
        "    free = offset + bytes of the tensor\n"
        "the total is what free is in the end",
    ),
)
