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
# - tell whether a signal and its gradient survive many layers,
# - derive the rules of LeCun, Glorot and He, and write them,
# - say what your framework draws by default, and change it,
# - look into a deep network, and name what is wrong,
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
from grader.pictures import init_plots

rng = np.random.default_rng(4)
n, depth = 256, 50
inputs = rng.standard_normal((3, n)).astype("float32")
inputs[2] = 0
print("numpy", np.__version__)

# %% [markdown]
# ## 1. Fifty layers, by default
#
# Two different inputs, and one of zeros, go through 50 dense layers of width
# 256, each as the framework makes it, without activations. <!-- no claim -->
# Are the two still as far apart at the end? *Predict.*

# %% tags=["torch"] pair="fifty"
predict("initialization.torch", ...,
        a="about as far", b="not a thousandth")
h = torch.tensor(inputs)
for _ in range(depth):
    h = torch.nn.Linear(n, n)(h)
one, two, of_zeros = h.detach().numpy()
apart = inputs[0] - inputs[1]
left = (one - two).std() / apart.std()
print("less than a thousandth left:", left < 1e-3)
reveal("initialization.torch",
       "b" if left < 1e-3 else "a")
assert left < 1e-3
gap = np.abs(one - of_zeros).max()
assert gap < 0.01 * of_zeros.std()

# %% tags=["tensorflow"] pair="fifty"
predict("initialization.keras", ...,
        a="about as far", b="not a thousandth")
h = inputs
for _ in range(depth):
    h = keras.layers.Dense(n)(h)
one, two, of_zeros = h.numpy()
apart = inputs[0] - inputs[1]
left = (one - two).std() / apart.std()
print("a tenth to ten times:", 0.1 < left < 10)
reveal("initialization.keras",
       "b" if left < 1e-3 else "a")
assert 0.1 < left < 10

# %% [markdown]
# PyTorch's network has forgotten its inputs. <!-- shown: fifty `left <` -->
# What comes out of it is made of PyTorch's random biases: zeros give the
# same. <!-- shown: fifty `of_zeros.std()` --> Keras's lets both inputs
# through. <!-- shown: fifty `left <` -->
#
# By hand: $y=\sum_{i=1}^n w_i x_i$, with weights drawn independently,
# with mean $0$ and variance $\sigma^2$. Products of different weights average
# to $0$, so variances add up: $\mathrm{Var}(y) = n\,\sigma^2\,
# \overline{x^2}$. Each layer multiplies the mean square by the same
# $n\sigma^2$, on average. Only $n\sigma^2=1$ is safe.

# %% name="spread"
def spread(factor):
    draw = np.random.default_rng(1).standard_normal
    h, stds = draw((n, n)), []
    for _ in range(depth):
        h = h @ draw((n, n)) * (factor / n) ** 0.5
        stds.append(h.std())
    return stds

measured, expected, layer = {}, {}, np.arange(1, depth + 1)
for factor in (1 / 4, 1, 4):
    measured[f"nσ² = {factor:.4g}"] = spread(factor)
    expected[f"nσ² = {factor:.4g}"] = factor ** (layer / 2)
init_plots.by_depth(measured, expected, ylabel="standard deviation")
ratio = np.divide([*measured.values()], [*expected.values()])
agree(ratio, np.ones(ratio.shape), tolerance=0.3)

# %% [markdown]
# Markers are measured, lines are theory. Halve or double all weights, and
# the standard deviation at layer 50 is $10^{15}$ times smaller or
# larger. <!-- shown: spread -->
#
# **You try:** at which $n\sigma^2$ is a tenth of the standard deviation
# left after 50 layers? Check by adding a line. Then
# `initialization.variance_step`. <!-- try: spread + `print(spread(0.912)[-1])` -->

# %% [markdown]
# ## 2. Zeros, and other twins
#
# Why not start at 0? Or with equal weights of the right size?
#
# By hand: two hidden units with equal weights, in and out, give the same
# output and get the same gradient. They stay equal for ever. With all weights and
# biases 0, no weight of a tanh network has a gradient, since each has a zero
# factor. <!-- shown: twins `0 * V0` -->

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
print("moved by up to", np.abs(W - W0).max().round(2))
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
print("moved by up to", np.abs(W - W0).max().round(2))
assert np.abs(W - W0).max() > 0.1
agree(W[:, 0], W[:, 1])
agree(descend(slopes, 0 * W0, 0 * V0), 0 * W0)

# %% [markdown]
# So weights must *differ*: hence the random numbers. (Biases may be equal.)
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
a(inputs), b(inputs)  # which makes their kernels
same = np.array_equal(a.kernel, b.kernel)
print("equal kernels:", same)
assert same

# %% [markdown]
# A Keras initializer *object* that is made without a seed draws the same numbers at
# each call with one shape. <!-- shown: same_object --> Give each layer
# its own. In PyTorch each layer draws new numbers. <!-- shown: same_object -->

# %% [markdown]
# ## 3. What the activation takes
#
# Keep $n\sigma^2=1$ and put a ReLU behind each layer. Does the signal
# survive?
#
# By hand: a symmetric input loses its negative half, and with it half of
# its mean square. Over $50$ layers: $2^{-50}$. On the way back, ReLU cuts half of
# the gradient: the same ½. In general, for a
# normal $z$ of variance $n\sigma^2\,\overline{h^2}$:
#
# $$\overline{h^2} \to \mathrm{E}[f(z)^2] \qquad
# \overline{g^2} \leftarrow n\sigma^2\,\mathrm{E}[f'(z)^2]\,
# \overline{g^2}$$
#
# `theory` computes both. <!-- no claim --> `through` measures: it returns the
# blocks' outputs, their gradients, and those of `Ws`. <!-- no claim -->

# %%
quantiles = ndtri((np.arange(10_000) + 0.5) / 10_000)
fs = {"tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
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

def assert_near(measured, theory):
    ratio = np.divide(measured, theory)
    assert 0.2 < ratio.min() and ratio.max() < 5

x, noise = rng.standard_normal(
    (2, 128, n)).astype("float32")

# %% name="cases"
cases = ("tanh", 1), ("tanh", 25 / 9), ("ReLU", 1), ("ReLU", 2)

def measure(through, acts, loss):
    found, expected = {}, {}
    for name, factor in cases:
        block = lambda h, W: acts[name](h @ W)
        Ws, case = arrays(factor, n, depth), f"{name}, {factor:.3g}"
        hs, gs, _ = through(Ws, block, x, loss)
        found[case] = rms(hs), rms(gs)
        expected[case] = theory(name, factor)
        print(f"{case}: × {rms(hs[-1]):.2g} forward, × {rms(gs[0]):.2g} back")
    init_plots.by_depth(found, expected, ylabel="root mean square",
                        titles=("forward", "backward"))
    assert_near([*found.values()], [*expected.values()])
    return {k: (there[-1], back[0]) for k, (there, back) in found.items()}

# %% tags=["torch"] pair="activations"
acts = {"tanh": torch.tanh, "ReLU": torch.relu}
end = lambda h: (h * torch.tensor(noise)).sum()
ends = measure(through_torch, acts, end)
agree(init.calculate_gain("tanh"), 5 / 3)
if [*ends] == ["tanh, 1", "tanh, 2.78",
               "ReLU, 1", "ReLU, 2"]:
    assert max(ends["ReLU, 1"]) < 1e-6
    assert min(ends["ReLU, 2"]) > 0.3
    agree(ends["tanh, 1"], [0.1, 0.2], tolerance=0.05)
    agree(ends["tanh, 2.78"][0], 0.65, tolerance=0.03)
    assert 70 < ends["tanh, 2.78"][1] < 140

# %% tags=["tensorflow"] pair="activations"
acts = {"tanh": tf.tanh, "ReLU": tf.nn.relu}
end = lambda h: tf.reduce_sum(h * noise)
ends = measure(through_tf, acts, end)
if [*ends] == ["tanh, 1", "tanh, 2.78",
               "ReLU, 1", "ReLU, 2"]:
    assert max(ends["ReLU, 1"]) < 1e-6
    assert min(ends["ReLU, 2"]) > 0.3
    agree(ends["tanh, 1"], [0.1, 0.2], tolerance=0.05)
    agree(ends["tanh, 2.78"][0], 0.65, tolerance=0.03)
    assert 70 < ends["tanh, 2.78"][1] < 140

# %% [markdown]
# The legend gives $n\sigma^2$. At $1$ the ReLU network's signal dies on the way
# forward, and its gradient on the way back. <!-- shown: activations `"ReLU, 1"` --> $2$ cures
# both. <!-- shown: activations `"ReLU, 2"` --> Tanh passes small values nearly
# unchanged: at the end 0.1 of the signal is left, and 0.2 of the
# gradient. <!-- shown: activations `"tanh, 1"` -->
#
# The root of $n\sigma^2$ is the **gain**: $1$ for linear, $\sqrt2$ for ReLU.
# PyTorch's `calculate_gain("tanh")` is
# 5/3. <!-- shown: activations `calculate_gain` --> This keeps 0.65 of the
# signal. <!-- shown: activations `2.78"][0]` --> But the gradient grows about 100 times:
# no gain keeps both. <!-- shown: activations `2.78"][1]` -->
#
# **You try:** make the first of `cases` `("tanh", 4)`. What becomes of signal and
# gradient? Then
# `initialization.backward_variance`. <!-- try: cases `("tanh", 1)` with `("tanh", 4)` -->

# %% [markdown]
# ## 4. Two fans, three rules
#
# A layer from 100 to 400 units. <!-- no claim --> Forward, each output adds up
# 100 terms: the **fan-in**. <!-- no claim --> Backward, each input's gradient
# adds up 400: the **fan-out**. <!-- no claim --> One $\sigma$ can't serve both.
#
# | | variance $\sigma^2$ | keeps |
# |---|---|---|
# | LeCun | $1/\text{fan-in}$ | forward, linear |
# | Glorot | $2/(\text{fan-in}+\text{fan-out})$ | neither, if the fans differ |
# | He (Kaiming) | $2/\text{fan-in}$ or $2/\text{fan-out}$ | one way, ReLU |
#
# A uniform draw between $-a$ and $a$ has the variance $a^2/3$, so
# $a=\sqrt3\,\sigma$; Glorot's is $\sqrt{6/(\text{in}+\text{out})}$.

# %% name="fans"
i, o, drawn = 256, 512, {}  # for the cells below
wide = rng.standard_normal((500, 100))
back = rng.standard_normal((500, 400))
kept = {}
for rule, var in {"1 / fan-in": 1 / 100, "Glorot": 2 / 500,
                  "1 / fan-out": 1 / 400}.items():
    W = rng.normal(0, var ** 0.5, (100, 400))
    there, here = (wide @ W).var(), (back @ W.T).var()
    print(f"{rule}: × {there:.2f} there, {here:.2f} back")
    kept[rule] = there, here
agree(kept["1 / fan-in"], [1, 4], tolerance=0.05)
agree(kept["Glorot"], [0.4, 1.6], tolerance=0.05)
agree(kept["1 / fan-out"], [0.25, 1], tolerance=0.05)

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

# %% tags=["torch"] pair="shapes"
W = init.kaiming_normal_(torch.empty(o, i))
farthest = W.abs().max() / W.std()
print(f"farthest: {farthest:.1f} standard deviations")
assert farthest > 3
W = init.kaiming_normal_(torch.empty(i, o))
agree(W.var() * o, 2, tolerance=0.03)

# %% tags=["tensorflow"] pair="shapes"
W = kinds.HeNormal(0)((i, o))
farthest = np.abs(W).max() / np.std(W)
print(f"farthest: {farthest:.1f} standard deviations")
assert farthest < 2.4
cut = kinds.TruncatedNormal(0, 1, seed=0)((i, o))
agree(np.std(cut), 0.88, tolerance=0.01)
full = kinds.RandomNormal(0, 1, seed=0)((i, o))
assert np.abs(full).max() > 3
W = kinds.HeNormal(0)((o, i))
agree(np.var(W) * o, 2, tolerance=0.03)

# %% [markdown]
# Glorot's rule here leaves 0.4 of the mean square forward, 1.6
# back. <!-- shown: fans `Glorot` -->
#
# One rule, two shapes: Keras's `HeNormal` cuts its draws
# off. <!-- shown: shapes `farthest` --> Keras widens them to make up for the
# loss. <!-- shown: rules --> (Keras's `TruncatedNormal` is cut, not
# widened. <!-- shown: shapes `cut` --> Keras's `RandomNormal` is not
# cut.) <!-- shown: shapes `full` --> PyTorch's `kaiming_normal_` has
# tails. <!-- shown: shapes `farthest` -->
#
# **How it breaks.** The last kernels are the wrong way round: no error, and a
# fan-in of 512 where 256 was meant. <!-- shown: shapes `* o, 2` --> PyTorch takes
# the shape for `[out, in]`. <!-- shown: shapes `* o, 2` --> Keras takes it for
# `[in, out]`. <!-- shown: shapes `* o, 2` -->
#
# **You try:** `initialization.fans`, `initialization.glorot_bound`,
# `initialization.kaiming_std`, `initialization.truncated_normal`,
# `initialization.find_the_bug`. <!-- try: nothing -->

# %% [markdown]
# ## 5. All directions alike
#
# The variance rule keeps lengths *on average*. Does it keep each
# direction?
#
# By hand: $\mathrm{diag}(1.4,0.2)$ keeps the mean square, as
# $(1.96+0.04)/2=1$. Ten such layers make $1.4^{10}\approx29$ of one
# direction, and $10^{-7}$ of the other. The rotation
# $\begin{pmatrix}0 & -1\\1 & 0\end{pmatrix}$ keeps both. A matrix with
# $Q^\top Q=I$ is **orthogonal**: it stretches nothing.

# %% tags=["torch"] pair="orthogonal"
def stretch(rule):
    Ws = [rule(torch.empty(64, 64).double())
          for _ in range(10)]
    W = torch.linalg.multi_dot(Ws)
    return torch.linalg.svdvals(W).numpy()

torch.manual_seed(0)
normal = stretch(lambda W: init.normal_(W, std=1 / 8))
print("first, median:", normal[[0, 32]].round(2))
assert normal[0] > 3
assert normal[32] < 0.05
agree(stretch(init.orthogonal_), np.ones(64))

# %% tags=["tensorflow"] pair="orthogonal"
def stretch(rule):
    Ws = [rule(seed=k)((64, 64), "float64")
          for k in range(10)]
    W = np.linalg.multi_dot(Ws)
    return tf.linalg.svd(W, compute_uv=False).numpy()

normal = stretch(
    lambda seed: kinds.RandomNormal(0, 1 / 8, seed))
print("first, median:", normal[[0, 32]].round(2))
assert normal[0] > 3
assert normal[32] < 0.05
agree(stretch(kinds.Orthogonal), np.ones(64))

# %% [markdown]
# Ten normal layers stretch a few directions. <!-- shown: orthogonal `> 3` --> They
# flatten most. <!-- shown: orthogonal `< 0.05` --> Ten orthogonal ones stretch none
# of the 64. <!-- shown: orthogonal `np.ones` --> A recurrent kernel, used at every
# step, needs this most.
#
# **You try:** `initialization.orthogonal`. <!-- try: nothing -->

# %% [markdown]
# ## 6. What you get by default
#
# PyTorch's `Linear` calls `kaiming_uniform_`. <!-- shown: source `calls[0]` -->
# So it starts with He's variance, made for ReLU?

# %% tags=["torch"] pair="source"
source = inspect.getsource(
    torch.nn.Linear.reset_parameters)
calls = [line.strip() for line in source.split("\n")
         if "init." in line]
print(*calls, sep="\n")
assert calls[0] == ("init.kaiming_uniform_("
                    "self.weight, a=math.sqrt(5))")
gain = init.calculate_gain("leaky_relu", 5**0.5)
agree(gain, (2 / (1 + 5)) ** 0.5)

# %% tags=["tensorflow"] pair="source"
config = keras.layers.Dense(1).get_config()
kernel = config["kernel_initializer"]["class_name"]
bias = config["bias_initializer"]["class_name"]
print(kernel, bias)
assert (kernel, bias) == ("GlorotUniform", "Zeros")

# %% [markdown]
# Not so. In PyTorch, `a` is the slope of a leaky ReLU, whose gain is
# $\sqrt{2/(1+a^2)}$. <!-- shown: source `gain` --> By hand, with
# $a=\sqrt 5$: the gain is $\sqrt{2/6}=1/\sqrt 3$, so
# $\sigma=1/\sqrt{3n}$ and the bound $\sqrt 3\,\sigma=1/\sqrt n$. PyTorch's
# $n\sigma^2$ is $1/3$, a sixth of He's $2$. <!-- shown: measured `W.var()` -->
# PyTorch's bias is drawn from the same interval. <!-- shown: measured `(b)` -->

# %% tags=["torch"] pair="measured"
layer = torch.nn.Linear(i, o)
W, b = (p.detach().numpy() for p in layer.parameters())
bound = 1 / math.sqrt(i)
agree(np.abs(W).max() / bound, 1, tolerance=1e-3)
agree(np.abs(b).max() / bound, 1, tolerance=0.02)
agree(W.var() * i, 1 / 3, tolerance=0.01)
drawn["PyTorch's default"] = W.T

# %% tags=["tensorflow"] pair="measured"
layer = keras.layers.Dense(o)
layer.build((None, i))
W, b = layer.get_weights()
bound = math.sqrt(6 / (i + o))
agree(np.abs(W).max() / bound, 1, tolerance=1e-3)
agree(np.abs(b).max(), 0)
agree(W.var() * (i + o), 2, tolerance=0.01)
drawn["Keras's default"] = W

# %% name="boxes"
drawn["He"] = rng.uniform(-1, 1, (i, o)) * (6 / i) ** 0.5
z, kept = rng.standard_normal((1000, i)), {}
for name, W in drawn.items():
    kept[name] = (np.maximum(z @ W, 0) ** 2).mean()
init_plots.distributions(
    {f"{name} (keeps {kept[name]:.2f})": W
     for name, W in drawn.items()},
    xlabel=f"weight, {i} to {o}")
for name, W in drawn.items():
    half = W.var() * i / 2
    assert np.isclose(kept[name], half, rtol=0.05)
if o == 512 and "PyTorch's default" in drawn:
    narrowest = min(drawn, key=lambda name: drawn[name].max())
    assert narrowest == "PyTorch's default"

# %% [markdown]
# Three flat boxes: here PyTorch's is the narrowest. <!-- shown: boxes `narrowest` -->
# Behind ReLU, a layer keeps half of
# its $n\sigma^2$: a sixth of the mean square in PyTorch's default (the bias adds
# to it), all in He's. <!-- shown: boxes `kept` -->
#
# **You try:** which of the three depends on the layer's *outputs*? Make `o` 2048, in
# section 4. Then `initialization.torch_default`. <!-- try: fans `256, 512` with `256, 2048` -->

# %% [markdown]
# ## 7. Other layers' defaults
#
# A convolution's output adds up in-channels × kernel area terms: 576 for 64
# channels and a 3 × 3 kernel. <!-- no claim --> An embedding only looks rows up:
# there is no fan. *How far apart are the frameworks?*

# %% tags=["torch"] pair="others"
conv = torch.nn.Conv2d(64, 128, 3)
top = conv.weight.detach().abs().max()
agree(top / 576**-0.5, 1, tolerance=1e-3)
rows = torch.nn.Embedding(1000, 64).weight.detach()
tenths = np.quantile(rows, [0.1, 0.5, 0.9])
agree(tenths, [-1.28, 0, 1.28], tolerance=0.02)

# %% tags=["tensorflow"] pair="others"
conv = keras.layers.Conv2D(128, 3)
conv.build((None, 8, 8, 64))
top = np.abs(conv.kernel).max()
bound = (6 / (576 + 1152)) ** 0.5
agree(top / bound, 1, tolerance=1e-3)
rows = keras.layers.Embedding(1000, 64)
rows.build(None)
rows = rows.embeddings.numpy()
tenths = np.quantile(rows, [0.1, 0.5, 0.9])
agree(tenths, [-0.04, 0, 0.04], tolerance=1e-3)
agree(1 / rows.std(), 35, tolerance=0.02)

# %% [markdown]
# PyTorch draws an embedding from $N(0,1)$. <!-- shown: others `tenths` --> Keras
# draws it from $U(-0.05,0.05)$. <!-- shown: others `tenths` --> Keras's
# standard deviation is 35 times smaller. <!-- shown: others `rows.std()` -->
#
# An LSTM's cell state is multiplied at each step by its **forget gate**,
# $\mathrm{sigmoid}(\cdot+b_f)$. By hand, where the dot is $0$: $b_f=0$ keeps
# half, and a millionth after $20$ steps; $b_f=1$ keeps $0.73$.
# *Which would you start from?*

# %% tags=["torch"] pair="lstm"
lstm = torch.nn.LSTM(64, 64)
for name, p in lstm.named_parameters():
    print(name, tuple(p.shape))
W, U, *b = lstm.state_dict().values()
tops = [8 * p.abs().max() for p in (W, U, *b)]
agree(tops, [1] * 4, tolerance=0.05)
agree(U.abs().max() * 8, 1, tolerance=0.01)
agree(b[0].shape, b[1].shape, [256])

# %% tags=["tensorflow"] pair="lstm"
lstm = keras.layers.LSTM(64)
lstm.build((None, None, 64))
W, U, b = lstm.get_weights()
agree(U @ U.T, np.eye(64), tolerance=1e-5)
gates = np.split(U, 4, axis=1)
off = [g @ g.T - np.eye(64) for g in gates]
assert np.abs(off).max(axis=(1, 2)).min() > 0.1
print("bias of i, f, g, o:", b[::64])
agree(b.reshape(4, 64).T, [[0, 1, 0, 0]] * 64)

# %% [markdown]
# Keras sets the forget gate's bias to 1. <!-- shown: lstm `b.reshape` --> The
# rows of Keras's recurrent kernel are orthonormal. <!-- shown: lstm `U @ U.T` -->
# No gate's part of Keras's is orthogonal. <!-- shown: lstm `off` --> PyTorch draws
# all from $U(-1/\sqrt h,1/\sqrt h)$. <!-- shown: lstm `tops` --> PyTorch has *two*
# biases. <!-- shown: lstm `b[0]` -->
#
# Where is the forget gate? By hand, with $s$ for the
# sigmoid, all kernels $0$ and the biases i, f, g, o $=0.5,1,2,-1$: the first step
# makes $c=s(0.5)\tanh2=0.6001$, the second
# $c=s(1)\cdot0.6001+0.6001=1.0388$ and $h=s(-1)\tanh c=0.2091$. Any other order
# gives another $h$.

# %% tags=["torch"] pair="gates"
b = torch.tensor([0.5, 1, 2, -1])  # i, f, g, o
lstm, gru = torch.nn.LSTM(1, 1), torch.nn.GRU(1, 1)
zero, names = torch.zeros(4, 1), lstm.state_dict()
values = zero, zero, b / 4, b * 3 / 4
lstm.load_state_dict(dict(zip(names, values)))
h = lstm(torch.zeros(2, 1))[0][-1].item()
values = zero[:3], zero[:3], b[:3], 0 * b[:3]
gru.load_state_dict(dict(zip(names, values)))
state = gru(torch.zeros(1, 1))[0][-1].item()
print(f"LSTM {h:.4f}, GRU {state:.4f}")
if b[0] == 0.5:
    agree(h, 0.2091, tolerance=1e-4)
    agree(state, 0.2593, tolerance=1e-4)

# %% tags=["tensorflow"] pair="gates"
b = np.float32([0.5, 1, 2, -1])  # i, f, g, o
lstm, gru = keras.layers.LSTM(1), keras.layers.GRU(1)
lstm.build((None, 2, 1)), gru.build((None, 1, 1))
zero = np.zeros((1, 4))
lstm.set_weights([zero, zero, b])
h = float(lstm(np.zeros((1, 2, 1)))[0, 0])
two = np.stack([b[:3], 0 * b[:3]])
gru.set_weights([zero[:, :3], zero[:, :3], two])
state = float(gru(np.zeros((1, 1, 1)))[0, 0])
print(f"LSTM {h:.4f}, GRU {state:.4f}")
if b[0] == 0.5:
    agree(h, 0.2091, tolerance=1e-4)
    agree(state, 0.3640, tolerance=1e-4)

# %% [markdown]
# PyTorch and Keras stack an LSTM's gates in the order i, f, g,
# o. <!-- shown: gates `(h,` --> PyTorch adds its two
# biases. <!-- shown: gates `(h,` --> In a GRU, the first three numbers are reset,
# update and new to PyTorch. <!-- shown: gates `(state,` --> Keras takes them for
# update, reset and new. <!-- shown: gates `(state,` -->
#
# **You try:** swap the first two numbers of `b`. Then
# `initialization.lstm_bias`. <!-- try: gates `0.5, 1, 2` with `1, 0.5, 2` -->

# %% [markdown]
# ## 8. Thirty layers, seen from inside
#
# A deep network does not learn, and prints no error. Where do you look? At each
# layer's outputs and gradients. Here 8 × 8 images of digits go through 30
# ReLU layers of width 64; the bias is the last row of each
# `W`. <!-- no claim --> *Which start has small gradients in the first layers
# alone, which in all?*

# %% name="nets"
images, labels = load_digits(return_X_y=True)
images = (images - images.mean()) / images.std()
onehot = np.eye(10)[labels]
batch = images[:256].astype("float32")
answers = onehot[:256].astype("float32")

def uniform(factor, bias):
    W = np.random.default_rng(8).uniform(-1, 1, (30, 65, 64)) / 8
    W[:, :-1] *= (3 * factor) ** 0.5
    W[:, -1] *= bias
    return W.astype("float32")

settings = {"PyTorch's default": (1 / 3, 1),  # nσ², biases
            "Keras's default": (1, 0), "He": (2, 0), "2 × He": (8, 0)}
nets = {name: uniform(*pair) for name, pair in settings.items()}

# %%
V = rng.normal(0, 1 / 8, (64, 10)).astype("float32")

def affine(h, W):
    return h @ W[..., :-1, :] + W[..., -1:, :]

def look(through, relu, loss):
    block = lambda h, W: relu(affine(h, W))
    inside, grads = {}, {}
    for name, Ws in nets.items():
        inside[name], _, grads[name] = through(Ws, block, batch, loss)
    rows = {name: rms(dWs[:, :-1]) for name, dWs in grads.items()}
    init_plots.by_depth(rows, ylabel="root mean square of dL/dW")
    return inside, grads, rows

# %% tags=["torch"] pair="look"
def end_torch(h):
    return torch.nn.functional.cross_entropy(
        h @ torch.tensor(V), torch.tensor(answers))

inside, grads, rows = look(
    through_torch, torch.relu, end_torch)
if settings["PyTorch's default"] == (1 / 3, 1):
    first, last = rows["PyTorch's default"][[0, -1]]
    print(f"first {first:.0e}, last {last:.0e}")
    assert 1e-10 < first / last < 1e-8
if settings["2 × He"] == (8, 0):
    assert min(rows["2 × He"]) > 1

# %% tags=["tensorflow"] pair="look"
def end_tf(h):
    each = tf.nn.softmax_cross_entropy_with_logits(
        answers, h @ V)
    return tf.reduce_mean(each)

inside, grads, rows = look(
    through_tf, tf.nn.relu, end_tf)
if settings["Keras's default"] == (1, 0):
    tiny = rows["Keras's default"]
    print(f"from {min(tiny):.0e} to {max(tiny):.0e}")
    assert max(tiny) < 10 * min(tiny) < 1e-4
if settings["2 × He"] == (8, 0):
    assert min(rows["2 × He"]) > 1

# %% [markdown]
# In PyTorch's default, the gradient falls towards the first layers by about nine
# powers of ten: **vanishing gradients**. <!-- shown: look `last` --> In Keras's
# default, *all* layers' gradients are alike and tiny: each is the product of what
# comes forward and what comes back. <!-- shown: look `tiny` --> With twice He's
# weights, gradients **explode**.
#
# As a rule of thumb, an update is $10^{-3}$ of its weight. A ReLU unit that
# is $0$ for every image is **dead**: its weights get no gradient.

# %%
lr = 0.01
for name, Ws in nets.items():
    update = lr * rows[name][14] / rms(Ws[14, :-1])
    dead = (inside[name][14] == 0).all(axis=0)
    print(f"{name}: update / weight {update:.0e}, "
          f"dead {dead.mean():.0%}")
    assert not grads[name][14][:, dead].any()

# %% name="saturated"
layered, notes = {}, {}
for factor in (1 / 3, 1, 4):
    h, name = batch, f"nσ² = {factor:.2g}"
    layered[name], notes[name] = {}, {}
    for k, W in enumerate(arrays(factor, 64, 30), 1):
        h = np.tanh(h @ W)
        if k in (1, 10, 20, 30):
            full = np.mean(np.abs(h) > 0.97)
            layered[name][k], notes[name][k] = h, f"{full:.0%}"
init_plots.ridges(layered, notes, span=1.02, xlabel="output of tanh")
small, *_ = layered.values()
if [*layered] == ["nσ² = 0.33", "nσ² = 1", "nσ² = 4"]:
    assert np.abs(small[30]).max() < 1e-3
    assert full > 0.1  # of the last

# %% [markdown]
# Outputs of a tanh network, with the share that is **saturated**: beyond
# $\pm0.97$, where the slope is under $0.06$. Too small a start piles all up at
# $0$. <!-- shown: saturated `small` --> Too large a one pushes them to $-1$ and
# $1$. <!-- shown: saturated `full` --> With $n\sigma^2=1$ they shrink slowly.
#
# **You try:** give PyTorch's default the bias `0`. What becomes of its line, and
# why? Then `initialization.dead_share`. <!-- try: nets `(1 / 3, 1)` with `(1 / 3, 0)` -->

# %% [markdown]
# ## 9. Does it matter?
#
# Train 20 ReLU layers on the digits, with plain gradient descent: from each
# framework's default, and from the same He arrays in both. <!-- no claim --> Which
# curves coincide?
#
# Each start is drawn ten times; the ten networks are trained at once, along a
# leading axis, in float64.

# %% name="data"
rng = np.random.default_rng(9)
sizes = [(64, 64)] * 20 + [(64, 10)]
he = [rng.normal(0, (2 / i) ** 0.5, (10, i + 1, o))
      for i, o in sizes]
for W in he:
    W[:, -1] = 0  # the bias
batches = rng.integers(0, len(images), (250, 32))
data, target = images[batches], onehot[batches]

# %%
def network(h, Ws, relu):
    for W in Ws[:-1]:
        h = relu(affine(h, W))
    return affine(h, Ws[-1])

def train(step, Ws, steps):
    losses = []
    for X, T in zip(data[:steps], target[:steps]):
        each, Ws = step(Ws, X, T)
        losses.append(each)
    return np.stack(losses, axis=1)

starts = {}  # names: step and weights

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
starts["Keras's default"] = step_tf, Ws
starts["He, in Keras"] = step_tf, he

# %% name="trained"
runs = {}
for name, (step, Ws) in starts.items():
    runs[name] = train(step, Ws, 80)
init_plots.bands(range(80), runs, xlabel="step",
                 ylabel="loss (cross-entropy)")
of_he = [runs[name] for name in runs if "He" in name]
assert np.allclose(of_he[0], of_he[-1], atol=1e-4)
if len(sizes) == 21:
    stuck = [runs[k] for k in runs if "default" in k]
    assert np.mean(stuck, axis=(0, 1))[-5:].min() > 2.25
    assert of_he[0][:, -5:].mean() < 2.0

# %% name="small"
small = train(step, [*he[:-1], he[-1] / 10], 80)
for name, losses in {"He": of_he[0], "small": small}.items():
    first, last = losses.mean(axis=0)[[0, -1]]
    print(f"{name}: first loss {first:.2f}, last {last:.2f}")
assert of_he[0][:, 0].mean() > 2.6
agree(small[:, 0].mean(), math.log(10), tolerance=0.01)
assert small[:, -1].mean() > of_he[0][:, -1].mean()

# %% tags=["torch"] pair="later"
Ws = starts["PyTorch's default"][1]
Ws = [*Ws[:-1][:6], Ws[-1]]  # fewer layers
late = train(step_torch, Ws, 250)[:, -20:].mean()
print(f"loss of 6 layers after 250 steps: {late:.2f}")
if len(sizes) == 21:
    assert late > 2.25

# %% tags=["tensorflow"] pair="later"
Ws = starts["Keras's default"][1]
Ws = [*Ws[:-1][:6], Ws[-1]]  # fewer layers
late = train(step_tf, Ws, 250)[:, -20:].mean()
print(f"loss of 6 layers after 250 steps: {late:.2f}")
if len(sizes) == 21:
    assert late < 2.0

# %% [markdown]
# Lines are medians, bands reach from lowest to highest. Either
# default's loss is still $\ln10\approx2.30$, that of a guess, after 80
# steps. <!-- shown: trained `stuck` --> From He's arrays it
# falls. <!-- shown: trained `< 2.0` --> The frameworks' curves are one: the *start*
# made the difference. <!-- shown: trained `allclose` -->
#
# It matters less in fewer layers: Keras's default learns with 6 layers and 250
# steps. <!-- shown: later --> PyTorch's still doesn't. <!-- shown: later -->
#
# He's curve begins above $\ln10$: no ReLU follows the last
# layer. <!-- shown: small `> 2.6` --> A last layer ten times smaller begins at
# $\ln10$, as it should: check every program's first
# loss. <!-- shown: small `log(10)` --> But here it learns more slowly, as less
# gradient comes back through a small layer. <!-- shown: small `-1` -->
#
# **You try:** does the start still matter with 3 layers? Then
# `initialization.keep_variance`. <!-- try: data `* 20` with `* 3` -->

# %% [markdown]
# ## 10. The other cure
#
# How then are a hundred layers trained? Not from PyTorch's default: torchvision's
# ResNets draw their convolutions by He's rule
# ([from the documentation](https://docs.pytorch.org/vision/stable/_modules/torchvision/models/resnet.html)).
# And the network is changed. A **residual** block adds its input:
# $h\to h+f(hW)$. Its slope is $1+\ldots$, and the $1$ survives any number
# of layers. **Layer normalisation** subtracts the mean and divides by the standard
# deviation: a weight matrix 100 times too large gives nearly the same
# output. <!-- shown: cures `(100 * z)` -->

# %% name="cure"
factor = 1 / 3

def cure(through, relu, norm, loss):
    cures = {"plain": lambda h, W: relu(h @ W),
             "residual": lambda h, W: h + relu(h @ W),
             "normalised": lambda h, W: relu(norm(h @ W)),
             "both": lambda h, W: h + relu(norm(h) @ W)}
    Ws, growth, reach = arrays(factor, 64, 30), {}, {}
    for name, block in cures.items():
        hs, gs, _ = through(Ws, block, batch, loss)
        growth[name], reach[name] = rms(hs[-1]) / rms(batch), rms(gs)
        print(f"{name}: outputs × {growth[name]:.2g}")
    init_plots.by_depth(reach, ylabel="root mean square of dL/dh")
    return growth, {k: r[0] / r[-1] for k, r in reach.items()}

# %% tags=["torch"] pair="cures"
def norm_torch(z):
    return torch.nn.functional.layer_norm(z, (64,))

z = torch.tensor(batch)
agree(norm_torch(z), norm_torch(100 * z),
      tolerance=1e-3)
growth, far = cure(
    through_torch, torch.relu, norm_torch, end_torch)
if factor == 1 / 3:
    assert far.pop("plain") < 1e-9
    assert min(far.values()) > 0.01
    assert growth["residual"] > 100
    assert growth["both"] < 20

# %% tags=["tensorflow"] pair="cures"
norm_tf = keras.layers.LayerNormalization(epsilon=1e-5)
z = tf.constant(batch)
agree(norm_tf(z), norm_tf(100 * z), tolerance=1e-3)
growth, far = cure(
    through_tf, tf.nn.relu, norm_tf, end_tf)
if factor == 1 / 3:
    assert far.pop("plain") < 1e-9
    assert min(far.values()) > 0.01
    assert growth["residual"] > 100
    assert growth["both"] < 20

# %% [markdown]
# With the $n\sigma^2=1/3$ of PyTorch's default, the plain network's gradient dies
# on its way. <!-- shown: cures `"plain"` --> Each cure lets it
# arrive. <!-- shown: cures `far.values()` --> The residual alone makes outputs
# grow more than a hundredfold. <!-- shown: cures `> 100` --> Normalising what
# enters holds them down. <!-- shown: cures `"both"` -->
#
# **You try:** set `factor` to 2. What does `residual`
# do? <!-- try: cure `factor = 1 / 3` with `factor = 2` -->
#
# **You try** 0 too: which gradients arrive? <!-- try: cure `factor = 2` with `factor = 0` -->

# %% [markdown]
# ## 11. The same start, elsewhere
#
# A paper's code is in the other framework. Does its seed come along?
#
# Port the *rule* (gain, fan, tails, bias), and you have the same
# distribution. <!-- shown: port `quarters` --> Keras's `VarianceScaling` wants the
# *square* of the gain. <!-- shown: port `quarters` --> Port the *arrays*, and you
# have the same network. <!-- shown: arrays `other(` --> A seed carries nothing
# over, even with one rule. <!-- shown: arrays `0.01` -->

# %% tags=["torch"] pair="port"
layer = torch.nn.Linear(64, 32)  # Keras's rule
init.xavier_uniform_(layer.weight)
init.zeros_(layer.bias)
bound = math.sqrt(6 / (64 + 32))
quarters = np.quantile(layer.weight.detach() / bound,
                       [0, 0.25, 0.5, 0.75, 1])
agree(quarters, [-1, -0.5, 0, 0.5, 1], tolerance=0.1)
agree(layer.bias, np.zeros(32))

# %% tags=["tensorflow"] pair="port"
layer = keras.layers.Dense(  # PyTorch's rule
    32, kernel_initializer=kinds.VarianceScaling(
        1 / 3, "fan_in", "uniform"),
    bias_initializer=kinds.RandomUniform(-1/8, 1/8))
layer.build((None, 64))
W, b = layer.get_weights()
quarters = np.quantile(W * 64**0.5,
                       [0, 0.25, 0.5, 0.75, 1])
agree(quarters, [-1, -0.5, 0, 0.5, 1], tolerance=0.1)
assert 0.5 / 8 < np.abs(b).max() <= 1 / 8

# %% tags=["both"] name="arrays"
torch.manual_seed(42)
one = torch.nn.Linear(64, 32, dtype=torch.float64)
W, b = (p.detach().numpy() for p in one.parameters())
keras.utils.set_random_seed(42)
config = layer.get_config() | {"dtype": "float64"}
other = keras.layers.Dense.from_config(config)
other.build((None, 64))
assert np.abs(W.T - other.kernel.numpy()).max() > 0.01
other.set_weights([W.T, b])
agree(one(torch.tensor(images)), other(images),
      tolerance=1e-12)

# %% [markdown]
# ## What to remember
#
# | | PyTorch | TensorFlow (Keras) |
# |---|---|---|
# | dense kernel | $U(\pm1/\sqrt n)$, $n$ = fan-in | Glorot uniform <!-- shown: measured `np.abs(W)` --> |
# | dense bias | $U(\pm1/\sqrt n)$ | $0$ <!-- shown: measured `np.abs(b)` --> |
# | embedding | $N(0,1)$ | $U(\pm0.05)$ <!-- shown: others `tenths` --> |
# | LSTM's recurrent kernel | $U(\pm1/\sqrt h)$ | orthonormal rows <!-- shown: lstm `agree(U` --> |
# | LSTM's bias | two vectors | forget gate $1$ <!-- shown: lstm `agree(b` --> |
# | LSTM's gates | i, f, g, o | i, f, g, o <!-- shown: gates `agree(h` --> |
# | GRU's gates | reset, update, new | update, reset, new <!-- shown: gates `agree(state` --> |
#
# Linear layers and small tanh want $n\sigma^2=1$, ReLU $2$. Weights must differ,
# biases needn't.
#
# **Next:** the quiz, the exercises in their order, then
# [05 Training loops](05_training_loops.ipynb). <!-- no claim -->

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer. The cells at the end show the answers
# to 1–4 and 6, section 7 that to 5. <!-- no claim -->
#
# **1.** Twenty linear layers of width 100, weights with standard deviation
# 0.05. <!-- no claim --> What is left of the input's standard deviation, about?
#
# - **A** $10^{-6}$
# - **B** $10^{-12}$
# - **C** 1
#
# <details><summary>Answer</summary>
#
# **A.** $n\sigma^2=100\cdot0.0025=1/4$ per layer in mean square, ½ in
# standard deviation, and $2^{-20}\approx10^{-6}$. <!-- shown: answers `h.std()` -->
# B is the mean square. C would need $\sigma=0.1$.
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
# **A:** PyTorch's bound is $1/\sqrt{400}$. <!-- shown: quiz --> B is He's
# uniform bound $\sqrt{6/400}$, which the function's name suggests. C is
# Glorot's, $\sqrt{6/500}$.
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
# **A**, $\sqrt{2/50}$. <!-- shown: answers `out` --> B is $\sqrt{1/50}$: right
# without ReLU. C is $\sqrt{2/200}$, which keeps the gradient on the way back.
# </details>
#
# **4.** One hidden tanh layer; all weights start at 0, but the hidden biases are
# random. <!-- no claim --> Will the hidden units' weights come to differ?
#
# - **A** Yes
# - **B** No, all gradients are 0
# - **C** No, they stay twins
#
# <details><summary>Answer</summary>
#
# **A.** The biases make the hidden outputs differ, so the output weights get
# different gradients in the first step. <!-- shown: answers `dV` --> Later steps
# make the input weights differ too. <!-- shown: answers `W[:3, 0]` --> B and C
# hold when the biases are $0$ as well, as in section 2. <!-- shown: twins `0 * V0` -->
# </details>
#
# **5.** The Glorot bound of a Keras kernel of shape (3, 3, 64, 128)?
#
# - **A** $\sqrt{6/(64+128)}\approx0.177$
# - **B** $\sqrt{6/(576+1152)}\approx0.059$
# - **C** $1/\sqrt{576}\approx0.042$
#
# <details><summary>Answer</summary>
#
# **B.** Both of Keras's fans count the kernel's area,
# 9. <!-- shown: others `agree(top` --> A forgets it. C is PyTorch's default for
# that layer. <!-- shown: others `agree(top` -->
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
# **B.** Keras's order is i, f, g, o, with two units each, and the forget gate
# is second. <!-- shown: quiz --> A is the input gate, C the output gate.
# </details>
#
# **7.** *Asked in interviews:* what are vanishing gradients, and what does
# initialization have to do with them?
#
# <details><summary>A model answer</summary>
#
# Backpropagation multiplies one factor per layer, about
# $n\sigma^2\,\mathrm{E}[f'(z)^2]$ for the gradient's mean square. Below $1$,
# the gradient shrinks exponentially with depth; above $1$, it explodes. The
# initialization sets $\sigma$, hence the factor *at the start*. The factor must
# be $1$: that needs $\sigma^2=1/n$ for linear layers and small tanh, $2/n$ for
# ReLU. Two things are often said wrongly. One is that ReLU alone cures it: half
# the mean square is still lost per layer, unless the weights make up for
# it. <!-- shown: activations `"ReLU, 1"` --> The other is that PyTorch's default
# is He's initialization, because its code calls
# `kaiming_uniform_`. <!-- shown: source `calls[0]` --> With `a=√5`, the variance
# of PyTorch's weights is a sixth of He's. <!-- shown: measured `W.var()` --> Where
# the factor isn't $1$, residual connections and normalisation still let the
# gradient arrive. <!-- shown: cures `far.values()` -->
# </details>

# %% name="answers"
h = rng.standard_normal((1000, 100))
for _ in range(20):
    h = h @ rng.normal(0, 0.05, (100, 100))
assert 1e-7 < h.std() < 1e-5  # 1
h = rng.standard_normal((5000, 50))
out = np.maximum(h @ rng.normal(0, 0.2, (50, 200)), 0)
agree((out**2).mean(), 1, tolerance=0.1)  # 3
ones = np.ones((8, 4), "float32")
ones[:, :3] = rng.standard_normal((8, 3))
W = np.zeros((4, 2), "float32")
W[3] = 0.5, -1  # the hidden biases
dW, dV = map(np.asarray, slopes(ones, y, W, 0 * V0))
assert np.ptp(dV) > 1e-3
W = descend(slopes, W, 0 * V0, ones)
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
