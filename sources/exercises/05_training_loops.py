# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: training loops
#
# They follow the lesson
# [05_training_loops](../../notebooks/05_training_loops.ipynb). Each exercise
# is one function, written once in PyTorch and once in TensorFlow. Do one half
# or both: the points count for each.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs of different sizes and says what it found. A loop is
#    compared step by step: the check names the first entry that differs.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("loops.adam", 2)` shows the second.
#
# **What your functions get.** Arrays arrive as float32 tensors of the
# framework, labels as int64. They do not track gradients yet: in PyTorch take
# a copy that does, `w = w.clone().requires_grad_()`; in TensorFlow make a
# `tf.Variable(w)`, or let the tape `watch` it. Whole numbers and fractions
# arrive as plain `int` and `float`.
#
# **What they leave alone.** An optimizer of PyTorch changes the tensors that
# it trains in place, so the parameters (`w`, `b`, the velocity `v`) and running
# statistics (`mean`, `var`) may change. Leave every other argument as it is:
# whoever calls your function still needs it.
#
# **What they return.** Tensors, plain numbers, or lists of them; several
# values as a tuple, in the order the exercise names.
#
# **What counts.** The values that your function returns, and nothing else.
# Any right computation earns the points of its half, in NumPy or plain Python
# too. With the framework you practise what the half is there for.
#
# Write the updates by hand, or use the framework's optimizer where its formula
# is the one that is asked for. It is not always: the formula counts, and some
# inputs are chosen so that a small difference shows (an epsilon of 0.3 is for
# that). Grading uses fresh inputs. Run the next cells first.

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
# ## 1. A loss from logits (1 point)
#
# A classifier gives each of $n$ examples a row $z_i$ of $k$ **logits**: any real
# numbers, not probabilities. Write `logits_loss(logits, labels)`, the mean
# cross-entropy
#
# $$L = -\frac1n \sum_{i=1}^{n} \log p_{i,\,\mathrm{labels}_i}, \qquad
# p_{ij} = \frac{e^{z_{ij}}}{\sum_{c=1}^{k} e^{z_{ic}}}$$
#
# - `logits`: $z$, shape `(n, k)`
# - `labels`: the right class of each example, whole numbers from 0 to
#   `k - 1`, an **int64** tensor of shape `(n,)`
# - returns $L$, one number
#
# In each set of inputs one example is sure of a wrong class: its right one has a
# probability near $10^{-14}$, and its loss is near 32. Both frameworks have a
# function for this, and both have one that wants something else and raises no
# error. *Lesson: section 2.*

# %% tags=["torch"] pair="logits_loss"
def logits_loss(logits, labels):
    """The mean cross-entropy, one number."""
    ### BEGIN SOLUTION
    return torch.nn.functional.cross_entropy(
        logits, labels)
    ### END SOLUTION

# %% tags=["torch"] pair="logits_loss_check"
check("loops.logits_loss", logits_loss, "torch")

# %% tags=["tensorflow"] pair="logits_loss"
def logits_loss(logits, labels):
    """The mean cross-entropy, one number."""
    ### BEGIN SOLUTION
    ce = tf.nn.sparse_softmax_cross_entropy_with_logits
    return tf.reduce_mean(
        ce(labels=labels, logits=logits))
    ### END SOLUTION

# %% tags=["tensorflow"] pair="logits_loss_check"
check("loops.logits_loss", logits_loss, "tensorflow")

# %% [markdown]
# ## 2. Warm-up, then a cosine (2 points)
#
# Large models start with small steps, and end with small ones. Write
# `cosine_schedule(peak, floor, warmup, total)`: the learning rate of each step
# $t = 0, 1, \dots, \mathrm{total} - 1$.
#
# - **Warm-up**, for $t < \mathrm{warmup}$: the rate is
#   $\mathrm{peak}\cdot(t + 1)/\mathrm{warmup}$. Its last step runs at the peak,
#   and its first one is not 0.
# - **Cosine**, for $t \ge \mathrm{warmup}$: with
#   $p = (t - \mathrm{warmup})/(\mathrm{total} - \mathrm{warmup})$,
#
# $$\mathrm{rate} = \mathrm{floor} + (\mathrm{peak} - \mathrm{floor})
# \cdot \frac{1 + \cos(\pi p)}{2}$$
#
# All arguments are plain numbers: `peak` and `floor` are floats, `warmup` (at
# least 2) and `total` are ints. **Return** the rates as a list or tensor of
# shape `(total,)`. Plain Python will do in both halves; each framework also has
# a class for the second piece. *Lesson: section 7.*

# %% tags=["torch"] pair="cosine_schedule"
def cosine_schedule(peak, floor, warmup, total):
    """The rate of each step, shape (total,)."""
    ### BEGIN SOLUTION
    t = torch.arange(total)
    p = (t - warmup) / (total - warmup)
    fall = (1 + torch.cos(math.pi * p)) / 2
    return torch.where(
        t < warmup,
        peak * (t + 1) / warmup,
        floor + (peak - floor) * fall)
    ### END SOLUTION

# %% tags=["torch"] pair="cosine_schedule_check"
check(
    "loops.cosine_schedule",
    cosine_schedule, "torch")

# %% tags=["tensorflow"] pair="cosine_schedule"
def cosine_schedule(peak, floor, warmup, total):
    """The rate of each step, shape (total,)."""
    ### BEGIN SOLUTION
    t = tf.range(total, dtype=tf.float32)
    p = (t - warmup) / (total - warmup)
    fall = (1 + tf.cos(math.pi * p)) / 2
    return tf.where(
        t < warmup,
        peak * (t + 1) / warmup,
        floor + (peak - floor) * fall)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="cosine_schedule_check"
check(
    "loops.cosine_schedule",
    cosine_schedule, "tensorflow")

# %% [markdown]
# ## 3. Early stopping (2 points)
#
# After each epoch the loss on validation data is measured. Training stops when
# it has not improved for a while, and the weights of the best epoch are kept.
# Write `early_stopping(losses, patience)` with these rules:
#
# - Epochs are counted from 0, and `losses[e]` is the loss after epoch `e`.
# - An epoch is a **new best** if its loss is lower than that of every epoch
#   before it, by however little. An equal loss is none. Epoch 0 is the first best.
# - After `patience` epochs **in a row** without a new best, training stops.
#   With `patience` 1, the first epoch without a new best is the last one.
#
# | argument | what | shape |
# |---|---|---|
# | `losses` | validation losses, more than are needed | `(epochs,)` |
# | `patience` | at least 2 | Python int |
#
# **Return** `(best_epoch, stop_epoch)`, two whole numbers: the epoch whose
# weights are kept, and the last epoch that was trained. What comes after it in
# `losses` would never have been measured. The inputs are such that training
# always stops. *Lesson: section 10.*

# %% tags=["torch"] pair="early_stopping"
def early_stopping(losses, patience):
    """The epoch that is kept, and the last one."""
    ### BEGIN SOLUTION
    best, lowest, wait = 0, math.inf, 0
    for epoch, loss in enumerate(losses.tolist()):
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
        if wait == patience:
            return best, epoch
    ### END SOLUTION

# %% tags=["torch"] pair="early_stopping_check"
check("loops.early_stopping", early_stopping, "torch")

# %% tags=["tensorflow"] pair="early_stopping"
def early_stopping(losses, patience):
    """The epoch that is kept, and the last one."""
    ### BEGIN SOLUTION
    best, lowest, wait = 0, math.inf, 0
    for epoch, loss in enumerate(losses.numpy()):
        if loss < lowest:
            best, lowest, wait = epoch, loss, 0
        else:
            wait += 1
        if wait == patience:
            return best, epoch
    ### END SOLUTION

# %% tags=["tensorflow"] pair="early_stopping_check"
check(
    "loops.early_stopping",
    early_stopping, "tensorflow")

# %% [markdown]
# ## 4. SGD with momentum, step by step (2 points)
#
# The first whole loop. The model is linear, the loss is
#
# $$L(w) = \frac1n \sum_{i=1}^{n} \big( (Xw)_i - y_i \big)^2, \qquad
# g = \frac{\partial L}{\partial w}$$
#
# and there is one step for each of `rates`, which fall on the way. Each step
# computes $L$ and $g$ at the present $w$, **records $L$ and $w$ before the
# update**, and then updates as PyTorch's SGD does, from $v = 0$:
#
# $$v \leftarrow \mu v + g, \qquad w \leftarrow w - \mathrm{rate}\cdot v$$
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data, used whole in each step | `(n, d)`, `(n,)` |
# | `rates` | the rate of each step | list of Python floats |
# | `mu` | $\mu$, the momentum | Python float |
#
# **Return** `(losses, ws)`, one entry for each step: lists, or tensors of shapes
# `(steps,)` and `(steps, d)`. Entry 0 is the start; where the last update leads
# is not recorded. TensorFlow multiplies a matrix by a vector with
# `tf.linalg.matvec(X, w)`. *Lesson: sections 1 and 3.*

# %% tags=["torch"] pair="sgd_momentum"
def sgd_momentum(w, X, y, rates, mu):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    v, losses, ws = torch.zeros_like(w), [], []
    for rate in rates:
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate * v
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="sgd_momentum_check"
check("loops.sgd_momentum", sgd_momentum, "torch")

# %% tags=["tensorflow"] pair="sgd_momentum"
def sgd_momentum(w, X, y, rates, mu):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    w = tf.Variable(w)
    v, losses, ws = tf.zeros_like(w), [], []
    for rate in rates:
        with tf.GradientTape() as tape:
            error = tf.linalg.matvec(X, w) - y
            loss = tf.reduce_mean(error**2)
        losses.append(loss)
        ws.append(w.numpy())
        v = mu * v + tape.gradient(loss, w)
        w.assign_sub(rate * v)
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="sgd_momentum_check"
check("loops.sgd_momentum", sgd_momentum, "tensorflow")

# %% [markdown]
# ## 5. Nesterov momentum (2 points)
#
# The same data, loss and records as in exercise 4, with a constant `rate` for
# `steps` steps and another update. From $v = 0$:
#
# $$v \leftarrow \mu v + g, \qquad
# w \leftarrow w - \mathrm{rate}\cdot(g + \mu v)$$
#
# The second formula uses the **new** $v$. The gradient $g$ is that of
# $L = \frac1n \sum_i ((Xw)_i - y_i)^2$ at the recorded $w$, as both frameworks
# have it. (The original paper takes it at a point further on.)
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data, used whole in each step | `(n, d)`, `(n,)` |
# | `rate`, `mu` | learning rate and $\mu$ | Python floats |
# | `steps` | how many steps | Python int |
#
# **Return** `(losses, ws)`, `steps` entries each, both recorded **before** the
# update. *Lesson: sections 3 and 4.*

# %% tags=["torch"] pair="nesterov"
def nesterov(w, X, y, rate, mu, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    v, losses, ws = torch.zeros_like(w), [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        with torch.no_grad():
            w -= rate * (g + mu * v)
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="nesterov_check"
check("loops.nesterov", nesterov, "torch")

# %% tags=["tensorflow"] pair="nesterov"
def nesterov(w, X, y, rate, mu, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    w = tf.Variable(w)
    v, losses, ws = tf.zeros_like(w), [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.linalg.matvec(X, w) - y
            loss = tf.reduce_mean(error**2)
        losses.append(loss)
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        v = mu * v + g
        w.assign_sub(rate * (g + mu * v))
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="nesterov_check"
check("loops.nesterov", nesterov, "tensorflow")

# %% [markdown]
# ## 6. Clipping by the global norm (2 points)
#
# One bad batch can throw a model far away. Clipping limits the length of the
# step and keeps its direction. The model has two parameters now:
#
# $$L = \frac1n \sum_{i=1}^{n} \big( (Xw)_i + b - y_i \big)^2, \qquad
# N = \sqrt{\textstyle\sum_j (\partial L/\partial w_j)^2
#   + (\partial L/\partial b)^2}$$
#
# $N$ is the **global norm**: that of both gradients, taken as one vector. If $N$
# is larger than `max_norm`, both gradients are multiplied by
# $\mathrm{max\_norm}/N$; otherwise they stay as they are. Each step computes $L$
# and both gradients, records, clips, and updates $w$ and $b$ by plain gradient
# descent with what is left.
#
# | argument | what | shape |
# |---|---|---|
# | `w`, `b` | where to start | `(d,)`, `()` |
# | `X`, `y` | the data, used whole in each step | `(n, d)`, `(n,)` |
# | `rate`, `max_norm` | learning rate, and limit of $N$ | Python floats |
# | `steps` | how many steps | Python int |
#
# **Return** `(losses, ws, bs)`, `steps` entries each, recorded **before** the
# update. Some steps are clipped, and some are not. *Lesson: section 6.*

# %% tags=["torch"] pair="clip_by_norm"
def clip_by_norm(w, b, X, y, rate, max_norm, steps):
    ### BEGIN SOLUTION
    w, b = torch.nn.Parameter(w), torch.nn.Parameter(b)
    sgd = torch.optim.SGD([w, b], lr=rate)
    clip = torch.nn.utils.clip_grad_norm_
    losses, ws, bs = [], [], []
    for _ in range(steps):
        loss = ((X @ w + b - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        bs.append(b.item())
        sgd.zero_grad()
        loss.backward()
        clip([w, b], max_norm)
        sgd.step()
    return losses, ws, bs
    ### END SOLUTION

# %% tags=["torch"] pair="clip_by_norm_check"
check("loops.clip_by_norm", clip_by_norm, "torch")

# %% tags=["tensorflow"] pair="clip_by_norm"
def clip_by_norm(w, b, X, y, rate, max_norm, steps):
    ### BEGIN SOLUTION
    losses, ws, bs = [], [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch([w, b])
            error = tf.linalg.matvec(X, w) + b - y
            loss = tf.reduce_mean(error**2)
        losses, ws = [*losses, loss], [*ws, w]
        bs = [*bs, b]
        g = tape.gradient(loss, [w, b])
        g, _ = tf.clip_by_global_norm(g, max_norm)
        w, b = w - rate * g[0], b - rate * g[1]
    return losses, ws, bs
    ### END SOLUTION

# %% tags=["tensorflow"] pair="clip_by_norm_check"
check("loops.clip_by_norm", clip_by_norm, "tensorflow")

# %% [markdown]
# ## 7. Running statistics of batch normalization (2 points)
#
# In training, batch normalization uses the mean and the variance of the batch.
# In evaluation it uses **running** ones, gathered on the way. Write
# `batch_norm_stats(mean, var, batches, momentum)`, with PyTorch's conventions.
# For each batch, with its mean $\mu_B$ and its variance $\sigma^2_B$, feature by
# feature:
#
# $$\mathrm{mean} \leftarrow (1 - m)\,\mathrm{mean} + m\,\mu_B, \qquad
# \mathrm{var} \leftarrow (1 - m)\,\mathrm{var} + m\,\sigma^2_B$$
#
# $m$ is `momentum`, **the share of the new batch**. And
# $\sigma^2_B = \frac{1}{n-1}\sum_i (x_i - \mu_B)^2$ is **unbiased**, with $n$ the
# number of rows in this batch. (Keras' momentum is the share of the old value,
# and its variance divides by $n$.)
#
# | argument | what | shape |
# |---|---|---|
# | `mean`, `var` | the statistics so far | `(d,)` |
# | `batches` | list of batches, $n_i \ge 3$ rows each | `batches[i]`: `(n_i, d)` |
# | `momentum` | $m$ | Python float |
#
# **Return** `(means, variances)`: both statistics **after** each batch, as lists
# or tensors of shape `(len(batches), d)`. *Lesson: section 5.*

# %% tags=["torch"] pair="batch_norm_stats"
def batch_norm_stats(mean, var, batches, momentum):
    """Means and variances, (batches, d) each."""
    ### BEGIN SOLUTION
    means, variances = [], []
    for x in batches:
        mean = mean + momentum * (x.mean(0) - mean)
        var = var + momentum * (x.var(0) - var)
        means.append(mean)
        variances.append(var)
    return means, variances
    ### END SOLUTION

# %% tags=["torch"] pair="batch_norm_stats_check"
check(
    "loops.batch_norm_stats",
    batch_norm_stats, "torch")

# %% tags=["tensorflow"] pair="batch_norm_stats"
def batch_norm_stats(mean, var, batches, momentum):
    """Means and variances, (batches, d) each."""
    ### BEGIN SOLUTION
    means, variances = [], []
    for x in batches:
        center, spread = tf.nn.moments(x, axes=[0])
        spread *= len(x) / (len(x) - 1)
        mean = mean + momentum * (center - mean)
        var = var + momentum * (spread - var)
        means.append(mean)
        variances.append(var)
    return means, variances
    ### END SOLUTION

# %% tags=["tensorflow"] pair="batch_norm_stats_check"
check(
    "loops.batch_norm_stats",
    batch_norm_stats, "tensorflow")

# %% [markdown]
# ## 8. RMSprop (2 points)
#
# The loss is $L = \frac1n \sum_i ((Xw)_i - y_i)^2$ again, and $g$ its gradient at
# the present $w$. From $s = 0$, each entry of $w$ gets a step of its own size:
#
# $$s \leftarrow \alpha s + (1 - \alpha)\, g^2, \qquad
# w \leftarrow w - \mathrm{rate}\cdot\frac{g}{\sqrt{s} + \varepsilon}$$
#
# Squares, root and division go entry by entry. The second formula uses the new
# $s$, and $\varepsilon$ is added **outside** the root, as in PyTorch.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data, used whole in each step | `(n, d)`, `(n,)` |
# | `rate`, `alpha`, `eps` | learning rate, $\alpha$, $\varepsilon$ | Python floats |
# | `steps` | how many steps | Python int |
#
# **Return** `(losses, ws)`, `steps` entries each, both recorded **before** the
# update. *Lesson: section 4.*

# %% tags=["torch"] pair="rmsprop"
def rmsprop(w, X, y, rate, alpha, eps, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    s, losses, ws = torch.zeros_like(w), [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        (g,) = torch.autograd.grad(loss, w)
        s = alpha * s + (1 - alpha) * g**2
        with torch.no_grad():
            w -= rate * g / (s.sqrt() + eps)
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="rmsprop_check"
check("loops.rmsprop", rmsprop, "torch")

# %% tags=["tensorflow"] pair="rmsprop"
def rmsprop(w, X, y, rate, alpha, eps, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    w = tf.Variable(w)
    s, losses, ws = tf.zeros_like(w), [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = tf.linalg.matvec(X, w) - y
            loss = tf.reduce_mean(error**2)
        losses.append(loss)
        ws.append(w.numpy())
        g = tape.gradient(loss, w)
        s = alpha * s + (1 - alpha) * g**2
        w.assign_sub(rate * g / (tf.sqrt(s) + eps))
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="rmsprop_check"
check("loops.rmsprop", rmsprop, "tensorflow")

# %% [markdown]
# ## 9. Adam, step by step (3 points)
#
# Momentum and RMSprop in one. With $L$ and $g$ as in exercise 8, from $m = v = 0$
# and for $t = 1, 2, \dots, \mathrm{steps}$:
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
# v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2$$
#
# $$\hat m = \frac{m}{1 - \beta_1^t}, \qquad
# \hat v = \frac{v}{1 - \beta_2^t}, \qquad
# w \leftarrow w - \mathrm{rate}\cdot
# \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# The **bias correction** in $\hat m$ and $\hat v$ makes up for the start from 0;
# $m$ and $v$ themselves go on without it. $t$ is **1 in the first step**, and
# $\varepsilon$ is added **after** the correction and the root, as in PyTorch.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data, used whole in each step | `(n, d)`, `(n,)` |
# | `rate` | learning rate | Python float |
# | `beta1`, `beta2`, `eps` | $\beta_1$, $\beta_2$, $\varepsilon$ | Python floats |
# | `steps` | how many steps | Python int |
#
# **Return** `(losses, ws)`, `steps` entries each, both recorded **before** the
# update. *Lesson: section 4.*

# %% tags=["torch"] pair="adam"
def adam(w, X, y, rate, beta1, beta2, eps, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    m, v, losses, ws = 0.0, 0.0, [], []
    for t in range(1, steps + 1):
        w = w.detach().requires_grad_()
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        (g,) = torch.autograd.grad(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        size = (v / (1 - beta2**t)).sqrt() + eps
        w = w - rate * m / (1 - beta1**t) / size
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="adam_check"
check("loops.adam", adam, "torch")

# %% tags=["tensorflow"] pair="adam"
def adam(w, X, y, rate, beta1, beta2, eps, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    m, v, losses, ws = 0.0, 0.0, [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            tape.watch(w)
            error = tf.linalg.matvec(X, w) - y
            loss = tf.reduce_mean(error**2)
        losses, ws = [*losses, loss], [*ws, w]
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        size = tf.sqrt(v / (1 - beta2**t)) + eps
        w = w - rate * m / (1 - beta1**t) / size
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="adam_check"
check("loops.adam", adam, "tensorflow")

# %% [markdown]
# ## 10. AdamW: decay outside the gradient (3 points)
#
# **Weight decay** pulls the weights towards 0. In AdamW it is **decoupled**: it
# stays out of $g$, $m$, $v$ and the loss, and works on $w$ directly. Each step
# computes $\hat m$ and $\hat v$ exactly as in exercise 9, and then
#
# $$w \leftarrow w - \mathrm{rate}\cdot\lambda\, w
# - \mathrm{rate}\cdot\frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# where both terms use the same $w$: the one before the step. The recorded loss
# is still $L = \frac1n \sum_i ((Xw)_i - y_i)^2$.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data, used whole in each step | `(n, d)`, `(n,)` |
# | `rate` | learning rate | Python float |
# | `beta1`, `beta2`, `eps` | $\beta_1$, $\beta_2$, $\varepsilon$ | Python floats |
# | `lam` | $\lambda$, the decay | Python float |
# | `steps` | how many steps | Python int |
#
# **Return** `(losses, ws)`, `steps` entries each, both recorded **before** the
# update. *Lesson: section 4.*

# %% tags=["torch"] pair="adamw"
def adamw(
    w, X, y, rate, beta1, beta2, eps, lam, steps):
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    adamw = torch.optim.AdamW(
        [w], lr=rate, betas=(beta1, beta2),
        eps=eps, weight_decay=lam)
    losses, ws = [], []
    for _ in range(steps):
        loss = ((X @ w - y) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        adamw.zero_grad()
        loss.backward()
        adamw.step()
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="adamw_check"
check("loops.adamw", adamw, "torch")

# %% tags=["tensorflow"] pair="adamw"
def adamw(
    w, X, y, rate, beta1, beta2, eps, lam, steps):
    ### BEGIN SOLUTION
    m, v, losses, ws = 0.0, 0.0, [], []
    for t in range(1, steps + 1):
        with tf.GradientTape() as tape:
            tape.watch(w)
            error = tf.linalg.matvec(X, w) - y
            loss = tf.reduce_mean(error**2)
        losses, ws = [*losses, loss], [*ws, w]
        g = tape.gradient(loss, w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        s = tf.sqrt(v / (1 - beta2**t)) + eps
        w -= rate * (lam * w + m / (1 - beta1**t) / s)
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="adamw_check"
check("loops.adamw", adamw, "tensorflow")

# %% [markdown]
# ## 11. Resume exactly (3 points)
#
# A run was interrupted after `done` steps, and saved all its state. Go on from
# there for `steps` more steps, so that no one could tell that it ever stopped.
# This is what step $t$ does, for $t = 0, 1, 2, \dots$ since the start of the run:
#
# 1. take batch number $t \bmod k$, where $k$ is the number of batches;
# 2. compute $L = \frac1{n_i} \sum_j ((X_iw)_j - y_{i,j})^2$ on it, and the
#    gradient $g$;
# 3. **record** $L$ and $w$;
# 4. update with momentum, and with a rate that falls:
#
# $$v \leftarrow \mu v + g, \qquad
# w \leftarrow w - \frac{\mathrm{rate}}{\sqrt{t + 1}}\cdot v$$
#
# | argument | what | shape |
# |---|---|---|
# | `w`, `v` | weights and velocity, as saved | `(d,)` |
# | `done` | how many steps were done: the first of yours is $t =$ `done` | Python int |
# | `X`, `y` | lists of the $k$ batches, in order | `X[i]`: `(n_i, d)`, `y[i]`: `(n_i,)` |
# | `rate`, `mu` | rate before it falls, and $\mu$ | Python floats |
# | `steps` | how many more steps | Python int |
#
# **Return** `(losses, ws)`, `steps` entries each. Entry 0 is the saved
# `w`. *Lesson: section 9.*

# %% tags=["torch"] pair="resume"
def resume(w, v, done, X, y, rate, mu, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    losses, ws = [], []
    for t in range(done, done + steps):
        a, b = X[t % len(X)], y[t % len(X)]
        w = w.detach().requires_grad_()
        loss = ((a @ w - b) ** 2).mean()
        losses.append(loss.item())
        ws.append(w.detach())
        (g,) = torch.autograd.grad(loss, w)
        v = mu * v + g
        w = w - rate / math.sqrt(t + 1) * v
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="resume_check"
check("loops.resume", resume, "torch")

# %% tags=["tensorflow"] pair="resume"
def resume(w, v, done, X, y, rate, mu, steps):
    """Losses (steps,) and ws (steps, d)."""
    ### BEGIN SOLUTION
    losses, ws = [], []
    for t in range(done, done + steps):
        a, b = X[t % len(X)], y[t % len(X)]
        with tf.GradientTape() as tape:
            tape.watch(w)
            error = tf.linalg.matvec(a, w) - b
            loss = tf.reduce_mean(error**2)
        losses.append(loss)
        ws.append(w)
        v = mu * v + tape.gradient(loss, w)
        w = w - rate / math.sqrt(t + 1) * v
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="resume_check"
check("loops.resume", resume, "tensorflow")

# %% [markdown]
# ## 12. Find the bugs in a training loop (3 points)
#
# `buggy_training` is to fit $y \approx Xw$ by plain SGD on small batches, in the
# order of the rows. The last batch of an epoch is smaller than the others.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data | `(n, d)`, `(n,)` |
# | `size` | rows in a batch; fewer in the last | Python int |
# | `rate`, `decay` | learning rate, and its factor | Python floats |
# | `epochs` | how many epochs | Python int |
#
# What it is to do, in each epoch:
#
# - go through the batches once; for each, take the gradient of its own mean
#   squared error and update $w \leftarrow w - \mathrm{rate}\cdot g$;
# - record the epoch's loss: **the mean over its $n$ rows**, each row's squared
#   error measured with the $w$ that its batch met, before that batch's update;
# - record $w$ at the end of the epoch;
# - multiply the rate by `decay`, so that the first epoch runs with `rate`
#   itself, the second with `rate * decay`, and so on.
#
# It returns `(losses, ws)`, `epochs` entries each, and it has **three bugs**, the
# same in both frameworks. None raises an error, and each has a symptom in the
# cell below it:
#
# - One row, whose best $w$ is 1, and a small rate: $w$ should come nearer to 1
#   in each step and never pass it. It does.
# - With `decay` 0 the first epoch should move $w$, and no other. None does.
# - With a rate of 0 nothing is learned, and the epoch's loss should be that of
#   all rows. It is another.
#
# **Write** `find_the_bug`: the same function, mended. You may call `batches` and
# `mse`. *Lesson: sections 1, 6 and 7.*

# %%
def batches(X, y, size):
    """The rows in order, as pairs of small X and y."""
    starts = range(0, len(y), size)
    return [(X[i : i + size], y[i : i + size])
            for i in starts]

# %% tags=["torch"] pair="buggy_training"
def mse(w, X, y):
    return ((X @ w - y) ** 2).mean()

# %% tags=["torch"] pair="buggy_loop"
def buggy_training(w, X, y, size, rate, decay, epochs):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            loss.backward()
            with torch.no_grad():
                w -= rate * w.grad
            parts.append(loss.item())
        losses.append(sum(parts) / len(parts))
        ws.append(w.detach().clone())
    return losses, ws

# %% tags=["torch"] pair="symptoms"
X = torch.tensor([[1.0], [1.0], [1.0]])
y = torch.tensor([1.0, 1.0, 4.0])
w = torch.tensor([0.0])
_, ws = buggy_training(w, X[:1], y[:1], 1, 0.2, 1, 6)
print("one row, w:   ", np.round(torch.cat(ws), 2))
assert max(ws) > 1
_, ws = buggy_training(w, X[:1], y[:1], 1, 0.2, 0, 2)
print("decay 0, w:   ", np.round(torch.cat(ws), 2))
assert ws[0] == 0
loss, _ = buggy_training(w, X, y, 2, 0.0, 1, 1)
print("rate 0, loss: ", loss, "all:", mse(w, X, y))
assert loss[0] != mse(w, X, y)

# %% tags=["torch"] pair="find_the_bug"
def find_the_bug(w, X, y, size, rate, decay, epochs):
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(epochs):
        total = 0.0
        for a, b in batches(X, y, size):
            loss = mse(w, a, b)
            (g,) = torch.autograd.grad(loss, w)
            with torch.no_grad():
                w -= rate * g
            total += loss.item() * len(b)
        losses.append(total / len(y))
        ws.append(w.detach().clone())
        rate *= decay
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="find_the_bug_check"
check("loops.find_the_bug", find_the_bug, "torch")

# %% tags=["tensorflow"] pair="buggy_training"
def mse(w, X, y):
    error = tf.linalg.matvec(X, w) - y
    return tf.reduce_mean(error**2)

# %% tags=["tensorflow"] pair="buggy_loop"
def buggy_training(w, X, y, size, rate, decay, epochs):
    w, dw = tf.Variable(w), tf.zeros_like(w)
    losses, ws = [], []
    for _ in range(epochs):
        parts = []
        rate *= decay
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            dw += tape.gradient(loss, w)
            w.assign_sub(rate * dw)
            parts.append(float(loss))
        losses.append(sum(parts) / len(parts))
        ws.append(w.numpy())
    return losses, ws

# %% tags=["tensorflow"] pair="symptoms"
X = tf.constant([[1.0], [1.0], [1.0]])
y = tf.constant([1.0, 1.0, 4.0])
w = tf.constant([0.0])
_, ws = buggy_training(w, X[:1], y[:1], 1, 0.2, 1, 6)
print("one row, w:   ", np.round(tf.concat(ws, 0), 2))
assert max(ws) > 1
_, ws = buggy_training(w, X[:1], y[:1], 1, 0.2, 0, 2)
print("decay 0, w:   ", np.round(tf.concat(ws, 0), 2))
assert ws[0] == 0
loss, _ = buggy_training(w, X, y, 2, 0.0, 1, 1)
print("rate 0, loss: ", loss, "all:", mse(w, X, y))
assert loss[0] != float(mse(w, X, y))

# %% tags=["tensorflow"] pair="find_the_bug"
def find_the_bug(w, X, y, size, rate, decay, epochs):
    ### BEGIN SOLUTION
    w, losses, ws = tf.Variable(w), [], []
    for _ in range(epochs):
        total = 0.0
        for a, b in batches(X, y, size):
            with tf.GradientTape() as tape:
                loss = mse(w, a, b)
            w.assign_sub(rate * tape.gradient(loss, w))
            total += float(loss) * len(b)
        losses.append(total / len(y))
        ws.append(w.numpy())
        rate *= decay
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="find_the_bug_check"
check("loops.find_the_bug", find_the_bug, "tensorflow")

# %% [markdown]
# ## Where to use this next
#
# - **One formula, two homes.** Before you compare two runs in two frameworks,
#   compare their optimizers on three steps, as the checks here did: where is
#   epsilon, what does momentum multiply, does decay pass through the gradient?
# - **Checkpoints.** Save what a step reads and changes: weights, the
#   optimizer's state, the number of the step, the place in the data, and the
#   state of the random generators. Then prove it: ten steps in one go, and five
#   and five with a restart between, must be equal.
# - **Batch normalization** keeps state that no gradient touches. It belongs in
#   the checkpoint too, and its conventions are the first thing to look at when
#   a ported model trains well and evaluates badly.
# - **The three bugs** of exercise 12 are found by inputs so small that you know
#   the answer: one row, a rate of 0, a decay of 0. Try them on a loop of yours.
#
# Take a training script that you use. Which of its numbers would change if the
# last batch of each epoch were dropped? Make a guess, then try.
