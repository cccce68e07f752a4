# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: porting
#
# They follow the lesson [08_porting](../../notebooks/08_porting.ipynb).
# Each exercise is one function. Eleven of them need no framework: they
# move the arrays of a model, or compare what two models have computed.
# Exercises 3 and 13 run a ported network, and are written once in PyTorch
# and once in TensorFlow. Do one half of them or both: the points count for
# each.
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
#    `hint("porting.layer_gate", 2)` shows the second.
#
# **What your functions get.** In an exercise without a framework, arrays
# arrive as NumPy arrays of dtype float32. In exercises 3 and 13 they arrive
# as float32 tensors of the framework. Whole numbers arrive as `int`, other
# numbers as `float`, and texts as `str`.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. A function that changes one of its arguments in place is not
# correct, so work on a copy.
#
# **What they return.** Arrays, tensors, plain numbers, or lists of them;
# several values as a tuple, in the order that the exercise names. The order
# of the axes counts. The dtype does not.
#
# **Sizes.** Several axes are equally long on purpose. In a real port too, a
# mistake is silent where the shapes happen to fit.
#
# Grading uses fresh inputs. Run the next cells first.

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
# ## 1. The dense layer after a flatten (2 points)
#
# A model has two inputs: an image and a few extra features, such as the age
# of a patient. Its convolutions turn the image into a feature map, which is
# flattened. **The extra features are put behind the flattened map**, and a dense
# layer gets both together. You carry this dense layer from PyTorch to Keras.
#
# In PyTorch the feature map has the axes (channel, row, column), and in Keras
# (row, column, channel). Each framework flattens its map so that the last axis
# varies fastest.
#
# Write `flatten_rows(weight, channels, height, width)`.
#
# | argument | what | shape |
# |---|---|---|
# | `weight` | PyTorch's array (out, in) | `(out, channels * height * width + extra)` |
# | `channels`, `height`, `width` | sizes of the feature map: channels, rows, columns | ints |
#
# **Return** Keras's kernel (in, out), of shape
# `(height * width * channels + extra, out)`. The number `extra` is at least 1 and
# follows from the shape of `weight`. The extra features keep their order, behind
# those of the map. *Lesson: section 4.*

# %%
def flatten_rows(weight, channels, height, width):
    """Keras's kernel: the map's rows, then extra ones."""
    ### BEGIN SOLUTION
    pixels = channels * height * width
    maps = weight[:, :pixels].reshape(
        -1, channels, height, width)
    maps = np.moveaxis(maps, 1, -1)  # channels last
    maps = maps.reshape(len(weight), pixels)
    extra = weight[:, pixels:]
    return np.concatenate([maps, extra], axis=1).T
    ### END SOLUTION

# %%
check("porting.flatten_rows", flatten_rows)

# %% [markdown]
# ## 2. Depthwise and transposed kernels (2 points)
#
# A depthwise convolution may have several filters for each channel. Their number is
# the **depth multiplier** $m$. PyTorch stores all filters along one axis: the $m$
# filters of channel 0, then the $m$ filters of channel 1, and so on. Keras has an
# axis for the channel and an axis for the filter of that channel.
#
# Write `conv_kernels(depthwise, transposed, channels)`, which carries the weights of
# a depthwise and of a transposed convolution from PyTorch to Keras.
#
# | argument | what | shape |
# |---|---|---|
# | `depthwise` | weight of a depthwise `Conv2d` | `(channels * m, 1, kh, kw)` |
# | `transposed` | weight of a `ConvTranspose2d`: (in, out, row, column) | `(i, o, kh, kw)` |
# | `channels` | channels that the depthwise layer reads | int |
#
# **Return** `(depthwise_kernel, transposed_kernel)`:
#
# - `depthwise_kernel`, of shape `(kh, kw, channels, m)`: (row, column, channel, filter
#   of the channel)
# - `transposed_kernel`, of shape `(kh, kw, o, i)`: (row, column, out, in)
#
# In the inputs `i` and `o` are equal, so that no shape warns you of a
# mistake. *Lesson: section 3.*

# %%
def conv_kernels(depthwise, transposed, channels):
    """Keras's kernels of both layers."""
    ### BEGIN SOLUTION
    height, width = depthwise.shape[2:]
    kernel = depthwise.reshape(
        channels, -1, height, width)
    return (np.transpose(kernel, (2, 3, 0, 1)),
            np.transpose(transposed, (2, 3, 1, 0)))
    ### END SOLUTION

# %%
check("porting.conv_kernels", conv_kernels)

# %% [markdown]
# ## 3. Two strides, two paddings (3 points)
#
# Two teams have built one network. The first convolution was trained in Keras, and the
# second in PyTorch. Both have stride 2 and no bias, and there is nothing between
# them.
#
# - **First layer, Keras's:** `padding="same"`. Along each axis, an input of size $n$
#   gives $\lceil n/2 \rceil$ outputs. The total of zeros is
#   $\max\left(2\,(\lceil n/2 \rceil - 1) + k - n,\; 0\right)$. Half of them, rounded
#   down, stand before the input, and the rest behind it.
# - **Second layer, PyTorch's:** `padding=1`, which means one zero on every side.
#
# Write `two_paddings(x, first, second)`, the output of both layers, in your framework.
#
# | argument | what | shape |
# |---|---|---|
# | `x` | images, channels last | `(n, height, width, c)` |
# | `first` | Keras's kernel: (row, column, in, out) | `(k, k, c, m)`, $k$ is 3 or 5 |
# | `second` | PyTorch's weight: (out, in, row, column) | `(o, m, 3, 3)` |
#
# **Return** the output, channels last: `(n, rows, columns, o)`. Of height and width
# one is even and one is odd. In PyTorch, convolutions want channels first, and
# `F.pad` takes the amounts of the last axis first. *Lesson: section 2.*

# %% tags=["torch"] pair="two_paddings"
def two_paddings(x, first, second):
    """Both layers, (n, rows, columns, o)."""
    ### BEGIN SOLUTION
    amounts = []
    for size in (x.shape[2], x.shape[1]):
        outputs = -(-size // 2)  # rounded up
        total = 2 * (outputs - 1) + len(first) - size
        total = max(total, 0)
        amounts += [total // 2, total - total // 2]
    x = torch.nn.functional.pad(
        x.permute(0, 3, 1, 2), amounts)
    x = torch.nn.functional.conv2d(
        x, first.permute(3, 2, 0, 1), stride=2)
    x = torch.nn.functional.conv2d(
        x, second, stride=2, padding=1)
    return x.permute(0, 2, 3, 1)
    ### END SOLUTION

# %% tags=["torch"] pair="two_paddings_check"
check("porting.two_paddings", two_paddings, "torch")

# %% tags=["tensorflow"] pair="two_paddings"
def two_paddings(x, first, second):
    """Both layers, (n, rows, columns, o)."""
    ### BEGIN SOLUTION
    x = tf.nn.conv2d(x, first, 2, padding="SAME")
    x = tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]])
    kernel = tf.transpose(second, (2, 3, 1, 0))
    return tf.nn.conv2d(x, kernel, 2, padding="VALID")
    ### END SOLUTION

# %% tags=["tensorflow"] pair="two_paddings_check"
check(
    "porting.two_paddings",
    two_paddings, "tensorflow")

# %% [markdown]
# ## 4. Batch norm into a layer with another epsilon (2 points)
#
# In evaluation, batch norm gives
#
# $$y = \gamma\,\frac{x - \mathrm{mean}}{\sqrt{\mathrm{var} + \varepsilon}} + \beta$$
#
# for each channel. You carry a layer from PyTorch to Keras. The Keras layer belongs to
# a model that you may not change: its $\varepsilon$ is another one, and stays. But you
# may choose the four arrays.
#
# Write `batch_norm(weight, bias, running_mean, running_var, eps, momentum, epsilon)`.
#
# | argument | what | shape |
# |---|---|---|
# | `weight`, `bias` | PyTorch's names for $\gamma$ and $\beta$ | `(c,)` |
# | `running_mean`, `running_var` | PyTorch's running statistics | `(c,)` |
# | `eps` | $\varepsilon$ of the PyTorch layer | float |
# | `momentum` | of the PyTorch layer: the share that the **new batch** gets in the running statistics | float |
# | `epsilon` | $\varepsilon$ of the Keras layer | float |
#
# **Return** `(weights, momentum)`:
#
# - `weights`, of shape `(4, c)`: gamma, beta, moving mean and moving variance, in
#   Keras's order. Choose **the variance** so that the Keras layer gives the same output
#   as the PyTorch layer in evaluation, and leave the other three arrays as they are.
# - `momentum`, a number, in Keras's convention: the share that the **old average**
#   keeps.
#
# Here both $\varepsilon$ are far larger than usual, so that a mistake
# shows. *Lesson: section 5.*

# %%
def batch_norm(weight, bias, running_mean,
               running_var, eps, momentum, epsilon):
    """Keras's weights (4, c), and its momentum."""
    ### BEGIN SOLUTION
    # Both layers have to divide by the same root.
    variance = running_var + eps - epsilon
    weights = np.stack(
        [weight, bias, running_mean, variance])
    return weights, 1 - momentum
    ### END SOLUTION

# %%
check("porting.batch_norm", batch_norm)

# %% [markdown]
# ## 5. An LSTM out of any file (2 points)
#
# PyTorch and Keras stack the gates of an LSTM in the same order: i, f, g, o. Other
# files do not. ONNX, a format for exchanging models, has i, o, f, g, and TensorFlow 1
# had i, g, f, o.
#
# Write `lstm_weights(weight_ih, weight_hh, bias_ih, bias_hh, order)`, which carries an
# LSTM from such a file to Keras. The text `order` has four letters and says how
# the file stacks its blocks. For example, with `"iofg"` block 0 of each array belongs to
# gate i, block 1 to o, block 2 to f, and block 3 to g.
#
# | argument | what | shape |
# |---|---|---|
# | `weight_ih` | multiplies the input: (gate and unit, in) | `(4 * h, d)` |
# | `weight_hh` | multiplies the state: (gate and unit, in) | `(4 * h, h)` |
# | `bias_ih`, `bias_hh` | both are added, as in PyTorch | `(4 * h,)` |
# | `order` | the letters i, f, g, o in the file's order | str |
#
# **Return** `(kernel, recurrent_kernel, bias)` for Keras's `LSTM` layer, of shapes
# `(d, 4 * h)`, `(h, 4 * h)` and `(4 * h,)`, with the blocks in the order i, f, g,
# o. *Lesson: section 6.*

# %%
def lstm_weights(
    weight_ih, weight_hh, bias_ih, bias_hh, order):
    """Keras's kernel, recurrent_kernel and bias."""
    ### BEGIN SOLUTION
    def sort(array):
        blocks = dict(zip(order, np.split(array, 4)))
        return np.concatenate(
            [blocks[gate] for gate in "ifgo"])

    return (sort(weight_ih).T, sort(weight_hh).T,
            sort(bias_ih + bias_hh))
    ### END SOLUTION

# %%
check("porting.lstm_weights", lstm_weights)

# %% [markdown]
# ## 6. The weights of a GRU layer, the other way (3 points)
#
# Now from Keras to PyTorch. Keras's `GRU` layer (with `reset_after=True`, its default)
# stacks its blocks in the order z, r, n along the **last** axis of each array. Its
# documentation writes h for n. PyTorch's `GRU` has the order r, z, n along axis 0.
#
# Write `gru_weights(kernel, recurrent_kernel, bias)`.
#
# | argument | what | shape |
# |---|---|---|
# | `kernel` | multiplies the input: (in, gate and unit) | `(d, 3 * h)` |
# | `recurrent_kernel` | multiplies the state: (in, gate and unit) | `(h, 3 * h)` |
# | `bias` | row 0 is added to the product with the input, row 1 to the product with the state | `(2, 3 * h)` |
#
# **Return** `(weight_ih, weight_hh, bias_ih, bias_hh)` for PyTorch, of shapes
# `(3 * h, d)`, `(3 * h, h)`, `(3 * h,)` and `(3 * h,)`. *Lesson: section 7.*

# %%
def gru_weights(kernel, recurrent_kernel, bias):
    """PyTorch's two matrices and two biases."""
    ### BEGIN SOLUTION
    def sort(array):
        z, r, n = np.split(array, 3, axis=-1)
        return np.concatenate([r, z, n], axis=-1).T

    return (sort(kernel), sort(recurrent_kernel),
            sort(bias[0]), sort(bias[1]))
    ### END SOLUTION

# %%
check("porting.gru_weights", gru_weights)

# %% [markdown]
# ## 7. The weights of attention, the other way (3 points)
#
# From Keras to PyTorch again. Keras's `MultiHeadAttention` has a kernel of three axes
# (in, head, place) for the query, another for the key and another for the value; a
# *place* is one of the $s$ features of a head. PyTorch stacks the three below each other
# in one array (out, in). Its rows are all queries, then all keys, then all values.
# Within each of the three, the $s$ rows of head 0 come first, then those of head 1,
# and so on.
#
# Write `attention_heads(kernels, biases, output)`. With $e$ = `heads * s` features:
#
# | argument | what | shape |
# |---|---|---|
# | `kernels` | of query, key, value, in this order: (part, in, head, place) | `(3, e, heads, s)` |
# | `biases` | of query, key, value: (part, head, place) | `(3, heads, s)` |
# | `output` | kernel of the last layer: (head, place, out) | `(heads, s, e)` |
#
# **Return** `(in_weight, in_bias, out_weight)` for PyTorch's `MultiheadAttention`:
#
# - `in_weight`, of shape `(3 * e, e)`: (part and head and place, in)
# - `in_bias`, of shape `(3 * e,)`
# - `out_weight`, of shape `(e, e)`: (out, in), where *in* is what comes from the
#   heads
#
# The bias of the last layer is a vector that is copied as it is, so it is left out
# here. *Lesson: section 8.*

# %%
def attention_heads(kernels, biases, output):
    """PyTorch's in_weight, in_bias and out_weight."""
    ### BEGIN SOLUTION
    e = output.shape[2]
    rows = np.transpose(kernels, (0, 2, 3, 1))
    return (rows.reshape(3 * e, e),
            biases.reshape(3 * e),
            output.reshape(e, e).T)
    ### END SOLUTION

# %%
check("porting.attention_heads", attention_heads)

# %% [markdown]
# ## 8. Ten samples through both models (3 points)
#
# The first gate of a port, written by yourself. Ten samples went through both models,
# and the output of each layer was kept. Write
# `layer_gate(torch_outputs, keras_outputs, tolerance)`.
#
# | argument | what | shape |
# |---|---|---|
# | `torch_outputs` | outputs of the layers, in the order in which they run | list of arrays |
# | `keras_outputs` | outputs of the same layers | list of as many arrays |
# | `tolerance` | how large an error may be | float |
#
# An output is either a matrix `(10, features)` or a feature map: `(10, c, h, w)` in
# PyTorch and `(10, h, w, c)` in Keras. The **error** of a layer is
#
# $$\frac{\text{largest } |\,\text{PyTorch's output} - \text{Keras's output}\,|}
# {\text{largest } |\,\text{PyTorch's output}\,|}$$
#
# taken over all entries of the layer, after both maps are in the same order of axes.
# PyTorch's model is the one known to be right, so its output gives the scale. There are
# three special cases:
#
# - If the shapes differ (after the maps are in the same order), the error is infinite:
#   `np.inf`. NumPy subtracts some such arrays without an error.
# - If one of the outputs holds NaN, the error is infinite.
# - If all of PyTorch's output is 0, the scale is 1.
#
# **Return** `(errors, first)`: the errors of all layers, of shape `(layers,)`, and the
# number of the first layer whose error is larger than `tolerance`. Layers are counted
# from 0, and `first` is -1 if no layer differs. *Lesson: section 10.*

# %%
def layer_gate(torch_outputs, keras_outputs, tolerance):
    """The layers' errors, and the first that differs."""
    ### BEGIN SOLUTION
    errors = np.full(len(torch_outputs), np.inf)
    pairs = zip(torch_outputs, keras_outputs)
    for layer, (ours, theirs) in enumerate(pairs):
        if ours.ndim == 4:
            ours = np.moveaxis(ours, 1, -1)
        if ours.shape == theirs.shape:
            scale = np.abs(ours).max() or 1.0
            gap = np.abs(ours - theirs).max() / scale
            if not np.isnan(gap):
                errors[layer] = gap
    beyond = errors > tolerance
    first = np.argmax(beyond) if beyond.any() else -1
    return errors, first
    ### END SOLUTION

# %%
check("porting.layer_gate", layer_gate)

# %% [markdown]
# ## 9. The first divergence of two runs (2 points)
#
# Two models trained in lock step, which means that both took each step with the same
# batch. In each step the same quantities were written down, in the order in which they
# are computed: for example the loss, then a gradient, then a weight. Where do the runs
# part?
#
# Write `first_divergence(torch_log, keras_log, tolerance)`.
#
# | argument | what | shape |
# |---|---|---|
# | `torch_log`, `keras_log` | one row for each step, one column for each quantity | `(steps, quantities)` |
# | `tolerance` | a share, such as 0.001 | float |
#
# Two numbers $a$ and $b$ are **equal enough** if
# $|a - b| \le \mathrm{tolerance}\cdot\max(|a|, |b|)$. So two zeros are equal enough. NaN
# is equal enough to no number, not even to another NaN. If a quantity is ever *not*
# equal enough, the first such step is the step at which it diverges, even if the runs
# come together again later.
#
# **Return** `(steps, culprit)`:
#
# - `steps`, of shape `(quantities,)`: the step at which each quantity diverges, counted
#   from 0, or -1 if it never does
# - `culprit`: the number of the quantity that diverges first, counted from 0. If several
#   diverge at that step, it is the one that is computed first. It is -1 if none
#   diverges.
#
# *Lesson: sections 11 and 12.*

# %%
def first_divergence(torch_log, keras_log, tolerance):
    """First step of each quantity, and the culprit."""
    ### BEGIN SOLUTION
    gaps = np.abs(torch_log - keras_log)
    sizes = np.maximum(
        np.abs(torch_log), np.abs(keras_log))
    different = ~(gaps <= tolerance * sizes)
    ever = different.any(axis=0)
    steps = np.argmax(different, axis=0)
    if not ever.any():
        return np.where(ever, steps, -1), -1
    culprit = np.argmin(np.where(ever, steps, np.inf))
    return np.where(ever, steps, -1), culprit
    ### END SOLUTION

# %%
check("porting.first_divergence", first_divergence)

# %% [markdown]
# ## 10. Weights that only rounding moves (2 points)
#
# The true gradient of some weights is 0: for example that of a bias right before batch
# norm, which subtracts it again. What is computed for them is rounding, and differs in
# each framework. Such a weight is **free**: it may drift apart in two right models, and
# must not be blamed.
#
# Two logs hold the largest absolute gradient of each weight array in each step. In one
# run, a weight is *small in a step* if its number is at most `share` times the largest
# number of that step in that run. A weight is free if it is **small in every step of
# both runs**. If it is small in one run alone, the two models differ, and that is a
# mistake in the port.
#
# Write `free_weights(torch_log, keras_log, share)`.
#
# | argument | what | shape |
# |---|---|---|
# | `torch_log`, `keras_log` | largest absolute gradients, 0 or more | `(steps, weights)` |
# | `share` | for example 1e-6 | float |
#
# **Return** 1 for each weight that is free and 0 for each other one, of shape
# `(weights,)`. Truth values will do as well. A unit that is not active for some time has
# gradient 0 in these steps, and is not free. *Lesson: section 11.*

# %%
def free_weights(torch_log, keras_log, share):
    """1 for each weight that is free, else 0."""
    ### BEGIN SOLUTION
    free = np.ones(torch_log.shape[1], dtype=bool)
    for log in (torch_log, keras_log):
        largest = log.max(axis=1, keepdims=True)
        small = log <= share * largest
        free = free & small.all(axis=0)
    return free
    ### END SOLUTION

# %%
check("porting.free_weights", free_weights)

# %% [markdown]
# ## 11. How far equals may drift (2 points)
#
# In float32, two right programs drift apart while they train. So you need **control
# runs**: the same model in the same framework, with a change that alters nothing but
# rounding. Their drift says how far equals may be apart, and you compare the drift of the
# port with it. Drift is the difference of two losses here, in millionths.
#
# Write `drift_verdict(control, port, factor)`.
#
# | argument | what | shape |
# |---|---|---|
# | `control` | drift of each control run, at each step | `(runs, steps)` |
# | `port` | drift of the port, at each step; may hold NaN | `(steps,)` |
# | `factor` | how many times further the port may drift | float |
#
# At each step, the **limit** is `factor` times the largest drift that *any* control run
# has had *up to and including* that step. So the limit never falls. The port is blamed
# at the first step at which its drift is larger than the limit, or is NaN.
#
# **Return** `(limit, first)`: the limit at each step, of shape `(steps,)`, and the step
# at which the port is blamed, counted from 0. It is -1 if the port is never
# blamed. *Lesson: section 12.*

# %%
def drift_verdict(control, port, factor):
    """The limit at each step, and the step of blame."""
    ### BEGIN SOLUTION
    farthest = control.max(axis=0)
    limit = factor * np.maximum.accumulate(farthest)
    beyond = ~(port <= limit)
    first = np.argmax(beyond) if beyond.any() else -1
    return limit, first
    ### END SOLUTION

# %%
check("porting.drift_verdict", drift_verdict)

# %% [markdown]
# ## 12. Name the bug from outputs alone (3 points)
#
# A model was ported several times, and you get nothing but outputs. The function
# `network` below is the model as PyTorch runs it, in evaluation. A port has one of these
# bugs, or none:
#
# | number | bug |
# |---|---|
# | 0 | The port flattens its feature map as Keras does, (row, column, channel), and `W1` was not reordered. |
# | 1 | `W2`, which is square, was used as (in, out), although it is stored as (out, in). |
# | 2 | `b1` was not copied: it is 0. |
# | 3 | Batch norm has Keras's default $\varepsilon$: 1e-3 instead of 1e-5. |
# | 4 | The ReLU is missing. |
# | 5 | The running statistics were not copied: the mean is 0 and the variance is 1. |
#
# Write `name_the_bug(x, weights, ports)`.
#
# | argument | what | shape |
# |---|---|---|
# | `x` | feature maps, in PyTorch's order | `(n, channels, height, width)` |
# | `weights` | list of eight arrays: `W1` `(h, channels * height * width)`, `W2` `(h, h)`, the others `(h,)` | see `network` |
# | `ports` | outputs of the ports for this `x` | `(ports, n, h)` |
#
# **Return** the number of the bug in each port, of shape `(ports,)`: 0 to 5 from the
# table, or -1 if the port is right. A number may occur several times.
#
# Another framework rounds differently, so that no two outputs are equal to the last bit.
# Judge two outputs by their **largest difference, as a share of the largest output** in
# `ports`. Rounding makes about a millionth of it, and each bug a thousandth or
# more. *Lesson: sections 10 and 13.*

# %%
def network(x, weights, epsilon=1e-5, relu=True):
    """The model that is right, (n, h)."""
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    hidden = x.reshape(len(x), -1) @ W1.T + b1
    hidden = (hidden - mean) / np.sqrt(var + epsilon)
    hidden = gamma * hidden + beta
    if relu:
        hidden = np.maximum(hidden, 0)
    return hidden @ W2.T + b2

# %%
def name_the_bug(x, weights, ports):
    """The number of the bug in each port, or -1."""
    ### BEGIN SOLUTION
    W1, b1, gamma, beta, mean, var, W2, b2 = weights
    norm = [gamma, beta, mean, var]
    outputs = [
        network(x, weights),  # none
        network(np.moveaxis(x, 1, -1), weights),
        network(x, [W1, b1, *norm, W2.T, b2]),
        network(x, [W1, 0 * b1, *norm, W2, b2]),
        network(x, weights, epsilon=1e-3),
        network(x, weights, relu=False),
        network(x, [W1, b1, gamma, beta, 0, 1, W2, b2])]
    gaps = np.abs(ports[:, None] - np.stack(outputs))
    return np.argmin(gaps.max(axis=(2, 3)), axis=1) - 1
    ### END SOLUTION

# %%
check("porting.name_the_bug", name_the_bug)

# %% [markdown]
# ## 13. Find the bugs in a port (3 points)
#
# A GRU was trained in PyTorch, and batch norm was trained behind it in Keras. Someone
# has put the two together in one function, `buggy_port`. In each step, with
# $\sigma$ the sigmoid, it should compute
#
# $$\begin{aligned}
# r &= \sigma(W_r x + b_r + U_r h + c_r) \\
# z &= \sigma(W_z x + b_z + U_z h + c_z) \\
# n &= \tanh\big(W_n x + b_n + r \cdot (U_n h + c_n)\big) \\
# h &\leftarrow (1 - z)\cdot n + z \cdot h
# \end{aligned}$$
#
# from $h = 0$. In `W`, `U`, `b` and `c` the blocks are stacked along axis 0 in
# PyTorch's order: r, z, n. Batch norm then works on the last state **in evaluation**,
# with its stored statistics:
# $\gamma\,(h - \mathrm{mean})/\sqrt{\mathrm{variance} + \varepsilon} + \beta$.
#
# | argument | what | shape |
# |---|---|---|
# | `x` | sequences | `(n, steps, d)` |
# | `W`, `U` | weights for the input and for the state: (gate and unit, in) | `(3 * h, d)`, `(3 * h, h)` |
# | `b`, `c` | biases for the input and for the state | `(3 * h,)` |
# | `norm` | gamma, beta, moving mean and moving variance, in this order | `(4, h)` |
# | `epsilon` | $\varepsilon$ of batch norm | Python float |
#
# It returns `(state, output)`, both of shape `(n, h)`: the last state, and batch norm of
# it. It has **three bugs**, the same in both frameworks. None raises an error, and each
# has a symptom in the cells below it. There is one feature and one unit. In the first
# two, all weights are 0, so that the biases alone open the gates:
#
# - The reset gate is open ($r = 1$), $z$ is 0.5 and $c_n$ is 1. After one step, the state
#   should be $0.5\tanh(1) = 0.3808$. It is not.
# - Reset and update gate are open ($r = z = 1$), and $b_n$ is 1. The state should stay
#   0. It does not.
# - The output of a sequence should not depend on the others in the batch. It does.
#
# **Write** `find_the_bug`: the same function, mended. *Lesson: sections 5 and 7.*

# %% tags=["torch"] pair="buggy_port"
def buggy_port(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        z = torch.sigmoid(given[0] + kept[0])
        r = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    mean = state.mean(dim=0)
    variance = state.var(dim=0, correction=0)
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta

# %% tags=["torch"] pair="gates_open"
x, zero = torch.zeros(1, 1, 1), torch.zeros(3, 1)
norm = torch.tensor([[1.0], [0.0], [0.0], [1.0]])

def run(x, W, b, c):
    b, c = torch.tensor(b), torch.tensor(c)
    return buggy_port(x, W, zero, b, c, norm, 0.001)

state, _ = run(x, zero, [50.0, 0, 0], [0.0, 0, 1])
print("r open:      ", round(state.item(), 4))
assert abs(state.item() - 0.5 * np.tanh(1)) > 0.01
state, _ = run(x, zero, [50.0, 50, 1], [0.0, 0, 0])
print("r and z open:", round(state.item(), 4))
assert state.item() != 0

# %% tags=["torch"] pair="in_company"
x = torch.tensor([[[1.0]], [[2.0]]])
b = c = [0.0, 0.0, 0.0]
_, alone = run(x[:1], zero + 1, b, c)
_, together = run(x, zero + 1, b, c)
print("alone:   ", round(alone[0].item(), 4))
print("together:", round(together[0].item(), 4))
assert alone[0] != together[0]

# %% tags=["torch"] pair="find_the_bug"
def find_the_bug(x, W, U, b, c, norm, epsilon):
    ### BEGIN SOLUTION
    gamma, beta, mean, variance = norm
    state = torch.zeros(len(x), U.shape[1])
    for step in range(x.shape[1]):
        given = (x[:, step] @ W.T + b).chunk(3, dim=1)
        kept = (state @ U.T + c).chunk(3, dim=1)
        r = torch.sigmoid(given[0] + kept[0])
        z = torch.sigmoid(given[1] + kept[1])
        n = torch.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    root = torch.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta
    ### END SOLUTION

# %% tags=["torch"] pair="find_the_bug_check"
check("porting.find_the_bug", find_the_bug, "torch")

# %% tags=["tensorflow"] pair="buggy_port"
def buggy_port(x, W, U, b, c, norm, epsilon):
    gamma, beta = norm[0], norm[1]
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        z = tf.sigmoid(given[0] + kept[0])
        r = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = z * n + (1 - z) * state
    mean, variance = tf.nn.moments(state, axes=[0])
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta

# %% tags=["tensorflow"] pair="gates_open"
x, zero = tf.zeros((1, 1, 1)), tf.zeros((3, 1))
norm = tf.constant([[1.0], [0.0], [0.0], [1.0]])

def run(x, W, b, c):
    b, c = tf.constant(b), tf.constant(c)
    return buggy_port(x, W, zero, b, c, norm, 0.001)

state, _ = run(x, zero, [50.0, 0, 0], [0.0, 0, 1])
print("r open:      ", round(float(state[0, 0]), 4))
assert abs(state[0, 0] - 0.5 * np.tanh(1)) > 0.01
state, _ = run(x, zero, [50.0, 50, 1], [0.0, 0, 0])
print("r and z open:", round(float(state[0, 0]), 4))
assert state[0, 0] != 0

# %% tags=["tensorflow"] pair="in_company"
x = tf.constant([[[1.0]], [[2.0]]])
b = c = [0.0, 0.0, 0.0]
_, alone = run(x[:1], zero + 1, b, c)
_, together = run(x, zero + 1, b, c)
print("alone:   ", round(float(alone[0, 0]), 4))
print("together:", round(float(together[0, 0]), 4))
assert alone[0] != together[0]

# %% tags=["tensorflow"] pair="find_the_bug"
def find_the_bug(x, W, U, b, c, norm, epsilon):
    ### BEGIN SOLUTION
    gamma, beta, mean, variance = tf.unstack(norm)
    W, U = tf.transpose(W), tf.transpose(U)
    state = tf.zeros((len(x), len(U)))
    for step in range(x.shape[1]):
        given = tf.split(x[:, step] @ W + b, 3, axis=1)
        kept = tf.split(state @ U + c, 3, axis=1)
        r = tf.sigmoid(given[0] + kept[0])
        z = tf.sigmoid(given[1] + kept[1])
        n = tf.tanh(given[2] + r * kept[2])
        state = (1 - z) * n + z * state
    root = tf.sqrt(variance + epsilon)
    return state, gamma * (state - mean) / root + beta
    ### END SOLUTION

# %% tags=["tensorflow"] pair="find_the_bug_check"
check(
    "porting.find_the_bug",
    find_the_bug, "tensorflow")

# %% [markdown]
# ## Where to use this next
#
# - **A port of your own.** Exercises 8 to 11 are a small tool. Keep the four functions,
#   and run them on the next model that you carry over, before you look at its accuracy.
# - **Layers that no lesson names.** Draw the axes of both arrays as letters, and choose
#   sizes that all differ. A mistake then raises an error, and is silent no more.
# - **Bugs made on purpose.** Exercise 12 turns a suspicion into a test. It works for any
#   two programs that should do the same.
# - **Padding.** Look for strides larger than 1 in a model that you use. For which image
#   sizes would its port be right by luck?
#
# Take a model that you know well. Which of its layers would you compare first, and which
# of its weights are free? Make a guess, then look.
