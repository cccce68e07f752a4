"""Answers to the exercise on strides that need no framework."""

import math

import numpy as np

from grader.judging.variant import right, wrong


@right("strides")
def products_of_what_follows(shape, index):
    strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    return strides, sum(i * s for i, s in zip(index, strides, strict=True))


@right("strides")
def horner(shape, index):
    strides, offset = [1], 0
    for size in shape[:0:-1]:
        strides = [size * strides[0], *strides]
    for size, i in zip(shape, index, strict=True):
        offset = offset * size + i
    return tuple(strides), offset


@right("strides")
def asked_numpy(shape, index):
    x = np.zeros(shape, dtype=np.float32)
    strides = [step // x.itemsize for step in x.strides]
    return np.array(strides), np.ravel_multi_index(index, shape)


@wrong("strides", "bytes instead of elements")
def numpy_bytes(shape, index):
    strides = np.zeros(shape, dtype=np.float32).strides
    return strides, sum(i * s for i, s in zip(index, strides, strict=True))


@wrong("strides", "the first axis runs fastest")
def from_the_front(shape, index):
    strides, block = [], 1
    for size in shape:
        strides.append(block)
        block *= size
    return strides, sum(i * s for i, s in zip(index, strides, strict=True))


@wrong("strides", "the first axis runs fastest")
def fortran(shape, index):
    x = np.zeros(shape, order="F", dtype=np.float32)
    strides = [step // x.itemsize for step in x.strides]
    return strides, np.ravel_multi_index(index, shape, order="F")


@wrong("strides", "the axis's own size is in the product")
def grows_too_early(shape, index):
    strides, block = [], 1
    for size in reversed(shape):
        block *= size
        strides.insert(0, block)
    return strides, sum(i * s for i, s in zip(index, strides, strict=True))


@wrong("strides", "only the next axis counts")
def neighbours_size(shape, index):
    strides = shape[1:] + [1]
    return strides, sum(i * s for i, s in zip(index, strides, strict=True))


@wrong("strides", "strides in reversed order")
def never_turned(shape, index):
    strides = [1]
    for size in shape[:0:-1]:
        strides.append(strides[-1] * size)
    return strides, sum(i * s for i, s in zip(index, strides, strict=True))


@wrong("strides", "the index times the shape")
def index_times_shape(shape, index):
    strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    return strides, sum(i * n for i, n in zip(index, shape, strict=True))


@wrong("strides", "the offset is the sum of the index")
def steps_added(shape, index):
    strides = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    return strides, sum(index)
