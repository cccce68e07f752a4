# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Debugging: find what is wrong
#
# An error, a NaN, a full memory, a loss that stays: this lesson shows where to look first. You
# need [Autograd](02_autograd.ipynb), [Graphs](03_graphs.ipynb) and
# [Training loops](05_training_loops.ipynb). Afterwards you can
#
# - stop a program at the right line, and read a stack trace,
# - name the first operation that makes a NaN,
# - say what fills the memory,
# - make a run repeat itself,
# - diagnose a loss curve with five tests.
#
# | Section | Minutes |
# |---|---|
# | 1. Stop inside of the loop | 6 |
# | 2. A breakpoint in compiled code | 3 |
# | 3. Six stack traces | 4 |
# | 4. The first NaN | 6 |
# | 5. Where NaNs are made | 3 |
# | 6. What the way back keeps | 4 |
# | 7. What keeps memory alive | 3 |
# | 8. Checkpointing (*second reading*) | 2 |
# | 9. Out of memory | 2 |
# | 10. Runs that differ | 5 |
# | 11. `eval()`, and yet other answers | 4 |
# | 12. Slow for no reason | 5 |
# | 13. A loop that does not learn | 4 |
# | 14. A gallery of loss curves | 4 |
# | Quiz | 9 |
#
# Exercises are in
# [09_debugging_exercises](../exercises/09_debugging/09_debugging_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
from torch import is_tensor, nn
import torch.nn.functional as F

torch.set_num_threads(1)  # small models: faster
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras
from keras import layers
from grader import device
from grader.pictures.debugging import tensorflow_meter

tensorflow_meter.count_on_cpu()  # for section 6
device("tensorflow")  # before it takes the whole card
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
print("keras", keras.__version__)

# %% tags=["nbval-ignore-output"] name="numbers"
import sys

import numpy as np
from grader import agree, predict, reveal
from grader.pictures.debugging import debugging_plots, processes, run_plots, runs, span_plots
from grader.pictures.debugging.costs import best, times_slower
from grader.pictures.debugging.pdb_session import post_mortem, typed
from grader.pictures.debugging.stack_traces import read

MiB = 2**20  # bytes
cost = "times as long as the plain step"
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Stop inside of the loop
#
# *The loss of the right weight is not zero, and nothing raises. Where do you look?*
#
# A model with one weight is to learn that the target is twice the input. By hand, for the
# inputs 1 and 3 and the weight 2: the outputs are 2 and 6, just as the targets, so that the
# loss is 0. <!-- no claim --> Both frameworks say 8. <!-- shown: bug `8.0` -->
#
# Python's debugger stops a program at `breakpoint()`. <!-- shown: bug `session.stops` --> There
# you type commands, and each works on the live values. The helper `typed` types them here, because
# a lesson runs by itself; leave it out in a script. <!-- no claim --> In a notebook,
# `breakpoint()` belongs to JupyterLab's own debugger, and does nothing while that is off. <!-- shown: add_up -->
# Write `import pdb; pdb.set_trace()` there. <!-- no claim -->
#
# *Predict:* the outputs have shape (2, 1), the targets (2,). <!-- shown: bug `([2, 1])` -->
# Which shape has their difference?

# %% name="shapes"
predict("debugging.shape", ..., a="(2,)", b="(2, 1)",
        c="(2, 2)")
inputs = np.float32([[1], [3]])
targets = np.float32([2, 6])

# %% tags=["torch"] pair="loss"
def loss_torch(w):
    output = x * w
    breakpoint()
    error = output - y
    return (error**2).mean()

# %% tags=["tensorflow"] pair="loss"
def loss_tf(w):
    output = x * w
    breakpoint()
    error = output - y
    return tf.reduce_mean(error**2)

# %% tags=["torch"] pair="bug"
x, y = torch.tensor(inputs), torch.tensor(targets)
with typed("p output.shape", "p y.shape", "n",
           "p error.shape", "c") as session:
    agree(loss_torch(2.0), 8.0)
assert session.stops == 1
assert "([2, 1])" in session.text

# %% tags=["tensorflow"] pair="bug"
x, y = tf.constant(inputs), tf.constant(targets)
with typed("p output.shape", "p y.shape", "n",
           "p error.shape", "c") as session:
    agree(loss_tf(2.0), 8.0)
assert session.stops == 1
assert "([2, 1])" in session.text

# %% [markdown]
# The command `p` prints a value, `n` runs the next line, and `c` continues. <!-- shown: bug `session.stops` -->
# `s` steps into a call, `l` lists the source, and `q` quits
# ([from the documentation](https://docs.python.org/3/library/pdb.html#debugger-commands)).
#
# The difference has four numbers in place of two. <!-- no claim --> [Broadcasting](01_tensors.ipynb)
# has repeated the targets for each output. Give both the
# same shape.
#
# **After an error.** You need no breakpoint: type `%debug` in the next cell
# ([from the documentation](https://ipython.readthedocs.io/en/stable/interactive/magics.html#magic-debug)).
# You stand where the error was raised, and each variable has its value. The function below
# fails at one of three batches. Which?

# %% name="add_up"
reveal("debugging.shape", "c")
hook = sys.breakpointhook.__name__
print("breakpoint() calls", hook)
assert "debugpy" in hook

def add_up(state, batches):
    for number, batch in enumerate(batches):
        state = state + batch

def thrice(function, x):
    for number in range(3):
        function(x)

# %% tags=["torch"] pair="after_error"
batches = torch.arange(8.0).split([3, 3, 2])
try:
    add_up(torch.zeros(3), batches)
except RuntimeError as error:
    post_mortem(error, "p number", "p batch", "u")
    assert error.__traceback__.tb_next.tb_next is None

# %% tags=["tensorflow"] pair="after_error"
batches = tf.split(tf.range(8.0), [3, 3, 2])
try:
    add_up(tf.zeros(3), batches)
except tf.errors.InvalidArgumentError as error:
    post_mortem(error, "u", "u", "p number", "p batch")
    assert error.__traceback__.tb_next.tb_next

# %% [markdown]
# The last batch is too short. The command `u` goes up to the caller. <!-- no claim --> In TensorFlow
# you begin inside of the library, and go up until you see your own
# code. <!-- shown: after_error `tb_next` -->
#
# **You try:** mend the loss: write `output[:, 0] - y`. What is it
# now? <!-- try: loss `output - y` with `output[:, 0] - y`; bug `8.0` with `0.0` -->
#
# <details><summary>Answer</summary>
#
# Zero, as by hand.
#
# </details>
#
# ## 2. A breakpoint in compiled code
#
# *You compile the function, and the breakpoint stops once only, or in strange code. Why?*
#
# The Python of a [traced](03_graphs.ipynb) function runs only while it is traced. So of three calls of a `tf.function`, one
# stops. <!-- shown: stops `stops == 1` --> TensorFlow's `sine` is then a symbol of the graph, and has no
# number. <!-- shown: stops `Sin:0` --> PyTorch's compiler breaks the graph at the breakpoint, and stops
# at each call. <!-- shown: stops `stops == 3` --> In PyTorch you then stand in a library; `u` leads to your code,
# but what it computed has no name there. <!-- shown: stops `NameError` -->
#
# Each framework has a switch that runs compiled functions as plain Python. <!-- shown: plain `stops == 3` --> With
# it, every call stops, on real numbers. <!-- shown: plain `0.84` -->

# %% tags=["torch", "nbval-ignore-output"] pair="stops"
@torch.compile(backend="eager")
def wave_torch(x):
    sine = torch.sin(x)
    breakpoint()
    return sine * 2

with typed("u", "p sine", "c") as session:
    thrice(wave_torch, torch.ones(2))
assert session.stops == 3
assert "NameError" in session.text

# %% tags=["tensorflow", "nbval-ignore-output"] pair="stops"
@tf.function
def wave_tf(x):
    sine = tf.sin(x)
    breakpoint()
    return sine * 2

with typed("p sine", "c") as session:
    thrice(wave_tf, tf.ones(2))
assert session.stops == 1
assert "Sin:0" in session.text

# %% tags=["torch"] pair="plain"
with (torch.compiler.set_stance("force_eager"),
      typed("p sine", "c") as session):
    thrice(wave_torch, torch.ones(2))
assert session.stops == 3
assert "0.84" in session.text

# %% tags=["tensorflow"] pair="plain"
tf.config.run_functions_eagerly(True)
with typed("p sine.numpy()", "c") as session:
    thrice(wave_tf, tf.ones(2))
tf.config.run_functions_eagerly(False)
assert session.stops == 3
assert "0.84" in session.text

# %% tags=["tensorflow"] name="train_step"
class Net(keras.Model):
    def train_step(self, batch):
        total = tf.reduce_sum(batch)
        breakpoint()
        return {"total": total}

net, data = Net(), tf.ones([8, 1])
for eagerly, stops in (False, 1), (True, 4):
    net.compile(run_eagerly=eagerly)
    with typed("p total", "c") as session:
        net.fit(data, batch_size=2, verbose=0)
    assert session.stops == stops

# %% [markdown]
# Keras's `fit` traces your `train_step`, too. <!-- shown: train_step --> Of four batches it stops at one, and with
# `run_eagerly=True` at all four. <!-- shown: train_step -->
#
# ## 3. Six stack traces
#
# *Does a stack trace name the line that you have to mend?*
#
# Read it in three steps. Which numbers does the message give? Which is the last line that
# is *yours*? Did the mistake happen there, or earlier? Each cell shows your own lines and the
# message; open *In full* for the rest.

# %% tags=["torch", "nbval-ignore-output"] pair="shape"
def shape():
    x = torch.ones(4, 7)
    return nn.Linear(10, 2)(x)

ours = [read("shape", shape, "nn.Linear")]
assert "4x7 and 10x2" in ours[0].message

# %% tags=["tensorflow", "nbval-ignore-output"] pair="shape"
def shape():
    x = tf.ones([4, 7])
    return tf.matmul(x, tf.ones([10, 2]))

theirs = [read("shape", shape, "tf.matmul")]
assert "[4,7], In[1]: [10,2]" in theirs[0].message

# %% tags=["torch", "nbval-ignore-output"] pair="dtype"
def dtype():
    x = torch.ones(4, 10, dtype=torch.float64)
    return nn.Linear(10, 2)(x)

ours.append(read("dtype", dtype, "nn.Linear"))
assert "Double and Float" in ours[-1].message

# %% tags=["tensorflow", "nbval-ignore-output"] pair="dtype"
wide = tf.ones([4, 10], tf.float64)
dtype = lambda: tf.matmul(wide, tf.ones([10, 2]))
theirs.append(read("dtype", dtype, "tf.matmul"))
assert layers.Dense(2)(wide).dtype == tf.float32

# %% tags=["torch", "nbval-ignore-output"] pair="index"
def late_torch(x, row):
    return torch.gather(torch.sin(x), 0, row)

given = torch.ones(3), torch.tensor([7])  # of 3
forward = lambda: late_torch(*given)
ours.append(read("forward", forward, "gather"))

# %% tags=["tensorflow", "nbval-ignore-output"] pair="index"
def late_tf(x, row):
    return tf.gather(tf.sin(x), row)

given = tf.ones(3), tf.constant([7])  # of 3
forward = lambda: late_tf(*given)
theirs.append(read("forward", forward, "gather"))

# %% tags=["torch", "nbval-ignore-output"] pair="traced"
fast = torch.compile(late_torch, backend="eager")
given = torch.ones(3), torch.tensor([7])
traced = lambda: fast(*given)
ours.append(read("traced", traced, "gather"))
assert not ours[-1].named

# %% tags=["tensorflow", "nbval-ignore-output"] pair="traced"
fast = tf.function(late_tf)
given = tf.ones(3), tf.constant([7])
traced = lambda: fast(*given)
theirs.append(read("traced", traced, "gather"))
assert theirs[-1].named

# %% tags=["torch", "nbval-ignore-output"] pair="in_place"
def in_place():
    w = torch.ones(3, requires_grad=True)
    y = torch.exp(w)
    y.add_(1)  # exp's gradient needs the old y
    y.sum().backward()

ours.append(read("in place", in_place, "y.add_"))
assert not ours[-1].named

# %% tags=["tensorflow", "nbval-ignore-output"] pair="in_place"
def in_place():
    y = tf.exp(tf.ones(3))
    y[0] = 1.0

theirs.append(read("in place", in_place, "y[0]"))
assert theirs[-1].named

# %% tags=["torch", "nbval-ignore-output"] pair="backward"
class Double(torch.autograd.Function):
    forward = staticmethod(lambda _, x: x * 2)
    backward = staticmethod(lambda *_: torch.ones(5))

def backward():
    w = torch.ones(3, requires_grad=True)
    Double.apply(w).sum().backward()

ours.append(read("backward", backward, "ones(5)"))
debugging_plots.named("PyTorch", ours)
assert not ours[-1].named

# %% tags=["tensorflow", "nbval-ignore-output"] pair="backward"
@tf.custom_gradient
def double(x):
    return x * 2, lambda gradient: tf.ones(5)

def backward():
    w = tf.Variable(tf.ones(3))
    with tf.GradientTape() as tape:
        y = double(w)
    return tape.gradient(y, w)

theirs.append(read("backward", backward, "ones(5)"))
debugging_plots.named("TensorFlow", theirs)
assert backward().shape == 5

# %% [markdown]
# The last picture says for each error whether the trace names the line to mend. When an index
# fails in a graph, TensorFlow names the line, and PyTorch's compiled function does
# not name it. <!-- shown: traced -->
#
# **How it breaks.** The last cells return five numbers as the gradient of three. PyTorch's error names
# only your call of `backward`. <!-- shown: backward --> TensorFlow raises nothing, and hands
# you five numbers. <!-- shown: backward --> PyTorch's error about an
# in-place change does not name the change, either. <!-- shown: in_place --> TensorFlow refuses to
# change a tensor, at the line that tries. <!-- shown: in_place --> On float64 input, PyTorch's
# layer raises. <!-- shown: dtype `Double` --> Keras's layer silently computes in
# float32. <!-- shown: dtype `tf.float32` -->
#
# ## 4. The first NaN
#
# *The loss is NaN. Which of ten thousand operations made it?*
#
# **NaN** ("not a number") comes from operations without a result, and almost every
# operation passes it on. By hand: the logarithm of −1 has no value. <!-- no claim --> The derivative of
# $\log x$ is $1/x$. <!-- no claim -->
#
# The *first bad operation* is the first one whose output has a NaN or an infinity, while
# its inputs have none.
#
# *Predict* the gradient of this logarithm, which is your loss.

# %% name="numbers_in"
predict("debugging.gradient", ..., a="NaN", b="-1",
        c="an error is raised")

# %% tags=["torch"] pair="silent"
x = torch.tensor(-1.0, requires_grad=True)
loss = torch.log(x)
loss.backward()
reveal("debugging.gradient", "b")
agree(loss, np.nan)
agree(x.grad, -1.0)

# %% tags=["tensorflow"] pair="silent"
x = tf.Variable(-1.0)
with tf.GradientTape() as tape:
    loss = tf.math.log(x)
reveal("debugging.gradient", "b")
agree(loss, np.nan)
agree(tape.gradient(loss, x), -1.0)

# %% tags=["torch"] pair="finder"
from torch.utils._python_dispatch import (
    TorchDispatchMode)
from torch.utils._pytree import tree_leaves

class FirstBad(TorchDispatchMode):
    def __torch_dispatch__(self, operation, types,
                           given=(), named=None):
        made = operation(*given, **(named or {}))
        for x in tree_leaves(made):
            if is_tensor(x) and not x.isfinite().all():
                raise FloatingPointError(operation)
        return made

# %% tags=["tensorflow"] pair="finder"
class CheckAll:
    def __enter__(self):
        tf.debugging.enable_check_numerics()

    def __exit__(self, *error):
        tf.debugging.disable_check_numerics()
# %% tags=["torch", "nbval-ignore-output"] pair="found"
def program():
    x = torch.tensor([-1.0, 4.0])
    with FirstBad():
        y = x * 2
        y = torch.log(y)
        return y + 1

trace = read("the first bad one", program, "torch.log")
assert trace.named
assert "aten.log" in trace.message

# %% tags=["tensorflow", "nbval-ignore-output"] pair="found"
tf.get_logger().setLevel("ERROR")

def program():
    x = tf.constant([-1.0, 4.0])
    with CheckAll():
        y = x * 2
        y = tf.math.log(y)
        return y + 1

trace = read("the first bad one", program, "log")
assert trace.named
assert "Log" in trace.message

# %% tags=["torch", "nbval-ignore-output"] pair="missed"
def hunted(function):
    x = torch.tensor(-1.0, requires_grad=True)
    with torch.autograd.detect_anomaly():
        loss = function(x)
        loss.backward()

root = read(
    "sqrt", lambda: hunted(torch.sqrt), "= function")
silent = read(
    "log", lambda: hunted(torch.log), "= function")
assert root.named
assert silent.error == ""

# %% tags=["tensorflow", "nbval-ignore-output"] pair="missed"
early = tf.function(lambda x: tf.math.log(x))
early(tf.constant(-1.0))
def hunted():
    with CheckAll():
        early(tf.constant(-1.0))

trace = read("traced before", hunted, "tf.math.log")
assert not trace.named

@tf.function(jit_compile=True, input_signature=[
    tf.TensorSpec([None, None])])
def columns(x):
    tf.debugging.assert_shapes([(x, ("rows", 2))])
    return tf.shape(x)[1]
assert columns(tf.ones([4, 3])) == 3

# %% tags=["torch", "nbval-ignore-output"] pair="cost"
small_torch = nn.Sequential(
    nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
few = torch.ones(64, 64)
step_torch = lambda: small_torch(few).sum().backward()
found = times_slower(step_torch, {
    "anomaly mode": torch.autograd.detect_anomaly,
    "FirstBad": FirstBad})
debugging_plots.bars({"PyTorch": found}, cost)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="cost"
ones = tf.ones([64, 64])
w = tf.Variable(ones)

def step_tf():
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.nn.relu(ones @ w))
    return tape.gradient(loss, w)

found = times_slower(step_tf, {"CheckAll": CheckAll})
debugging_plots.bars({"TensorFlow": found}, cost)

# %% [markdown]
# Nothing raises, and the gradient looks healthy. <!-- shown: silent `-1.0` -->
# `FirstBad` looks at every output and raises at the first that is not
# finite. <!-- shown: found `named` --> TensorFlow brings
# such a check along, which `CheckAll` switches on. <!-- shown: found `Log` -->
#
# **What they do not find.** PyTorch's *anomaly mode* looks for NaN in gradients alone. <!-- no claim --> PyTorch
# then names the forward line of a root of −1, whose gradient is NaN. <!-- shown: missed `root.named` --> At the
# logarithm of −1, PyTorch's anomaly mode is silent. <!-- shown: missed `silent.error` --> TensorFlow's check does not see into a
# function that was traced before: it names the whole
# function. <!-- shown: missed `named` --> With XLA, TensorFlow silently drops your assertions about shapes. <!-- shown: missed `3` --> Both
# checks also raise at infinities that you meant, and at a NaN in your data.
#
# **What they cost.** The last pair measures a small step. The cost is per operation, so
# that large tensors lose less.
#
# **You try:** in the program, take the logarithm of `y + 3`. Which operation is named
# now? <!-- try: found `log(y)` with `log(y + 3)`; found `assert trace.named` with `assert not trace.error`; found `in trace.message` with `not in trace.message` -->
#
# <details><summary>Answer</summary>
#
# None, because every output is finite: the smallest logarithm is that of 1.
#
# </details>
#
# Then `debugging.first_bad`. <!-- no claim -->
#
# ## 5. Where NaNs are made
#
# *Your formula is right on paper. Where does it overflow?*
#
# **Overflow.** A float32 ends near $3\cdot 10^{38}$, which is about $e^{88}$. <!-- no claim --> Above
# it stands infinity, and infinity divided by infinity is NaN. So a softmax as on paper fails for a
# logit of 100. <!-- shown: overflow `np.nan` --> The library's function does
# not. <!-- shown: overflow `[1, 0]` --> Subtract the largest logit first: no share changes. <!-- no claim --> A float16 ends at
# 65504. <!-- shown: overflow `isinf`, overflow `is_inf` -->
#
# **Division by zero.** In tensors, 1/0 is infinity, and 0/0 is NaN. <!-- no claim --> The mean of nothing is NaN, too: think of a batch whose labels are all
# masked. <!-- shown: empty `np.nan` --> Divide by the count only if there is
# one. <!-- shown: empty `0.0` -->
#
# **Masked losses.** To mask a bad value *after* the logarithm is too late. <!-- no claim --> The way back
# multiplies an infinite derivative by zero, which is
# NaN. <!-- shown: masked `[np.nan, 1]` --> Clean the input *before* the logarithm
# instead. <!-- shown: masked `[0, 1]` -->

# %% tags=["torch"] pair="overflow"
x = torch.tensor([100.0, 0.0])
agree(x.exp() / sum(x.exp()), [np.nan, 0])
agree(torch.softmax(x, dim=0), [1, 0])
half = torch.tensor(65504.0, dtype=torch.float16)
assert (half * 2).isinf()

# %% tags=["tensorflow"] pair="overflow"
x = tf.constant([100.0, 0.0])
agree(tf.exp(x) / sum(tf.exp(x)), [np.nan, 0])
agree(tf.nn.softmax(x), [1, 0])
half = tf.constant(65504.0, tf.float16)
assert tf.math.is_inf(half * 2)

# %% tags=["torch"] pair="empty"
losses, mask = torch.ones(3), torch.zeros(3)
total, count = (losses * mask).sum(), mask.sum()
agree(total / count, np.nan)
agree(total / count.clamp(min=1), 0.0)

# %% tags=["tensorflow"] pair="empty"
losses, mask = tf.ones(3), tf.zeros(3)
total, count = tf.reduce_sum(losses * mask), sum(mask)
agree(total / count, np.nan)
agree(tf.math.divide_no_nan(total, count), 0.0)

# %% tags=["torch"] pair="masked"
def gradient(clean):
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    inside = torch.where(x > 0, x, 1.0)
    y = torch.log(inside if clean else x)
    torch.where(x > 0, y, 0.0).sum().backward()
    return x.grad

agree(gradient(clean=False), [np.nan, 1])
agree(gradient(clean=True), [0, 1])

# %% tags=["tensorflow"] pair="masked"
def gradient(clean):
    x = tf.Variable([0.0, 1.0])
    with tf.GradientTape() as tape:
        inside = tf.where(x > 0, x, 1.0)
        y = tf.math.log(inside if clean else x)
        y = tf.where(x > 0, y, 0.0)
    return tape.gradient(y, x)

agree(gradient(clean=False), [np.nan, 1])
agree(gradient(clean=True), [0, 1])

# %% [markdown]
# Exercise: `debugging.masked_loss`. <!-- no claim -->
#
# ## 6. What the way back keeps
#
# *Training needs far more memory than the weights. What fills it?*
#
# The way back needs numbers of the forward pass, so the framework keeps them. A dense layer
# needs its input. ReLU, tanh and sigmoid need their own output. <!-- no claim --> If two layers need the same
# tensor, it is kept once.
#
# By hand: 8 dense layers of 512 units, each with ReLU, and a batch of 1024 in
# float32, at 4 bytes a number. <!-- no claim --> Each ReLU's output has
# $1024\cdot 512\cdot 4$ bytes, which is 2 MiB. <!-- no claim --> (1 MiB is $2^{20}$ bytes.) <!-- no claim -->
# The next dense layer needs the same tensor.
#
# *Predict:* how many MiB does the forward pass leave behind for the way back? Don't count
# the batch and the weights.

# %% name="batch"
predict("debugging.kept", ...)
batch = np.ones((1024, 512), np.float32)

# %% tags=["torch"] pair="network"
from grader.pictures.debugging import torch_meter

MeterTorch = torch_meter.Meter

def build_torch(kind):
    parts = []
    for layer in range(8):
        parts += [nn.Linear(512, 512), kind()]
    return nn.Sequential(*parts)

x_torch = torch.tensor(batch)

# %% tags=["tensorflow"] pair="network"
MeterTF = tensorflow_meter.Meter

def build_tf(kind):
    parts = [layers.Dense(512, kind) for n in range(8)]
    return keras.Sequential(
        [keras.Input([512]), *parts])

# %% tags=["torch"] pair="kept"
net_torch = build_torch(nn.ReLU)
with MeterTorch() as meter:
    output = net_torch(x_torch)
kept = meter.alive / MiB
reveal("debugging.kept", kept, tolerance=2)
agree([kept, meter.peak / MiB], [16, 18])

# %% tags=["tensorflow", "nbval-ignore-output"] pair="kept"
net_tf, x_tf = build_tf("relu"), tf.constant(batch)
with MeterTF() as meter, tf.GradientTape() as tape:
    output = net_tf(x_tf)
kept = meter.alive / MiB
reveal("debugging.kept", kept, tolerance=2)
agree(16, kept, tolerance=0.1)

# %% [markdown]
# The meter needs no GPU. In PyTorch it adds up the bytes of the tensors that are
# alive. <!-- no claim --> In TensorFlow it asks the allocator, which rounds up. <!-- no claim -->
#
# ## 7. What keeps memory alive
#
# *The memory grows from batch to batch. Who holds it?*
#
# Kept tensors live as long as something refers to the loss, because the loss refers to its
# graph. <!-- no claim --> `backward()` frees them, and so does `del loss`. <!-- no claim --> Without either, two graphs are alive
# until the next forward pass is done and the name `loss` is assigned anew. <!-- no claim --> In PyTorch, `total += loss` holds the graph of each
# batch. <!-- shown: leak `graphs` --> PyTorch's `total += loss.item()` holds a number. <!-- shown: leak `numbers` --> Under `torch.no_grad()`
# there is no graph. <!-- shown: leak `< 0.01` --> In
# TensorFlow the tape holds what is kept, not the loss: outside of a tape
# nothing is kept. <!-- shown: leak `outside` --> A loop inside of one TensorFlow tape keeps
# all. <!-- shown: leak `inside` --> By hand, for 20 batches of a quarter of the size:
# 20 · 4 = 80 MiB. <!-- shown: leak `80` -->

# %% tags=["torch"] pair="leak"
def leak(read):
    with MeterTorch() as meter:
        total = 0.0
        for number in range(20):
            loss = net_torch(x_torch[:256]).mean()
            total += read(loss)
        del loss
    return meter.alive / MiB
graphs = leak(lambda loss: loss)
numbers = leak(lambda loss: loss.item())
print("graphs:", graphs, "MiB, numbers:", numbers)
agree(graphs, 80, tolerance=0.01)
assert numbers == 0
with torch.no_grad():
    assert leak(lambda loss: loss) < 0.01

# %% tags=["tensorflow", "nbval-ignore-output"] pair="leak"
from contextlib import nullcontext

def leak(tape):
    with MeterTF() as meter, tape:
        total = 0.0
        for number in range(20):
            loss = tf.reduce_mean(net_tf(x_tf[:256]))
            total += loss
    return meter.alive / MiB

inside = leak(tf.GradientTape())
outside = leak(nullcontext())
print("inside:", inside, "MiB, outside:", outside)
assert 80 <= inside < 100  # and a slice for each
assert outside < 1

# %% tags=["torch"] pair="activations"
def kept_torch(forward):
    with MeterTorch() as meter:
        output = forward(x_torch)
    return meter.alive / MiB

found = {}
for name in "ReLU", "Tanh", "GELU", "SiLU":
    net = build_torch(getattr(nn, name))
    found[name] = kept_torch(net)
debugging_plots.bars({"PyTorch": found}, "kept (MiB)")
agree(list(found.values()), [16, 16, 32, 32])
in_place = build_torch(lambda: nn.ReLU(inplace=True))
with MeterTorch() as meter:
    output = in_place(x_torch)
agree([meter.alive / MiB, meter.peak / MiB], [16, 16])

# %% tags=["tensorflow", "nbval-ignore-output"] pair="activations"
def kept_tf(forward):
    forward(x_tf)  # makes what is made once
    with MeterTF() as meter:
        with tf.GradientTape() as tape:
            output = forward(x_tf)
        return meter.alive / MiB

found = {}
for name in "ReLU", "Tanh", "GELU", "SiLU":
    net = build_tf(name.lower())
    found[name] = round(kept_tf(net))
debugging_plots.bars({"Keras": found}, "kept (MiB)")
agree(96, found["GELU"], tolerance=0.1)

# %% tags=["torch"] pair="state"
def state_of(kind, **options):
    weights = list(build_torch(nn.ReLU).parameters())
    optimizer = kind(weights, **options)
    for weight in weights:
        weight.grad = weight.detach()
    with MeterTorch() as meter:
        optimizer.step()
    return meter.alive / MiB

SGD, Adam = torch.optim.SGD, torch.optim.Adam
state = state_of(SGD), state_of(SGD, momentum=0.9)
agree([*state, state_of(Adam)], [0, 8.0, 16.0],
      tolerance=0.01)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="state"
def state_of(kind, **options):
    optimizer = kind(**options)
    with MeterTF() as meter:
        optimizer.build(net_tf.trainable_variables)
    return meter.alive / MiB

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam
state = state_of(SGD), state_of(SGD, momentum=0.9)
agree([0, 8, 16], [*state, state_of(Adam)],
      tolerance=0.15)

# %% [markdown]
# GELU and SiLU need their *input*, which nobody else keeps, so that in
# PyTorch they keep 32 MiB, twice as much as ReLU. <!-- shown: activations `[16, 16, 32, 32]` --> TensorFlow
# composes GELU of several operations; computed eagerly, each of them keeps its own, and Keras's layers take
# 96 MiB. <!-- shown: activations `96` --> PyTorch's `nn.ReLU(inplace=True)` overwrites its input: at most
# 16 MiB are alive in the forward pass, and not 18. <!-- shown: kept `[16, 18]`, activations `[16, 16])` --> What
# PyTorch keeps is 16 MiB as before. <!-- shown: activations `[meter.alive` -->
#
# The optimizer keeps numbers of its own for each weight it trains, in `optimizer.state` or Keras's `optimizer.variables`. <!-- no claim --> Plain SGD keeps none, momentum one, and Adam
# two. <!-- shown: state --> Here the weights have 8 MiB, so Adam's state has
# 16. <!-- shown: state -->
#
# Exercises: `debugging.kept_bytes`, `debugging.leak`, `debugging.optimizer_state`. <!-- no claim -->
#
# ## 8. Checkpointing
#
# *Second reading.* *Can you keep less, and compute it again?*
#
# **Checkpointing** keeps only the input of each block of layers, and runs a block's forward pass a
# second time on the way back. By hand, for four blocks of two layers: the batch does not count, so three inputs
# and the result are left. <!-- no claim --> In TensorFlow these are about 8 MiB in
# place of 16. <!-- shown: checkpoint `[16, 8]` --> PyTorch leaves 10, because its function runs the last block
# as usual. <!-- shown: checkpoint `[16, 10]` --> In PyTorch, the gradients are the same, bit for
# bit. <!-- shown: checkpoint `equal` --> The price is one more forward pass, about a third of a
# step.
#
# In the picture, PyTorch's checkpointed step has at most 14 MiB. <!-- shown: checkpoint `meter.peak` --> What is left at its end are the
# gradients. It has more operations, so compare heights alone.
#
# **How it breaks.** A block with dropout must draw the same mask again. PyTorch sees to it. <!-- shown: mask --> TensorFlow's
# `recompute_grad` draws another mask, and the gradient is silently wrong. <!-- shown: mask -->

# %% tags=["torch"] pair="checkpoint"
from torch.utils import checkpoint
thrifty = lambda x: checkpoint.checkpoint_sequential(
    net_torch, 4, x, use_reentrant=False)
ways = {"plain": net_torch, "checkpointed": thrifty}
agree(list(map(kept_torch, ways.values())), [16, 10])
lines, gradients = {}, []
for title, forward in ways.items():
    net_torch.zero_grad()
    with MeterTorch() as meter:
        forward(x_torch).sum().backward()
    lines[title] = meter.line
    gradients.append(net_torch[0].weight.grad)
debugging_plots.timelines(lines)
assert torch.equal(*gradients)
agree(meter.peak / MiB, 14, tolerance=0.01)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="checkpoint"
def thrifty(x_tf):
    for first in range(0, 8, 2):
        part = net_tf.layers[first:first + 2]
        block = keras.Sequential(part)
        x_tf = tf.recompute_grad(block)(x_tf)
    return x_tf

kept = kept_tf(net_tf), kept_tf(thrifty)
print(kept)
agree([16, 8], kept, tolerance=0.15)

# %% tags=["torch", "nbval-ignore-output"] pair="mask"
drop, row = nn.Dropout(0.5), torch.ones(8)
y = checkpoint.checkpoint(drop, row.requires_grad_(),
                          use_reentrant=False)
y.sum().backward()
print(y.detach(), "gradient:", row.grad)
assert row.grad.equal(y)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="mask"
drop, row = layers.Dropout(0.5, seed=0), tf.ones(8)
block = tf.recompute_grad(drop)
with tf.GradientTape() as tape:
    tape.watch(row)
    y = block(row, training=True)
gradient = tape.gradient(y, row)
print(y.numpy(), "gradient:", gradient.numpy())
assert np.abs(gradient - y).max() == 2

# %% [markdown]
# ## 9. Out of memory
#
# *The message tells a size. Is it the size that was too much?*
#
# The next pair of cells makes a tensor of 512 MiB in a process that may take 200 MiB
# more. <!-- no claim --> Each message has the size, or shape, of the request that
# failed. <!-- shown: oom --> Here it is the cause; in training it often only came last. Ask what was there,
# with a meter, or on a GPU with `torch.cuda.memory_summary()`
# ([from the documentation](https://docs.pytorch.org/docs/stable/generated/torch.cuda.memory.memory_summary.html)),
# and `tf.config.experimental.get_memory_info("GPU:0")`
# ([from the documentation](https://www.tensorflow.org/api_docs/python/tf/config/experimental/get_memory_info)).
#
# If the *first* batch fails, halve it or checkpoint. If a later one fails, look for a leak.
#
# **What does not help.** `torch.cuda.empty_cache()` gives unused memory back to other programs; it makes
# no more room for PyTorch, except that it may reduce fragmentation
# ([from the documentation](https://docs.pytorch.org/docs/stable/generated/torch.cuda.memory.empty_cache.html)).
# In PyTorch, `del model` frees no weight that an optimizer refers to. <!-- shown: alive `held` -->
# Keras's `clear_session()` resets its names, but a model that you still hold
# works. <!-- shown: alive `model(` -->

# %% tags=["torch", "nbval-ignore-output"] pair="oom"
said = processes.out_of_memory(
    "import torch; torch.zeros(1)",
    "torch.zeros(2**27)", mebibytes=200)
print(said)
if processes.POSSIBLE:
    assert "allocate 536870912 bytes" in said

# %% tags=["tensorflow", "nbval-ignore-output"] pair="oom"
said = processes.out_of_memory(
    "import tensorflow as tf; tf.zeros(1)",
    "tf.zeros(2**27)", mebibytes=200)
print(said)
if processes.POSSIBLE:
    assert "shape[134217728]" in said

# %% tags=["torch"] pair="alive"
import gc
import weakref

model = nn.Linear(4, 4)
optimizer = torch.optim.Adam(model.parameters())
weight = weakref.ref(model.weight)
del model
held = weight() is not None
del optimizer
gc.collect()
assert held and weight() is None

# %% tags=["tensorflow"] pair="alive"
model = keras.Sequential([layers.Dense(2)])
before = model(tf.ones([1, 4]))
keras.backend.clear_session()
print(layers.Dense(2).name)
assert layers.Dense(2).name == "dense_1"
agree(model(tf.ones([1, 4])), before)

# %% [markdown]
# ## 10. Runs that differ
#
# *You set the seed, and the second run differs. Why?*
#
# A seed repeats [the random draws](05_training_loops.ipynb). It does
# not fix the *order* of a sum, and in floating point the order counts. <!-- shown: sums -->
#
# *Predict:* a program makes its list of classes from a set of names. Is the order the same after a restart?

# %% name="sums"
predict("debugging.restart", ..., a="always",
        b="not always")
large, one = np.float32(1e8), np.float32(1)
print((large + one) - large, (large - large) + one)
assert (large + one) - large == 0

# %% name="restarts"
program = "print(list({'cat', 'dog', 'owl'}))"
orders = [processes.restarted(program, hash_seed)
          for hash_seed in range(1, 5)]
print(*orders, sep="\n")
reveal("debugging.restart", "b")
assert len(set(orders)) > 1

# %% tags=["torch"] pair="threads"
def gradient(threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    norm, x = nn.LayerNorm(64), torch.randn(4096, 64)
    norm(x).square().sum().backward()
    torch.set_num_threads(1)
    return norm.weight.grad

one, two = gradient(1), gradient(2)
assert one.equal(gradient(1))
assert (one - two).abs().max() > 1e-5

# %% tags=["tensorflow"] pair="threads"
def drawn(calls):
    keras.utils.set_random_seed(0)
    data = tf.data.Dataset.range(500).map(
        lambda n: tf.random.normal([]), calls)
    data = data.with_options(pool)
    return list(data.as_numpy_iterator())

pool = tf.data.Options()
pool.threading.private_threadpool_size = 8
assert drawn(1) == drawn(1)
assert drawn(8) != drawn(8)
threads = tf.config.threading
change = threads.set_intra_op_parallelism_threads
trace = read("more threads", lambda: change(2), "2")
assert "cannot be modified" in trace.message

# %% tags=["torch", "nbval-ignore-output"] pair="switch"
before = best(step_torch)
torch.use_deterministic_algorithms(True)
print("cost:", best(step_torch) / before)
x = torch.zeros(1)
trace = read("put_", lambda: x.put_(x.long(), x), "x")
assert "deterministic implementation" in trace.message
agree(torch.empty(3), [np.nan] * 3)
torch.use_deterministic_algorithms(False)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="switch"
before = best(step_tf)
tf.config.experimental.enable_op_determinism()
print("cost:", best(step_tf) / before)
assert drawn(8) == drawn(8)
tf.random.set_seed(None)
draw = lambda: tf.random.normal([2])
trace = read("no seed", draw, "draw")
assert "require a seed" in trace.message
keras.utils.set_random_seed(0)

# %% [markdown]
# A set of strings can have another order in each process, unless `PYTHONHASHSEED` is set: the labels of a saved
# model can then mean other classes. <!-- shown: restarts --> Put `sorted(...)` around it. <!-- no claim -->
#
# With another number of threads, large sums are split elsewhere, and the last digits
# differ: PyTorch's gradient shows it. <!-- shown: threads `1e-5` --> With the same number on the CPU, this one is the same in
# PyTorch, bit for bit. <!-- shown: threads `gradient(1))` --> TensorFlow fixes the number of threads at its first
# operation. <!-- shown: threads `cannot be modified` --> If `Dataset.map` draws random numbers in eight parallel calls,
# TensorFlow's seed does not repeat them, even on the CPU: which call draws first is left to the
# threads. <!-- shown: threads `drawn(8)` --> On a GPU, some operations add in an order that
# changes ([from the documentation](https://docs.pytorch.org/docs/stable/generated/torch.use_deterministic_algorithms.html)).
#
# Each framework has a switch that allows only operations that repeat themselves. PyTorch's raises where it has
# none, and fills new memory with NaN. <!-- shown: switch `deterministic`, switch `np.nan` --> TensorFlow's refuses random operations without a
# seed, and repeats parallel calls. <!-- shown: switch `require a seed`, switch `drawn(8)` --> TensorFlow's stays on until a restart. <!-- no claim --> The cells print
# what each costs a small step on the CPU. <!-- no claim -->
#
# ## 11. `eval()`, and yet other answers
#
# *The model is in evaluation mode, and two equal calls give two answers. Who is it?*
#
# `eval()` reaches a layer only if the model knows it, and helps only if its code reads the mode. <!-- no claim --> The PyTorch network below
# is in evaluation mode, and three of its parts still draw random numbers. <!-- shown: who `changing ==` --> A functional dropout is on
# by default. <!-- shown: who `changing ==` --> A module in a plain Python list is unknown to `eval()`. <!-- shown: who `changing ==` --> The
# dropout of attention's function is an argument of its own. <!-- shown: who `changing ==` --> The hook `again` runs each part a second
# time on the same input, and names those that differ. <!-- no claim -->
#
# Keras finds layers in lists, and hands the mode down to them. <!-- shown: who `trained` --> But `tf.nn.dropout` has no mode,
# and `training=True` inside of a layer overrides yours. <!-- shown: who `changing ==` -->

# %% tags=["torch"] pair="parts"
class Functional(nn.Module):
    def forward(self, x):
        return F.dropout(x)

class Listed(nn.Module):
    parts = [nn.Dropout(0.5)]  # eval() can't see it

    def forward(self, x):
        return self.parts[0](x)

class Attend(nn.Module):
    def forward(self, x):
        return F.scaled_dot_product_attention(
            x, x, x, dropout_p=0.5)

# %% tags=["tensorflow"] pair="parts"
class FunctionalLayer(layers.Layer):
    def call(self, x):
        return tf.nn.dropout(x, 0.5)

class ListedLayer(layers.Layer):
    def __init__(self):
        super().__init__()
        self.parts = [layers.Dropout(0.5)]

    def call(self, x):
        return self.parts[0](x)

class ForcedLayer(ListedLayer):
    def call(self, x):
        return self.parts[0](x, training=True)

# %% tags=["torch"] pair="who"
def again(part, given, output):
    if not part.forward(*given).equal(output):
        changing.append(type(part).__name__)

changing, parts = [], [
    nn.Dropout(0.5), Functional(), Listed(),
    Attend()]
for part in parts:
    part.register_forward_hook(again)
model = nn.Sequential(*parts).eval()
model(torch.ones(4, 8))
print(model.training, changing)
assert changing == ["Functional", "Listed", "Attend"]

# %% tags=["tensorflow"] pair="who"
x, changing = tf.ones([4, 8]), []
parts = {"Dropout": layers.Dropout(0.5),
         "Functional": FunctionalLayer(),
         "Listed": ListedLayer(),
         "Forced": ForcedLayer()}
for name, part in parts.items():
    if not np.array_equal(part(x), part(x)):
        changing.append(name)
print(changing)
assert changing == ["Functional", "Forced"]
trained = parts["Listed"](x, training=True)
assert np.max(trained) == 2

# %% tags=["torch"] pair="rows"
x = torch.arange(8.0).reshape(4, 2)
for tracked in True, False:
    norm = nn.BatchNorm1d(
        2, track_running_stats=tracked).eval()
    alone = norm(x[:2]).equal(norm(x)[:2])
    assert alone == tracked

# %% tags=["tensorflow"] pair="rows"
x = tf.reshape(tf.range(8.0), [4, 2])
norm = layers.BatchNormalization()
alone = np.array_equal(norm(x[:2]), norm(x)[:2])
print("a row does not need the others:", alone)
assert alone

# %% [markdown]
# Batch norm in evaluation mode uses its running statistics, so that a row's answer does not depend on the other
# rows. <!-- shown: rows `tracked`, rows `assert alone` --> Without running statistics, PyTorch's does
# depend on them. <!-- shown: rows `tracked` -->
#
# **You try:** mend the functional dropout. In PyTorch, write `F.dropout(x, training=self.training)`; in TensorFlow, write
# `tf.nn.dropout(x, 0.0)`. Who
# still changes? <!-- try: parts `F.dropout(x)` with `F.dropout(x, training=self.training)`; parts `tf.nn.dropout(x, 0.5)` with `tf.nn.dropout(x, 0.0)`; who `["Functional", "Listed", "Attend"]` with `["Listed", "Attend"]`; who `["Functional", "Forced"]` with `["Forced"]` -->
#
# <details><summary>Answer</summary>
#
# The module in the list and attention; in TensorFlow, the forced layer. <!-- no claim -->
#
# </details>
#
# Then `debugging.who_changes`. <!-- no claim -->
#
# ## 12. Slow for no reason
#
# *The compiled step is slower than before. What is it doing?*
#
# **It traces again.** The careless step below takes a Python number that changes, and writes into a Python list. TensorFlow
# traces for each new number. <!-- shown: traces `again == 6` --> PyTorch traces for each new length of the list, and
# after 8 it runs the function uncompiled ([from the documentation](https://docs.pytorch.org/docs/stable/torch.compiler_troubleshooting.html)). There, the list grows only
# at a trace. <!-- no claim --> The mended step takes a tensor, and leaves the list outside: one
# trace. <!-- shown: traces `once == 1` -->
#
# **It gets one sample at a time.** Most of a small call is overhead, and so is cutting out a row. So 64 calls
# with one row take many times as long as one with 64. <!-- no claim -->
#
# **It waits.** On a GPU, operations only enter a queue. <!-- no claim --> `loss.item()`, `print(loss)` and `if loss > 3` wait until the queue is
# empty ([from the documentation](https://docs.pytorch.org/tutorials/recipes/recipes/tuning_guide.html#avoid-unnecessary-cpu-gpu-synchronization)).
# Collect losses as tensors, and read them once for each epoch.
#
# Otherwise, ask a profiler. The last cells record each operation of a step with Adam: look for the widest boxes. <!-- no claim --> Do not
# compare the frameworks by them, because recording takes time.

# %% name="steps"
def careless(x, rate):
    history.append(rate)
    return x - rate * x

careful = lambda x, rate: x - rate * x
history, rates = [], [0.1 * 0.9**n for n in range(6)]

# %% tags=["torch", "nbval-ignore-output"] pair="traces"
def traces(step, rates):
    graphs.clear()
    torch.compiler.reset()  # forgets earlier traces
    fast = torch.compile(step, backend=keep)
    for rate in rates:
        fast(torch.ones(4), rate)
    return len(graphs)

graphs, keep = [], lambda graph, inputs: (
    graphs.append(graph) or graph.forward)
again = traces(careless, rates)
once = traces(careful, torch.tensor(rates))
assert again == 6
assert once == 1

# %% tags=["tensorflow", "nbval-ignore-output"] pair="traces"
def traces(step, rates):
    fast = tf.function(step)
    for rate in rates:
        fast(tf.ones(4), rate)
    return fast.experimental_get_tracing_count()

again = traces(careless, rates)
once = traces(careful, tf.constant(rates))
assert again == 6
assert once == 1

# %% tags=["torch", "nbval-ignore-output"] pair="single"
rows = torch.ones(64, 64)
whole = best(lambda: small_torch(rows))
single = best(lambda: list(map(small_torch, rows)))
print(f"{single / whole:.0f} times as long")

# %% tags=["tensorflow", "nbval-ignore-output"] pair="single"
rows = tf.ones([64, 1, 64])
small_tf = tf.function(layers.Dense(128))
whole = best(lambda: small_tf(rows[:, 0]))
single = best(lambda: list(map(small_tf, rows)))
print(f"{single / whole:.0f} times as long")

# %% tags=["torch", "nbval-ignore-output"] pair="profile"
from torch.profiler import record_function
from grader.pictures.debugging import torch_spans

optimizer = torch.optim.Adam(net_torch.parameters())
x_torch = torch.tensor(batch[:256])

def step():
    with record_function("forward"):
        loss = net_torch(x_torch).square().mean()
    with record_function("backward"):
        loss.backward()
    with record_function("update"):
        optimizer.step()

span_plots.steps({"PyTorch": torch_spans.record(step)})

# %% tags=["tensorflow", "nbval-ignore-output"] pair="profile"
from grader.pictures.debugging import tensorflow_spans

optimizer = keras.optimizers.Adam()
weights = net_tf.trainable_variables
optimizer.build(weights)
x_tf = tf.constant(batch[:256])

@tf.function
def step():
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(net_tf(x_tf)))
    optimizer.apply(tape.gradient(loss, weights))

span_plots.steps(
    {"TensorFlow": tensorflow_spans.record(step)})

# %% [markdown]
# **You try:** give the careful step Python numbers, `rates`, in place of a tensor. How many traces does it
# take? <!-- try: traces `torch.tensor(rates)` with `rates`; traces `tf.constant(rates)` with `rates`; traces `assert once == 1` with `assert once in (2, 6)` -->
#
# <details><summary>Answer</summary>
#
# Six in TensorFlow, one for each number. In PyTorch two, because after the second a number is left
# open.
#
# </details>
#
# Then `debugging.traces`. <!-- no claim -->
#
# ## 13. A loop that does not learn
#
# *No error, no NaN, and the loss stays. Where do you begin?*
#
# With five cheap tests, in this order:
#
# 1. **The loss at the start.** A fresh network with $c$ classes gives each about the same probability, so its loss is near
#    $\log c$, which is 2.30 for ten. <!-- shown: tests `np.log(10)` --> More means that inputs or weights are too large.
# 2. **One batch.** A network must learn 50 examples by heart. <!-- shown: tests `memorised` --> If it does not, look at
#    scaling, start, loss and rate, not at the labels.
# 3. **Blank inputs.** Train on zeros. The loss falls to the entropy of the labels, which is what one reaches without
#    looking. <!-- shown: tests `blank` --> A network that does no better ignores its
#    input.
# 4. **The gradient check.** Compare one gradient with $(L(w+h) - L(w-h))/2h$, in float64, because in float32 $w+h$ is often $w$
#    again. Divide the error by the larger of the two. [Autograd](02_autograd.ipynb) shows how. <!-- no claim -->
# 5. **The range of rates.** Let the rate grow with each step, and draw the loss. Take a rate well before it
#    turns up. A valley behind the first peak is a broken network at the blank loss.

# %% tags=["torch"] pair="fit"
def fit_torch(x, rates):
    net, losses = fresh_torch(), []
    optimizer = torch.optim.SGD(net.parameters())
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y_torch)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% tags=["tensorflow"] pair="fit"
losses = keras.losses
error = losses.SparseCategoricalCrossentropy(True)

def fit_tf(x, rates):
    net, losses = fresh_tf(), []
    optimizer = keras.optimizers.SGD()
    for rate in rates:
        optimizer.learning_rate = rate
        with tf.GradientTape() as tape:
            loss = error(y_tf, net(x))
        weights = net.trainable_variables
        found = tape.gradient(loss, weights)
        optimizer.apply(found, weights)
        losses.append(float(loss))
    return losses

# %% tags=["torch"] pair="tests"
def fresh_torch():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(64, 32), nn.ReLU(),
                         nn.Linear(32, 10))

images, labels = runs.few(50)
x_torch, y_torch = map(torch.tensor, (images, labels))
start, *_, memorised = fit_torch(x_torch, [0.5] * 100)
*_, blank = fit_torch(0 * x_torch, [0.5] * 100)
print(start, memorised, blank)
agree(np.log(10), start, tolerance=0.15)
assert memorised < 0.1
agree(runs.entropy(labels), blank, tolerance=0.02)

# %% tags=["tensorflow"] pair="tests"
def fresh_tf():
    keras.utils.set_random_seed(0)
    return keras.Sequential([layers.Dense(32, "relu"),
                             layers.Dense(10)])

images, labels = runs.few(50)
x_tf, y_tf = tf.constant(images), tf.constant(labels)
start, *_, memorised = fit_tf(x_tf, [0.5] * 100)
*_, blank = fit_tf(0 * x_tf, [0.5] * 100)
print(start, memorised, blank)
agree(np.log(10), start, tolerance=0.15)
assert memorised < 0.1
agree(runs.entropy(labels), blank, tolerance=0.02)

# %% tags=["torch", "nbval-ignore-output"] pair="range"
growing = np.geomspace(1e-3, 100, 60)
found = growing, fit_torch(x_torch, growing)
run_plots.rates({"PyTorch": found})

# %% tags=["tensorflow", "nbval-ignore-output"] pair="range"
growing = np.geomspace(1e-3, 100, 60)
found = growing, fit_tf(x_tf, growing)
run_plots.rates({"Keras": found})

# %% [markdown]
# **You try:** forget to scale: write `runs.few(50, divisor=0.16)`. What does the
# first test say? <!-- try: tests `few(50)` with `few(50, divisor=0.16)`; tests `agree(np.log(10), start, tolerance=0.15)` with `assert start > 5`; tests `assert memorised < 0.1` with `assert start > 5` -->
#
# <details><summary>Answer</summary>
#
# A loss far above 2.30, because the logits grow with the inputs.
#
# </details>
#
# Then `debugging.first_loss`, `debugging.gradient_check`. <!-- no claim -->
#
# ## 14. A gallery of loss curves
#
# *Which fault has which curve?*
#
# Each panel is a real run on the digits, with one fault. Dashed is the loss on held-out images; the dotted line is
# $\log 10$. Both frameworks start with the same weights.

# %% tags=["torch", "nbval-ignore-output"] pair="gallery"
from grader.pictures.debugging import torch_runs

curves = runs.train_all(torch_runs.run, runs.GALLERY)
run_plots.gallery(curves)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="gallery"
from grader.pictures.debugging import tensorflow_runs

run = tensorflow_runs.run
curves = runs.train_all(run, runs.GALLERY)
run_plots.gallery(curves)

# %% [markdown]
# | curve | think of |
# |---|---|
# | starts far above $\log c$ | input not scaled |
# | jumps up, or turns up later | rate too high, gradients never cleared |
# | straight and nearly flat | rate too low |
# | stays at the blank loss, though one batch is learned | labels that do not belong to the inputs |
# | slow, and still far above zero | softmax twice, all weights equal |
# | up and down by the class | data not shuffled |
# | solid line near zero, dashed one above it | overfitting |
#
# A curve is a hint, and a test decides. With the softmax twice, a loss can't fall below
# $\log(e + 9) - 1 = 1.46$, and the first gradient is tiny.
#
# **Six runs are broken.** The next pair shows their curves and tests; *usual* is the last loss on all data, *gradient*
# the length of the first one.

# %% tags=["torch", "nbval-ignore-output"] pair="six"
six = torch_runs.run, runs.SIX
curves = runs.train_all(*six)
run_plots.gallery(curves, columns=3)
found = runs.test_all(*six, curves)
run_plots.tests_table(found)
assert found["A"].one_batch < 0.5 < found["A"].usual

# %% tags=["tensorflow", "nbval-ignore-output"] pair="six"
six = tensorflow_runs.run, runs.SIX
curves = runs.train_all(*six)
run_plots.gallery(curves, columns=3)
found = runs.test_all(*six, curves)
run_plots.tests_table(found)
assert found["A"].one_batch < 0.5 < found["A"].usual

# %% [markdown]
# **You try:** what is wrong in the runs A to F? <!-- try: six + `assert list(runs.ANSWERS.values()) == ["shuffled labels", "rate too low", "softmax twice", "input not scaled", "all weights equal", "not shuffled"]` -->
#
# <details><summary>Answer</summary>
#
# A: shuffled labels; it learns one batch alone. B: the rate is too low; start and gradient are
# usual, and the loss hardly moves. C: softmax twice; the first gradient is the smallest by far. D: the input is not
# scaled; look at the start. E: all weights are equal; it starts at 2.30 like C, but its gradient is not tiny. F: not
# shuffled; the loss jumps with the class.
#
# </details>
#
# Then `debugging.diagnose`. <!-- no claim -->
#
# ## What to remember
#
# | You see | Look first at |
# |---|---|
# | an error | your last own line, then `%debug`: [1](#1.-Stop-inside-of-the-loop), [3](#3.-Six-stack-traces) <!-- no claim --> |
# | NaN | the first bad operation: [4](#4.-The-first-NaN), [5](#5.-Where-NaNs-are-made) <!-- no claim --> |
# | memory that grows | who refers to a loss: [7](#7.-What-keeps-memory-alive) <!-- no claim --> |
# | out of memory at once | what the way back keeps: [6](#6.-What-the-way-back-keeps), [8](#8.-Checkpointing) <!-- no claim --> |
# | another result | sets, sums, threads: [10](#10.-Runs-that-differ) <!-- no claim --> |
# | a loss that stays | the five tests: [13](#13.-A-loop-that-does-not-learn), [14](#14.-A-gallery-of-loss-curves) <!-- no claim --> |

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer.
#
# **1.** Your `tf.function` has a breakpoint, and stops at the first call alone. <!-- no claim --> Why?
#
# - **A** the other calls took another branch
# - **B** its Python runs only while it is traced
# - **C** the debugger skips repeated lines
#
# <details><summary>Answer</summary>
#
# **B.** The graph runs without your Python. A would need such a branch, and C does not exist.
#
# </details>
#
# **2.** The loss is NaN, and anomaly mode is silent. What follows?
#
# - **A** no gradient was NaN
# - **B** the loss is not NaN
# - **C** the tool is broken
#
# <details><summary>Answer</summary>
#
# **A.** It looks for NaN in gradients alone. Look at the forward pass, by
# operation.
#
# </details>
#
# **3.** Memory grows by the same amount with each batch of the *evaluation*. What do you suspect first?
#
# - **A** the optimizer's state
# - **B** a sum of losses with their graphs
# - **C** the batch size
#
# <details><summary>Answer</summary>
#
# **B.** The state in A is made once, and C gives a constant amount.
#
# </details>
#
# **4.** You replace ReLU by GELU in PyTorch, and training no longer fits. <!-- no claim --> Why?
#
# - **A** GELU has weights
# - **B** GELU needs its input, which nobody else keeps
# - **C** GELU computes in float64
#
# <details><summary>Answer</summary>
#
# **B.** ReLU's output is kept anyway, by the next dense layer. GELU has neither weights nor another dtype.
#
# </details>
#
# **5.** A network with ten classes learns one batch by heart, and on all data it stays at 2.30. <!-- no claim --> What is it?
#
# - **A** the loop does not update the weights
# - **B** the rate is too low
# - **C** labels do not belong to their inputs
#
# <details><summary>Answer</summary>
#
# **C.** A and B would fail at one batch, too.
#
# </details>
#
# **6.** *Asked in interviews:* a training run ends with NaN after three hours. How do you find the cause?
#
# <details><summary>A model answer</summary>
#
# Save the weights and the batch of a step shortly before, so that the failure repeats in seconds. Run this step with a check of
# each operation's output, uncompiled, and take the first bad one. Then ask for its cause: a logarithm or a division at
# the border, an overflow in half precision, or weights that grew, which the curve of gradient lengths shows.
# Mend the formula or the rate, and do not hide the NaN behind a mask.
#
# </details>
#
# Exercises: `debugging.first_bad`, `debugging.masked_loss`, `debugging.kept_bytes`, `debugging.leak`,
# `debugging.optimizer_state`, `debugging.who_changes`, `debugging.traces`, `debugging.first_loss`,
# `debugging.gradient_check`, `debugging.diagnose`. <!-- no claim -->
