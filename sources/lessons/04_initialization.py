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

torch.manual_seed(0)
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
from tensorflow import keras
keras.utils.set_random_seed(0)
print("tensorflow", tf.__version__)

# %% tags=["nbval-ignore-output"]
import math
import numpy as np
from scipy.special import ndtri  # normal quantiles
from sklearn.datasets import load_digits
from grader import agree, predict, reveal
from grader.learner import init_plots

rng = np.random.default_rng(4)
n, depth = 256, 50
two = rng.standard_normal((2, n)).astype("float32")
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Fifty layers, by default
#
# Send two different inputs through 50 dense layers of width 256, without
# any activation, each layer as the framework makes it. Are they still as
# far apart when they come out? *Predict.*

# %% tags=["torch"] pair="fifty"
predict("initialization.torch", ...,
        a="about as far", b="not a millionth")
h = torch.tensor(two)
for _ in range(depth):
    h = torch.nn.Linear(n, n)(h)
h = h.detach().numpy()
left = np.diff(h, axis=0).std() / two.std()
print("less than a millionth left:", left < 1e-6)
assert left < 1e-6 and h.std() > 0.01
reveal("initialization.torch",
       "b" if left < 1e-6 else "a")

# %% tags=["tensorflow"] pair="fifty"
predict("initialization.keras", ...,
        a="about as far", b="not a millionth")
h = two
for _ in range(depth):
    h = keras.layers.Dense(n)(h)
left = np.diff(h, axis=0).std() / two.std()
print("a tenth to ten times:", 0.1 < left < 10)
assert 0.1 < left < 10
reveal("initialization.keras",
       "b" if left < 1e-6 else "a")

# %% [markdown]
# PyTorch's network has forgotten its input: what comes out is made of its
# random biases. <!-- shown: fifty --> Keras' lets both inputs
# through. <!-- shown: fifty -->
#
# By hand: $y = \sum_{i=1}^n w_i x_i$, with weights drawn independently,
# with mean 0 and variance $\sigma^2$. Products of different weights average
# to 0, so variances add up: $\mathrm{Var}(y) = n\,\sigma^2\,
# \overline{x^2}$. Each layer multiplies the mean square by the same
# $n\sigma^2$. After 50 layers: $(n\sigma^2)^{50}$. Only 1 is safe.

# %%
def spread(factor):
    h, stds = rng.standard_normal((n, n)), []
    for _ in range(depth):
        h = h @ rng.normal(0, (factor / n) ** 0.5, (n, n))
        stds.append(h.std())
    return stds

def assert_near(measured, theory):
    ratio = np.divide(measured, theory)
    assert 0.2 < ratio.min() and ratio.max() < 5

# %%
measured, expected = {}, {}
for factor in (1 / 4, 1, 4):
    name = f"nσ² = {factor:.4g}"
    measured[name] = spread(factor)
    expected[name] = factor ** (np.arange(1, depth + 1) / 2)
    assert_near(measured[name], expected[name])
init_plots.by_depth(measured, expected, ylabel="standard deviation")

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
# By hand: two hidden units with equal weights give the same output and get
# the same gradient. They stay equal for ever: one unit, drawn twice. At 0,
# no weight of a tanh network has a gradient, since each has a zero factor.

# %%
x = rng.standard_normal((8, 3)).astype("float32")
y = x[:, :1] - x[:, 1:2]
W0 = np.full((3, 2), 0.5, "float32")
V0 = np.full((2, 1), 0.5, "float32")

def descend(slopes, W, V, x=x, y=y):
    for step in range(20):
        dW, dV = map(np.asarray, slopes(x, y, W, V))
        W, V = W - 0.5 * dW, V - 0.5 * dV
    return W

# %% tags=["torch"] pair="twins"
def slopes(x, y, W, V):
    W = torch.tensor(W, requires_grad=True)
    V = torch.tensor(V, requires_grad=True)
    out = torch.tanh(torch.tensor(x) @ W) @ V
    loss = ((out - torch.tensor(y)) ** 2).mean()
    return torch.autograd.grad(loss, [W, V])

W = descend(slopes, W0, V0)
assert np.abs(W - W0).max() > 0.1
agree(W[:, 0], W[:, 1])
agree(descend(slopes, 0 * W0, 0 * V0), 0 * W0)

# %% tags=["tensorflow"] pair="twins"
def slopes(x, y, W, V):
    W, V = tf.Variable(W), tf.Variable(V)
    with tf.GradientTape() as tape:
        out = tf.tanh(x @ W) @ V
        loss = tf.reduce_mean((out - y) ** 2)
    return tape.gradient(loss, [W, V])

W = descend(slopes, W0, V0)
assert np.abs(W - W0).max() > 0.1
agree(W[:, 0], W[:, 1])
agree(descend(slopes, 0 * W0, 0 * V0), 0 * W0)

# %% [markdown]
# So weights must *differ*, which is what randomness is for. (Biases may
# start at 0: the weights break the symmetry.)
#
# **How it breaks.** Two layers that should differ can be twins by accident.
# *Predict both answers:*

# %% tags=["torch"] pair="same_object"
a, b = torch.nn.Linear(4, 4), torch.nn.Linear(4, 4)
same = torch.equal(a.weight, b.weight)
print("equal kernels:", same)
assert not same

# %% tags=["tensorflow"] pair="same_object"
draw = keras.initializers.GlorotUniform()
a = keras.layers.Dense(4, kernel_initializer=draw)
b = keras.layers.Dense(4, kernel_initializer=draw)
a(two), b(two)  # which makes their kernels
same = np.array_equal(a.kernel, b.kernel)
print("equal kernels:", same)
assert same

# %% [markdown]
# A Keras initializer *object* draws the same numbers each time it is called
# with one shape, even unseeded. <!-- shown: same_object --> Give each layer
# its own. PyTorch draws layer after layer from one stream, and two
# layers differ. <!-- shown: same_object -->

# %% [markdown]
# ## 3. What the activation takes
#
# Keep $n\sigma^2 = 1$ and put a ReLU behind each layer. Does the signal
# survive?
#
# By hand: a symmetric input loses its negative half, and with it half of
# its mean square. Over 50 layers: $2^{-50}$. On the way back, the gradient
# is cut where the slope is 0, half of it: the same ½. In general, for a
# normal $z$ of variance $n\sigma^2\,\overline{h^2}$:
#
# $$\overline{h^2} \to \mathrm{E}[f(z)^2] \qquad
# \overline{g^2} \leftarrow n\sigma^2\,\mathrm{E}[f'(z)^2]\,
# \overline{g^2}$$
#
# `theory` computes both. `through` measures: it sends `x` through one block
# per matrix, and returns outputs, their gradients, and those of `Ws`.

# %%
quantiles = ndtri((np.arange(10_000) + 0.5) / 10_000)
fs = {"linear": (lambda z: z, lambda z: 1.0),
      "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
      "ReLU": (lambda z: np.maximum(z, 0), lambda z: z > 0)}

def theory(name, factor):
    f, slope = fs[name]
    q, ahead, back = 1.0, [], []
    for _ in range(depth):
        v = (factor * q) ** 0.5 * quantiles
        q = np.mean(f(v) ** 2)
        ahead.append(q)
        back.append(factor * np.mean(slope(v) ** 2))
    g = np.cumprod([1, *back[:0:-1]])[::-1]
    return np.sqrt([ahead, g])

# %% tags=["torch"] pair="through"
def through_torch(Ws, block, x, loss):
    Ws = torch.tensor(Ws, requires_grad=True)
    h, hs = torch.tensor(x), []
    for W in Ws:
        h = block(h, W)
        hs.append(h)
    *gs, dWs = torch.autograd.grad(loss(h), [*hs, Ws])
    hs, gs = torch.stack(hs), torch.stack(gs)
    return [t.detach().numpy() for t in (hs, gs, dWs)]

# %% tags=["tensorflow"] pair="through"
def through_tf(Ws, block, x, loss):
    Ws = tf.Variable(Ws)
    h, hs = tf.constant(x), []
    with tf.GradientTape() as tape:
        for W in tf.unstack(Ws):
            h = block(h, W)
            hs.append(h)
        end = loss(h)
    *gs, dWs = tape.gradient(end, [*hs, Ws])
    hs, gs = tf.stack(hs), tf.stack(gs)
    return [t.numpy() for t in (hs, gs, dWs)]

# %%
def arrays(factor, n, depth):
    draw = np.random.default_rng(0).normal
    Ws = draw(0, (factor / n) ** 0.5, (depth, n, n))
    return Ws.astype("float32")

def rms(a):
    return (a.astype(float) ** 2).mean((-2, -1)) ** 0.5

x, noise = rng.standard_normal(
    (2, 128, n)).astype("float32")

# %%
cases = ("linear", 1), ("tanh", 1), ("ReLU", 1), ("ReLU", 2)

def measure(through, acts, loss):
    found, expected = {}, {}
    for name, factor in cases:
        block = lambda h, W: acts[name](h @ W)
        Ws = arrays(factor, n, depth)
        hs, gs, _ = through(Ws, block, x, loss)
        case = f"{name}, {factor}"
        found[case] = rms(hs), rms(gs)
        expected[case] = theory(name, factor)
        assert_near(found[case], expected[case])
    init_plots.by_depth(found, expected, ylabel="root mean square",
                        titles=("forward", "backward"))

# %% tags=["torch"] pair="activations"
acts = {"linear": lambda z: z,
        "tanh": torch.tanh,
        "ReLU": torch.relu}
end = lambda h: (h * torch.tensor(noise)).sum()
measure(through_torch, acts, end)

# %% tags=["tensorflow"] pair="activations"
acts = {"linear": lambda z: z,
        "tanh": tf.tanh,
        "ReLU": tf.nn.relu}
end = lambda h: tf.reduce_sum(h * noise)
measure(through_tf, acts, end)

# %% [markdown]
# The legend gives $n\sigma^2$. At 1 the ReLU network's signal dies on the way forward, and
# its gradient on the way back (read the right panel from right to left); 2
# cures both. Tanh shrinks slowly, since small values pass
# it nearly unchanged. The root of the factor is the **gain**: 1 for linear,
# $\sqrt 2$ for ReLU.
#
# **You try:** make the first of `cases` `("tanh", 4)`. What holds the signal, and
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

# %%
wide = rng.standard_normal((500, 100))
back = rng.standard_normal((500, 400))
for rule, var in {"1 / fan-in": 1 / 100, "Glorot": 2 / 500,
                  "1 / fan-out": 1 / 400}.items():
    W = rng.normal(0, var ** 0.5, (100, 400))
    there, here = (wide @ W).var(), (back @ W.T).var()
    print(f"{rule}: × {there:.2f} there, {here:.2f} back")
    assert_near([there, here], [100 * var, 400 * var])

i, o, drawn = 256, 512, {}  # for the cells below

# %% tags=["torch"] pair="rules"
torch.manual_seed(0)
W = torch.empty(o, i)  # [out, in]
init.kaiming_normal_(W, nonlinearity="linear")
lecun = W.var() * i
init.xavier_uniform_(W)
glorot = W.var() * (i + o)
init.kaiming_normal_(W, mode="fan_out")
back = W.var() * o
init.kaiming_normal_(W)  # He, fan-in
agree([lecun, glorot, back, W.var() * i],
      [1, 2, 2, 2], tolerance=0.03)
assert W.abs().max() > 3 * W.std()

# %% tags=["tensorflow"] pair="rules"
kinds = keras.initializers
W = kinds.LecunNormal(0)((i, o))  # [in, out]
lecun = np.var(W) * i
W = kinds.GlorotUniform(0)((i, o))
glorot = np.var(W) * (i + o)
rule = kinds.VarianceScaling(2, "fan_out", seed=0)
back = np.var(rule((i, o))) * o
W = kinds.HeNormal(0)((i, o))  # fan-in
agree([lecun, glorot, back, np.var(W) * i],
      [1, 2, 2, 2], tolerance=0.03)
assert np.abs(W).max() < 2.4 * np.std(W)

# %% tags=["torch"] pair="turned"
W = init.kaiming_normal_(torch.empty(i, o))
agree(W.var() * o, 2, tolerance=0.05)

# %% tags=["tensorflow"] pair="turned"
W = kinds.HeNormal(0)((o, i))
agree(np.var(W) * o, 2, tolerance=0.05)

# %% [markdown]
# One rule, two shapes: Keras cuts its normal draws off, and widens them to
# make up for the loss; PyTorch's have tails. <!-- shown: rules -->
#
# **How it breaks.** The last kernels were made the wrong way round: no
# error, and a fan-in of 512 where 256 was meant. The shape is read as
# `[out, in]` by PyTorch, as `[in, out]` by Keras. <!-- shown: rules, turned -->
#
# **You try:** `initialization.fans`, `initialization.glorot_bound`,
# `initialization.kaiming_std`, `initialization.truncated_normal`,
# `initialization.find_the_bug`.

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
def stretch(rule):
    Ws = [rule(torch.empty(64, 64)) for _ in range(10)]
    W = torch.linalg.multi_dot(Ws)
    return torch.linalg.svdvals(W).numpy()

torch.manual_seed(0)
normal = stretch(lambda W: init.normal_(W, std=1 / 8))
print("first, median:", normal[[0, 32]].round(2))
assert normal[0] > 3 and normal[32] < 0.05
agree(stretch(init.orthogonal_), np.ones(64),
      tolerance=1e-4)

# %% tags=["tensorflow"] pair="orthogonal"
def stretch(rule):
    Ws = [rule(seed=k)((64, 64)) for k in range(10)]
    W = np.linalg.multi_dot(Ws)
    return tf.linalg.svd(W, compute_uv=False).numpy()

normal = stretch(
    lambda seed: kinds.RandomNormal(0, 1 / 8, seed))
print("first, median:", normal[[0, 32]].round(2))
assert normal[0] > 3 and normal[32] < 0.05
agree(stretch(kinds.Orthogonal), np.ones(64),
      tolerance=1e-4)

# %% [markdown]
# Ten normal layers stretch a few directions and flatten most, though the
# mean square is kept; ten orthogonal ones leave all 64 as they were. A
# recurrent kernel, which is used at every step, needs this most.
#
# **You try:** `initialization.orthogonal`.

# %% [markdown]
# ## 6. What you get by default
#
# PyTorch's `Linear` calls `kaiming_uniform_`. <!-- shown: source --> So it
# starts with He's variance, made for ReLU?

# %% tags=["torch"] pair="source"
source = inspect.getsource(
    torch.nn.Linear.reset_parameters)
calls = [line.strip() for line in source.split("\n")
         if "init." in line]
print(*calls, sep="\n")
assert calls[0] == ("init.kaiming_uniform_("
                    "self.weight, a=math.sqrt(5))")

# %% tags=["tensorflow"] pair="source"
config = keras.layers.Dense(1).get_config()
kernel = config["kernel_initializer"]["class_name"]
bias = config["bias_initializer"]["class_name"]
print(kernel, bias)
assert (kernel, bias) == ("GlorotUniform", "Zeros")

# %% [markdown]
# Not so. `a` is the slope of a leaky ReLU, whose gain is
# $\sqrt{2/(1+a^2)}$. By hand, with $a = \sqrt 5$: the gain is
# $\sqrt{2/6} = 1/\sqrt 3$, so $\sigma = 1/\sqrt{3n}$ and the bound
# $\sqrt 3\,\sigma = 1/\sqrt n$. That is $n\sigma^2 = 1/3$, a sixth of He's
# 2. The bias is drawn from the same interval.

# %% tags=["torch"] pair="measured"
layer = torch.nn.Linear(i, o)
W, b = (p.detach().numpy() for p in layer.parameters())
bound = 1 / math.sqrt(i)
assert 0.99 * bound < np.abs(W).max() <= bound
assert 0.95 * bound < np.abs(b).max() <= bound
agree(W.var() * i, 1 / 3, tolerance=0.01)
drawn["PyTorch's default"] = W

# %% tags=["tensorflow"] pair="measured"
layer = keras.layers.Dense(o)
layer.build((None, i))
W, b = layer.get_weights()
agree(np.abs(W).max(), (6/768)**0.5, tolerance=1e-4)
agree(b, np.zeros(o))
agree(W.var() * (i + o), 2, tolerance=0.01)
drawn["Keras' default"] = W

# %%
drawn["He"] = rng.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5
init_plots.distributions(drawn, xlabel="weight, 256 to 512")

# %% [markdown]
# Three flat boxes of very different width. PyTorch's is the narrowest:
# behind ReLU, each layer keeps a sixth of the mean square (and adds its
# random bias), where He's keeps all. <!-- shown: measured -->
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
W = torch.nn.Conv2d(64, 128, 3).weight.detach()
agree(W.abs().max(), 1 / 576**0.5, tolerance=1e-4)
rows = torch.nn.Embedding(1000, 64).weight
agree(rows.std(), 1, tolerance=0.02)
norm = torch.nn.BatchNorm1d(2)
agree(norm.weight, norm.running_var, [1, 1])
agree(norm.bias, norm.running_mean, [0, 0])

# %% tags=["tensorflow"] pair="others"
conv = keras.layers.Conv2D(128, 3)
conv.build((None, 8, 8, 64))
top = np.abs(conv.kernel).max()
agree(top, (6 / (576 + 1152)) ** 0.5, tolerance=1e-4)
rows = keras.layers.Embedding(1000, 64)
rows.build(None)
W = rows.embeddings.numpy()
agree(W.std(), 0.1 / 12**0.5, tolerance=1e-3)
assert np.abs(W).max() <= 0.05
norm = keras.layers.BatchNormalization()
norm.build((None, 2))
agree(norm.gamma, norm.moving_variance, [1, 1])
agree(norm.beta, norm.moving_mean, [0, 0])

# %% [markdown]
# The embeddings differ 35 times: $N(0, 1)$ in PyTorch against
# $U(-0.05, 0.05)$ in Keras. <!-- shown: others --> Batch norm starts alike:
# scale 1, shift 0. <!-- shown: others -->
#
# An LSTM's cell state is multiplied at each step by its **forget gate**,
# $\mathrm{sigmoid}(\cdot + b_f)$. By hand: $b_f = 0$ keeps half, and a
# millionth after 20 steps; $b_f = 1$ keeps 0.73 of the state, and of the
# gradient with it. *Which would you start from?*

# %% tags=["torch"] pair="lstm"
lstm = torch.nn.LSTM(64, 64)
assert len(lstm.state_dict()) == 4
for name, p in lstm.named_parameters():
    print(name, tuple(p.shape))
    assert 0.9 / 8 < p.abs().max() <= 1 / 8

# %% tags=["tensorflow"] pair="lstm"
lstm = keras.layers.LSTM(64)
lstm.build((None, None, 64))
W, U, b = lstm.get_weights()
agree(np.abs(W).max(), (6/320)**0.5, tolerance=1e-3)
agree(U @ U.T, np.eye(64), tolerance=1e-5)
print("bias of i, f, g, o:", b[::64])
agree(b.reshape(4, 64).T, [[0, 1, 0, 0]] * 64)

# %% [markdown]
# Keras sets the forget gate's bias to 1, and draws an orthogonal recurrent
# kernel. <!-- shown: lstm --> PyTorch draws all from
# $U(-1/\sqrt h, 1/\sqrt h)$, *two* bias vectors among them. <!-- shown: lstm -->
#
# To mend a forget gate you must know where it is. By hand, with all kernels
# 0 and the biases i, f, g, o = 0.5, 1, 2, −1: step 1 makes
# $c = \sigma(0.5)\tanh 2 = 0.6001$, step 2
# $c = \sigma(1) \cdot 0.6001 + 0.6001 = 1.0388$, and
# $h = \sigma(-1)\tanh c = 0.2091$. Any other order gives another $h$.

# %% tags=["torch"] pair="gates"
b = torch.tensor([0.5, 1, 2, -1])  # i, f, g, o
lstm = torch.nn.LSTM(1, 1)
names = lstm.state_dict()
values = [0 * b[:, None]] * 2 + [b / 2] * 2
lstm.load_state_dict(dict(zip(names, values)))
out, _ = lstm(torch.zeros(2, 1))
agree(out[-1], [0.2091], tolerance=1e-4)

# %% tags=["tensorflow"] pair="gates"
b = np.float32([0.5, 1, 2, -1])  # i, f, g, o
lstm = keras.layers.LSTM(1)
lstm.build((None, 2, 1))
lstm.set_weights([np.zeros((1, 4))] * 2 + [b])
out = lstm(np.zeros((1, 2, 1)))
agree(out[0], [0.2091], tolerance=1e-4)

# %% [markdown]
# Both stack the gates in the order i, f, g, o, and PyTorch's two biases
# are added. <!-- shown: gates -->
#
# **You try:** swap the first two numbers of `b`. Then
# `initialization.lstm_bias`.

# %% [markdown]
# ## 8. Thirty layers, seen from inside
#
# A deep network does not learn, and prints no error. Where do you look?
#
# At each layer's outputs and gradients. Here 8 × 8 images of digits go
# through 30 dense layers of width 64 with ReLU; the bias is the last row of
# each `W`. *Which start has small gradients in the first layers alone, which
# in all?*

# %%
digits = load_digits()
images = digits.data - digits.data.mean()
images = (images / images.std()).astype("float32")
onehot = np.eye(10, dtype="float32")[digits.target]
V = rng.normal(0, 1 / 8, (64, 10)).astype("float32")
x, answers = images[:256], onehot[:256]

# %%
def uniform(factor, bias=0):
    W = rng.uniform(-1, 1, (30, 65, 64)) / 8
    W[:, :-1] *= (3 * factor) ** 0.5
    W[:, -1] *= bias
    return W.astype("float32")

def affine(h, W):
    return h @ W[..., :-1, :] + W[..., -1:, :]

nets = {"PyTorch's default": uniform(1 / 3, bias=1),
        "Keras' default": uniform(1),
        "He": uniform(2), "2 × He": uniform(8)}

# %%
def look(through, relu, loss):
    block = lambda h, W: relu(affine(h, W))
    inside, slope = {}, {}
    for name, Ws in nets.items():
        inside[name], _, dWs = through(Ws, block, x, loss)
        slope[name] = rms(dWs[:, :-1])
    first_to_last = {k: s[0] / s[-1] for k, s in slope.items()}
    assert first_to_last.pop("PyTorch's default") < 1e-8
    assert all(0.1 < r < 10 for r in first_to_last.values())
    assert max(slope["Keras' default"]) < 1e-5
    assert min(slope["2 × He"]) > 1
    init_plots.by_depth(slope,
                        ylabel="root mean square of dL/dW")
    return inside, slope

# %% tags=["torch"] pair="look"
def end_torch(h):
    return torch.nn.functional.cross_entropy(
        h @ torch.tensor(V), torch.tensor(answers))

inside, slope = look(
    through_torch, torch.relu, end_torch)

# %% tags=["tensorflow"] pair="look"
def end_tf(h):
    each = tf.nn.softmax_cross_entropy_with_logits(
        answers, h @ V)
    return tf.reduce_mean(each)

inside, slope = look(through_tf, tf.nn.relu, end_tf)

# %% [markdown]
# In PyTorch's default, the slope falls towards the first layers by ten
# powers of ten: **vanishing gradients**. <!-- shown: look --> In Keras'
# default, *all* layers' slopes are alike and tiny: a weight's slope is the
# product of what comes forward and what comes back. <!-- shown: look -->
# From weights of twice He's size, slopes **explode**. Only He's are useful.
#
# Two more numbers: by a rule of thumb, an update is about 1e-3 of its weight;
# a ReLU unit that is 0 for every image is **dead**: no gradient reaches it.

# %%
lr = 0.01
for name, Ws in nets.items():
    update = lr * slope[name][14] / rms(Ws[14, :-1])
    dead = (inside[name][14] == 0).all(axis=0).mean()
    print(f"{name}: update / weight {update:.0e}, "
          f"dead {dead:.0%}")

# %%
layered, notes = {}, {}
for factor in (1 / 3, 1, 4):
    h, name = x, f"nσ² = {factor:.2g}"
    layered[name], notes[name] = {}, {}
    for k, W in enumerate(arrays(factor, 64, 30), 1):
        h = np.tanh(h @ W)
        if k in (1, 10, 20, 30):
            full = np.mean(np.abs(h) > 0.97)
            layered[name][k], notes[name][k] = h, f"{full:.0%}"
    assert (full > 0.1) == (factor == 4)
init_plots.ridges(layered, notes, span=1.02,
                  xlabel="output of tanh")

# %% [markdown]
# Outputs of a tanh network, with the share that is **saturated**: beyond
# ±0.97, the slope is under 6%. Too small a start piles all up at 0, too
# large a one at −1 and 1; at $n\sigma^2 = 1$ the shape changes slowly.
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
# Each start is drawn ten times, and the ten networks are trained at once:
# `@` treats a leading axis as a stack. In float64, rounding stays small.

# %%
rng = np.random.default_rng(9)
sizes = [(64, 64)] * 20 + [(64, 10)]
he = [rng.normal(0, (2 / i) ** 0.5, (10, i + 1, o))
      for i, o in sizes]
for W in he:
    W[:, -1] = 0  # the bias
batches = rng.integers(0, len(images), (80, 32))
data = images[batches].astype("float64")
target = onehot[batches].astype("float64")

# %%
def network(h, Ws, relu):
    for W in Ws[:-1]:
        h = relu(affine(h, W))
    return affine(h, Ws[-1])

def train(step, Ws):
    losses = []
    for X, T in zip(data, target):
        each, Ws = step(Ws, X, T)
        losses.append(each)
    return np.stack(losses, axis=1)

starts = {}

# %% tags=["torch"] pair="step"
def step_torch(Ws, X, T):
    Ws = [torch.as_tensor(W).requires_grad_()
          for W in Ws]
    X, T = torch.tensor(X), torch.tensor(T)
    logits = network(X, Ws, torch.relu)
    logp = torch.log_softmax(logits, dim=-1)
    each = -(T * logp).sum(-1).mean(-1)  # of networks
    grads = torch.autograd.grad(each.sum(), Ws)
    Ws = [(W - lr * g).detach()
          for W, g in zip(Ws, grads)]
    return each.detach(), Ws

# %% tags=["tensorflow"] pair="step"
@tf.function
def step_tf(Ws, X, T):
    with tf.GradientTape() as tape:
        tape.watch(Ws)
        logits = network(X, Ws, tf.nn.relu)
        logp = tf.nn.log_softmax(logits)
        each = -tf.reduce_mean(
            tf.reduce_sum(T * logp, -1), -1)
    grads = tape.gradient(each, Ws)
    Ws = [W - lr * g for W, g in zip(Ws, grads)]
    return each, Ws

# %% tags=["torch"] pair="draw"
def default(i, o):
    layer = torch.nn.Linear(i, o).double()
    W, b = (p.detach() for p in layer.parameters())
    return np.vstack([W.T, b])

torch.manual_seed(0)
torch.set_num_threads(1)  # enough for small matrices
Ws = [np.stack([default(*size) for _ in range(10)])
      for size in sizes]
starts["PyTorch's default"] = step_torch, Ws
starts["He, in PyTorch"] = step_torch, he

# %% tags=["tensorflow"] pair="draw"
def default(i, o):
    layer = keras.layers.Dense(o, dtype="float64")
    layer.build((None, i))
    W, b = layer.get_weights()
    return np.vstack([W, b])

keras.utils.set_random_seed(0)
Ws = [np.stack([default(*size) for _ in range(10)])
      for size in sizes]
starts["Keras' default"] = step_tf, Ws
starts["He, in Keras"] = step_tf, he

# %% name="trained"
runs = {}
for name, (step, Ws) in starts.items():
    runs[name] = train(step, Ws)
    last = runs[name][:, -5:].mean()
    assert last < 2.0 if "He" in name else last > 2.25
of_he = [runs[name] for name in runs if "He" in name]
assert np.allclose(of_he[0], of_he[-1], atol=1e-4)
init_plots.bands(range(80), runs, xlabel="step",
                 ylabel="loss (cross-entropy)")

# %% [markdown]
# Lines are medians of ten networks, bands reach from the lowest to the
# highest. From either default, 80 steps leave the loss at
# $\ln 10 \approx 2.30$, that of a guess; from He's arrays it falls, and the
# two frameworks' curves are one: *the start* made the difference, not the
# framework. <!-- shown: trained -->
#
# **You try:** does the start still matter with three layers? Then
# `initialization.keep_variance`, where you choose.

# %% [markdown]
# ## 10. The other cure
#
# How then does anyone train a hundred layers from PyTorch's default? By
# changing the network. A **residual** block adds its input:
# $h \to h + f(hW)$. By hand: its slope is $1 + \ldots$, and the 1 survives
# any number of layers. **Normalisation** divides by the standard deviation:
# a weight matrix 100 times too large gives the same output.

# %%
def cure(through, relu, norm, loss):
    cures = {"plain": lambda h, W: relu(h @ W),
             "residual": lambda h, W: h + relu(h @ W),
             "normalised": lambda h, W: relu(norm(h @ W)),
             "both": lambda h, W: h + relu(norm(h) @ W)}
    Ws, growth, reach = arrays(1 / 3, 64, 30), {}, {}
    for name, block in cures.items():
        hs, gs, _ = through(Ws, block, x, loss)
        growth[name] = rms(hs[-1]) / rms(x)
        reach[name] = rms(gs)
        far = reach[name][0] / reach[name][-1]
        assert far < 1e-9 if name == "plain" else far > 0.01
    assert growth["residual"] > 100 and growth["both"] < 20
    init_plots.by_depth(reach, ylabel="root mean square of dL/dh")

# %% tags=["torch"] pair="cures"
def norm_torch(z):
    return torch.nn.functional.layer_norm(z, (64,))

z = torch.tensor(x)
agree(norm_torch(z), norm_torch(100 * z),
      tolerance=1e-3)
cure(through_torch, torch.relu, norm_torch, end_torch)

# %% tags=["tensorflow"] pair="cures"
norm_tf = keras.layers.LayerNormalization(epsilon=1e-5)
z = tf.constant(x)
agree(norm_tf(z), norm_tf(100 * z), tolerance=1e-3)
cure(through_tf, tf.nn.relu, norm_tf, end_tf)

# %% [markdown]
# With the $n\sigma^2 = 1/3$ of PyTorch's default, the plain network's
# gradient dies on its way to layer 1; each cure lets it arrive. <!-- shown: measured, cures -->
# The residual alone pays with outputs that grow more than a hundredfold;
# normalising what enters holds them down.
#
# **You try:** what does `residual` do at $n\sigma^2 = 2$? At 0?

# %% [markdown]
# ## 11. The same start, elsewhere
#
# A paper's code is in the other framework. Does its seed come along?
#
# Port the *rule*, and you have the same distribution; check gain
# (`VarianceScaling` wants its *square*), fan, tails and bias. <!-- shown: rules, port -->
# Port the *arrays*, and you have the same network. <!-- shown: arrays -->
# A seed carries over neither. <!-- shown: arrays -->

# %% tags=["torch"] pair="port"
layer = torch.nn.Linear(64, 32)  # Keras' rule
init.xavier_uniform_(layer.weight)
init.zeros_(layer.bias)
top = float(layer.weight.detach().abs().max())
assert 0.98 < top / math.sqrt(6 / (64 + 32)) <= 1
agree(layer.bias, np.zeros(32))

# %% tags=["tensorflow"] pair="port"
layer = keras.layers.Dense(  # PyTorch's rule
    32, kernel_initializer=kinds.VarianceScaling(
        1 / 3, "fan_in", "uniform"),
    bias_initializer=kinds.RandomUniform(-1/8, 1/8))
layer.build((None, 64))
for p in layer.get_weights():
    assert 0.5 / 8 < np.abs(p).max() <= 1 / 8

# %% tags=["both"] name="arrays"
torch.manual_seed(42)
one = torch.nn.Linear(64, 32)
W, b = (p.detach().numpy() for p in one.parameters())
keras.utils.set_random_seed(42)
config = layer.get_config()
other = keras.layers.Dense.from_config(config)
other.build((None, 64))
assert np.abs(W.T - other.kernel.numpy()).max() > 0.01
other.set_weights([W.T, b])
agree(one(torch.tensor(x)), other(x), tolerance=1e-5)

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow (Keras) |
# |---|---|---|
# | dense kernel | $U(\pm 1/\sqrt{n})$, $n$ = fan-in | Glorot uniform <!-- shown: measured --> |
# | dense bias | $U(\pm 1/\sqrt{n})$ | 0 <!-- shown: measured --> |
# | convolution | the same, $n$ = channels × area | Glorot uniform <!-- shown: others --> |
# | embedding | $N(0, 1)$ | $U(\pm 0.05)$ <!-- shown: others --> |
# | LSTM recurrent | $U(\pm 1/\sqrt{h})$ | orthogonal <!-- shown: lstm --> |
# | LSTM bias | two, $U(\pm 1/\sqrt{h})$ | one; forget gate 1 <!-- shown: lstm --> |
# | gate order | i, f, g, o | i, f, g, o <!-- shown: gates --> |
# | batch norm | 1 and 0 | 1 and 0 <!-- shown: others --> |
# | fans read from | `[out, in]` | `[in, out]` <!-- shown: turned --> |
# | He normal | `kaiming_normal_`, tails | `HeNormal`, cut off <!-- shown: rules --> |
# | one rule, two layers | different numbers | one object: *equal* numbers <!-- shown: same_object --> |
#
# Linear and tanh want $n\sigma^2 = 1$, ReLU 2; biases 0; weights that
# differ.
#
# **Next:** the quiz below, and the exercises in their order; then
# [05 Training loops](05_training_loops.ipynb).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers
# to 1–4 and 6, section 7 that to 5.
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
# **A**, $1/\sqrt{400}$. <!-- shown: quiz --> B is He's uniform bound $\sqrt{6/400}$, which the
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
# **5.** The Glorot bound of a Keras kernel of shape (3, 3, 64, 128)?
#
# - **A** $\sqrt{6/(64 + 128)} \approx 0.177$
# - **B** $\sqrt{6/(576 + 1152)} \approx 0.059$
# - **C** $1/\sqrt{576} \approx 0.042$
#
# <details><summary>Answer</summary>
#
# **B.** Both fans count the kernel's area, 9. <!-- shown: others --> A
# forgets it. C is PyTorch's default for that layer. <!-- shown: others -->
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
# is second. <!-- shown: quiz --> A is the input gate, C the output gate.
# </details>
#
# **7.** *Asked in interviews:* what are vanishing gradients, and what does
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
# `a=√5` its variance is a sixth of He's. <!-- shown: source, measured -->
# Depth beyond that is the work of
# residual connections and normalisation, which keep the factor near 1
# *during* training too.
# </details>

# %%
h = rng.standard_normal((1000, 100))
for _ in range(20):
    h = h @ rng.normal(0, 0.05, (100, 100))
assert 1e-7 < h.std() < 1e-5  # 1
h = rng.standard_normal((5000, 50))
out = np.maximum(h @ rng.normal(0, 0.2, (50, 200)), 0)
assert 0.9 < (out**2).mean() < 1.1  # 3
with_ones = np.ones((8, 4), "float32")
with_ones[:, :3] = rng.standard_normal((8, 3))
W = np.zeros((4, 2), "float32")
W[3] = 0.5, -1  # the hidden biases
W = descend(slopes, W, 0 * V0, with_ones)
assert np.abs(W[:3, 0] - W[:3, 1]).max() > 1e-3  # 4

# %% tags=["torch"] pair="quiz"
layer = torch.nn.Linear(400, 100)
top = float(layer.weight.detach().abs().max())
print(f"2: {top:.3f}")
assert 0.0495 < top <= 0.05

# %% tags=["tensorflow"] pair="quiz"
lstm = keras.layers.LSTM(2)
lstm.build((None, None, 3))
b = lstm.get_weights()[2]
print("6:", b)
agree(b, [0, 0, 1, 1, 0, 0, 0, 0])
