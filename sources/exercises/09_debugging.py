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
# Some of the classes have no label at all. *Lesson: section 13.*

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

# %% [markdown]
# ## 6. The first bad operation (2 points)
#
# A number is **bad** here if it is NaN or infinite, and a tensor is bad if one of its
# numbers is. Somewhere in a long computation the numbers went bad. You have its
# program: a list of rows that run in their order, and each row makes one tensor. These
# are the operations that it knows.

# %% tags=["torch"] pair="operations"
torch_operations = {
    "value": torch.tensor,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "exp": torch.exp,
    "reciprocal": torch.reciprocal,
    "relu": torch.relu,
    "negative": torch.negative,
    "add": torch.add,
    "subtract": torch.subtract,
    "multiply": torch.multiply,
    "divide": torch.divide,
}

# %% tags=["tensorflow"] pair="operations"
tf_operations = {
    "value": tf.constant,
    "log": tf.math.log,
    "sqrt": tf.sqrt,
    "exp": tf.exp,
    "reciprocal": tf.math.reciprocal,
    "relu": tf.nn.relu,
    "negative": tf.negative,
    "add": tf.add,
    "subtract": tf.subtract,
    "multiply": tf.multiply,
    "divide": tf.divide,
}

# %% [markdown]
# | row | what it makes |
# |---|---|
# | `["value", [1.0, 0.0]]` | a tensor of these numbers, which may be bad from the start |
# | `["log", 0]` | the logarithm of the output of row 0 |
# | `["divide", 1, 0]` | the output of row 1 divided by that of row 0 |
#
# Write `first_bad(program)`. It runs the program and finds **the row to blame**: the
# first row whose output is bad, although each output that it reads is not. Rows that
# hold values read nothing, and are never to blame.
#
# | argument | what |
# |---|---|
# | `program` | a list of rows; a row reads earlier rows only |
#
# **Return** `(row, kind)`, two whole numbers:
#
# - `row`: the number of the row to blame, where all rows count, from 0; -1 if there is
#   none
# - `kind`: 1 if its output holds a NaN, 2 if it holds infinities and no NaN, 0 if there
#   is no such row
#
# For the three rows in the table it is `(1, 2)`: log(0) is minus infinity, and row 2
# only hands it on. In two of three tests a later row is to blame as well.
# *Lesson: section 4.*

# %% tags=["torch"] pair="first_bad"
def first_bad(program):
    """The row to blame and its kind, or (-1, 0)."""
    ### BEGIN SOLUTION
    outputs, spoiled = [], set()
    for row, (name, *operands) in enumerate(program):
        read = [] if name == "value" else operands
        given = [outputs[n] for n in read] or operands
        y = torch_operations[name](*given)
        outputs.append(y)
        if not torch.isfinite(y).all():
            if read and not spoiled & set(read):
                return row, 1 if y.isnan().any() else 2
            spoiled.add(row)
    return -1, 0
    ### END SOLUTION

# %% tags=["torch"] pair="first_bad_check"
check("debugging.first_bad", first_bad, "torch")

# %% tags=["tensorflow"] pair="first_bad"
def first_bad(program):
    """The row to blame and its kind, or (-1, 0)."""
    ### BEGIN SOLUTION
    outputs, spoiled = [], set()
    for row, (name, *operands) in enumerate(program):
        read = [] if name == "value" else operands
        given = [outputs[n] for n in read] or operands
        y = tf_operations[name](*given)
        outputs.append(y)
        if not tf.reduce_all(tf.math.is_finite(y)):
            if read and not spoiled & set(read):
                nan = tf.reduce_any(tf.math.is_nan(y))
                return row, 1 if nan else 2
            spoiled.add(row)
    return -1, 0
    ### END SOLUTION

# %% tags=["tensorflow"] pair="first_bad_check"
check("debugging.first_bad", first_bad, "tensorflow")

# %% [markdown]
# ## 7. A masked loss with a finite gradient (3 points)
#
# A model predicts how often something happens. For a row $x_i$ of features it predicts
# the rate $r_i = x_i \cdot w$, and $y_i$ is the count that was seen. The loss of the row
# is $r_i - y_i \ln r_i$. (This is Poisson's negative log-likelihood, without a constant.)
#
# Batches are filled up with rows of **padding**. Their features are zeros or negative
# numbers, so that their rate is 0 or negative, and the logarithm is not finite. A mask
# says which rows are real. All real rows have a positive rate.
#
# Write `masked_loss(w, x, y, mask)`: the mean loss over the real rows, and its gradient
# by $w$, which you take from autograd.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | weights | `(d,)` |
# | `x` | features | `(n, d)` |
# | `y` | counts, as float32 | `(n,)` |
# | `mask` | 1 for a real row, 0 for padding | `(n,)` |
#
# **Return** `(loss, gradient)`, a number and a tensor of shape `(d,)`. Both are finite
# in any case. If no row is real, the loss is 0 and the gradient is zeros. *Lesson:
# section 5.*

# %% tags=["torch"] pair="masked_loss"
def masked_loss(w, x, y, mask):
    """Mean loss over real rows, and its gradient."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    rate = x @ w
    # Padding has to leave before log and after it.
    safe = torch.where(mask == 1, rate, 1.0)
    losses = safe - y * torch.log(safe)
    total = torch.where(mask == 1, losses, 0.0).sum()
    loss = total / mask.sum().clamp(min=1)
    loss.backward()
    return loss.detach(), w.grad
    ### END SOLUTION

# %% tags=["torch"] pair="masked_loss_check"
check("debugging.masked_loss", masked_loss, "torch")

# %% tags=["tensorflow"] pair="masked_loss"
def masked_loss(w, x, y, mask):
    """Mean loss over real rows, and its gradient."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(w)
        rate = tf.linalg.matvec(x, w)
        # Padding has to leave before log and after it.
        safe = tf.where(mask == 1, rate, 1.0)
        losses = safe - y * tf.math.log(safe)
        losses = tf.where(mask == 1, losses, 0.0)
        rows = tf.maximum(tf.reduce_sum(mask), 1)
        loss = tf.reduce_sum(losses) / rows
    return loss, tape.gradient(loss, w)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="masked_loss_check"
check(
    "debugging.masked_loss", masked_loss, "tensorflow")

# %% [markdown]
# ## 8. A gradient check in float64 (3 points)
#
# Someone has derived the gradient of a loss by hand, and claims certain numbers. You
# check them against the loss alone. The next cell has the loss. It computes in the
# dtype of its arguments.

# %% tags=["torch"] pair="loss"
def torch_loss(w, X, y):
    losses = torch.nn.functional.softplus(-y * (X @ w))
    return losses.mean()

# %% tags=["tensorflow"] pair="loss"
def tf_loss(w, X, y):
    margins = y * tf.linalg.matvec(X, w)
    return tf.reduce_mean(tf.math.softplus(-margins))

# %% [markdown]
# The **central difference** along weight $i$ is
#
# $$d_i = \frac{f(w + h\,e_i) - f(w - h\,e_i)}{2h}$$
#
# where $f$ is the loss, $h$ the step, and $e_i$ has a 1 at position $i$ and zeros
# elsewhere. The step is so small that $w + h$ is $w$ again in float32. All arrays arrive
# as float32, so convert them first.
#
# A claim $c_i$ is right if $|d_i - c_i| \le t \cdot \max(|d_i|, |c_i|)$, where $t$ is the
# tolerance. Otherwise it is wrong. A claim that is NaN is wrong. If both numbers are 0,
# the claim is right.
#
# Write `gradient_check(w, X, y, claimed, step, tolerance)`.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where the gradient is checked | `(d,)` |
# | `X`, `y` | the other arguments of the loss | `(n, d)`, `(n,)` |
# | `claimed` | the claims | `(d,)` |
# | `step` | $h$ | float |
# | `tolerance` | $t$ | float |
#
# **Return** `(numeric, wrong)`:
#
# - `numeric`, of shape `(d,)`: all central differences, computed in float64
# - `wrong`, of shape `(d,)`: 1 where the claim is wrong, and 0 where it is right, as
#   numbers, not as truth values
#
# *Lesson: section 13.*

# %% tags=["torch"] pair="gradient_check"
def gradient_check(w, X, y, claimed, step, tolerance):
    """Central differences, and 1 for a wrong claim."""
    ### BEGIN SOLUTION
    w, X, y, claimed = (
        t.double() for t in (w, X, y, claimed))
    numeric = torch.zeros_like(w)
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        rise = torch_loss(up, X, y)
        rise -= torch_loss(down, X, y)
        numeric[i] = rise / (2 * step)
    size = torch.maximum(numeric.abs(), claimed.abs())
    gap = (numeric - claimed).abs()
    return numeric, 1 - (gap <= tolerance * size).int()
    ### END SOLUTION

# %% tags=["torch"] pair="gradient_check_check"
check(
    "debugging.gradient_check",
    gradient_check, "torch")

# %% tags=["tensorflow"] pair="gradient_check"
def gradient_check(w, X, y, claimed, step, tolerance):
    """Central differences, and 1 for a wrong claim."""
    ### BEGIN SOLUTION
    w, X, y, claimed = (tf.cast(t, tf.float64)
                        for t in (w, X, y, claimed))
    slopes = []
    for move in step * tf.eye(len(w), dtype=w.dtype):
        rise = tf_loss(w + move, X, y)
        rise -= tf_loss(w - move, X, y)
        slopes.append(rise / (2 * step))
    numeric = tf.stack(slopes)
    size = tf.maximum(tf.abs(numeric), tf.abs(claimed))
    gap = tf.abs(numeric - claimed)
    close = tf.cast(gap <= tolerance * size, tf.int32)
    return numeric, 1 - close
    ### END SOLUTION

# %% tags=["tensorflow"] pair="gradient_check_check"
check(
    "debugging.gradient_check",
    gradient_check, "tensorflow")

# %% [markdown]
# ## 9. Who changes in evaluation? (3 points)
#
# A network is in evaluation mode, and yet its answers change: from call to call, and
# with the other rows of the batch. The next cell makes ten kinds of layers, by letter,
# all of them in evaluation mode as far as that reaches. You don't have to read it. Find
# out by calling them.

# %% tags=["torch"] pair="zoo"
def torch_zoo(d):
    F, nn = torch.nn.functional, torch.nn
    norm = nn.BatchNorm1d(d, 1e-3).eval()
    bare = nn.BatchNorm1d(
        d, 1e-3, track_running_stats=False).eval()
    hidden = [nn.Dropout(0.5)]  # eval() misses a list
    return {
        "a": torch.tanh, "b": nn.Dropout(0.5).eval(),
        "c": F.dropout, "d": hidden[0],
        "e": lambda x: x + 0.1 * torch.randn_like(x),
        "f": norm, "g": bare,
        "h": lambda x: torch.softmax(x, dim=0),
        "i": F.normalize,
        "j": lambda x: 0.2 * len(x) * x}

# %% tags=["tensorflow"] pair="zoo"
def keras_zoo(d):
    drop = keras.layers.Dropout(0.5)
    norm = keras.layers.BatchNormalization()
    noise = lambda x: 0.1 * tf.random.normal(x.shape)
    return {
        "a": tf.tanh,
        "b": lambda x: drop(x, training=False),
        "c": lambda x: tf.nn.dropout(x, 0.5),
        "d": lambda x: drop(x, training=True),
        "e": lambda x: x + noise(x), "f": norm,
        "g": lambda x: norm(x, training=True),
        "h": lambda x: tf.nn.softmax(x, axis=0),
        "i": lambda x: tf.math.l2_normalize(x, axis=1),
        "j": lambda x: 0.2 * len(x) * x}

# %% [markdown]
# Write `who_changes(kinds)`. The network is a chain: `kinds` has the letter of each
# layer, in the order of running. Make the layers by `torch_zoo(6)` or `keras_zoo(6)`,
# and choose the batch for the first layer yourself, with 8 rows, 6 features and numbers
# of a size around 1. Judge each layer by two tests:
#
# - **Random.** Call it twice on the same input. It is random if the two outputs are not
#   equal.
# - **Mixing.** Call it on the whole batch, and on the first 4 rows alone. It is mixing if
#   the outputs for these rows differ by more than 1e-3 anywhere: then the answer for a
#   row depends on its company. Random layers are not
#   judged: their entry is 0.
#
# The input of a layer is the output of the layer before it, for the whole batch. Leave
# random layers out of the chain: the next layer gets what they got. So a layer is never
# blamed for what an earlier one did.
#
# **Return** `(random, mixing)`, two lists of zeros and ones, with an entry for each
# layer. *Lesson: section 11.*

# %% tags=["torch"] pair="who_changes"
def who_changes(kinds):
    """Which layers are random, and which mix rows."""
    ### BEGIN SOLUTION
    zoo, x = torch_zoo(6), torch.randn(8, 6)
    random, mixing = [], []
    for kind in kinds:
        y, again = zoo[kind](x), zoo[kind](x)
        random.append(not torch.equal(y, again))
        mixing.append(False)
        if not random[-1]:
            gap = (zoo[kind](x[:4]) - y[:4]).abs()
            mixing[-1] = bool(gap.max() > 1e-3)
            x = y
    return random, mixing
    ### END SOLUTION

# %% tags=["torch"] pair="who_changes_check"
check("debugging.who_changes", who_changes, "torch")

# %% tags=["tensorflow"] pair="who_changes"
def who_changes(kinds):
    """Which layers are random, and which mix rows."""
    ### BEGIN SOLUTION
    zoo, x = keras_zoo(6), tf.random.normal((8, 6))
    random, mixing = [], []
    for kind in kinds:
        y, again = zoo[kind](x), zoo[kind](x)
        random.append(bool(tf.reduce_any(y != again)))
        mixing.append(False)
        if not random[-1]:
            gap = tf.abs(zoo[kind](x[:4]) - y[:4])
            large = tf.reduce_max(gap) > 1e-3
            mixing[-1] = bool(large)
            x = y
    return random, mixing
    ### END SOLUTION

# %% tags=["tensorflow"] pair="who_changes_check"
check(
    "debugging.who_changes", who_changes, "tensorflow")

# %% [markdown]
# ## 10. Six causes (3 points)
#
# Several classifiers were trained on the same data. For each run you have three curves
# with an entry for every epoch, and know two losses that hold for all runs: the loss of a
# fresh network, and that of the best constant prediction, as in exercise 1. Find the
# cause of each run by these rules. They are tried in this order, and **the first one that
# holds gives the cause**.
#
# | cause | what is wrong | rule |
# |---|---|---|
# | 1 | the rate is too high | the last training loss is larger than the first, or NaN |
# | 2 | nothing is trained | the gradient is 0 in all epochs |
# | 3 | the input is not scaled | the first training loss is larger than 2 times `start` |
# | 4 | the input is ignored, for example because the labels were shuffled | the last training loss lies within 5 % of `constant`, above or below |
# | 5 | the rate is too low | the last training loss is larger than 0.9 times the first |
# | 6 | overfitting | the last validation loss is larger than 1.2 times the lowest validation loss |
# | 0 | nothing is wrong | no rule holds |
#
# Write `diagnose(train, validation, gradients, start, constant)`.
#
# | argument | what | shape |
# |---|---|---|
# | `train` | training losses | `(runs, epochs)` |
# | `validation` | validation losses | `(runs, epochs)` |
# | `gradients` | norm of the gradient | `(runs, epochs)` |
# | `start` | loss of a fresh network | float |
# | `constant` | loss of the best constant prediction | float |
#
# **Return** the causes: a list of whole numbers, one for each run. Only cause 1 has
# curves with NaN. *Lesson: sections 13 and 14.*

# %%
def diagnose(
    train, validation, gradients, start, constant):
    """The number of each run's cause, 0 for none."""
    ### BEGIN SOLUTION
    first, last = train[:, 0], train[:, -1]
    lowest = validation.min(axis=1)
    rules = [
        ~(last <= first),  # also where last is NaN
        gradients.max(axis=1) == 0,
        first > 2 * start,
        np.abs(last - constant) <= 0.05 * constant,
        last > 0.9 * first,
        validation[:, -1] > 1.2 * lowest]
    return np.select(rules, [1, 2, 3, 4, 5, 6], 0)
    ### END SOLUTION

# %%
check("debugging.diagnose", diagnose)
