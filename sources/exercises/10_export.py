# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: export
#
# They follow the lesson [10_export](../../notebooks/10_export.ipynb).
# Each exercise is one function. All but one need no framework: they
# do by hand what an exporter, a converter or a runtime does. Exercise 3
# exports a function for real, and is written once in PyTorch and once in
# TensorFlow. Do one half of it or both: the points count for each.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs of different sizes and says what it found. When
#    an answer is wrong, it shows where, and names the mistake if it can.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("export.run_graph", 2)` shows the second.
#
# **What your functions get.** In an exercise without a framework, arrays
# arrive as NumPy arrays, of dtype float32 unless the table says otherwise.
# In exercise 3 they arrive as float32 tensors of the framework. Whole
# numbers arrive as `int`, other numbers as `float`, texts as `str`, and
# rows of several kinds as lists.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. A function that changes one of its arguments in place is not
# correct, so work on a copy.
#
# **What they return.** Arrays, tensors, plain numbers, or lists of them;
# several values as a tuple, in the order that the exercise names. The order
# of the axes counts. The dtype does not.
#
# **Sizes.** Several axes are equally long on purpose. In a real model too, a
# mistake is silent where the shapes happen to fit.
#
# Nothing of this needs ONNX, LiteRT or any other extra. Grading uses fresh
# inputs. Run the next cells first.

# %% tags=["torch"] pair="setup"
import torch

# %% tags=["tensorflow"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. Which calls an export accepts (2 points)
#
# An exported model has a **signature**: for each of its inputs a dtype and a list of
# sizes. A size that is a number is fixed. A size that is a name, such as `"batch"`, is a
# dynamic dimension. The same name may stand in several places.
#
# Write `accepted_calls(inputs, dims, calls)`.
#
# | argument | what | example |
# |---|---|---|
# | `inputs` | for each input `[dtype, sizes]` | `[["float32", ["batch", 3]], ["int64", ["batch"]]]` |
# | `dims` | for each name `[name, smallest, largest]`; a `largest` of -1 means that there is no upper limit | `[["batch", 2, -1]]` |
# | `calls` | for each call a list of `[dtype, shape]`, one for each input, in the order of `inputs` | `[[["float32", [5, 3]], ["int64", [5]]]]` |
#
# A call is accepted if each of its inputs has the dtype of the signature, the same number
# of axes, and the right size along each axis:
#
# - Where the signature has a number, the size must be equal to it. A runtime broadcasts
#   nothing here, so 1 is accepted only for 1.
# - Where it has a name, the size must lie between `smallest` and `largest`, and both limits
#   are allowed. Wherever the name stands in one call, in the same input or in another
#   one, the size must be the same. The next call may have another size.
#
# **Return** 1 for each call that is accepted and 0 for each other one, of shape `(calls,)`.
# Truth values will do as well. Every name in `inputs` has a row in `dims`, and each call
# has as many inputs as the signature. Real runtimes may check fewer rules. A call that breaks
# one is not covered by the export, even where it runs. *Lesson: section 3.*

# %%
def accepted_calls(inputs, dims, calls):
    """1 for each call that is accepted, else 0."""
    ### BEGIN SOLUTION
    limits = {name: limit for name, *limit in dims}
    answers = []
    for call in calls:
        good, found = True, {}  # found: the size of a name
        for (dtype, asked), (given, shape) in zip(inputs, call):
            good &= dtype == given and len(asked) == len(shape)
            for entry, size in zip(asked, shape):
                low, high = limits.get(entry, (entry, entry))
                good &= low <= size and (high == -1 or size <= high)
                good &= found.setdefault(entry, size) == size
        answers.append(good)
    return answers
    ### END SOLUTION

# %%
check("export.accepted_calls", accepted_calls)

# %% [markdown]
# ## 2. What a recording returns (2 points)
#
# Some exporters *record*: they run the model once, on an example, and write down each
# operation on a tensor. What is a Python value in between is written down as the value
# that it had: a number, or the lines of an `if` that ran. Here is a model, with NumPy in
# place of a framework. `x` is the tensor, of shape `(rows, columns)`, and `FACTOR` is a
# Python number outside of the model.

# %%
FACTOR = 2.0

def model(x):
    peak = np.abs(x).max()  # operations on a tensor
    rows = len(x)           # a Python number
    y = x - FACTOR
    if x.sum() > 0:         # an if of Python
        y = FACTOR * x
    return y.sum(axis=0) / (rows * peak)

model(np.array([[1.0, 3.0], [2.0, -1.0]]))

# %% [markdown]
# The model was recorded with `example`, while `FACTOR` was `before`. Later `FACTOR` was set
# to `after`. Now the recording runs on each array of `others`, without any error. What
# does it return?
#
# Write `frozen_values(example, others, before, after)`.
#
# | argument | what | shape |
# |---|---|---|
# | `example` | the input that was recorded | `(rows, columns)` |
# | `others` | list of inputs, each with its own number of rows | `(rows, columns)` each |
# | `before`, `after` | `FACTOR` when the model was recorded, and now | floats |
#
# **Return** the outputs of the recording, of shape `(inputs, columns)`. The line with
# `peak` has operations on tensors alone: it is recorded as these operations, and runs
# anew for each input. *Lesson: section 2, and PyTorch's older exporter in section 6.*

# %%
def frozen_values(example, others, before, after):
    """The recording's output for each of the others."""
    ### BEGIN SOLUTION
    scaled = example.sum() > 0
    rows = len(example)
    outputs = []
    for x in others:
        y = before * x if scaled else x - before
        peak = np.abs(x).max()
        outputs.append(y.sum(axis=0) / (rows * peak))
    return outputs
    ### END SOLUTION

# %%
check("export.frozen_values", frozen_values)

# %% [markdown]
# ## 3. One export for all inputs (3 points)
#
# Now a function like that is exported for real. `smoothed` is right in Python. Its branch,
# the number of rows and the factor are Python values, which an exporter refuses or freezes.

# %%
def smoothed(x, factor):
    y = x - factor
    if x.sum() > 0:
        y = factor * x
    return y.sum(axis=0) / len(x)

smoothed(np.array([[1.0, 3.0], [2.0, -1.0]]), 2.0)

# %% [markdown]
# The next cell brings the exporter: `exported_torch` or `exported_tf`. It returns a pair
# `(program, runs)`: what was exported, to be called as `program(x, factor)`, and a function
# `runs()`, which says how often Python has run `f`. Use it as it is:
#
# - `exported_torch(f, x, factor, dynamic_shapes)` calls `torch.export.export` with the two
#   tensors as an example. `dynamic_shapes` is a pair, for `x` and for `factor`: such as
#   `({0: torch.export.Dim.DYNAMIC}, None)`, which leaves axis 0 of `x` open.
# - `exported_tf(f, signature)` calls `tf.function` with a list of two `tf.TensorSpec`.
#   AutoGraph is off, so that an `if` stays Python.

# %% tags=["torch"] pair="exported"
def exported_torch(f, x, factor, dynamic_shapes):
    """f as a program, and a count of its runs."""
    runs = []

    class Program(torch.nn.Module):
        def forward(self, x, factor):
            runs.append(1)
            return f(x, factor)

    program = torch.export.export(
        Program(), (x, factor),
        dynamic_shapes=dynamic_shapes)
    return program.module(), lambda: len(runs)

# %% tags=["tensorflow"] pair="exported"
def exported_tf(f, signature):
    """f as a program, and a count of its runs."""
    runs = []

    def counted(x, factor):
        runs.append(1)
        return f(x, factor)

    program = tf.function(
        counted, autograph=False,
        input_signature=signature)
    return program, lambda: len(runs)

# %% [markdown]
# Write `one_export(xs, factors)`. Write `smoothed` anew in your framework, so that nothing
# of it is frozen, export it **once**, and call the program for each pair.
#
# | argument | what | shape |
# |---|---|---|
# | `xs` | list of batches, each with its own number of rows | `(rows, 3)` each, at least 2 rows |
# | `factors` | list of floats, one for each batch | |
#
# **Return** `(outputs, runs)`:
#
# - `outputs`, of shape `(batches, 3)`: what `smoothed` returns for each batch with its own
#   factor
# - `runs`: how often Python has run your function in all, which `runs()` says after the
#   last call. It should be 1.
#
# A factor arrives as a Python number, and must reach the program as a tensor. Choose any
# example to export with; `xs[0]` will do.
#
# An exporter stops at what it can't write down. For an `if` on the values of `x`, PyTorch
# says `GuardOnDataDependentSymNode` and TensorFlow `OperatorNotAllowedInGraphError`. For
# `len(x)`, PyTorch says `Constraints violated`, and TensorFlow says that `len` is not well
# defined. Section 2 of the lesson has a cure for each. *Lesson: sections 2 and 3.*

# %% tags=["torch"] pair="one_export"
def one_export(xs, factors):
    """Outputs (batches, 3), and Python's runs."""
    ### BEGIN SOLUTION
    def f(x, factor):
        y = torch.where(
            x.sum() > 0, factor * x, x - factor)
        return y.sum(dim=0) / x.shape[0]

    factors = [torch.tensor(k) for k in factors]
    program, runs = exported_torch(
        f, xs[0], factors[0],
        ({0: torch.export.Dim.DYNAMIC}, None))
    outputs = [
        program(x, k) for x, k in zip(xs, factors)]
    return outputs, runs()
    ### END SOLUTION

# %% tags=["torch"] pair="one_export_check"
check("export.one_export", one_export, "torch")

# %% tags=["tensorflow"] pair="one_export"
def one_export(xs, factors):
    """Outputs (batches, 3), and Python's runs."""
    ### BEGIN SOLUTION
    def f(x, factor):
        up = tf.reduce_sum(x) > 0
        y = tf.where(up, factor * x, x - factor)
        rows = tf.cast(tf.shape(x)[0], tf.float32)
        return tf.reduce_sum(y, axis=0) / rows

    program, runs = exported_tf(f, [
        tf.TensorSpec([None, 3]), tf.TensorSpec([])])
    outputs = [
        program(x, k) for x, k in zip(xs, factors)]
    return outputs, runs()
    ### END SOLUTION

# %% tags=["tensorflow"] pair="one_export_check"
check("export.one_export", one_export, "tensorflow")

# %% [markdown]
# ## 4. Fold a batch norm (2 points)
#
# In evaluation, a batch norm layer computes
# $\gamma\,(x - \mathrm{mean})/\sqrt{\mathrm{variance} + \varepsilon} + \beta$ in each
# channel. Right behind a convolution or a dense layer, it can be folded into that layer:
# one layer with another kernel and another bias then gives what both gave.
#
# Write `fold_batch_norm(kernel, bias, gamma, beta, mean, variance, epsilon, axis)`.
#
# | argument | what | shape |
# |---|---|---|
# | `kernel` | of the layer before the norm | any; `channels` along `axis` |
# | `bias` | of that layer | `(channels,)` |
# | `gamma`, `beta`, `mean`, `variance` | of the norm | `(channels,)` each |
# | `epsilon` | $\varepsilon$ of the norm | float |
# | `axis` | the kernel's axis that has the output channels | int, from 0 |
#
# The axis depends on who stored the kernel. It is 0 for a convolution of PyTorch
# (out, in, row, column), 3 for one of Keras (row, column, in, out), and 1 for a transposed
# convolution of PyTorch (in, out, row, column). Your function should work for any axis.
#
# **Return** `(kernel, bias)`, both of the folded layer, in the shapes of the
# old ones. *Lesson: section 5.*

# %%
def fold_batch_norm(kernel, bias, gamma, beta, mean,
                    variance, epsilon, axis):
    """Kernel and bias of the layer that does both."""
    ### BEGIN SOLUTION
    factor = gamma / np.sqrt(variance + epsilon)
    shape = [1] * kernel.ndim
    shape[axis] = -1
    return (kernel * factor.reshape(shape),
            (bias - mean) * factor + beta)
    ### END SOLUTION

# %%
check("export.fold_batch_norm", fold_batch_norm)

# %% [markdown]
# ## 5. Scale and zero point of a range (1 point)
#
# Real numbers are stored as whole numbers $q$ from -128 to 127 (int8), with
# $\mathrm{real} = \mathrm{scale}\,(q - \mathrm{zero\ point})$. The zero point is a whole
# number too, so that the real number 0, which padding and ReLU produce, is stored exactly.
#
# Write `scale_zero_point(lows, highs)` for several ranges at once, each of which was
# observed in one layer.
#
# | argument | what | shape |
# |---|---|---|
# | `lows`, `highs` | the ends of each range; `lows` is smaller | `(ranges,)` |
#
# - A range that does not hold 0 is first widened until it does: a low end above 0 becomes
#   0, and so does a high end below 0.
# - The low end goes onto -128 and the high end onto 127, up to the rounding of the zero
#   point.
# - The zero point is rounded to the nearest whole number.
#
# **Return** `(scales, zero_points)`, each of shape `(ranges,)`. *Lesson: section 9.*

# %%
def scale_zero_point(lows, highs):
    """Scales and zero points, each (ranges,)."""
    ### BEGIN SOLUTION
    lows = np.minimum(lows, 0)
    highs = np.maximum(highs, 0)
    scales = (highs - lows) / 255
    return scales, np.round(-128 - lows / scales)
    ### END SOLUTION

# %%
check("export.scale_zero_point", scale_zero_point)

# %% [markdown]
# ## 6. A scale for each channel (2 points)
#
# Weights are quantised symmetrically: their zero point is 0, and
# $\mathrm{weight} = \mathrm{scale} \cdot q$. Each output channel has a scale of its own,
# so that a channel with small weights loses no more than the others.
#
# Write `quantize_kernel(kernel, axis)`.
#
# | argument | what | shape |
# |---|---|---|
# | `kernel` | weights of a convolution or a dense layer | any; 4 along `axis` |
# | `axis` | the axis that has the output channels, as in exercise 4 | int, from 0 |
#
# - The scale of a channel is its largest weight, without its sign, divided by 127. A
#   channel that holds nothing but zeros has scale 1.
# - $q$ is the weight divided by the scale, rounded to the nearest whole number. A half is
#   rounded to the even one, as `np.round` does. No $q$ lies outside of -127 to 127.
#
# **Return** `(scales, quantized)`:
#
# - `scales`, of shape `(4,)`: one for each output channel
# - `quantized`, in the shape of `kernel`: the whole numbers $q$. Their dtype does not
#   count. *Lesson: section 9.*

# %%
def quantize_kernel(kernel, axis):
    """Scales (4,), and the kernel in whole numbers."""
    ### BEGIN SOLUTION
    others = tuple(
        a for a in range(kernel.ndim) if a != axis)
    largest = np.abs(kernel).max(
        axis=others, keepdims=True)
    scales = np.where(largest == 0, 1, largest / 127)
    return scales.ravel(), np.round(kernel / scales)
    ### END SOLUTION

# %%
check("export.quantize_kernel", quantize_kernel)

# %% [markdown]
# ## 7. A layer in whole numbers, to the bit (3 points)
#
# A dense layer has been quantised, as in exercises 5 and 6. It reads whole numbers of 8
# bits and returns such, and a processor without floating point has to get the same bits.
#
# Write `requantize(x, x_scale, x_zero, weights, w_scales, bias, y_scale, y_zero)`.
#
# | argument | what | shape |
# |---|---|---|
# | `x` | inputs, int8 | `(n, inputs)` |
# | `x_scale`, `x_zero` | their scale and zero point | float, int |
# | `weights` | int8, zero point 0 | `(outputs, inputs)` |
# | `w_scales` | list with a scale for each output | floats |
# | `bias` | int32; its scale is `x_scale` times the entry of `w_scales` for its output | `(outputs,)` |
# | `y_scale`, `y_zero` | scale and zero point of the outputs | float, int |
#
# 1. Sum up, exactly: $\mathrm{total}_{no} =
#    \sum_i (x_{ni} - x_\mathrm{zero})\, w_{oi} + \mathrm{bias}_o$. The sums need 32 bits
#    or more. In int8 they would lose their upper bits, and NumPy would not complain.
# 2. The multiplier of an output is `x_scale * w_scale / y_scale`, in float64 and smaller
#    than 1. Make it a whole number: $m = \mathrm{round}(\mathrm{multiplier}\cdot 2^{31})$.
# 3. Multiply, add one half, and shift, in int64:
#    $(\mathrm{total}\cdot m + 2^{30}) \gg 31$. So the product is rounded to the nearest
#    whole number, and a half is rounded up.
# 4. Add `y_zero`. Then clip to -128 to 127.
#
# **Return** the outputs, of shape `(n, outputs)`. Each must be exactly right. There are as
# many rows as inputs and as outputs, so that no shape warns you of a mistake.
# *Lesson: section 10.*

# %%
def requantize(x, x_scale, x_zero, weights, w_scales,
               bias, y_scale, y_zero):
    """The layer's outputs in int8, (n, outputs)."""
    ### BEGIN SOLUTION
    wide = x.astype(np.int64) - x_zero
    total = wide @ weights.astype(np.int64).T + bias
    real = x_scale * np.array(w_scales) / y_scale
    m = np.round(real * 2**31).astype(np.int64)
    y = (total * m + 2**30) >> 31
    return np.clip(y + y_zero, -128, 127)
    ### END SOLUTION

# %%
check("export.requantize", requantize)

# %% [markdown]
# ## 8. Calibrated on the wrong data (2 points)
#
# A converter finds the range of an activation by looking at some data, the
# **calibration**. In use, other values come. What lies outside of the range is
# **saturated**: it comes back as an end of the range. If the range is far too large,
# nothing is saturated, but the steps are coarse.
#
# Write `saturated_share(calibration, values)`.
#
# | argument | what | shape |
# |---|---|---|
# | `calibration` | values that the converter has seen | `(m,)` |
# | `values` | values that come in use | `(n, features)` |
#
# - The range reaches from the smallest to the largest value of the calibration, and is
#   widened to hold 0, as in exercise 5.
# - A value is saturated if it lies strictly outside of this range: below its low end or
#   above its high end. A value exactly on an end is not.
# - Scale and zero point are those of exercise 5. Each value becomes
#   $q = \mathrm{round}(\mathrm{value}/\mathrm{scale}) + \mathrm{zero\ point}$, clipped to
#   -128 to 127, and comes back as $\mathrm{scale}\,(q - \mathrm{zero\ point})$.
#
# **Return** `(share, error)`:
#
# - `share`: the share of all values that are saturated, between 0 and 1
# - `error`: the largest distance between a value and what it comes back
#   as. *Lesson: section 11.*

# %%
def saturated_share(calibration, values):
    """Share of saturated values, and the largest error."""
    ### BEGIN SOLUTION
    low = min(calibration.min(), 0)
    high = max(calibration.max(), 0)
    share = np.mean((values < low) | (values > high))
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    q = np.round(values / scale) + zero_point
    q = np.clip(q, -128, 127)
    back = scale * (q - zero_point)
    return share, np.abs(back - values).max()
    ### END SOLUTION

# %%
check("export.saturated_share", saturated_share)

# %% [markdown]
# ## 9. The bytes of a model (2 points)
#
# How many bytes do the numbers of a model take? Every layer has a kernel, in PyTorch's
# layout (output channels first), and one bias for each output channel. There are four ways
# to store it:
#
# | | a weight | a bias | scales of the weights | each activation |
# |---|---|---|---|---|
# | 0: float32 | 4 | 4 | none | nothing |
# | 1: float16 | 2 | 2 | none | nothing |
# | 2: int8 weights | 1 | 4 (float32) | 4 for each output channel | nothing |
# | 3: int8 throughout | 1 | 4 (int32) | 4 for each output channel | 5: a float32 scale and an int8 zero point |
#
# - In way 2, a kernel with fewer than `least` weights stays in float32, without scales.
#   LiteRT's converter has this rule, with 1024. The other ways have no such rule here.
# - The activations are the input of the network and the output of each layer.
#
# Write `model_bytes(kernels, least)`.
#
# | argument | what | example |
# |---|---|---|
# | `kernels` | list of shapes, each a list of ints | `[[8, 1, 3, 3], [10, 512]]` |
# | `least` | fewest weights that way 2 quantises | 1024 |
#
# **Return** the bytes in the four ways, of shape `(4,)`. A real file adds its own
# description of the graph. *Lesson: section 11.*

# %%
def model_bytes(kernels, least):
    """Bytes: float32, float16, int8 weights, int8."""
    ### BEGIN SOLUTION
    totals = np.zeros(4, dtype=int)
    for shape in kernels:
        weights, outputs = np.prod(shape), shape[0]
        single = 4 * (weights + outputs)
        eight = weights + 4 * outputs + 4 * outputs
        mixed = single if weights < least else eight
        totals += [single, single // 2, mixed, eight]
    totals[3] += 5 * (len(kernels) + 1)
    return totals
    ### END SOLUTION

# %%
check("export.model_bytes", model_bytes)

# %% [markdown]
# ## 10. Where each tensor lies (1 point)
#
# A file of weights is the bytes of all tensors, one tensor behind the other. Another file,
# the manifest, says for each its dtype, its shape and its **offset**: how many bytes stand
# before it. Processors read faster, or only, where an offset is a multiple of some number,
# the **alignment**. So unused bytes may stand between two tensors.
#
# Write `manifest_offsets(tensors, alignment)`.
#
# | argument | what | example |
# |---|---|---|
# | `tensors` | for each tensor `[dtype, shape]`, in the order of the file | `[["float32", [10, 3]], ["int8", []]]` |
# | `alignment` | in bytes | 8 |
#
# The dtypes are `"float32"`, `"float16"`, `"int8"` and `"int64"`. A tensor of shape `[]`
# holds one number. One with an axis of length 0 holds none, and has an offset all the same.
# Each tensor begins at the first multiple of `alignment` that is free.
#
# **Return** `(offsets, total)`:
#
# - `offsets`, of shape `(tensors,)`, in bytes
# - `total`: the bytes of the file, which ends right behind its last
#   tensor. *Lesson: section 13.*

# %%
def manifest_offsets(tensors, alignment):
    """Offset of each tensor, and the file's bytes."""
    ### BEGIN SOLUTION
    offsets, end = [], 0
    for dtype, shape in tensors:
        start = -(-end // alignment) * alignment
        offsets.append(start)
        count = int(np.prod(shape))
        end = start + count * np.dtype(dtype).itemsize
    return offsets, end
    ### END SOLUTION

# %%
check("export.manifest_offsets", manifest_offsets)

# %% [markdown]
# ## 11. From bytes to a tensor and back (2 points)
#
# A matrix lies in a file of weights as PyTorch stores it, (out, in). The program that reads
# the file wants (in, out). Mend the file: read the matrix, and write its transpose into the
# same place.
#
# Write `raw_bytes(data, dtype, shape, offset)`.
#
# | argument | what | shape |
# |---|---|---|
# | `data` | the bytes of the file, uint8 | `(bytes,)` |
# | `dtype` | `"float32"`, `"float16"` or `"int16"` | str |
# | `shape` | of the matrix: `[rows, columns]` | list of two ints |
# | `offset` | how many bytes stand before it; any number | int |
#
# The numbers lie row by row, and each is **little-endian**: its least significant byte comes
# first. Before and behind the matrix are other bytes, which have to stay as they are.
#
# **Return** `(matrix, file)`:
#
# - `matrix`, of shape `(rows, columns)`, as it lies in `data`
# - `file`, of shape `(bytes,)`: all bytes of the file, 0 to 255, with the transpose of the
#   matrix in its place, row by row and little-endian. *Lesson: section 13.*

# %%
def raw_bytes(data, dtype, shape, offset):
    """The matrix, and the file with its transpose."""
    ### BEGIN SOLUTION
    little = np.dtype(dtype).newbyteorder("<")
    count = shape[0] * shape[1]
    matrix = np.frombuffer(
        data.tobytes(), little, count, offset)
    matrix = matrix.reshape(shape)
    new = np.frombuffer(matrix.T.tobytes(), np.uint8)
    behind = data[offset + len(new):]
    file = np.concatenate([data[:offset], new, behind])
    return matrix, file
    ### END SOLUTION

# %%
check("export.raw_bytes", raw_bytes)

# %% [markdown]
# ## 12. Run a graph given as nodes (3 points)
#
# An ONNX file is a list of nodes and the values that they need. Write a runtime for it.
#
# Write `run_graph(nodes, values, output)`.
#
# | argument | what | example |
# |---|---|---|
# | `nodes` | for each node `[operator, inputs, outputs, attributes]`, in the order in which they run | `["Gemm", ["h", "W", "b"], ["y"], [["transB", 1]]]` |
# | `values` | for each given value `[name, array]`: the input of the graph and its weights | `["W", array of shape (3, 3)]` |
# | `output` | the name of the value to return | `"y"` |
#
# Inputs and outputs of a node are lists of names. Every node has one output, and its inputs
# are given or come from nodes before it, not always from the last one. Attributes are
# `[name, value]` pairs, which `dict(attributes)` turns into a dict. An attribute that is
# missing has its default.
#
# | operator | inputs | what it computes |
# |---|---|---|
# | `"MatMul"` | `a`, `b` | `a @ b` |
# | `"Add"` | `a`, `b` | `a + b`, broadcast as NumPy does |
# | `"Relu"` | `x` | 0 where x is negative, else x |
# | `"Reshape"` | `x`, `shape` | x in another shape; -1 is the size that fits. `shape` is an array of dtype int64 |
# | `"Gemm"` | `a`, `b`, `c` | `a @ b + c`. With attribute `transB` 1, `b` is transposed first; default 0 |
# | `"Softmax"` | `x` | $e^x$ divided by its sum along attribute `axis`; default -1, the last one |
# | `"Conv"` | `x`, `w`, and perhaps `b` | a convolution with stride 1; see below |
#
# In `Conv`, `x` is `(n, channels, height, width)`, `w` is (out, in, row, column), and `b`
# has one number for each output channel. Attribute `pads` is `[top, left, bottom, right]`:
# how many zeros stand on each side of the image. By default there are none. The next cell
# brings the convolution: call `conv(x, w, b, pads)`, or without the last one or two.
#
# **Return** the value called `output`. The graphs of the check read images and return
# shares, of shape `(3, 3)`. Most sizes are 3, so that no shape warns you of a
# mistake. *Lesson: section 8.*

# %%
def conv(x, w, b=None, pads=(0, 0, 0, 0)):
    """Convolution with stride 1, as ONNX has it."""
    top, left, bottom, right = pads
    x = np.pad(x, (
        (0, 0), (0, 0), (top, bottom), (left, right)))
    windows = np.lib.stride_tricks.sliding_window_view(
        x, w.shape[2:], axis=(2, 3))
    y = np.einsum("nchwkl,ockl->nohw", windows, w)
    return y if b is None else y + b[:, None, None]

# %%
def run_graph(nodes, values, output):
    """The value called output."""
    ### BEGIN SOLUTION
    run = {
        "MatMul": np.matmul, "Add": np.add, "Conv": conv,
        "Reshape": np.reshape,
        "Relu": lambda x: np.maximum(x, 0),
        "Gemm": lambda a, b, c, transB=0:
            a @ (b.T if transB else b) + c,
        "Softmax": lambda x, axis=-1: np.exp(x)
            / np.exp(x).sum(axis=axis, keepdims=True)}
    known = dict(values)
    for op, inputs, (name,), attributes in nodes:
        given = [known[one] for one in inputs]
        known[name] = run[op](*given, **dict(attributes))
    return known[output]
    ### END SOLUTION

# %%
check("export.run_graph", run_graph)

# %% [markdown]
# ## Where to use this next
#
# - **A real file.** With the extra `deploy`, run `onnx.load` on a model of the lesson, turn
#   its nodes into lists, and give them to your `run_graph`. Which operators are missing?
# - **The rest of a quantised network.** Exercise 7 is one layer. Two of them, one behind the
#   other, share a scale: which?
# - **A file that you can read.** Exercises 10 and 11 are all that a reader of weights needs.
#   Look into a `.bin` of the browser's model with them.
# - **Before the rollout.** Calibrate on the data that comes in use, not on the data that is
#   at hand, and look at the share of saturated values before you look at the accuracy.
#
# Take a model that you would like to ship. Which of its inputs has a size that must stay
# open, and which Python values does it hold? Make a list, then export it.
