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
# - read a tensor as a line of numbers and a way to walk it, and tell a view
#   from a copy,
# - predict the shape and the dtype of a result,
# - pick, add up and overwrite elements, and know what each framework lets
#   pass in silence,
# - carry the weights of a layer from one framework to the other,
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

# %% tags=["nbval-ignore-output"]
import math
import time
import numpy as np
from grader import agree
from grader.learner import plots, tensor_plots

print("numpy", np.__version__)

def refused(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "not refused"

# %% [markdown]
# ## 1. A line, and a way to walk it
#
# Transpose a matrix of a million numbers, and none of them moves. How?
#
# Memory is a line. A **tensor** is a line with a way to walk it: its
# **shape** says how many elements each axis has, its **strides** how far
# ahead one step along an axis leads. From the start, element $[i, j]$ is
# $i s_0 + j s_1$ places away. All elements are of one type, the **dtype**,
# and on one **device** (section 10). By hand, one line, walked in two ways:

# %%
line = np.arange(10, 16, dtype="float32")


def walk(shape, strides):
    return [[float(line[i * strides[0] + j * strides[1]])
             for j in range(shape[1])]
            for i in range(shape[0])]


print(walk((2, 3), (3, 1)))
print(walk((3, 2), (1, 3)))

# %% [markdown]
# The second is the first, transposed: only the strides have changed places.
# PyTorch transposes so. TensorFlow shows no strides, and writes the
# transposed tensor out as a new line. (NumPy counts strides in bytes; a
# float32 takes 4.)

# %% tags=["torch"] pair="anatomy"
x = torch.tensor(line).reshape(2, 3)
print(tuple(x.shape), x.dtype, x.stride())
assert x.T.stride() == (1, 3)
agree(x.T, walk((3, 2), (1, 3)))

# %% tags=["tensorflow"] pair="anatomy"
x = tf.reshape(tf.constant(line), (2, 3))
print(tuple(x.shape), x.dtype)
assert not hasattr(x, "stride")
turned = np.asarray(tf.transpose(x))
assert turned.strides == (8, 4)
agree(turned, walk((3, 2), (1, 3)))

# %%
x = line.reshape(2, 3)
tensor_plots.memory(
    {"x": x, "x.T": x.T, "x[:, 1:]": x[:, 1:]})
poured = x.reshape(3, 2)
assert poured.shape == x.T.shape
print(x.T.tolist(), poured.tolist(), sep="\n")
assert (poured != x.T).any()

# %% [markdown]
# All three are one memory: an arc is one step along an axis, and the number
# under a box says when its turn comes, if you read row by row. `x.T` swaps
# the arcs; `x[:, 1:]` starts one box later and leaves out the hatched ones.
#
# **How it breaks.** `x.reshape(3, 2)` has the shape of `x.T`, and no error
# tells you that its rows mix what belonged apart: it keeps the reading
# order, and only cuts it elsewhere.
#
# **You try:** predict the strides of `x[:, ::2]`, and draw it. Then
# `tensors.strides`.

# %% [markdown]
# ## 2. View or copy
#
# Flatten `a`, and flatten `a.T`. Then overwrite `a[0, 0]`. Which of the two
# results changes?
#
# By hand: `a.T` reads the positions 0, 3, 1, 4, 2, 5. No single stride
# walks like that, so a flat `a.T` needs a line of its own. *Predict what
# each cell prints* (`refused` gives the kind of error).

# %% tags=["torch"] pair="flatten"
a = torch.tensor(x)
flat, turned = a.reshape(-1), a.T.reshape(-1)
a[0, 0] = 99
agree(flat, [99, 11, 12, 13, 14, 15])
agree(turned, [10, 13, 11, 14, 12, 15])
assert not a.T.is_contiguous()
print("view:", refused(lambda: a.T.view(-1)))
tensor_plots.memory(
    {"a": a, "flat": flat, "turned": turned})

# %% tags=["tensorflow"] pair="flatten"
a = tf.constant(x)
flat = tf.reshape(a, [-1])
turned = tf.reshape(tf.transpose(a), [-1])


def overwrite():
    a[0, 0] = 99


print("a[0, 0] = 99:", refused(overwrite))
b = tf.tensor_scatter_nd_update(a, [[0, 0]], [99])
agree(b[0], [99, 11, 12])
agree(a[0], [10, 11, 12])

# %% [markdown]
# PyTorch's `reshape` gives a **view** where strides can do it, and silently
# a **copy** where they can't: in its picture, `flat` shares memory A with
# `a`, and `turned` has memory B. `view` refuses where it would have to
# copy; a tensor that lies in its own reading order, without gaps, is
# **contiguous**.
#
# TensorFlow's tensors are **immutable**: to change one means to make
# another. So it makes no difference whether `reshape` copies.

# %% [markdown]
# ## 3. Whose memory?
#
# Your data begin as a NumPy array. Overwrite the array afterwards: does the
# tensor change? And when you overwrite what came out of the tensor?

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
# `from_numpy` and `.numpy()` of PyTorch share memory, both ways; all else
# here copies. Sharing costs nothing, and surprises whoever reuses `data`
# for the next batch.
#
# **You try:** `torch.from_numpy(data[::-1])`. What has it against that
# array?
#
# **How it breaks.** Between frameworks, **DLPack** shares memory, and nobody
# guards it. Predict what becomes of the tensor that can't be changed
# (`window.clone()` would have been safe):

# %% tags=["both"]
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
# $2^{32}$. A Python integer becomes int64 in PyTorch, in TensorFlow int32 if
# it fits. A Python float becomes float32 in both; NumPy's float64 stays.
#
# And a sum of two dtypes? *Predict int64 + float32.*

# %%
names = ["int32", "int64", "float32", "float64"]
assert np.float32(2**24 + 1) == 2**24

# %% tags=["torch"] pair="dtypes"
n = torch.tensor(65536)
agree(n * n, 2**32)
print([torch.tensor(v).dtype
       for v in (1, 1.5, np.ones(2))])

def result(a, b):
    ones = [torch.ones(2, dtype=getattr(torch, name))
            for name in (a, b)]
    return str(sum(ones).dtype).removeprefix("torch.")

table = {(a, b): result(a, b)
         for a in names for b in names}
tensor_plots.promotions(table, names)

# %% tags=["tensorflow"] pair="dtypes"
n = tf.constant(65536)
agree(n * n, 0)
assert tf.constant(2**32).dtype == tf.int64
print([tf.constant(v).dtype.name
       for v in (1, 1.5, np.ones(2))])
def result(a, b):
    try:
        total = tf.ones(2, a) + tf.ones(2, b)
        return total.dtype.name
    except tf.errors.InvalidArgumentError:
        return None

table = {(a, b): result(a, b)
         for a in names for b in names}
tensor_plots.promotions(table, names)

# %% [markdown]
# PyTorch **promotes**: it takes the higher kind, floating over integer, and
# within it the wider type; so int64 + float32 is float32, which can't hold
# every integer above $2^{24}$. TensorFlow refuses every pair of different
# dtypes (hatched) until you say `tf.cast`.
#
# **How it breaks.** NumPy computes in float64, layers in float32. What
# happens where they meet?

# %% tags=["torch"] pair="meet"
data = np.ones((1, 3))
layer = torch.nn.Linear(3, 2)
double = torch.tensor(data)
print("float64 in:", refused(lambda: layer(double)))
assert layer(double.float()).dtype == torch.float32
mixed = torch.ones(3) + double
assert mixed.dtype == torch.float64
for one in (double[0, 0], 1.5):  # no axes
    y = torch.ones(3) + one
    assert y.dtype == torch.float32

# %% tags=["tensorflow"] pair="meet"
data = np.ones((1, 3))
layer = tf.keras.layers.Dense(2)
assert layer(data).dtype == tf.float32
assert (tf.ones(3) + data).dtype == tf.float32
n = tf.constant([1, 2])
print("int32 + 0.5:", refused(lambda: n + 0.5))
agree(n + np.array([0.5, 0.5]), [1, 2])

# %% [markdown]
# PyTorch's layer complains; its sum quietly doubles the memory (a tensor
# without axes, or a Python number, would not widen it). Keras casts to float32
# and says nothing. And a TensorFlow tensor casts an *array* to its own
# dtype, even when that cuts off the halves; the Python number 0.5 it
# refuses. Convert once, where data enter: `data.astype("float32")`.
#
# **You try:** add `np.array([2**40])` to an int32 tensor (in PyTorch, as a
# tensor). Which half loses the number? Then `tensors.image_change`.

# %% [markdown]
# ## 5. Broadcasting
#
# Predictions and targets are equal, yet the mean squared error is 1.33.
#
# By hand: line up the shapes from the right. Axes must be equal, or one of
# them 1 or missing: that one is repeated. So (3, 1) with (3,) gives (3, 3),
# nine differences, whose squares add up to 12.

# %%
predicted = np.array([[1.0], [2.0], [3.0]], "float32")
target = np.array([1.0, 2.0, 3.0], "float32")
table = np.arange(6, dtype="float32").reshape(2, 3)

# %% tags=["torch"] pair="broadcast"
p, t = torch.tensor(predicted), torch.tensor(target)
errors = p - t
agree((errors**2).mean(), 12 / 9)
agree(((p[:, 0] - t) ** 2).mean(), 0)
assert p.expand(3, 3).stride() == (1, 0)

x = torch.tensor(table)
means = x.mean(dim=1)
print("(2, 3) - (2,):", refused(lambda: x - means))
centered = x - x.mean(dim=1, keepdim=True)
agree(centered, [[-1, 0, 1], [-1, 0, 1]])

# %% tags=["tensorflow"] pair="broadcast"
p, t = tf.constant(predicted), tf.constant(target)
errors = p - t
agree(tf.reduce_mean(errors**2), 12 / 9)
agree(tf.reduce_mean((p[:, 0] - t) ** 2), 0)

x = tf.constant(table)
means = tf.reduce_mean(x, axis=1)
print("(2, 3) - (2,):", refused(lambda: x - means))
centered = x - tf.reduce_mean(
    x, axis=1, keepdims=True)
agree(centered, [[-1, 0, 1], [-1, 0, 1]])

# %%
tensor_plots.broadcast(predicted, target, errors, "−")

# %% [markdown]
# Hatched elements are repeated ones, and cost no memory: their stride is 0
# (`expand` shows it). Only the diagonal of the result compares what belongs
# together.
#
# **How it breaks** depends on luck. To subtract from each row its mean, the
# axis must be kept as one of length 1. Without that, (2, 3) − (2,) is
# refused.
#
# **You try:** make `table` 3 × 3, and nobody refuses. What was subtracted
# from what? Then `tensors.center_columns` and `tensors.pairwise_distances`.

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
rows = x[[0, 2]]
pairs = x[[0, 2], [1, 0]]
per_row = torch.take_along_dim(
    x, torch.tensor(columns), dim=1)
agree(rows, table[[0, 2]])
agree(pairs, [1, 8])
agree(per_row, [[1], [4], [11]])

# %% tags=["tensorflow"] pair="pick"
x = tf.constant(table)
agree(x[[0, 2]], x[0, 2])
agree(x[-1], table[2])
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
# Grey elements were picked, in the order of their small numbers: two lists
# pick *pairs*, not the block where rows and columns cross. To TensorFlow, a
# list in brackets is a tuple, so `x[[0, 2]]` is the number `x[0, 2]`:
# `tf.gather` picks rows.
#
# **How it breaks.** Index 3 of 3 rows, index −1, and the same index twice:

# %% tags=["torch"] pair="outside"
x = torch.tensor(table)
print("3:", refused(lambda: x[[3]]))
agree(x[[-1]], table[[2]])
low = torch.tensor([[-1], [0], [0]])
print("gather -1:", refused(lambda: x.gather(1, low)))

i = torch.tensor([0, 2, 0])
votes = torch.tensor([1, 2, 3])
lost = torch.zeros(4, dtype=torch.int64)
lost[i] += votes
assert int(lost[0]) in (1, 3)
z = torch.zeros(4, dtype=torch.int64)
agree(z.index_add(0, i, votes), [4, 0, 2, 0])

# %% tags=["tensorflow"] pair="outside"
x = tf.constant(table)
with tf.device("/CPU:0"):
    print("3:", refused(lambda: tf.gather(x, [3])))
    print("-1:", refused(lambda: tf.gather(x, [-1])))
    xla = tf.function(tf.gather, jit_compile=True)
    agree(xla(tf.range(5), [7, -1]), [4, 0])
if device("tensorflow") != "/CPU:0":
    agree(tf.gather(x, [3]), [[0, 0, 0, 0]])

i, votes = [[0], [2], [0]], [1, 2, 3]
z = tf.zeros(4, tf.int32)
lost = tf.tensor_scatter_nd_update(z, i, votes)
assert int(lost[0]) in (1, 3)
added = tf.tensor_scatter_nd_add(z, i, votes)
agree(added, [4, 0, 2, 0])

# %% [markdown]
# An index out of range is an error, on the CPU. Compiled by **XLA**,
# TensorFlow takes the nearest valid element instead; on a GPU, says its
# manual, 0. A −1 counts from the end in brackets, not in `gather`.
#
# Two votes for 0 with weights 1 and 3 should make 4. `lost[i] += votes`
# reads all, adds, writes all: one vote for 0 overwrites the other. Adding
# up needs `index_add` or `tensor_scatter_nd_add`.
#
# **You try:** `tensors.pick_logits`, then `tensors.scatter_add`.

# %% [markdown]
# ## 7. Changing in place
#
# A function adds 1 to its argument. Does the caller's tensor change?

# %% tags=["torch"] pair="in_place"
def add_one(t):
    t += 1
    return t


t = torch.zeros(2)
add_one(t)
agree(t, [1, 1])

n = torch.tensor([1, 2])
n[0] = 2.7
agree(n, [2, 2])
print("int += 0.5:", refused(lambda: n.add_(0.5)))

# %% tags=["tensorflow"] pair="in_place"
def add_one(t):
    t += 1
    return t


t = tf.zeros(2)
add_one(t)
agree(t, [0, 0])

v = tf.Variable([1.0, 2.0])
print("variable += 1:", refused(lambda: add_one(v)))
v.assign_add([1, 1])
agree(v, [2, 3])

# %% [markdown]
# For PyTorch, `+=` writes into the memory that the caller
# sees too, and the dtype stays: 2.7 stored among integers becomes 2, without
# a word. For a `tf.Tensor`, `t += 1` means `t = t + 1`: the name gets a new
# tensor. What can be overwritten is a `tf.Variable`, and only by methods
# that say so, such as `assign`.
#
# **How it breaks.** The next lesson finds slopes by walking back over a
# computation, with values kept from the way forward. The slope of $e^w$ is
# $e^w$ itself; that of $w^2$ needs $w$. Overwrite what was kept:

# %% tags=["torch"] pair="overwritten"
w = torch.tensor(3.0, requires_grad=True)
y = torch.exp(w)
y += 1
print("backward:", refused(y.backward))

# %% tags=["tensorflow"] pair="overwritten"
w = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = w * w
w.assign(100.0)
agree(tape.gradient(y, w), 6.0)

# %% [markdown]
# PyTorch notices that the kept value was overwritten, and refuses rather than
# give a wrong slope. TensorFlow kept what it had read, an immutable 3: the
# slope is 6.
#
# **You try:** replace `torch.exp(w)` by `w * 2`. Why does it pass now?
# (`tensors.find_the_bug` needs this section too.)

# %% [markdown]
# ## 8. Summaries that differ
#
# The standard deviation of 1, 2, 3, 4 is 1.29 or 1.12, depending on whom
# you ask. By hand: the squared distances from the mean add up to 5. Divide
# by $n = 4$ or by $n - 1 = 3$, then take the root.
#
# *Predict as well the sum of two int8 of 100, and the mean of the integers
# 1 and 2.*

# %% tags=["torch"] pair="summaries"
q = torch.tensor([1.0, 2.0, 3.0, 4.0])
agree(q.std(), math.sqrt(5 / 3))
agree(q.std(correction=0), math.sqrt(5 / 4))

small = torch.tensor([100, 100], dtype=torch.int8)
agree(small.sum(), 200)
mean = torch.tensor([1, 2]).mean
print("mean of integers:", refused(mean))

# %% tags=["tensorflow"] pair="summaries"
q = tf.constant([1.0, 2.0, 3.0, 4.0])
agree(tf.math.reduce_std(q), math.sqrt(5 / 4))

small = tf.constant([100, 100], tf.int8)
agree(tf.reduce_sum(small), 200 - 256)
agree(tf.reduce_mean(tf.constant([1, 2])), 1)

# %% [markdown]
# PyTorch divides by $n-1$, TensorFlow (and NumPy) by $n$. PyTorch adds
# integers up in int64 and has no mean of integers; TensorFlow keeps the
# dtype, so sums wrap and means are cut.
#
# On the remainder of a negative number, both agree with Python, not with C.
# By hand: $-7 = 3 \cdot (-3) + 2$, if the quotient is rounded *down*. C's
# `fmod` rounds it to zero.

# %%
n = np.arange(-7, 8)
down = n - 3 * np.floor(n / 3)
to_zero = n - 3 * np.trunc(n / 3)
assert -7 % 3 == 2 and math.fmod(-7, 3) == -1
plots.curves(n, {"down: %": down,
                 "to zero: fmod, truncatemod": to_zero},
             xlabel="n", ylabel="remainder of n / 3")

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
# Rounded down, the remainder goes 0, 1, 2 all along, as an index that goes
# round should. Rounded to zero, it is negative left of 0.
#
# **How it breaks.** With NaN in the data, `max` says so in both. `argmax`
# points at the NaN in PyTorch, past it in TensorFlow, whose answer looks
# healthy. In this tie, both take the first. And without an axis, PyTorch
# counts through the whole tensor, TensorFlow goes along axis 0.
#
# **You try:** `tensors.unbiased_std`, then `tensors.wrap_index`.

# %% [markdown]
# ## 9. The same layer, twice
#
# Take a dense layer's weights from PyTorch to Keras: shapes (2, 3) and
# (3, 2). PyTorch stores `[out, in]` and computes $xW^\top + b$; Keras
# stores `[in, out]` and computes $xW + b$. By hand, in whole numbers, so
# that rounding has no say:

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
# For images there are four axes: PyTorch wants **NCHW** (image, channel,
# row, column), Keras by default **NHWC**. Kernels are `[out, in, row,
# column]` and `[row, column, in, out]`. By hand, take each 3 × 3 window,
# multiply, add up:

# %%
image, K = whole(1, 2, 4, 4), whole(3, 2, 3, 3)
windows = np.lib.stride_tricks.sliding_window_view(
    image, (3, 3), axis=(2, 3))
by_hand = np.einsum("nchwij,ocij->nohw", windows, K)
print(windows.shape, "to", by_hand.shape)

# %% tags=["torch"] pair="conv"
conv = torch.nn.Conv2d(2, 3, 3, bias=False)
with torch.no_grad():
    conv.weight.copy_(torch.tensor(K))
features = conv(torch.tensor(image))
agree(features, by_hand)

last = torch.tensor(image).to(
    memory_format=torch.channels_last)
assert last.shape == (1, 2, 4, 4)
print("strides", last.stride())
agree(conv(last), by_hand)

# %% tags=["tensorflow"] pair="conv"
conv = tf.keras.layers.Conv2D(3, 3, use_bias=False)
conv.build((None, 4, 4, 2))
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
# channels together. It is one image, and one convolution came out of both.
# (PyTorch can have either order in memory: `channels_last` changes the
# strides, not the shape.)
#
# **How it breaks:** after the last convolution, `Flatten` reads in *this*
# order. A dense layer that learned its weights behind the other order gets
# its inputs mixed up, and there is no error, until the columns of its
# weights are put into the new order.
#
# **You try:** with 3 inputs and 3 outputs, forget to transpose `W`. Who
# notices? Then `tensors.port_dense`, `tensors.windows`,
# `tensors.port_conv` and `tensors.flatten_order`.

# %% tags=["torch"] pair="flatten_order"
head = np.arange(24, dtype="float32").reshape(2, 12)
features = torch.tensor(by_hand)
flat = torch.flatten(features, start_dim=1)
agree(flat, by_hand.reshape(1, 12))
agree(flat @ torch.tensor(head).T,
      by_hand.reshape(1, 12) @ head.T)

# %% tags=["tensorflow"] pair="flatten_order"
head = np.arange(24, dtype="float32").reshape(2, 12)
right = by_hand.reshape(1, 12) @ head.T
features = by_hand.transpose(0, 2, 3, 1)
flat = tf.keras.layers.Flatten()(features)
wrong = flat @ head.T
assert np.abs(wrong - right).min() > 10

head = head.reshape(2, 3, 2, 2)  # out, C, H, W
head = head.transpose(0, 2, 3, 1).reshape(2, 12)
agree(flat @ head.T, right)

# %% [markdown]
# ## 10. Devices and clocks
#
# A clock says that a GPU multiplies large matrices as fast as small ones.
# What did it measure?
#
# A GPU works **asynchronously**: a call puts work into a queue and returns
# at once; only reading the result waits. One Python thread can play the
# GPU:

# %%
from concurrent.futures import ThreadPoolExecutor

gpu = ThreadPoolExecutor(1)

def clock(call, value, wait):
    begin = time.perf_counter()
    work = call(value)
    returned = time.perf_counter() - begin
    wait(work)
    return returned, time.perf_counter() - begin

nap = lambda seconds: gpu.submit(time.sleep, seconds)
finish = lambda work: work.result()
returned, done = clock(nap, 0.5, finish)
assert returned < done / 2

# %%
def best(call, value, wait):
    call(value)  # the first call sets things up
    runs = [clock(call, value, wait) for _ in range(5)]
    return [min(run[k] for run in runs) for k in (0, 1)]


sizes = [64, 128, 256, 512, 1024]
square = lambda m: gpu.submit(np.matmul, m, m)
rows = [best(square, np.ones((n, n), "float32"), finish)
        for n in sizes]
times = {"returned": [row[0] for row in rows],
         "done": [row[1] for row in rows]}

# %% tags=["torch"] pair="clock"
where, square = device("torch"), lambda m: m @ m
wait = lambda _: (
    where == "cpu" or torch.cuda.synchronize())
ones = lambda n: torch.ones(n, n, device=where)
times["PyTorch"] = [
    best(square, ones(n), wait)[0] for n in sizes]

out = np.zeros((512, 512), "float32")
m = torch.ones(512, 512)
torch.matmul(m, m, out=torch.from_numpy(out))
assert (out == 512).all()  # NumPy did not wait

other = torch.ones(512, device="meta")
print("cpu + meta:", refused(lambda: m + other))

# %% tags=["tensorflow"] pair="clock"
square = lambda m: m @ m
wait = lambda _: tf.test.experimental.sync_devices()
ones = lambda n: tf.ones((n, n))
times["TensorFlow"] = [
    best(square, ones(n), wait)[0] for n in sizes]

config = tf.config.experimental
assert config.get_synchronous_execution()
for card in tf.config.list_physical_devices("GPU"):
    assert config.get_memory_growth(card)
    assert "GPU" in tf.ones(2).device

# %% tags=["nbval-ignore-output"]
plots.curves(sizes, times, log=True,
             xlabel="rows of a square matrix",
             ylabel="seconds")

# %% [markdown]
# With a queue, the time until the call *returned* hardly depends on the
# size; the time until the work was *done* does. On the CPU, the frameworks'
# calls return when the work is done, and their lines rise with it; on a
# GPU, they would lie flat.
#
# So warm up, repeat, and wait before you stop the clock:
# `torch.cuda.synchronize()`, `sync_devices()`, or simply read a value.
#
# PyTorch computes where its operands are and refuses two devices at once
# (`meta`, a device without data, shows it anywhere); `x.to(where)` moves a
# tensor. TensorFlow takes a GPU by itself when there is one, and would
# reserve nearly all its memory, says its manual. `device("tensorflow")`
# turns on **memory growth**, so that both frameworks fit on one GPU.
#
# **You try:** let `finish` do nothing. Which line falls, and what does it
# claim?

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | transpose, slice | views | new tensors |
# | `reshape` | view if possible, else copy | makes no difference |
# | overwrite | `x[0] = 1`, `x += 1` | `tf.Variable.assign` |
# | from NumPy | `from_numpy` shares, `tensor` copies | copies |
# | Python `1` | int64 | int32 |
# | mixed dtypes | promotes | refuses; arrays are cast |
# | float64 into a layer | refuses | casts to float32 |
# | keep an axis | `keepdim=True` | `keepdims=True` |
# | rows by list | `x[[0, 2]]` | `tf.gather(x, [0, 2])` |
# | one per row | `take_along_dim` | `gather(batch_dims=1)` |
# | add up by index | `index_add` | `tensor_scatter_nd_add` |
# | `std` divides by | $n - 1$ | $n$ |
# | sum of int8 | int64 | int8, wraps |
# | `argmax` with NaN | the NaN | past it (CPU) |
# | dense weights | `[out, in]` | `[in, out]` |
# | images, kernels | NCHW, OIHW | NHWC, HWIO |
# | wait for the GPU | `torch.cuda.synchronize()` | `sync_devices()` |
#
# **Next:** the quiz below; the exercises, in their order; then
# [02 Autograd](02_autograd.ipynb).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers to
# 1–6 and the last sentence of 8; section 9 showed 7.
#
# **1.** `x` has the shape (4, 5) and is contiguous. The strides of
# `x[::2].T`, in elements?
#
# - **A** (10, 1)
# - **B** (1, 10)
# - **C** (5, 1)
#
# <details><summary>Answer</summary>
#
# **B.** Every second row: the first stride of (5, 1) doubles. Transposed:
# they change places. A forgets to transpose; C is `x` itself.
# </details>
#
# **2.** Which line fails in PyTorch, for a contiguous `x` of shape (2, 3)?
#
# - **A** `x.T.reshape(6)`
# - **B** `x.T.view(6)`
# - **C** `x.view(3, 2)`
#
# <details><summary>Answer</summary>
#
# **B.** No stride walks 0, 3, 1, 4, 2, 5, and `view` may not copy. A copies
# without a word; C cuts the same line elsewhere.
# </details>
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
# the tensor's dtype. A would be right for a Python number. C would be
# TensorFlow's answer for `a + tf.constant(d)`.
# </details>
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
# **B.** 32 × 32 differences, of which 32 are meant. A needs equal shapes.
# C would happen with (32, 2), since 2 and 32 do not fit.
# </details>
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
# `t`. In PyTorch, B would be right without the line `s = s + 1`; C
# would need two changes in place.
# </details>
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
# **A**: in brackets, −1 is the last class, so C is wrong too. B refuses, on
# the CPU; compiled by XLA, it would take class 0. Look at labels before you
# pick by them.
# </details>
#
# **7.** You carried a network from PyTorch to Keras. The last convolution's
# outputs agree, up to the order of axes; the final ones are far off. Why?
#
# - **A** the kernels are transposed wrongly
# - **B** `Flatten` reads in another order
# - **C** rounding
#
# <details><summary>Answer</summary>
#
# **B.** The dense layer's inputs come in another order. A would spoil the
# convolutions. C is small: it does not put anything far off.
# </details>
#
# **8.** *Asked in interviews:* what is the difference between `view`,
# `reshape` and `transpose`?
#
# <details><summary>A model answer</summary>
#
# In PyTorch, all three make a new way to walk, if they can, over the same
# memory. `transpose` swaps strides, changes the reading order and never copies.
# `view` and `reshape` keep the reading order and cut it into another shape.
# Where no strides can do that, as after most transposes, `view` fails and
# `reshape` copies. It is wrong that `reshape` always copies, and that
# `view` needs a contiguous tensor: its strides only must suit the new
# shape.
# </details>

# %% tags=["torch"] pair="quiz"
print("1:", torch.zeros(4, 5)[::2].T.stride())
x = torch.zeros(2, 3)
print("2:", refused(lambda: x.T.view(6)))
d = torch.tensor(np.ones(3))
print("3:", (torch.ones(3) + d).dtype)
p, t = torch.zeros(32, 1), torch.zeros(32)
print("4:", tuple((p - t).shape))
s = t
s = s + 1
s += 1
print("5:", float(t.max()))
print("6:", torch.tensor([[5, 6]])[[0], [-1]])
every_other = torch.zeros(4, 6)[:, ::2]
assert not every_other.is_contiguous()
assert every_other.view(2, 2, 3).shape == (2, 2, 3)

# %% tags=["tensorflow"] pair="quiz"
a, d = tf.ones(3), np.ones(3)
print("3:", (a + d).dtype.name)
print("3 C:", refused(lambda: a + tf.constant(d)))
p, t = tf.zeros((32, 1)), tf.zeros(32)
print("4:", (p - t).shape)
s = t
s = s + 1
s += 1
print("5:", float(tf.reduce_max(t)))
with tf.device("/CPU:0"):
    pick = lambda: tf.gather(
        [[5, 6]], [[-1]], batch_dims=1)
    print("6 B:", refused(pick))
    agree(tf.function(pick, jit_compile=True)(), [[5]])
