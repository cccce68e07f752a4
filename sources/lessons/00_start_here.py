# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Start here
#
# **Tandem** teaches the fundamentals of deep learning in PyTorch and
# TensorFlow *at the same time*: each idea is shown in both, on the same
# numbers, and a cell checks that they agree, or shows exactly where they
# do not. <!-- no claim -->
#
# After these 15 minutes you know:
#
# - which of the two to begin with,
# - whether your installation is ready,
# - how exercises check themselves, and how to get a hint.
#
# | Section | Minutes |
# |---|---|
# | 1. Which framework first? | 3 |
# | 2. Is everything here? | 3 |
# | 3. How a lesson is built | 4 |
# | 4. How an exercise works | 5 |
#
# Run a cell and go to the next one with **Shift+Enter**.

# %% [markdown]
# ## 1. Which framework first?
#
# **Either, or both at once.** Tensors, gradients and training loops are the
# same ideas in both. What differs is names, a few conventions and a number of
# defaults, and the pairs of this course put many of those side by side.
#
# - Undecided? Take the one that the code you want to read is written in, or
#   that the team you want to join uses.
# - Already at home in one? Do both halves: you will read the second as a
#   translation of the first.
#
# Have you read that TensorFlow builds a graph first, and shows no number
# before it runs? By default, TensorFlow computes each line of a cell at once,
# just as PyTorch does: <!-- shown: eager -->

# %% tags=["torch"] pair="eager"
import torch
from grader import device

x = torch.tensor(3.0)
y = x * x + 1
print(float(y))
assert float(y) == 10

# %% tags=["tensorflow"] pair="eager"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
from grader import device

device("tensorflow")  # takes no more GPU than it needs
x = tf.constant(3.0)
y = x * x + 1
print(float(y))
assert float(y) == 10

# %%
from grader import agree

agree(y, 10.0)

# %% [markdown]
# (Every lesson begins with the two settings before the import. The first keeps
# log messages out of the notebook; the second turns off the kernels of oneDNN,
# which round differently.)
#
# `agree` compares values of either framework, NumPy arrays and plain
# numbers. <!-- no claim --> When they differ, it stops with an error that names
# the first difference. So a cell like this one that has run without an error has
# compared the values on *your* machine.

# %% [markdown]
# ## 2. Is everything here?
#
# The next cell needs no framework. It tells which halves of the course you
# can run.

# %% tags=["nbval-ignore-output"]
import sys
from importlib.util import find_spec

print("Python", sys.version.split()[0])
for name in ("torch", "tensorflow"):
    found = find_spec(name) is not None
    print(name, "is ready" if found else "is missing")
assert sys.version_info >= (3, 11)

# %% [markdown]
# **Only one is there?** That is fine: you can take the whole course in one
# framework. In a terminal,
#
# - `make lab TRACK=torch` (or `TRACK=tensorflow`) installs one framework and
#   opens notebooks that hold that half alone; <!-- no claim -->
# - without `make`, on Windows for example: `course start --track torch`, then
#   `course lab`. <!-- no claim -->
#
# Which versions, and which is the fastest device here? Nothing in this course
# needs a GPU. With one, TensorFlow uses it by itself
# ([from the documentation](https://www.tensorflow.org/guide/gpu)).
# PyTorch's tensors stay on the CPU until a program says otherwise, as some
# lessons do. <!-- shown: version -->

# %% tags=["torch", "nbval-ignore-output"] pair="version"
print("torch", torch.__version__)
print("fastest device:", device("torch"))
assert torch.ones(1).device.type == "cpu"

# %% tags=["tensorflow", "nbval-ignore-output"] pair="version"
print("tensorflow", tf.__version__)
print("fastest device:", device("tensorflow"))

# %% [markdown]
# ## 3. How a lesson is built
#
# Most cells come in pairs: PyTorch first, then TensorFlow, with the same names
# and the same numbers. <!-- no claim --> Before you run a pair, **say aloud what it
# will print**. You remember a surprise better than an output that you have only
# read. Each lesson begins with a prediction that is kept for you: write yours in
# place of the dots in `predict`, and `reveal` shows it beside what
# happened. <!-- no claim -->
#
# *Predict:* if the rows of `a` are people, and the columns are prices, what is
# the sum over `axis=0`?

# %%
import numpy as np
from grader import predict, reveal

a = np.array([[1.0, 2.0], [3.0, 4.0]])
predict("start.axis", ..., a=[3, 7], b=[4, 6])

# %% tags=["torch"] pair="sum"
total = torch.tensor(a).sum(dim=0)
print(total.numpy())
agree(total, a.sum(axis=0))
agree(torch.tensor(a).sum(axis=0), total)

# %% tags=["tensorflow"] pair="sum"
total = tf.reduce_sum(tf.constant(a), axis=0)
print(total.numpy())
agree(total, a.sum(axis=0))

# %%
reveal("start.axis", total)

# %% [markdown]
# `axis=0` is the axis that *disappears*: the rows are added up, and one
# number per column is left. <!-- shown: sum `agree(total` --> PyTorch says `dim`
# where TensorFlow and NumPy say `axis`; the numbers are the
# same. <!-- shown: sum `agree(total` --> For a sum, PyTorch accepts `axis`
# too. <!-- shown: sum `sum(axis=0), total` -->

# %% [markdown]
# ## 4. How an exercise works
#
# An exercise asks for one function. Here is a tiny one, `start.celsius`:
#
# > Write `celsius(f)`. <!-- no claim --> It takes a tensor `f` of temperatures in
# > degrees Fahrenheit, of shape `(n,)` and dtype float32, and returns a tensor of
# > the same shape in degrees Celsius: °C = (°F − 32) · 5/9. <!-- no claim -->
#
# Somebody in a hurry wrote this. `check` calls the function with several
# inputs, compares what it returns, and looks for the mistake behind a
# difference. <!-- shown: hurry --> How the function computes it does not count:
# any right computation passes that leaves its inputs as they were.
# **The cell is meant to fail.** Read what it says:

# %%
from grader import check, hint

# %% tags=["torch", "raises-exception"] pair="hurry"
def celsius(f):
    return f - 32 * 5 / 9

check("start.celsius", celsius, "torch")

# %% tags=["tensorflow", "raises-exception"] pair="hurry"
def celsius(f):
    return f - 32 * 5 / 9

check("start.celsius", celsius, "tensorflow")

# %% [markdown]
# The message names the quantity, the place, both numbers, the likely
# mistake and the next thing to try. It never gives the answer away.
#
# Stuck? There are three hints for each exercise: the idea, the functions to
# use, a skeleton. They open one after the other, right below the message;
# `hint` shows them too. <!-- no claim -->

# %%
hint("start.celsius")

# %% [markdown]
# **Your turn.** Replace the line `raise NotImplementedError`, and run the
# cell until it says *correct*. <!-- no claim -->

# %% tags=["torch", "raises-exception"] pair="turn"
def celsius(f):
    raise NotImplementedError

check("start.celsius", celsius, "torch")

# %% tags=["tensorflow", "raises-exception"] pair="turn"
def celsius(f):
    raise NotImplementedError

check("start.celsius", celsius, "tensorflow")

# %% [markdown]
# ## Where you are, and what is next
#
# `progress()` lists all exercises, with what you have solved in each
# framework. <!-- no claim --> `course list` prints the same in a
# terminal. <!-- no claim -->

# %% tags=["nbval-ignore-output"]
from grader import progress

progress()

# %% [markdown]
# Next: **[01 Tensors](01_tensors.ipynb)**, what a tensor is, and where the
# two frameworks treat the same one differently. <!-- no claim --> Its exercises
# are in
# [01_tensors_exercises](../exercises/01_tensors/01_tensors_exercises.ipynb).
#
# Your notebooks are your own copy: change them as you like. Nothing in this
# course sends anything anywhere; it works without a network.
