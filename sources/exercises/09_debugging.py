# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: debugging
#
# They follow the lesson [09_debugging](../../notebooks/09_debugging.ipynb).
# Each exercise is one function. Exercises 1, 3, 4, 5 and 10 need no framework.
# The other five run live operations, layers and optimizers, and are written once
# in PyTorch and once in TensorFlow. Do one half of them or both: the points count
# for each.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs and says what it found. When an answer is wrong, it
#    shows where, and names the mistake if it can.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("debugging.first_bad", 2)` shows the second.
#
# **What your functions get.** In an exercise without a framework, arrays
# arrive as NumPy arrays. In the others they arrive as tensors of the framework
# that do not track gradients. Both are float32 unless the exercise says
# otherwise. Whole numbers arrive as `int`, other numbers as `float`, and texts
# as `str`.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. A function that changes one of its arguments in place is not
# correct, so work on a copy.
#
# **What they return.** Arrays, tensors, plain numbers, or lists of them;
# several values as a tuple, in the order that the exercise names. The dtype
# does not count. Positions are counted from 0.
#
# Grading uses fresh inputs. Run the next cells first.

# %% tags=["torch"] pair="setup"
import torch

# %% tags=["tensorflow"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import keras
import tensorflow as tf

# %%
import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. The loss before any learning (2 points)
#
# A network has two heads. One has an output for each of `classes` classes and is
# trained by softmax and cross-entropy. The other predicts one number and is trained
# by the mean squared error. **Fresh**, the network gives the same logit to all
# classes, and predicts the number 0.
#
# Before you look for a bug in a loop, you want to know four losses: those of the
# fresh network, and those of the best prediction that ignores the input. That is the
# prediction that is the same for all examples, and whose mean loss is the smallest.
# A network whose loss stays there has learned nothing from its input.
#
# Write `first_loss(labels, classes, targets)`.
#
# | argument | what | shape |
# |---|---|---|
# | `labels` | class of each example, from 0 to `classes - 1`, int64 | `(n,)` |
# | `classes` | number of outputs of the first head | int |
# | `targets` | number to predict for each example | `(n,)` |
#
# **Return** `(start, constant, start_square, constant_square)`, four numbers, each a
# mean over the n examples:
#
# - `start`: cross-entropy of the fresh network, in nats (natural logarithms)
# - `constant`: cross-entropy of the best constant prediction, which gives each class
#   the share of the labels that it has
# - `start_square`: squared error of the prediction 0
# - `constant_square`: squared error of the best constant prediction
#
# Some of the classes have no label at all. *Lesson: section 14.*

# %%
def first_loss(labels, classes, targets):
    """Two losses of each head: fresh, constant."""
    ### BEGIN SOLUTION
    counts = np.unique(labels, return_counts=True)[1]
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return (np.log(classes), constant,
            np.mean(targets**2), np.var(targets))
    ### END SOLUTION

# %%
check("debugging.first_loss", first_loss)

# %% [markdown]
# ## 2. What an optimizer carries along (2 points)
#
# Most optimizers keep arrays of their own from step to step: their **state**. The
# next cell makes six kinds of optimizers.

# %% tags=["torch"] pair="make_optimizer"
def torch_optimizer(name, parameters):
    optim = torch.optim
    kinds = {
        "sgd": (optim.SGD, {}),
        "momentum": (optim.SGD, {"momentum": 0.9}),
        "rmsprop": (optim.RMSprop, {}),
        "adam": (optim.Adam, {}),
        "adadelta": (optim.Adadelta, {}),
        "amsgrad": (optim.Adam, {"amsgrad": True}),
    }
    kind, options = kinds[name]
    return kind(parameters, lr=0.01, **options)

# %% tags=["tensorflow"] pair="make_optimizer"
def keras_optimizer(name):
    optim = keras.optimizers
    kinds = {
        "sgd": (optim.SGD, {}),
        "momentum": (optim.SGD, {"momentum": 0.9}),
        "rmsprop": (optim.RMSprop, {}),
        "adam": (optim.Adam, {}),
        "adadelta": (optim.Adadelta, {}),
        "amsgrad": (optim.Adam, {"amsgrad": True}),
    }
    kind, options = kinds[name]
    return kind(0.01, **options)

# %% [markdown]
# Write `optimizer_state(trained, frozen, optimizer, dtype)`: how much memory a
# training needs, apart from the batch and from what the way back keeps.
#
# | argument | what | example |
# |---|---|---|
# | `trained` | shapes of the parameters that are trained, a list of lists of ints | `[[3, 4], [4]]` |
# | `frozen` | shapes of the parameters that are not | `[[2, 3]]` |
# | `optimizer` | a name that the cell above knows | `"adam"` |
# | `dtype` | of parameters and gradients: `"float16"`, `"bfloat16"`, `"float32"` or `"float64"` | `"float32"` |
#
# **Return** `(state, total)`, two numbers of bytes, as they are after the first step:
#
# - `state`: what the optimizer keeps. Only the trained parameters are handed to it.
#   Count the arrays in its state that have at least one axis. Step counters and the
#   learning rate have none. They are a few bytes, and are left out.
# - `total`: all parameters, the gradients of the trained ones, and the state
#
# You can make the parameters, let the optimizer do a step, and look: its state is in
# `optimizer.state` in PyTorch, and in `optimizer.variables` in TensorFlow (Keras).
# Any values will do for parameters and gradients. *Lesson: section 7.*

# %% tags=["torch"] pair="optimizer_state"
def optimizer_state(trained, frozen, optimizer, dtype):
    """Bytes of the state, and of all together."""
    ### BEGIN SOLUTION
    kind = getattr(torch, dtype)
    live = [torch.zeros(s).to(kind) for s in trained]
    fixed = [torch.zeros(s).to(kind) for s in frozen]
    for weight in live:
        weight.grad = torch.ones_like(weight)
    optimizer = torch_optimizer(optimizer, live)
    optimizer.step()
    state = sum(
        array.nbytes for weight in live
        for array in optimizer.state[weight].values()
        if array.ndim > 0)  # no counter
    arrays = live + live + fixed  # with gradients
    return state, state + sum(a.nbytes for a in arrays)
    ### END SOLUTION

# %% tags=["torch"] pair="optimizer_state_check"
check(
    "debugging.optimizer_state",
    optimizer_state, "torch")

# %% tags=["tensorflow"] pair="optimizer_state"
def optimizer_state(trained, frozen, optimizer, dtype):
    """Bytes of the state, and of all together."""
    ### BEGIN SOLUTION
    live = [keras.Variable(np.zeros(s), dtype=dtype)
            for s in trained]
    fixed = [keras.Variable(np.zeros(s), dtype=dtype)
             for s in frozen]
    optimizer = keras_optimizer(optimizer)
    optimizer.apply(
        [tf.ones_like(w.value) for w in live], live)
    state = sum(
        array.numpy().nbytes
        for array in optimizer.variables
        if len(array.shape) > 0)  # no counter, no rate
    return state, state + sum(
        a.numpy().nbytes for a in live + live + fixed)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="optimizer_state_check"
check(
    "debugging.optimizer_state",
    optimizer_state, "tensorflow")

# %% [markdown]
# ## 3. Bytes kept for the way back (2 points)
#
# A network is a row of dense layers. Behind each of them, except the last, stands an
# activation. During the forward pass it keeps tensors in memory that the backward
# pass will need.
#
# - A dense layer needs its **input**, for the gradient of its weight.
# - The activations `"relu"`, `"tanh"` and `"sigmoid"` need their **output**.
# - The activations `"gelu"`, `"silu"` and `"leaky_relu"` need their **input**.
# - A tensor that is needed twice is kept once. For example, the output of an activation
#   is the input of the next dense layer.
# - The first `frozen` dense layers are not trained. The backward pass ends at the first
#   layer that is. Before it, neither layers nor activations need anything.
#
# So it is in PyTorch. Write `kept_bytes(sizes, frozen, activation, batch, dtype)`.
#
# | argument | what | example |
# |---|---|---|
# | `sizes` | width of the input, then that of each dense layer's output, a list of ints | `[64, 128, 128, 10]` |
# | `frozen` | how many of the first dense layers are frozen; at least two layers are trained | `1` |
# | `activation` | name of the activation, the same everywhere | `"gelu"` |
# | `batch` | number of rows of the batch | `32` |
# | `dtype` | of all tensors: `"float16"`, `"bfloat16"`, `"float32"` or `"float64"` | `"float32"` |
#
# **Return** a number: how many bytes the forward pass keeps for the way back. Three
# kinds of tensors don't count: the batch, because it was there before, the parameters,
# because they stay anyway, and the result, because nothing needs it. *Lesson:
# sections 6 and 7.*

# %%
def kept_bytes(sizes, frozen, activation, batch, dtype):
    """Bytes that are kept for the way back."""
    ### BEGIN SOLUTION
    # Inputs of the trained layers, without the batch.
    widths = sizes[max(frozen, 1):-1]
    if activation in ("gelu", "silu", "leaky_relu"):
        widths = widths + sizes[frozen + 1:-1]
    item = {"float16": 2, "bfloat16": 2,
            "float32": 4, "float64": 8}
    return sum(widths) * batch * item[dtype]
    ### END SOLUTION

# %%
check("debugging.kept_bytes", kept_bytes)

# %% [markdown]
# ## 4. What a loop keeps alive (2 points)
#
# A loop of PyTorch has three names for what it computes:
#
# ```
# total, losses = 0.0, []
# for x in batches:
#     loss = net(x).mean()     # the forward pass
#     ...                      # further lines
# ```
#
# The forward pass of each batch keeps bytes for the way back. They belong to the
# *graph* of that batch, and stay in memory until one of two things happens:
#
# - Its backward pass runs. It frees what the forward pass kept, even if names still
#   refer to the loss.
# - No name reaches the graph any more. `loss` reaches the graph of one batch, `total`
#   those of all losses that were added to it, and `losses` those of all losses in it.
#
# These are the lines that a batch may have:
#
# | line | what it does |
# |---|---|
# | `total += loss` | makes a new sum, whose graph leads to the old sum and to the loss |
# | `total += loss.item()`, `total += loss.detach()` | adds the value, without its graph |
# | `losses.append(loss)` | puts the loss into the list, with its graph |
# | `losses.append(loss.item())` | puts a Python number into the list |
# | `loss.backward()` | the backward pass of this batch |
# | `del loss` | removes the name `loss` |
#
# Python assigns a name after it has computed the right side. Thus, while the forward
# pass of a batch runs, `loss` is still that of the batch before.
#
# Write `leak(kept, lines)`.
#
# | argument | what | example with two batches |
# |---|---|---|
# | `kept` | bytes that the forward pass of each batch keeps, a list of ints | `[100, 300]` |
# | `lines` | the lines of each batch, a list of lists of texts | `[["total += loss"], ["loss.backward()", "del loss"]]` |
#
# **Return** `(during, after)`, two lists with an entry for each batch:
#
# - `during`: bytes in memory when its forward pass is done and the name `loss` is not
#   yet assigned
# - `after`: bytes in memory when its lines have run
#
# Count nothing but what forward passes have kept. In the example, `during` is
# `[100, 400]` and `after` is `[100, 100]`. *Lesson: section 7.*

# %%
def leak(kept, lines):
    """Bytes alive during and after each batch."""
    ### BEGIN SOLUTION
    left, held, named = list(kept), set(), set()
    during, after = [], []
    for batch, found in enumerate(lines):
        alive = sum(left[graph] for graph in held | named)
        during.append(alive + kept[batch])
        if ("total += loss" in found
                or "losses.append(loss)" in found):
            held.add(batch)
        if "loss.backward()" in found:
            left[batch] = 0
        named = set() if "del loss" in found else {batch}
        after.append(sum(left[n] for n in held | named))
    return during, after
    ### END SOLUTION

# %%
check("debugging.leak", leak)

# %% [markdown]
# ## 5. Traces by the rules (3 points)
#
# Here is why a step may be slow for no reason: a function `f(x, k)` is called with
# tensors `x` of different sizes and Python numbers `k`, and each of three kinds of
# compiled functions traces it anew at other times. Every trace is kept, and serves all
# later calls that fit.
#
# - **`tf.function(f)`.** A trace serves calls with its dtype, its number of rows and
#   its `k`.
# - **`tf.function(f, reduce_retracing=True)`.** The first trace with a dtype and a `k`
#   is for its number of rows alone. The second one, made when another number of rows
#   comes, leaves the rows open: it serves every number of rows, with this dtype and this
#   `k`.
# - **`torch.compile(f)`.** A trace serves calls with its dtype, if the number of rows and
#   `k` are equal to those of the trace or are left open in it. The very first trace leaves
#   nothing open. A new trace leaves open whatever has changed since that first trace: the
#   rows, if this call's number differs from that of the first trace, or if an earlier
#   trace has left them open; and `k` by the same rule. The dtype plays no part in what is
#   left open.
#
# Write `traces(calls)`.
#
# | argument | what | example with three calls |
# |---|---|---|
# | `calls` | for each call `[dtype, rows, k]`: the dtype of `x` as text, its number of rows, an int, and `k`, a float | `[["float32", 4, 2.5], ["float64", 4, 2.5], ["float64", 5, 2.5]]` |
#
# **Return** `(usual, relaxed, pytorch)`, three lists with an entry for each call: how
# many traces there are after it, for each of the three kinds in this order. In the
# example, `usual`, `relaxed` and `pytorch` are all `[1, 2, 3]`. A fourth call
# `["float32", 6, 2.5]` would make another trace in each of them, and a fifth one
# `["float32", 7, 2.5]` in `usual` alone. *Lesson: section 12.*

# %%
def traces(calls):
    """Traces after each call, of three functions."""
    ### BEGIN SOLUTION
    sizes, made, counts = {}, [], []  # None: left open
    for dtype, rows, k in calls:
        sizes.setdefault((dtype, k), set()).add(rows)
        found = [len(group) for group in sizes.values()]
        if not any(d == dtype and n in (None, rows)
                   and j in (None, k) for d, n, j in made):
            _, n, j = made[-1] if made else (0, rows, k)
            made.append((dtype, rows if rows == n else None,
                         k if k == j else None))
        relaxed = sum(min(n, 2) for n in found)
        counts.append((sum(found), relaxed, len(made)))
    return tuple(zip(*counts))
    ### END SOLUTION

# %%
check("debugging.traces", traces)
