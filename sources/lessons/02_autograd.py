# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Automatic differentiation
#
# After this lesson you can
#
# - work out gradients by hand in reverse mode, and write an engine that
#   does it,
# - get the same numbers from PyTorch and TensorFlow, and say where the two
#   choose differently,
# - tell beforehand when a gradient will be summed, fresh, `None` or NaN,
# - take derivatives of derivatives and products with a Jacobian, write
#   a gradient of your own, and check it.
#
# | Section | Minutes |
# |---|---|
# | 1. Backwards, by hand | 5 |
# | 2. An engine in 40 lines | 6 |
# | 3. Who gets a gradient? | 4 |
# | 4. Summed or fresh | 4 |
# | 5. Recorded for one use | 3 |
# | 6. Stopping a gradient | 3 |
# | 7. Four roads to `None` | 5 |
# | 8. Slopes where there is none | 5 |
# | 9. Derivatives of derivatives | 4 |
# | 10. Products with a Jacobian | 4 |
# | 11. A gradient of your own | 3 |
# | 12. Checking a gradient | 4 |
# | Quiz | 6 |
#
# Exercises are in
# [02_autograd_exercises](../exercises/02_autograd/02_autograd_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
print("tensorflow", tf.__version__)

# %% tags=["nbval-ignore-output"]
import math
import warnings
import weakref
import numpy as np
from grader import agree, predict, reveal
from grader.pictures import plots
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Backwards, by hand
#
# A network has a million weights. Nudge each one, run the network again,
# see how the loss moves: a million runs for one gradient. All million
# slopes can be had for about the price of a few runs. How?
#
# Take a network small enough for paper: $u = wx$, $v = u + b$,
# $L = v^2$, with $w=2$, $x=3$, $b=-1$. Each step knows its *own* slope and
# nothing else. **Reverse mode** starts at the end with $dL/dL = 1$ and goes
# back: multiply along an edge, add where edges meet. *Predict $dL/dw$:*

# %% name="paper"
predict("autograd.by_hand", ...)
w, x, b = 2.0, 3.0, -1.0
u = w * x  # 6
v = u + b  # 5
L = v**2  # 25

dv = 2 * v  # the slope of a square: 10
du = db = dv  # a sum passes it on to both
dw, dx = du * x, du * w  # times the other factor
by_hand = [dw, dx, db]
print(by_hand)
reveal("autograd.by_hand", dw)

# %% [markdown]
# One walk back gave three slopes; a million would have taken one walk too.
# Both frameworks give the same three. <!-- shown: first_gradient --> PyTorch
# records what is done to tensors that require a
# gradient. <!-- shown: record --> TensorFlow records while a tape is
# open. <!-- shown: quiz_tape `is None` -->
#
# The second pair draws it: what PyTorch recorded hangs on the result, as
# `L.grad_fn`; for TensorFlow, take the graph that `tf.function` makes of the
# same formula. <!-- shown: record `dv`, record `25` -->

# %% tags=["torch"] pair="first_gradient"
w = torch.tensor(2.0, requires_grad=True)
x = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(-1.0, requires_grad=True)
L = (w * x + b) ** 2
L.backward()
agree([w.grad, x.grad, b.grad], by_hand)

# %% tags=["tensorflow"] pair="first_gradient"
w, x = tf.Variable(2.0), tf.Variable(3.0)
b = tf.Variable(-1.0)
with tf.GradientTape() as tape:
    L = (w * x + b) ** 2
agree(tape.gradient(L, [w, x, b]), by_hand)

# %% tags=["torch"] pair="record"
leaf = lambda v: torch.tensor(v, requires_grad=True)
w, x, b = leaf(2.0), leaf(3.0), leaf(-1.0)
L = (w * x + b) ** 2
dv = L.grad_fn(torch.tensor(1.0))  # one box back
agree(dv, 10.0)
plots.graph(L, {"w": w, "x": x, "b": b})

# %% tags=["tensorflow"] pair="record"
loss = tf.function(lambda w, x, b: (w * x + b) ** 2)
number = tf.TensorSpec([])
forward = loss.get_concrete_function(*[number] * 3)
agree(forward(*map(tf.constant, [2.0, 3.0, -1.0])), 25)
plots.graph(forward)
for op in forward.graph.get_operations():
    if op.type == "Const":
        value = tf.make_ndarray(op.get_attr("value"))
agree(value, 2)

# %% [markdown]
# PyTorch holds the way *back*: each dashed box turns the gradient of its
# output into those of its inputs. <!-- shown: record --> TensorFlow's graph
# is the way *forward*, and `Const` is the
# exponent 2. <!-- shown: record `25`, record `value` -->
#
# **You try:** what is $dL/dw$ when $x = 0$? Predict, change $x$ in the
# first cell and in a pair, run. Then `autograd.chain_rule` and
# `autograd.mse_gradient`. <!-- try: paper `2.0, 3.0, -1.0` with `2.0, 0.0, -1.0`; first_gradient `torch.tensor(3.0` with `torch.tensor(0.0`; first_gradient `tf.Variable(3.0)` with `tf.Variable(0.0)` -->

# %% [markdown]
# ## 2. An engine in 40 lines
#
# What must a number remember so that we can walk back from it? Only what it
# was made from, and the local slope along each of those edges.
#
# Going back, a node may pass its gradient on only when *all* its users have
# added to it. So visit every node before the nodes it was made from:
# reverse topological order.

# %%
class Scalar:
    def __init__(self, value, *edges):
        self.value = value
        self.edges = edges  # (input, local slope)
        self.grad = 0.0

    def __add__(self, other):
        total = self.value + other.value
        return Scalar(total, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        a, b = self.value, other.value
        return Scalar(a * b, (self, b), (other, a))

# %%
def users_first(end):
    found, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for source, _ in node.edges:
                visit(source)
            found.append(node)

    visit(end)
    return found[::-1]

# %%
def backward(end):
    end.grad = 1.0
    for node in users_first(end):
        for source, slope in node.edges:
            source.grad += slope * node.grad

# %%
def tanh(a):
    t = math.tanh(a.value)
    return Scalar(t, (a, 1 - t * t))

def formula(a, b, tanh):  # a and c are used twice
    c = a * b
    return c * tanh(c + a)

# %% name="engine_graph"
a, b = Scalar(0.5), Scalar(-2.0)
y = formula(a, b, tanh)
backward(y)
engine = [a.grad, b.grad]
plots.graph(y, {"a": a, "b": b, "y": y})
assert round(a.grad, 2) == 1.71

# %% [markdown]
# Each gradient is a sum over the arrows that reach its box: slope on the
# arrow, times gradient where the arrow starts. Two arrows reach `a`:
# $-2 \cdot -1.25 + 1 \cdot -0.786 = 1.71$. <!-- shown: engine_graph -->
#
# **You try:** if `backward` said `=` for `+=`, the last arrow would overwrite
# the others. What would become of the gradient of $a \cdot a$ at 3? And which
# of the two arrows to `a` would survive here? <!-- try: nothing -->
#
# The frameworks agree with the engine: <!-- shown: engine -->

# %% tags=["torch"] pair="engine"
a = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(-2.0, requires_grad=True)
formula(a, b, torch.tanh).backward()
agree([a.grad, b.grad], engine)

# %% tags=["tensorflow"] pair="engine"
a, b = tf.Variable(0.5), tf.Variable(-2.0)
with tf.GradientTape() as tape:
    y = formula(a, b, tf.tanh)
agree(tape.gradient(y, [a, b]), engine)

# %% [markdown]
# ## 3. Who gets a gradient?
#
# Section 1 used $dL/du = 10$ on the way. Can you ask for it? And for data,
# which nobody trains?
#
# PyTorch fills `.grad` of **leaves** that require a gradient, and of values
# in between for which you called
# `retain_grad()`. <!-- shown: leaves `u.grad`, rebound `w.grad is None` --> In
# TensorFlow you ask the tape, for values in between
# too. <!-- shown: leaves `du` --> By itself, TensorFlow's tape **watches** only
# trainable variables; for anything else, call
# `watch`. <!-- shown: leaves `dx is None`, leaves `db]` --> Predict the
# gradients for $w$, $u$, $b$ and $x$, in each half.

# %% tags=["torch"] pair="leaves"
w = torch.tensor(2.0, requires_grad=True)
x, b = torch.tensor(3.0), torch.tensor(-1.0)
b.requires_grad_()
u = w * x
u.retain_grad()
L = (u + b) ** 2
L.backward()
agree([w.grad, u.grad, b.grad], [30.0, 10.0, 10.0])
assert x.grad is None

# %% tags=["tensorflow"] pair="leaves"
w, b = tf.Variable(2.0), tf.constant(-1.0)
x = tf.Variable(3.0, trainable=False)
with tf.GradientTape() as tape:
    tape.watch(b)
    u = w * x
    L = (u + b) ** 2
dw, du, db, dx = tape.gradient(L, [w, u, b, x])
agree([dw, du, db], [30.0, 10.0, 10.0])
assert dx is None

# %% [markdown]
# ## 4. Summed or fresh
#
# The same loop, twice round. Which half prints the same slope twice?

# %% tags=["torch"] pair="twice"
w, seen = torch.tensor(2.0, requires_grad=True), []
for step in range(2):
    ((w * 3 - 1) ** 2).backward()
    seen.append(float(w.grad))
print(seen)
agree(seen, [30.0, 60.0])

# %% tags=["tensorflow"] pair="twice"
w, seen = tf.Variable(2.0), []
for step in range(2):
    with tf.GradientTape() as tape:
        L = (w * 3 - 1) ** 2
    seen.append(float(tape.gradient(L, w)))
print(seen)
agree(seen, [30.0, 30.0])

# %% [markdown]
# `backward` *adds* to `.grad`; a tape answers afresh. <!-- shown: twice -->
# What if you never clear the sum? Train $w$ on this loss and see:

# %%
def descend(kept, w=2.0, total=0.0):
    path = []
    for step in range(41):
        path.append(w)
        total = kept * total + 6 * (3 * w - 1)
        w -= 0.02 * total
    return path

paths = {"cleared": descend(0), "never": descend(1)}
plots.curves(range(41), paths,
             xlabel="step", ylabel="weight w")
agree(paths["cleared"][-1], 1 / 3)
assert max(paths["never"][-10:]) > 1.9

# %% [markdown]
# Cleared, $w$ settles at $1/3$. Never cleared, the old slopes still push
# when it has arrived, and it swings for ever.
#
# But adding has a use, when a batch does not fit in memory: the gradient of
# a sum is the sum of the gradients. By hand, for
# $\sum_i (w x_i - 1)^2$ with $x = 1, 2, 3$: $2 + 12 + 30 = 44$.
#
# **You try:** sums add up. Do *means*, when the last micro-batch is
# smaller? Run the pair, then do
# `autograd.accumulation`. <!-- try: nothing -->

# %% tags=["torch"] pair="accumulate"
w = torch.tensor(2.0, requires_grad=True)
for xi in [1.0, 2.0, 3.0]:
    ((w * xi - 1) ** 2).backward()
agree(w.grad, 44.0)
w.grad = None  # cleared for the next batch

# %% tags=["tensorflow"] pair="accumulate"
w, total = tf.Variable(2.0), 0.0
for xi in [1.0, 2.0, 3.0]:
    with tf.GradientTape() as tape:
        L = (w * xi - 1) ** 2
    total += tape.gradient(L, w)
agree(total, 44.0)

# %% [markdown]
# ## 5. Recorded for one use
#
# The way back needs values from the way forward. Keeping them costs memory,
# so both frameworks let go of them after one
# walk. <!-- shown: once `kept() is None` -->

# %%
def refused(call, *inputs):
    try:
        call(*inputs)
    except RuntimeError as error:
        return str(error)
    return "not refused"

# %% tags=["torch"] pair="once"
w = torch.tensor(2.0, requires_grad=True)
square = w * w
z, kept = square * square, weakref.ref(square)
del square
assert kept() is not None  # z needs it
z.backward()
assert kept() is None

y = w**3
y.backward()
message = refused(y.backward)
print(message[:51])
if y == 8:
    assert "second time" in message

# %% tags=["tensorflow"] pair="once"
w = tf.Variable(2.0)
with tf.GradientTape() as tape:
    square = w * w
    z, kept = square * square, weakref.ref(square)
    del square
assert kept() is not None  # the tape needs it
tape.gradient(z, w)
assert kept() is None

with tf.GradientTape() as tape:
    y = w**3
tape.gradient(y, w)
message = refused(tape.gradient, y, w)
print(message[:79])
assert "one set of gradients" in message

# %% [markdown]
# Two gradients from one record? Ask to keep it. By hand, at $w=2$:
# $y = w^3$ has slope 12, and $z = y^2 = w^6$ has
# slope 192. <!-- shown: keep `192` -->
# (`torch.autograd.grad` returns a tuple and leaves `.grad`
# alone.) <!-- shown: keep `w.grad is None` -->
#
# **You try:** in the pair above, replace `w**3` by `w + 1`, whose slope
# needs no kept value. Which half still
# refuses? <!-- try: once `w**3` with `w + 1` -->

# %% tags=["torch"] pair="keep"
w = torch.tensor(2.0, requires_grad=True)
y = w**3
z = y**2
(dy,) = torch.autograd.grad(y, w, retain_graph=True)
(dz,) = torch.autograd.grad(z, w)
agree([dy, dz], [12.0, 192.0])
assert w.grad is None

# %% tags=["tensorflow"] pair="keep"
w = tf.Variable(2.0)
with tf.GradientTape(persistent=True) as tape:
    y = w**3
    z = y**2
dy, dz = tape.gradient(y, w), tape.gradient(z, w)
agree([dy, dz], [12.0, 192.0])

# %% [markdown]
# ## 6. Stopping a gradient
#
# Can $x \cdot x$ have the slope 3 at $x = 3$? If one factor is declared
# a constant, yes: $1 \cdot 3 + 3 \cdot 0$. PyTorch's `detach` and
# `tf.stop_gradient` do that to one value. <!-- shown: stop `dy, 3.0` -->
# `torch.no_grad` and TensorFlow's `stop_recording` do it to a block of
# code. <!-- shown: stop `60.0` --> With $c = x^2 + 1 = 10$ a
# constant, $z = x^2 c$ has the slope $2x \cdot 10 = 60$, not $114$.
#
# **You try:** write `(x**2 + 1)` itself for `c` in the line of `z`, and your
# prediction of `dz` for 60. Then
# `autograd.stop_gradient`. <!-- try: stop `x**2 * c` with `x**2 * (x**2 + 1)`; stop `60.0` with `114.0` -->

# %% tags=["torch"] pair="stop"
x = torch.tensor(3.0, requires_grad=True)
y = x * x.detach()
with torch.no_grad():
    c = x**2 + 1
z = x**2 * c
(dy,) = torch.autograd.grad(y, x)
(dz,) = torch.autograd.grad(z, x)
agree(dy, 3.0)
agree(dz, 60.0)

# %% tags=["tensorflow"] pair="stop"
x = tf.Variable(3.0)
with tf.GradientTape(persistent=True) as tape:
    y = x * tf.stop_gradient(x)
    with tape.stop_recording():
        c = x**2 + 1
    z = x**2 * c
dy, dz = tape.gradient(y, x), tape.gradient(z, x)
agree(dy, 3.0)
agree(dz, 60.0)

# %% [markdown]
# ## 7. Four roads to `None`
#
# A loss $L = f(w) + b^2$ goes down in training, yet $w$ never moves: its
# gradient is `None`. <!-- shown: broken_paths `is None` --> PyTorch and
# TensorFlow's tape say nothing, since $b$ has a
# gradient. <!-- shown: broken_paths `6.0` --> Keras's optimizers
# warn. <!-- shown: rebound `do not exist` --> Three causes lie between $w$
# and $L$: there was never a path; it left the framework, for plain numbers or
# NumPy; it went through integers, which have no
# slopes. <!-- shown: broken_paths `is None` -->

# %% tags=["torch"] pair="broken_paths"
broken = {
    "no path": lambda w: torch.tensor(4.0),
    "left the framework": lambda w: w.item() ** 2,
    "through integers": lambda w: w.int().float(),
}
for cause, f in broken.items():
    w = torch.tensor(2.0, requires_grad=True)
    b = torch.tensor(3.0, requires_grad=True)
    L = f(w) + b * b
    L.backward()
    print(f"{cause}: {w.grad}, {b.grad}")
    assert w.grad is None
    assert b.grad == 6.0

# %% tags=["tensorflow"] pair="broken_paths"
broken = {
    "no path": lambda w: tf.constant(4.0),
    "left the framework": lambda w: w.numpy() ** 2,
    "through integers": lambda w: tf.cast(
        tf.cast(w, tf.int32), tf.float32)}
for cause, f in broken.items():
    w, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        L = f(w) + b * b
    dw, db = tape.gradient(L, [w, b])
    print(f"{cause}: {dw}, {db}")
    assert dw is None
    if L > 9:
        assert db == 6.0

# %% [markdown]
# The fourth is the name. After `w = w - 0.1` it means a *new* tensor, in
# PyTorch no leaf, in TensorFlow no
# `tf.Variable`. <!-- shown: rebound `is_leaf`, rebound `isinstance` --> So
# update in place: under `torch.no_grad`, or by TensorFlow's
# `assign_sub`. <!-- shown: in_place `3.8` --> `unconnected_gradients="zero"`
# turns TensorFlow's `None` into 0. <!-- shown: in_place `zero` -->
#
# **You try:** in the pair above, let `L` be `broken["no path"](w)` alone. One
# half still says `None`; the other raises an error, which is kinder.
# Which? <!-- try: broken_paths `f(w) + b * b` with `broken["no path"](w)` raises -->

# %% tags=["torch"] pair="rebound"
model = w = torch.tensor(2.0, requires_grad=True)
w = w - 0.1
(w * w).backward()
assert not w.is_leaf
agree(model, 2.0)
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    assert w.grad is None
print(str(told[0].message)[:57])

# %% tags=["tensorflow"] pair="rebound"
model = w = tf.Variable(2.0)
w = w - 0.1
with tf.GradientTape() as tape:
    L = w * w
assert not isinstance(w, tf.Variable)
agree(model, 2.0)
assert tape.gradient(L, w) is None
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    sgd = tf.keras.optimizers.SGD()
    sgd.apply_gradients([(None, model), (6.0, b)])
message = str(told[0].message)
print(message[:57])
assert "Gradients do not exist" in message

# %% tags=["torch"] pair="in_place"
w = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    w -= 0.1
(w * w).backward()
agree(w.grad, 3.8)

# %% tags=["tensorflow"] pair="in_place"
w = tf.Variable(2.0)
w.assign_sub(0.1)
with tf.GradientTape(persistent=True) as tape:
    L = w * w
agree(tape.gradient(L, w), 3.8)
zero = tape.gradient(
    L, model, unconnected_gradients="zero")
agree(zero, 0.0)

# %% [markdown]
# ## 8. Slopes where there is none
#
# What is the slope of $|x|$ at 0? Left of 0 it is −1, right of it 1, and
# at 0 there is none. <!-- no claim --> Yet a program must return *some* number.
#
# By hand, every slope between those of the two sides is defensible:
# $[-1, 1]$ for $|x|$, $[0, 1]$ for $\max(x, 0)$. And $\sqrt x$ is infinitely
# steep at $0$. Below are the slopes at 0 of relu, abs, sqrt, `maximum(x, 0)`
# and `where(x > 0, sqrt(x), 0)`, computed eagerly. <!-- no claim --> In two of
# the five, the frameworks differ. <!-- shown: kinks --> *Predict which.*

# %%
xs = np.linspace(-1, 1, 201)
up = np.maximum(xs, 0)
shapes = {"abs": np.abs(xs), "maximum": up,
          "where": np.sqrt(up)}
at_0 = {}

def five(got):
    names = "relu", "abs", "sqrt", "maximum", "where"
    return [got[name] for name in names]

# %% tags=["torch"] pair="slope"
def slope_torch(f, x):
    x = torch.tensor(x, requires_grad=True)
    (dx,) = torch.autograd.grad(f(x), x)
    return dx

# %% tags=["tensorflow"] pair="slope"
def slope_tf(f, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = f(x)
    return tape.gradient(y, x)

# %% tags=["torch"] pair="kinks"
zero = torch.tensor(0.0)
kinks = {
    "relu": torch.relu,
    "abs": torch.abs,
    "sqrt": torch.sqrt,
    "maximum": lambda x: torch.maximum(x, zero),
    "where": lambda x: torch.where(
        x > 0, torch.sqrt(x), zero),
}
got = {name: float(slope_torch(f, 0.0))
       for name, f in kinks.items()}
at_0["PyTorch"] = got
print(got)
agree(five(got), [0, 0, np.inf, 0.5, np.nan])

# %% tags=["tensorflow"] pair="kinks"
zero = tf.constant(0.0)
kinks = {
    "relu": tf.nn.relu,
    "abs": tf.abs,
    "sqrt": tf.sqrt,
    "maximum": lambda x: tf.maximum(x, zero),
    "where": lambda x: tf.where(
        x > 0, tf.sqrt(x), zero),
}
got = {name: float(slope_tf(f, 0.0))
       for name, f in kinks.items()}
at_0["TensorFlow"] = got
print(got)
agree(five(got), [0, 0, np.inf, 1.0, 0.0])

# %%
plots.tangents(xs, shapes, at_0)

# %% [markdown]
# Each broken line is a defensible choice; none is *the* slope. PyTorch's NaN
# is no choice but an accident: `where` takes the branch without the root, yet
# the way back still multiplies the root's infinite slope by 0. <!-- shown: kinks -->
#
# Outside of XLA, TensorFlow's root escapes by a special case: `SqrtGrad`
# returns 0 when it gets 0. <!-- shown: safe `SqrtGrad` --> Under XLA on the CPU,
# TensorFlow says NaN. <!-- shown: safe `compiled` --> With `log` both frameworks say
# NaN. <!-- shown: safe `bad` --> The cure is to make the logarithm's *input*
# safe. <!-- shown: safe `(safe` -->
#
# **You try:** add a slope `"swapped"`, with the two arguments of `maximum`
# exchanged. Which framework changes its
# mind? <!-- try: kinks `torch.relu,` with `torch.relu, "swapped": lambda x: torch.maximum(zero, x),`; kinks `tf.nn.relu,` with `tf.nn.relu, "swapped": lambda x: tf.maximum(zero, x),` -->

# %% tags=["torch"] pair="safe"
def safe(x):
    inside = torch.where(x > 0, x, 1.0)
    return torch.where(x > 0, torch.log(inside), 0.0)

bad = lambda x: torch.where(x > 0, torch.log(x), 0.0)
agree(slope_torch(bad, 0.0), np.nan)
agree(slope_torch(safe, 0.0), 0.0)

# %% tags=["tensorflow"] pair="safe"
def safe(x):
    inside = tf.where(x > 0, x, 1.0)
    return tf.where(x > 0, tf.math.log(inside), 0.0)

bad = lambda x: tf.where(x > 0, tf.math.log(x), 0.0)
agree(slope_tf(bad, 0.0), np.nan)
agree(slope_tf(safe, 0.0), 0.0)
agree(tf.raw_ops.SqrtGrad(y=0.0, dy=0.0), 0.0)

@tf.function(jit_compile=True)
def compiled(x):
    return tf.where(x > 0, tf.sqrt(x), 0.0)

with tf.device("/CPU:0"):
    agree(slope_tf(compiled, 0.0), np.nan)

# %% [markdown]
# ## 9. Derivatives of derivatives
#
# A gradient is made of operations too. So it can be recorded and
# differentiated: in PyTorch with `create_graph=True`, in TensorFlow by a
# tape around a tape. <!-- shown: second `by_hand[1]` --> By hand, with
# $t = \tanh x$: $t' = 1 - t^2$ and $t'' = -2\,t\,t'$.

# %% name="tanh"
xs = np.linspace(-3.0, 3.0, 61)
t = np.tanh(xs)
by_hand = [1 - t**2, -2 * t * (1 - t**2)]
lines = {"tanh": t, "slope": by_hand[0],
         "slope of the slope": by_hand[1]}
plots.curves(xs, lines, xlabel="x", ylabel="value")
agree(by_hand[1][by_hand[0].argmax()], 0.0)

# %% [markdown]
# The slope of the slope is 0 where the slope is
# largest. <!-- shown: tanh --> It is largest where the slope rises fastest.
#
# Each output depends on its own input alone, so the
# gradient of their *sum* holds all 61
# slopes. <!-- shown: second `by_hand[0]` -->

# %% tags=["torch"] pair="second"
x = torch.tensor(xs, requires_grad=True)
y = torch.tanh(x).sum()
(d1,) = torch.autograd.grad(y, x, create_graph=True)
(d2,) = torch.autograd.grad(d1.sum(), x)
agree(d1, by_hand[0])
agree(d2, by_hand[1])

# %% tags=["tensorflow"] pair="second"
@tf.function
def first(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.tanh(x)
    return tape.gradient(y, x)

x = tf.constant(xs)
with tf.GradientTape() as tape:
    tape.watch(x)
    d1 = first(x)
agree(d1, by_hand[0])
agree(tape.gradient(d1, x), by_hand[1])

# %% tags=["torch"] pair="second_graph"
x = torch.tensor(1.0, requires_grad=True)
y = torch.tanh(x)
(d1,) = torch.autograd.grad(y, x, create_graph=True)
assert d1.grad_fn.name() == "TanhBackwardBackward0"
plots.graph(d1, {"x": x})

# %% tags=["tensorflow"] pair="second_graph"
traced = first.get_concrete_function(tf.TensorSpec([]))
ops = [op.type for op in traced.graph.get_operations()]
assert "TanhGrad" in ops
plots.graph(traced)

# %% [markdown]
# Both graphs hold the derivative itself. In PyTorch, the way back has got
# a way back of its own; in TensorFlow, it is one more operation, the dashed
# `TanhGrad`. <!-- shown: second_graph -->
#
# **How it breaks:** what if you leave out `create_graph=True`, or move
# `d1 = first(x)` out of its tape? Predict both symptoms.
#
# **You try:** `autograd.gradient_penalty`, then
# `autograd.hvp`. <!-- try: nothing -->

# %% [markdown]
# ## 10. Products with a Jacobian
#
# With two outputs, which gradient is *the* gradient? PyTorch refuses to
# guess; TensorFlow silently takes that of the sum. <!-- shown: two_outputs -->
#
# The whole answer is a matrix, the **Jacobian** $J_{ij} = \partial y_i /
# \partial x_j$. Reverse mode gives $u^\top J$ in one walk
# (**vjp**); forward mode carries a direction along with the values and
# gives $Jv$ (**jvp**). By hand, for $y = (x_0 x_1, x_1 x_2)$:

# %%
def f(x):
    return x[:2] * x[1:]

at = np.array([1.0, 2, 3])
J = np.array([[2.0, 1, 0], [0, 3, 2]])
u, v = np.array([1.0, 10]), np.array([1.0, 2, 3])

# %% tags=["torch"] pair="two_outputs"
x = torch.tensor(at, requires_grad=True)
message = refused(f(x).backward)
print(message)
assert "only for scalar outputs" in message

# %% tags=["tensorflow"] pair="two_outputs"
x = tf.Variable(at)
with tf.GradientTape() as tape:
    y = f(x)
agree(tape.gradient(y, x), J.sum(axis=0))

# %% tags=["torch"] pair="products"
x = torch.tensor(at, requires_grad=True)
y = f(x)
(vjp,) = torch.autograd.grad(y, x, torch.tensor(u))
_, jvp = torch.func.jvp(f, (x,), (torch.tensor(v),))
agree(vjp, u @ J)
agree(jvp, J @ v)

# %% tags=["tensorflow"] pair="products"
x = tf.Variable(at)
with tf.GradientTape() as tape:
    y = f(x)
vjp = tape.gradient(y, x, output_gradients=u)
with tf.autodiff.ForwardAccumulator(x, v) as forward:
    jvp = forward.jvp(f(x))
agree(vjp, u @ J)
agree(jvp, J @ v)

# %% [markdown]
# Neither product builds $J$. To fill it you would need one vjp per
# *output*, or one jvp per *input*. A loss has one output and a million
# inputs: that is the answer to section 1.
#
# **You try:** which of the two for one parameter and a thousand outputs?
# Then `autograd.jvp`. <!-- try: nothing -->

# %% [markdown]
# ## 11. A gradient of your own
#
# $\log\cosh x$ is nearly straight at $x = 100$, with slope
# $\sinh x/\cosh x = \tanh x \approx 1$. The frameworks say NaN:
# $\cosh 100$ overflows float32, and on the way back $\infty \cdot 0$ is
# NaN. <!-- shown: naive -->
#
# So give both ways yourself: a stable formula forward, $\tanh$
# back. Such a `backward` receives the gradient from **upstream** and must
# multiply by it. <!-- shown: check `not passes` -->

# %% tags=["torch"] pair="naive"
naive = lambda x: torch.log(torch.cosh(x))
agree(slope_torch(naive, 100.0), np.nan)

# %% tags=["tensorflow"] pair="naive"
naive = lambda x: tf.math.log(tf.cosh(x))
agree(slope_tf(naive, 100.0), np.nan)

# %% tags=["torch"] pair="custom"
class LogCosh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        rest = torch.log1p(torch.exp(-2 * x.abs()))
        return x.abs() + rest - math.log(2)

    @staticmethod
    def backward(ctx, upstream):
        (x,) = ctx.saved_tensors
        return upstream * torch.tanh(x)

log_cosh_torch = LogCosh.apply
agree(slope_torch(log_cosh_torch, 100.0), 1.0)

# %% tags=["tensorflow"] pair="custom"
@tf.custom_gradient
def log_cosh_tf(x):
    a = tf.abs(x)
    rest = tf.math.log1p(tf.exp(-2 * a))

    def backward(upstream):
        return upstream * tf.tanh(x)

    return a + rest - math.log(2), backward

agree(slope_tf(log_cosh_tf, 100.0), 1.0)

# %% [markdown]
# **How it breaks.** Nobody checks your formula. Forget `upstream`, and the
# last line still passes, since at the end of a graph it
# is 1. <!-- shown: check `100.0` --> Section 12 catches that.
#
# **You try:** `autograd.straight_through` has a gradient that is wrong on
# purpose; `autograd.softmax_cross_entropy` has one that is neater than its
# loss. <!-- try: nothing -->

# %% [markdown]
# ## 12. Checking a gradient
#
# Compare with numbers: the **central difference**
# $\frac{f(x+h) - f(x-h)}{2h}$. The smaller $h$, the better? By hand, for
# $x^3$: it is $3x^2 + h^2$, so the error is $h^2$. *Predict the plot.*

# %%
def central(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)

cube = lambda x: x * x * x
steps = [float(f"{m}e-{k}")
         for k in range(12, 0, -1) for m in (1, 3)]
errors = {}
for kind in (np.float32, np.float64):
    x = kind(1.1)
    true = 3 * float(x) ** 2
    errors[kind.__name__] = [
        abs(float(central(cube, x, kind(h))) - true)
        for h in steps]

# %% name="valley"
plots.curves(steps, errors, log=True,
             xlabel="step size h",
             ylabel="absolute error of the slope")
for kind, row in errors.items():
    best = steps[np.argmin(row)]
    print(f"{kind}: smallest error at h = {best:.0e}")
assert min(errors["float32"]) > 1e4 * min(row)
flat = central(cube, np.float32(1.1), np.float32(1e-12))
assert flat == 0.0
agree(central(lambda x: max(x, 0.0), 0.0, 1e-5), 0.5)

# %% [markdown]
# Read from the right: the error falls as $h^2$, then turns and grows as
# $1/h$, since rounding in $f$ is divided by $2h$. The valley lies near the
# cube root of the machine epsilon, and is far deeper in
# float64. <!-- shown: valley `min(row)` --> In the flat part on the left,
# $x + h$ rounds to $x$, and the slope comes out
# as 0. <!-- shown: valley `flat` -->
#
# So check in float64, and away from kinks: at 0, the central difference of
# relu is ½. <!-- shown: valley `0.5` --> Neither PyTorch's relu nor
# TensorFlow's says so; PyTorch's `maximum(x, 0)` does. <!-- shown: kinks -->
# Both bring a check, which passes our gradient, and not one without
# `upstream`. <!-- shown: check `passes(log_cosh`, check `not passes` -->
#
# **You try:** `autograd.numerical_gradient`, then
# `autograd.find_the_bug`. <!-- try: nothing -->

# %% tags=["torch"] pair="check"
class NoUpstream(LogCosh):
    @staticmethod
    def backward(ctx, upstream):
        return torch.tanh(ctx.saved_tensors[0])

def passes(f):
    return torch.autograd.gradcheck(
        f, x, raise_exception=False)

agree(slope_torch(NoUpstream.apply, 100.0), 1.0)
x = torch.tensor([0.5, 1.0], dtype=torch.float64)
x.requires_grad_()
assert passes(log_cosh_torch)
assert not passes(NoUpstream.apply)

# %% tags=["tensorflow"] pair="check"
@tf.custom_gradient
def no_upstream(x):
    return log_cosh_tf(x), lambda upstream: tf.tanh(x)

def passes(f):
    said, seen = tf.test.compute_gradient(f, [x])
    return np.allclose(said, seen, atol=1e-5)

agree(slope_tf(no_upstream, 100.0), 1.0)
x = tf.constant([0.5, 1.0], tf.float64)
assert passes(log_cosh_tf)
assert not passes(no_upstream)

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | record | `requires_grad=True` | `GradientTape`, trainable variables <!-- shown: first_gradient --> |
# | watch more | `x.requires_grad_()` | `tape.watch(x)` <!-- shown: leaves `b.grad`, leaves `db]` --> |
# | gradient | `L.backward()`, or `autograd.grad(L, x)` | `tape.gradient(L, x)` <!-- shown: first_gradient, keep `192` --> |
# | twice | `.grad` **adds up** | **fresh** each time <!-- shown: twice --> |
# | keep the record | `retain_graph=True` | `persistent=True` <!-- shown: keep `192` --> |
# | cut one value | `x.detach()` | `tf.stop_gradient(x)` <!-- shown: stop `dy, 3.0` --> |
# | cut a block | `torch.no_grad()` | `tape.stop_recording()` <!-- shown: stop `60.0` --> |
# | update in place | `w -= ...` under `no_grad` | `w.assign_sub(...)` <!-- shown: in_place `3.8` --> |
# | derivative again | `create_graph=True` | a tape around a tape <!-- shown: second `by_hand[1]` --> |
# | many outputs | refuses | takes the sum <!-- shown: two_outputs --> |
# | vjp | `grad(y, x, u)` | `output_gradients=u` <!-- shown: products `vjp` --> |
# | jvp | `torch.func.jvp` | `ForwardAccumulator` <!-- shown: products `jvp` --> |
# | own gradient | `autograd.Function` | `tf.custom_gradient` <!-- shown: custom --> |
# | check | `gradcheck` | `tf.test.compute_gradient` <!-- shown: check `passes(log_cosh` --> |
# | `maximum(x, 0)` at 0 | ½ | 1 <!-- shown: kinks --> |
# | tie | `amax` shares, `max(dim)` takes one | shares <!-- shown: quiz_more `amax`, quiz_more `first_one`, quiz_more `reduce_max` --> |
#
# **Next:** the quiz; the exercises, in their order, of which
# `autograd.line_fit` is a whole training run; then
# [03 Graphs](03_graphs.ipynb). <!-- no claim -->

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers.
#
# **1.** In the engine of section 2, $y = a \cdot a \cdot a$ at $a = 1$, and
# `backward(y)` is called twice: what is `a.grad`?
#
# - **A** 3
# - **B** 6
# - **C** 8
#
# <details><summary>Answer</summary>
#
# **C.** The first walk leaves the gradient 1 in the product
# $a \cdot a$. <!-- shown: quiz_engine `product.grad == 1.0` --> The
# second adds 1 to it and hands on 2:
# $3 + 1 + 2 \cdot 2$. <!-- shown: quiz_engine `a.grad == 8.0` --> A would be a
# fresh start. B is PyTorch's answer: only leaves keep their
# sum. <!-- shown: quiz `6.0` -->
# </details>
#
# **2.** With `w` a name for a model's weight, and `dw` its gradient, which
# line leaves the model as it was, and says nothing?
#
# - **A** `w = w - 0.1 * dw`
# - **B** `w -= 0.1 * dw`
# - **C** B in a `torch.no_grad()` block, or `w.assign_sub(0.1 * dw)`
#
# <details><summary>Answer</summary>
#
# **A.** The name `w` then means a new tensor, and the model's weight stays as
# it was. <!-- shown: rebound `model` --> B changes no more, but says so: both
# frameworks refuse it. <!-- shown: quiz `in message` --> C is
# right. <!-- shown: in_place `3.8` -->
# </details>
#
# **3.** You add up the losses of a thousand validation batches, with
# `total = total + loss`, while all is recorded: why does memory grow with every
# batch?
#
# - **A** gradients pile up in `.grad`
# - **B** `total` remembers how it was made
# - **C** Python frees memory late
#
# <details><summary>Answer</summary>
#
# **B.** From `total`, a way leads back through every batch: its gradient is
# the sum of theirs. <!-- shown: quiz `44.0` --> So nothing on that way can be
# freed. Add `float(loss)` instead. <!-- no claim --> A: nobody walked back, so
# there are no gradients. C: nothing is free yet.
# </details>
#
# **4.** What becomes of the second derivative in section 9 without
# `create_graph=True`, or with `d1 = first(x)` before its tape?
#
# - **A** PyTorch raises an error, TensorFlow says `None`
# - **B** both raise an error
# - **C** both say 0
#
# <details><summary>Answer</summary>
#
# **A.** To PyTorch, `d1` is a number without a past, which it refuses to
# differentiate. <!-- shown: quiz_more `does not require` --> TensorFlow's tape
# sees no path. <!-- shown: quiz_more `is None` --> B would be kinder.
# C would say that the slope is constant, which is another thing than
# unknown.
# </details>
#
# **5.** The gradient of the maximum of $(1, 3, 3)$ on the CPU, by
# `torch.amax`, `max(dim=0)` and `tf.reduce_max`?
#
# - **A** $(0, 1, 0)$ by all
# - **B** $(0, \tfrac12, \tfrac12)$ by all
# - **C** $(0, 1, 0)$ by `max(dim=0)`, $(0, \tfrac12, \tfrac12)$ by the others
#
# <details><summary>Answer</summary>
#
# **C.** PyTorch's `max(dim=0)` also returns an index, and gives all to the
# element there. <!-- shown: quiz_more `first_one` --> PyTorch's `amax` and
# TensorFlow's `reduce_max`
# share. <!-- shown: quiz_more `amax`, quiz_more `reduce_max` --> A and B are both
# defensible, as in section 8; that is why you cannot guess.
# </details>
#
# **6.** $y = w \cdot w$ is recorded at $w = 2$. Then $1$ is added to $w$ in
# place, and only then you ask for $dy/dw$. The answer?
#
# - **A** 4
# - **B** 6
# - **C** TensorFlow says 4, PyTorch refuses
#
# <details><summary>Answer</summary>
#
# **C.** The way back needs $w$ as it was. TensorFlow's tape kept that
# value. <!-- shown: quiz_more `4.0` --> PyTorch kept the tensor, sees that it was
# overwritten, and refuses. <!-- shown: quiz_more `modified` --> A forgets the
# refusal. B would be the slope of a $y$ that was never computed.
# </details>
#
# **7.** *Asked in interviews:* `GradientTape` against autograd: what
# differs?
#
# <details><summary>A model answer</summary>
#
# Not the method: run eagerly, both record while Python runs, `if` included,
# and walk back in reverse mode. <!-- shown: quiz_tape `either` --> Three things
# differ. *Who says what is recorded:* in PyTorch the tensor, by
# `requires_grad`, wherever it goes outside of
# `no_grad`. <!-- shown: quiz_tape `grad(z, w)`, stop `60.0` --> In TensorFlow it
# is the tape, while it is open, for what it
# watches. <!-- shown: quiz_tape `is None`, leaves `dx is None` --> *Where the
# record lives:* in PyTorch on the result, as `grad_fn`. <!-- shown: record -->
# In TensorFlow it lives in the
# tape. <!-- shown: once `one set of gradients` --> *Where the gradient goes:*
# `backward` adds it to `.grad`, `tape.gradient` returns
# it. <!-- shown: twice --> So PyTorch's users tend to forget the clearing, and
# TensorFlow's compute outside of the tape. <!-- no claim -->
#
# Three answers are common and wrong. That TensorFlow's tape is a static graph: it
# follows each run, as PyTorch does. <!-- shown: quiz_tape `either` --> That
# PyTorch always accumulates: `torch.autograd.grad` does
# not. <!-- shown: keep `w.grad is None` --> That TensorFlow's tape records all
# that happens in its block: values that depend on nothing it watches, it
# ignores. <!-- shown: rebound `tape.gradient(L, w) is None` -->
# </details>

# %% name="quiz_engine"
a = Scalar(1.0)
product = a * a
y = product * a
backward(y)
assert product.grad == 1.0
backward(y)
print("1:", a.grad)
assert a.grad == 8.0

def minus(w):
    w -= 0.1

def either(w):
    return w * w if w > 0 else -w

# %% tags=["torch"] pair="quiz"
a = torch.tensor(1.0, requires_grad=True)
y = a * a * a
y.backward(retain_graph=True)
y.backward()
agree(a.grad, 6.0)  # 1
w = torch.tensor(2.0, requires_grad=True)
message = refused(minus, w)
print("2:", message)
assert "in-place operation" in message
total = 0.0
for xi in [1.0, 2.0, 3.0]:
    total = total + (w * xi - 1) ** 2
total.backward()
agree(w.grad, 44.0)  # 3

# %% tags=["tensorflow"] pair="quiz"
w = tf.Variable(2.0)
message = refused(minus, w)
print("2:", message[:57])
assert "not supported" in message
with tf.GradientTape() as tape:
    total = 0.0
    for xi in [1.0, 2.0, 3.0]:
        total = total + (w * xi - 1) ** 2
agree(tape.gradient(total, w), 44.0)  # 3

# %% tags=["torch"] pair="quiz_more"
w = torch.tensor(2.0, requires_grad=True)
(d1,) = torch.autograd.grad(torch.tanh(w), w)
message = refused(torch.autograd.grad, d1, w)
print("4:", message[:43])
assert "does not require grad" in message
ties = [1.0, 3.0, 3.0]
first_one = lambda x: x.max(dim=0).values
agree(slope_torch(torch.amax, ties), [0.0, 0.5, 0.5])
agree(slope_torch(first_one, ties), [0.0, 1.0, 0.0])
y = w * w
with torch.no_grad():
    w += 1
message = refused(y.backward)
print("6:", message[53:94])
assert "modified by an inplace" in message

# %% tags=["tensorflow"] pair="quiz_more"
x = tf.constant(2.0)
d1 = first(x)
with tf.GradientTape() as tape:
    tape.watch(x)
assert tape.gradient(d1, x) is None  # 4
ties = [1.0, 3.0, 3.0]
agree(slope_tf(tf.reduce_max, ties), [0.0, 0.5, 0.5])
w = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = w * w
    w.assign_add(1.0)
agree(tape.gradient(y, w), 4.0)  # 6

# %% tags=["torch"] pair="quiz_tape"
for start, slope in (2.0, 4.0), (-2.0, -1.0):
    agree(slope_torch(either, start), slope)
w = torch.tensor(2.0, requires_grad=True)
y = w * w
z = y + 1  # recorded wherever it happens
agree(torch.autograd.grad(z, w)[0], 4.0)

# %% tags=["tensorflow"] pair="quiz_tape"
for start, slope in (2.0, 4.0), (-2.0, -1.0):
    agree(slope_tf(either, start), slope)
w = tf.Variable(2.0)
y = w * w  # before the tape
with tf.GradientTape() as tape:
    z = y + 1
assert tape.gradient(z, w) is None
