# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: automatic differentiation
#
# They follow the lesson
# [02_autograd](../../notebooks/02_autograd.ipynb). Each exercise is one
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
# 3. Stuck? `hint("autograd.chain_rule")` in a new cell gives the idea,
#    `hint("autograd.chain_rule", 2)` the functions to use, and 3 a
#    skeleton.
#
# **What your functions get.** Arrays arrive as float32 tensors of the
# framework. They do not track gradients yet: in PyTorch take a copy that
# does, `x = x.clone().requires_grad_()`; in TensorFlow let the tape
# `watch` them. Whole numbers and fractions arrive as plain `int` and
# `float`.
#
# **What they return.** Tensors or plain numbers; several values as a tuple,
# in the order the exercise names. float32 is accurate enough throughout,
# and float64 is welcome.
#
# Grading uses fresh inputs, so only the function counts, not its numbers
# here. Run the next cells first.

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
# ## 1. A value and its derivative (1 point)
#
# A warm-up. Write `chain_rule(x)` for this chain of three steps:
#
# $$u = x^2, \qquad v = \sin u, \qquad y = e^v$$
#
# - `x`: one number, a float32 tensor of shape `()`
# - returns the pair `(y, dy/dx)`, the value first, both of shape `()`
#
# Let the framework find the derivative, then do it by hand: which three
# numbers are multiplied? *Lesson: sections 1 and 3.*

# %% tags=["torch"] pair="chain_rule"
def chain_rule(x):
    """y = exp(sin(x^2)) and dy/dx, in this order."""
    ### BEGIN SOLUTION
    x = x.clone().requires_grad_()
    y = torch.exp(torch.sin(x**2))
    y.backward()
    return y.detach(), x.grad
    ### END SOLUTION

# %% tags=["torch"] pair="check_chain_rule"
check("autograd.chain_rule", chain_rule, "torch")

# %% tags=["tensorflow"] pair="chain_rule"
def chain_rule(x):
    """y = exp(sin(x^2)) and dy/dx, in this order."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.exp(tf.sin(x**2))
    return y, tape.gradient(y, x)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="check_chain_rule"
check("autograd.chain_rule", chain_rule, "tensorflow")

# %% [markdown]
# ## 2. The gradient of a mean squared error (2 points)
#
# A linear model predicts $\hat y = Xw$. Write `mse_gradient(w, X, y)`: the
# gradient by $w$ of
#
# $$L(w) = \frac1n \sum_{i=1}^{n} \big( (Xw)_i - y_i \big)^2$$
#
# - `w`: weights, shape `(d,)`
# - `X`: one example in each row, shape `(n, d)`
# - `y`: targets, shape `(n,)`
# - returns $\partial L/\partial w$, shape `(d,)`
#
# Matrix times vector is `X @ w` in PyTorch and `tf.linalg.matvec(X, w)` in
# TensorFlow. *Lesson: section 3.*

# %% tags=["torch"] pair="mse_gradient"
def mse_gradient(w, X, y):
    """dL/dw for L = mean((Xw - y)^2)."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    loss = ((X @ w - y) ** 2).mean()
    loss.backward()
    return w.grad
    ### END SOLUTION

# %% tags=["torch"] pair="check_mse_gradient"
check("autograd.mse_gradient", mse_gradient, "torch")

# %% tags=["tensorflow"] pair="mse_gradient"
def mse_gradient(w, X, y):
    """dL/dw for L = mean((Xw - y)^2)."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(w)
        residual = tf.linalg.matvec(X, w) - y
        loss = tf.reduce_mean(residual**2)
    return tape.gradient(loss, w)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="check_mse_gradient"
check(
    "autograd.mse_gradient",
    mse_gradient, "tensorflow")

# %% [markdown]
# ## 3. The gradient of a softmax cross-entropy (3 points)
#
# A classifier gives each of $n$ examples a row $z_i$ of $k$ **logits**. The
# softmax makes probabilities of them, and the loss is the mean of
# $-\log$ of each label's probability:
#
# $$p_{ij} = \frac{e^{z_{ij}}}{\sum_{c=1}^{k} e^{z_{ic}}}, \qquad
# L = -\frac1n \sum_{i=1}^{n} \log p_{i,\,\mathrm{labels}_i}$$
#
# Write `softmax_cross_entropy(logits, labels)`: the gradient of $L$ by the
# logits.
#
# - `logits`: $z$, shape `(n, k)`
# - `labels`: the right class of each example, whole numbers from 0 to
#   `k - 1`, an **int64** tensor of shape `(n,)`
# - returns $\partial L/\partial z$, shape `(n, k)`
#
# Some rows have logits near 200, for which $e^z$ is infinite in float32.
# The gradient there is as finite as anywhere. You may use the framework's
# own functions. *Lesson: section 3 for the gradient, section 11 for what
# overflow does to it.*

# %% tags=["torch"] pair="softmax_cross_entropy"
def softmax_cross_entropy(logits, labels):
    """dL/dlogits for the mean cross-entropy L."""
    ### BEGIN SOLUTION
    z = logits.clone().requires_grad_()
    log_p = torch.log_softmax(z, dim=1)
    rows = torch.arange(len(labels))
    loss = -log_p[rows, labels].mean()
    loss.backward()
    return z.grad
    ### END SOLUTION

# %% tags=["torch"] pair="check_softmax_cross_entropy"
check(
    "autograd.softmax_cross_entropy",
    softmax_cross_entropy, "torch")

# %% tags=["tensorflow"] pair="softmax_cross_entropy"
def softmax_cross_entropy(logits, labels):
    """dL/dlogits for the mean cross-entropy L."""
    ### BEGIN SOLUTION
    hot = tf.one_hot(labels, logits.shape[1])
    with tf.GradientTape() as tape:
        tape.watch(logits)
        log_p = tf.nn.log_softmax(logits, axis=1)
        losses = -tf.reduce_sum(hot * log_p, axis=1)
        loss = tf.reduce_mean(losses)
    return tape.gradient(loss, logits)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="check_softmax_cross_entropy"
check(
    "autograd.softmax_cross_entropy",
    softmax_cross_entropy, "tensorflow")

# %% [markdown]
# ## 4. A Jacobian-vector product (2 points)
#
# How far does the output of a layer move when its input moves a little
# along $v$? The layer is
#
# $$f(x) = \tanh(Ax), \qquad J_{ij} = \frac{\partial f_i}{\partial x_j}$$
#
# with tanh applied to each entry. Write `jvp(A, x, v)`.
#
# - `A`: shape `(n, n)`
# - `x`: the point, and `v`: the direction, both of shape `(n,)`
# - returns the pair `(f(x), Jv)`, both of shape `(n,)`, with $J$ taken at
#   $x$ and $v$ used as it comes
#
# `A` is square, so $Jv$ and $v^\top J$ both exist, and a wrong choice
# raises no error. Write `f` inside your function. *Lesson: section 10.*

# %% tags=["torch"] pair="jvp"
def jvp(A, x, v):
    """f(x) = tanh(Ax) and Jv, in this order."""
    ### BEGIN SOLUTION
    def f(x):
        return torch.tanh(A @ x)

    return torch.func.jvp(f, (x,), (v,))
    ### END SOLUTION

# %% tags=["torch"] pair="check_jvp"
check("autograd.jvp", jvp, "torch")

# %% tags=["tensorflow"] pair="jvp"
def jvp(A, x, v):
    """f(x) = tanh(Ax) and Jv, in this order."""
    ### BEGIN SOLUTION
    forward = tf.autodiff.ForwardAccumulator(x, v)
    with forward:
        y = tf.tanh(tf.linalg.matvec(A, x))
    return y, forward.jvp(y)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="check_jvp"
check("autograd.jvp", jvp, "tensorflow")

# %% [markdown]
# ## 5. A Hessian-vector product (3 points)
#
# The **Hessian** holds all second derivatives of a scalar function. Here
#
# $$f(x) = \sum_{i=1}^{m} \log\big(1 + e^{(Ax)_i}\big), \qquad
# H_{ij} = \frac{\partial^2 f}{\partial x_i\, \partial x_j}$$
#
# Write `hvp(A, x, v)`: how the gradient of $f$ changes when $x$ moves
# along $v$.
#
# - `A`: shape `(m, n)`
# - `x`: the point, and `v`: the direction, both of shape `(n,)`
# - returns $Hv$, shape `(n,)`, with $H$ taken at $x$
#
# $\log(1 + e^z)$ is called softplus: `torch.nn.functional.softplus`,
# `tf.nn.softplus`. Try it without building $H$: for a million parameters
# it would have $10^{12}$ entries. *Lesson: sections 9 and 10.*

# %% tags=["torch"] pair="hvp"
def hvp(A, x, v):
    """Hv for f(x) = sum(log(1 + exp(Ax)))."""
    ### BEGIN SOLUTION
    x = x.clone().requires_grad_()
    f = torch.nn.functional.softplus(A @ x).sum()
    (g,) = torch.autograd.grad(
        f, x, create_graph=True)
    (product,) = torch.autograd.grad(g @ v, x)
    return product
    ### END SOLUTION

# %% tags=["torch"] pair="check_hvp"
check("autograd.hvp", hvp, "torch")

# %% tags=["tensorflow"] pair="hvp"
def hvp(A, x, v):
    """Hv for f(x) = sum(log(1 + exp(Ax)))."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            z = tf.linalg.matvec(A, x)
            f = tf.reduce_sum(tf.nn.softplus(z))
        g = inner.gradient(f, x)
        s = tf.reduce_sum(g * v)
    return outer.gradient(s, x)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="check_hvp"
check("autograd.hvp", hvp, "tensorflow")

# %% [markdown]
# ## 6. A straight-through estimator (3 points)
#
# A network with binary activations uses $q = \operatorname{sign}(x)$. Its
# true derivative is 0, and nothing would be learned. So the backward pass
# pretends: it lets the gradient **straight through** where $|x| \le 1$,
# and stops it elsewhere. (This is the gradient of clipping $x$ to
# $[-1, 1]$.)
#
# $$q_i = \operatorname{sign}(x_i), \qquad
# L = \frac1n \sum_{i=1}^{n} (q_i - t_i)^2, \qquad
# \frac{\partial L}{\partial x_i} :=
# \begin{cases} \partial L/\partial q_i & \text{if } |x_i| \le 1 \\
# 0 & \text{otherwise} \end{cases}$$
#
# Write `straight_through(x, t)`.
#
# - `x`: shape `(n,)`, no entry is 0
# - `t`: targets, shape `(n,)`
# - returns the pair `(L, dL/dx)`, of shapes `()` and `(n,)`
#
# Define the gradient yourself as in section 11, or find a way with section
# 6. Both are short.

# %% tags=["torch"] pair="straight_through"
def straight_through(x, t):
    """L and the estimate of dL/dx, in this order."""
    ### BEGIN SOLUTION
    x = x.clone().requires_grad_()
    # The sign's value, clipping's gradient:
    soft = torch.clamp(x, -1, 1)
    q = soft + (torch.sign(x) - soft).detach()
    loss = ((q - t) ** 2).mean()
    loss.backward()
    return loss.detach(), x.grad
    ### END SOLUTION

# %% tags=["torch"] pair="check_straight_through"
check(
    "autograd.straight_through",
    straight_through, "torch")

# %% tags=["tensorflow"] pair="straight_through"
def straight_through(x, t):
    """L and the estimate of dL/dx, in this order."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(x)
        # The sign's value, clipping's gradient:
        soft = tf.clip_by_value(x, -1, 1)
        rest = tf.stop_gradient(tf.sign(x) - soft)
        q = soft + rest
        loss = tf.reduce_mean((q - t) ** 2)
    return loss, tape.gradient(loss, x)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="check_straight_through"
check(
    "autograd.straight_through",
    straight_through, "tensorflow")
