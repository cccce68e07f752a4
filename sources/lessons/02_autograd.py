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
import numpy as np
from grader import agree
from grader.learner import plots

print("numpy", np.__version__)

# %% [markdown]
# ## 1. Backwards, by hand
#
# A network has a million weights. Nudge each one, run the network again,
# see how the loss moves: a million runs for one gradient. Frameworks get
# all million slopes for about the price of a few runs. How?
#
# Take a network small enough for paper: $u = wx$, $v = u + b$,
# $L = v^2$, with $w=2$, $x=3$, $b=-1$. Each step knows its *own* slope and
# nothing else. **Reverse mode** starts at the end with $dL/dL = 1$ and goes
# back: multiply along an edge, add where edges meet.

# %%
u = 2.0 * 3.0  # w * x = 6
v = u + -1.0  # u + b = 5
L = v**2  # 25

dv = 2 * v  # dL/dv, the slope of a square: 10
du = db = dv * 1.0  # a sum passes it on to both
dw = du * 3.0  # a product: times the other factor
dx = du * 2.0
by_hand = [dw, dx, db]
print(by_hand)

# %% [markdown]
# One walk back gave three slopes; a million would have taken one walk too.
# Both frameworks do just this. PyTorch records what is done to tensors with
# `requires_grad`; TensorFlow records while a tape is open. To see a record,
# `plots.graph` draws what hangs on PyTorch's `L.grad_fn`, and TensorFlow's
# graph of the same formula in a `tf.function`.

# %% tags=["torch"] pair="first_gradient"
w = torch.tensor(2.0, requires_grad=True)
x = torch.tensor(3.0, requires_grad=True)
b = torch.tensor(-1.0, requires_grad=True)
L = (w * x + b) ** 2
L.backward()
agree([w.grad, x.grad, b.grad], by_hand)
plots.graph(L, {"w": w, "x": x, "b": b})

# %% tags=["tensorflow"] pair="first_gradient"
w, x = tf.Variable(2.0), tf.Variable(3.0)
b = tf.Variable(-1.0)
with tf.GradientTape() as tape:
    L = (w * x + b) ** 2
agree(tape.gradient(L, [w, x, b]), by_hand)

loss = tf.function(lambda w, x, b: (w * x + b) ** 2)
number = tf.TensorSpec([])
plots.graph(loss.get_concrete_function(*[number] * 3))

# %% [markdown]
# PyTorch holds the way *back* (dashed): each box turns the gradient of its
# output into gradients of its inputs. TensorFlow's picture is the way
# *forward* (`Const` is the exponent 2); its tape holds the same steps and
# works out the way back when you ask.
#
# **You try:** what is $dL/dw$ when $x = 0$? Predict, change it, run.
# Then `autograd.chain_rule` and `autograd.mse_gradient`.

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
def tanh(a):
    t = math.tanh(a.value)
    return Scalar(t, (a, 1 - t * t))

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
def formula(a, b, tanh):  # a and c are used twice
    c = a * b
    return c * tanh(c + a)


a, b = Scalar(0.5), Scalar(-2.0)
backward(formula(a, b, tanh))
engine = [a.grad, b.grad]

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
# **How it breaks.** Write `=` for `+=` in `backward`, and the last user of
# a value overwrites the others. For $a \cdot a$ at 3, predict what that
# gives. (And `a.grad` after a second `backward(y)`? Section 4 shows who
# else made that choice.)

# %%
a = Scalar(3.0)
y = a * a
for source, slope in y.edges:
    source.grad = slope * 1.0  # should be +=
print("overwritten:", a.grad, "right:", 2 * a.value)
assert a.grad == 3.0

# %% [markdown]
# ## 3. Who gets a gradient?
#
# Section 1 used $dL/du = 10$ on the way. Can you ask for it? And for data,
# which nobody trains?
#
# PyTorch fills `.grad` of **leaves** that require a gradient; a value in
# between must `retain_grad()`. TensorFlow stores nothing: ask the tape, for
# values in between too. But by itself the tape **watches** only trainable
# variables; for anything else, say `watch`. *Predict the four answers.*

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
# `backward` *adds* to `.grad`, as our engine does. Forget to clear it, and
# each step of a training loop follows the sum of all gradients so far.
#
# But adding has a use, when a batch does not fit in memory: the gradient of
# a sum is the sum of the gradients. By hand, for
# $\sum_i (w x_i - 1)^2$ with $x = 1, 2, 3$: $2 + 12 + 30 = 44$.
#
# **You try:** sums add up. Do *means*, when the last micro-batch is
# smaller? Run the pair, decide, then do `autograd.accumulation`.

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
# so both frameworks let go of them after one walk. Walk twice:

# %%
def refused(call, *inputs):
    try:
        call(*inputs)
    except RuntimeError as error:
        return str(error)
    return "not refused"

# %% tags=["torch"] pair="once"
w = torch.tensor(2.0, requires_grad=True)
y = w**3
y.backward()
message = refused(y.backward)
print(message[:51])
assert "second time" in message

# %% tags=["tensorflow"] pair="once"
w = tf.Variable(2.0)
with tf.GradientTape() as tape:
    y = w**3
tape.gradient(y, w)
message = refused(tape.gradient, y, w)
print(message[:66])
assert "one set of gradients" in message

# %% [markdown]
# Two gradients from one record? Ask to keep it. By hand, at $w=2$:
# $y = w^3$ has slope 12, and $z = y^2 = w^6$ has slope 192.
# (`autograd.grad` returns gradients, as a tuple, and leaves `.grad` alone.)
#
# **You try:** in the pair above, replace `w**3` by `w + 1`, whose slope
# needs no kept value. Which half still refuses?

# %% tags=["torch"] pair="keep"
w = torch.tensor(2.0, requires_grad=True)
y = w**3
z = y**2
(dy,) = torch.autograd.grad(y, w, retain_graph=True)
(dz,) = torch.autograd.grad(z, w)
agree([dy, dz], [12.0, 192.0])

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
# a constant, yes: $1 \cdot 3 + 3 \cdot 0$. `detach` and `stop_gradient` do
# that to one value. `no_grad` and `stop_recording` do it to a block of
# code: with $c = x^2 + 1 = 10$ a constant, $z = x^2 c$ has the slope
# $2x \cdot 10 = 60$, not 114.
#
# **You try:** move the line `c = ...` out of its block and predict `dz`.
# Then `autograd.stop_gradient`.

# %% tags=["torch"] pair="stop"
x = torch.tensor(3.0, requires_grad=True)
y = x * x.detach()
with torch.no_grad():
    c = x**2 + 1
z = x**2 * c
(dy,) = torch.autograd.grad(y, x)
(dz,) = torch.autograd.grad(z, x)
agree([dy, dz], [3.0, 60.0])

# %% tags=["tensorflow"] pair="stop"
x = tf.Variable(3.0)
with tf.GradientTape(persistent=True) as tape:
    y = x * tf.stop_gradient(x)
    with tape.stop_recording():
        c = x**2 + 1
    z = x**2 * c
dy, dz = tape.gradient(y, x), tape.gradient(z, x)
agree([dy, dz], [3.0, 60.0])

# %% [markdown]
# ## 7. Four roads to `None`
#
# A loss $L = f(w) + b^2$ goes down in training, yet $w$ never moves: its
# gradient is `None`. There is no error, since $b$ has a gradient. Three
# causes lie on the path from $w$ to $L$: it was never there; it left the
# framework, for plain numbers or NumPy, which nobody records; it went
# through integers, which have no slopes.

# %% tags=["torch"] pair="broken_paths"
broken = {
    "no path": lambda w: torch.tensor(4.0),
    "left the framework": lambda w: w.item() ** 2,
    "through integers": lambda w: w.int().float(),
}
for cause, f in broken.items():
    w = torch.tensor(2.0, requires_grad=True)
    b = torch.tensor(3.0, requires_grad=True)
    (f(w) + b * b).backward()
    print(f"{cause}: {w.grad}, {float(b.grad)}")
    assert w.grad is None and float(b.grad) == 6.0

# %% tags=["tensorflow"] pair="broken_paths"
broken = {
    "no path": lambda w: tf.constant(4.0),
    "left the framework": lambda w: w.numpy() ** 2,
    "through integers": lambda w: tf.cast(
        tf.cast(w, tf.int32), tf.float32),
}
for cause, f in broken.items():
    w, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        L = f(w) + b * b
    dw, db = tape.gradient(L, [w, b])
    print(f"{cause}: {dw}, {float(db)}")
    assert dw is None and float(db) == 6.0

# %% [markdown]
# The fourth is the name. After `w = w - 0.1`, `w` is a *new* tensor: not
# a leaf, not a variable. Update in place instead.
#
# **You try:** make a constant the *whole* loss, without `b`. One half still
# says `None`; the other raises an error, which is kinder. Which?

# %% tags=["torch"] pair="rebound"
import warnings

w = torch.tensor(2.0, requires_grad=True)
w = w - 0.1
(w * w).backward()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    assert w.grad is None
print(str(caught[0].message)[:57])

w = torch.tensor(2.0, requires_grad=True)
with torch.no_grad():
    w -= 0.1
(w * w).backward()
agree(w.grad, 3.8)

# %% tags=["tensorflow"] pair="rebound"
w = tf.Variable(2.0)
w = w - 0.1
with tf.GradientTape() as tape:
    L = w * w
assert tape.gradient(L, w) is None
print("w is now", type(w).__name__)

w = tf.Variable(2.0)
w.assign_sub(0.1)
with tf.GradientTape() as tape:
    L = w * w
agree(tape.gradient(L, w), 3.8)

# %% [markdown]
# ## 8. Slopes where there is none
#
# What is the slope of $|x|$ at 0? Left of 0 it is −1, right of it 1, and
# at 0 there is none. Yet a framework must return *some* number.
#
# By hand, every slope between those of the two sides is defensible:
# $[-1, 1]$ for $|x|$, $[0, 1]$ for $\max(x, 0)$. And $\sqrt x$ is infinitely
# steep at 0. Below are the slopes at 0 of relu, abs, sqrt, `maximum(x, 0)`
# and `where(x > 0, sqrt(x), 0)`. In two of the five, the frameworks differ.
# *Predict which.*

# %%
xs = np.linspace(-1, 1, 201)
up = np.maximum(xs, 0)
shapes = {"abs": np.abs(xs), "maximum": up,
          "where": np.sqrt(up)}
at_0 = {}

# %% tags=["torch"] pair="slope"
def slope_torch(f, x):
    x = torch.tensor(x, requires_grad=True)
    (dx,) = torch.autograd.grad(f(x), x)
    return dx


agree(slope_torch(torch.abs, 2.0), 1.0)

# %% tags=["tensorflow"] pair="slope"
def slope_tf(f, x):
    x = tf.Variable(x)
    with tf.GradientTape() as tape:
        y = f(x)
    return tape.gradient(y, x)


agree(slope_tf(tf.abs, 2.0), 1.0)

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
agree([*got.values()], [0, 0, np.inf, 0.5, np.nan])

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
agree([*got.values()], [0, 0, np.inf, 1.0, 0.0])

# %% tags=["both"]
one, other = at_0["PyTorch"], at_0["TensorFlow"]
differ = [f for f in one if one[f] != other[f]]
print("they differ on", differ)
assert differ == ["maximum", "where"]

# %%
plots.tangents(xs, shapes, at_0)

# %% [markdown]
# Each broken line is a defensible choice, since its slope lies between
# those of the two sides; none is *the* slope. NaN is no choice but an
# accident: `where` takes the branch without the root, yet the way back
# still multiplies the root's infinite slope by 0.
#
# TensorFlow escapes only because its `SqrtGrad` answers 0 whenever 0 comes
# in; with `log` both say NaN. The cure is to make the root's or logarithm's
# *input* safe. And who is the largest in a tie?
#
# **You try:** swap the two arguments of `maximum`. Which framework changes
# its mind?

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

# %% tags=["torch"] pair="ties"
ties = [1.0, 3.0, 3.0]
along = lambda x: x.max(dim=0).values
agree(slope_torch(torch.amax, ties), [0.0, 0.5, 0.5])
agree(slope_torch(along, ties), [0.0, 1.0, 0.0])

# %% tags=["tensorflow"] pair="ties"
ties = [1.0, 3.0, 3.0]
agree(slope_tf(tf.reduce_max, ties), [0.0, 0.5, 0.5])
# and the special case that saved sqrt above:
agree(tf.raw_ops.SqrtGrad(y=0.0, dy=0.0), 0.0)

# %% [markdown]
# ## 9. Derivatives of derivatives
#
# A gradient is made of operations too. So it can be recorded and
# differentiated: PyTorch with `create_graph=True`, TensorFlow with a tape
# around a tape. By hand, with $t = \tanh x$: $t' = 1 - t^2$ and
# $t'' = -2\,t\,t'$. (Each output depends on its own input alone, so the
# gradient of their *sum* holds all 61 slopes.)

# %%
xs = np.linspace(-3.0, 3.0, 61)
t = np.tanh(xs)
by_hand = [1 - t**2, -2 * t * (1 - t**2)]

# %% tags=["torch"] pair="second"
x = torch.tensor(xs, requires_grad=True)
y = torch.tanh(x).sum()
(d1,) = torch.autograd.grad(y, x, create_graph=True)
(d2,) = torch.autograd.grad(d1.sum(), x)
agree(d1, by_hand[0])
agree(d2, by_hand[1])
plots.graph(d1, {"x": x})

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
plots.graph(first.get_concrete_function(x))

# %%
lines = {"tanh": t, "slope": by_hand[0],
         "slope of the slope": by_hand[1]}
plots.curves(xs, lines, xlabel="x", ylabel="value")

# %% [markdown]
# The graphs hold the derivative itself: `TanhBackward0` has a backward of
# its own, and `TanhGrad` is one more operation. In the plot, the second
# derivative is 0 where the slope is largest, and largest where the slope
# rises fastest.
#
# **How it breaks:** leave out `create_graph=True`, or move `d1 = first(x)`
# out of its tape, and the first derivative is not recorded. Predict both
# symptoms and try. Then `autograd.gradient_penalty` and `autograd.hvp`.

# %% [markdown]
# ## 10. Products with a Jacobian
#
# With two outputs, which gradient is *the* gradient? PyTorch refuses to
# guess; TensorFlow silently takes that of the sum.
#
# The whole answer is a matrix, the **Jacobian** $J_{ij} = \partial y_i /
# \partial x_j$. Reverse mode gives $u^\top J$ in one walk
# (**vjp**); forward mode carries a direction along with the values and
# gives $Jv$ (**jvp**). By hand, for $y = (x_0 x_1, x_1 x_2)$:

# %%
def f(x):
    return x[:2] * x[1:]


J = np.array([[2.0, 1, 0], [0, 3, 2]])  # at (1, 2, 3)
u, v = np.array([1.0, 10]), np.array([1.0, 2, 3])

# %% tags=["torch"] pair="jacobian"
x = torch.tensor([1.0, 2, 3], dtype=torch.float64)
x.requires_grad_()
y = f(x)
message = refused(y.backward)
print(message)
assert "only for scalar outputs" in message

(vjp,) = torch.autograd.grad(y, x, torch.tensor(u))
_, jvp = torch.func.jvp(f, (x,), (torch.tensor(v),))
agree(vjp, u @ J)
agree(jvp, J @ v)

# %% tags=["tensorflow"] pair="jacobian"
x = tf.constant([1.0, 2, 3], tf.float64)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    y = f(x)
agree(tape.gradient(y, x), J.sum(axis=0))

vjp = tape.gradient(y, x, output_gradients=u)
with tf.autodiff.ForwardAccumulator(x, v) as forward:
    y = f(x)
jvp = forward.jvp(y)
agree(vjp, u @ J)
agree(jvp, J @ v)

# %% [markdown]
# Neither product builds $J$. To fill it you would need one vjp per
# *output*, or one jvp per *input*. A loss has one output and a million
# inputs: that is the answer to section 1.
#
# **You try:** which of the two for one parameter and a thousand outputs?
# Then `autograd.jvp`.

# %% [markdown]
# ## 11. A gradient of your own
#
# $\log\cosh x$ is nearly straight at $x = 100$, with slope
# $\sinh x/\cosh x = \tanh x \approx 1$. The frameworks say NaN:

# %% tags=["torch"] pair="naive"
naive = lambda x: torch.log(torch.cosh(x))
agree(slope_torch(naive, 100.0), np.nan)

# %% tags=["tensorflow"] pair="naive"
naive = lambda x: tf.math.log(tf.cosh(x))
agree(slope_tf(naive, 100.0), np.nan)

# %% [markdown]
# $\cosh 100$ overflows float32, and on the way back $\infty \cdot 0$ is
# NaN. Give both ways yourself: a stable formula forward, $\tanh$ back. Your
# backward receives the gradient from **upstream** and must multiply by it.

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
# last line still passes, since at the end of a graph it is 1. Section 12
# will catch that.
#
# **You try:** `autograd.straight_through` has a gradient that is wrong on
# purpose; `autograd.softmax_cross_entropy` has one that is neater than its
# loss.

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

# %%
plots.curves(steps, errors, log=True,
             xlabel="step size h",
             ylabel="absolute error of the slope")
for kind, row in errors.items():
    best = steps[np.argmin(row)]
    print(f"{kind}: smallest error at h = {best:.0e}")
assert min(errors["float32"]) > 1e4 * min(row)
agree(central(lambda x: max(x, 0.0), 0.0, 1e-5), 0.5)

# %% [markdown]
# Read from the right: the error falls as $h^2$, then turns and grows as
# $1/h$, since rounding in $f$ is divided by $2h$. The valley lies near the
# cube root of the machine epsilon, and is far deeper in float64. (The flat
# part on the left: $x + h$ rounds to $x$, and the slope comes out as 0.)
#
# So check in float64, and away from kinks: at 0, the central difference of
# relu is ½ (last line), which neither framework says. Both bring a check.
# Let it judge our gradient, and one without `upstream`.
#
# **You try:** `autograd.numerical_gradient`, then
# `autograd.find_the_bug`.

# %% tags=["torch"] pair="check"
class NoUpstream(LogCosh):
    @staticmethod
    def backward(ctx, upstream):
        return torch.tanh(ctx.saved_tensors[0])


def passes(f):
    return torch.autograd.gradcheck(
        f, x, raise_exception=False)


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


x = tf.constant([0.5, 1.0], tf.float64)
assert passes(log_cosh_tf)
assert not passes(no_upstream)

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow |
# |---|---|---|
# | record | `requires_grad=True` | `GradientTape`, trainable variables |
# | watch more | `x.requires_grad_()` | `tape.watch(x)` |
# | gradient | `L.backward()`, or `autograd.grad(L, x)` | `tape.gradient(L, x)` |
# | twice | `.grad` **adds up** | **fresh** each time |
# | keep the record | `retain_graph=True` | `persistent=True` |
# | cut one value | `x.detach()` | `tf.stop_gradient(x)` |
# | cut a block | `torch.no_grad()` | `tape.stop_recording()` |
# | update in place | `w -= ...` under `no_grad` | `w.assign_sub(...)` |
# | derivative again | `create_graph=True` | a tape around a tape |
# | many outputs | refuses | takes the sum |
# | vjp | `grad(y, x, u)` | `output_gradients=u` |
# | jvp | `torch.func.jvp` | `ForwardAccumulator` |
# | own gradient | `autograd.Function` | `tf.custom_gradient` |
# | check | `gradcheck` | `tf.test.compute_gradient` |
# | `maximum(x, 0)` at 0 | ½ | 1 |
# | tie | `amax` shares, `max(dim)` takes one | shares |
#
# **Next:** the exercises, in their order. `autograd.line_fit` is a whole
# training run: this lesson, in a loop. Then
# [04 Initialization](04_initialization.ipynb).
