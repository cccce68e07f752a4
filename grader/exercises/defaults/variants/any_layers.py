"""Answers about the defaults of layers, and about comparing settings."""

import math

import numpy as np

from grader.judging.variant import right, wrong


@right("initial_std")
def bound_over_root_3(height, width, inputs, outputs):
    fan_in, fan_out = height * width * inputs, height * width * outputs
    torch_bound = 1 / math.sqrt(fan_in)
    keras_bound = math.sqrt(6 / (fan_in + fan_out))
    return torch_bound / math.sqrt(3), keras_bound / math.sqrt(3)


@right("initial_std")
def closed_form(height, width, inputs, outputs):
    window = height * width
    keras = math.sqrt(2 / (window * (inputs + outputs)))
    return 1 / math.sqrt(3 * window * inputs), keras


@right("initial_std")
def by_variance(height, width, inputs, outputs):
    fan_in, fan_out = np.array([inputs, outputs]) * height * width
    variances = np.array([1 / fan_in, 6 / (fan_in + fan_out)]) / 3
    return tuple(np.sqrt(variances))


@wrong("initial_std", "the bound instead of the standard deviation")
def only_bounds(height, width, inputs, outputs):
    fan_in, fan_out = height * width * inputs, height * width * outputs
    return 1 / math.sqrt(fan_in), math.sqrt(6 / (fan_in + fan_out))


@wrong("initial_std", "the variance")
def no_root(height, width, inputs, outputs):
    fan_in, fan_out = height * width * inputs, height * width * outputs
    return 1 / (3 * fan_in), 2 / (fan_in + fan_out)


@wrong("initial_std", "the two are swapped")
def keras_first(height, width, inputs, outputs):
    fan_in, fan_out = height * width * inputs, height * width * outputs
    return math.sqrt(2 / (fan_in + fan_out)), 1 / math.sqrt(3 * fan_in)


@wrong("initial_std", "the window is not counted")
def as_dense(height, width, inputs, outputs):
    return 1 / math.sqrt(3 * inputs), math.sqrt(2 / (inputs + outputs))


@wrong("initial_std", "fan_out without the window")
def outputs_alone(height, width, inputs, outputs):
    fan_in = height * width * inputs
    return 1 / math.sqrt(3 * fan_in), math.sqrt(2 / (fan_in + outputs))


@wrong("initial_std", "fan_out for fan_in")
def torch_by_outputs(height, width, inputs, outputs):
    fan_in, fan_out = height * width * inputs, height * width * outputs
    return 1 / math.sqrt(3 * fan_out), math.sqrt(2 / (fan_in + fan_out))


@right("same_padding")
def by_the_rule(size, kernel, stride, dilation):
    outputs = -(-size // stride)
    window = dilation * (kernel - 1) + 1
    total = max((outputs - 1) * stride + window - size, 0)
    return total // 2, total - total // 2, outputs


@right("same_padding")
def by_remainder(size, kernel, stride, dilation):
    window = dilation * (kernel - 1) + 1
    rest = size % stride or stride
    total = max(window - rest, 0)
    before = total // 2
    return before, total - before, math.ceil(size / stride)


@right("same_padding")
def by_positions(size, kernel, stride, dilation):
    starts = range(0, size, stride)
    total = starts[-1] + dilation * (kernel - 1) + 1 - size
    if total < 0:
        total = 0
    after = (total + 1) // 2
    return total - after, after, len(starts)


@wrong("same_padding", "PyTorch's symmetric padding")
def symmetric(size, kernel, stride, dilation):
    p = dilation * (kernel - 1) // 2
    outputs = (size + 2 * p - dilation * (kernel - 1) - 1) // stride + 1
    return p, p, outputs


@wrong("same_padding", "the odd zero comes first")
def larger_half_first(size, kernel, stride, dilation):
    outputs = -(-size // stride)
    window = dilation * (kernel - 1) + 1
    total = max((outputs - 1) * stride + window - size, 0)
    return total - total // 2, total // 2, outputs


@wrong("same_padding", "the stride is not used")
def as_stride_1(size, kernel, stride, dilation):
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2, -(-size // stride)


@wrong("same_padding", "the dilation is not used")
def no_gaps(size, kernel, stride, dilation):
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2, outputs


@wrong("same_padding", "the outputs are rounded down")
def floor_of_outputs(size, kernel, stride, dilation):
    outputs = size // stride
    window = dilation * (kernel - 1) + 1
    total = max((outputs - 1) * stride + window - size, 0)
    return total // 2, total - total // 2, outputs


@wrong("same_padding", "a negative number of zeros")
def without_max(size, kernel, stride, dilation):
    outputs = -(-size // stride)
    window = dilation * (kernel - 1) + 1
    total = (outputs - 1) * stride + window - size
    return total // 2, total - total // 2, outputs
