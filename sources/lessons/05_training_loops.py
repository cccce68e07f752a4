# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Training loops
#
# After this lesson you can
#
# - write the loop in both frameworks so that the losses are the same,
# - write SGD, momentum, RMSprop, Adam and AdamW by hand, and say where the
#   frameworks' versions differ,
# - name the loop's silent faults: a loss of the wrong kind, the wrong mode,
#   a shuffle that hardly shuffles, a resume that forgets,
# - clip, accumulate, schedule, stop early, and train with half the bits.
#
# | Section | Minutes |
# |---|---|
# | 1. Five lines | 5 |
# | 2. What the loss expects | 4 |
# | 3. Momentum, two ways to write it | 5 |
# | 4. Adam, and where epsilon goes | 6 |
# | 5. Training mode | 4 |
# | 6. Clipping and accumulating | 3 |
# | 7. Schedules | 3 |
# | 8. Seeds and batches | 4 |
# | 9. Stop and go on | 4 |
# | 10. Stopping early | 3 |
# | 11. Half the bits | 4 |
# | 12. `fit`, and real data | 4 |
# | Quiz | 6 |
#
# Exercises are in
# [05_training_loops_exercises](../exercises/05_training_loops/05_training_loops_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import io
import os

import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)  # small nets: faster
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras

config = tf.config.experimental
config.enable_tensor_float_32_execution(False)
print("tensorflow", tf.__version__)
print("keras", keras.__version__)

# %% tags=["nbval-ignore-output"]
import numpy as np
from sklearn.datasets import load_digits
from grader import agree, device, predict, reveal
from grader.learner import loop_plots, plots

digits = load_digits()
X = (digits.data / 16).astype(np.float32)
Y = digits.target
mixed = np.random.default_rng(0).permutation(len(X))
train, val, test = np.split(mixed, [1200, 1500])
drawn = {}  # what the next picture shows
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Five lines
#
# Ten digits, and a network that knows nothing yet: each class gets about
# 1/10. *Predict:* what should the *first* loss be, within 0.1?
#
# The data are 1797 images of 8 × 8 pixels. Weights and batches are made in
# NumPy, the same for both frameworks.
#
# The loop has five lines: **clear** the old gradients, go **forward**,
# **compare**, go **back**, **step**. TensorFlow has nothing to clear: each
# tape is new. <!-- shown: accumulate --> The step names its variables instead.

# %%
predict("loops.first_loss", ...)

def start(seed):
    rng = np.random.default_rng(seed)
    w1 = rng.normal(0, 0.1, (64, 32))
    w2 = rng.normal(0, 0.1, (32, 10))
    return [w1, np.zeros(32), w2, np.zeros(10)]

def batches(seed, epochs):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(train)  # 1200 rows
        yield from order.reshape(40, 30)

# %% tags=["torch"] pair="build"
def build_torch(weights):
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(),
                        nn.Linear(32, 10))
    with torch.no_grad():
        for p, w in zip(net.parameters(), weights):
            p.copy_(torch.tensor(w.T))  # [out, in]
    return net

# %% tags=["tensorflow"] pair="build"
def build_tf(weights):
    net = keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10)])
    net.set_weights(weights)  # [in, out]
    return net

CE = keras.losses.SparseCategoricalCrossentropy
cross_entropy = CE(from_logits=True)

# %% tags=["torch"] pair="step"
def step_torch(net, opt, rows, loss=F.cross_entropy):
    opt.zero_grad()
    out = net(torch.tensor(X[rows]))
    L = loss(out, torch.tensor(Y[rows]))
    L.backward()
    opt.step()
    return L.item()

# %% tags=["tensorflow"] pair="step"
def step_tf(net, opt, rows, loss=cross_entropy):
    with tf.GradientTape() as tape:
        out = net(X[rows], training=True)
        L = loss(Y[rows], out)
    ws = net.trainable_variables
    opt.apply(tape.gradient(L, ws), ws)
    return float(L)

# %% tags=["torch"] pair="loop"
net = build_torch(start(0))
opt = torch.optim.SGD(net.parameters(), lr=0.5)
losses = [step_torch(net, opt, rows)
          for rows in batches(seed=0, epochs=2)]
agree(losses[0], 2.303, tolerance=0.1)
drawn["PyTorch"] = losses

# %% tags=["tensorflow"] pair="loop"
net = build_tf(start(0))
opt = keras.optimizers.SGD(0.5)
losses = [step_tf(net, opt, rows)
          for rows in batches(seed=0, epochs=2)]
agree(losses[0], 2.303, tolerance=0.1)
drawn["TensorFlow"] = losses

# %% name="same"
plots.curves(range(80), drawn, xlabel="step",
             ylabel="loss of the batch (nats)")
reveal("loops.first_loss", losses[0], tolerance=0.1)
for one in drawn.values():
    assert np.allclose(one, losses, rtol=0, atol=1e-5)
full = losses  # what float32 gives
drawn = {}

# %% [markdown]
# By hand, the first is $-\ln \frac{1}{10} = 2.303$. If yours starts at 9,
# something is wrong before the loop has begun.
#
# In both frameworks it is one curve: 80 losses, equal to five digits. <!-- shown: same -->
# Equal weights, equal batches and a loss per step are
# how you find the fault in a port.
#
# **How it breaks.** Clear *between* `backward` and `step`, or go forward
# before the tape opens. *What is left to step with?*

# %% tags=["torch"] pair="misplaced"
net = build_torch(start(0))
opt = torch.optim.SGD(net.parameters(), lr=0.5)
out = net(torch.tensor(X[:30]))
F.cross_entropy(out, torch.tensor(Y[:30])).backward()
opt.zero_grad()  # too late
opt.step()
agree(net[0].weight, start(0)[0].T)  # unmoved

# %% tags=["tensorflow"] pair="misplaced"
net = build_tf(start(0))
out = net(X[:30])  # too early
with tf.GradientTape() as tape:
    L = cross_entropy(Y[:30], out)
ws = net.trainable_variables
assert tape.gradient(L, ws) == [None] * 4

# %% [markdown]
# ## 2. What the loss expects
#
# A training run gets stuck above a loss of 1.46, yet 8 in 10 answers are
# right. What is 1.46?
#
# By hand, for one example with logits $z = (2, 1, 0)$ and class 0:
# $L = \ln(e^2 + e^1 + e^0) - 2 = 0.4076$. PyTorch's `cross_entropy` takes
# **logits**, then the target. <!-- shown: conventions --> Keras takes the
# target, then **probabilities**, unless told `from_logits=True`. <!-- shown: conventions -->
# One-hot targets fit PyTorch's as it is; Keras
# has a class for them. <!-- shown: conventions -->
#
# Both take the mean by default. <!-- shown: reduction --> But the *sum* of
# squares of shape (2, 3) adds all six in PyTorch, while Keras averages each
# row first. <!-- shown: reduction -->
#
# The fault is a softmax at the end of the network, and a loss that adds its
# own. The best ten probabilities are one 1 and nine 0s, so the loss cannot
# fall below $\ln(e + 9) - 1 = 1.461$. Nobody complains.

# %% tags=["torch"] pair="conventions"
z, c = torch.tensor([[2.0, 1, 0]]), torch.tensor([0])
agree(F.cross_entropy(z, c), 0.407606)
one_hot = torch.tensor([[1.0, 0, 0]])
agree(F.cross_entropy(z, one_hot), 0.407606)

# %% tags=["tensorflow"] pair="conventions"
z, c = tf.constant([[2.0, 1, 0]]), tf.constant([0])
agree(CE(from_logits=True)(c, z), 0.407606)
agree(CE()(c, tf.nn.softmax(z)), 0.407606)
OneHot = keras.losses.CategoricalCrossentropy
one_hot = tf.constant([[1.0, 0, 0]])
agree(OneHot(from_logits=True)(one_hot, z), 0.407606)

# %% tags=["torch"] pair="reduction"
t = torch.tensor([[1.0, 2, 3], [4, 5, 6]])
zero = torch.zeros(2, 3)  # squares add up to 91
agree(F.mse_loss(zero, t), 91 / 6)
agree(F.mse_loss(zero, t, reduction="sum"), 91)

# %% tags=["tensorflow"] pair="reduction"
t = tf.constant([[1.0, 2, 3], [4, 5, 6]])
zero = tf.zeros((2, 3))  # squares add up to 91
MSE = keras.losses.MeanSquaredError
agree(MSE()(t, zero), 91 / 6)
agree(MSE(reduction="sum")(t, zero), 91 / 3)

# %% tags=["torch"] pair="twice"
double = lambda out, y: F.cross_entropy(
    torch.softmax(out, dim=1), y)
net = build_torch(start(0))
opt = torch.optim.SGD(net.parameters(), lr=2.0)
stuck = [step_torch(net, opt, rows, double)
         for rows in batches(seed=0, epochs=4)]
guess = net(torch.tensor(X[val])).argmax(dim=1).numpy()

# %% tags=["tensorflow"] pair="twice"
double = lambda y, out: cross_entropy(
    y, tf.nn.softmax(out))
net = build_tf(start(0))
opt = keras.optimizers.SGD(2.0)
stuck = [step_tf(net, opt, rows, double)
         for rows in batches(seed=0, epochs=4)]
guess = tf.argmax(net(X[val]), axis=1).numpy()

# %%
floor = np.log(np.e + 9) - 1
plots.curves(range(160), {"softmax twice": stuck,
                          "its floor": [floor] * 160},
             xlabel="step", ylabel="loss (nats)")
assert floor < min(stuck)
assert np.mean(guess == Y[val]) > 0.8

# %% [markdown]
# The loss falls towards a floor that is not 0. Accuracy looks fine, which
# is why this fault lives long.
#
# **You try:** `loops.logits_loss`.

# %% [markdown]
# ## 3. Momentum, two ways to write it
#
# Two teams cut the learning rate to a tenth after step 40. Up to there, all
# weights are equal. At step 41 one run slows at once, the other glides on
# for twenty steps. Neither has a fault.
#
# - PyTorch: $v \leftarrow \mu v + g$, then
#   $w \leftarrow w - \eta v$. <!-- shown: momentum -->
# - Keras: $m \leftarrow \mu m - \eta g$, then
#   $w \leftarrow w + m$. <!-- shown: momentum -->
#
# While $\eta$ is constant, $m = -\eta v$. By hand, on a slope of 1: $v$
# grows to $1/(1-0.9) = 10$. Cut $\eta$ from 0.1 to 0.01: PyTorch's next
# step is $0.01 \cdot 10 = 0.1$; Keras's is $0.9 \cdot 1 + 0.01 = 0.91$. <!-- shown: momentum -->
#
# **Nesterov** steps by $g + \mu v$ where momentum steps by $v$.

# %%
# gradient, rate, state, step -> change of w
def momentum_torch(g, rate, s, t, mu=0.9):
    s["v"] = mu * s.get("v", 0) + g
    return -rate * s["v"]

def momentum_keras(g, rate, s, t, mu=0.9):
    s["m"] = mu * s.get("m", 0) - rate * g
    return s["m"]

def nesterov(g, rate, s, t, mu=0.9):
    s["v"] = mu * s.get("v", 0) + g
    return -rate * (g + mu * s["v"])

# %%
def walk(change, gradient, rates, w=0.0):
    state, path = {}, [np.array(w)]
    for t, rate in enumerate(rates, start=1):
        g = gradient(path[-1])
        path.append(path[-1] + change(g, rate, state, t))
    return np.array(path)

sgd = lambda g, rate, s, t: -rate * g
slope = lambda w: 0 * w + 1  # the same everywhere
rates = [0.1] * 40 + [0.01] * 40

# %% tags=["torch"] pair="walk"
def walk_torch(gradient, rates, make, **how):
    w = torch.tensor(0.0, dtype=torch.float64)
    opt, path = make([w], **how), [0.0]
    for rate in rates:
        opt.param_groups[0]["lr"] = rate
        w.grad = gradient(w)
        opt.step()
        path.append(w.item())
    return np.array(path)

# %% tags=["tensorflow"] pair="walk"
def walk_tf(gradient, rates, make, **how):
    w = tf.Variable(0.0, dtype=tf.float64)
    opt, path = make(**how), [0.0]
    for rate in rates:
        opt.learning_rate = rate
        opt.apply([gradient(w)], [w])
        path.append(float(w))
    return np.array(path)

# %% tags=["torch"] pair="momentum"
SGD = torch.optim.SGD
path = walk_torch(slope, rates, SGD)
agree(path, walk(sgd, slope, rates))
path = walk_torch(slope, rates, SGD, momentum=0.9,
                  nesterov=True)
agree(path, walk(nesterov, slope, rates))
path = walk_torch(slope, rates, SGD, momentum=0.9)
agree(path, walk(momentum_torch, slope, rates))
agree(path[40] - path[41], 0.1, tolerance=0.02)
drawn["PyTorch"] = -np.diff(path)

# %% tags=["tensorflow"] pair="momentum"
SGD, first = keras.optimizers.SGD, rates[:40]
path = walk_tf(slope, rates, SGD)
agree(path, walk(sgd, slope, rates))
path = walk_tf(slope, first, SGD, momentum=0.9,
               nesterov=True)
agree(path, walk(nesterov, slope, first))
path = walk_tf(slope, rates, SGD, momentum=0.9)
agree(path, walk(momentum_keras, slope, rates))
agree(path[40] - path[41], 0.91, tolerance=0.02)
drawn["Keras"] = -np.diff(path)

# %% name="cut"
plots.curves(range(1, 81), drawn, xlabel="step",
             ylabel="length of the step")
agree(walk(momentum_torch, slope, rates)[:41],
      walk(momentum_keras, slope, rates)[:41])
drawn = {}

# %% [markdown]
# Up to step 40 the lines are one. After the cut, PyTorch scales its whole
# memory down at once, while Keras finishes the steps it has begun. <!-- shown: momentum, cut -->
#
# **You try:** `loops.sgd_momentum`, `loops.nesterov`.

# %% [markdown]
# ## 4. Adam, and where epsilon goes
#
# `Adam()`, first step, gradient $10^{-7}$. PyTorch steps by 0.91 of the
# rate, Keras by 0.03. <!-- shown: adam --> Which default did it?
#
# Adam divides the mean gradient $m$ by the root mean square $\sqrt v$,
# both corrected for their start at 0. At step 1, $\hat m = g$ and
# $\sqrt{\hat v} = |g|$: the step is $\eta$, however small $g$, unless
# $\epsilon$ is larger. It is $10^{-8}$ in PyTorch, $10^{-7}$ in Keras. <!-- shown: adam -->
# And Keras adds it to the *uncorrected* $\sqrt v$,
# which at step 1 makes it $1/\sqrt{1 - 0.999} = 31.6$ times larger. <!-- shown: adam -->
#
# **RMSprop** corrects nothing; PyTorch adds $\epsilon$ to the root, Keras
# under it. <!-- shown: adam -->

# %%
def adam(g, rate, s, t, eps=1e-8, b=0.999):
    s["m"] = 0.9 * s.get("m", 0) + 0.1 * g
    s["v"] = 0.999 * s.get("v", 0) + 0.001 * g * g
    m, root = s["m"] / (1 - 0.9**t), np.sqrt(1 - b**t)
    return -rate * m / (np.sqrt(s["v"]) / root + eps)

def adam_keras(g, rate, s, t):
    b = float(np.float32(0.999))  # Keras rounds it
    eps = 1e-7 / np.sqrt(1 - b**t)
    return adam(g, rate, s, t, eps, b)

def rmsprop(g, rate, s, t, eps=1e-8, under=0.0):
    s["v"] = 0.9 * s.get("v", 0) + 0.1 * g * g
    return -rate * g / (np.sqrt(s["v"] + under) + eps)

# %% tags=["torch"] pair="adam"
faint, ones = lambda w: 0 * w + 1e-7, [1.0] * 50
path = walk_torch(faint, ones, torch.optim.Adam)
agree(path, walk(adam, faint, ones))
agree(path[1], -0.91, tolerance=0.01)
path = walk_torch(faint, ones, torch.optim.RMSprop,
                  alpha=0.9)
agree(path, walk(rmsprop, faint, ones))

# %% tags=["tensorflow"] pair="adam"
faint, ones = lambda w: 0 * w + 1e-7, [1.0] * 50
path = walk_tf(faint, ones, keras.optimizers.Adam)
agree(path, walk(adam_keras, faint, ones))
agree(path[1], -0.03, tolerance=0.01)
path = walk_tf(faint, ones, keras.optimizers.RMSprop)
soft = lambda *args: rmsprop(*args, 0.0, under=1e-7)
agree(path, walk(soft, faint, ones))

# %% name="epsilon"
tiny = np.logspace(-11, -3, 33)
first = {"PyTorch": [-adam(g, 1, {}, 1) for g in tiny],
         "Keras": [-adam_keras(g, 1, {}, 1) for g in tiny]}
plots.curves(tiny, first, log=True, ylabel="step / learning rate",
             xlabel="gradient at step 1")
agree(adam(1e-8, 1, {}, 1), -0.5)
agree(adam_keras(3.16e-6, 1, {}, 1), -0.5, tolerance=0.001)

# %% [markdown]
# To the right both lines are flat: the gradient's size does not matter.
# They bend down where it meets $\epsilon$, Keras's 300 times earlier. <!-- shown: epsilon, adam -->
#
# Now all of them in a valley, 25 times steeper across than along:

# %%
bowl, begin = np.array([1.0, 25.0]), [-4.0, 1.0]
down = lambda change, rate: walk(
    change, lambda w: bowl * w, [rate] * 40, begin)
loop_plots.valley({
    "SGD, rate 0.07": down(sgd, 0.07),
    "momentum, rate 0.02": down(momentum_torch, 0.02),
    "Nesterov, rate 0.02": down(nesterov, 0.02),
    "Adam, rate 0.3": down(adam, 0.3)}, bowl)

# %% [markdown]
# SGD hops from wall to wall: the steep direction limits its rate, to $2/25$.
# Momentum averages the hops away and overshoots, Nesterov less; Adam begins
# with equal steps in both directions.
#
# **Weight decay**: classic Adam adds $\lambda w$ to the gradient, where the
# division by $\sqrt v$ takes most of it back. AdamW shrinks the weight
# itself: $w \leftarrow w(1 - \eta\lambda)$, then Adam's step. Keras's
# `Adam(weight_decay=...)` does so too, PyTorch's does not. <!-- shown: decay -->
#
# **You try:** `loops.rmsprop`, `loops.adam`, `loops.adamw`.

# %% tags=["torch"] pair="decay"
hand, s, kinds = [0.0], {}, torch.optim
for t in range(1, 21):
    step = adam(1, 0.1, s, t)
    hand.append(hand[-1] * (1 - 0.1 * 0.1) + step)
decayed = lambda kind: walk_torch(
    slope, rates[:20], kind, weight_decay=0.1)
agree(hand, decayed(kinds.AdamW))
assert abs(decayed(kinds.Adam) - hand).max() > 0.1

# %% tags=["tensorflow"] pair="decay"
hand, s, kinds = [0.0], {}, keras.optimizers
for t in range(1, 21):
    step = adam_keras(1, 0.1, s, t)
    hand.append(hand[-1] * (1 - 0.1 * 0.1) + step)
decayed = lambda kind: walk_tf(
    slope, rates[:20], kind, weight_decay=0.1)
agree(hand, decayed(kinds.AdamW), decayed(kinds.Adam))

# %% [markdown]
# ## 5. Training mode
#
# Dropout and batch norm behave otherwise in training than later. PyTorch's
# mode is a *state* of the network, which starts in training. <!-- shown: mode -->
# Keras's is an *argument* of the call, and without it
# you get inference. <!-- shown: mode --> Forgetting it breaks *evaluation*
# in one, *training* in the other.

# %% tags=["torch"] pair="mode"
x, drop = torch.ones(1000), nn.Dropout(0.5)
assert (drop(x) == 0).any()  # on from the start
agree(drop(x).max(), 2.0)  # the rest is scaled up
drop.eval()
agree(drop(x), x)
assert (F.dropout(x) == 0).any()  # knows no mode!

# %% tags=["tensorflow"] pair="mode"
x, drop = tf.ones(1000), keras.layers.Dropout(0.5)
agree(drop(x), x)  # off unless asked for
dropped = drop(x, training=True).numpy()
assert (dropped == 0).any()
agree(dropped.max(), 2.0)

# %% [markdown]
# Batch norm uses the batch's mean and variance in training, and **running**
# ones later, which start at 0 and 1. By hand, for the batch 1, 2, 3, 6: mean
# 3, squares 14, so the variance is 14/4, or unbiased 14/3.
# PyTorch's momentum 0.1 is the share of the *new*, Keras's 0.99 that of the
# *old*. <!-- shown: batch_norm --> PyTorch's running variance is the
# unbiased one, Keras's the other. <!-- shown: batch_norm -->

# %% tags=["torch"] pair="batch_norm"
x = torch.tensor([[1.0], [2], [3], [6]])
bn, means = nn.BatchNorm1d(1), []
for step in range(120):
    out = bn(x)
    means.append(bn.running_mean.item())
agree(means[49], 3 * (1 - 0.9**50), tolerance=1e-5)
left = 0.9**120  # of the start
variance = left + (1 - left) * 14 / 3  # unbiased
agree(bn.running_var, [variance], tolerance=1e-5)
bn.running_mean.fill_(99.0)
agree(bn(x), out)  # training never reads it
drawn["PyTorch, 0.1"] = means

# %% tags=["tensorflow"] pair="batch_norm"
x = tf.constant([[1.0], [2], [3], [6]])
bn, means = keras.layers.BatchNormalization(), []
for step in range(120):
    out = bn(x, training=True)
    means.append(float(bn.moving_mean[0]))
agree(means[79], 3 * (1 - 0.99**80), tolerance=1e-5)
left = 0.99**120  # of the start
variance = left + (1 - left) * 14 / 4  # biased
agree(bn.moving_variance, [variance], tolerance=1e-5)
bn.moving_mean.assign([99.0])
agree(bn(x, training=True), out)  # never reads it
drawn["Keras, 0.99"] = means

# %%
drawn["true mean"] = [3.0] * 120
plots.curves(range(1, 121), drawn, xlabel="step",
             ylabel="running mean")
drawn = {}

# %% [markdown]
# PyTorch's mean arrives within 50 steps; after 80, Keras's lacks 45%. <!-- shown: batch_norm -->
# Training never reads it: good losses with bad
# validation, early on, are this. <!-- shown: batch_norm -->
#
# **You try:** `loops.batch_norm_stats`.

# %% [markdown]
# ## 6. Clipping and accumulating
#
# One bad batch can throw the weights far away, so gradients get **clipped**.
# By hand: two parameters with gradients 5 and 12 have the norm 13. Clip that
# to 6.5, and both halve: the direction stays. Clip each by itself, and only
# the 12 changes: the step turns. PyTorch's `clip_grad_norm_` is Keras's
# `global_clipnorm`; Keras's `clipnorm` does that. <!-- shown: clip -->
#
# **Accumulating** makes one step of several micro-batches. By hand, with
# slopes 1, 2, 3, 4, 10, the mean is 4. In micro-batches of 2, 2 and 1,
# the mean of their means is $(1.5 + 3.5 + 10)/3 = 5$. So weight each by its
# share of the batch.
#
# **You try:** `loops.clip_by_norm`.

# %% tags=["torch"] pair="clip"
a = torch.tensor(0.0, requires_grad=True)
b = torch.tensor(0.0, requires_grad=True)
(5 * a + 12 * b).backward()
norm = nn.utils.clip_grad_norm_([a, b], max_norm=6.5)
agree(norm, 13.0)  # the norm before
agree([a.grad, b.grad], [2.5, 6.0])

# %% tags=["tensorflow"] pair="clip"
def moved(**clip):
    w = [tf.Variable(0.0), tf.Variable(0.0)]
    opt = keras.optimizers.SGD(1.0, **clip)
    opt.apply([tf.constant(5.0), tf.constant(12.0)], w)
    return [-float(v) for v in w]

agree(moved(global_clipnorm=6.5), [2.5, 6.0])
agree(moved(clipnorm=6.5), [5.0, 6.5])

# %% tags=["torch"] pair="accumulate"
w = torch.tensor(1.0, requires_grad=True)
for part in [1.0, 2.0], [3.0, 4.0], [10.0]:
    L = (w * torch.tensor(part)).mean()
    (L * len(part) / 5).backward()  # adds
agree(w.grad, 4.0)

# %% tags=["tensorflow"] pair="accumulate"
w, total = tf.Variable(1.0), 0.0
for part in [1.0, 2.0], [3.0, 4.0], [10.0]:
    with tf.GradientTape() as tape:
        L = tf.reduce_mean(w * part)
    total += tape.gradient(L, w) * len(part) / 5
agree(total, 4.0)

# %% [markdown]
# ## 7. Schedules
#
# A cosine takes the rate from $\eta$ to 0 in 100 steps:
# $\frac{\eta}{2}(1 + \cos \frac{\pi t}{100})$; half way, $\eta/2$. You
# train 200 steps by mistake. *What is the rate at step 150?*

# %% tags=["torch"] pair="schedule"
opt = torch.optim.SGD([torch.zeros(1)], lr=1.0)
plan = torch.optim.lr_scheduler.CosineAnnealingLR(
    opt, T_max=100)
rate = []
for step in range(200):
    opt.step()  # leaves the rate as it is
    rate.append(opt.param_groups[0]["lr"])
    plan.step()  # you say when
agree([rate[50], rate[100], rate[150]], [0.5, 0, 0.5])
drawn["PyTorch"] = rate

# %% tags=["tensorflow"] pair="schedule"
plan = keras.optimizers.schedules.CosineDecay(1.0, 100)
opt = keras.optimizers.SGD(plan)
w, rate = tf.Variable(0.0), []
for step in range(200):
    rate.append(float(opt.learning_rate))
    opt.apply([tf.constant(0.0)], [w])  # counts steps
agree([rate[50], rate[100], rate[150]], [0.5, 0, 0])
drawn["Keras"] = rate

# %%
plots.curves(range(200), drawn, xlabel="step",
             ylabel="learning rate")
half = (1 + np.cos(np.pi * np.arange(101) / 100)) / 2
for rate in drawn.values():
    assert np.allclose(rate[:101], half, atol=1e-6)
drawn = {}

# %% [markdown]
# For 100 steps the schedules are equal. Then Keras's stays at 0, while
# PyTorch's climbs back up, as cosines do. <!-- shown: schedule -->
#
# **How it breaks:** Keras counts optimizer steps, PyTorch your calls. <!-- shown: schedule -->
# Call `plan.step()` per *epoch* with `T_max` in
# steps, and the rate hardly moves. **You try:** `loops.cosine_schedule`.

# %% [markdown]
# ## 8. Seeds and batches
#
# Does the seed 42 give your framework NumPy's numbers? A seed repeats *one*
# program in *one* library, if its operations are deterministic. To compare
# two, carry the weights over and let NumPy decide the batches.
#
# Shuffles differ in kind. `DataLoader` draws a permutation. <!-- shown: shuffle -->
# TensorFlow's `shuffle(100)` holds a buffer of 100
# and draws from that. <!-- shown: shuffle --> *Draw, on paper, where each
# example of 1000 can land.*

# %% tags=["torch"] pair="seeds"
os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
torch.use_deterministic_algorithms(True)
torch.manual_seed(42)
numbers = torch.rand(3).numpy()
torch.manual_seed(42)
agree(torch.rand(3), numbers, tolerance=0)
other = np.random.RandomState(42).rand(3)
assert abs(numbers - other).max() > 0.05

# %% tags=["tensorflow"] pair="seeds"
config.enable_op_determinism()
keras.utils.set_random_seed(42)
numbers = tf.random.uniform([3]).numpy()
keras.utils.set_random_seed(42)
agree(tf.random.uniform([3]), numbers, tolerance=0)
other = np.random.RandomState(42).rand(3)
assert abs(numbers - other).max() > 0.05

# %% tags=["torch"] pair="loader"
from torch.utils.data import DataLoader, TensorDataset

todo = list(batches(seed=0, epochs=1))
data = TensorDataset(torch.tensor(X), torch.tensor(Y))
loader = DataLoader(data, batch_sampler=todo)
agree([y for x, y in loader], Y[np.array(todo)])

# %% tags=["tensorflow"] pair="loader"
def at(rows):
    return tf.gather(X, rows), tf.gather(Y, rows)

todo = list(batches(seed=0, epochs=1))
loader = tf.data.Dataset.from_tensor_slices(todo)
loader_tf = loader.map(at)
agree([y for x, y in loader_tf], Y[np.array(todo)])

# %% tags=["torch"] pair="shuffle"
torch.manual_seed(0)
loader = DataLoader(range(1000), shuffle=True)
order = [int(i) for i in loader]
early = np.array(order) - np.arange(1000)
assert early.max() > 900  # from anywhere
assert sorted(order) == list(range(1000))
loop_plots.order("DataLoader, shuffle=True", order)

# %% tags=["tensorflow"] pair="shuffle"
tf.random.set_seed(0)
loader = tf.data.Dataset.range(1000).shuffle(100)
order = [int(i) for i in loader]
early = np.array(order) - np.arange(1000)
assert 0 < early.max() <= 99  # never far ahead
loop_plots.order("tf.data, shuffle(100)", order)

# %% [markdown]
# PyTorch's dots fill the square. <!-- shown: shuffle --> TensorFlow's hug
# the diagonal: nothing comes more than 99 places early, so data sorted by
# class stay nearly sorted. <!-- shown: shuffle --> Make the buffer as large
# as the data.

# %% [markdown]
# ## 9. Stop and go on
#
# The machine stops at step 20 of 40. You saved the weights. Is the run you
# resume the run you lost? Only if you saved all that the next step reads:
# weights, the optimizer's memory, the place in the data, and the random
# state, here for dropout. The last cells leave out one at a time.
#
# **You try:** `loops.resume`.

# %% tags=["torch"] pair="fresh"
def fresh_torch():
    net = build_torch(start(0))
    net.insert(2, nn.Dropout(0.5))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    return net, opt

# %% tags=["tensorflow"] pair="fresh"
def fresh_tf():
    hidden, out = build_tf(start(0)).layers
    net = keras.Sequential([
        hidden, keras.layers.Dropout(0.5), out])
    opt = keras.optimizers.Adam(0.01)
    opt.build(net.trainable_variables)
    return net, opt

# %% tags=["torch"] pair="save"
torch.manual_seed(0)
net, opt = fresh_torch()
for rows in todo[:20]:
    step_torch(net, opt, rows)
file = io.BytesIO()  # or a path
torch.save({"net": net.state_dict(),
            "opt": opt.state_dict(),
            "rng": torch.get_rng_state()}, file)
rest_torch = [step_torch(net, opt, rows)
              for rows in todo[20:]]

# %% tags=["tensorflow"] pair="save"
keras.utils.set_random_seed(0)
net, opt = fresh_tf()
for rows in todo[:20]:
    step_tf(net, opt, rows)
kept = [v.numpy()
        for v in [*net.variables, *opt.variables]]
rest_tf = [step_tf(net, opt, r) for r in todo[20:]]

# %% tags=["torch"] pair="resume"
for missing in "nothing", "opt", "rng":
    file.seek(0)
    saved = torch.load(file)
    net, opt = fresh_torch()
    net.load_state_dict(saved["net"])
    if missing != "opt":
        opt.load_state_dict(saved["opt"])
    if missing != "rng":
        torch.set_rng_state(saved["rng"])
    rest = [step_torch(net, opt, rows)
            for rows in todo[20:]]
    same = rest == rest_torch
    print(missing, "missing: the same run?", same)
    assert same == (missing == "nothing")

# %% tags=["tensorflow"] pair="resume"
for missing in "nothing", "adam", "seed":
    net, opt = fresh_tf()
    state = [*net.variables, *opt.variables]
    for v, value in zip(state, kept):
        if missing not in v.path:
            v.assign(value)
    rest = [step_tf(net, opt, rows)
            for rows in todo[20:]]
    same = rest == rest_tf
    print(missing, "missing: the same run?", same)
    assert same == (missing == "nothing")

# %% [markdown]
# ## 10. Stopping early
#
# A network learns 60 examples by heart. When should it stop? When the loss
# on *other* examples has not improved for some epochs, the **patience**;
# then take the best weights back. The cells ask for the weights before the
# first epoch. *Whose answer has changed by the last?*

# %% tags=["torch"] pair="overfit"
net, on_val, on_train = build_torch(start(1)), [], []
opt = torch.optim.Adam(net.parameters(), lr=0.03)
few, kept = train[:60], net.state_dict()
x, y = torch.tensor(X[val]), torch.tensor(Y[val])
for epoch in range(60):
    on_train.append(step_torch(net, opt, few))
    with torch.no_grad():
        L = F.cross_entropy(net(x), y)
    on_val.append(L.item())
agree(kept["0.weight"], net[0].weight)  # the last!

# %% tags=["tensorflow"] pair="overfit"
net, on_val, on_train = build_tf(start(1)), [], []
opt = keras.optimizers.Adam(0.03)
few, kept = train[:60], net.get_weights()
for epoch in range(60):
    on_train.append(step_tf(net, opt, few))
    out = net(X[val], training=False)
    on_val.append(float(cross_entropy(Y[val], out)))
agree(kept[0], start(1)[0])  # still the first
usual = keras.callbacks.EarlyStopping()
assert not usual.restore_best_weights

# %%
plots.curves(range(60), {"60 for training": on_train,
                         "300 others": on_val},
             xlabel="epoch", ylabel="loss (nats)")
best = epoch = 0
while epoch - best < 10:  # the patience
    epoch += 1
    best = epoch if on_val[epoch] < on_val[best] else best
print("best epoch", best, "- stopped at", epoch)
assert on_val[-1] > 1.1 * on_val[best]

# %% [markdown]
# The training loss goes to 0. The other turns and rises: each epoch after
# its lowest point did harm.
#
# **How it breaks:** PyTorch's `state_dict()` is no copy: `deepcopy` it, or
# your best weights are the last. <!-- shown: overfit --> Keras's
# `get_weights()` copies, but `EarlyStopping` leaves you the last unless you
# ask it for `restore_best_weights`. <!-- shown: overfit -->
#
# **You try:** `loops.early_stopping`.

# %% [markdown]
# ## 11. Half the bits
#
# Numbers of 16 bits need half the memory. But a gradient of $10^{-8}$ is 0
# in `float16`. By hand: its smallest number is $2^{-24} = 6 \cdot 10^{-8}$.
#
# **Mixed precision** keeps the weights in float32 and multiplies in 16
# bits. The loss is scaled up before going back, and the gradients down
# before the step: $10^{-8} \cdot 65536 = 0.0007$ survives. PyTorch's
# `autocast` wraps the forward pass, Keras's policy belongs to the layers. <!-- shown: mixed -->
#
# `bfloat16` has float32's range with two or three digits; the cells take it
# on a CPU, `float16` on a GPU. *Do 80 losses stay within 0.05?*

# %% tags=["torch"] pair="scaled"
gpu = device("torch") == "cuda"
half = torch.float16 if gpu else torch.bfloat16

def mixed_torch(net, opt, scaler, x, y):
    opt.zero_grad()
    with torch.autocast(x.device.type, dtype=half):
        out = net(x)
        L = F.cross_entropy(out, y)
    scaler.scale(L).backward()
    scaler.step(opt)  # scales down, steps
    scaler.update()
    return L.item(), out.dtype

# %% tags=["tensorflow"] pair="scaled"
gpu = device("tensorflow") == "/GPU:0"
bits = "float16" if gpu else "bfloat16"

def mixed_tf(net, opt, x, y):
    with tf.GradientTape() as tape:
        out = net(x, training=True)
        L = cross_entropy(y, out)
        scaled = opt.scale_loss(L)
    ws = net.trainable_variables
    g = tape.gradient(scaled, ws)
    opt.apply(g, ws)  # scales down, steps
    return float(L), out.dtype

# %% tags=["torch"] pair="mixed"
assert torch.tensor(1e-8).to(torch.float16) == 0
net = build_torch(start(0)).to(device("torch"))
opt = torch.optim.SGD(net.parameters(), lr=0.5)
scaler = torch.amp.GradScaler(device("torch"))
x, y = (torch.tensor(a).to(device("torch"))
        for a in (X, Y))
losses, kinds = zip(*[
    mixed_torch(net, opt, scaler, x[rows], y[rows])
    for rows in batches(seed=0, epochs=2)])
agree(losses, full, tolerance=0.05)
assert set(kinds) == {half}
assert net[0].weight.dtype == torch.float32

# %% tags=["tensorflow"] pair="mixed"
assert tf.cast(1e-8, tf.float16) == 0
keras.config.set_dtype_policy("mixed_" + bits)
net = build_tf(start(0))
keras.config.set_dtype_policy("float32")
opt = keras.optimizers.LossScaleOptimizer(
    keras.optimizers.SGD(0.5))
losses, kinds = zip(*[
    mixed_tf(net, opt, X[rows], Y[rows])
    for rows in batches(seed=0, epochs=2)])
agree(losses, full, tolerance=0.05)
assert set(kinds) == {tf.as_dtype(bits)}
assert net.layers[0].kernel.dtype == "float32"

# %% [markdown]
# ## 12. `fit`, and real data
#
# Keras has the loop built in. <!-- shown: fit --> `fit` calls `train_step`, which you may write
# yourself: then it is section 1's loop, number for number. <!-- shown: fit -->
# PyTorch leaves `fit` to you. <!-- shown: fit -->
#
# Train ten epochs from five seeds, and judge by 297 unseen images. *Which
# will differ more, frameworks or seeds?*

# %% tags=["torch"] pair="fit"
def fit_torch(net, opt, todo):
    net.train()
    for rows in todo:
        L = step_torch(net, opt, rows)
    return L

net = build_torch(start(0))
assert not hasattr(net, "fit")
opt = torch.optim.SGD(net.parameters(), lr=0.5)
said = fit_torch(net, opt, todo)
agree(said, full[39], tolerance=1e-5)

# %% tags=["tensorflow"] pair="fit"
class Ours(keras.Model):
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            out = self(x, training=True)
            L = cross_entropy(y, out)
        ws = self.trainable_variables
        self.optimizer.apply(tape.gradient(L, ws), ws)
        return {"L": L}

net = build_tf(start(0))
own = Ours(net.inputs, net.outputs)
own.compile(keras.optimizers.SGD(0.5))
said = own.fit(loader_tf, shuffle=False, verbose=0)
agree(said.history["L"], full[39:40], tolerance=1e-5)

# %% tags=["torch"] pair="digits"
def digits_torch(seed):
    net = build_torch(start(seed))
    opt = torch.optim.SGD(net.parameters(), lr=0.5)
    fit_torch(net, opt, batches(seed, epochs=10))
    net.eval()
    with torch.no_grad():
        out = net(torch.tensor(X[test])).numpy()
    return np.mean(out.argmax(axis=1) == Y[test])

drawn["PyTorch"] = [digits_torch(s) for s in range(5)]

# %% tags=["tensorflow"] pair="digits"
def digits_tf(seed):
    todo = list(batches(seed, epochs=10))
    data = tf.data.Dataset.from_tensor_slices(todo)
    net = build_tf(start(seed))
    opt = keras.optimizers.SGD(0.5)
    net.compile(opt, cross_entropy)
    net.fit(data.map(at), shuffle=False, verbose=0)
    out = net(X[test], training=False).numpy()
    return np.mean(out.argmax(axis=1) == Y[test])

drawn["TensorFlow"] = [digits_tf(s) for s in range(5)]

# %%
loop_plots.seeds(drawn, xlabel="share right on test")
one, *others = drawn.values()
assert abs(np.mean(one) - 0.97) < 0.01
assert 0.02 < max(one) - min(one) < 0.05
for other in others:
    assert np.allclose(one, other, atol=0.01)

# %% [markdown]
# Each mark is a run, the bar their mean: 97% right, and the rows are the
# same. Seeds differ by 3 points, so one run each says nothing about two
# frameworks.
#
# **You try:** `loops.find_the_bug` hides three faults of this lesson.

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow and Keras |
# |---|---|---|
# | before `backward` | `opt.zero_grad()` | a new tape <!-- shown: misplaced, accumulate --> |
# | cross-entropy | (logits, target) | (target, probabilities) <!-- shown: conventions --> |
# | momentum | rate times memory | rate in the memory <!-- shown: momentum --> |
# | Adam's epsilon | 1e-8, corrected | 1e-7, before <!-- shown: adam --> |
# | mode | a state, training | an argument, inference <!-- shown: mode --> |
# | batch norm | 0.1 new, unbiased | 0.99 old, biased <!-- shown: batch_norm --> |
# | schedule counts | your calls | steps <!-- shown: schedule --> |
#
# **Next:** the quiz, then the exercises.

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show 1 and 3–7;
# section 1 showed 2.
#
# **1.** A classifier with 100 classes starts at a loss of 4.6. What does
# that say?
#
# - **A** the weights start too large
# - **B** nothing is wrong
# - **C** the learning rate is too high
#
# <details><summary>Answer</summary>
#
# **B.** $\ln 100 = 4.605$: it gives each class 1/100. With A, the first
# loss is larger, since the network is sure and wrong. C cannot be: no step
# has been taken.
# </details>
#
# **2.** `L.backward()`, then `opt.zero_grad()`, then `opt.step()`. What
# happens?
#
# - **A** each step follows the sum of all gradients
# - **B** the weights stay where they are
# - **C** an error
#
# <details><summary>Answer</summary>
#
# **B.** There is no gradient left when the step comes. A is what happens
# without `zero_grad`. <!-- shown: quiz --> C would be kinder.
# </details>
#
# **3.** Which Keras momentum of batch norm equals PyTorch's 0.1?
#
# - **A** 0.1
# - **B** 0.9
# - **C** 0.99
#
# <details><summary>Answer</summary>
#
# **B.** One counts the share of the new, the other that of the old. A
# would keep a tenth of the old. C is Keras's default, ten times slower. <!-- shown: quiz, batch_norm -->
# </details>
#
# **4.** A run with Adam has settled: gradients change sign at each step.
# You resume it from the weights alone. How long is the next step?
#
# - **A** as before
# - **B** 0
# - **C** the whole learning rate
#
# <details><summary>Answer</summary>
#
# **C.** A new Adam has seen one gradient, and $\hat m/\sqrt{\hat v}$ is 1
# or −1. The old one had averaged the signs away, to 1/19 of the rate, so A
# needs its memory. B would need a gradient of 0.
# </details>
#
# **5.** What does `shuffle(1)` do in tf.data?
#
# - **A** shuffles everything once
# - **B** nothing
# - **C** swaps neighbours
#
# <details><summary>Answer</summary>
#
# **B.** Drawing from a buffer of one leaves no choice. <!-- shown: quiz --> A
# needs a buffer as large as the data; C resembles a buffer of 2.
# </details>
#
# **6.** For a batch of 64 you take two of 32, call PyTorch's `backward` on
# the mean loss of each, then step once: how large is the gradient now?
#
# - **A** as before
# - **B** twice as large
# - **C** half as large
#
# <details><summary>Answer</summary>
#
# **B.** `backward` adds, and the sum of two means is twice the mean. <!-- shown: quiz -->
# A needs each loss divided by 2. C would need a division
# by 4.
# </details>
#
# **7.** *Asked in interviews:* for validation, is `model.eval()` enough, or
# do you need `torch.no_grad()`, or both?
#
# <details><summary>A model answer</summary>
#
# They are independent. `eval()` sets the mode: dropout off, batch norm on
# its running values. <!-- shown: mode, quiz --> It records gradients all the
# same, so it is right but costs memory. <!-- shown: quiz --> `no_grad()`
# stops recording and changes no layer: alone, it even lets batch norm learn
# from the validation data. <!-- shown: quiz --> So use both, and `train()`
# afterwards. In Keras, `training=False` is the first, and the second is
# needed only inside a tape. <!-- shown: quiz --> It is wrong that `eval()`
# turns gradients off. <!-- shown: quiz -->
# </details>

# %%
print("1:", np.log(100).round(3))
state = {}
for t in range(1, 1001):
    old = adam((-1.0) ** t, 1.0, state, t)
new = adam(1.0, 1.0, {}, 1)
agree(abs(old), 1 / 19, tolerance=1e-4)
agree(abs(new), 1.0)

# %% tags=["torch"] pair="quiz"
x = torch.arange(64.0)
w = torch.tensor(1.0, requires_grad=True)
for part in x[:32], x[32:]:
    (w * part).mean().backward()
agree(w.grad, 2 * x.mean())

bn = nn.BatchNorm1d(1).eval()
assert bn(x[:, None]).requires_grad
agree(bn.running_mean, [0.0])  # eval() learns nothing
bn.train()
with torch.no_grad():
    out = bn(x[:, None])
assert not out.requires_grad
assert bn.running_mean != 0  # it learned

# %% tags=["tensorflow"] pair="quiz"
x = tf.constant([[1.0], [2], [3], [6]])
bn = keras.layers.BatchNormalization(momentum=0.9)
bn(x, training=True)
agree(bn.moving_mean, [0.3])  # as PyTorch's 0.1

with tf.GradientTape() as tape:
    out = bn(x, training=False)
assert tape.gradient(out, bn.gamma) is not None

in_order = tf.data.Dataset.range(9).shuffle(1)
agree([int(i) for i in in_order], np.arange(9))
