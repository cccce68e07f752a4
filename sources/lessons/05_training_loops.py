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
# - write the loop in both frameworks, with equal losses,
# - write SGD, momentum, RMSprop, Adam and AdamW by hand, as each framework
#   has them,
# - name the loop's silent faults: a wrong loss, the wrong mode, a shuffle
#   that hardly shuffles, a resume that forgets,
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
from grader import device

torch.set_num_threads(1)  # small nets: faster
torch.set_float32_matmul_precision("highest")
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras
from grader import device

device("tensorflow")  # before it takes the whole card
config = tf.config.experimental
config.enable_tensor_float_32_execution(False)
print("tensorflow", tf.__version__)
print("keras", keras.__version__)

# %% tags=["nbval-ignore-output"] name="data"
import warnings
import numpy as np
from sklearn.datasets import load_digits
from grader import agree, predict, reveal
from grader.pictures import loop_plots, plots

digits = load_digits()
X = (digits.data / 16).astype(np.float32)
Y = digits.target
mixed = np.random.default_rng(0).permutation(len(X))
train, val, test = np.split(mixed, [1200, 1500])
drawn = {}  # what the next picture shows
print("numpy", np.__version__)
assert digits.images.shape == (1797, 8, 8)
assert len(test) == 297

# %% [markdown]
# ## 1. Five lines
#
# Ten digits, and a network that knows nothing yet: each class gets about
# one tenth. *Predict:* what should the *first* loss be, within 0.1?
#
# The data are 1797 images of 8 × 8 pixels. <!-- shown: data `1797` --> Weights
# and batches are made in NumPy, for both frameworks.
#
# The loop has five lines: **clear** the old gradients, go **forward**,
# **compare**, go **back**, **step**. TensorFlow has nothing to clear, because
# each tape starts without gradients. <!-- shown: accumulate -->

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
def build_torch(weights, *end):
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(),
                        nn.Linear(32, 10), *end)
    with torch.no_grad():
        for p, w in zip(net.parameters(), weights):
            p.copy_(torch.tensor(w.T))  # [out, in]
    return net

# %% tags=["tensorflow"] pair="build"
def build_tf(weights, end=None):
    net = keras.Sequential([
        keras.Input((64,)),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation=end)])
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
# By hand, the first is $-\ln \frac{1}{10} = 2.303$.
#
# In float32, the 80 losses of both frameworks differ by less than
# 0.00001. <!-- shown: same -->
# Equal weights, equal batches and a loss per step are
# how you find the fault in a port.
#
# **How it breaks.** *What is left to step with, if you clear between
# `backward` and `step`, or go forward before the tape opens?*

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
# A network ends in a softmax. In PyTorch its loss stays above 1.46, in Keras
# it does not. <!-- shown: twice `min(twice)` --> What is 1.46?
#
# By hand, with logits $z = (2, 1, 0)$ and class $0$:
# $L = \ln(e^2 + e^1 + e^0) - 2 = 0.4076$. PyTorch's `cross_entropy` takes
# **logits**, then the target; Keras's loss takes the target, then
# **probabilities**. <!-- shown: conventions `agree(usual` --> Keras's takes logits with
# `from_logits=True`. <!-- shown: conventions `agree(told` --> One-hot targets fit PyTorch's
# as it is; Keras has a class for them. <!-- shown: conventions `agree(hot` -->
#
# The loss adds a softmax of its own. The best ten probabilities are a one
# and nine zeros, so it cannot fall below $\ln(e + 9) - 1 = 1.461$.

# %% tags=["torch"] pair="conventions"
z, c = torch.tensor([[2.0, 1, 0]]), torch.tensor([0])
usual = F.cross_entropy(z, c)
agree(usual, 0.407606)
one_hot = torch.tensor([[1.0, 0, 0]])
hot = F.cross_entropy(z, one_hot)
agree(hot, 0.407606)

# %% tags=["tensorflow"] pair="conventions"
z, c = tf.constant([[2.0, 1, 0]]), tf.constant([0])
usual = CE()(c, tf.nn.softmax(z))
agree(usual, 0.407606)
told = CE(from_logits=True)(c, z)
agree(told, 0.407606)
OneHot = keras.losses.CategoricalCrossentropy
one_hot = tf.constant([[1.0, 0, 0]])
hot = OneHot()(one_hot, tf.nn.softmax(z))
agree(hot, 0.407606)

# %% tags=["torch"] pair="train"
def train_torch(net, loss=F.cross_entropy, epochs=6):
    opt = torch.optim.SGD(net.parameters(), lr=0.5)
    with warnings.catch_warnings(
            record=True, action="always") as seen:
        losses = [step_torch(net, opt, rows, loss)
                  for rows in batches(0, epochs)]
    out = net(torch.tensor(X[val]))
    guess = out.argmax(dim=1).numpy()
    return losses, np.mean(guess == Y[val]), seen

# %% tags=["tensorflow"] pair="train"
def train_tf(net, loss=cross_entropy, epochs=6):
    opt = keras.optimizers.SGD(0.5)
    with warnings.catch_warnings(
            record=True, action="always") as seen:
        losses = [step_tf(net, opt, rows, loss)
                  for rows in batches(0, epochs)]
    out = net(X[val])
    guess = tf.argmax(out, axis=1).numpy()
    return losses, np.mean(guess == Y[val]), seen

# %% tags=["torch", "nbval-ignore-output"] pair="twice"
net = build_torch(start(0), nn.Softmax(dim=1))
twice, right, seen = train_torch(net)
plots.curves(range(240), {
    "softmax": twice, "floor": [1.461] * 240,
    "zero": [0] * 240},  # both pictures reach it
    xlabel="step", ylabel="loss (nats)")
print(f"{right:.0%} right, {len(seen)} warnings")
assert min(twice) > 1.461
assert len(seen) == 0
agree(right, 0.77, tolerance=0.03)
net = build_torch(start(0))
_, blind, silent = train_torch(net, F.nll_loss, 1)
assert len(silent) == 0
assert blind < 0.15

# %% tags=["tensorflow", "nbval-ignore-output"] pair="twice"
net = build_tf(start(0), "softmax")
twice, right, seen = train_tf(net)
plots.curves(range(240), {
    "softmax": twice, "floor": [1.461] * 240,
    "zero": [0] * 240},  # both pictures reach it
    xlabel="step", ylabel="loss (nats)")
print(f"{right:.0%} right,", seen[0].message)
assert min(twice) < 1.461
assert len(seen) == 240
agree(right, 0.96, tolerance=0.02)
agree(twice[:80], full, tolerance=1e-5)
net = build_tf(start(0))
_, blind, silent = train_tf(net, CE(), 1)
assert len(silent) == 0
assert blind < 0.15

# %% tags=["tensorflow"] name="nine"
def eager(net):
    return cross_entropy(c, net(z))
def fit(net):
    net.compile("sgd", cross_entropy)
    return net.fit(z, c, verbose=0).history["loss"][0]
graph = tf.function(eager, autograph=False)
repaired, L = [], keras.layers
for end in "softmax", L.Softmax(), tf.nn.softmax:
    for run in eager, graph, fit:
        net = keras.Sequential([
            keras.Input((3,)), L.Activation(end)])
        with warnings.catch_warnings(action="ignore"):
            repaired.append(bool(run(net) < 0.41))
print("repaired:", repaired)
assert repaired == [True] * 6 + [False, True, True]

# %% [markdown]
# PyTorch says nothing, Keras warns. <!-- shown: twice `len(seen)` --> Keras takes
# what went into the softmax: it has section 1's losses. <!-- shown: twice `full` -->
# After six epochs, PyTorch gets 77% right, Keras 96%. <!-- shown: twice `agree(right` -->
# Keras sees its own softmax
# at the end, and in a graph TensorFlow's: of nine combinations, only
# `tf.nn.softmax` in an eager loop escapes it. <!-- shown: nine -->
#
# The reverse is silent in both: logits into Keras's default loss, or into
# PyTorch's `nll_loss`, which wants log-probabilities. <!-- shown: twice `silent` -->
# Neither network learns: one in ten is right. <!-- shown: twice `blind` -->
#
# **You try:** `loops.logits_loss`. <!-- try: nothing -->

# %% [markdown]
# ## 3. Momentum, two ways to write it
#
# Two runs cut the learning rate to a tenth after step 40. <!-- no claim --> Until
# then their steps are equal. <!-- shown: cut `other[:40]` --> Then one's are a
# tenth as long at once. <!-- shown: cut `one[39]` --> The other's are still twice as
# long 20 steps later. <!-- shown: cut `other[59]` -->
#
# - PyTorch: $v \leftarrow \mu v + g$, then
#   $w \leftarrow w - \eta v$. <!-- shown: momentum `walk(momentum` -->
# - Keras: $m \leftarrow \mu m - \eta g$, then
#   $w \leftarrow w + m$. <!-- shown: momentum `walk(momentum` -->
#
# While $\eta$ is constant, $m = -\eta v$. By hand, with a gradient of $1$
# everywhere, $v$ grows to $1/(1-0.9) = 10$. Cut $\eta$ from $0.1$ to $0.01$:
# PyTorch's next step is $0.01 \cdot 10 = 0.1$, Keras's
# $0.9 \cdot 1 + 0.01 = 0.91$. <!-- shown: momentum `steps[40]` -->
#
# **Nesterov** steps by $g + \mu v$ where momentum steps by $v$, in both while
# $\eta$ is constant. <!-- shown: momentum `walk(nesterov` -->

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
SGD, first = torch.optim.SGD, rates[:40]
path = walk_torch(slope, rates, SGD)
agree(path, walk(sgd, slope, rates))
path = walk_torch(slope, first, SGD, momentum=0.9,
                  nesterov=True)
agree(path, walk(nesterov, slope, first))
path = walk_torch(slope, rates, SGD, momentum=0.9)
agree(path, walk(momentum_torch, slope, rates))
steps = -np.diff(path)
agree(steps[40], 0.1, tolerance=0.002)
drawn["PyTorch"] = steps

# %% tags=["tensorflow"] pair="momentum"
SGD, first = keras.optimizers.SGD, rates[:40]
path = walk_tf(slope, rates, SGD)
agree(path, walk(sgd, slope, rates))
path = walk_tf(slope, first, SGD, momentum=0.9,
               nesterov=True)
agree(path, walk(nesterov, slope, first))
path = walk_tf(slope, rates, SGD, momentum=0.9)
agree(path, walk(momentum_keras, slope, rates))
steps = -np.diff(path)
agree(steps[40], 0.91, tolerance=0.02)
drawn["Keras"] = steps

# %% name="cut"
plots.curves(range(1, 81), drawn, xlabel="step",
             ylabel="length of the step")
drawn = {}
one = -np.diff(walk(momentum_torch, slope, rates))
other = -np.diff(walk(momentum_keras, slope, rates))
agree(one[:40], other[:40])
agree(one[40] / one[39], 0.1, tolerance=0.001)
assert other[59] > 2 * one[59]

# %% [markdown]
# PyTorch multiplies its whole $v$ by the new rate, while Keras's $m$ still
# holds steps of the old one. <!-- shown: momentum `walk(momentum` -->
#
# **You try:** `loops.sgd_momentum`, `loops.nesterov`. <!-- try: nothing -->

# %% [markdown]
# ## 4. Adam, and where epsilon goes
#
# Adam with its defaults, first step, gradient $10^{-7}$: PyTorch steps by 0.91
# of the rate, Keras by 0.03. <!-- shown: adam `path[1]` --> Which default did it?
#
# Adam divides the mean gradient $m$ by the root mean square $\sqrt v$,
# both corrected for their start at 0. <!-- shown: adam `walk(adam` --> At first,
# $\hat m = g$ and $\sqrt{\hat v} = |g|$: the step is $\eta$, unless $|g|$ is
# as small as $\epsilon$, which is $10^{-8}$ in PyTorch and $10^{-7}$ in
# Keras. <!-- shown: adam `usual` --> Keras adds it to the *uncorrected*
# $\sqrt v$. <!-- shown: adam `walk(adam` --> In the first step that makes it
# $1/\sqrt{1 - 0.999} = 31.6$ times larger.
#
# **RMSprop** has no bias correction; PyTorch divides by $\sqrt v + \epsilon$, Keras
# by $\sqrt{v + \epsilon}$. <!-- shown: adam `walk(rmsprop` -->

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
make = torch.optim.Adam
path = walk_torch(faint, ones, make)
agree(path, walk(adam, faint, ones))
agree(path[1], -0.91, tolerance=0.01)
usual = make([torch.zeros(1)]).defaults["eps"]
assert usual == 1e-08
path = walk_torch(faint, ones, torch.optim.RMSprop,
                  alpha=0.9)
agree(path, walk(rmsprop, faint, ones))

# %% tags=["tensorflow"] pair="adam"
faint, ones = lambda w: 0 * w + 1e-7, [1.0] * 50
make = keras.optimizers.Adam
path = walk_tf(faint, ones, make)
agree(path, walk(adam_keras, faint, ones))
agree(path[1], -0.03, tolerance=0.01)
usual = make().epsilon
assert usual == 1e-07
path = walk_tf(faint, ones, keras.optimizers.RMSprop)
rmsprop_keras = lambda g, rate, s, t: rmsprop(
    g, rate, s, t, eps=0.0, under=1e-7)
agree(path, walk(rmsprop_keras, faint, ones))

# %% name="epsilon"
tiny = np.logspace(-11, -3, 33)
first = {"PyTorch": [-adam(g, 1, {}, 1) for g in tiny],
         "Keras": [-adam_keras(g, 1, {}, 1) for g in tiny]}
plots.curves(tiny, first, log=True, ylabel="step / learning rate",
             xlabel="gradient at step 1")
agree(adam(1e-8, 1, {}, 1), adam_keras(316e-8, 1, {}, 1),
      tolerance=0.001)  # half a step

# %% [markdown]
# To the right both lines are flat: the gradient's size does not matter.
# Keras's bends down at gradients 316 times larger. <!-- shown: epsilon --> Section 12
# asks whether that matters.
#
# All in a valley, 100 times steeper across than along:

# %% name="valley"
bowl, begin = np.array([1.0, 100.0]), [-4.0, 1.0]
down = lambda change, rate: walk(
    change, lambda w: bowl * w, [rate] * 40, begin)
hops, swings = down(sgd, 0.018), down(momentum_torch, 0.004)
calmer, even = down(nesterov, 0.004), down(adam, 0.3)
loop_plots.valley({
    "SGD, rate 0.018": hops, "momentum, rate 0.004": swings,
    "Nesterov, rate 0.004": calmer, "Adam, rate 0.3": even}, bowl)
assert (hops[1:, 1] * hops[:-1, 1] < 0).all()
assert abs(down(sgd, 0.021)[-1, 1]) > abs(begin[1])
away = lambda path: np.linalg.norm(path[-1])
best = min(away(down(sgd, r / 1e4)) for r in range(1, 200))
assert away(swings) < best / 2
assert abs(calmer[20:, 1]).max() < abs(swings[20:, 1]).max() / 10
agree(*abs(even[1] - even[0]))

# %% [markdown]
# SGD hops from wall to wall, and above a rate of $2/100$ the hops grow. <!-- shown: valley `0.021` -->
# Momentum adds up its steps along the valley: after 40 it is nearer to the end
# than SGD at any rate. <!-- shown: valley `best / 2` --> Across, it swings; Nesterov's
# swings die out sooner. Adam begins with equal steps in both directions.
#
# **Weight decay**: classic Adam adds $\lambda w$ to the gradient (**L2**).
# AdamW shrinks the weight itself, $w \leftarrow w(1 - \eta\lambda)$, then takes
# Adam's step. <!-- shown: decay `kinds.AdamW)` --> Keras's `Adam(weight_decay=...)` does so
# too, PyTorch's is L2 by default. <!-- shown: decay `kinds.Adam)` -->
#
# $\sqrt v$ divides L2's decay, too. With $\lambda = 0.01$ and no noise in the
# gradients, L2 shrinks a weight 98 times as much as AdamW; with noise of size 1
# as much, of size 100 a hundredth. <!-- shown: noise -->
#
# **You try:** `loops.rmsprop`, `loops.adam`, `loops.adamw`. <!-- try: nothing -->

# %% tags=["torch"] pair="decay"
hand, s, kinds = [0.0], {}, torch.optim
for t in range(1, 21):
    step = adam(1, 0.1, s, t)
    hand.append(hand[-1] * (1 - 0.1 * 0.1) + step)
decayed = lambda kind: walk_torch(
    slope, rates[:20], kind, weight_decay=0.1)
agree(hand, decayed(kinds.AdamW))
l2 = walk(adam, lambda w: 1 + 0.1 * w, rates[:20])
agree(l2, decayed(kinds.Adam))

# %% tags=["tensorflow"] pair="decay"
hand, s, kinds = [0.0], {}, keras.optimizers
for t in range(1, 21):
    step = adam_keras(1, 0.1, s, t)
    hand.append(hand[-1] * (1 - 0.1 * 0.1) + step)
decayed = lambda kind: walk_tf(
    slope, rates[:20], kind, weight_decay=0.1)
agree(hand, decayed(kinds.AdamW))
agree(hand, decayed(kinds.Adam))

# %% name="noise"
def mean_weight(noise, l2=0.0, decay=0.0):
    rng, w, s = np.random.default_rng(0), np.ones(1000), {}
    for t in range(1, 101):
        g = noise * rng.normal(size=1000) + l2 * w
        w = w * (1 - 0.001 * decay) + adam(g, 0.001, s, t)
    return w.mean()

ratio = {}  # what L2 and AdamW take off 1000 weights
for noise in 0, 1, 100:
    off = [mean_weight(noise) - mean_weight(noise, **kind)
           for kind in ({"l2": 0.01}, {"decay": 0.01})]
    ratio[noise] = off[0] / off[1]
    print(f"noise {noise}: L2 {off[0]:.6f}, AdamW {off[1]:.6f}")
assert np.allclose([*ratio.values()], [98, 1, 0.01], rtol=0.03)

# %% [markdown]
# ## 5. Training mode
#
# Dropout and batch norm behave otherwise in training than later. PyTorch's
# mode is a *state* of the network, which starts in training; Keras's is an
# *argument* of the call, and a direct call without it is inference. <!-- shown: mode `agree(untold` -->
# Forgetting it breaks *evaluation*
# in one, *training* in the other.

# %% tags=["torch"] pair="mode"
x, drop = torch.ones(1000), nn.Dropout(0.5)
untold = drop(x)
agree(untold.max(), 2.0)  # on: the rest is scaled up
assert (untold == 0).any()
drop.eval()
agree(drop(x), x)
assert (F.dropout(x) == 0).any()  # knows no mode!

# %% tags=["tensorflow"] pair="mode"
x, drop = tf.ones(1000), keras.layers.Dropout(0.5)
untold = drop(x)
agree(untold, x)  # off unless asked for
dropped = drop(x, training=True).numpy()
assert (dropped == 0).any()
agree(dropped.max(), 2.0)
agree(drop(x, training=False), x)

# %% [markdown]
# Batch norm uses the batch's mean and variance in training, and **running**
# ones later, which start at 0 and 1. <!-- shown: batch_norm `[0.0, 1.0]` --> By hand, for
# the batch $1, 2, 3, 6$: mean $3$, squares $14$, so the variance is $14/4$, or
# unbiased $14/3$. PyTorch's momentum 0.1 is the share of the *new*, Keras's
# 0.99 that of the *old*. <!-- shown: batch_norm `means[` --> PyTorch's running variance is
# the unbiased one, Keras's the other. <!-- shown: batch_norm `[variance]` -->

# %% tags=["torch"] pair="batch_norm"
x = torch.tensor([[1.0], [2], [3], [6]])
bn, means = nn.BatchNorm1d(1), []
agree([bn.running_mean[0], bn.running_var[0]],
      [0.0, 1.0])
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
bn.build(x.shape)
agree([bn.moving_mean[0], bn.moving_variance[0]],
      [0.0, 1.0])
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
# PyTorch's mean arrives within 50 steps; after 80, Keras's lacks 45%. <!-- shown: batch_norm `means[` -->
# Training never reads it: good losses with bad validation, early on, can be
# this. <!-- shown: batch_norm `, out)` -->
#
# **You try:** `loops.batch_norm_stats`. <!-- try: nothing -->

# %% [markdown]
# ## 6. Clipping and accumulating
#
# One bad batch can throw the weights far away, so gradients get **clipped**.
# By hand: two parameters with gradients $5$ and $12$ have the norm
# $\sqrt{5^2 + 12^2} = 13$. Clip that to $6.5$, and both halve: the direction
# stays. Clip each by itself, and only the $12$ changes: the step turns.
# PyTorch's `clip_grad_norm_` is Keras's `global_clipnorm`. <!-- shown: clip `[2.5, 6.0]` -->
# Keras's `clipnorm` clips each variable's gradient by itself. <!-- shown: clip `[5.0, 6.5]` -->
#
# **Accumulating** makes one step of several micro-batches. By hand, with the
# slopes $1, 2, 3, 4, 10$, the mean is $4$. In micro-batches of two, two and
# one, the mean of their means is $(1.5 + 3.5 + 10)/3 = 5$. So weight each by
# its share of the batch. <!-- shown: accumulate -->
#
# **You try:** `loops.clip_by_norm`. <!-- try: nothing -->

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
# $\frac{\eta}{2}(1 + \cos \frac{\pi t}{100})$; half way, $\eta/2$. <!-- shown: schedule `half` -->
# *You train 200 steps: what is the rate at step 150?*

# %% tags=["torch"] pair="schedule"
opt = torch.optim.SGD([torch.zeros(1)], lr=1.0)
plan = torch.optim.lr_scheduler.CosineAnnealingLR(
    opt, T_max=100)
for step in range(10):
    opt.step()  # leaves the rate as it is
rate = []
for step in range(200):
    opt.step()
    rate.append(opt.param_groups[0]["lr"])
    plan.step()  # you say when
half = (1 + np.cos(np.pi * np.arange(101) / 100)) / 2
agree(rate[:101], half)
agree(rate[150], 0.5)
agree(rate[10], 0.976, tolerance=0.001)
drawn["PyTorch"] = rate

# %% tags=["tensorflow"] pair="schedule"
plan = keras.optimizers.schedules.CosineDecay(1.0, 100)
opt = keras.optimizers.SGD(plan)
w, rate = tf.Variable(0.0), []
for step in range(200):
    rate.append(float(opt.learning_rate))
    opt.apply([tf.constant(0.0)], [w])  # counts steps
half = (1 + np.cos(np.pi * np.arange(101) / 100)) / 2
agree(rate[:101], half)
agree(rate[150], 0.0)
drawn["Keras"] = rate

# %%
plots.curves(range(200), drawn, xlabel="step",
             ylabel="learning rate")
drawn = {}

# %% [markdown]
# For 100 steps the schedules are equal. <!-- shown: schedule `half` --> Then Keras's
# stays at 0, while PyTorch's climbs back up. <!-- shown: schedule `rate[150]` -->
#
# **How it breaks:** Keras counts optimizer steps, PyTorch your calls. <!-- shown: schedule `half` -->
# Call PyTorch's `plan.step()` per *epoch* with `T_max` in steps, and after ten
# epochs the rate is still 0.976. <!-- shown: schedule `rate[10]` -->
#
# **You try:** `loops.cosine_schedule`. <!-- try: nothing -->

# %% [markdown]
# ## 8. Seeds and batches
#
# Does the seed 42 give your framework NumPy's numbers? No. <!-- shown: seeds `other` -->
# A seed repeats *one* program, in one version of *one* library, on one device,
# if its operations are deterministic
# ([from the documentation](https://docs.pytorch.org/docs/2.13/notes/randomness.html)).
# To compare two, carry the weights over and let NumPy decide the batches.
#
# PyTorch's `DataLoader(shuffle=True)` draws a
# permutation. <!-- shown: shuffle `sorted(order)` --> TensorFlow's `shuffle(100)` holds a
# buffer of 100 and draws from that. <!-- shown: shuffle `early` --> *Which places can
# each of 1000 examples reach?*

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
order = np.array([int(i) for i in loader])
loop_plots.order("DataLoader, shuffle=True", order)
fields, *_ = np.histogram2d(range(1000), order, bins=5)
assert sorted(order) == list(range(1000))
assert fields.min() > 20  # of 25 fields, 40 each
early = (order - np.arange(1000)).max()
assert early > 900

# %% tags=["tensorflow"] pair="shuffle"
tf.random.set_seed(0)
loader = tf.data.Dataset.range(1000).shuffle(100)
order = np.array([int(i) for i in loader])
loop_plots.order("tf.data, shuffle(100)", order)
assert sorted(order) == list(range(1000))
early = (order - np.arange(1000)).max()
assert early <= 99
assert max(order[:100]) < 200

# %% [markdown]
# PyTorch's dots fill the square. <!-- shown: shuffle `fields.min()` --> TensorFlow's hug
# the diagonal: nothing comes more than 99 places early. <!-- shown: shuffle `early` -->
# Were the data sorted by class, 100 each, the first 100 in TensorFlow would be
# of two classes. <!-- shown: shuffle `order[:100]` --> Make the buffer as large as the
# data.

# %% [markdown]
# ## 9. Stop and go on
#
# The machine stops at step 20 of 40. <!-- no claim --> You saved the weights. Is the run
# you resume the run you lost? Only if you saved all that the next step reads:
# weights, the optimizer's memory, the place in the data, and the random
# state, here for dropout; elsewhere the schedule, the loss scale, averaged
# weights. PyTorch's `get_rng_state` is the CPU's alone
# ([from the documentation](https://docs.pytorch.org/docs/stable/generated/torch.get_rng_state.html)).
# The last cells leave out the optimizer's memory, then the random state. <!-- shown: resume -->
#
# **You try:** `loops.resume`. <!-- try: nothing -->

# %% tags=["torch"] pair="save"
def fresh_torch():
    net = build_torch(start(0))
    net.insert(2, nn.Dropout(0.5))
    opt = torch.optim.Adam(net.parameters(), lr=0.01)
    return net, opt

torch.manual_seed(0)
net, opt = fresh_torch()
for rows in todo[:20]:
    step_torch(net, opt, rows)
file = io.BytesIO()  # or a path
torch.save([net.state_dict(), opt.state_dict(),
            torch.get_rng_state()], file)
rest_torch = [step_torch(net, opt, rows)
              for rows in todo[20:]]

# %% tags=["tensorflow"] pair="save"
def fresh_tf():
    hidden, out = build_tf(start(0)).layers
    net = keras.Sequential([
        hidden, keras.layers.Dropout(0.5), out])
    opt = keras.optimizers.Adam(0.01)
    opt.build(net.trainable_variables)
    return net, opt

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
    weights, memory, rng = torch.load(file)
    net, opt = fresh_torch()
    net.load_state_dict(weights)
    if missing != "opt":
        opt.load_state_dict(memory)
    if missing != "rng":
        torch.set_rng_state(rng)
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
# A network learns 60 examples by heart. <!-- shown: turns `on_train[-1]` --> When should
# it stop? When the loss on *other* examples has not improved for some epochs,
# the **patience**; then take the best weights back. The cells keep the
# weights of the start. *Whose have changed at the end?*

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
assert usual.restore_best_weights is False

# %% tags=["nbval-ignore-output"] name="turns"
plots.curves(range(60), {"60 for training": on_train,
                         "300 others": on_val},
             xlabel="epoch", ylabel="loss (nats)")
best = epoch = 0
while epoch - best < 10:  # the patience
    epoch += 1
    best = epoch if on_val[epoch] < on_val[best] else best
print("best epoch", best, "- stopped at", epoch)
assert on_train[-1] < 0.01
assert on_val[-1] > 1.1 * on_val[best]

# %% [markdown]
# The loss on the others turns, and ends more than a tenth above its lowest point. <!-- shown: turns `on_val[-1]` -->
#
# **How it breaks:** PyTorch's `state_dict()` is no copy: `deepcopy` it, or
# your best weights are the last; Keras's `get_weights()` copies. <!-- shown: overfit `agree(kept[` -->
# Keras's `EarlyStopping` leaves you the last unless you ask it for
# `restore_best_weights`. <!-- shown: overfit `restore_best_weights` -->
#
# **You try:** `loops.early_stopping`. <!-- try: nothing -->

# %% [markdown]
# ## 11. Half the bits
#
# A gradient of $10^{-8}$ is 0 in `float16`. <!-- shown: scaled `== 0` --> By hand: its
# smallest number is $2^{-24} = 6 \cdot 10^{-8}$.
#
# **Mixed precision** keeps the weights in float32. <!-- shown: mixed `float32` --> It
# multiplies in 16 bits: PyTorch's `autocast` wraps the forward pass, Keras's
# policy belongs to the layers. <!-- shown: mixed `kinds` -->
# For float16, the loss is scaled up before going back, and the gradients down
# before the step: $10^{-8} \cdot 65536 = 0.0007$ survives. PyTorch begins with
# 65536, Keras with 32768. <!-- shown: mixed `== 65536`, mixed `== 32768` -->
#
# `bfloat16` keeps that gradient to two or three digits, and needs no scale for
# it. <!-- shown: scaled `bfloat16` --> The cells take it on a CPU, `float16`
# on a GPU. <!-- no claim --> *Do 80 losses stay within 0.05?*

# %% tags=["torch"] pair="scaled"
assert torch.tensor(1e-8).to(torch.float16) == 0
agree(torch.tensor(1e-8).to(torch.bfloat16) * 1e8, 1,
      tolerance=0.01)
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
assert tf.cast(1e-8, tf.float16) == 0
agree(tf.cast(1e-8, tf.bfloat16) * 1e8, 1,
      tolerance=0.01)
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
net = build_torch(start(0)).to(device("torch"))
opt = torch.optim.SGD(net.parameters(), lr=0.5)
scaler = torch.amp.GradScaler(device("torch"))
x, y = (torch.tensor(a).to(device("torch"))
        for a in (X, Y))
assert scaler.scale(x.new_ones(())) == 65536
losses, kinds = zip(*[
    mixed_torch(net, opt, scaler, x[rows], y[rows])
    for rows in batches(seed=0, epochs=2)])
agree(losses, full, tolerance=0.05)
assert set(kinds) == {half}
assert net[0].weight.dtype == torch.float32

# %% tags=["tensorflow"] pair="mixed"
keras.config.set_dtype_policy("mixed_" + bits)
net = build_tf(start(0))
keras.config.set_dtype_policy("float32")
opt = keras.optimizers.LossScaleOptimizer(
    keras.optimizers.SGD(0.5))
assert opt.scale_loss(1.0) == 32768
losses, kinds = zip(*[
    mixed_tf(net, opt, X[rows], Y[rows])
    for rows in batches(seed=0, epochs=2)])
agree(losses, full, tolerance=0.05)
assert set(kinds) == {tf.as_dtype(bits)}
assert net.layers[0].kernel.dtype == "float32"

# %% [markdown]
# ## 12. `fit`, and real data
#
# Keras has the loop built in: `fit` calls `train_step`, which you may write
# yourself: then it is section 1's loop, loss for loss. <!-- shown: fit `full[:40]` -->
# PyTorch leaves `fit` to you. <!-- shown: fit `hasattr` -->
#
# Train ten epochs from five seeds, with each framework's own Adam,
# and judge by 297 unseen images. <!-- shown: data `297` --> *Which will
# differ more, frameworks or seeds?*

# %% tags=["torch"] pair="fit"
def fit_torch(net, opt, todo):
    net.train()
    return [step_torch(net, opt, rows)
            for rows in todo]

net = build_torch(start(0))
assert not hasattr(net, "fit")
opt = torch.optim.SGD(net.parameters(), lr=0.5)
said = fit_torch(net, opt, todo)
agree(said, full[:40], tolerance=1e-5)

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
said = own.fit(loader_tf, epochs=40, verbose=0,
               steps_per_epoch=1, shuffle=False)
agree(said.history["L"], full[:40], tolerance=1e-5)

# %% tags=["torch"] pair="digits"
def digits_torch(seed):
    net = build_torch(start(seed))
    opt = torch.optim.Adam(net.parameters(), lr=0.003)
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
    net.compile(keras.optimizers.Adam(0.003),
                cross_entropy)
    # fit keeps a Dataset's order; unasked, it warns
    net.fit(data.map(at), shuffle=False, verbose=0)
    out = net(X[test], training=False).numpy()
    return np.mean(out.argmax(axis=1) == Y[test])

drawn["TensorFlow"] = [digits_tf(s) for s in range(5)]

# %% name="rows"
loop_plots.seeds(drawn, xlabel="share right on test")
one, *others = drawn.values()
agree(np.mean(one), 0.96, tolerance=0.01)
agree(max(one) - min(one), 0.02, tolerance=0.01)
for other in others:
    assert np.allclose(one, other, rtol=0, atol=1.5 / 297)

# %% [markdown]
# Each mark is a run, the bar their mean: 96% right. <!-- shown: rows `np.mean(one)` --> But
# for $\epsilon$ and rounding, the runs of a pair are equal by construction: they
# differ by at most one image. <!-- shown: rows `other` --> Seeds differ by 2
# points. <!-- shown: rows `min(one)` --> One run's standard error is
# $\sqrt{0.96 \cdot 0.04 / 297} = 0.011$, so one run each says nothing about
# two frameworks.
#
# **You try:** `loops.find_the_bug` hides three faults of this lesson. <!-- try: nothing -->

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow and Keras |
# |---|---|---|
# | before `backward` | `opt.zero_grad()` | a new tape <!-- shown: accumulate --> |
# | cross-entropy | (logits, target) | (target, probabilities) <!-- shown: conventions `agree(usual` --> |
# | momentum | rate times memory | rate in the memory <!-- shown: momentum `walk(momentum` --> |
# | Adam's epsilon | 1e-8, corrected | 1e-7, before <!-- shown: adam `walk(adam` --> |
# | mode | a state, training | an argument, inference <!-- shown: mode `agree(untold` --> |
# | batch norm | 0.1 new, unbiased | 0.99 old, biased <!-- shown: batch_norm `[variance]` --> |
# | schedule counts | your calls | steps <!-- shown: schedule `half` --> |
#
# **Next:** the quiz, the exercises, then [06_data](06_data.ipynb).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers to
# all but the second, which section 1 showed. <!-- no claim -->
#
# **1.** What does it say that a classifier with 100 classes starts at a loss
# of 4.6?
#
# - **A** the weights start too large
# - **B** nothing is wrong
# - **C** the learning rate is too high
#
# <details><summary>Answer</summary>
#
# **B.** $\ln 100 = 4.605$: it gives each class $1/100$. With A, the first
# loss is larger, since the network is sure and wrong. C cannot be: no step
# has been taken.
# </details>
#
# **2.** What happens if you call `L.backward()`, then `opt.zero_grad()`, then
# `opt.step()`?
#
# - **A** each step follows the sum of all gradients
# - **B** the weights stay where they are
# - **C** an error
#
# <details><summary>Answer</summary>
#
# **B.** PyTorch has no gradient left when the step comes. <!-- shown: misplaced --> A is
# what happens without PyTorch's `zero_grad`. <!-- shown: quiz `w.grad` --> C would be kinder.
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
# **B.** Keras counts the share of the old. <!-- shown: quiz `[0.3]` --> PyTorch counts
# that of the new. <!-- shown: batch_norm `means[49]` --> A would keep a tenth of the old. C is Keras's default, ten times slower. <!-- shown: batch_norm `means[79]` -->
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
# **C.** A new Adam has seen one gradient, so that $\hat m/\sqrt{\hat v}$ is
# $1$ or $-1$. The old one had averaged the signs away: its steps were 1/19 of
# the rate. <!-- shown: settled `1 / 19` --> So A needs its memory, and B would need a
# gradient of zero.
# </details>
#
# **5.** What does `shuffle(1)` do in tf.data?
#
# - **A** shuffles everything
# - **B** nothing
# - **C** swaps neighbours
#
# <details><summary>Answer</summary>
#
# **B.** TensorFlow draws from a buffer of one, which leaves no choice. <!-- shown: quiz `in_order` --> A
# needs a buffer as large as the data, and C one of at least two.
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
# **B.** PyTorch's `backward` adds, and the sum of two means is twice the
# mean. <!-- shown: quiz `w.grad` --> A needs each loss divided by two, and C by four.
# </details>
#
# **7.** *Asked in interviews:* for validation, is `model.eval()` enough, or
# do you need `torch.no_grad()`, or both?
#
# <details><summary>A model answer</summary>
#
# They are independent. PyTorch's `eval()` sets the mode, which turns dropout
# off. <!-- shown: mode `agree(drop(x), x)` --> PyTorch's batch norm then uses its running
# values. <!-- shown: quiz `judged[:, 0]` --> PyTorch still records for
# `backward`, and keeps what that needs in memory. <!-- shown: quiz `_saved_input` -->
# `torch.no_grad()` stops recording. <!-- shown: quiz `out.grad_fn` --> It changes no layer:
# alone, PyTorch's batch norm even learns from the validation data. <!-- shown: quiz `running_mean` -->
# So use both, and `train()` afterwards. <!-- no claim --> In Keras,
# `training=False` sets the mode. <!-- shown: mode `training=False` --> It does not stop a
# tape of TensorFlow from recording. <!-- shown: quiz `tape.gradient` --> Outside of a tape,
# TensorFlow records nothing. <!-- shown: misplaced -->
# </details>

# %% name="settled"
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
judged = bn(x[:, None])  # mean 0, variance 1
agree(judged[:, 0], x, tolerance=1e-5)
agree(judged.grad_fn._saved_input[:, 0], x)
bn.train()
with torch.no_grad():
    out = bn(x[:, None])
assert out.grad_fn is None
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
