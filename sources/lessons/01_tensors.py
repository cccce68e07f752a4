# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Tensors
#
# After this lesson you can
#
# - tell a view from a copy, and predict a result's shape and dtype,
# - pick, add up and overwrite elements, and know what passes in silence,
# - carry a layer's weights from one framework to the other,
# - time a computation without being fooled.
#
# | Section | Minutes |
# |---|---|
# | 1. A line, and a way to walk it | 5 |
# | 2. View or copy | 5 |
# | 3. Whose memory? | 4 |
# | 4. Which dtype comes out | 6 |
# | 5. Broadcasting | 5 |
# | 6. Picking and adding up | 6 |
# | 7. Changing in place | 5 |
# | 8. Summaries that differ | 6 |
# | 9. The same layer, twice | 8 |
# | 10. Devices and clocks | 5 |
#
# Exercises are in
# [01_tensors_exercises](../exercises/01_tensors/01_tensors_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
from grader import device

print("torch", torch.__version__)
print("computes on", device("torch"))

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
from grader import device

print("tensorflow", tf.__version__)
print("computes on", device("tensorflow"))

# %%
import math
import time
import numpy as np
from grader import agree, predict, reveal
from grader.learner import plots, tensor_plots

def refused(call):  # passes only if call raises
    error = None
    try:
        call()
    except Exception as raised:
        error = raised
    assert error, "it was not refused"
    print("refused:", type(error).__name__)

# %% [markdown]
# ## 1. A line, and a way to walk it
#
# Transpose a matrix of a million numbers, and none of them moves. How?
#
# Memory is a line. A **tensor** is a line with a way to walk it: its
# **shape** counts the elements along each axis, its **strides** say how far
# one step along an axis leads. Element $[i, j]$ lies $i s_0 + j s_1$ places
# from the start. All elements share one type, the **dtype**. By hand, one
# line walked in two ways. *Predict the first row of the second:*

# %%
predict("tensors.walk", ...)
line = np.arange(10, 16, dtype="float32")

def walk(shape, strides):
    (rows, columns), (s0, s1) = shape, strides
    return [[float(line[i * s0 + j * s1])
             for j in range(columns)] for i in range(rows)]

print(walk((2, 3), (3, 1)))
print(walk((3, 2), (1, 3)))
reveal("tensors.walk", walk((3, 2), (1, 3))[0])

# %% [markdown]
# The second is the first, transposed: only the strides have changed places.
# PyTorch transposes this way, and moves nothing. <!-- shown: anatomy -->
# TensorFlow shows no strides, and writes the transposed tensor out as a new
# line. <!-- shown: anatomy -->

# %% tags=["torch"] pair="anatomy"
x = torch.tensor(line).reshape(2, 3)
print(tuple(x.shape), x.dtype, x.stride())
assert x.T.stride() == (1, 3)
assert x.T.data_ptr() == x.data_ptr()
agree(x.T, walk((3, 2), (1, 3)))

# %% tags=["tensorflow"] pair="anatomy"
x = tf.reshape(tf.constant(line), (2, 3))
print(tuple(x.shape), x.dtype)
assert not hasattr(x, "stride")
in_memory = np.frombuffer(tf.transpose(x), "float32")
agree(in_memory, [10, 13, 11, 14, 12, 15])

# %%
x = line.reshape(2, 3)
tensor_plots.memory(
    {"x": x, "x.T": x.T, "x[:, 1:]": x[:, 1:]})
poured = x.reshape(3, 2)
assert poured.shape == x.T.shape
print(x.T.tolist(), poured.tolist(), sep="\n")

# %% [markdown]
# All three are one memory: an arc is one step along an axis, and the numbers
# under the boxes give the reading order. `x.T` swaps the arcs; `x[:, 1:]`
# starts one box later and leaves out the hatched ones.
#
# **How it breaks.** `x.reshape(3, 2)`, printed second, has the shape of
# `x.T`, but keeps the reading order of `x`: its rows mix what belonged apart,
# without an error.
#
# **You try:** predict the strides of `x[:, ::2]`, and draw it. Then
# `tensors.strides`.

# %% [markdown]
# ## 2. View or copy
#
# Flatten `a` and `a.T`, then overwrite `a[0, 0]`. Which of the two flat
# results changes?
#
# By hand: `a.T` reads the positions 0, 3, 1, 4, 2, 5. No single stride
# walks like that, so a flat `a.T` needs a line of its own.

# %% tags=["torch"] pair="flatten"
a = torch.tensor(x)
flat, turned = a.reshape(-1), a.T.reshape(-1)
a[0, 0] = 99
agree(flat, [99, 11, 12, 13, 14, 15])
agree(turned, [10, 13, 11, 14, 12, 15])
tensor_plots.memory(
    {"a": a, "flat": flat, "turned": turned})

# %% tags=["tensorflow", "raises-exception"] pair="flatten"
a = tf.constant(x)
flat = tf.reshape(a, [-1])
turned = tf.reshape(tf.transpose(a), [-1])
a[0, 0] = 99

# %% tags=["torch"] pair="another"
a = torch.tensor(x)
assert not a.T.is_contiguous()
refused(lambda: a.T.view(-1))

# %% tags=["tensorflow"] pair="another"
b = tf.tensor_scatter_nd_update(a, [[0, 0]], [99])
agree(b[0], [99, 11, 12])
agree(a[0], [10, 11, 12])

# %% [markdown]
# In PyTorch's picture, `flat` shares memory A with `a` and changed with it;
# `turned` has a memory B of its own. <!-- shown: flatten --> PyTorch's
# `reshape` gives a **view** where strides can do it, and silently a **copy**
# where they can't; `view` refuses to copy. <!-- shown: flatten, another --> A
# tensor that lies in its own reading order, without gaps, is **contiguous**.
#
# TensorFlow's tensors are **immutable**: to change one means to make
# another. <!-- shown: flatten, another -->
#
# **You try:** is `a[:, 1:].reshape(-1)` a view or a copy? Draw it.

# %% [markdown]
# ## 3. Whose memory?
#
# Make a tensor from a NumPy array, then overwrite the array. Does the tensor
# change? And if you overwrite an array that came out of a tensor?

# %% tags=["torch"] pair="bridge"
data = np.zeros(3, "float32")
copied = torch.tensor(data)
shared = torch.from_numpy(data)
out = shared.numpy()
data[0], out[1] = 7, 8
agree(copied, [0, 0, 0])
agree(shared, [7, 8, 0])

# %% tags=["tensorflow"] pair="bridge"
data = np.zeros(3, "float32")
copied = tf.constant(data)
out = copied.numpy()
data[0], out[1] = 7, 8
agree(copied, [0, 0, 0])

# %% [markdown]
# PyTorch's `from_numpy` and `.numpy()` share memory, both
# ways. <!-- shown: bridge --> `torch.tensor`, `tf.constant` and
# TensorFlow's `.numpy()` copy. <!-- shown: bridge --> Sharing costs nothing,
# and surprises whoever reuses `data` for the next batch.
#
# **How it breaks.** **DLPack** shares memory between frameworks, and nobody
# guards it. Predict what becomes of the tensor that can't be changed:

# %% tags=["both"] name="dlpack"
owner = tf.constant([1.0, 2.0])
window = torch.from_dlpack(owner)
window[0] = 99
print(owner.numpy())
agree(owner, [99.0, 2.0])

# %% [markdown]
# ## 4. Which dtype comes out
#
# $65536 \cdot 65536$ is 0 in one of the two. By hand: it is
# $2^{16} \cdot 2^{16} = 2^{32}$, and integers of 32 bits count modulo
# $2^{32}$. *Predict as well the dtype of int64 + float32.*

# %% tags=["torch"] pair="literals"
n = torch.tensor(65536)
agree(n * n, 2**32)
kinds = [torch.tensor(v).dtype
         for v in (1, 1.5, np.ones(2))]
print(kinds)
assert kinds == [
    torch.int64, torch.float32, torch.float64]

# %% tags=["tensorflow"] pair="literals"
n = tf.constant(65536)
agree(n * n, 0)
kinds = [tf.constant(v).dtype
         for v in (1, 1.5, np.ones(2))]
print([kind.name for kind in kinds])
assert kinds == [tf.int32, tf.float32, tf.float64]
assert tf.constant(2**32).dtype == tf.int64

# %%
names = ["int32", "int64", "float32", "float64"]

def draw(result):
    table = {(a, b): result(a, b)
             for a in names for b in names}
    tensor_plots.promotions(table, names)
    return table

# %% tags=["torch"] pair="promotion"
def result(a, b):
    ones = [torch.ones(2, dtype=getattr(torch, name))
            for name in (a, b)]
    return str(sum(ones).dtype).removeprefix("torch.")

table = draw(result)
assert table["int32", "int64"] == "int64"
assert table["int64", "float32"] == "float32"

# %% tags=["tensorflow"] pair="promotion"
def result(a, b):
    try:
        ones = tf.ones(2, a), tf.ones(2, b)
        return (ones[0] + ones[1]).dtype.name
    except tf.errors.InvalidArgumentError:
        return None

for (a, b), sum_ in draw(result).items():
    assert sum_ == (a if a == b else None)
agree(tf.cast(tf.constant(2), "float32") + 0.5, 2.5)

# %% [markdown]
# A Python integer becomes int64 in PyTorch; in TensorFlow int32, if it
# fits. <!-- shown: literals --> A Python float becomes float32 in both, and
# NumPy's float64 stays. <!-- shown: literals -->
#
# PyTorch **promotes**: it takes the higher kind, floating over
# integer, and within it the wider type. <!-- shown: promotion --> TensorFlow
# refuses every pair of different dtypes (hatched) until you say
# `tf.cast`. <!-- shown: promotion -->
#
# **How it breaks.** NumPy computes in float64, layers in float32. What
# happens where they meet?

# %% tags=["torch"] pair="meet"
data = np.ones((1, 3))
layer = torch.nn.Linear(3, 2)
double = torch.tensor(data)
refused(lambda: layer(double))
assert layer(double.float()).dtype == torch.float32
assert (torch.ones(3) + double).dtype == torch.float64
for one in (double[0, 0], 1.5):  # no axes
    assert (torch.ones(3) + one).dtype == torch.float32

# %% tags=["tensorflow"] pair="meet"
data = np.ones((1, 3))
layer = tf.keras.layers.Dense(2)
assert layer(data).dtype == tf.float32
assert (tf.ones(3) + data).dtype == tf.float32
n = tf.constant([1, 2])
refused(lambda: n + 0.5)
agree(n + np.array([0.5, 0.5]), [1, 2])

# %% [markdown]
# PyTorch's layer refuses; its sum quietly widens, unless one side is a Python
# number or has no axes. <!-- shown: meet --> Keras casts to float32 in
# silence. <!-- shown: meet --> And a TensorFlow tensor casts an *array* to
# its own dtype, even when that cuts off the halves; the number 0.5 it
# refuses. <!-- shown: meet --> Convert once, where data enter:
# `data.astype("float32")`.
#
# **You try:** add `np.array([2**40])` to an int32 tensor (in PyTorch, as a
# tensor). Which half loses the number? Then `tensors.image_change`.

# %% [markdown]
# ## 5. Broadcasting
#
# Predictions and targets are equal, yet the mean squared error is 1.33. Why?
#
# By hand: line up the shapes from the right. Axes must be equal, or one of
# them 1 or missing: that one is repeated. So (3, 1) with (3,) gives (3, 3),
# nine differences, whose squares add up to 12.

# %% tags=["torch"] pair="broadcast"
p = torch.tensor([[1.0], [2.0], [3.0]])
t = torch.tensor([1.0, 2.0, 3.0])
errors = p - t
agree((errors**2).mean(), 12 / 9)
agree(((p[:, 0] - t) ** 2).mean(), 0)
assert p.expand(3, 3).stride() == (1, 0)

# %% tags=["tensorflow"] pair="broadcast"
p = tf.constant([[1.0], [2.0], [3.0]])
t = tf.constant([1.0, 2.0, 3.0])
errors = p - t
agree(tf.reduce_mean(errors**2), 12 / 9)
agree(tf.reduce_mean((p[:, 0] - t) ** 2), 0)

# %%
tensor_plots.broadcast(p, t, errors, "−")

# %% [markdown]
# Hatched elements are repeated ones; only the diagonal of the result
# compares what belongs together. Repeating costs no memory: PyTorch's
# `expand` has a stride of 0. <!-- shown: broadcast -->
#
# **How it breaks** depends on luck. To subtract each row's mean, keep its
# axis, with length 1: without it, (2, 3) − (2,) is refused.
#
# **You try:** make `x` below 3 × 3, and nobody refuses. What was subtracted
# from what? Then `tensors.center_columns` and `tensors.pairwise_distances`.

# %% tags=["torch"] pair="keep_axis"
x = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
means = x.mean(dim=1)
refused(lambda: x - means)
centered = x - x.mean(dim=1, keepdim=True)
agree(centered, [[-1, 0, 1], [-1, 0, 1]])

# %% tags=["tensorflow"] pair="keep_axis"
x = tf.constant([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
means = tf.reduce_mean(x, axis=1)
refused(lambda: x - means)
centered = x - tf.reduce_mean(
    x, axis=1, keepdims=True)
agree(centered, [[-1, 0, 1], [-1, 0, 1]])

# %% [markdown]
# ## 6. Picking and adding up
#
# `x[[0, 2]]`: two rows, or one number? *Predict, for each half.* Lists of
# positions pick rows, pairs, or one element per row:

# %%
table = np.arange(12).reshape(3, 4)
columns = [[1], [0], [3]]

# %% tags=["torch"] pair="pick"
x = torch.tensor(table)
rows, pairs = x[[0, 2]], x[[0, 2], [1, 0]]
per_row = torch.take_along_dim(
    x, torch.tensor(columns), dim=1)
agree(rows, table[[0, 2]])
agree(pairs, [1, 8])
agree(per_row, [[1], [4], [11]])

# %% tags=["tensorflow"] pair="pick"
x = tf.constant(table)
agree(x[[0, 2]], 2)
rows = tf.gather(x, [0, 2])
pairs = tf.gather_nd(x, [[0, 1], [2, 0]])
per_row = tf.gather(x, columns, batch_dims=1)
agree(rows, table[[0, 2]])
agree(pairs, [1, 8])
agree(per_row, [[1], [4], [11]])

# %%
tensor_plots.picked(table, {
    "rows": rows, "pairs": pairs, "per row": per_row})

# %% [markdown]
# Grey elements were picked, in the order of their small numbers. Two lists
# pick *pairs*, not the block where rows and columns cross.
#
# To TensorFlow, a list in brackets is a tuple: `x[[0, 2]]` is the number
# `x[0, 2]`, and `tf.gather` picks rows. <!-- shown: pick -->
#
# **How it breaks.** Index 3 of 3 rows, index −1; then the same index twice:

# %% tags=["torch"] pair="outside"
x = torch.tensor(table)
refused(lambda: x[[3]])
agree(x[[-1]], table[[2]])
low = torch.tensor([[-1], [0], [0]])
refused(lambda: x.gather(1, low))

# %% tags=["tensorflow"] pair="outside"
x = tf.constant(table)
agree(x[-1], table[2])
with tf.device("/CPU:0"):
    refused(lambda: tf.gather(x, [3]))
    refused(lambda: tf.gather(x, [-1]))
    xla = tf.function(tf.gather, jit_compile=True)
    agree(xla(tf.range(5), [7, -1]), [4, 0])
if device("tensorflow") != "/CPU:0":
    agree(tf.gather(x, [3]), [[0, 0, 0, 0]])

# %% tags=["torch"] pair="votes"
i = torch.tensor([0, 2, 0])
votes = torch.tensor([1, 2, 3])
lost = torch.zeros(4, dtype=torch.int64)
lost[i] += votes
assert int(lost[0]) in (1, 3)
z = torch.zeros(4, dtype=torch.int64)
agree(z.index_add(0, i, votes), [4, 0, 2, 0])

# %% tags=["tensorflow"] pair="votes"
i, votes = [[0], [2], [0]], [1, 2, 3]
z = tf.zeros(4, tf.int32)
lost = tf.tensor_scatter_nd_update(z, i, votes)
assert int(lost[0]) in (1, 3)
added = tf.tensor_scatter_nd_add(z, i, votes)
agree(added, [4, 0, 2, 0])

# %% [markdown]
# An index out of range is an error, on the CPU. <!-- shown: outside -->
# Compiled by **XLA**, TensorFlow takes the nearest valid element instead;
# on a GPU, 0. <!-- shown: outside --> A −1 counts from the end in brackets,
# not in `gather`. <!-- shown: outside -->
#
# The votes for position 0, 1 and 3, should make 4. `lost[i] += votes` reads
# all, adds, writes all: one overwrites the other. <!-- shown: votes --> Adding
# up needs `index_add` or `tensor_scatter_nd_add`. <!-- shown: votes -->
#
# **You try:** `tensors.pick_logits`, then `tensors.scatter_add`.

# %% [markdown]
# ## 7. Changing in place
#
# A function adds 1 to its argument. Does the caller's tensor change?

# %% tags=["torch"] pair="in_place"
def add_one(t):
    t += 1

t = torch.zeros(2)
add_one(t)
agree(t, [1, 1])

# %% tags=["tensorflow"] pair="in_place"
def add_one(t):
    t += 1

t = tf.zeros(2)
add_one(t)
agree(t, [0, 0])

# %% tags=["torch"] pair="store"
v = torch.tensor([1, 2])
v[0] = 2.7
agree(v, [2, 2])
refused(lambda: v.add_(0.5))

# %% tags=["tensorflow"] pair="store"
v = tf.Variable([1.0, 2.0])
refused(lambda: add_one(v))
v.assign_add([1, 1])
agree(v, [2, 3])

# %% [markdown]
# In PyTorch, `+=` writes into the memory that the caller sees
# too. <!-- shown: in_place --> The dtype stays: 2.7 stored among integers
# becomes 2, without a word. <!-- shown: store --> For a `tf.Tensor`, `t += 1`
# gives the name a new tensor. <!-- shown: in_place --> What can be
# overwritten is a `tf.Variable`, and only by methods that say so, such as
# `assign_add`. <!-- shown: store -->
#
# **How it breaks.** The next lesson finds slopes by walking back over a
# computation, with values kept from the way forward. The slope of $e^w$ is
# $e^w$ itself; that of $w^2$ needs $w$. Overwrite what was kept:

# %% tags=["torch"] pair="overwritten"
w = torch.tensor(3.0, requires_grad=True)
y = torch.exp(w)
y += 1
refused(y.backward)

# %% tags=["tensorflow"] pair="overwritten"
w = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = w * w
w.assign(100.0)
agree(tape.gradient(y, w), 6.0)

# %% [markdown]
# PyTorch notices, and refuses rather than give a wrong
# slope. <!-- shown: overwritten --> TensorFlow kept what it had read, an
# immutable 3: the slope is 6. <!-- shown: overwritten -->
#
# **You try:** replace `torch.exp(w)` by `w * 2`. Why does it pass now? Then
# `tensors.find_the_bug`.

# %% [markdown]
# ## 8. Summaries that differ
#
# The standard deviation of 1, 2, 3, 4 is 1.29 or 1.12, depending on whom
# you ask. By hand: the squared distances from the mean add up to 5. Divide
# by 3 or by 4, then take the root. *Predict as well: the sum of two int8 of
# 100, and the mean of the integers 1 and 2.*

# %% tags=["torch"] pair="summaries"
q = torch.tensor([1.0, 2.0, 3.0, 4.0])
agree(q.std(), math.sqrt(5 / 3))
agree(q.std(correction=0), math.sqrt(5 / 4))
small = torch.tensor([100, 100], dtype=torch.int8)
agree(small.sum(), 200)
assert small.sum().dtype == torch.int64
refused(torch.tensor([1, 2]).mean)

# %% tags=["tensorflow"] pair="summaries"
q = tf.constant([1.0, 2.0, 3.0, 4.0])
agree(tf.math.reduce_std(q), np.std(q), 1.25**0.5)
small = tf.constant([100, 100], tf.int8)
agree(tf.reduce_sum(small), 200 - 256)
agree(tf.reduce_mean(tf.constant([1, 2])), 1)

# %% [markdown]
# PyTorch divides by $n-1$, TensorFlow (and NumPy) by
# $n$. <!-- shown: summaries --> PyTorch adds integers up in int64 and has no
# mean of them; TensorFlow keeps the dtype, so sums wrap and means are
# cut. <!-- shown: summaries -->
#
# And a remainder? By hand: $-7 = 3 \cdot (-3) + 2$ if the quotient is
# rounded *down*, as Python does; C rounds it to zero.

# %%
n = np.arange(-7, 8)
down = n - 3 * np.floor(n / 3)
to_zero = n - 3 * np.trunc(n / 3)
assert -7 % 3 == 2 and math.fmod(-7, 3) == -1
plots.curves(n, {"down: %": down,
                 "to zero: fmod, truncatemod": to_zero},
             xlabel="n", ylabel="remainder of n / 3")

# %% [markdown]
# Rounded down, the remainder runs 0, 1, 2 without a break, which suits an
# index. Rounded to zero, it is negative left of 0.
#
# **How it breaks.** Two answers below differ between the frameworks. Which?

# %% tags=["torch"] pair="odd_ones"
agree(torch.tensor(n) % 3, down)
agree(torch.fmod(torch.tensor(n), 3), to_zero)
agree(torch.tensor(-7) // 2, -4)
bad = torch.tensor([1.0, np.nan, 2.0])
agree(bad.max(), np.nan)
agree(bad.argmax(), 1)
agree(torch.tensor([1, 3, 3]).argmax(), 1)
agree(torch.tensor([[1, 5], [7, 0]]).argmax(), 2)

# %% tags=["tensorflow"] pair="odd_ones"
agree(tf.constant(n) % 3, down)
agree(tf.truncatemod(tf.constant(n), 3), to_zero)
agree(tf.constant(-7) // 2, -4)
with tf.device("/CPU:0"):
    bad = tf.constant([1.0, np.nan, 2.0])
    agree(tf.reduce_max(bad), np.nan)
    agree(tf.argmax(bad), 2)
    agree(tf.argmax([1, 3, 3]), 1)
    agree(tf.argmax([[1, 5], [7, 0]]), [1, 0])

# %% [markdown]
# Both round down, in `%` and in `//`. <!-- shown: odd_ones --> With NaN in the
# data, `max` is NaN in both. <!-- shown: odd_ones --> `argmax` points at the
# NaN in PyTorch, past it in TensorFlow, whose answer looks
# healthy. <!-- shown: odd_ones --> In this tie, both take the
# first. <!-- shown: odd_ones --> And without an axis, PyTorch counts through
# the whole tensor, TensorFlow goes along axis 0. <!-- shown: odd_ones -->
#
# **You try:** `tensors.unbiased_std`, then `tensors.wrap_index`.

# %% [markdown]
# ## 9. The same layer, twice
#
# Carry a dense layer's weights from PyTorch to Keras: what has to change?
# PyTorch stores `[out, in]` and computes $xW^\top + b$; Keras stores
# `[in, out]` and computes $xW + b$. <!-- shown: dense --> By hand, in whole
# numbers:

# %%
rng = np.random.default_rng(1)

def whole(*shape):
    return rng.integers(-3, 4, shape).astype("float32")

x, W, b = whole(4, 3), whole(2, 3), whole(2)
by_hand = x @ W.T + b

# %% tags=["torch"] pair="dense"
dense = torch.nn.Linear(3, 2)
assert dense.weight.shape == (2, 3)
with torch.no_grad():
    dense.weight.copy_(torch.tensor(W))
    dense.bias.copy_(torch.tensor(b))
agree(dense(torch.tensor(x)), by_hand)

# %% tags=["tensorflow"] pair="dense"
dense = tf.keras.layers.Dense(2)
dense.build((None, 3))
assert dense.kernel.shape == (3, 2)
dense.set_weights([W.T, b])
agree(dense(x), by_hand)

# %% [markdown]
# Images have four axes: PyTorch wants **NCHW** (image, channel, row,
# column), Keras by default **NHWC**. <!-- shown: conv --> Kernels are
# `[out, in, row, column]` and
# `[row, column, in, out]`. <!-- shown: conv --> By hand, take each 3 × 3
# window, multiply, add up:

# %%
image, K = whole(1, 2, 4, 4), whole(3, 2, 3, 3)
windows = np.lib.stride_tricks.sliding_window_view(
    image, (3, 3), axis=(2, 3))
by_hand = np.einsum("nchwij,ocij->nohw", windows, K)
print(windows.shape, "to", by_hand.shape)

# %% tags=["torch"] pair="conv"
conv = torch.nn.Conv2d(2, 3, 3, bias=False)
assert conv.weight.shape == (3, 2, 3, 3)
with torch.no_grad():
    conv.weight.copy_(torch.tensor(K))
agree(conv(torch.tensor(image)), by_hand)

# %% tags=["tensorflow"] pair="conv"
conv = tf.keras.layers.Conv2D(3, 3, use_bias=False)
conv.build((None, 4, 4, 2))
assert conv.kernel.shape == (3, 3, 2, 3)
conv.set_weights([K.transpose(2, 3, 1, 0)])
features = conv(image.transpose(0, 2, 3, 1))
agree(features, by_hand.transpose(0, 2, 3, 1))

# %%
chw = np.array([[["R1", "R2", "R3"], ["R4", "R5", "R6"]],
                [["G1", "G2", "G3"], ["G4", "G5", "G6"]]])
hwc = np.ascontiguousarray(chw.transpose(1, 2, 0))
tensor_plots.memory({"CHW: shape (2, 2, 3)": chw,
                     "HWC: shape (2, 3, 2)": hwc})

# %% [markdown]
# Above, all of channel R lies before all of G; below, each pixel keeps its
# channels together. It is one image, and both gave the same convolution.
#
# **How it breaks.** After the last convolution, `Flatten` reads in *this*
# order. <!-- shown: flatten_order --> A dense layer learned behind the other
# order gets its inputs mixed up, without an error, until the columns of its
# weights are put into the new order. <!-- shown: flatten_order -->
#
# **You try:** with 3 inputs and 3 outputs, forget to transpose `W`. Who
# notices? Then `tensors.port_dense`, `tensors.windows`,
# `tensors.port_conv` and `tensors.flatten_order`.

# %% tags=["torch"] pair="flatten_order"
head = np.arange(24, dtype="float32").reshape(2, 12)
right = by_hand.reshape(1, 12) @ head.T
flat = torch.nn.Flatten()(torch.tensor(by_hand))
agree(flat, by_hand.reshape(1, 12))
agree(flat @ torch.tensor(head).T, right)

# %% tags=["tensorflow"] pair="flatten_order"
head = np.arange(24, dtype="float32").reshape(2, 12)
right = by_hand.reshape(1, 12) @ head.T
flat = tf.keras.layers.Flatten()(features)
wrong = flat @ head.T
assert np.abs(wrong - right).min() > 10

ported = head.reshape(2, 3, 2, 2)  # out, C, H, W
ported = ported.transpose(0, 2, 3, 1).reshape(2, 12)
agree(flat @ ported.T, right)

# %% [markdown]
# ## 10. Devices and clocks
#
# A clock says that a GPU multiplies large matrices as fast as small ones.
# What did it measure?
#
# A GPU works **asynchronously**: a call queues its work and returns at once;
# only reading the result waits. One Python thread can play the GPU:

# %%
from concurrent.futures import ThreadPoolExecutor

def clock(call, value, wait):
    begin = time.perf_counter()
    work = call(value)
    returned = time.perf_counter() - begin
    wait(work)
    return returned, time.perf_counter() - begin

gpu = ThreadPoolExecutor(1)
finish = lambda work: work.result()
nap = lambda seconds: gpu.submit(time.sleep, seconds)
returned, done = clock(nap, 0.5, finish)
assert returned < done / 2

# %%
sizes = [64, 128, 256, 512, 1024]

def sweep(ones, square, wait):  # the best of ten
    runs = [[clock(square, m, wait) for _ in range(10)]
            for m in map(ones, sizes)]
    return np.min(runs, axis=1).T

ones = lambda n: np.ones((n, n), "float32")
square = lambda m: gpu.submit(np.matmul, m, m)
returned, done = sweep(ones, square, finish)
times = {"returned": returned, "done": done}

# %% tags=["torch"] pair="clock"
where, square = device("torch"), lambda m: m @ m
ones = lambda n: torch.ones(n, n, device=where)
wait = lambda _: (
    where == "cpu" or torch.cuda.synchronize())
returned, _ = sweep(ones, square, wait)
times["PyTorch"] = returned
if where == "cuda":
    returned, done = clock(square, ones(8192), wait)
    assert returned < done / 2

# %% tags=["tensorflow"] pair="clock"
where, square = device("tensorflow"), lambda m: m @ m
ones = lambda n: tf.ones((n, n))
wait = lambda _: tf.test.experimental.sync_devices()
returned, _ = sweep(ones, square, wait)
times["TensorFlow"] = returned
if where != "/CPU:0":
    returned, done = clock(square, ones(8192), wait)
    assert returned < done / 2

# %% tags=["torch"] pair="devices"
out = np.zeros((512, 512), "float32")
m = torch.ones(512, 512)
torch.matmul(m, m, out=torch.from_numpy(out))
assert (out == 512).all()  # NumPy did not wait

other = torch.ones(512, device="meta")  # no data
assert (other + other).device.type == "meta"
refused(lambda: m + other)

# %% tags=["tensorflow"] pair="devices"
done = []
slow = lambda: time.sleep(0.1) or done.append(1)
tf.py_function(slow, [], [])
assert done  # nobody waited

config = tf.config.experimental
for card in tf.config.list_physical_devices("GPU"):
    assert config.get_memory_growth(card)
assert tf.ones(2).device.endswith(where[1:])

# %% tags=["nbval-ignore-output"]
plots.curves(sizes, times, log=True,
             xlabel="rows of a square matrix",
             ylabel="seconds")

# %% [markdown]
# With a queue, the time until the call *returned* hardly depends on the
# size; the time until the work was *done* does. On the CPU, PyTorch and
# TensorFlow return when the work is done, and their lines
# rise. <!-- shown: devices --> On a GPU, both return
# earlier. <!-- shown: clock --> So warm up, repeat, and wait before you
# stop the clock: `torch.cuda.synchronize()`,
# `tf.test.experimental.sync_devices()`, or read a value. <!-- no claim -->
#
# PyTorch computes where its operands are, and refuses two devices at
# once. <!-- shown: devices --> TensorFlow takes a GPU by
# itself. <!-- shown: devices --> `device("tensorflow")` also turns on
# **memory growth**: TensorFlow takes memory bit by bit, and both fit on one
# GPU. <!-- shown: devices -->
#
# **You try:** let `finish` do nothing. Which line falls, and what does it
# claim?

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | transpose | view | new tensor <!-- shown: anatomy --> |
# | overwrite | `x[0] = 1`, `x += 1` | `tf.Variable.assign` <!-- shown: in_place, overwritten --> |
# | from NumPy | `from_numpy` shares, `tensor` copies | copies <!-- shown: bridge --> |
# | mixed dtypes | promotes | refuses; casts arrays <!-- shown: promotion, meet --> |
# | `std` divides by | $n - 1$ | $n$ <!-- shown: summaries --> |
# | `argmax` with NaN | the NaN | past it (CPU) <!-- shown: odd_ones --> |
# | dense weights | `[out, in]` | `[in, out]` <!-- shown: dense --> |
# | images | NCHW | NHWC <!-- shown: conv --> |
#
# Next: the quiz, the exercises, [02 Autograd](02_autograd.ipynb).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end prove the answers to
# 1–6 and the last sentence of 8; section 9 showed 7.
#
# **1.** What strides has `x[::2].T` in PyTorch, in elements, for a contiguous
# `x` of shape (4, 5)?
#
# - **A** (10, 1)
# - **B** (1, 10)
# - **C** (5, 1)
#
# <details><summary>Answer</summary>
#
# **B.** Every second row: the first stride of (5, 1) doubles. Transposed:
# they change places. <!-- shown: quiz --> A forgets to transpose; C is `x`
# itself.
# </details><br>
#
# **2.** Which line fails in PyTorch, for a contiguous `x` of shape (2, 3)?
#
# - **A** `x.T.reshape(6)`
# - **B** `x.T.view(6)`
# - **C** `x.view(3, 2)`
#
# <details><summary>Answer</summary>
#
# **B.** No stride walks 0, 3, 1, 4, 2, 5, and `view` may not
# copy. <!-- shown: quiz --> A copies without a word; C cuts the same line
# elsewhere. <!-- shown: quiz -->
# </details><br>
#
# **3.** `a` is a float32 tensor, `d = np.ones(3)`. The dtypes of
# `a + torch.tensor(d)`, and in TensorFlow of `a + d`?
#
# - **A** both float32
# - **B** float64 and float32
# - **C** none, both fail
#
# <details><summary>Answer</summary>
#
# **B.** PyTorch promotes to the wider type; TensorFlow casts the *array* to
# the tensor's dtype. <!-- shown: quiz --> A would be right if `d` were a
# Python number. <!-- shown: quiz --> C would be TensorFlow's answer for
# `a + tf.constant(d)`. <!-- shown: quiz -->
# </details><br>
#
# **4.** Predictions have the shape (32, 1), targets (32,). What does
# `((p - t) ** 2).mean()` compare?
#
# - **A** each prediction with its target
# - **B** each prediction with every target
# - **C** nothing, it fails
#
# <details><summary>Answer</summary>
#
# **B.** 32 × 32 differences, of which 32 are meant. <!-- shown: quiz_more -->
# A needs equal shapes. C would happen with (32, 2), since 2 and 32 do not
# fit. <!-- shown: quiz_more -->
# </details><br>
#
# **5.** `t` is a tensor of zeros. After `s = t`, then `s = s + 1`, then
# `s += 1`, what does `t` hold?
#
# - **A** 0
# - **B** 1
# - **C** 2
#
# <details><summary>Answer</summary>
#
# **A**, in both. `s + 1` is a new tensor, and from then on `s` is no longer
# `t`. <!-- shown: quiz_more --> In PyTorch, B would be right without the
# line `s = s + 1`. <!-- shown: in_place --> C would need two changes in place.
# </details><br>
#
# **6.** Label −1 marks "unknown". Which line picks a number for it without
# any error, on the CPU?
#
# - **A** `logits[rows, labels]` in PyTorch
# - **B** `tf.gather(logits, labels, batch_dims=1)` in TensorFlow
# - **C** neither: both refuse
#
# <details><summary>Answer</summary>
#
# **A.** In brackets, −1 is the last class, so C is wrong
# too. <!-- shown: quiz_more --> B refuses, on the CPU; compiled by XLA, it
# would take class 0. <!-- shown: quiz_more --> Look at labels before you pick
# by them.
# </details><br>
#
# **7.** In a network carried from PyTorch to Keras, the last convolution's
# outputs agree, up to the order of axes, but the final ones are far off: why?
#
# - **A** the kernels are transposed wrongly
# - **B** `Flatten` reads in another order
# - **C** rounding
#
# <details><summary>Answer</summary>
#
# **B.** The dense layer's inputs come in another
# order. <!-- shown: flatten_order --> A would spoil the convolutions. C is
# small: it does not put anything far off.
# </details><br>
#
# **8.** *Asked in interviews:* what is the difference between `view`,
# `reshape` and `transpose`?
#
# <details><summary>A model answer</summary>
#
# In PyTorch, `transpose` swaps strides: it changes the reading order and
# moves nothing. <!-- shown: anatomy --> `view` and `reshape` keep the reading
# order and cut it into another shape. <!-- shown: flatten, quiz --> Where no
# strides can do that, as after most transposes, `view` fails and `reshape`
# copies. <!-- shown: flatten, quiz --> It is wrong that `reshape` always
# copies, and that `view` needs a contiguous tensor: only its strides must
# suit the new shape. <!-- shown: flatten, quiz_more -->
# </details>

# %% tags=["torch"] pair="quiz"
x = torch.arange(20).reshape(4, 5)
assert x[::2].T.stride() == (1, 10)  # 1
x = torch.arange(6).reshape(2, 3)
refused(lambda: x.T.view(6))  # 2
agree(x.T.reshape(6), [0, 3, 1, 4, 2, 5])
agree(x.view(3, 2), [[0, 1], [2, 3], [4, 5]])
a, d = torch.ones(3), torch.tensor(np.ones(3))
assert (a + d).dtype == torch.float64  # 3
assert (a + 1.5).dtype == torch.float32

# %% tags=["tensorflow"] pair="quiz"
a, d = tf.ones(3), np.ones(3)
assert (a + d).dtype == tf.float32  # 3
assert (a + 1.5).dtype == tf.float32
refused(lambda: a + tf.constant(d))

# %% tags=["torch"] pair="quiz_more"
p, t = torch.zeros(32, 1), torch.zeros(32)
assert (p - t).shape == (32, 32)  # 4
refused(lambda: torch.zeros(32, 2) - t)
s = t
s = s + 1
s += 1
agree(t, np.zeros(32))  # 5
agree(torch.tensor([[5, 6]])[[0], [-1]], [6])  # 6
every_other = torch.zeros(4, 6)[:, ::2]  # 8
assert not every_other.is_contiguous()
assert every_other.view(2, 2, 3).shape == (2, 2, 3)

# %% tags=["tensorflow"] pair="quiz_more"
p, t = tf.zeros((32, 1)), tf.zeros(32)
assert (p - t).shape == (32, 32)  # 4
refused(lambda: tf.zeros((32, 2)) - t)
s = t
s = s + 1
s += 1
agree(t, np.zeros(32))  # 5
pick = lambda: tf.gather(
    [[5, 6]], [[-1]], batch_dims=1)
with tf.device("/CPU:0"):
    refused(pick)  # 6
    agree(tf.function(pick, jit_compile=True)(), [[5]])
