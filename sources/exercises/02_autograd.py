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
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("autograd.chain_rule", 2)` shows the second.
#
# **What your functions get.** Arrays arrive as float32 tensors of the
# framework. They do not track gradients yet: in PyTorch take a copy that
# does, `x = x.clone().requires_grad_()`; in TensorFlow let the tape
# `watch` them. Whole numbers and fractions arrive as plain `int` and
# `float`.
#
# **What they leave alone.** Whoever calls your function still needs what it
# passes in. Work on a copy: a function that changes one of its arguments in
# place is not correct.
#
# **What they return.** Tensors or plain numbers; several values as a tuple,
# in the order the exercise names. float32 is accurate enough throughout,
# and float64 is welcome.
#
# **What counts.** The values that your function returns, and nothing else.
# Any right computation earns the points of its half, in NumPy or plain Python
# too. With the framework you practise what the half is there for.
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
# Some rows have logits near 200, for which $e^z$ is infinite in float32. In
# another row the logits lie so far apart that the label's probability is 0 in
# float32. The gradient is finite in all of them. You may use the framework's
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
# $[-1, 1]$. At exactly $1$ and $-1$ the gradient passes.)
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

# %% [markdown]
# ## 7. Gradient accumulation over unequal micro-batches (2 points)
#
# A batch too large for memory comes in micro-batches, **of unequal sizes**.
# Their gradients are to add up to exactly that of the full batch.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | weights | `(3,)` |
# | `X` | list of micro-batches, $n_i$ rows each | `X[i]`: `(n_i, 3)` |
# | `y` | list of their targets | `y[i]`: `(n_i,)` |
#
# All are float32. With all $N = n_1 + n_2 + \dots$ rows together, the loss is
# the mean squared error $L = \frac1N\sum_{j=1}^{N} (x_j\cdot w - y_j)^2$.
#
# **Return** $dL/dw$, shape `(3,)`. Work on one micro-batch at a time: never
# put all rows into one tensor (in real life they would not fit). TensorFlow's
# `@` takes two matrices; for a matrix `A` times a vector `b` it has
# `tf.linalg.matvec(A, b)`.
#
# *Lesson: section 4.* The last question there was about this.

# %% tags=["torch"] pair="accumulation"
def accumulation(w, X, y):
    """The full batch's gradient, shape (3,)."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    n = sum(len(part) for part in y)
    for i in range(len(X)):
        error = X[i] @ w - y[i]
        loss = (error**2).sum() / n
        loss.backward()
    return w.grad
    ### END SOLUTION

# %% tags=["torch"] pair="accumulation_check"
check("autograd.accumulation", accumulation, "torch")

# %% tags=["tensorflow"] pair="accumulation"
def accumulation(w, X, y):
    """The full batch's gradient, shape (3,)."""
    ### BEGIN SOLUTION
    n = sum(len(part) for part in y)
    total = tf.zeros_like(w)
    for i in range(len(X)):
        with tf.GradientTape() as tape:
            tape.watch(w)
            error = tf.linalg.matvec(X[i], w) - y[i]
            loss = tf.reduce_sum(error**2) / n
        total += tape.gradient(loss, w)
    return total
    ### END SOLUTION

# %% tags=["tensorflow"] pair="accumulation_check"
check(
    "autograd.accumulation",
    accumulation, "tensorflow")

# %% [markdown]
# ## 8. A target that passes no gradient (2 points)
#
# An agent predicts how much reward is still to come from a state $x$:
# $\hat v(x) = x\cdot w$. After one move it knows more: the reward $r$ it got,
# and the state $x'$ it is in now. So $r + \gamma\,\hat v(x')$ is the better
# guess, and becomes the **target** of the first one. But the target is made
# with the same weights. If the gradient reaches it, the target runs to meet
# the prediction instead of teaching it.
#
# | argument | what | shape |
# |---|---|---|
# | `w` | weights | `(3,)` |
# | `X`, `X_next` | states before and after the move, one per row | `(n, 3)` |
# | `r` | rewards | `(n,)` |
# | `gamma` | the discount $\gamma$ | Python float |
#
# Tensors are float32. With $t = r + \gamma\, X'w$, of shape `(n,)`:
#
# $$L = \frac1n \sum_{i=1}^{n} \big((Xw)_i - t_i\big)^2$$
#
# **Return** `(L, dL/dw)`, a number and shape `(3,)`: the loss with its full
# value, and its gradient **with $t$ treated as a constant**.
#
# *Lesson: section 6.*

# %% tags=["torch"] pair="stop_gradient"
def stop_gradient(w, X, r, X_next, gamma):
    """The loss, and its gradient by w alone in Xw."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    target = r + gamma * (X_next @ w)
    error = X @ w - target.detach()
    loss = (error**2).mean()
    loss.backward()
    return loss.detach(), w.grad
    ### END SOLUTION

# %% tags=["torch"] pair="stop_gradient_check"
check(
    "autograd.stop_gradient",
    stop_gradient, "torch")

# %% tags=["tensorflow"] pair="stop_gradient"
def stop_gradient(w, X, r, X_next, gamma):
    """The loss, and its gradient by w alone in Xw."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as tape:
        tape.watch(w)
        value = tf.linalg.matvec(X_next, w)
        target = tf.stop_gradient(r + gamma * value)
        error = tf.linalg.matvec(X, w) - target
        loss = tf.reduce_mean(error**2)
    return loss, tape.gradient(loss, w)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="stop_gradient_check"
check(
    "autograd.stop_gradient",
    stop_gradient, "tensorflow")

# %% [markdown]
# ## 9. A gradient penalty, by second-order gradients (3 points)
#
# A network whose output jumps at the slightest change of its input is
# easily fooled. A **gradient penalty** asks for slopes of length 1. The loss
# then holds a gradient, and training needs the gradient *of that*.
#
# | argument | what | shape |
# |---|---|---|
# | `W` | first layer's weights | `(2, 3)` |
# | `v` | second layer's weights | `(3,)` |
# | `X` | inputs, one per row | `(n, 2)` |
# | `y` | targets | `(n,)` |
# | `lam` | the penalty's strength $\lambda$ | Python float |
#
# Tensors are float32. The network's output for row $x_i$ is the number
# $o_i = \tanh(x_i W)\, v$. Its slope $s_i = \partial o_i / \partial x_i$ is a
# vector of 2 components, of length $\lVert s_i \rVert$ (the root of the sum
# of their squares).
#
# $$L = \frac1n\sum_{i=1}^{n} (o_i - y_i)^2
#   + \lambda\, \frac1n\sum_{i=1}^{n} \big(\lVert s_i \rVert - 1\big)^2$$
#
# **Return** `(L, dL/dW)`, a number and shape `(2, 3)`. Get the slopes by
# autograd, for all rows at once. (No row's output depends on another row:
# think about what the *sum* of the outputs has for a gradient by `X`.)
#
# *Lesson: section 9.*

# %% tags=["torch"] pair="gradient_penalty"
def gradient_penalty(W, v, X, y, lam):
    """The loss and its gradient by W, (2, 3)."""
    ### BEGIN SOLUTION
    W = W.clone().requires_grad_()
    X = X.clone().requires_grad_()
    out = torch.tanh(X @ W) @ v
    (s,) = torch.autograd.grad(
        out.sum(), X, create_graph=True)
    excess = (s.norm(dim=1) - 1) ** 2
    fit = ((out - y) ** 2).mean()
    loss = fit + lam * excess.mean()
    (dW,) = torch.autograd.grad(loss, W)
    return loss.detach(), dW
    ### END SOLUTION

# %% tags=["torch"] pair="gradient_penalty_check"
check(
    "autograd.gradient_penalty",
    gradient_penalty, "torch")

# %% tags=["tensorflow"] pair="gradient_penalty"
def gradient_penalty(W, v, X, y, lam):
    """The loss and its gradient by W, (2, 3)."""
    ### BEGIN SOLUTION
    with tf.GradientTape() as outer:
        outer.watch(W)
        with tf.GradientTape() as inner:
            inner.watch(X)
            h = tf.tanh(X @ W)
            out = tf.linalg.matvec(h, v)
        s = inner.gradient(out, X)
        excess = (tf.norm(s, axis=1) - 1) ** 2
        fit = tf.reduce_mean((out - y) ** 2)
        loss = fit + lam * tf.reduce_mean(excess)
    return loss, outer.gradient(loss, W)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="gradient_penalty_check"
check(
    "autograd.gradient_penalty",
    gradient_penalty, "tensorflow")

# %% [markdown]
# ## 10. A gradient check by central differences (3 points)
#
# Autograd differentiates what you *wrote*. Whether that is what you *meant*
# you learn from a gradient check. Here is a function that takes tensors of
# either framework, and NumPy arrays too:
# $f(w) = \sum_i w_i^3\, w_{i-1}$, where $w_{-1}$ is the last entry.

# %%
def f(w):
    return sum(
        w[i] ** 3 * w[i - 1]
        for i in range(w.shape[0]))

# %% [markdown]
# | argument | what | shape |
# |---|---|---|
# | `w` | where to differentiate, float32 | `(k,)` |
# | `h` | the step | Python float |
#
# With $e_i$ the vector of zeros with a 1 at position $i$, the **central
# difference** along entry $i$ is
#
# $$d_i = \frac{f(w + h\,e_i) - f(w - h\,e_i)}{2h}$$
#
# **Return** `(numeric, error)`:
#
# - `numeric`, shape `(k,)`: all $d_i$;
# - `error`, a number: $\max_i |d_i - g_i|$, where $g$ is the gradient of `f`
#   at `w` that *autograd* gives.
#
# Call `f`; do not rewrite it. In the tests $h$ is between 0.25 and 0.5, far
# too large for real use: so the formula's own error is visible, and has to
# come out right.
#
# *Lesson: section 12.*

# %% tags=["torch"] pair="numerical_gradient"
def numerical_gradient(w, h):
    """Central differences of f, and the error."""
    ### BEGIN SOLUTION
    numeric = torch.zeros_like(w)
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += h
        down[i] -= h
        numeric[i] = (f(up) - f(down)) / (2 * h)
    w = w.clone().requires_grad_()
    f(w).backward()
    return numeric, (numeric - w.grad).abs().max()
    ### END SOLUTION

# %% tags=["torch"] pair="numerical_gradient_check"
check(
    "autograd.numerical_gradient",
    numerical_gradient, "torch")

# %% tags=["tensorflow"] pair="numerical_gradient"
def numerical_gradient(w, h):
    """Central differences of f, and the error."""
    ### BEGIN SOLUTION
    slopes = []
    for i in range(len(w)):
        step = h * tf.one_hot(i, len(w))
        rise = f(w + step) - f(w - step)
        slopes.append(rise / (2 * h))
    numeric = tf.stack(slopes)
    with tf.GradientTape() as tape:
        tape.watch(w)
        out = f(w)
    gap = numeric - tape.gradient(out, w)
    return numeric, tf.reduce_max(tf.abs(gap))
    ### END SOLUTION

# %% tags=["tensorflow"] pair="numerical_gradient_check"
check(
    "autograd.numerical_gradient",
    numerical_gradient, "tensorflow")

# %% [markdown]
# ## 11. Gradient descent on a line, step by step (3 points)
#
# Fit $y \approx wx + b$ by gradient descent. Not the last value is judged
# but **the whole path**: each loss, each $w$, each $b$.
#
# | argument | what | shape |
# |---|---|---|
# | `x`, `y` | the points, float32 | `(n,)` |
# | `w`, `b` | where to start, float32 tensors | `()` |
# | `rate` | the learning rate | Python float |
# | `steps` | how many steps | Python int |
#
# The loss is $L = \frac1n\sum_i (w x_i + b - y_i)^2$. Each step does, in this
# order:
#
# 1. compute $L$ at the present $w$ and $b$;
# 2. **record** $L$, $w$ and $b$, before anything changes;
# 3. compute $dL/dw$ and $dL/db$, both at the present $w$ and $b$;
# 4. update both: $w \leftarrow w - \text{rate}\cdot dL/dw$, $b$ likewise.
#
# **Return** `(losses, ws, bs)`, each with `steps` entries, as lists of
# numbers or tensors of shape `(steps,)`. Entry 0 is the start. What the last
# update leads to is not recorded.
#
# *Lesson: section 4, and the end of section 7 for the update.*

# %% tags=["torch"] pair="line_fit"
def line_fit(x, y, w, b, rate, steps):
    """Losses, ws and bs, (steps,) each."""
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    b = b.clone().requires_grad_()
    rows = []
    for _ in range(steps):
        loss = ((w * x + b - y) ** 2).mean()
        rows.append([loss.item(), w.item(), b.item()])
        dw, db = torch.autograd.grad(loss, (w, b))
        with torch.no_grad():
            w -= rate * dw
            b -= rate * db
    return tuple(np.array(rows).T)
    ### END SOLUTION

# %% tags=["torch"] pair="line_fit_check"
check("autograd.line_fit", line_fit, "torch")

# %% tags=["tensorflow"] pair="line_fit"
def line_fit(x, y, w, b, rate, steps):
    """Losses, ws and bs, (steps,) each."""
    ### BEGIN SOLUTION
    w, b = tf.Variable(w), tf.Variable(b)
    rows = []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            error = w * x + b - y
            loss = tf.reduce_mean(error**2)
        rows.append([float(loss), float(w), float(b)])
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(rate * dw)
        b.assign_sub(rate * db)
    return tuple(np.array(rows).T)
    ### END SOLUTION

# %% tags=["tensorflow"] pair="line_fit_check"
check("autograd.line_fit", line_fit, "tensorflow")

# %% [markdown]
# ## 12. Find the bugs in a training loop (3 points)
#
# `buggy_descent` is to fit $y \approx Xw$ by gradient descent with a penalty
# on large weights:
#
# $$L = \frac1n\sum_{i=1}^{n} \big((Xw)_i - y_i\big)^2
#   + \lambda \sum_j w_j^2$$
#
# | argument | what | shape |
# |---|---|---|
# | `w` | where to start | `(d,)` |
# | `X`, `y` | the data | `(n, d)`, `(n,)` |
# | `lam`, `rate` | $\lambda$ and the learning rate | Python floats |
# | `steps` | how many steps | Python int |
#
# Tensors are float32. Each step computes $L$, records $L$ and $w$ as they are
# **before** the update, then updates $w \leftarrow w - \text{rate}\cdot
# dL/dw$. It returns `(losses, ws)`, `steps` entries each.
#
# It runs without an error, and has **two bugs**, the same in both frameworks.
# The cell below it shows a symptom of each:
#
# - With $\lambda = 0$ the loss is a bowl, and steps this small, downhill, can't
#   lead up again. They do.
# - A strong penalty raises the loss, yet the weights take the same path as
#   without it.
#
# **Write** `find_the_bug`: the same function, mended. Copy the body, find the
# causes, change as little as you can. The loss with its penalty is right as
# the formula has it; only the way to its gradient is not.
#
# *Lesson: sections 4, 6 and 7.*

# %% tags=["torch"] pair="buggy_descent"
def buggy_descent(w, X, y, lam, rate, steps):
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        norm = (w.detach() ** 2).sum()
        loss = fit + lam * norm
        losses.append(loss.item())
        ws.append(w.detach().clone())
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws

# %% tags=["torch"] pair="symptoms"
w = torch.tensor([2.0, -1.0])
X = torch.tensor([[1.0, 2.0], [2.0, 1.0]])
y = torch.tensor([1.0, 1.0])
losses, ws = buggy_descent(w, X, y, 0.0, 0.1, 8)
print("losses:", np.round(losses, 2))
assert losses[-1] > min(losses)
losses, pulled = buggy_descent(w, X, y, 2.0, 0.1, 8)
print("lam = 0:", np.round(ws[-1].numpy(), 3))
print("lam = 2:", np.round(pulled[-1].numpy(), 3))
assert torch.equal(ws[-1], pulled[-1])

# %% tags=["torch"] pair="find_the_bug"
def find_the_bug(w, X, y, lam, rate, steps):
    ### BEGIN SOLUTION
    w = w.clone().requires_grad_()
    losses, ws = [], []
    for _ in range(steps):
        fit = ((X @ w - y) ** 2).mean()
        loss = fit + lam * (w**2).sum()
        losses.append(loss.item())
        ws.append(w.detach().clone())
        w.grad = None
        loss.backward()
        with torch.no_grad():
            w -= rate * w.grad
    return losses, ws
    ### END SOLUTION

# %% tags=["torch"] pair="find_the_bug_check"
check("autograd.find_the_bug", find_the_bug, "torch")

# %% tags=["tensorflow"] pair="buggy_descent"
def buggy_descent(w, X, y, lam, rate, steps):
    w = tf.Variable(w)
    losses, ws = [], []
    dw = tf.zeros_like(w)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            norm = (w.numpy() ** 2).sum()
            loss = fit + lam * norm
        losses.append(float(loss))
        ws.append(w.numpy())
        dw += tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws

# %% tags=["tensorflow"] pair="symptoms"
w = tf.constant([2.0, -1.0])
X = tf.constant([[1.0, 2.0], [2.0, 1.0]])
y = tf.constant([1.0, 1.0])
losses, ws = buggy_descent(w, X, y, 0.0, 0.1, 8)
print("losses:", np.round(losses, 2))
assert losses[-1] > min(losses)
losses, pulled = buggy_descent(w, X, y, 2.0, 0.1, 8)
print("lam = 0:", np.round(ws[-1], 3))
print("lam = 2:", np.round(pulled[-1], 3))
assert np.array_equal(ws[-1], pulled[-1])

# %% tags=["tensorflow"] pair="find_the_bug"
def find_the_bug(w, X, y, lam, rate, steps):
    ### BEGIN SOLUTION
    w = tf.Variable(w)
    losses, ws = [], []
    for _ in range(steps):
        with tf.GradientTape() as tape:
            out = tf.linalg.matvec(X, w)
            fit = tf.reduce_mean((out - y) ** 2)
            loss = fit + lam * tf.reduce_sum(w**2)
        losses.append(float(loss))
        ws.append(w.numpy())
        dw = tape.gradient(loss, w)
        w.assign_sub(rate * dw)
    return losses, ws
    ### END SOLUTION

# %% tags=["tensorflow"] pair="find_the_bug_check"
check(
    "autograd.find_the_bug",
    find_the_bug, "tensorflow")

# %% [markdown]
# ## Where to use this next
#
# - **Accumulation** trains with a batch of 1,024 on a card that holds 64.
#   The last micro-batch of an epoch is nearly always smaller: weigh by rows.
# - **Stopped gradients** are in every method that learns from its own
#   guesses: target networks in reinforcement learning, self-supervised pairs
#   of networks, quantization with a straight-through estimator.
# - **Gradients of gradients** train critics with a gradient penalty, and
#   networks whose loss is a differential equation.
# - **Gradient checks** belong beside each backward pass you write yourself.
#   `torch.autograd.gradcheck` and `tf.test.compute_gradient` do what you
#   wrote in exercise 10: use them in float64.
# - **The two bugs** of exercise 12 raise no error in real code either. Before
#   a long run, try the two symptoms: does the loss fall on a problem where it
#   must, and does each term of the loss move the weights?
#
# Take a training loop of your own, or one from a repository you like. Find
# the lines where gradients are cleared, where the graph is left, and where
# values are recorded. Say for each what would go wrong without it.
