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
# `"torch"` or `"keras"`, and says whose convention to follow.
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
# examples PyTorch divides the sum of the squared distances by $n - 1$, Keras
# by $n$.
#
# - `batches`: one batch for each step, in their order, shape
#   `(steps, n, features)`
# - `momentum`: a `float` between 0 and 1
# - `convention`: `"torch"` or `"keras"`
# - returns the tuple `(mean, variance)`, each of shape `(features,)`

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
