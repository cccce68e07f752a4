"""Answers about what is kept in memory for the way back."""

import numpy as np

from grader.judging.variant import right, wrong


@right("kept_bytes")
def two_sums(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths


@right("kept_bytes")
def marked_tensors(sizes, frozen, activation, batch, dtype):
    kept = set()
    last = len(sizes) - 2
    for layer in range(frozen, last + 1):
        if layer > 0:
            kept.add(("after", layer - 1))
        if layer < last:
            output = activation in ("relu", "tanh", "sigmoid")
            kept.add(("after" if output else "before", layer))
    item = {"64": 8, "32": 4, "16": 2}[dtype[-2:]]
    return sum(batch * sizes[layer + 1] * item for _, layer in kept)


@right("kept_bytes")
def with_arrays(sizes, frozen, activation, batch, dtype):
    # NumPy has no bfloat16, which is as large as float16.
    kind = np.dtype(dtype.removeprefix("b"))
    kept = 0
    for layer, width in enumerate(sizes[1:-1]):
        array = np.zeros((batch, width), kind)
        if layer + 1 >= frozen:
            kept += array.nbytes
        if layer >= frozen and activation in ("gelu", "silu", "leaky_relu"):
            kept += array.nbytes
    return kept


@wrong("kept_bytes", "the result is counted")
def all_outputs(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) :])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths


@wrong("kept_bytes", "the batch is counted")
def all_inputs(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[frozen:-1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths


@wrong("kept_bytes", "one tensor is counted twice")
def inputs_and_activations(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1]) + sum(sizes[frozen + 1 : -1])
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths


@wrong("kept_bytes", "the activation's input is missing")
def all_like_relu(sizes, frozen, activation, batch, dtype):
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * sum(sizes[max(frozen, 1) : -1])


@wrong("kept_bytes", "frozen layers keep their tensors")
def nothing_frozen(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[1:-1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths *= 2
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths


@wrong("kept_bytes", "the first trained layer's input is missing")
def activations_alone(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[frozen + 1 : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths *= 2
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths


@wrong("kept_bytes", "parameters are counted")
def weights_too(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    weights = sum(sizes[n] * sizes[n + 1] for n in range(len(sizes) - 1))
    biases = sum(sizes[1:])
    return item * (batch * widths + weights + biases)


@wrong("kept_bytes", "one example instead of the batch")
def one_row(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    return widths * {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]


@wrong("kept_bytes", "numbers instead of bytes")
def without_dtype(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    return batch * widths


@wrong("kept_bytes", "4 bytes for every dtype")
def float32_always(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    return 4 * batch * widths


@wrong("kept_bytes", "bits instead of bytes")
def name_of_the_dtype(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    return int(dtype[-2:]) * batch * widths


@wrong("kept_bytes", "MiB instead of bytes")
def in_mib(sizes, frozen, activation, batch, dtype):
    widths = sum(sizes[max(frozen, 1) : -1])
    if activation not in ("relu", "tanh", "sigmoid"):
        widths += sum(sizes[frozen + 1 : -1])
    item = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}[dtype]
    return item * batch * widths / 2**20
