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
print("fastest device:", device("torch"))

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
from grader import device

print("tensorflow", tf.__version__)
print("fastest device:", device("tensorflow"))

# %%
import math
import time
import numpy as np
from grader import agree, predict, reveal
from grader.pictures import plots, tensor_plots

def refused(call):  # whether call raises an error
    try:
        call()
    except Exception as error:
        print("refused:", type(error).__name__)
        return True
    return False

# %% [markdown]
# ## 1. A line, and a way to walk it
#
# How can PyTorch transpose a matrix of a million numbers, and move none of
# them?
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
# PyTorch transposes this way, and moves nothing. <!-- shown: anatomy `data_ptr` -->
# TensorFlow, run eagerly, writes the transposed matrix out as a new
# line. <!-- shown: anatomy `in_memory` -->

# %% tags=["torch"] pair="anatomy"
x = torch.tensor(line).reshape(2, 3)
print(tuple(x.shape), x.dtype, x.stride())
assert x.T.stride() == (1, 3)
assert x.T.data_ptr() == x.data_ptr()
agree(x.T, walk((3, 2), (1, 3)))

# %% tags=["tensorflow"] pair="anatomy"
x = tf.reshape(tf.constant(line), (2, 3))
print(tuple(x.shape), x.dtype)
in_memory = np.frombuffer(tf.transpose(x), "float32")
agree(in_memory, [10, 13, 11, 14, 12, 15])
agree(tf.transpose(x), walk((3, 2), (1, 3)))

# %% name="memory"
x = line.reshape(2, 3)
tensor_plots.memory(
    {"x": x, "x.T": x.T, "x[:, 1:]": x[:, 1:]})
poured = x.reshape(3, 2)
print(x.T.tolist(), poured.tolist(), sep="\n")
assert x.T.strides == x.strides[::-1]
assert x[:, 1:].tolist() == [[11, 12], [14, 15]]
assert poured.shape == x.T.shape
assert (poured.ravel() == x.ravel()).all()

# %% [markdown]
# All three are one memory: an arc is one step along an axis, and the numbers
# under the boxes give the reading order. `x.T` swaps the
# arcs. <!-- shown: memory `x.strides` --> `x[:, 1:]` starts one box later and
# leaves out the hatched ones. <!-- shown: memory `x[:, 1:]` -->
#
# **How it breaks.** `x.reshape(3, 2)` has the shape of
# `x.T`. <!-- shown: memory `x.T.shape` --> But it keeps the reading order of
# `x`: its rows mix what belonged apart, without an
# error. <!-- shown: memory `ravel` -->
#
# **You try:** predict the strides of `x[:, ::2]`, and draw it in place of
# `x[:, 1:]`. Then
# `tensors.strides`. <!-- try: memory `"x[:, 1:]": x[:, 1:]` with `"x[:, ::2]": x[:, ::2]` -->

# %% [markdown]
# ## 2. View or copy
#
# Flatten `a` and `a.T`, then overwrite `a[0, 0]`: which of the two flat
# results changes?
#
# By hand: `a.T` reads the positions 0, 3, 1, 4, 2, 5. <!-- no claim --> No
# single stride walks like that, so PyTorch's flat `a.T` needs a line of its
# own. <!-- shown: flatten `agree(turned` -->

# %% tags=["torch"] pair="flatten"
a = torch.tensor(x)
flat, turned = a.reshape(-1), a.T.reshape(-1)
a[0, 0] = 99
tensor_plots.memory(
    {"a": a, "flat": flat, "turned": turned})
agree(flat, [99, 11, 12, 13, 14, 15])
agree(turned, [10, 13, 11, 14, 12, 15])

# %% tags=["tensorflow", "raises-exception"] pair="flatten"
a = tf.constant(x)
flat = tf.reshape(a, [-1])
turned = tf.reshape(tf.transpose(a), [-1])
a[0, 0] = 99

# %% tags=["torch"] pair="another"
a = torch.tensor(x)
assert not a.T.is_contiguous()
assert refused(lambda: a.T.view(-1))

# %% tags=["tensorflow"] pair="another"
b = tf.tensor_scatter_nd_update(a, [[0, 0]], [99])
agree(b[0], [99, 11, 12])
agree(a[0], [10, 11, 12])

def address(tensor):  # of its first element
    return np.frombuffer(tensor, "float32").ctypes.data

with tf.device("/CPU:0"):
    flat = tf.range(6.0)
    shaped = tf.reshape(flat, (2, 3))
assert address(shaped) == address(flat)

# %% [markdown]
# In PyTorch's picture, `flat` shares memory A with `a` and changed with
# it; `turned` has memory B. <!-- shown: flatten `agree(flat`, flatten `agree(turned` --> PyTorch's
# `reshape` gives a **view** where strides can do it, and silently a **copy**
# where they can't. <!-- shown: flatten `agree(flat`, flatten `agree(turned` -->
# PyTorch's `view` refuses to copy. <!-- shown: another `view` --> A
# tensor that lies in its own reading order, without gaps, is **contiguous**.
#
# TensorFlow's tensors are **immutable**: to change one means to make
# another. <!-- shown: flatten, another `agree(a[0]` --> `tf.reshape` shares
# memory too, here on the CPU. <!-- shown: another `address` -->
#
# **You try:** is `x[:, 1:].reshape(-1)` a view or a copy? Add it to the
# picture in section 1. <!-- try: memory `"x.T": x.T` with `"x.T": x.T, "flat": x[:, 1:].reshape(-1)` -->

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
agree(copied[0], 0)
agree(shared[0], 7)
agree(shared[1], 8)

# %% tags=["tensorflow"] pair="bridge"
data = np.zeros(3, "float32")
copied = tf.constant(data)
out = copied.numpy()
data[0], out[1] = 7, 8
agree(copied[0], 0)
agree(copied[1], 0)

# %% [markdown]
# On the CPU, PyTorch's `from_numpy` and `.numpy()` share memory, both
# ways. <!-- shown: bridge `shared[0]`, bridge `shared[1]` --> `torch.tensor`,
# `tf.constant` and TensorFlow's `.numpy()`
# copy. <!-- shown: bridge `copied[0]`, bridge `copied[1]` -->
#
# **How it breaks.** **DLPack** shares memory between frameworks, and nobody
# guards it. <!-- shown: dlpack --> Predict what becomes of the tensor that
# can't be changed:

# %% tags=["both"] name="dlpack"
owner = tf.constant([1.0, 2.0])
window = torch.from_dlpack(owner)
window[0] = 99
print(owner.numpy())
agree(owner, [99.0, 2.0])

# %% [markdown]
# ## 4. Which dtype comes out
#
# Which of the two says that $65536 \cdot 65536$ is 0? By hand: it is
# $2^{16} \cdot 2^{16} = 2^{32}$, and integers of 32 bits count modulo
# $2^{32}$. <!-- no claim --> *Predict as well the dtype of int64 + float32.*

# %% tags=["torch"] pair="literals"
n = torch.tensor(65536)
agree(n * n, 2**32)
values = 1, 1.5, np.ones(2)
whole, real, array = [
    torch.tensor(v).dtype for v in values]
print(whole, real, array)
assert whole == torch.int64
assert real == torch.float32
assert array == torch.float64

# %% tags=["tensorflow"] pair="literals"
n = tf.constant(65536)
agree(n * n, 0)
values = 1, 1.5, np.ones(2)
whole, real, array = [
    tf.constant(v).dtype for v in values]
print(whole.name, real.name, array.name)
assert whole == tf.int32
assert real == tf.float32
assert array == tf.float64
assert tf.constant(2**32).dtype == tf.int64

# %% tags=["torch"] pair="promotion"
def result(a, b):
    ones = [torch.ones(2, dtype=getattr(torch, name))
            for name in (a, b)]
    return str(sum(ones).dtype).removeprefix("torch.")

names = ["int32", "int64", "float32", "float64"]
table = {(a, b): result(a, b)
         for a in names for b in names}
tensor_plots.promotions(table, names)
assert result("int64", "float32") == "float32"
assert result("bfloat16", "float16") == "float32"

# %% tags=["tensorflow"] pair="promotion"
def result(a, b):
    try:
        ones = tf.ones(2, a), tf.ones(2, b)
        return (ones[0] + ones[1]).dtype.name
    except tf.errors.InvalidArgumentError:
        return None

names = ["int32", "int64", "float32", "float64"]
table = {(a, b): result(a, b)
         for a in names for b in names}
tensor_plots.promotions(table, names)
for (a, b), kind in table.items():
    assert kind == (a if a == b else None)
agree(tf.cast(tf.constant(2), "float32") + 0.5, 2.5)

# %% [markdown]
# A Python integer becomes int64 in PyTorch, and int32 in TensorFlow, if it
# fits. <!-- shown: literals `whole`, literals `tf.constant(2**32)` --> A Python
# float becomes float32 in both, and NumPy's float64
# stays. <!-- shown: literals `real`, literals `array` -->
#
# PyTorch **promotes**: it takes the higher kind, floating over
# integer, and within it the smallest type that holds both: float32 for
# bfloat16 and
# float16. <!-- shown: promotion `int64`, promotion `bfloat16` --> `+` of TensorFlow tensors
# refuses every pair of different dtypes
# (hatched). <!-- shown: promotion `kind` --> Say `tf.cast`, or use `keras.ops`,
# which promotes. <!-- shown: promotion `tf.cast`, meet `mixed` -->
#
# **How it breaks.** NumPy computes in float64, layers in float32. What
# happens where they meet?

# %% tags=["torch"] pair="meet"
data = np.ones((1, 3))
layer = torch.nn.Linear(3, 2)
double = torch.tensor(data)
assert refused(lambda: layer(double))
assert layer(double.float()).dtype == torch.float32
assert (torch.ones(3) + double).dtype == torch.float64
for one in (double[0, 0], 1.5):  # no axes
    assert (torch.ones(3) + one).dtype == torch.float32
n = torch.tensor([1, 2], dtype=torch.int32)
other = np.array([0.5, 0.5])
print(n + torch.tensor(other))

# %% tags=["tensorflow"] pair="meet"
data = np.ones((1, 3))
layer = tf.keras.layers.Dense(2)
assert layer(data).dtype == tf.float32
assert (tf.ones(3) + data).dtype == tf.float32
n = tf.constant([1, 2])
other = np.array([0.5, 0.5])
print(n + other)
if other[0] == 0.5:
    agree(n + other, [1, 2])
assert refused(lambda: n + 0.5)
mixed = tf.keras.ops.add(n, tf.ones(2))
assert mixed.dtype == tf.float32

# %% [markdown]
# PyTorch's layer refuses. <!-- shown: meet `layer(double))` --> PyTorch's sum
# widens to float64, unless the float64 side is a Python number, or alone has
# no axes. <!-- shown: meet `+ double`, meet `+ one` --> Keras's layer casts to
# float32 in silence. <!-- shown: meet `layer(data)` --> A TensorFlow tensor
# casts an *array* to its own dtype, even when that cuts off the halves; the
# number 0.5 it refuses. <!-- shown: meet `n + other`, meet `n + 0.5` --> Convert
# once, where data enter: `data.astype("float32")`. <!-- no claim -->
#
# **You try:** let `other` be `np.array([2**40])`. Which half loses the
# number? Then
# `tensors.image_change`. <!-- try: meet `np.array([0.5, 0.5])` with `np.array([2**40])` -->

# %% [markdown]
# ## 5. Broadcasting
#
# Why can the mean squared error be 1.33 if predictions and targets are equal?
#
# By hand: line up the shapes from the right. Axes must be equal, or one of
# them 1 or missing: that one is repeated. <!-- no claim --> So (3, 1) with (3,)
# gives (3, 3), nine differences, whose squares add up
# to 12. <!-- shown: broadcast `errors.shape`, broadcast `12` -->

# %% tags=["torch"] pair="broadcast"
p = torch.tensor([[1.0], [2.0], [3.0]])
t = torch.tensor([1.0, 2.0, 3.0])
errors = p - t
assert errors.shape == (3, 3)
agree((errors**2).mean(), 12 / 9)
agree(((p[:, 0] - t) ** 2).mean(), 0)
repeated = p.expand(3, 3)
assert repeated.stride() == (1, 0)

# %% tags=["tensorflow"] pair="broadcast"
p = tf.constant([[1.0], [2.0], [3.0]])
t = tf.constant([1.0, 2.0, 3.0])
errors = p - t
assert errors.shape == (3, 3)
agree(tf.reduce_mean(errors**2), 12 / 9)
agree(tf.reduce_mean((p[:, 0] - t) ** 2), 0)
repeated = tf.broadcast_to(p, (3, 3))
assert memoryview(repeated).nbytes == 9 * 4

# %%
tensor_plots.broadcast(p, t, errors, "−")

# %% [markdown]
# Hatched elements are repeated ones; only the diagonal of the result
# compares what belongs together. PyTorch's `expand` repeats without memory, by
# a stride of 0. <!-- shown: broadcast `repeated` --> `tf.broadcast_to`, run
# eagerly, writes out all 9 numbers. <!-- shown: broadcast `repeated` -->
#
# **How it breaks.** Whether you get an error depends on the sizes. To subtract
# each row's mean, keep its axis, with
# length 1. <!-- shown: keep_axis `row` --> Without it, (2, 3) − (2,) is
# refused. <!-- shown: keep_axis `refused` -->
#
# **You try:** make `x` below 3 × 3, and print `x - means` instead: nobody
# refuses. What was subtracted from what? Then `tensors.center_columns` and
# `tensors.pairwise_distances`. <!-- try: keep_axis `[3.0, 4.0, 5.0]]` with `[3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]`; keep_axis `assert refused(lambda: x - means)` with `print(x - means)` -->

# %% tags=["torch"] pair="keep_axis"
x = torch.tensor([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
means = x.mean(dim=1)
assert refused(lambda: x - means)
centered = x - x.mean(dim=1, keepdim=True)
for row in centered:
    agree(row, [-1, 0, 1])

# %% tags=["tensorflow"] pair="keep_axis"
x = tf.constant([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
means = tf.reduce_mean(x, axis=1)
assert refused(lambda: x - means)
centered = x - tf.reduce_mean(
    x, axis=1, keepdims=True)
for row in centered:
    agree(row, [-1, 0, 1])

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
# Grey elements were picked, in the order of their small numbers. In PyTorch,
# two lists pick *pairs*, not the block where rows and columns
# cross. <!-- shown: pick `agree(pairs` -->
#
# To TensorFlow, a list in brackets is a tuple: `x[[0, 2]]` is the number
# `x[0, 2]`, and `tf.gather` picks
# rows. <!-- shown: pick `x[[0, 2]]`, pick `agree(rows` -->
#
# **How it breaks.** Index 3 of 3 rows, index −1; then the same index twice:

# %% tags=["torch"] pair="outside"
x = torch.tensor(table)
assert refused(lambda: x[[3]])
agree(x[[-1]], table[[2]])
low = torch.tensor([[-1], [0], [0]])
assert refused(lambda: x.gather(1, low))

# %% tags=["tensorflow"] pair="outside"
x = tf.constant(table)
agree(x[-1], table[2])
with tf.device("/CPU:0"):
    assert refused(lambda: tf.gather(x, [3]))
    assert refused(lambda: tf.gather(x, [-1]))
    xla = tf.function(tf.gather, jit_compile=True)
    agree(xla(tf.range(5), [7, -1]), [4, 0])

# %% tags=["torch"] pair="votes"
i = torch.tensor([0, 2, 0])
votes = torch.tensor([1, 2, 3])
lost = torch.zeros(4, dtype=torch.int64)
lost[i] += votes
assert sum(lost) < sum(votes)
z = torch.zeros(4, dtype=torch.int64)
added = z.index_add(0, i, votes)
agree(added, [4, 0, 2, 0])

# %% tags=["tensorflow"] pair="votes"
i = tf.constant([[0], [2], [0]])
votes = tf.constant([1, 2, 3])
z = tf.zeros(4, tf.int32)
new = tf.gather_nd(z, i) + votes
lost = tf.tensor_scatter_nd_update(z, i, new)
assert sum(lost) < sum(votes)
added = tf.tensor_scatter_nd_add(z, i, votes)
agree(added, [4, 0, 2, 0])

# %% [markdown]
# An index out of range is an error, run eagerly on the
# CPU. <!-- shown: outside `[3]` --> Compiled by **XLA**, TensorFlow takes the
# nearest valid element. <!-- shown: outside `xla` --> On a GPU,
# `tf.gather` gives 0
# ([from the documentation](https://www.tensorflow.org/api_docs/python/tf/gather)),
# and PyTorch reports the error later
# ([from the documentation](https://docs.pytorch.org/docs/stable/notes/cuda.html)).
# A −1 counts from the end in brackets, not in
# `gather`. <!-- shown: outside `table[`, outside `low)`, outside `[-1])` -->
#
# The votes for position 0, 1 and 3, should
# make 4. <!-- shown: votes `added` --> Both cells first read all, add, and write all:
# one vote overwrites the other. <!-- shown: votes `lost` --> Adding up needs
# PyTorch's `index_add` or
# `tf.tensor_scatter_nd_add`. <!-- shown: votes `added` -->
#
# **You try:** `tensors.pick_logits`, then
# `tensors.scatter_add`. <!-- try: nothing -->

# %% [markdown]
# ## 7. Changing in place
#
# If a function adds 1 to its argument, does the caller's tensor change?

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
assert refused(lambda: v.add_(0.5))
v.add_(torch.tensor([1, 1]))
agree(v, [3, 3])

# %% tags=["tensorflow"] pair="store"
v = tf.Variable([1, 2])
assert refused(lambda: v[0].assign(2.7))
assert refused(lambda: add_one(v))
v.assign_add([1, 1])
agree(v, [2, 3])

# %% [markdown]
# In PyTorch, `+=` writes into the memory that the caller sees
# too. <!-- shown: in_place --> The dtype stays: PyTorch stores 2.7 among
# integers as 2, without a word, and refuses to
# add 0.5. <!-- shown: store `[2, 2]`, store `0.5` --> TensorFlow refuses
# the 2.7. <!-- shown: store `2.7` --> For a `tf.Tensor`, `t += 1` gives the name a
# new tensor. <!-- shown: in_place --> TensorFlow overwrites only
# a `tf.Variable`, and only by methods such as
# `assign_add`. <!-- shown: store `agree(v`, store `add_one` -->
#
# **How it breaks.** The next lesson finds slopes by walking back over a
# computation, with values kept from the way forward. The slope of $w^2$,
# $2w$, needs $w$. Overwrite $w$:

# %% tags=["torch"] pair="overwritten"
w = torch.tensor(3.0, requires_grad=True)
y = w * w
with torch.no_grad():
    w.fill_(100.0)
noticed = refused(y.backward)
print("slope", w.grad)
if y == 9:
    assert noticed

# %% tags=["tensorflow"] pair="overwritten"
w = tf.Variable(3.0)
with tf.GradientTape() as tape:
    y = w * w
w.assign(100.0)
slope = tape.gradient(y, w)
print("slope", float(slope))
if y == 9:
    agree(slope, 6.0)

# %% tags=["torch"] name="hidden"
def slope_after(change):
    w = torch.tensor(3.0, requires_grad=True)
    y = w * w
    change(w)
    y.backward()
    return w.grad

agree(slope_after(lambda w: None), 6)
agree(slope_after(lambda w: w.data.fill_(100)), 200)
array = lambda w: w.detach().numpy()
agree(slope_after(lambda w: array(w).fill(100)), 200)

# %% [markdown]
# PyTorch notices, and refuses. <!-- shown: overwritten `noticed` --> TensorFlow kept what it had read,
# an immutable 3: the slope is 6. <!-- shown: overwritten `6.0` --> PyTorch does
# not see a change through `.data` or NumPy's shared memory: it silently says 200
# instead of 6. <!-- shown: hidden `w.data`, hidden `array(w)` -->
#
# **You try:** replace `w * w` by `w * 2`. Why does it pass now? Then
# `tensors.find_the_bug`. <!-- try: overwritten `w * w` with `w * 2` -->

# %% [markdown]
# ## 8. Summaries that differ
#
# The standard deviation of 1, 2, 3, 4 is 1.29
# or 1.12. <!-- shown: summaries `q.std()`, summaries `reduce_std` --> By hand:
# the squared distances from the mean add up to 5. <!-- no claim --> Divide by 3
# or by 4, then take the root. <!-- no claim --> *And what is the sum
# of two int8 of 100, or the mean of the integers 1 and 2?*

# %% tags=["torch"] pair="summaries"
q = torch.tensor([1.0, 2.0, 3.0, 4.0])
agree(q.std(), math.sqrt(5 / 3))
agree(q.std(correction=0), math.sqrt(5 / 4))
small = torch.tensor([100, 100], dtype=torch.int8)
agree(small.sum(), 200)
assert small.sum().dtype == torch.int64
assert refused(torch.tensor([1, 2]).mean)

# %% tags=["tensorflow"] pair="summaries"
q = tf.constant([1.0, 2.0, 3.0, 4.0])
agree(tf.math.reduce_std(q), np.std(q), 1.25**0.5)
small = tf.constant([100, 100], tf.int8)
agree(tf.reduce_sum(small), 200 - 256)
agree(tf.reduce_mean([1, 2]), 1)
agree(tf.keras.ops.mean([1, 2]), 1.5)

# %% [markdown]
# PyTorch divides by $n-1$ by default, TensorFlow by
# $n$. <!-- shown: summaries `q.std()`, summaries `reduce_std` --> PyTorch adds
# integers up in int64 and has no mean of
# them. <!-- shown: summaries `.dtype`, summaries `mean` --> `tf.reduce_sum` and
# `tf.reduce_mean` keep the dtype, so sums wrap and means are
# cut. <!-- shown: summaries `small), 200`, summaries `tf.reduce_mean` -->
# `keras.ops.mean` promotes. <!-- shown: summaries `ops.mean` -->
#
# And a remainder? By hand: $-7 = 3 \cdot (-3) + 2$ if the quotient is
# rounded *down*, as Python does; C rounds it to zero.

# %% name="remainder"
n = np.arange(-7, 8)
down = n - 3 * np.floor(n / 3)
to_zero = n - 3 * np.trunc(n / 3)
plots.curves(n, {"down: %": down,
                 "to zero: fmod, truncatemod": to_zero},
             xlabel="n", ylabel="remainder of n / 3")
assert -7 % 3 == 2 and math.fmod(-7, 3) == -1
assert [*down[:6]] == [2, 0, 1, 2, 0, 1]

# %% [markdown]
# Rounded down, the remainder runs 0, 1, 2 without a break, which suits an
# index. <!-- shown: remainder `down` -->
#
# **How it breaks.** Run eagerly on the CPU, two answers below differ between
# the frameworks. Which?

# %% tags=["torch"] pair="odd_ones"
agree(torch.tensor(n) % 3, down)
agree(torch.fmod(torch.tensor(n), 3), to_zero)
agree(torch.tensor(-7) // 2, -4)
bad = torch.tensor([3.0, np.nan, 2.0])
agree(bad.max(), np.nan)
agree(bad.argmax(), 1)
agree(torch.tensor([[1, 5], [7, 0]]).argmax(), 2)

# %% tags=["tensorflow"] pair="odd_ones"
agree(tf.constant(n) % 3, down)
agree(tf.truncatemod(tf.constant(n), 3), to_zero)
agree(tf.constant(-7) // 2, -4)
with tf.device("/CPU:0"):
    bad = tf.constant([3.0, np.nan, 2.0])
    agree(tf.reduce_max(bad), np.nan)
    agree(tf.argmax(bad), 0)
    xla = tf.function(tf.reduce_max, jit_compile=True)
    agree(xla(bad), 3)
    xla_arg = tf.function(tf.argmax, jit_compile=True)
    agree(xla_arg(bad), 2)
    agree(tf.argmax([[1, 5], [7, 0]]), [1, 0])

# %% [markdown]
# Both round down, in `%` and in
# `//`. <!-- shown: odd_ones `% 3`, odd_ones `// 2` --> With NaN in the data,
# `max` is NaN in both, run
# eagerly. <!-- shown: odd_ones `bad.max()`, odd_ones `reduce_max(bad)` -->
# `argmax` points at the NaN in PyTorch, past it in TensorFlow on the
# CPU. <!-- shown: odd_ones `bad.argmax()`, odd_ones `tf.argmax(bad)` -->
# Under XLA on the CPU, in this version, TensorFlow's `max` drops the NaN, and its
# `argmax` takes the 2: neither the NaN nor the
# largest. <!-- shown: odd_ones `xla(bad)`, odd_ones `xla_arg(bad)` --> Without an
# axis, PyTorch counts through the whole tensor, TensorFlow goes along
# axis 0. <!-- shown: odd_ones `[7, 0]` -->
#
# **You try:** `tensors.unbiased_std`, then
# `tensors.wrap_index`. <!-- try: nothing -->

# %% [markdown]
# ## 9. The same layer, twice
#
# Carry a dense layer's weights from PyTorch to Keras: what has to change?
# PyTorch stores `[out, in]` and computes
# $xW^\top + b$. <!-- shown: dense `by_hand` --> Keras stores `[in, out]` and
# computes $xW + b$. <!-- shown: dense `by_hand` --> By hand, in whole numbers:

# %% name="numbers"
def whole(*shape):  # the same for the same shape
    rng = np.random.default_rng(shape)
    return rng.integers(-3, 4, shape).astype("float32")

x, W, b = whole(4, 3), whole(2, 3), whole(2)
by_hand = x @ W.T + b

# %% tags=["torch"] pair="dense"
dense = torch.nn.Linear(3, 2)
assert dense.weight.shape == W.shape
with torch.no_grad():
    dense.weight.copy_(torch.tensor(W))
    dense.bias.copy_(torch.tensor(b))
agree(dense(torch.tensor(x)), by_hand)

# %% tags=["tensorflow"] pair="dense"
dense = tf.keras.layers.Dense(2)
dense.build((None, 3))
assert dense.kernel.shape == W.T.shape
dense.set_weights([W.T, b])
agree(dense(x), by_hand)

# %% [markdown]
# Images have four axes: PyTorch wants **NCHW** (image, channel, row,
# column), Keras by default **NHWC**. <!-- shown: conv `by_hand` --> Kernels are
# `[out, in, row, column]` and
# `[row, column, in, out]`. <!-- shown: conv `.shape ==` --> By hand, take each
# 3 × 3 window, multiply, add up:

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
# channels together. It is one image.
#
# **How it breaks.** After the last convolution, `Flatten` reads in *this*
# order. <!-- shown: flatten_order `agree(flat,` --> A dense layer learned
# behind PyTorch's order gets its inputs mixed up behind Keras's, without an
# error, until the columns of its weights are put into the new
# order. <!-- shown: flatten_order `head).T, right)`, flatten_order `wrong`, flatten_order `ported` -->
#
# **You try:** with 3 inputs and 3 outputs, carry the wrong one of `W` and
# `W.T`: only `agree` raises an error. Then
# `tensors.port_dense`, `tensors.windows`, `tensors.port_conv` and
# `tensors.flatten_order`. <!-- try: numbers `whole(2, 3), whole(2)` with `whole(3, 3), whole(3)`; dense `Linear(3, 2)` with `Linear(3, 3)`; dense `Dense(2)` with `Dense(3)`; dense `torch.tensor(W)` with `torch.tensor(W.T)`; dense `[W.T, b]` with `[W, b]` raises -->

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
nhwc = by_hand.transpose(0, 2, 3, 1)
agree(flat, nhwc.reshape(1, 12))
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
# the program waits only where it needs a result, or asks to. One Python thread
# can play the GPU:

# %% name="queue"
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
if done >= 0.5:  # finish has waited
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
square = lambda m: m @ m
wait = lambda m: float(m[0, 0])  # needs the result

def times_on(where):
    ones = lambda n: torch.ones(n, n, device=where)
    return sweep(ones, square, wait)

returned, done = times_on("cpu")
times["PyTorch, CPU"] = returned
if device("torch") != "cpu":
    times["PyTorch, GPU"], _ = times_on("cuda")
assert returned[-1] > done[-1] / 2

# %% tags=["tensorflow"] pair="clock"
square = lambda m: m @ m
wait = lambda m: float(m[0, 0])  # needs the result

def times_on(where):
    with tf.device(where):
        ones = lambda n: tf.ones((n, n))
        return sweep(ones, square, wait)

returned, done = times_on("/CPU:0")
times["TensorFlow, CPU"] = returned
if device("tensorflow") != "/CPU:0":
    times["TensorFlow, GPU"], _ = times_on("/GPU:0")
assert returned[-1] > done[-1] / 2

# %% tags=["torch"] pair="devices"
there = torch.ones(3, device="meta")  # has no data
assert (there + there).device.type == "meta"
assert refused(lambda: torch.ones(3) + there)
one = torch.tensor(1.0)  # on the CPU, without axes
assert (one + there).device.type == "meta"
rows = torch.tensor([0, 2])  # on the CPU, indices
assert there[rows].device.type == "meta"

# %% tags=["tensorflow"] pair="devices"
chosen = tf.ones(3).device
assert chosen.endswith(device("tensorflow")[1:])

# %% tags=["nbval-ignore-output"]
plots.curves(sizes, times, log=True,
             xlabel="rows of a square matrix",
             ylabel="seconds")

# %% [markdown]
# With a queue, the time until the call *returned* grows far less with the size
# than the time until the work was *done*. On the CPU, run eagerly,
# PyTorch and TensorFlow return when the work is
# done. <!-- shown: clock `done[-1]` --> On a GPU, PyTorch returns earlier
# ([from the documentation](https://docs.pytorch.org/docs/stable/notes/cuda.html)),
# like TensorFlow
# ([from the documentation](https://www.tensorflow.org/api_docs/python/tf/test/experimental/sync_devices)).
# So warm up, repeat, and wait before you stop the clock:
# `torch.cuda.synchronize()`, `tf.test.experimental.sync_devices()`, or read a
# value. <!-- no claim -->
#
# PyTorch computes where its operands are, and refuses two devices at once (here
# `meta`, without
# data). <!-- shown: devices `there + there`, devices `refused` --> From the CPU,
# PyTorch takes tensors without axes, and indices, all the
# same. <!-- shown: devices `one + there`, devices `there[rows]` --> TensorFlow
# takes a GPU by itself
# ([from the documentation](https://www.tensorflow.org/guide/gpu)).
#
# **You try:** let `finish` do nothing. Which line falls, and what does it
# claim? <!-- try: queue `lambda work: work.result()` with `lambda work: None` -->

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | overwrite | `x[0] = 1`, `x.add_(1)` | `x.assign_add(1)` of a `tf.Variable` <!-- shown: store `[3, 3]`, store `[2, 3]` --> |
# | from NumPy | `from_numpy` shares, `tensor` copies | copies <!-- shown: bridge `copied[0]`, bridge `shared[0]` --> |
# | mixed dtypes | promotes | refuses, `keras.ops` promotes <!-- shown: promotion `int64`, promotion `kind`, meet `+ double`, meet `mixed` --> |
# | `std` divides by | $n - 1$ | $n$ <!-- shown: summaries `q.std()`, summaries `reduce_std` --> |
# | `argmax` with NaN | the NaN | past it (CPU, eager) <!-- shown: odd_ones `bad.argmax()`, odd_ones `tf.argmax(bad)` --> |
# | dense weights | `[out, in]` | `[in, out]` <!-- shown: dense `.shape ==` --> |
# | images | NCHW | NHWC <!-- shown: conv `by_hand` --> |
#
# Next: the quiz, the exercises,
# [02 Autograd](02_autograd.ipynb). <!-- no claim -->

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers.
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
# **B.** In PyTorch, taking every second row doubles the first stride of
# (5, 1), and transposing exchanges the
# two. <!-- shown: quiz `x[::2].T` --> A forgets to transpose. C is PyTorch's
# answer for `x` itself. <!-- shown: quiz `x.stride()` -->
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
# **B.** No stride walks 0, 3, 1, 4, 2, 5, and PyTorch's `view` may not
# copy. <!-- shown: quiz `x.T.view(6)` --> In A, PyTorch copies without a
# word. <!-- shown: quiz `data_ptr` --> In C, PyTorch cuts the same line
# elsewhere. <!-- shown: quiz `x.view(3, 2)` -->
# </details><br>
#
# **3.** What are the dtypes of `a + torch.tensor(d)`, and in TensorFlow of
# `a + d`, for a float32 tensor `a` of three elements and `d = np.ones(3)`?
#
# - **A** both float32
# - **B** float64 and float32
# - **C** none, both fail
#
# <details><summary>Answer</summary>
#
# **B.** PyTorch promotes to the wider
# type. <!-- shown: quiz `(a + d).dtype` --> TensorFlow casts the *array* to
# the tensor's dtype. <!-- shown: quiz `(a + d).dtype` --> A would be right if
# `d` were a Python number. <!-- shown: quiz `(a + 1.5).dtype` --> C would be
# TensorFlow's answer for
# `a + tf.constant(d)`. <!-- shown: quiz `tf.constant(d)` -->
# </details><br>
#
# **4.** Predictions have the shape (32, 1), targets (32,): what does
# `((p - t) ** 2).mean()` compare?
#
# - **A** each prediction with its target
# - **B** each prediction with every target
# - **C** nothing, it fails
#
# <details><summary>Answer</summary>
#
# **B.** 32 × 32 differences, of which 32 are
# meant. <!-- shown: quiz_more `(32, 32)` --> A needs equal shapes. C would
# happen with (32, 2), since 2 and 32 do not
# fit. <!-- shown: quiz_more `32, 2)` -->
# </details><br>
#
# **5.** `t` is a tensor of zeros: after `s = t`, then `s = s + 1`, then
# `s += 1`, what does `t` hold?
#
# - **A** 0
# - **B** 1
# - **C** 2
#
# <details><summary>Answer</summary>
#
# **A**, in both. `s + 1` is a new tensor, and from then on `s` is no longer
# `t`. <!-- shown: quiz_more `agree(t,` --> In PyTorch, B would be right without
# the line `s = s + 1`. <!-- shown: in_place --> C would need two changes in
# place.
# </details><br>
#
# **6.** Label −1 marks "unknown": which line, run eagerly on the CPU, picks a
# number for it without any error?
#
# - **A** `logits[rows, labels]` in PyTorch
# - **B** `tf.gather(logits, labels, batch_dims=1)` in TensorFlow
# - **C** neither: both refuse
#
# <details><summary>Answer</summary>
#
# **A.** To PyTorch, −1 in brackets is the last class, so C is wrong
# too. <!-- shown: quiz_more `[-1]` --> On the CPU, TensorFlow refuses
# B. <!-- shown: quiz_more `refused(pick)` --> Compiled by XLA, TensorFlow
# would take class 0. <!-- shown: quiz_more `xla` --> Look at labels before you
# pick by them.
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
# order. <!-- shown: flatten_order `agree(flat,` --> A would spoil the
# convolutions. C is small: it does not put anything far off.
# </details><br>
#
# **8.** *Asked in interviews:* what is the difference between `view`,
# `reshape` and `transpose`?
#
# <details><summary>A model answer</summary>
#
# In PyTorch, `transpose` swaps strides: it changes the reading order and
# moves nothing. <!-- shown: anatomy `data_ptr` --> PyTorch's `view` keeps the
# reading order and cuts it into another
# shape. <!-- shown: quiz `x.view(3, 2)` --> PyTorch's `reshape` does so
# too. <!-- shown: quiz `x.T.reshape(6), [` --> Where no strides can do that, as
# after most transposes, PyTorch's `view`
# fails <!-- shown: quiz `x.T.view(6)` --> and `reshape` copies.
# It is wrong that PyTorch's `reshape` always
# copies. <!-- shown: flatten `agree(flat` --> It is wrong, too, that PyTorch's
# `view` needs a contiguous tensor: only its strides must suit the new
# shape. <!-- shown: quiz_more `every_other.view` -->
# </details>

# %% tags=["torch"] pair="quiz"
x = torch.arange(20).reshape(4, 5)
assert x.stride() == (5, 1)
assert x[::2].T.stride() == (1, 10)  # 1
x = torch.arange(6).reshape(2, 3)
assert refused(lambda: x.T.view(6))  # 2
copied = x.T.reshape(6)
assert copied.data_ptr() != x.data_ptr()
agree(x.T.reshape(6), [0, 3, 1, 4, 2, 5])
agree(x.view(3, 2), [[0, 1], [2, 3], [4, 5]])
a, d = torch.ones(3), torch.tensor(np.ones(3))
assert (a + d).dtype == torch.float64  # 3
assert (a + 1.5).dtype == torch.float32

# %% tags=["tensorflow"] pair="quiz"
a, d = tf.ones(3), np.ones(3)
assert (a + d).dtype == tf.float32  # 3
assert (a + 1.5).dtype == tf.float32
assert refused(lambda: a + tf.constant(d))

# %% tags=["torch"] pair="quiz_more"
p, t = torch.zeros(32, 1), torch.zeros(32)
assert (p - t).shape == (32, 32)  # 4
assert refused(lambda: torch.zeros(32, 2) - t)
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
assert refused(lambda: tf.zeros((32, 2)) - t)
s = t
s = s + 1
s += 1
agree(t, np.zeros(32))  # 5
pick = lambda: tf.gather(
    [[5, 6]], [[-1]], batch_dims=1)
xla = tf.function(pick, jit_compile=True)
with tf.device("/CPU:0"):
    assert refused(pick)  # 6
    agree(xla(), [[5]])
