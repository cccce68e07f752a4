# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Initialization
#
# After this lesson you can
#
# - say beforehand whether a signal and its gradient live or die on the way
#   through many layers,
# - derive the rules of LeCun, Glorot and He, and write each in both
#   frameworks,
# - say what your framework draws when you say nothing, and change it,
# - look into a deep network layer by layer, and name what is wrong,
# - carry a start from one framework to the other exactly.
#
# | Section | Minutes |
# |---|---|
# | 1. Fifty layers, by default | 5 |
# | 2. Zeros, and other twins | 4 |
# | 3. What the activation takes | 6 |
# | 4. Two fans, three rules | 5 |
# | 5. All directions alike | 4 |
# | 6. What you get by default | 5 |
# | 7. Other layers' defaults | 6 |
# | 8. Thirty layers, seen from inside | 6 |
# | 9. Does it matter? | 5 |
# | 10. The other cure | 4 |
# | 11. The same start, elsewhere | 4 |
#
# Exercises are in
# [04_initialization_exercises](../exercises/04_initialization/04_initialization_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import inspect
import torch
from torch.nn import init

print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import inspect
import tensorflow as tf
from tensorflow import keras

print("tensorflow", tf.__version__)

# %% tags=["nbval-ignore-output"]
import math
import numpy as np
from scipy.special import ndtri  # normal quantiles
from grader import agree
from grader.learner import init_plots

rng = np.random.default_rng(4)
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Fifty layers, by default
#
# Send two different inputs through 50 dense layers of width 256, without
# any activation, each layer as the framework makes it. How far apart do
# they come out, compared with how far apart they went in? *Predict.*

# %%
n, depth = 256, 50
two = rng.standard_normal((2, n)).astype("float32")


def apart(pair):
    return np.linalg.norm(pair[0] - pair[1])

# %% tags=["torch"] pair="fifty"
torch.manual_seed(0)
h = torch.tensor(two)
for _ in range(depth):
    h = torch.nn.Linear(n, n)(h)
left = apart(h.detach().numpy()) / apart(two)
print("less than a millionth left:", left < 1e-6)
assert left < 1e-6
assert float(h.detach().std()) > 0.01

# %% tags=["tensorflow"] pair="fifty"
keras.utils.set_random_seed(0)
h = two
for _ in range(depth):
    h = keras.layers.Dense(n)(h)
left = apart(h.numpy()) / apart(two)
print("between a tenth and ten times:",
      0.1 < left < 10)
assert 0.1 < left < 10

# %% [markdown]
# PyTorch's network has forgotten which input it saw: what comes out is the
# random biases alone. Keras' lets both through.
#
# By hand: $y = \sum_{i=1}^n w_i x_i$, with weights drawn independently,
# with mean 0 and variance $\sigma^2$. Products of different weights average
# to 0, so variances add up: $\mathrm{Var}(y) = n\,\sigma^2\,
# \overline{x^2}$. Each layer multiplies the mean square by the same
# $n\sigma^2$. After 50 layers: $(n\sigma^2)^{50}$. Only 1 is safe.

# %%
def spread(factor):
    h, measured = rng.standard_normal((n, n)), []
    for _ in range(depth):
        h = h @ rng.normal(0, (factor / n) ** 0.5, (n, n))
        measured.append(h.std())
    theory = factor ** (np.arange(1, depth + 1) / 2)
    return measured, theory


lines = {f"nσ² = {f}": spread(f) for f in (0.25, 1, 4)}
for measured, theory in lines.values():
    ratio = measured / theory
    assert 0.2 < ratio.min() and ratio.max() < 5
init_plots.by_depth({"": lines}, ylabel="standard deviation")

# %% [markdown]
# Markers are measured, lines are theory. Halving or doubling all weights
# makes fifteen powers of ten, either way, at layer 50.
#
# **You try:** at which $n\sigma^2$ is a tenth of the standard deviation
# left after 50 layers? Check by adding a line. Then
# `initialization.variance_step`.

# %% [markdown]
# ## 2. Zeros, and other twins
#
# If large is bad and small is bad, why not start at 0? Or all weights
# equal, at the right size?
#
# By hand: two hidden units with equal weights see the same input, give the
# same output, get the same gradient. They stay equal for ever: one hidden
# unit, drawn twice. At 0, no weight of a tanh network has a gradient, since
# each has a zero factor.

# %%
x = rng.standard_normal((8, 3)).astype("float32")
y = x[:, :1] - x[:, 1:2]
W0 = np.full((3, 2), 0.5, "float32")
V0 = np.full((2, 1), 0.5, "float32")

# %% tags=["torch"] pair="twins"
def slopes(W, V):
    W = torch.tensor(W, requires_grad=True)
    V = torch.tensor(V, requires_grad=True)
    out = torch.tanh(torch.tensor(x) @ W) @ V
    loss = ((out - torch.tensor(y)) ** 2).mean()
    return torch.autograd.grad(loss, [W, V])


W, V = W0, V0
for step in range(20):
    dW, dV = (d.numpy() for d in slopes(W, V))
    W, V = W - 0.5 * dW, V - 0.5 * dV
assert np.abs(W - W0).max() > 0.1
agree(W[:, 0], W[:, 1])

# %% tags=["tensorflow"] pair="twins"
def slopes(W, V):
    W, V = tf.Variable(W), tf.Variable(V)
    with tf.GradientTape() as tape:
        out = tf.tanh(x @ W) @ V
        loss = tf.reduce_mean((out - y) ** 2)
    return tape.gradient(loss, [W, V])


W, V = W0, V0
for step in range(20):
    dW, dV = (d.numpy() for d in slopes(W, V))
    W, V = W - 0.5 * dW, V - 0.5 * dV
assert np.abs(W - W0).max() > 0.1
agree(W[:, 0], W[:, 1])

# %%
for d in slopes(0 * W0, 0 * V0):
    agree(d, np.zeros(d.shape))

# %% [markdown]
# So weights must *differ*, which is what randomness is for. (Biases may
# start at 0: the weights break the symmetry.)
#
# **How it breaks.** Two layers that should differ can be twins by accident.
# *Predict both answers:*

# %% tags=["torch"] pair="same_object"
torch.manual_seed(0)
a, b = torch.nn.Linear(4, 4), torch.nn.Linear(4, 4)
same = torch.equal(a.weight, b.weight)
print("equal kernels:", same)
assert not same

# %% tags=["tensorflow"] pair="same_object"
draw = keras.initializers.GlorotUniform()
a = keras.layers.Dense(4, kernel_initializer=draw)
b = keras.layers.Dense(4, kernel_initializer=draw)
a.build((None, 4))
b.build((None, 4))
same = np.array_equal(a.kernel, b.kernel)
print("equal kernels:", same)
assert same

# %% [markdown]
# A Keras initializer *object* draws the same numbers each time it is
# called with one shape, even unseeded. Give each layer its own, or the
# string `"glorot_uniform"`. PyTorch draws from one global stream.

# %% [markdown]
# ## 3. What the activation takes
#
# Keep $n\sigma^2 = 1$ and put a ReLU behind each layer. Does the signal
# survive?
#
# By hand: a symmetric input loses its negative half, and with it half of
# its mean square. Over 50 layers: $2^{-50}$ in mean square. On the way
# back, the gradient is cut where the slope is 0, half of it: the same ½.
# In general, for a normal $z$ of variance $v = n\sigma^2\,\overline{h^2}$:
#
# $$\overline{h^2} \to \mathrm{E}[f(z)^2] \qquad
# \overline{g^2} \leftarrow n\sigma^2\,\mathrm{E}[f'(z)^2]\,
# \overline{g^2}$$
#
# `theory` computes this line. `through` measures, with the framework's own
# gradients: it sends `x` through one block per weight matrix, and returns
# all outputs and all gradients.

# %%
z = ndtri((np.arange(10_000) + 0.5) / 10_000)
fs = {"linear": (lambda z: z, lambda z: 1.0),
      "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
      "ReLU": (lambda z: np.maximum(z, 0), lambda z: z > 0)}

def theory(name, factor):
    (f, slope), q, forward, back = fs[name], 1.0, [], []
    for _ in range(depth):
        v = (factor * q) ** 0.5 * z
        q = np.mean(f(v) ** 2)
        forward.append(q)
        back.append(factor * np.mean(slope(v) ** 2))
    g = np.cumprod([1, *back[:0:-1]])[::-1]
    return np.sqrt(forward), np.sqrt(g)

# %% tags=["torch"] pair="through"
def numbers_torch(tensors):
    return [t.detach().numpy() for t in tensors]


def through_torch(Ws, block, x, loss):
    Ws = [torch.tensor(W, requires_grad=True)
          for W in Ws]
    hs, h = [], torch.tensor(x)
    for W in Ws:
        h = block(h, W)
        hs.append(h)
    grads = torch.autograd.grad(loss(h), hs + Ws)
    gs, dWs = grads[:len(hs)], grads[len(hs):]
    return [numbers_torch(ts) for ts in (hs, gs, dWs)]

# %% tags=["tensorflow"] pair="through"
def numbers_tf(tensors):
    return [t.numpy() for t in tensors]


def through_tf(Ws, block, x, loss):
    Ws = [tf.Variable(W) for W in Ws]
    hs, h = [], tf.constant(x)
    with tf.GradientTape() as tape:
        for W in Ws:
            h = block(h, W)
            hs.append(h)
        end = loss(h)
    grads = tape.gradient(end, hs + Ws)
    gs, dWs = grads[:len(hs)], grads[len(hs):]
    return [numbers_tf(ts) for ts in (hs, gs, dWs)]

# %%
def arrays(factor, n, depth, seed=0):
    draw = np.random.default_rng(seed)
    return [draw.normal(0, (factor / n) ** 0.5, (n, n))
            .astype("float32") for _ in range(depth)]


x, noise = rng.standard_normal(
    (2, 128, n)).astype("float32")
Ws = arrays(1, n, depth)
results = {}

# %% tags=["torch"] pair="blocks"
blocks = {
    "linear": lambda h, W: h @ W,
    "tanh": lambda h, W: torch.tanh(h @ W),
    "ReLU": lambda h, W: torch.relu(h @ W),
}
through = through_torch
end = lambda h: (h * torch.tensor(noise)).sum()
for name, block in blocks.items():
    hs, gs, _ = through(Ws, block, x, end)
    results[name, "torch"] = hs[-1]

# %% tags=["tensorflow"] pair="blocks"
blocks = {
    "linear": lambda h, W: h @ W,
    "tanh": lambda h, W: tf.tanh(h @ W),
    "ReLU": lambda h, W: tf.nn.relu(h @ W),
}
through = through_tf
end = lambda h: tf.reduce_sum(h * noise)
for name, block in blocks.items():
    hs, gs, _ = through(Ws, block, x, end)
    results[name, "tf"] = hs[-1]

# %% tags=["both"]
for name in fs:
    one, other = (results[name, framework]
                  for framework in ("torch", "tf"))
    agree(one / one.std(), other / one.std(),
          tolerance=1e-3)

# %%
rms = lambda a: np.sqrt(np.mean(a.astype(float) ** 2))


def panels(names, factor):
    Ws = arrays(factor, n, depth)
    found = {"forward": {}, "backward": {}}
    for name in names:
        hs, gs, _ = through(Ws, blocks[name], x, end)
        ahead, back = theory(name, factor)
        found["forward"][name] = [rms(h) for h in hs], ahead
        found["backward"][name] = [rms(g) for g in gs], back
    return found


init_plots.by_depth(panels(fs, 1), ylabel="root mean square")

# %%
cured = panels(["ReLU"], 2)
for way in cured:
    measured, line = cured[way]["ReLU"]
    assert 0.2 < min(measured / line)
    assert max(measured / line) < 5
    assert np.allclose(line, 1, atol=0.2)

# %% [markdown]
# At $n\sigma^2 = 1$ the ReLU network's signal dies on the way forward, and
# its gradient on the way back (read the right panel from right to left).
# Tanh shrinks slowly, since small values pass it nearly unchanged. The last
# cell shows the cure for ReLU: $n\sigma^2 = 2$. The root of that factor is
# the **gain**: 1 for linear, $\sqrt 2$ for ReLU.
#
# **You try:** draw tanh at $n\sigma^2 = 4$. What holds the signal, and
# what becomes of the gradient? Then `initialization.backward_variance`.

# %% [markdown]
# ## 4. Two fans, three rules
#
# A layer from 100 to 400 units. Forward, each output adds up 100 terms:
# the **fan-in**. Backward, each input's gradient adds up 400: the
# **fan-out**. One $\sigma$ can't serve both. What then?
#
# | | variance $\sigma^2$ | keeps |
# |---|---|---|
# | LeCun | 1 / fan-in | forward, linear |
# | Glorot | 2 / (fan-in + fan-out) | half of each |
# | He (Kaiming) | 2 / fan-in, or 2 / fan-out | one way, ReLU |
#
# A uniform draw between $-a$ and $a$ has the variance $a^2/3$, so
# $a = \sqrt 3\,\sigma$; Glorot's is $\sqrt{6/(\text{in} + \text{out})}$.
#
# Both frameworks read the fans from the shape, and their shapes are
# transposed: `[out, in]` in PyTorch, `[in, out]` in Keras. *Predict what
# the same shape (512, 256) gives.*

# %%
wide = rng.standard_normal((500, 100))
back = rng.standard_normal((500, 400))
for rule, var in {"fan-in": 1 / 100, "fan-out": 1 / 400,
                  "Glorot": 2 / 500}.items():
    W = rng.normal(0, var ** 0.5, (100, 400))
    there, here = (wide @ W).var(), (back @ W.T).var()
    print(f"{rule}: × {there:.2f} there, {here:.2f} back")
    agree([there, here], [100 * var, 400 * var],
          tolerance=0.1)

shape, he, drawn = (512, 256), {}, {}
expected = {"LeCun": 1 / 512, "Glorot": 2 / 768,
            "He": 2 / 512}

# %% tags=["torch"] pair="rules"
W = torch.empty(shape).T  # now [out, in]
rules = {
    "LeCun": lambda: init.kaiming_normal_(
        W, nonlinearity="linear"),
    "Glorot": lambda: init.xavier_uniform_(W),
    "He": lambda: init.kaiming_normal_(
        W, nonlinearity="relu"),
}
for name, rule in rules.items():
    std = rule().std() / expected[name] ** 0.5
    agree(std, 1.0, tolerance=0.02)
he["He in PyTorch"] = W.numpy().copy()
assert W.abs().max() > 3 * W.std()
turned = init.kaiming_normal_(torch.empty(shape))
agree(turned.std(), (2 / 256) ** 0.5, tolerance=0.002)

# %% tags=["tensorflow"] pair="rules"
kinds = keras.initializers
rules = {
    "LeCun": kinds.LecunNormal(seed=0),
    "Glorot": kinds.GlorotUniform(seed=0),
    "He": kinds.HeNormal(seed=0),
}
for name, rule in rules.items():
    W = rule(shape).numpy()
    std = W.std() / expected[name] ** 0.5
    agree(std, 1.0, tolerance=0.02)
he["He in Keras"] = W
assert np.abs(W).max() < 2.4 * W.std()

# %%
init_plots.distributions(he, xlabel="weight", log=True)

# %% [markdown]
# Same rule, same standard deviation, two shapes: Keras cuts its normal
# draw off, and widens it to make up for the loss. PyTorch's has tails.
#
# **How it breaks:** the last lines of the PyTorch half forgot to transpose:
# no error, and fan-in 256 where 512 was meant.
#
# **You try:** `initialization.fans`, `initialization.glorot_bound`,
# `initialization.kaiming_std`, `initialization.truncated_normal`.

# %% [markdown]
# ## 5. All directions alike
#
# The variance rule keeps lengths *on average*. Does it keep each
# direction?
#
# By hand: diag(1.4, 0.2) keeps the mean square, as
# $(1.96 + 0.04)/2 = 1$. Ten such layers make $1.4^{10} \approx 29$ of one
# direction, and $10^{-7}$ of the other. The rotation
# $\begin{pmatrix}0 & -1\\1 & 0\end{pmatrix}$ keeps both. A matrix with
# $Q^\top Q = 1$ is **orthogonal**: it stretches nothing.

# %% tags=["torch"] pair="orthogonal"
torch.manual_seed(0)
Q = init.orthogonal_(torch.empty(64, 64)).numpy()
agree(Q.T @ Q, np.eye(64), tolerance=1e-5)
tall = init.orthogonal_(torch.empty(6, 3)).numpy()
agree(tall.T @ tall, np.eye(3), tolerance=1e-5)

# %% tags=["tensorflow"] pair="orthogonal"
draw = keras.initializers.Orthogonal(seed=0)
Q = draw((64, 64)).numpy()
agree(Q.T @ Q, np.eye(64), tolerance=1e-5)
tall = draw((6, 3)).numpy()
agree(tall.T @ tall, np.eye(3), tolerance=1e-5)

# %%
def product(matrices):
    return np.linalg.svd(
        np.linalg.multi_dot(matrices), compute_uv=False)


normal = rng.normal(0, 1 / 8, (10, 64, 64))
rotations = [np.linalg.qr(W)[0] for W in normal]
stretch = {"normal": product(normal),
           "orthogonal": product(rotations)}
agree(stretch["orthogonal"], np.ones(64))
assert stretch["normal"][31] < 0.05 < 3 < stretch["normal"][0]
init_plots.by_depth(
    {"": {name: (s, None) for name, s in stretch.items()}},
    xlabel="direction, most stretched first",
    ylabel="stretch by ten layers (factor)")

# %% [markdown]
# Ten normal layers stretch a few directions and flatten most, though the
# mean square is kept; ten orthogonal ones leave all 64 as they were. Most
# needed is this in a recurrent kernel, which is used at every step.
#
# **You try:** `initialization.orthogonal`.

# %% [markdown]
# ## 6. What you get by default
#
# PyTorch's `Linear` calls `kaiming_uniform_`. So it starts with He's
# variance, made for ReLU?

# %% tags=["torch"] pair="source"
source = inspect.getsource(
    torch.nn.Linear.reset_parameters)
calls = [line.strip() for line in source.split("\n")
         if "init." in line]
print(*calls, sep="\n")
assert calls[0].endswith("a=math.sqrt(5))")

# %% tags=["tensorflow"] pair="source"
signature = inspect.signature(keras.layers.Dense)
for name in ("kernel_initializer", "bias_initializer"):
    default = signature.parameters[name].default
    print(name, "=", default)
config = keras.layers.Dense(1).get_config()
kernel = config["kernel_initializer"]["class_name"]
assert kernel == "GlorotUniform"
bias = config["bias_initializer"]["class_name"]
assert bias == "Zeros"

# %% [markdown]
# Not so. `a` is the slope of a leaky ReLU, whose gain is
# $\sqrt{2/(1+a^2)}$. By hand, with $a = \sqrt 5$: the gain is
# $\sqrt{2/6} = 1/\sqrt 3$, so $\sigma = 1/\sqrt{3n}$ and the bound
# $\sqrt 3\,\sigma = 1/\sqrt n$: the historical
# $U(-1/\sqrt n, 1/\sqrt n)$, written with a new function. That is $n\sigma^2 = 1/3$,
# a sixth of He's 2. The bias is drawn from the same interval.

# %% tags=["torch"] pair="measured"
torch.manual_seed(0)
i, o = 256, 512
layer = torch.nn.Linear(i, o)
W, b = numbers_torch([layer.weight, layer.bias])
bound = 1 / math.sqrt(i)
assert 0.99 * bound < np.abs(W).max() <= bound
agree(W.std(), bound / 3**0.5, tolerance=5e-4)
assert 0.9 * bound < np.abs(b).max() <= bound
drawn["PyTorch's default"] = W

# %% tags=["tensorflow"] pair="measured"
keras.utils.set_random_seed(0)
i, o = 256, 512
layer = keras.layers.Dense(o)
layer.build((None, i))
W, b = numbers_tf([layer.kernel, layer.bias])
bound = math.sqrt(6 / (i + o))
assert 0.99 * bound < np.abs(W).max() <= bound
agree(W.std(), bound / 3**0.5, tolerance=5e-4)
agree(b, np.zeros(o))
drawn["Keras' default"] = W

# %%
drawn["He"] = rng.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5
init_plots.distributions(drawn, xlabel="weight, 256 to 512")

# %% [markdown]
# Three flat boxes of very different width. PyTorch's
# default is narrowest; behind ReLU, each layer keeps a sixth of the mean
# square (and adds its random bias), where He's keeps all.
#
# **You try:** which of the three depends on the layer's *outputs*? Then
# `initialization.torch_default`.

# %% [markdown]
# ## 7. Other layers' defaults
#
# A convolution's output adds up in-channels × kernel area terms, so its
# fan-in for 64 channels and a 3 × 3 kernel is 576. An embedding only looks
# rows up: nothing is added, there is no fan. *How far apart are the
# frameworks?*

# %% tags=["torch"] pair="others"
torch.manual_seed(0)
conv = torch.nn.Conv2d(64, 128, 3)
top = float(conv.weight.detach().abs().max())
agree(top, 1 / math.sqrt(64 * 9), tolerance=1e-4)
rows = torch.nn.Embedding(1000, 64).weight
agree(rows.std(), 1.0, tolerance=0.02)
norm = torch.nn.BatchNorm1d(2)
agree(norm.weight, norm.running_var, [1, 1])
agree(norm.bias, norm.running_mean, [0, 0])

# %% tags=["tensorflow"] pair="others"
keras.utils.set_random_seed(0)
conv = keras.layers.Conv2D(128, 3)
conv.build((None, 8, 8, 64))
top = float(np.abs(conv.kernel).max())
agree(top, math.sqrt(6 / (576 + 9 * 128)),
      tolerance=1e-4)
rows = keras.layers.Embedding(1000, 64)
rows.build(None)
agree(np.std(rows.embeddings), 0.1 / math.sqrt(12),
      tolerance=1e-3)
norm = keras.layers.BatchNormalization()
norm.build((None, 2))
agree(norm.gamma, norm.moving_variance, [1, 1])
agree(norm.beta, norm.moving_mean, [0, 0])

# %% [markdown]
# The embeddings differ 35 times: $N(0, 1)$ against $U(-0.05, 0.05)$. Batch
# norm starts alike: scale 1, shift 0.
#
# An LSTM's cell state is multiplied at each step by its **forget gate**,
# $\mathrm{sigmoid}(\cdot + b_f)$. By hand, with $b_f = 0$: half is kept,
# after 20 steps a millionth. With $b_f = 1$: 0.73.

# %%
sigmoid = lambda a: 1 / (1 + np.exp(-a))
steps = np.arange(1, 41)
kept = {f"forget bias {b}": sigmoid(b) ** steps
        for b in (0, 1, 3)}
agree(kept["forget bias 0"][19], 0.5**20)
init_plots.by_depth(
    {"": {name: (k, None) for name, k in kept.items()}},
    xlabel="step", ylabel="share of the cell state kept")

# %% tags=["torch"] pair="lstm_default"
torch.manual_seed(0)
lstm = torch.nn.LSTM(64, 64)
for name, p in lstm.named_parameters():
    top = float(p.detach().abs().max())
    print(name, tuple(p.shape), f"{top:.2f}")
    assert 0.9 / 8 < top <= 1 / 8

# %% tags=["tensorflow"] pair="lstm_default"
keras.utils.set_random_seed(0)
lstm = keras.layers.LSTM(64)
lstm.build((None, None, 64))
W, U, b = lstm.get_weights()
assert np.abs(W).max() <= math.sqrt(6 / (64 + 4 * 64))
agree(U @ U.T, np.eye(64), tolerance=1e-5)
gates = b.reshape(4, 64)
print("bias of i, f, g, o:", gates[:, 0])
agree(gates, np.ones((4, 64)) * [[0], [1], [0], [0]])

# %% [markdown]
# In the picture, each line is one forget bias. The higher it is, the longer
# a memory lasts, and a gradient with it. Keras sets 1, and an orthogonal
# recurrent kernel; PyTorch draws all from $U(-1/\sqrt h, 1/\sqrt h)$, in
# *two* bias vectors that are added.
#
# To mend a forget gate you must know where it is. Both stack the gates in
# the order i, f, g, o, which a step by hand confirms.
#
# **You try:** swap `i, f` in the cell below. Then
# `initialization.lstm_bias`: in PyTorch, how much goes into which of the
# two vectors?

# %%
x = rng.normal(size=(1, 5, 3)).astype("float32")
W, U, b = (rng.normal(size=s).astype("float32")
           for s in ((3, 8), (2, 8), 8))
h = c = np.zeros((1, 2))
for t in range(5):
    all_gates = x[:, t] @ W + h @ U + b
    i, f, g, o = np.split(all_gates, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    h = sigmoid(o) * np.tanh(c)

# %% tags=["torch"] pair="gates"
lstm = torch.nn.LSTM(3, 2, batch_first=True)
values = [W.T, U.T, b, np.zeros(8)]
with torch.no_grad():
    for p, value in zip(lstm.parameters(), values):
        p.copy_(torch.tensor(value))
out, _ = lstm(torch.tensor(x))
agree(out[:, -1], h)

# %% tags=["tensorflow"] pair="gates"
lstm = keras.layers.LSTM(2)
lstm.build((None, 5, 3))
lstm.set_weights([W, U, b])
agree(lstm(x), h)

# %% [markdown]
# ## 8. Thirty layers, seen from inside
#
# A deep network does not learn, and prints no error. Where do you look?
#
# Layer by layer: at the outputs, at the gradients, and at an update's size
# against that of the weight it changes. Our data are 8 × 8 images of
# digits; 30 dense layers of width 64 with ReLU follow, then a softmax. The
# bias is the last row of each `W`. *Which start has its smallest gradients
# in the first layer, which in all layers?*

# %%
from sklearn.datasets import load_digits

digits = load_digits()
images = digits.data - digits.data.mean()
images = (images / images.std()).astype("float32")
onehot = np.eye(10, dtype="float32")[digits.target]
V = rng.normal(0, 1 / 8, (64, 10)).astype("float32")
x, answers = images[:256], onehot[:256]


def uniform(factor, bias, layers=30):
    W = rng.uniform(-1, 1, (layers, 65, 64)) / 8
    W[:, :64] *= (3 * factor) ** 0.5
    W[:, 64] *= bias
    return W.astype("float32")

# %%
nets = {"PyTorch's default": uniform(1 / 3, bias=1),
        "Keras' default": uniform(1, bias=0),
        "He": uniform(2, bias=0)}
inside = {}

# %% tags=["torch"] pair="softmax"
def end_torch(h):
    return torch.nn.functional.cross_entropy(
        h @ torch.tensor(V), torch.tensor(answers))


def dense_torch(h, W):
    return torch.relu(h @ W[:-1] + W[-1])


for name, Ws in nets.items():
    inside[name] = through_torch(
        Ws, dense_torch, x, end_torch)
end = end_torch

# %% tags=["tensorflow"] pair="softmax"
def end_tf(h):
    return tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(
            answers, h @ V))


def dense_tf(h, W):
    return tf.nn.relu(h @ W[:-1] + W[-1])


for name, Ws in nets.items():
    inside[name] = through_tf(Ws, dense_tf, x, end_tf)
end = end_tf

# %%
slope = {name: [rms(dW[:-1]) for dW in dWs]
         for name, (_, _, dWs) in inside.items()}
first_to_last = {
    name: s[0] / s[-1] for name, s in slope.items()}
assert first_to_last["PyTorch's default"] < 1e-8
assert 0.1 < first_to_last["Keras' default"] < 10
assert max(slope["Keras' default"]) < 1e-5
assert 0.1 < first_to_last["He"] < 10
init_plots.by_depth(
    {"": {name: (s, None) for name, s in slope.items()}},
    ylabel="root mean square of dL/dW")

# %% [markdown]
# In PyTorch's default, the slope falls towards the first layers by ten
# powers of ten: **vanishing gradients**. In Keras' default, *all* layers'
# slopes are alike and tiny: a weight's slope is the product of
# what comes forward and what comes back. Only He's are of a useful size.
#
# Compare an update with its weight, too: a rule of thumb wants about 1e-3.
# And a ReLU unit that is 0 for every image is **dead**: no gradient reaches
# its weights.

# %%
lr = 0.01
for name, Ws in nets.items():
    update = lr * slope[name][14] / rms(Ws[14, :-1])
    dead = (inside[name][0][14] == 0).all(axis=0).mean()
    print(f"{name}: update / weight {update:.0e}, "
          f"dead {dead:.0%}")

# %%
layered, notes = {}, {}
for factor in (1 / 3, 1, 4):
    Ws, name = arrays(factor, 64, 30), f"nσ² = {factor:.2g}"
    hs, _, _ = through(Ws, blocks["tanh"], x, end)
    layered[name] = {k: hs[k - 1] for k in (1, 10, 20, 30)}
    full = {k: float((np.abs(h) > 0.97).mean())
            for k, h in layered[name].items()}
    notes[name] = {k: f"{full[k]:.0%}" for k in full}
    assert (full[30] > 0.1) == (factor == 4)
init_plots.ridges(layered, notes, span=1.02,
                  xlabel="output of tanh")

# %% [markdown]
# Outputs of a tanh network, with the share that is **saturated**, beyond
# ±0.97, where the slope is under 6%. Too small a start piles all up at 0;
# too large a one at −1 and 1; at $n\sigma^2 = 1$ the shape changes slowly.
#
# **You try:** give "PyTorch's default" `bias=0`. What becomes of its line,
# and why? Then `initialization.dead_share`.

# %% [markdown]
# ## 9. Does it matter?
#
# Train 20 ReLU layers on the digits, with plain gradient descent: from each
# framework's own default, and from the same He arrays in both. Which curves
# coincide?
#
# Each start is drawn ten times, and the ten networks are trained at once,
# since `@` treats a leading axis as a stack; in float64, to keep rounding
# small.

# %%
rng = np.random.default_rng(9)
draws, steps = 10, 80
layers = [(64, 64)] * 20 + [(64, 10)]
starts = {"He": [
    (rng.normal(0, (2 / i) ** 0.5, (draws, i, o)),
     np.zeros((draws, 1, o))) for i, o in layers]}
batches = rng.integers(0, len(images), (steps, 32))
data, target = (a.astype("float64") for a in (images, onehot))
runs = {}

# %% tags=["torch"] pair="draw"
def default(i, o):
    made = [torch.nn.Linear(i, o)
            for _ in range(draws)]
    Ws = numbers_torch(one.weight.T for one in made)
    bs = numbers_torch(one.bias[None] for one in made)
    return np.stack(Ws), np.stack(bs)


torch.manual_seed(0)
torch.set_num_threads(1)  # enough for small matrices
starts["PyTorch"] = [default(i, o) for i, o in layers]

# %% tags=["tensorflow"] pair="draw"
def default(i, o):
    made = [keras.layers.Dense(o)
            for _ in range(draws)]
    for one in made:
        one.build((None, i))
    Ws = numbers_tf(one.kernel for one in made)
    bs = numbers_tf(one.bias[None] for one in made)
    return np.stack(Ws), np.stack(bs)


keras.utils.set_random_seed(0)
starts["Keras"] = [default(i, o) for i, o in layers]

# %% tags=["torch"] pair="losses"
def losses_torch(ps, rows):
    h = torch.tensor(data[rows])
    for W, b in zip(ps[:-2:2], ps[1:-2:2]):
        h = torch.relu(h @ W + b)
    logits = h @ ps[-2] + ps[-1]
    logp = torch.log_softmax(logits, dim=-1)
    each = -(logp * torch.tensor(target[rows])).sum(-1)
    return each.mean(-1)  # one per network

# %% tags=["tensorflow"] pair="losses"
def losses_tf(ps, rows):
    h = tf.gather(data, rows)
    for W, b in zip(ps[:-2:2], ps[1:-2:2]):
        h = tf.nn.relu(h @ W + b)
    logits = h @ ps[-2] + ps[-1]
    logp = tf.nn.log_softmax(logits)
    each = -tf.reduce_sum(
        logp * tf.gather(target, rows), axis=-1)
    return tf.reduce_mean(each, axis=-1)

# %% tags=["torch"] pair="train"
def train_torch(start):
    seen, ps = [], [torch.tensor(p).double()
                    for p in sum(start, ())]
    for rows in batches:
        for p in ps:
            p.requires_grad_()
        each = losses_torch(ps, rows)
        grads = torch.autograd.grad(each.sum(), ps)
        ps = [(p - lr * g).detach()
              for p, g in zip(ps, grads)]
        seen.append(each)
    return np.stack(numbers_torch(seen), axis=1)

# %% tags=["tensorflow"] pair="train"
@tf.function
def step(ps, rows):
    with tf.GradientTape() as tape:
        tape.watch(ps)
        each = losses_tf(ps, rows)
    grads = tape.gradient(each, ps)
    return each, [p - lr*g for p, g in zip(ps, grads)]

def train_tf(start):
    seen, ps = [], [tf.constant(p, tf.float64)
                    for p in sum(start, ())]
    for rows in batches:
        each, ps = step(ps, tf.constant(rows))
        seen.append(each)
    return np.stack(numbers_tf(seen), axis=1)

# %% tags=["torch"] pair="run"
for name, start in {"PyTorch's default": "PyTorch",
                    "He, in PyTorch": "He"}.items():
    runs[name] = train_torch(starts[start])
assert runs["PyTorch's default"][:, -5:].mean() > 2.25
assert runs["He, in PyTorch"][:, -5:].mean() < 2.0

# %% tags=["tensorflow"] pair="run"
for name, start in {"Keras' default": "Keras",
                    "He, in Keras": "He"}.items():
    runs[name] = train_tf(starts[start])
assert runs["Keras' default"][:, -5:].mean() > 2.25
assert runs["He, in Keras"][:, -5:].mean() < 2.0

# %%
init_plots.bands(range(steps), runs, xlabel="step",
                 ylabel="loss (cross-entropy)")

# %% tags=["both"]
agree(runs["He, in PyTorch"], runs["He, in Keras"],
      tolerance=1e-4)

# %% [markdown]
# Lines are medians of ten networks, bands reach from the lowest to the
# highest. From either default, 80 steps leave the loss at
# $\ln 10 \approx 2.30$, that of a guess; from He's arrays it falls, and the
# two frameworks' curves are one: *the start* made the difference, not the
# framework.
#
# **You try:** twenty layers without help are an extreme. Does the start
# still matter with three? Then `initialization.keep_variance`, where you
# choose.

# %% [markdown]
# ## 10. The other cure
#
# How then does anyone train a hundred layers from PyTorch's default? By
# changing the network. A **residual** block adds its input:
# $h \to h + f(hW)$. By hand: its slope is $1 + \ldots$, and the 1 survives
# any number of layers. **Normalisation** divides by the standard deviation:
# a weight matrix 100 times too large gives the same output.

# %%
Ws = arrays(1 / 3, 64, 30)
reach, outs = {}, {}

# %% tags=["torch"] pair="cures"
def norm(z):
    return torch.nn.functional.layer_norm(z, (64,))


f, through, end = torch.relu, through_torch, end_torch
cures = {"plain": lambda h, W: f(h @ W),
         "residual": lambda h, W: h + f(h @ W),
         "normalised": lambda h, W: f(norm(h @ W)),
         "both": lambda h, W: h + f(norm(h) @ W)}
for name, block in cures.items():
    outs[name], gs, _ = through_torch(
        Ws, block, x, end_torch)
    reach[name] = [rms(g) for g in gs]

# %% tags=["tensorflow"] pair="cures"
def norm(z):
    mean, var = tf.nn.moments(z, [1], keepdims=True)
    return (z - mean) / tf.sqrt(var + 1e-5)


f, through, end = tf.nn.relu, through_tf, end_tf
cures = {"plain": lambda h, W: f(h @ W),
         "residual": lambda h, W: h + f(h @ W),
         "normalised": lambda h, W: f(norm(h @ W)),
         "both": lambda h, W: h + f(norm(h) @ W)}
for name, block in cures.items():
    outs[name], gs, _ = through_tf(
        Ws, block, x, end_tf)
    reach[name] = [rms(g) for g in gs]

# %%
init_plots.by_depth(
    {"": {name: (g, None) for name, g in reach.items()}},
    ylabel="root mean square of dL/dh")
assert reach["plain"][0] / reach["plain"][-1] < 1e-9
for name in ("residual", "normalised", "both"):
    assert reach[name][0] > reach[name][-1] / 100
growth = {name: rms(hs[-1]) / rms(x)
          for name, hs in outs.items()}
assert growth["residual"] > 100
assert growth["both"] < 20

# %%
large = [100 * W for W in Ws]
hs, _, _ = through(large, cures["normalised"], x, end)
agree(hs[-1], outs["normalised"][-1], tolerance=0.01)

# %% [markdown]
# With PyTorch's default $n\sigma^2 = 1/3$, the plain network's gradient
# dies on its way to layer 1; each cure lets it arrive. The residual alone
# pays with outputs that grow more than a hundredfold over 30 layers;
# normalising what enters the branch holds them down.
#
# **You try:** what does `residual` do at $n\sigma^2 = 2$? At 0?

# %% [markdown]
# ## 11. The same start, elsewhere
#
# A paper's code is in the other framework. Port the *rule*, and you have
# the same distribution; port the *arrays*, and you have the same network.
# A seed carries over neither.
#
# For a rule, check four things: gain (`VarianceScaling` wants its *square*),
# which fan, the shape of the draw with its tails, and the bias.

# %% tags=["torch"] pair="port"
layer = torch.nn.Linear(64, 32)  # Keras' rule
init.xavier_uniform_(layer.weight)
init.zeros_(layer.bias)
top = float(layer.weight.detach().abs().max())
assert 0.98 < top / math.sqrt(6 / (64 + 32)) <= 1
agree(layer.bias, np.zeros(32))

# %% tags=["tensorflow"] pair="port"
kinds = keras.initializers  # PyTorch's rule
layer = keras.layers.Dense(
    32, kernel_initializer=kinds.VarianceScaling(
        1 / 3, "fan_in", "uniform"),
    bias_initializer=kinds.RandomUniform(-1/8, 1/8))
layer.build((None, 64))
top = float(np.abs(layer.kernel).max())
assert 0.98 < top / (1 / 8) <= 1
assert 0.05 < np.abs(layer.bias).max() <= 1 / 8

# %% tags=["both"]
torch.manual_seed(42)
one = torch.nn.Linear(64, 32)
keras.utils.set_random_seed(42)
layer(x)
W, b = numbers_torch([one.weight, one.bias])
assert np.abs(W.T - layer.kernel.numpy()).max() > 0.01
layer.set_weights([W.T, b])
agree(one(torch.tensor(x)), layer(x), tolerance=1e-5)

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow (Keras) |
# |---|---|---|
# | dense kernel | $U(\pm 1/\sqrt{n})$, $n$ = fan-in | Glorot uniform |
# | dense bias | $U(\pm 1/\sqrt{n})$ | 0 |
# | convolution | the same, $n$ = channels × area | Glorot uniform |
# | embedding | $N(0, 1)$ | $U(\pm 0.05)$ |
# | LSTM recurrent | $U(\pm 1/\sqrt{h})$ | orthogonal |
# | LSTM bias | two, $U(\pm 1/\sqrt{h})$ | one; forget gate 1 |
# | gate order | i, f, g, o | i, f, g, o |
# | batch norm | 1 and 0 | 1 and 0 |
# | fans read from | `[out, in]` | `[in, out]` |
# | He normal | `kaiming_normal_`, tails | `HeNormal`, cut off |
# | Glorot uniform | `xavier_uniform_` | `GlorotUniform` |
# | LeCun normal | `kaiming_normal_(..., nonlinearity="linear")` | `LecunNormal` |
# | one rule, two layers | different numbers | one object: *equal* numbers |
#
# Linear and tanh want $n\sigma^2 = 1$, ReLU 2; biases 0; weights that
# differ.
#
# **Next:** the quiz below, and the exercises in their order; then
# [05 Training loops](05_training_loops.ipynb).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers to
# 1–7.
#
# **1.** Twenty linear layers of width 100, weights with standard deviation
# 0.05. What is left of the input's standard deviation, about?
#
# - **A** $10^{-6}$
# - **B** $10^{-12}$
# - **C** 1
#
# <details><summary>Answer</summary>
#
# **A.** $n\sigma^2 = 100 \cdot 0.0025 = 1/4$ per layer in mean square, ½ in
# standard deviation, and $2^{-20} \approx 10^{-6}$. B is the mean square.
# C would need $\sigma = 0.1$.
# </details>
#
# **2.** The largest weight that `torch.nn.Linear(400, 100)` can draw?
#
# - **A** 0.050
# - **B** 0.122
# - **C** 0.110
#
# <details><summary>Answer</summary>
#
# **A**, $1/\sqrt{400}$. B is He's uniform bound $\sqrt{6/400}$, which the
# function's name suggests. C is Glorot's, $\sqrt{6/500}$.
# </details>
#
# **3.** The standard deviation that keeps the mean square through a ReLU
# layer with 50 inputs and 200 outputs?
#
# - **A** 0.20
# - **B** 0.14
# - **C** 0.10
#
# <details><summary>Answer</summary>
#
# **A**, $\sqrt{2/50}$. B is $\sqrt{1/50}$: right without ReLU. C is
# $\sqrt{2/200}$, which keeps the gradient on the way back.
# </details>
#
# **4.** One hidden tanh layer; all weights start at 0, but the hidden
# biases are random. Will the hidden units' weights come to
# differ?
#
# - **A** Yes
# - **B** No, all gradients are 0
# - **C** No, they stay twins
#
# <details><summary>Answer</summary>
#
# **A.** The biases make the hidden outputs differ, so the output weights
# get different gradients in step 1, and the input weights in step 2. B and
# C hold when the biases are 0 too, as in section 2.
# </details>
#
# **5.** A kernel of shape (3, 3, 64, 128) in Keras. Its Glorot bound?
#
# - **A** $\sqrt{6/(64 + 128)} \approx 0.177$
# - **B** $\sqrt{6/(576 + 1152)} \approx 0.059$
# - **C** $1/\sqrt{576} \approx 0.042$
#
# <details><summary>Answer</summary>
#
# **B.** Both fans count the kernel's area, 9. A forgets it. C is PyTorch's
# default for that layer.
# </details>
#
# **6.** Which entries of the bias of `keras.layers.LSTM(2)` start at 1?
#
# - **A** 0 and 1
# - **B** 2 and 3
# - **C** 6 and 7
#
# <details><summary>Answer</summary>
#
# **B.** The order is i, f, g, o, with two units each, and the forget gate
# is second. A is the input gate, C the output gate.
# </details>
#
# **7.** $y = \mathrm{norm}(xW)$, with layer normalisation. $W$ is made 100
# times larger. What becomes of $y$ and of the loss's gradient for $W$?
#
# - **A** both 100 times larger
# - **B** $y$ the same, the gradient 100 times smaller
# - **C** both the same
#
# <details><summary>Answer</summary>
#
# **B.** The division takes the factor out of $y$. Equal outputs for
# $100\,W$ mean that a step in $W$ does a hundredth of what it did. A is
# the case without normalisation (for $y$); C overlooks the slope.
# </details>
#
# **8.** *Asked in interviews:* what are vanishing gradients, and what does
# initialization have to do with them?
#
# <details><summary>A model answer</summary>
#
# Backpropagation multiplies one factor per layer, about
# $n\sigma^2\,\mathrm{E}[f'(z)^2]$ for the gradient's mean square. Below 1,
# the gradient shrinks exponentially with depth; above 1, it explodes. The
# initialization sets $\sigma$, hence the factor *at the start*: $1/n$ for
# linear layers and small tanh, $2/n$ for ReLU. Two things are often said
# wrongly: that ReLU alone cures it (half the mean square is still lost per
# layer, unless the weights make up for it), and that PyTorch's default is
# He's initialization, because its code calls `kaiming_uniform_`: with
# `a=√5` its variance is a sixth of He's. Depth beyond that is the work of
# residual connections and normalisation, which keep the factor near 1
# *during* training too.
# </details>

# %%
h = rng.standard_normal((1000, 100))
for _ in range(20):
    h = h @ rng.normal(0, 0.05, (100, 100))
print("1: between 1e-7 and 1e-5:", 1e-7 < h.std() < 1e-5)
assert 1e-7 < h.std() < 1e-5
h = rng.standard_normal((5000, 50))
out = np.maximum(h @ rng.normal(0, 0.2, (50, 200)), 0)
agree((out**2).mean(), 1.0, tolerance=0.1)  # 3
one = lambda h, W: norm(h @ W)
h1, _, d1 = through(Ws[:1], one, x, end)
h100, _, d100 = through(large[:1], one, x, end)
agree(h1[0], h100[0], tolerance=0.01)  # 7
agree(d1[0], 100 * d100[0], tolerance=0.01)

# %% tags=["torch"] pair="quiz"
layer = torch.nn.Linear(400, 100)
top = float(layer.weight.detach().abs().max())
print(f"2: {top:.3f}")
bias = torch.tensor([0.5, -1.0])
W = torch.zeros(64, 2, requires_grad=True)
U = torch.zeros(2, 10, requires_grad=True)
out = torch.tanh(torch.tensor(x) @ W + bias) @ U
loss = torch.nn.functional.cross_entropy(
    out, torch.tensor(answers))
dU = torch.autograd.grad(loss, U)[0]
assert 0.0495 < top <= 0.05
print("4:", bool((dU[0] - dU[1]).abs().max() > 1e-3))

# %% tags=["tensorflow"] pair="quiz"
W = keras.initializers.GlorotUniform()((3, 3, 64, 128))
top = float(np.abs(W).max())
print(f"5: {top:.3f}")
lstm = keras.layers.LSTM(2)
lstm.build((None, None, 3))
print("6:", lstm.get_weights()[2])
bias = np.float32([0.5, -1.0])
U = tf.Variable(tf.zeros((2, 10)))
with tf.GradientTape() as tape:
    out = tf.tanh(x @ tf.zeros((64, 2)) + bias) @ U
    loss = tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(
            answers, out))
dU = tape.gradient(loss, U).numpy()
print("4:", np.abs(dU[0] - dU[1]).max() > 1e-3)
