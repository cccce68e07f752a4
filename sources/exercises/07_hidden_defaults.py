# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Exercises: hidden defaults
#
# They follow the lesson
# [07_hidden_defaults](../../notebooks/07_hidden_defaults.ipynb). The two
# frameworks compute the same things by different conventions, and an error
# in a conversion raises no exception. None of these exercises needs a
# framework: you write each function once, with NumPy or plain Python, and its
# points count once.
#
# **How to work**
#
# 1. Replace `raise NotImplementedError` by your own lines. Keep the
#    function's name and its arguments.
# 2. Run the cell, then the `check` below it. It calls your function with
#    three sets of inputs of different sizes and says what it found.
# 3. Stuck? Three hints open one after the other below the message: the
#    idea, the functions to use, a skeleton. In a new cell,
#    `hint("defaults.share_left", 2)` shows the second.
#
# **What your functions get.** Arrays arrive as NumPy arrays, with numbers in
# float32 and labels in int64. Whole numbers and fractions arrive as plain
# `int` and `float`. The argument `convention`, where there is one, is the text
# `"torch"` or `"keras"`, and says whose convention holds for what you are given.
# Exercises 4, 5 and 8 ask for the answer in the other framework's.
#
# **What they return.** NumPy arrays, plain numbers, or lists of them; several
# values as a tuple, in the order the exercise names. Leave the arguments as
# they are: whoever calls your function still needs them.
#
# Grading uses fresh inputs. Run the next cell first.

# %%
import math

import numpy as np

from grader import check, hint

# %% [markdown]
# ## 1. What is left of the start (1 point)
#
# Batch normalization keeps a running mean and a running variance for
# evaluation. Each training step keeps a share of the old value and takes the
# rest from the batch:
#
# - PyTorch: `running = (1 - momentum) * running + momentum * batch`
# - Keras: `running = momentum * running + (1 - momentum) * batch`
#
# Write `share_left(momentum, steps, convention)`, the share of its starting
# value that a running statistic still holds after a number of steps.
#
# - `momentum`: a `float` between 0 and 1
# - `steps`: the number of training steps, an `int` of at least 1
# - `convention`: `"torch"` or `"keras"`
# - returns the share, one number between 0 and 1
#
# After 0 steps the share would be 1.
#
# *Lesson: section 5.*

# %%
def share_left(momentum, steps, convention):
    """The share of the start that is left, one number."""
    ### BEGIN SOLUTION
    kept = 1 - momentum if convention == "torch" else momentum
    return kept**steps
    ### END SOLUTION

# %%
check("defaults.share_left", share_left)

# %% [markdown]
# ## 2. Running statistics in either framework (2 points)
#
# Write `running_stats(batches, momentum, convention)`, the running mean and
# the running variance of a batch normalization layer after some training
# steps. The updates are those of exercise 1. The running mean starts at 0 and
# the running variance at 1, for each feature. The frameworks also differ in
# the variance of a batch that enters the running variance: for a batch of $n$
# examples PyTorch divides the sum of the squared distances from
# the batch's own mean by $n - 1$, Keras
# by $n$.
#
# - `batches`: one batch for each step, in their order, shape
#   `(steps, n, features)`
# - `momentum`: a `float` between 0 and 1
# - `convention`: `"torch"` or `"keras"`
# - returns the tuple `(mean, variance)`, each of shape `(features,)`
#
# *Lesson: section 5.*

# %%
def running_stats(batches, momentum, convention):
    """The running mean and variance, (features,) each."""
    ### BEGIN SOLUTION
    is_torch = convention == "torch"
    kept = 1 - momentum if is_torch else momentum
    mean = np.zeros(batches.shape[2])
    variance = np.ones(batches.shape[2])
    for batch in batches:
        new_variance = batch.var(axis=0, ddof=int(is_torch))
        mean = kept * mean + (1 - kept) * batch.mean(axis=0)
        variance = kept * variance + (1 - kept) * new_variance
    return mean, variance
    ### END SOLUTION

# %%
check("defaults.running_stats", running_stats)

# %% [markdown]
# ## 3. A gap, its error, and enough seeds (2 points)
#
# Two settings, A and B, were trained with the same seeds, so that the two runs of
# a seed belong together. How large is the gap between them, how exact is it, and
# how many seeds would be enough? Write `paired_difference(a, b)`.
#
# - `a`, `b`: the accuracies of A and of B in percent, one for each seed, shape
#   `(seeds,)`; `a[i]` and `b[i]` have the same seed
# - returns the tuple `(gap, paired, unpaired, pairs)` of four numbers:
#
# | value | what |
# |---|---|
# | `gap` | $d$, the mean of the differences $b_i - a_i$ |
# | `paired` | its standard error $s/\sqrt n$, where $s$ is the standard deviation of the differences |
# | `unpaired` | the standard error that it would have if the runs of a seed shared nothing: $\sqrt{(s_a^2 + s_b^2)/n}$ |
# | `pairs` | the smallest whole number $N$ with $N \ge (2s/d)^2$: with $N$ pairs the gap lies two standard errors away from 0 |
#
# All standard deviations have $n - 1$ as their divisor, where $n$ is the number of
# seeds: $s^2 = \frac{1}{n - 1}\sum_i (x_i - \bar x)^2$. The gap is never 0.
#
# *Lesson: sections 3 and 9.*

# %%
def paired_difference(a, b):
    """(gap, paired, unpaired, pairs): four numbers."""
    ### BEGIN SOLUTION
    n, differences = len(a), b - a
    gap = differences.mean()
    s = differences.std(ddof=1)
    both = a.var(ddof=1) + b.var(ddof=1)
    pairs = math.ceil((2 * s / gap) ** 2)
    return gap, s / n**0.5, (both / n) ** 0.5, pairs
    ### END SOLUTION

# %%
check("defaults.paired_difference", paired_difference)

# %% [markdown]
# ## 4. Settings carried over (2 points)
#
# A model is trained by plain SGD in one framework, and is to be trained in exactly
# the same way in the other one. Three conventions differ:
#
# - **Momentum of batch normalization.** What PyTorch calls momentum is the share of
#   the new batch. What Keras calls so is the share of the old value.
# - **Gradients of several parts.** Each step uses `parts` small batches of one size.
#   PyTorch's `backward`, called for each part, *adds* the parts' gradients up. Keras's
#   `gradient_accumulation_steps=parts` takes their *mean*.
# - **The loss.** The PyTorch model uses `SmoothL1Loss(beta=beta)`, the Keras model
# `Huber(delta=beta)`. The first is Keras's `Huber(delta=beta)`
#   divided by `beta`, and so is its gradient.
#
# Write `align_settings(momentum, rate, parts, beta, convention)`.
#
# - `momentum`: of batch normalization, a `float` between 0 and 1
# - `rate`: the learning rate, a `float`
# - `parts`: an `int`, the same in both frameworks
# - `beta`: a `float`, the same in both frameworks
# - `convention`: `"torch"` or `"keras"`, the framework in which `momentum` and `rate`
#   were set
# - returns the tuple `(momentum, rate)` for the *other* framework, with which its
#   running statistics and its steps are the same
#
# A step of SGD is the rate times the gradient.
#
# *Lesson: sections 4 and 9.*

# %%
def align_settings(momentum, rate, parts, beta, convention):
    """(momentum, rate) for the other framework."""
    ### BEGIN SOLUTION
    # PyTorch's gradient is larger by this factor.
    factor = parts / beta
    if convention == "torch":
        return 1 - momentum, rate * factor
    return 1 - momentum, rate / factor
    ### END SOLUTION

# %%
check("defaults.align_settings", align_settings)

# %% [markdown]
# ## 5. Adam's epsilon, carried over (2 points)
#
# Both frameworks keep the running means $m$ and $v$ of the gradient and of its
# square, with equal formulas. Both correct them in step $t = 1, 2, \dots$, with
# $c_1 = 1 - \beta_1^t$ and $c = 1 - \beta_2^t$ (without an index, as you need
# it often). But they add $\varepsilon$ at
# different places:
#
# $$\text{PyTorch:}\quad w \leftarrow w - \mathrm{rate}\cdot
# \frac{m/c_1}{\sqrt{v/c} + \varepsilon} \qquad\qquad
# \text{Keras:}\quad w \leftarrow w - \mathrm{rate}\cdot\frac{\sqrt{c}}{c_1}\cdot
# \frac{m}{\sqrt{v} + \varepsilon}$$
#
# So one and the same $\varepsilon$ gives different steps, most of all at the
# beginning. Write `adam_epsilon(epsilon, beta2, steps, convention)`: for each step,
# the $\varepsilon$ that the *other* framework would need to make the same step.
#
# - `epsilon`: $\varepsilon$ in the framework that `convention` names, a `float`
# - `beta2`: $\beta_2$, a `float`
# - `steps`: the number of steps, an `int`
# - `convention`: `"torch"` or `"keras"`
# - returns the $\varepsilon$ of the other framework for the steps $t = 1$ to
#   `steps`, shape `(steps,)`. Entry 0 belongs to step 1.
#
# Keras's default is ten times PyTorch's. Try yours with `steps=1`: which
# $\varepsilon$ of PyTorch acts in the first step as Keras's default `1e-7` does
# with `beta2=0.999`?
#
# *Lesson: section 7.*

# %%
def adam_epsilon(epsilon, beta2, steps, convention):
    """The other framework's epsilon, shape (steps,)."""
    ### BEGIN SOLUTION
    c = 1 - beta2 ** np.arange(1, steps + 1)
    if convention == "torch":
        return epsilon * np.sqrt(c)
    return epsilon / np.sqrt(c)
    ### END SOLUTION

# %%
check("defaults.adam_epsilon", adam_epsilon)

# %% [markdown]
# ## 6. A loss with class weights (2 points)
#
# If some classes are rare, their examples can be given a larger weight $w$ in the
# loss. Each example has the weight of its class, $w_{y_i}$, and with losses $\ell_i$
# of $n$ examples
#
# $$\text{PyTorch:}\quad L = \frac{\sum_i w_{y_i} \ell_i}{\sum_i w_{y_i}}
# \qquad\qquad \text{Keras:}\quad L = \frac{\sum_i w_{y_i} \ell_i}{n}$$
#
# PyTorch's is that of `CrossEntropyLoss(weight=...)`, Keras's that of `fit` with
# `class_weight`. Both can be written as $L = \sum_i s_i \ell_i$, where the **share**
# $s_i$ says how much the loss of example $i$ counts, and so does its gradient.
#
# Write `class_weights(losses, labels, weights, convention)`.
#
# - `losses`: $\ell$, shape `(n,)`
# - `labels`: $y$, the class of each example (int64), shape `(n,)`
# - `weights`: $w$, one weight for each class, shape `(classes,)`
# - `convention`: `"torch"` or `"keras"`
# - returns the tuple `(share, loss)`: the shares $s$, shape `(n,)`, and the number $L$
#
# *Lesson: section 9.*

# %%
def class_weights(losses, labels, weights, convention):
    """(share, loss): shape (n,), and one number."""
    ### BEGIN SOLUTION
    weight = weights[labels]
    is_torch = convention == "torch"
    divisor = weight.sum() if is_torch else len(weight)
    share = weight / divisor
    return share, share @ losses
    ### END SOLUTION

# %%
check("defaults.class_weights", class_weights)

# %% [markdown]
# ## 7. Which settings differ? (2 points)
#
# A script has read the settings of a PyTorch model and of its Keras port, layer by
# layer and optimizer by optimizer. Write
# `settings_differ(names, torch_values, keras_values)`, which finds the settings that
# are not the same.
#
# - `names`: list of texts, such as `"dropout.rate"`; a name may come several times,
#   once for each layer that has it
# - `torch_values`, `keras_values`: lists of floats, as each framework writes them; all
#   three lists are of one length
# - returns one answer for each name, a list or an array: 1 (or `True`) if the two
#   settings differ, 0 (or `False`) if they are the same
#
# Two rules hold:
#
# - `"batch_norm.momentum"` is the share of the new batch in PyTorch, and the share of
#   the old value in Keras. All other names mean the same in both.
# - Keras keeps some values in float32, others are the result of a subtraction.
#   Therefore two values $p$ and $q$, both
# brought into Keras's convention, count as equal if
#   $|p - q| \le 10^{-6} \cdot \max(|p|, |q|)$, and as different otherwise.
#
# The values go from 1e-9 to nearly 1, and none is 0.
#
# *Lesson: sections 4 and 9.*

# %%
def settings_differ(names, torch_values, keras_values):
    """1 where the settings differ, otherwise 0."""
    ### BEGIN SOLUTION
    differs = []
    for name, one, other in zip(
            names, torch_values, keras_values):
        if name == "batch_norm.momentum":
            one = 1 - one
        same = math.isclose(one, other, rel_tol=1e-6)
        differs.append(not same)
    return differs
    ### END SOLUTION

# %%
check("defaults.settings_differ", settings_differ)

# %% [markdown]
# ## 8. The same memory for another number of steps (2 points)
#
# A model is ported to the other framework, and there it is trained with
# batches of another size. So an epoch has another number of steps. The running
# statistics shall remember as much as before: one epoch in the new framework
# shall leave the same share of the start as one epoch in the old one. Write
# `convert_momentum(momentum, old_steps, new_steps, convention)`, the momentum
# for the other framework, as the other framework writes it.
#
# - `momentum`: the old momentum, a `float` between 0 and 1
# - `old_steps`, `new_steps`: the steps of an epoch before and after, `int`
# - `convention`: the framework that the model comes from, `"torch"` or
#   `"keras"`; `momentum` is written in its convention
# - returns the new momentum, one number, in the convention of the *other*
#   framework
#
# The two conventions are those of exercise 1. *Lesson: section 5.*

# %%
def convert_momentum(momentum, old_steps, new_steps, convention):
    """The other framework's momentum, one number."""
    ### BEGIN SOLUTION
    kept = 1 - momentum if convention == "torch" else momentum
    kept = kept ** (old_steps / new_steps)
    return kept if convention == "torch" else 1 - kept
    ### END SOLUTION

# %%
check("defaults.convert_momentum", convert_momentum)

# %% [markdown]
# ## 9. Two starts of a convolution (1 point)
#
# Both frameworks draw the first weights of a convolution uniformly between
# $-b$ and $b$:
#
# - PyTorch's `nn.Conv2d`: $b = 1 / \sqrt{\mathrm{fan_{in}}}$
# - Keras's `Conv2D`: $b = \sqrt{6 / (\mathrm{fan_{in}} + \mathrm{fan_{out}})}$
#
# Here $\mathrm{fan_{in}}$ is height · width · inputs of the kernel, and
# $\mathrm{fan_{out}}$ is height · width · outputs. Write
# `initial_std(height, width, inputs, outputs)`, the standard deviation of the
# first weights in each framework. Compute it from the distribution, and draw nothing.
#
# - `height`, `width`: the kernel's window, `int`
# - `inputs`, `outputs`: numbers of channels, `int`
# - returns the tuple `(torch, keras)`, two numbers
#
# *Lesson: section 4.*

# %%
def initial_std(height, width, inputs, outputs):
    """The standard deviations (torch, keras)."""
    ### BEGIN SOLUTION
    fan_in = height * width * inputs
    fan_out = height * width * outputs
    torch_bound = 1 / math.sqrt(fan_in)
    keras_bound = math.sqrt(6 / (fan_in + fan_out))
    return torch_bound / math.sqrt(3), keras_bound / math.sqrt(3)
    ### END SOLUTION

# %%
check("defaults.initial_std", initial_std)

# %% [markdown]
# ## 10. The same SGD with other settings (2 points)
#
# A PyTorch model is trained by SGD without momentum, with the *mean* loss of
# $n$ examples. Its step is $w - \eta\,(g + \lambda w)$, with the gradient $g$
# of the mean loss, the rate $\eta$ and the weight decay $\lambda$. The Keras
# model uses SGD without `weight_decay`. Its loss is the *sum* over the
# $n$ examples, and to this sum Keras adds the penalty `l2 * sum(w**2)`. Its
# step is $w$ minus `learning_rate` times the gradient of all that.
#
# Write `align_sgd(rate, weight_decay, n)`: Keras's `learning_rate` and `l2`
# with which both models make the same steps.
#
# - `rate`: PyTorch's $\eta$, a `float`
# - `weight_decay`: PyTorch's $\lambda$, a `float`
# - `n`: the number of examples in a batch, an `int`
# - returns the tuple `(learning_rate, l2)`, two numbers
#
# *Lesson: section 9.*

# %%
def align_sgd(rate, weight_decay, n):
    """Keras's settings (learning_rate, l2)."""
    ### BEGIN SOLUTION
    return rate / n, weight_decay * n / 2
    ### END SOLUTION

# %%
check("defaults.align_sgd", align_sgd)

# %% [markdown]
# ## 11. One name, two kinds of weight decay (3 points)
#
# `SGD(…, momentum=…, weight_decay=…)` exists in both frameworks, and means
# different things. Each step has a gradient $g$, the rate $\eta$, the momentum
# $\mu$, the decay $\lambda$ and a velocity $u$, which starts at 0.
#
# - PyTorch: first $u = \mu u + (g + \lambda w)$, then $w = w - \eta u$
# - Keras: first $u = \mu u + g$, then $w = w - \eta \lambda w - \eta u$
#
# (Keras itself stores $-\eta u$ as its
# velocity, which gives the same weights.) Write
# `decayed_steps(w, gradients, rate, momentum, decay, convention)`, the weights
# after each step.
#
# - `w`: the weights at the start, shape `(d,)`
# - `gradients`: the gradient $g$ of each step, in order, shape `(steps, d)`
# - `rate`, `momentum`, `decay`: $\eta$, $\mu$ and $\lambda$, `float`
# - `convention`: `"torch"` or `"keras"`
# - returns the weights after step 1, after step 2 and so on, shape
#   `(steps, d)`
#
# Leave `w` as it is. *Lesson: section 9.*

# %%
def decayed_steps(w, gradients, rate, momentum, decay, convention):
    """The weights after each step, (steps, d)."""
    ### BEGIN SOLUTION
    velocity = np.zeros_like(w)
    found = []
    for gradient in gradients:
        if convention == "torch":
            gradient = gradient + decay * w
        velocity = momentum * velocity + gradient
        if convention == "keras":
            w = w - rate * decay * w
        w = w - rate * velocity
        found.append(w)
    return np.array(found)
    ### END SOLUTION

# %%
check("defaults.decayed_steps", decayed_steps)

# %% [markdown]
# ## 12. The largest loss there is (1 point)
#
# A model gives the right answer of each example a probability $p$, and the
# loss is $-\log p$, with the natural logarithm. Both frameworks bound it, so
# that $p = 0$ gives no infinity. For losses that take probabilities,
#
# - Keras replaces a $p$ below $10^{-7}$ by $10^{-7}$ (it also replaces a $p$
#   above $1 - 10^{-7}$, which changes nothing that counts here),
# - PyTorch's `nn.BCELoss` replaces a loss above 100 by 100.
#
# Write `capped_loss(chances, convention)`, the loss of each example.
#
# - `chances`: the probability $p$ of each example's right answer, shape
#   `(n,)`; in each set of inputs one of
# them is exactly 0, and two are very small
# - `convention`: `"torch"` or `"keras"`
# - returns the losses, shape `(n,)`
#
# *Lesson: section 9.*

# %%
def capped_loss(chances, convention):
    """The loss of each example, (n,)."""
    ### BEGIN SOLUTION
    if convention == "keras":
        return -np.log(np.maximum(chances, 1e-7))
    with np.errstate(divide="ignore"):  # log(0)
        return np.minimum(-np.log(chances), 100)
    ### END SOLUTION

# %%
check("defaults.capped_loss", capped_loss)

# %% [markdown]
# ## 13. A mean of what? (1 point)
#
# The Kullback-Leibler divergence compares two distributions, row by row:
#
# $$\sum_{j=1}^{k} p_{ij} \log \frac{p_{ij}}{q_{ij}}$$
#
# Keras's `KLDivergence` gives the mean of this sum over the $n$ rows.
# PyTorch's `nn.KLDivLoss()` gives, by default, the mean of all $n k$ terms.
# Write `kl_mean(target, predicted, convention)`.
#
# - `target`: $p$, shape `(n, k)`, each row above 0 and with sum 1
# - `predicted`: $q$, of the same shape and kind. (PyTorch's own function takes
#   $\log q$; yours takes $q$.)
# - `convention`: `"torch"` or `"keras"`
# - returns one number
#
# *Lesson: section 9.*

# %%
def kl_mean(target, predicted, convention):
    """The mean divergence, one number."""
    ### BEGIN SOLUTION
    terms = target * np.log(target / predicted)
    if convention == "torch":
        return terms.mean()
    return terms.sum(axis=1).mean()
    ### END SOLUTION

# %%
check("defaults.kl_mean", kl_mean)

# %% [markdown]
# ## 14. The zeros of padding same (2 points)
#
# With `padding="same"`, a convolution of Keras gives as many outputs as the
# size divided by the stride, rounded up. The first window begins with the
# first zero in front of the data, each next window one stride later, and the
# last window ends with the last zero behind the data. A window spans
# `dilation * (kernel - 1) + 1` places. Keras adds as few zeros in total as
# this needs, and none where it needs none, even if some data then lie in no
# window. It puts half of them in front and half behind. If their number is
# odd, the additional zero is behind.
#
# Write `same_padding(size, kernel, stride, dilation)` for one axis. PyTorch's
# `padding=p` can't do the same where the two sides differ; there `F.pad` takes
# your numbers.
#
# - `size`: the number of inputs along the axis, `int`
# - `kernel`, `stride`, `dilation`: `int`, at least 1
# - returns the tuple `(before, after, outputs)`: the zeros in front, the zeros
#   behind, and the number of outputs
#
# *Lesson: section 9.*

# %%
def same_padding(size, kernel, stride, dilation):
    """The numbers (before, after, outputs)."""
    ### BEGIN SOLUTION
    outputs = -(-size // stride)  # rounded up
    window = dilation * (kernel - 1) + 1
    total = max((outputs - 1) * stride + window - size, 0)
    return total // 2, total - total // 2, outputs
    ### END SOLUTION

# %%
check("defaults.same_padding", same_padding)
