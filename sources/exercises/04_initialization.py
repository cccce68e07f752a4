# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: initialization
#
# They follow the lesson
# [04_initialization](../../notebooks/04_initialization.ipynb). Each exercise
# is one function, written once in PyTorch and once in TensorFlow. Do one
# half or both: the points count for each.
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
#    `hint("initialization.fans", 2)` shows the second.
#
# **Where is the randomness?** Initialization draws random numbers, and a
# check needs the same ones each time. So the raw draws are **inputs**:
# `u` holds uniform numbers from $[0, 1)$, `z` normal ones with mean 0 and
# variance 1. Your functions draw nothing. They turn such numbers into
# weights, which is what an initializer does.
#
# **What your functions get.** Arrays arrive as float32 tensors of the
# framework, without gradient tracking. Whole numbers, fractions and texts
# arrive as plain `int`, `float` and `str`.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. Work on a copy: a function that changes one of its arguments in
# place is not correct.
#
# **What they return.** Tensors or plain numbers, or lists of these; several
# values as a tuple, in the order the exercise names. float32 is accurate
# enough throughout, and float64 is welcome.
#
# **What counts.** The values that your function returns, and nothing else.
# Any right computation earns the points of its half, in NumPy or plain Python
# too. With the framework you practise what the half is there for.
#
# **Which way round?** Wherever an exercise does not say otherwise, a dense
# layer is $z = hW$ with $W$ of shape `(inputs, outputs)`, Keras's order, in
# both halves. Then both frameworks multiply with `h @ W`.

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
# ## 1. fan_in and fan_out of a kernel (1 point)
#
# Every formula of the lesson starts from two counts. **fan_in** is how many
# inputs one output adds up. **fan_out** is how many outputs one input
# reaches (away from the border, with stride 1). Write
# `fans(torch_kernels, keras_kernels)`. Each list holds two kernels, as the
# framework stores them:
#
# | | `[0]`: dense | `[1]`: convolution |
# |---|---|---|
# | `torch_kernels` | `(out, in)` | `(out, in, height, width)` |
# | `keras_kernels` | `(in, out)` | `(height, width, in, out)` |
#
# Here `in` and `out` are numbers of channels, or of units. A window's height and
# width need not be equal.
#
# - returns the pair `(fan_in, fan_out)`: two lists of four whole numbers,
#   first for the two of `torch_kernels`, then for the two of
#   `keras_kernels`
#
# Only the shapes matter, not the numbers in the kernels. *Lesson: section 4.*

# %% tags=["torch"] pair="fans"
def fans(torch_kernels, keras_kernels):
    """fan_in and fan_out, four numbers each."""
    ### BEGIN SOLUTION
    fan_in, fan_out = [], []
    for kernel in torch_kernels:
        o, i, *window = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    for kernel in keras_kernels:
        *window, i, o = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    return fan_in, fan_out
    ### END SOLUTION

# %% tags=["torch"] pair="fans_check"
check("initialization.fans", fans, "torch")

# %% tags=["tensorflow"] pair="fans"
def fans(torch_kernels, keras_kernels):
    """fan_in and fan_out, four numbers each."""
    ### BEGIN SOLUTION
    fan_in, fan_out = [], []
    for kernel in torch_kernels:
        o, i, *window = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    for kernel in keras_kernels:
        *window, i, o = kernel.shape
        fan_in.append(i * math.prod(window))
        fan_out.append(o * math.prod(window))
    return fan_in, fan_out
    ### END SOLUTION

# %% tags=["tensorflow"] pair="fans_check"
check("initialization.fans", fans, "tensorflow")

# %% [markdown]
# ## 2. Glorot's uniform initialization (1 point)
#
# Glorot and Bengio want weights of mean 0 and variance
#
# $$\operatorname{Var} W = \frac{2}{\text{fan\_in} + \text{fan\_out}},
# \qquad W \sim U(-a, a)$$
#
# Which bound $a$ does that? The variance of $U(-a, a)$ is $a^2/3$. Write
# `glorot_bound(u)`.
#
# - `u`: uniform numbers from $[0, 1)$, shape `(fan_in, fan_out)`
# - returns the weights `W`, same shape: $u = 0$ becomes $-a$, $u = 1$ would
#   become $a$, on a straight line
#
# *Lesson: section 4.*

# %% tags=["torch"] pair="glorot_bound"
def glorot_bound(u):
    """W from u, shape (fan_in, fan_out)."""
    ### BEGIN SOLUTION
    fan_in, fan_out = u.shape
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return bound * (2 * u - 1)
    ### END SOLUTION

# %% tags=["torch"] pair="glorot_bound_check"
check(
    "initialization.glorot_bound",
    glorot_bound, "torch")

# %% tags=["tensorflow"] pair="glorot_bound"
def glorot_bound(u):
    """W from u, shape (fan_in, fan_out)."""
    ### BEGIN SOLUTION
    fan_in, fan_out = u.shape
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return bound * (2 * u - 1)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="glorot_bound_check"
check(
    "initialization.glorot_bound",
    glorot_bound, "tensorflow")

# %% [markdown]
# ## 3. He's initialization for a convolution before a ReLU (1 point)
#
# A ReLU halves the mean square of a symmetric signal, so He's weights have
# the **gain** $\sqrt 2$:
#
# $$\operatorname{std} W = \frac{\sqrt 2}{\sqrt{\text{fan\_in}}}$$
#
# Write `kaiming_std(z)`.
#
# - `z`: normal numbers, shape `(out, in, height, width)`: the order in which
#   PyTorch stores a convolution's kernel, in both halves here. The height and the
#   width of the window need not be equal.
# - returns the weights `W`, same shape: $z$ times one factor
#
# This is the mode `fan_in`, which keeps the signal on its way forward.
# *Lesson: sections 3 and 4.*

# %% tags=["torch"] pair="kaiming_std"
def kaiming_std(z):
    """W from z, shape (out, in, height, width)."""
    ### BEGIN SOLUTION
    fan_in = math.prod(z.shape[1:])
    return z * (2 / fan_in) ** 0.5
    ### END SOLUTION

# %% tags=["torch"] pair="kaiming_std_check"
check(
    "initialization.kaiming_std",
    kaiming_std, "torch")

# %% tags=["tensorflow"] pair="kaiming_std"
def kaiming_std(z):
    """W from z, shape (out, in, height, width)."""
    ### BEGIN SOLUTION
    fan_in = math.prod(z.shape[1:])
    return z * (2 / fan_in) ** 0.5
    ### END SOLUTION

# %% tags=["tensorflow"] pair="kaiming_std_check"
check(
    "initialization.kaiming_std",
    kaiming_std, "tensorflow")

# %% [markdown]
# ## 4. What nn.Linear starts from, in Keras's order (2 points)
#
# A model in PyTorch trains, its copy in Keras does not (or the other way
# round). One suspect is the initialization, so you give a `Dense` layer what
# `nn.Linear` would have drawn. Its source calls
# `kaiming_uniform_(weight, a=math.sqrt(5))`, which means
#
# $$\text{gain} = \sqrt{\frac{2}{1 + a^2}}, \qquad
# \text{bound} = \text{gain}\cdot\sqrt{\frac{3}{\text{fan\_in}}}, \qquad
# W \sim U(-\text{bound}, \text{bound})$$
#
# The bias is drawn from $U$ with the bound $1/\sqrt{\text{fan\_in}}$, where
# fan_in is that of the weights. Write `torch_default(u, v)`.
#
# - `u`: uniform numbers for the weights, shape `(inputs, outputs)`
# - `v`: uniform numbers for the bias, shape `(outputs,)`
# - returns the pair `(W, b)`, shapes as those of `u` and `v`; the smallest
#   weight belongs to $u = 0$, as in exercise 2
#
# *Lesson: section 6.*

# %% tags=["torch"] pair="torch_default"
def torch_default(u, v):
    """W and b as nn.Linear would draw them."""
    ### BEGIN SOLUTION
    gain = (2 / (1 + 5)) ** 0.5
    bound = gain * (3 / u.shape[0]) ** 0.5
    b = (2 * v - 1) / u.shape[0] ** 0.5
    return bound * (2 * u - 1), b
    ### END SOLUTION

# %% tags=["torch"] pair="torch_default_check"
check(
    "initialization.torch_default",
    torch_default, "torch")

# %% tags=["tensorflow"] pair="torch_default"
def torch_default(u, v):
    """W and b as nn.Linear would draw them."""
    ### BEGIN SOLUTION
    gain = (2 / (1 + 5)) ** 0.5
    bound = gain * (3 / u.shape[0]) ** 0.5
    b = (2 * v - 1) / u.shape[0] ** 0.5
    return bound * (2 * u - 1), b
    ### END SOLUTION

# %% tags=["tensorflow"] pair="torch_default_check"
check(
    "initialization.torch_default",
    torch_default, "tensorflow")

# %% [markdown]
# ## 5. One bias for an LSTM, with the forget gate open (1 point)
#
# An LSTM with a forget gate near 0 forgets at once, and no gradient reaches
# far back. So Keras starts its forget gate with the bias 1. PyTorch has two
# bias vectors, which it adds up before the gates' activations, and starts
# both with random numbers.
#
# Write `lstm_bias(b_ih, b_hh)`: the **one** vector that does in Keras what
# the two do in PyTorch, but with the forget gate's bias at exactly 1.
#
# - `b_ih`, `b_hh`: PyTorch's two vectors, shape `(4 * units,)` each; the
#   gates lie one after the other, `units` numbers each, in the order
#   input, forget, candidate ($g$), output, which is also Keras's order
# - returns the bias, shape `(4 * units,)`: the other three gates keep what
#   PyTorch drew for them, and each entry of the forget gate is 1, whatever
#   was drawn
#
# *Lesson: section 7.*

# %% tags=["torch"] pair="lstm_bias"
def lstm_bias(b_ih, b_hh):
    """One bias, its forget gate at 1."""
    ### BEGIN SOLUTION
    bias = b_ih + b_hh
    units = len(bias) // 4
    bias[units : 2 * units] = 1.0
    return bias
    ### END SOLUTION

# %% tags=["torch"] pair="lstm_bias_check"
check("initialization.lstm_bias", lstm_bias, "torch")

# %% tags=["tensorflow"] pair="lstm_bias"
def lstm_bias(b_ih, b_hh):
    """One bias, its forget gate at 1."""
    ### BEGIN SOLUTION
    i, f, g, o = tf.split(b_ih + b_hh, 4)
    one = tf.ones_like(f)
    return tf.concat([i, one, g, o], axis=0)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="lstm_bias_check"
check(
    "initialization.lstm_bias",
    lstm_bias, "tensorflow")

# %% [markdown]
# ## 6. Dead units and saturated outputs (2 points)
#
# Two numbers to print for each layer of a network that does not learn.
# Write `dead_share(z)` for the pre-activations of one layer on one batch:
#
# - **dead**: the share of units whose ReLU gives exactly 0 for **every** row of the
#   batch. No row's gradient reaches the weights of such a unit. A unit that gives
#   0.003 for one row, and 0 for the others, is alive.
# - **saturated**: the share of all outputs of a tanh, rows times units of
#   them, with $|\tanh z| > 0.97$. There tanh's slope is below 0.06.
#
# - `z`: pre-activations, shape `(n, units)`: one row per example
# - returns the pair `(dead, saturated)`, two numbers from 0 to 1
#
# Both are taken from the same `z`: what would a ReLU do with it, what
# would a tanh do? *Lesson: section 8.*

# %% tags=["torch"] pair="dead_share"
def dead_share(z):
    """Shares of dead units and saturated outputs."""
    ### BEGIN SOLUTION
    dead = (z <= 0).all(dim=0).float()
    saturated = (torch.tanh(z).abs() > 0.97).float()
    return dead.mean(), saturated.mean()
    ### END SOLUTION

# %% tags=["torch"] pair="dead_share_check"
check("initialization.dead_share", dead_share, "torch")

# %% tags=["tensorflow"] pair="dead_share"
def dead_share(z):
    """Shares of dead units and saturated outputs."""
    ### BEGIN SOLUTION
    dead = tf.reduce_all(z <= 0, axis=0)
    saturated = tf.abs(tf.tanh(z)) > 0.97
    return (
        tf.reduce_mean(tf.cast(dead, tf.float32)),
        tf.reduce_mean(tf.cast(saturated, tf.float32)),
    )
    ### END SOLUTION

# %% tags=["tensorflow"] pair="dead_share_check"
check(
    "initialization.dead_share",
    dead_share, "tensorflow")

# %% [markdown]
# ## 7. A signal's variance, layer by layer (2 points)
#
# The lesson's first picture follows a signal's standard deviation through layers
# without an activation. Here you compute a variance, and the layers have a ReLU
# between them. A batch $x$ goes through:
#
# $$z_1 = x W_1, \qquad z_k = \operatorname{relu}(z_{k-1})\, W_k$$
#
# Write `variance_step(x, weights)`: the variance of each $z_k$ over **all**
# its $N$ entries, rows and units together, about their common mean:
#
# $$\operatorname{Var} z = \frac1N \sum_{j=1}^{N} (z_j - \bar z)^2$$
#
# - `x`: the batch, shape `(n, d)`
# - `weights`: a list of matrices; `weights[0]` is $W_1$, of shape
#   `(d, units)`, and so on
# - returns a list with one variance per layer, or a tensor of them
#
# *Lesson: sections 1 and 3.*

# %% tags=["torch"] pair="variance_step"
def variance_step(x, weights):
    """The variance of z in each layer."""
    ### BEGIN SOLUTION
    variances, h = [], x
    for W in weights:
        z = h @ W
        variances.append(z.var(correction=0))
        h = torch.relu(z)
    return variances
    ### END SOLUTION

# %% tags=["torch"] pair="variance_step_check"
check(
    "initialization.variance_step",
    variance_step, "torch")

# %% tags=["tensorflow"] pair="variance_step"
def variance_step(x, weights):
    """The variance of z in each layer."""
    ### BEGIN SOLUTION
    variances, h = [], x
    for W in weights:
        z = h @ W
        variances.append(tf.math.reduce_variance(z))
        h = tf.nn.relu(z)
    return variances
    ### END SOLUTION

# %% tags=["tensorflow"] pair="variance_step_check"
check(
    "initialization.variance_step",
    variance_step, "tensorflow")

# %% [markdown]
# ## 8. A truncated normal of the right width (2 points)
#
# A normal distribution draws a weight far out now and then. A **truncated**
# one draws only from $[-2, 2]$ standard deviations. With $\Phi$ for the
# distribution function of the standard normal, and its inverse:
#
# $$p = \Phi(-2) + u\,\big(\Phi(2) - \Phi(-2)\big), \qquad
# x = \Phi^{-1}(p)$$
#
# Without its tails $x$ is narrower than a normal: its standard deviation is
# 0.87962566. Keras's `HeNormal`, `GlorotNormal` and `LecunNormal` draw such
# numbers and make up for that: the weights get the standard deviation that
# the rule asks for. (Keras's `TruncatedNormal` does not. PyTorch's normal
# rules cut nothing off.)
#
# Write `truncated_normal(u, std)` as in `HeNormal`.
#
# - `u`: uniform numbers from $[0, 1)$, of any shape with two axes
# - `std`: the standard deviation that the weights shall have (as a
#   distribution, not these few numbers), a `float`
# - returns the weights, same shape as `u`: $x$ times one factor
#
# $\Phi^{-1}$ is `torch.special.ndtri` and `tf.math.ndtri`;
# $\Phi(2) = 0.97724987$ and $\Phi(-2) = 1 - \Phi(2)$.
# *Lesson: section 4.*

# %% tags=["torch"] pair="truncated_normal"
def truncated_normal(u, std):
    """Weights within two standard deviations."""
    ### BEGIN SOLUTION
    high = 0.97724987
    low = 1 - high
    x = torch.special.ndtri(low + u * (high - low))
    return std / 0.87962566 * x
    ### END SOLUTION

# %% tags=["torch"] pair="truncated_normal_check"
check(
    "initialization.truncated_normal",
    truncated_normal, "torch")

# %% tags=["tensorflow"] pair="truncated_normal"
def truncated_normal(u, std):
    """Weights within two standard deviations."""
    ### BEGIN SOLUTION
    high = 0.97724987
    low = 1 - high
    x = tf.math.ndtri(low + u * (high - low))
    return std / 0.87962566 * x
    ### END SOLUTION

# %% tags=["tensorflow"] pair="truncated_normal_check"
check(
    "initialization.truncated_normal",
    truncated_normal, "tensorflow")

# %% [markdown]
# ## 9. An orthogonal recurrent kernel (2 points)
#
# A recurrent layer multiplies its state by the same matrix at each step. An
# **orthogonal** matrix, $Q^\top Q = I$, keeps every vector's length, so a
# linear state neither explodes nor vanishes. One gets it from a matrix of
# normal numbers by its QR decomposition:
#
# $$A = QR, \qquad Q^\top Q = I, \qquad R \text{ upper triangular}$$
#
# This leaves the sign of each column of $Q$ open, and libraries choose as
# they please. Exactly one choice has **only positive numbers on the diagonal
# of $R$**. Write `orthogonal(a)`.
#
# - `a`: the matrix $A$ of normal numbers, shape `(n, n)`
# - returns this one $Q$, shape `(n, n)`
#
# Both frameworks' orthogonal initializers fix the signs in this way.
# *Lesson: section 5.*

# %% tags=["torch"] pair="orthogonal"
def orthogonal(a):
    """Q of A = QR, with a positive diagonal in R."""
    ### BEGIN SOLUTION
    q, r = torch.linalg.qr(a)
    return q * torch.sign(torch.diagonal(r))
    ### END SOLUTION

# %% tags=["torch"] pair="orthogonal_check"
check("initialization.orthogonal", orthogonal, "torch")

# %% tags=["tensorflow"] pair="orthogonal"
def orthogonal(a):
    """Q of A = QR, with a positive diagonal in R."""
    ### BEGIN SOLUTION
    q, r = tf.linalg.qr(a)
    return q * tf.sign(tf.linalg.diag_part(r))
    ### END SOLUTION

# %% tags=["tensorflow"] pair="orthogonal_check"
check(
    "initialization.orthogonal",
    orthogonal, "tensorflow")

# %% [markdown]
# ## 10. A gradient's size, layer by layer (3 points)
#
# Now the way back. The network has a tanh behind each layer, the last one
# included, and the loss adds up all outputs with given weights $g$:
#
# $$h_0 = x, \qquad z_k = h_{k-1} W_k, \qquad h_k = \tanh z_k, \qquad
# L = \sum_{i,j} g_{ij}\, (h_{\text{last}})_{ij}$$
#
# Write `backward_variance(x, weights, g)`: for each layer the mean square of
# the gradient by its **pre-activations**, over all $N$ entries of $z_k$:
#
# $$s_k = \frac1N \sum_{i,j}
# \Big(\frac{\partial L}{\partial (z_k)_{ij}}\Big)^2$$
#
# - `x`: the batch, shape `(n, d)`
# - `weights`: a list of matrices, `weights[0]` of shape `(d, units)`
# - `g`: shape `(n, units of the last layer)`
# - returns a list of the $s_k$, the first layer first, or a tensor of them
#
# Let the framework find the gradients: it can differentiate by any tensor
# on the way, not by leaves alone. *Lesson: section 3.*

# %% tags=["torch"] pair="backward_variance"
def backward_variance(x, weights, g):
    """The mean square of dL/dz in each layer."""
    ### BEGIN SOLUTION
    h, zs = x.clone().requires_grad_(), []
    for W in weights:
        zs.append(h @ W)
        h = torch.tanh(zs[-1])
    loss = (g * h).sum()
    grads = torch.autograd.grad(loss, zs)
    return [(d**2).mean() for d in grads]
    ### END SOLUTION

# %% tags=["torch"] pair="backward_variance_check"
check(
    "initialization.backward_variance",
    backward_variance, "torch")

# %% tags=["tensorflow"] pair="backward_variance"
def backward_variance(x, weights, g):
    """The mean square of dL/dz in each layer."""
    ### BEGIN SOLUTION
    h, zs = x, []
    with tf.GradientTape() as tape:
        tape.watch(x)
        for W in weights:
            zs.append(h @ W)
            h = tf.tanh(zs[-1])
        loss = tf.reduce_sum(g * h)
    grads = tape.gradient(loss, zs)
    return [tf.reduce_mean(d**2) for d in grads]
    ### END SOLUTION

# %% tags=["tensorflow"] pair="backward_variance_check"
check(
    "initialization.backward_variance",
    backward_variance, "tensorflow")

# %% [markdown]
# ## 11. Gains that keep a signal alive for 50 layers (3 points)
#
# He's $\sqrt 2$ keeps a signal *on average over all draws*. With 12 to 14 units
# in a layer the draws differ, and over 50 layers the differences multiply. So
# choose each layer's gain by looking at what comes out of it. (The method is
# known as layer-sequential unit-variance initialization. Here you set the mean
# square to 1, which is what the next layer multiplies, and not the variance
# about the mean.)
#
# $$W_k = \text{gain}_k \cdot \frac{z_k}{\sqrt n}, \qquad
# a_k = h_{k-1} W_k, \qquad h_k = \operatorname{activation}(a_k), \qquad
# h_0 = x$$
#
# Take the layers from the first to the last, and choose $\text{gain}_k > 0$
# so that the mean square of all entries of $a_k$ is 1. Write
# `keep_variance(x, z, activation)`.
#
# - `x`: a batch, shape `(rows, n)`
# - `z`: normal numbers for 50 layers, shape `(50, n, n)`; `z[0]` is the first
#   layer's matrix, $z_1$ in the formula
# - `activation`: a text, `"relu"`, `"tanh"` or `"sigmoid"`; the functions of
#   these names are in `torch` and in `tf.nn`
# - returns the 50 gains, as a list or a tensor
#
# Print the mean of the gains when you are done. For `"relu"` it is larger than
# $\sqrt 2$: He's formula keeps the mean over all draws, which a few lucky
# ones carry. In a typical draw of a narrow network the signal fades.
# *Lesson: sections 3 and 9.*

# %% tags=["torch"] pair="keep_variance"
def keep_variance(x, z, activation):
    """The gain of each layer, 50 numbers."""
    ### BEGIN SOLUTION
    function = getattr(torch, activation)
    n = x.shape[1]
    gains, h = [], x
    for layer in z:
        a = h @ layer / n**0.5
        gain = (a**2).mean() ** -0.5
        gains.append(gain)
        h = function(gain * a)
    return gains
    ### END SOLUTION

# %% tags=["torch"] pair="keep_variance_check"
check(
    "initialization.keep_variance",
    keep_variance, "torch")

# %% tags=["tensorflow"] pair="keep_variance"
def keep_variance(x, z, activation):
    """The gain of each layer, 50 numbers."""
    ### BEGIN SOLUTION
    function = getattr(tf.nn, activation)
    n = x.shape[1]
    gains, h = [], x
    for layer in z:
        a = h @ layer / n**0.5
        gain = tf.reduce_mean(a**2) ** -0.5
        gains.append(gain)
        h = function(gain * a)
    return gains
    ### END SOLUTION

# %% tags=["tensorflow"] pair="keep_variance_check"
check(
    "initialization.keep_variance",
    keep_variance, "tensorflow")

# %% [markdown]
# ## 12. Find the bugs in an initialization (3 points)
#
# `buggy_init` is meant to give each layer of a ReLU network He's normal
# initialization in the mode `fan_in`, and to send a batch through it.
#
# - `x`: the batch, shape `(n, d)`
# - `zs`: a list of normal numbers, one matrix per layer, each of shape
#   `(inputs, outputs)`
# - returns the pair `(stds, squares)`: two lists with one number per layer,
#   the standard deviation that its weights are given, and the mean square of
#   its pre-activations on this batch
#
# It runs without an error, and has **two bugs**, the same in both
# frameworks. The cell below it shows a symptom of each:
#
# - A layer's std should fall when it gets more inputs to add up. Here it
#   stays the same.
# - With equal widths the mean square should stay about where it is from
#   layer to layer. Here it doubles.
#
# **Write** `find_the_bug`: the same function, mended. Copy the body, find
# the causes, change as little as you can. *Lesson: sections 3 and 4.*

# %% tags=["torch"] pair="buggy_init"
def buggy_init(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[1]
        std = 2 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares

# %% tags=["torch"] pair="symptoms"
for inputs in (4, 400):
    wide = torch.ones(inputs, 4)
    stds, _ = buggy_init(torch.ones(1, inputs), [wide])
    print(inputs, "inputs: std", stds[0])
    assert stds[0] == 1.0
noise = torch.Generator().manual_seed(0)
zs = torch.randn(8, 300, 300, generator=noise)
x = torch.randn(100, 300, generator=noise)
_, squares = buggy_init(x, zs)
growth = float(squares[-1] / squares[0]) ** (1 / 7)
print("from layer to layer: times", round(growth))
assert 1.8 < growth < 2.2

# %% tags=["torch"] pair="find_the_bug"
def find_the_bug(x, zs):
    """std and mean square of each layer."""
    ### BEGIN SOLUTION
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = (2 / fan) ** 0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append((out**2).mean())
        h = torch.relu(out)
    return stds, squares
    ### END SOLUTION

# %% tags=["torch"] pair="find_the_bug_check"
check(
    "initialization.find_the_bug",
    find_the_bug, "torch")

# %% tags=["tensorflow"] pair="buggy_init"
def buggy_init(x, zs):
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[1]
        std = 2 / fan**0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares

# %% tags=["tensorflow"] pair="symptoms"
for inputs in (4, 400):
    wide = tf.ones([inputs, 4])
    stds, _ = buggy_init(tf.ones([1, inputs]), [wide])
    print(inputs, "inputs: std", stds[0])
    assert stds[0] == 1.0
noise = tf.random.Generator.from_seed(0)
zs = noise.normal([8, 300, 300])
x = noise.normal([100, 300])
_, squares = buggy_init(x, zs)
growth = float(squares[-1] / squares[0]) ** (1 / 7)
print("from layer to layer: times", round(growth))
assert 1.8 < growth < 2.2

# %% tags=["tensorflow"] pair="find_the_bug"
def find_the_bug(x, zs):
    """std and mean square of each layer."""
    ### BEGIN SOLUTION
    stds, squares, h = [], [], x
    for z in zs:
        fan = z.shape[0]
        std = (2 / fan) ** 0.5
        out = h @ (std * z)
        stds.append(std)
        squares.append(tf.reduce_mean(out**2))
        h = tf.nn.relu(out)
    return stds, squares
    ### END SOLUTION

# %% tags=["tensorflow"] pair="find_the_bug_check"
check(
    "initialization.find_the_bug",
    find_the_bug, "tensorflow")

# %% [markdown]
# ## Where to use this next
#
# - **Fans** are the one thing that a ported initializer gets wrong in
#   silence: the same call reads another axis. Print both shapes first.
# - **The two defaults** differ by more than a name. When a model trains in
#   one framework only, draw its weights as the other one does (exercises 2,
#   4 and 8) before you look for a deeper reason.
# - **Dead and saturated shares**, the signal's variance and the gradient's
#   size are worth a line each in the log of a long run's first step.
# - **Measured gains** are an initializer that needs no table: give it one
#   batch and any architecture.
#
# Take a network of your own. Print for each layer the standard deviation of
# its weights times $\sqrt{\text{fan\_in}}$. Which initializer is that, and
# does it fit the activation behind the layer?
