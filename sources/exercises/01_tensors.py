# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: tensors
#
# They follow the lesson
# [01_tensors](../../notebooks/01_tensors.ipynb). Each exercise is one
# function, written once in PyTorch and once in TensorFlow. Do one half or
# both: the points count for each.
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
#    `hint("tensors.strides", 2)` shows the second.
#
# **What your functions get.** Arrays arrive as tensors of the framework:
# float32, int64 for labels and indices, uint8 where an exercise says so.
# Whole numbers arrive as Python `int`, shapes as lists of `int`. Nothing
# tracks gradients.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. Work on a copy: a function that changes one of its arguments in
# place is not correct.
#
# **What they return.** Tensors or plain numbers; several values as a tuple,
# in the order the exercise names. The shape counts: `(n,)` is not `(n, 1)`.
# The dtype does not.
#
# **What counts.** The values that your function returns, and nothing else.
# Any right computation earns the points of its half, in NumPy or plain Python
# too. With the framework you practise what the half is there for.
#
# Many inputs are multiples of 1/4, so that you can follow them by hand.
# Some are square on purpose: where two axes have the same size, a wrong
# choice raises no error. Grading uses fresh inputs, so only the function
# counts, not its numbers here. Run the next cells first.

# %% tags=["torch"] pair="setup"
import torch

# %% tags=["tensorflow"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf

# %%
import math

import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. Strides, and where an element lies (1 point)
#
# A tensor's numbers lie in one line of memory. Its **strides** say, for each
# axis, how many elements to go ahead for one step along that axis. In a
# **contiguous** tensor the last axis runs fastest: its neighbours lie side by
# side.
#
# Write `strides(shape, index)` for a contiguous tensor.
#
# - `shape`: its sizes, a list of 3 or 4 Python `int`s
# - `index`: an element's index, a list of as many `int`s
# - returns the pair `(strides, offset)`: the stride of each axis **in
#   elements**, in the order of the axes, as a list or tensor of as many whole
#   numbers; and the element's place in memory, counted from 0, one number
#
# TensorFlow shows no strides, but its tensors lie in memory just so. Plain
# Python is enough, and `math.prod` multiplies the numbers in a list.
# *Lesson: section 1.*

# %% tags=["torch"] pair="strides"
def strides(shape, index):
    """Strides, and the offset, in elements."""
    ### BEGIN SOLUTION
    steps, block = [], 1
    for size in reversed(shape):
        steps.insert(0, block)
        block *= size
    steps = torch.tensor(steps)
    return steps, (torch.tensor(index) * steps).sum()
    ### END SOLUTION

# %% tags=["torch"] pair="strides_check"
check("tensors.strides", strides, "torch")

# %% tags=["tensorflow"] pair="strides"
def strides(shape, index):
    """Strides, and the offset, in elements."""
    ### BEGIN SOLUTION
    sizes = tf.constant(shape)
    steps = tf.math.cumprod(
        sizes, exclusive=True, reverse=True)
    offset = tf.reduce_sum(steps * tf.constant(index))
    return steps, offset
    ### END SOLUTION

# %% tags=["tensorflow"] pair="strides_check"
check("tensors.strides", strides, "tensorflow")

# %% [markdown]
# ## 2. One logit of each row (1 point)
#
# A classifier gives each of $n$ examples a row of $k$ scores, its **logits**.
# For the loss you need, of each row, the logit of the right class.
#
# Write `pick_logits(logits, labels)`.
#
# - `logits`: shape `(n, k)`
# - `labels`: the right class of each row, whole numbers from 0 to `k - 1`, an
#   **int64** tensor of shape `(n,)`
# - returns the picked logits, shape `(n,)`: entry $i$ is
#   $\text{logits}_{i,\,\text{labels}_i}$
#
# Do it without a loop. *Lesson: section 6.*

# %% tags=["torch"] pair="pick_logits"
def pick_logits(logits, labels):
    """One logit of each row, shape (n,)."""
    ### BEGIN SOLUTION
    rows = torch.arange(len(labels))
    return logits[rows, labels]
    ### END SOLUTION

# %% tags=["torch"] pair="pick_logits_check"
check("tensors.pick_logits", pick_logits, "torch")

# %% tags=["tensorflow"] pair="pick_logits"
def pick_logits(logits, labels):
    """One logit of each row, shape (n,)."""
    ### BEGIN SOLUTION
    return tf.gather(logits, labels, batch_dims=1)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="pick_logits_check"
check("tensors.pick_logits", pick_logits, "tensorflow")

# %% [markdown]
# ## 3. How much an image changed (1 point)
#
# A camera looks at a door and gives a **uint8** for each pixel: 0 is black, 255
# white. The door has moved if the pixels have changed, in either direction:
#
# $$\text{change}_k = \frac{1}{hw} \sum_{i,j}
# \big|\text{after}_{kij} - \text{before}_{kij}\big|$$
#
# Write `image_change(before, after)`.
#
# - `before`, `after`: `n` images each, **uint8**, shape `(n, h, w)`
# - returns the change of each image, shape `(n,)`; its decimals count
#
# *Lesson: sections 4 and 8.*

# %% tags=["torch"] pair="image_change"
def image_change(before, after):
    """Mean absolute difference of each image, (n,)."""
    ### BEGIN SOLUTION
    difference = after.float() - before.float()
    return difference.abs().mean(dim=(1, 2))
    ### END SOLUTION

# %% tags=["torch"] pair="image_change_check"
check("tensors.image_change", image_change, "torch")

# %% tags=["tensorflow"] pair="image_change"
def image_change(before, after):
    """Mean absolute difference of each image, (n,)."""
    ### BEGIN SOLUTION
    difference = (tf.cast(after, tf.float32)
                  - tf.cast(before, tf.float32))
    return tf.reduce_mean(
        tf.abs(difference), axis=[1, 2])
    ### END SOLUTION

# %% tags=["tensorflow"] pair="image_change_check"
check(
    "tensors.image_change",
    image_change, "tensorflow")

# %% [markdown]
# ## 4. The same standard deviation in both (1 point)
#
# Write `unbiased_std(X)`: the sample standard deviation of each column, with
# the divisor $n - 1$,
#
# $$s_j = \sqrt{\frac{1}{n-1}\sum_{i=1}^{n}\big(x_{ij} - \bar x_j\big)^2}$$
#
# where $\bar x_j$ is the mean of column $j$.
#
# - `X`: shape `(n, d)`, with $n \ge 3$
# - returns $s$, shape `(d,)`
#
# The two frameworks have a function of nearly the same name for it, and they
# do not agree. *Lesson: section 8.*

# %% tags=["torch"] pair="unbiased_std"
def unbiased_std(X):
    """Each column's standard deviation, (d,)."""
    ### BEGIN SOLUTION
    return X.std(dim=0, correction=1)
    ### END SOLUTION

# %% tags=["torch"] pair="unbiased_std_check"
check("tensors.unbiased_std", unbiased_std, "torch")

# %% tags=["tensorflow"] pair="unbiased_std"
def unbiased_std(X):
    """Each column's standard deviation, (d,)."""
    ### BEGIN SOLUTION
    n = X.shape[0]
    variance = tf.math.reduce_variance(X, axis=0)
    return tf.sqrt(variance * n / (n - 1))
    ### END SOLUTION

# %% tags=["tensorflow"] pair="unbiased_std_check"
check(
    "tensors.unbiased_std",
    unbiased_std, "tensorflow")

# %% [markdown]
# ## 5. Weighted columns, centered (2 points)
#
# Each row of `X` is a measurement, and the rows count unequally. Subtract from
# each column its weighted mean:
#
# $$m_j = \frac{\sum_i \text{weight}_i\, x_{ij}}{\sum_i \text{weight}_i},
# \qquad \text{centered}_{ij} = x_{ij} - m_j$$
#
# Write `center_columns(X, weight)`.
#
# - `X`: shape `(n, n)`
# - `weight`: one positive number for each **row**, shape `(n,)`
# - returns the centered columns, shape `(n, n)`
#
# `X` is square here, and nothing stops you from weighting the columns
# instead. *Lesson: section 5.*

# %% tags=["torch"] pair="center_columns"
def center_columns(X, weight):
    """X minus the weighted mean of each column."""
    ### BEGIN SOLUTION
    column = weight[:, None]
    total = (column * X).sum(dim=0)
    return X - total / weight.sum()
    ### END SOLUTION

# %% tags=["torch"] pair="center_columns_check"
check(
    "tensors.center_columns",
    center_columns, "torch")

# %% tags=["tensorflow"] pair="center_columns"
def center_columns(X, weight):
    """X minus the weighted mean of each column."""
    ### BEGIN SOLUTION
    column = weight[:, None]
    total = tf.reduce_sum(column * X, axis=0)
    return X - total / tf.reduce_sum(weight)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="center_columns_check"
check(
    "tensors.center_columns",
    center_columns, "tensorflow")

# %% [markdown]
# ## 6. Positions on a ring (2 points)
#
# A ring buffer has `n` places, 0 to `n - 1`. Behind the last comes the first
# again; before the first, at index $-1$, lies the last. Any whole number is
# therefore an index, and stands for a **position** and a **lap**, with
#
# $$\text{index} = \text{lap}\cdot n + \text{position},
# \qquad 0 \le \text{position} < n$$
#
# So with $n = 5$, index 7 is position 2 in lap 1, and index $-1$ is position
# 4 in lap $-1$.
#
# Write `wrap_index(index, n)`.
#
# - `index`: whole numbers of either sign, an **int64** tensor of shape `(m,)`
# - `n`: a Python `int`
# - returns the pair `(position, lap)`, both of shape `(m,)`
#
# *Lesson: section 8.*

# %% tags=["torch"] pair="wrap_index"
def wrap_index(index, n):
    """Position, 0 to n - 1, and lap."""
    ### BEGIN SOLUTION
    lap = torch.div(index, n, rounding_mode="floor")
    return index - lap * n, lap
    ### END SOLUTION

# %% tags=["torch"] pair="wrap_index_check"
check("tensors.wrap_index", wrap_index, "torch")

# %% tags=["tensorflow"] pair="wrap_index"
def wrap_index(index, n):
    """Position, 0 to n - 1, and lap."""
    ### BEGIN SOLUTION
    return index % n, index // n
    ### END SOLUTION

# %% tags=["tensorflow"] pair="wrap_index_check"
check("tensors.wrap_index", wrap_index, "tensorflow")

# %% [markdown]
# ## 7. All distances at once (2 points)
#
# Which stored point is nearest? For the answer you need the distance of every
# point in `A` from every point in `B`:
#
# $$D_{ij} = \sqrt{\sum_{c=1}^{d} \big(A_{ic} - B_{jc}\big)^2}$$
#
# Write `pairwise_distances(A, B)`.
#
# - `A`: one point in each row, shape `(n, d)`
# - `B`: one point in each row, shape `(m, d)`
# - returns $D$, shape `(n, m)`
#
# Use broadcasting and no loop: $n$, $m$ and $d$ all differ.
# *Lesson: section 5.*

# %% tags=["torch"] pair="pairwise_distances"
def pairwise_distances(A, B):
    """Distances of all pairs of rows, shape (n, m)."""
    ### BEGIN SOLUTION
    difference = A[:, None] - B[None]
    return (difference**2).sum(dim=2).sqrt()
    ### END SOLUTION

# %% tags=["torch"] pair="pairwise_distances_check"
check(
    "tensors.pairwise_distances",
    pairwise_distances, "torch")

# %% tags=["tensorflow"] pair="pairwise_distances"
def pairwise_distances(A, B):
    """Distances of all pairs of rows, shape (n, m)."""
    ### BEGIN SOLUTION
    difference = A[:, None] - B[None]
    return tf.norm(difference, axis=2)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="pairwise_distances_check"
check(
    "tensors.pairwise_distances",
    pairwise_distances, "tensorflow")

# %% [markdown]
# ## 8. Rows added up by label (2 points)
#
# The sum of all rows with the same label is the first step to the mean of each
# class, to a confusion matrix, and to the gradient of an embedding.
#
# Write `scatter_add(rows, labels, k)`.
#
# - `rows`: shape `(n, d)`
# - `labels`: the label of each row, whole numbers from 0 to `k - 1` in any
#   order, an **int64** tensor of shape `(n,)`
# - `k`: how many labels there are, a Python `int`
# - returns `sums`, shape `(k, d)`: row $l$ is the sum of all rows with the
#   label $l$
#
# Labels repeat. Some labels have no row, and the last label may be among
# them: their sums are 0. Do it without a loop. *Lesson: section 6.*

# %% tags=["torch"] pair="scatter_add"
def scatter_add(rows, labels, k):
    """Sums of rows by label, shape (k, d)."""
    ### BEGIN SOLUTION
    sums = torch.zeros(k, rows.shape[1])
    return sums.index_add(0, labels, rows)
    ### END SOLUTION

# %% tags=["torch"] pair="scatter_add_check"
check("tensors.scatter_add", scatter_add, "torch")

# %% tags=["tensorflow"] pair="scatter_add"
def scatter_add(rows, labels, k):
    """Sums of rows by label, shape (k, d)."""
    ### BEGIN SOLUTION
    return tf.math.unsorted_segment_sum(
        rows, labels, num_segments=k)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="scatter_add_check"
check("tensors.scatter_add", scatter_add, "tensorflow")

# %% [markdown]
# ## 9. Dense layers from two frameworks (2 points)
#
# A network of two dense layers was put together from two files. The first
# layer comes from PyTorch, which stores a weight matrix as `[out, in]`; the
# second from Keras, which stores it as `[in, out]`. Each layer computes, for
# each of its outputs, the weighted sum of its inputs plus a bias. Between the
# two there is a ReLU, $\max(z, 0)$; behind the second there is none.
#
# Write `port_dense(x, W, b, V, c)`.
#
# - `x`: one example in each row, shape `(n, d)`
# - `W`: the first layer's weights, **`[out, in]`**, shape `(h, d)`
# - `b`: its bias, shape `(h,)`
# - `V`: the second layer's weights, **`[in, out]`**, shape `(h, h)`
# - `c`: its bias, shape `(h,)`
# - returns the network's output, shape `(n, h)`
#
# Matrix products or the framework's own layers, as you like.
# *Lesson: section 9.*

# %% tags=["torch"] pair="port_dense"
def port_dense(x, W, b, V, c):
    """The output of both layers, shape (n, h)."""
    ### BEGIN SOLUTION
    hidden = torch.relu(x @ W.T + b)
    return hidden @ V + c
    ### END SOLUTION

# %% tags=["torch"] pair="port_dense_check"
check("tensors.port_dense", port_dense, "torch")

# %% tags=["tensorflow"] pair="port_dense"
def port_dense(x, W, b, V, c):
    """The output of both layers, shape (n, h)."""
    ### BEGIN SOLUTION
    hidden = tf.nn.relu(x @ tf.transpose(W) + b)
    return hidden @ V + c
    ### END SOLUTION

# %% tags=["tensorflow"] pair="port_dense_check"
check("tensors.port_dense", port_dense, "tensorflow")

# %% [markdown]
# ## 10. The windows of an image (3 points)
#
# A convolution is a matrix product, once each window of the image is a row of
# a matrix. (Libraries call the step *im2col*.) Build that matrix.
#
# Write `windows(image, size, step)`.
#
# - `image`: shape `(height, width)`
# - `size`: the windows' height and width, a Python `int`
# - `step`: how far one window's first row (or column) is from the next one's,
#   a Python `int`; it may be smaller than `size` or larger
# - returns shape `(number of windows, size * size)`
#
# Windows lie wholly inside the image, so those that would reach over the edge
# do not exist: along an axis of $n$ pixels there are
# $\lfloor (n - \text{size}) / \text{step} \rfloor + 1$. Their order is that of
# reading: along the first row of windows, then the next row. The pixels
# within each are in reading order too. In the tests the pixel in row $r$ and
# column $c$ holds $10r + c$ plus some hundreds: a wrong number tells where it
# was read. *Lesson: sections 1 and 9.*

# %% tags=["torch"] pair="windows"
def windows(image, size, step):
    """Each window as a row, in reading order."""
    ### BEGIN SOLUTION
    cut = image.unfold(0, size, step)
    cut = cut.unfold(1, size, step)
    return cut.reshape(-1, size * size)
    ### END SOLUTION

# %% tags=["torch"] pair="windows_check"
check("tensors.windows", windows, "torch")

# %% tags=["tensorflow"] pair="windows"
def windows(image, size, step):
    """Each window as a row, in reading order."""
    ### BEGIN SOLUTION
    height, width = image.shape
    cut = [
        tf.reshape(image[r:r + size, c:c + size], [-1])
        for r in range(0, height - size + 1, step)
        for c in range(0, width - size + 1, step)]
    return tf.stack(cut)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="windows_check"
check("tensors.windows", windows, "tensorflow")

# %% [markdown]
# ## 11. A convolution between frameworks (3 points)
#
# The images come from TensorFlow, **channels last**. The kernel comes from
# PyTorch, where the channels stand first. The result goes back to TensorFlow:
#
# $$\text{out}_{n,i,j,o} = b_o + \sum_{c,k,l}
# x_{n,\,i+k,\,j+l,\,c}\; w_{o,c,k,l}$$
#
# Write `port_conv(x, w, b)`.
#
# - `x`: images, **NHWC**, that is number, height, width, channels; shape
#   `(n, s, s, c)`
# - `w`: kernel, **OIHW**, that is output channel, input channel, height,
#   width; shape `(c, c, k, k)`
# - `b`: bias, one for each output channel, shape `(c,)`
# - returns the result in **NHWC**, shape `(n, s - k + 1, s - k + 1, c)`
#
# Step 1, no padding. Use your framework's convolution: PyTorch's wants NCHW
# and OIHW, TensorFlow's wants NHWC and HWIO. Images and kernels are square,
# and there are as many output channels as input channels, so hardly any wrong
# order of axes raises an error. *Lesson: section 9.*

# %% tags=["torch"] pair="port_conv"
def port_conv(x, w, b):
    """The convolution of NHWC images, NHWC again."""
    ### BEGIN SOLUTION
    images = x.permute(0, 3, 1, 2)
    out = torch.nn.functional.conv2d(images, w, b)
    return out.permute(0, 2, 3, 1)
    ### END SOLUTION

# %% tags=["torch"] pair="port_conv_check"
check("tensors.port_conv", port_conv, "torch")

# %% tags=["tensorflow"] pair="port_conv"
def port_conv(x, w, b):
    """The convolution of NHWC images, NHWC again."""
    ### BEGIN SOLUTION
    kernel = tf.transpose(w, perm=[2, 3, 1, 0])
    out = tf.nn.conv2d(
        x, kernel, strides=1, padding="VALID")
    return out + b
    ### END SOLUTION

# %% tags=["tensorflow"] pair="port_conv_check"
check("tensors.port_conv", port_conv, "tensorflow")

# %% [markdown]
# ## 12. The order of a flattened image (3 points)
#
# A network in PyTorch ends in a flatten and a dense layer. You rebuild it
# channels last, and carry the dense layer's weights over. All shapes fit, and
# the accuracy is gone: the weights expect the numbers of an image **in the
# order in which PyTorch flattens them**: all of channel 0, row by row, then
# all of channel 1, and so on.
#
# Write `flatten_order(x, W, b)`: the dense layer's output on channels-last
# features.
#
# - `x`: features, **NHWC**, shape `(n, h, w, c)`
# - `W`: weights, `[out, in]`, trained on flattened **NCHW** features; shape
#   `(out, c * h * w)`
# - `b`: bias, shape `(out,)`
# - returns shape `(n, out)`
#
# There are two ways: change the order of the features, or that of the
# weights. *Lesson: section 9.*

# %% tags=["torch"] pair="flatten_order"
def flatten_order(x, W, b):
    """The layer on NHWC features, (n, out)."""
    ### BEGIN SOLUTION
    flat = x.permute(0, 3, 1, 2).flatten(1)
    return flat @ W.T + b
    ### END SOLUTION

# %% tags=["torch"] pair="flatten_order_check"
check("tensors.flatten_order", flatten_order, "torch")

# %% tags=["tensorflow"] pair="flatten_order"
def flatten_order(x, W, b):
    """The layer on NHWC features, (n, out)."""
    ### BEGIN SOLUTION
    images = tf.transpose(x, perm=[0, 3, 1, 2])
    flat = tf.reshape(images, [x.shape[0], -1])
    return flat @ tf.transpose(W) + b
    ### END SOLUTION

# %% tags=["tensorflow"] pair="flatten_order_check"
check(
    "tensors.flatten_order",
    flatten_order, "tensorflow")

# %% [markdown]
# ## 13. Find the bugs in a relaxation (3 points)
#
# Heat spreads along a rod. `u` holds the temperatures at `n` places, and its
# two ends are held fixed. In each step every other place takes the mean of
# its two neighbours, **both as they were before the step**:
#
# $$u_i \leftarrow \frac{u_{i-1} + u_{i+1}}{2} \quad (0 < i < n - 1)$$
#
# After each step, `buggy_relax` records $u$ and how far it is from what was
# measured, $\frac1n \sum_i (u_i - \text{target}_i)^2$.
#
# - `u`: where to start, shape `(n,)`
# - `target`: the measurements, as a table's column: shape `(n, 1)`
# - `steps`: how many steps, a Python `int`
# - returns the pair `(us, errors)`: lists of `steps` entries, tensors of
#   shape `(n,)` and numbers; entry 0 is what the first step leads to
#
# It runs without an error, and has **two bugs**, the same in both
# frameworks. The cell below it shows a symptom of each:
#
# - From a single hot place in the middle, heat goes left and right alike.
#   Here it does not.
# - Along an even slope each place is the mean of its neighbours already, so
#   nothing changes. Measured against itself the error must be 0.
#
# **Write** `find_the_bug`: the same function, mended. Copy the body, find
# the causes, change as little as you can. *Lesson: sections 3, 5 and 7.*

# %% tags=["torch"] pair="buggy_relax"
def buggy_relax(u, target, steps):
    u = u.clone()
    us, errors = [], []
    for _ in range(steps):
        old = u
        for i in range(1, u.shape[0] - 1):
            u[i] = (old[i - 1] + old[i + 1]) / 2
        us.append(u.clone())
        difference = u - target
        errors.append((difference**2).mean())
    return us, errors

# %% tags=["torch"] pair="symptoms"
hot = torch.tensor([0.0, 0.0, 8.0, 0.0, 0.0])
us, _ = buggy_relax(hot, torch.zeros(5, 1), 1)
print("one step:", us[0].tolist())
assert us[0][1] != us[0][3]
slope = torch.tensor([0.0, 1.0, 2.0, 3.0, 4.0])
us, errors = buggy_relax(slope, slope[:, None], 1)
assert torch.equal(us[0], slope)
print("error of a slope:", float(errors[0]))
assert errors[0] > 0

# %% tags=["torch"] pair="find_the_bug"
def find_the_bug(u, target, steps):
    """us and errors after each step, steps entries."""
    ### BEGIN SOLUTION
    u = u.clone()
    us, errors = [], []
    for _ in range(steps):
        old = u.clone()
        for i in range(1, u.shape[0] - 1):
            u[i] = (old[i - 1] + old[i + 1]) / 2
        us.append(u.clone())
        difference = u - target[:, 0]
        errors.append((difference**2).mean())
    return us, errors
    ### END SOLUTION

# %% tags=["torch"] pair="find_the_bug_check"
check("tensors.find_the_bug", find_the_bug, "torch")

# %% tags=["tensorflow"] pair="buggy_relax"
def buggy_relax(u, target, steps):
    u = tf.Variable(u)
    us, errors = [], []
    for _ in range(steps):
        old = u
        for i in range(1, u.shape[0] - 1):
            u[i].assign((old[i - 1] + old[i + 1]) / 2)
        us.append(tf.identity(u))
        difference = u - target
        errors.append(tf.reduce_mean(difference**2))
    return us, errors

# %% tags=["tensorflow"] pair="symptoms"
hot = tf.constant([0.0, 0.0, 8.0, 0.0, 0.0])
us, _ = buggy_relax(hot, tf.zeros([5, 1]), 1)
print("one step:", us[0].numpy().tolist())
assert us[0][1] != us[0][3]
slope = tf.constant([0.0, 1.0, 2.0, 3.0, 4.0])
us, errors = buggy_relax(slope, slope[:, None], 1)
assert np.array_equal(us[0], slope)
print("error of a slope:", float(errors[0]))
assert errors[0] > 0

# %% tags=["tensorflow"] pair="find_the_bug"
def find_the_bug(u, target, steps):
    """us and errors after each step, steps entries."""
    ### BEGIN SOLUTION
    u = tf.Variable(u)
    us, errors = [], []
    for _ in range(steps):
        old = tf.identity(u)
        for i in range(1, u.shape[0] - 1):
            u[i].assign((old[i - 1] + old[i + 1]) / 2)
        us.append(tf.identity(u))
        difference = u - target[:, 0]
        errors.append(tf.reduce_mean(difference**2))
    return us, errors
    ### END SOLUTION

# %% tags=["tensorflow"] pair="find_the_bug_check"
check(
    "tensors.find_the_bug",
    find_the_bug, "tensorflow")

# %% [markdown]
# ## Where to use this next
#
# - **Strides** explain why a transposed tensor is free and a later `reshape`
#   of it is not, and how one buffer becomes many overlapping windows.
# - **A picked logit** for each row is the heart of the cross-entropy loss.
# - **Adding up by label** is what an embedding's gradient does with each
#   word that occurs twice in a batch.
# - **Porting** goes wrong in silence wherever two axes have the same size.
#   Compare the two models' outputs on a batch of ten examples before you
#   trust a ported one, and choose sizes that differ in your tests.
# - **An alias** and **a column against a row** are the two bugs of exercise
#   13. Real code has both: an exponential average that follows its own
#   copy, a loss of predictions `(n, 1)` against targets `(n,)`.
#
# Take a function of your own that works on tensors. Write the shape behind
# each line. Then call it with sizes that all differ, and with sizes that are
# all the same: does it fail where it should?
