# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Porting: the same model, proved
#
# **Porting** a model means to write it again in the other framework, so that the same
# input gives the same output, and the same training gives the same weights. You need
# three lessons: [Tensors](01_tensors.ipynb), [Autograd](02_autograd.ipynb) and
# [Training loops](05_training_loops.ipynb). Afterwards you can
#
# - carry the weights of each common layer from PyTorch to Keras, and back,
# - find the first layer in which two models differ,
# - show that two models train alike, step by step,
# - say how far apart two *equal* models may drift,
# - plan a migration with a checklist.
#
# | Section | Minutes |
# |---|---|
# | 1. The same weights, other axes | 5 |
# | 2. Convolutions | 4 |
# | 3. Depthwise and transposed | 5 |
# | 4. The dense layer after a flatten | 5 |
# | 5. Batch norm and layer norm | 2 |
# | 6. Embedding and LSTM | 3 |
# | 7. GRU | 4 |
# | 8. Attention (*second reading*) | 2 |
# | 9. Float64, the microscope | 2 |
# | 10. First gate: ten samples | 6 |
# | 11. Second gate: one step | 4 |
# | 12. Third gate: ten epochs | 6 |
# | 13. What accuracy misses | 4 |
# | 14. One file, two frameworks (*second reading*) | 1 |
# | 15. The checklist | 1 |
# | Quiz | 8 |
#
# Exercises are in
# [08_porting_exercises](../exercises/08_porting/08_porting_exercises.ipynb).

# %% tags=["torch", "nbval-ignore-output"] pair="setup"
import torch
from torch import nn
import torch.nn.functional as F

torch.set_num_threads(1)  # small models: faster
torch.set_float32_matmul_precision("highest")
torch.backends.cudnn.allow_tf32 = False
print("torch", torch.__version__)

# %% tags=["tensorflow", "nbval-ignore-output"] pair="setup"
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
import tensorflow as tf
import keras
from keras import layers
from grader import device

device("tensorflow")  # before it takes the whole card
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
config = tf.config.experimental
config.enable_tensor_float_32_execution(False)
print("keras", keras.__version__)

# %% tags=["nbval-ignore-output"] name="numbers"
import numpy as np
from scipy.special import erf, expit, ndtr, softmax
from sklearn.datasets import load_digits
from grader import agree, predict, reveal
from grader.pictures import axes_plots, porting_plots
from grader.pictures.porting import numpy_model

def whole(seed, *shape):
    """Small whole numbers: products of them are exact."""
    rng = np.random.default_rng(seed)
    return rng.integers(-3, 4, shape).astype(np.float32)

print("numpy", np.__version__)

# %% tags=["torch"] pair="load"
def load_torch(layer, arrays):
    tensors = {}
    for name, array in arrays.items():
        tensors[name] = torch.tensor(array)
    layer.load_state_dict(tensors)
    return layer

# %% tags=["tensorflow"] pair="load"
def load_keras(layer, arrays, *shapes):
    if not layer.built:
        layer.build(*shapes)  # makes the weights
    layer.set_weights(arrays)
    return layer

# %% [markdown]
# ## 1. The same weights, other axes
#
# A colleague sends you the weights of a trained PyTorch model as NumPy arrays, and you
# write the model in Keras. <!-- no claim --> The first layer is dense: it multiplies the
# input by a weight array and adds a bias. PyTorch keeps that array as (out, in), which
# means one row for each output. <!-- shown: dense --> Keras keeps it as (in, out) and calls
# it the *kernel*. <!-- shown: dense -->
#
# By hand, for the input $(1,10)$, the rows $(1,2)$ and $(3,4)$, and the biases $5$ and $6$:
# the first output is
# $1\cdot 1 + 2\cdot 10 + 5 = 26$, and the second is
# $3\cdot 1 + 4\cdot 10 + 6 = 49$.
#
# This weight array is square. *Predict:* what happens if you hand it over as it is?

# %% name="dense_by_hand"
predict("porting.square", ..., a="an error",
        b="the same output", c="another output")
weight = np.array([[1, 2], [3, 4]], np.float32)
bias = np.array([5, 6], np.float32)
x = np.array([[1, 10]], np.float32)
by_hand = x @ weight.T + bias

# %% tags=["torch"] pair="dense"
arrays = {"weight": weight, "bias": bias}
layer = load_torch(nn.Linear(2, 2), arrays)
output = layer(torch.tensor(x))
print(output.tolist())
agree(output, by_hand)

# %% tags=["tensorflow"] pair="dense"
arrays = [weight.T, bias]
layer = load_keras(layers.Dense(2), arrays, (None, 2))
output = layer(x)
print(output.numpy().tolist())
agree(output, by_hand)

# %% tags=["torch"] pair="square"
arrays = {"weight": weight.T, "bias": bias}
layer = load_torch(nn.Linear(2, 2), arrays)
output = layer(torch.tensor(x))
print(output.tolist())
agree(output, [[36, 48]])

# %% tags=["tensorflow"] pair="square"
arrays = [weight, bias]
layer = load_keras(layers.Dense(2), arrays, (None, 2))
output = layer(x)
print(output.numpy().tolist())
agree(output, [[36, 48]])

# %% name="dense_axes"
reveal("porting.square", "c")
wide = whole(0, 2, 3)
kernel = wide.T
axes_plots.axes_moved(
    wide, kernel, "out in -> in out",
    titles=("PyTorch: Linear.weight", "Keras: Dense.kernel"))

# %% [markdown]
# **How it breaks.** The second pair of cells hands the array over as it is. Nothing raises,
# because its shape is the same. If the sizes differ, both frameworks refuse it.
#
# In the picture, each box is an axis with its size, and each arrow shows where that axis
# goes. It says nothing of the values, because they do not change.
#
# **You try:** give the layer 3 inputs and 5 outputs: change `whole(0, 2, 3)`. Which
# shape does Keras expect? <!-- try: dense_axes `whole(0, 2, 3)` with `whole(0, 5, 3)`; dense_axes + `assert kernel.shape == (3, 5)` -->
#
# <details><summary>Answer</summary>
#
# `(3, 5)`: the inputs come first. Keras would refuse PyTorch's array of shape `(5, 3)`.
#
# </details>
#
# ## 2. Convolutions
#
# *The weight of a convolution has four axes. Which order does each framework use?*
#
# A convolution moves a small window over an image. At each place it multiplies the
# numbers in the window by the weights and adds the products. PyTorch's images are
# (batch, channel, row, column), and its weight is (out, in, row,
# column). <!-- shown: conv --> Keras's images are (batch, row, column, channel), and its
# kernel is (row, column, in, out). <!-- shown: conv -->
#
# The first cell computes one output number in NumPy, so that each half can be checked
# alone. The last pair has stride 2, which means that the window moves two places at a
# time. <!-- no claim -->

# %% name="convolve"
weight = whole(1, 2, 3, 3, 2)  # out, in, row, column
bias = whole(2, 2)
image = whole(3, 1, 3, 5, 4)  # 1 image, 3 channels
window = image[0, :, 0:3, 0:2]
by_hand = np.sum(window * weight[1]) + bias[1]
print("output 1, first place:", by_hand)

# %% name="conv_axes"
kernel = np.transpose(weight, (2, 3, 1, 0))
axes_plots.axes_moved(
    weight, kernel,
    "out in row column -> row column in out",
    titles=("PyTorch: Conv2d.weight",
            "Keras: Conv2D.kernel"))

# %% tags=["torch"] pair="conv"
arrays = {"weight": weight, "bias": bias}
layer = load_torch(nn.Conv2d(3, 2, (3, 2)), arrays)
output = layer(torch.tensor(image))
print(tuple(output.shape))
agree(output[0, 1, 0, 0], by_hand)

# %% tags=["tensorflow"] pair="conv"
layer = layers.Conv2D(2, (3, 2))
load_keras(layer, [kernel, bias], (None, 5, 4, 3))
output = layer(np.moveaxis(image, 1, -1))
print(tuple(output.shape))
agree(output[0, 0, 0, 1], by_hand)

# %% tags=["torch"] pair="same_stride"
line = torch.arange(1.0, 9).reshape(1, 1, 8)
tens = np.float32([1, 10, 100]).reshape(1, 1, 3)
layer = nn.Conv1d(1, 1, 3, stride=2, padding=1,
                  bias=False)
output = load_torch(layer, {"weight": tens})(line)
print("padding=1:", output.flatten().tolist())
agree(output.flatten(), [210, 432, 654, 876])
layer.padding = (0,)
padded = layer(F.pad(line, (0, 1))).flatten()
print("F.pad:", padded.tolist())
agree(padded, [321, 543, 765, 87])

# %% tags=["tensorflow"] pair="same_stride"
line = tf.reshape(tf.range(1.0, 9), (1, 8, 1))
tens = np.float32([1, 10, 100]).reshape(3, 1, 1)
layer = layers.Conv1D(1, 3, 2, "same", use_bias=False)
output = load_keras(layer, [tens], (None, 8, 1))(line)
print("same:", output.numpy().ravel().tolist())
agree(output.numpy().ravel(), [321, 543, 765, 87])

# %% [markdown]
# Rows and columns stay in their order, and neither framework flips the
# window. <!-- shown: conv --> The picture could not show a flip, because a flip leaves
# every axis in its place.
#
# **How it breaks.** The weights are right, but the borders are not. Keras's
# `padding="same"` adds as few zeros as possible, and puts an odd one at the
# end. <!-- shown: same_stride `[321` --> PyTorch's `padding=1` adds one zero at both
# ends. <!-- shown: same_stride `[210` --> The weights are 1, 10 and 100, so that each output
# shows which inputs it has seen: 210 is
# $1\cdot 0 + 10\cdot 1 + 100\cdot 2$. <!-- no claim -->
#
# The cure is to pad by hand. For $n$ inputs, a window of $k$ and stride $s$, the number of
# zeros that `same` adds is:
#
# $$\max\left((\lceil n/s\rceil - 1)\,s + k - n,\; 0\right)$$
#
# Half of them, rounded down, go before the input, and the rest go behind it. With
# `F.pad`, PyTorch gives the same numbers as
# Keras. <!-- shown: same_stride `agree(padded`, same_stride `[321, 543, 765, 87])` -->
#
# **You try:** the input has 7 numbers in place of 8. Is `padding=1` right? <!-- try: nothing -->
#
# <details><summary>Answer</summary>
#
# Yes. Four outputs need $3\cdot 2 + 3 - 7 = 2$ zeros, which means one on each side. So a
# port can be right for one image size and wrong for the next.
#
# </details>
#
# ## 3. Depthwise and transposed
#
# *Two relatives of the convolution have their axes in yet another order. In which of
# them can a mistake be silent?*
#
# A **depthwise convolution** gives each channel a window of its own, and does not mix
# channels. In PyTorch it is a convolution with as many groups as channels, and its
# weight is (channel, 1, row, column). <!-- shown: depthwise --> Keras's kernel is (row,
# column, channel, 1). <!-- shown: depthwise -->
#
# A **transposed convolution** makes a larger output from a smaller input. Each input
# number writes a copy of the window, multiplied by that number, into the output, and
# copies that overlap are added. By hand, `full` is the sum of two copies, which begin two
# places apart. <!-- no claim -->
#
# Both layers keep four of these five numbers. Keras's `same` keeps the first
# four. <!-- shown: transposed `full[0:4]` --> PyTorch's usual way to this size, `padding=1`
# with `output_padding=1`, keeps the last four. <!-- shown: transposed `full[1:5]` --> If
# $k - s = 1$, as here, the cure is to leave both arguments out and to cut the end off.
#
# The weight of a transposed convolution is (in, out, place) in PyTorch, and (place, out,
# in) in Keras. <!-- no claim --> If *in* and *out* have one size, a mistake is silent.
#
# **You try:** set the last number of `window` to 0. Which numbers overlap
# now? <!-- try: transposed_by_hand `[1.0, 2, 3]` with `[1.0, 2, 0]`; transposed_by_hand + `assert full.tolist() == [1, 2, 10, 20, 0]` -->
#
# <details><summary>Answer</summary>
#
# None: the output is 1, 2, 10, 20, 0, and nothing is lost by cutting the end off.
#
# </details>

# %% name="depthwise_by_hand"
weight, bias = whole(4, 4, 1, 3, 3), whole(5, 4)
kernel = np.transpose(weight, (2, 3, 0, 1))
image = whole(6, 1, 4, 5, 5)
window = image[0, 2, 0:3, 0:3]  # channel 2 alone
by_hand = np.sum(window * weight[2, 0]) + bias[2]
print("channel 2, first place:", by_hand)
axes_plots.axes_moved(
    weight, kernel,
    "channel one row column -> row column channel one",
    titles=("PyTorch: Conv2d.weight, 4 groups",
            "Keras: DepthwiseConv2D.kernel"))

# %% tags=["torch"] pair="depthwise"
arrays = {"weight": weight, "bias": bias}
layer = nn.Conv2d(4, 4, kernel_size=3, groups=4)
output = load_torch(layer, arrays)(torch.tensor(image))
print(tuple(output.shape))
agree(output[0, 2, 0, 0], by_hand)

# %% tags=["tensorflow"] pair="depthwise"
layer = layers.DepthwiseConv2D(kernel_size=3)
load_keras(layer, [kernel, bias], (None, 5, 5, 4))
output = layer(np.moveaxis(image, 1, -1))
print(tuple(output.shape))
agree(output[0, 0, 0, 2], by_hand)

# %% name="transposed_by_hand"
window = np.array([1.0, 2, 3], np.float32)
full = np.zeros(5)
full[0:3] += 1 * window
full[2:5] += 10 * window
print(full)
many = whole(7, 3, 2, 4)
axes_plots.axes_moved(
    many, np.transpose(many, (2, 1, 0)),
    "in out place -> place out in",
    titles=("PyTorch: ConvTranspose1d.weight",
            "Keras: Conv1DTranspose.kernel"))

# %% tags=["torch"] pair="transposed"
layer = nn.ConvTranspose1d(1, 1, 3, 2, bias=False,
                           padding=1, output_padding=1)
load_torch(layer, {"weight": window.reshape(1, 1, 3)})
output = layer(torch.tensor([[[1.0, 10.0]]])).flatten()
print(output.tolist())
agree(output, full[1:5])

# %% tags=["tensorflow"] pair="transposed"
layer = layers.Conv1DTranspose(
    1, 3, strides=2, padding="same", use_bias=False)
load_keras(layer, [window.reshape(3, 1, 1)], (1, 2, 1))
output = layer(np.float32([[[1], [10]]])).numpy()
print(output.ravel().tolist())
agree(output.ravel(), full[0:4])

# %% [markdown]
# ## 4. The dense layer after a flatten
#
# *A flatten has no weights. Why is the layer behind it wrong?*
#
# A **flatten** writes all channels of all places as one row. PyTorch writes channel by
# channel. <!-- shown: flatten `[1, 2` --> Keras writes place by place, with all channels of
# a place together. <!-- shown: flatten `[1, 10` --> So the inputs of the next dense layer
# arrive in another order, and the rows of its kernel must be sorted in the same way.
#
# *Predict:* the feature map has 2 channels of 2 × 2 places. <!-- shown: after_flatten --> At
# how many of the 8 positions do both frameworks write the same number?

# %% name="after_flatten"
predict("porting.flatten", ...)
feature = np.array([[[[1, 2], [3, 4]],
                     [[10, 20], [30, 40]]]], np.float32)
weight = whole(8, 3, 8)
expected = feature.reshape(1, 8) @ weight.T

def after_flatten(weight, channels, rows, columns):
    maps = weight.reshape(-1, channels, rows, columns)
    maps = np.moveaxis(maps, 1, -1)  # channels last
    return maps.reshape(len(weight), -1).T

kernel = after_flatten(weight, 2, 2, 2)
print(expected)
assert feature.shape == (1, 2, 2, 2)

# %% tags=["torch"] pair="flatten"
flat = nn.Flatten()(torch.tensor(feature))
print("flat:", flat.tolist())
agree(flat, [[1, 2, 3, 4, 10, 20, 30, 40]])
layer = nn.Linear(8, 3, bias=False)
for array in kernel.T, weight:
    output = load_torch(layer, {"weight": array})(flat)
    print(output.tolist())
agree(output, expected)  # the second is right

# %% tags=["tensorflow"] pair="flatten"
flat = layers.Flatten()(np.moveaxis(feature, 1, -1))
print("flat:", flat.numpy().tolist())
agree(flat, [[1, 10, 2, 20, 3, 30, 4, 40]])
layer = layers.Dense(3, use_bias=False)
for array in weight.T, kernel:
    output = load_keras(layer, [array], (1, 8))(flat)
    print(output.numpy().tolist())
agree(output, expected)  # the second is right

# %% name="flatten_axes"
reveal("porting.flatten", 2)
channels, rows, columns = 2, 2, 2
kernel = after_flatten(weight, channels, rows, columns)
axes_plots.axes_moved(
    weight, kernel,
    "out (channel row column) -> (row column channel) out",
    sizes={"channel": channels, "row": rows},
    titles=("PyTorch: Linear.weight", "Keras: Dense.kernel"))

def before_flatten(kernel, channels, rows, columns):
    maps = kernel.T.reshape(-1, rows, columns, channels)
    maps = np.moveaxis(maps, -1, 1)  # channels first
    return maps.reshape(kernel.shape[1], -1)

# %% [markdown]
# **How it breaks.** A plain transposition has the right shape, so that nothing raises, and
# the numbers are wrong. Section 13 measures what that costs.
#
# In the picture, three axes are merged into one, and the channel moves from the first
# place among them to the last.
#
# **You try:** what if each channel has one place only? Set the three sizes to `8, 1, 1`,
# and compare `kernel` with `weight.T`. <!-- try: flatten_axes `= 2, 2, 2` with `= 8, 1, 1`; flatten_axes + `assert np.array_equal(kernel, weight.T)` -->
#
# <details><summary>Answer</summary>
#
# They are equal, because there is nothing to sort.
#
# </details>
#
# ## 5. Batch norm and layer norm
#
# *All four arrays are copied without a mistake. Why can the output still be wrong?*
#
# In evaluation, batch norm subtracts a stored mean, divides by a stored standard
# deviation, multiplies by a scale and adds a shift. The stored arrays are the [running
# statistics](07_hidden_defaults.ipynb), averages over the batches of training. All four arrays have one axis, so that
# only the names differ:
#
# | | PyTorch | Keras |
# |---|---|---|
# | scale | `weight` | `gamma` <!-- shown: norm `agree` --> |
# | shift | `bias` | `beta` <!-- shown: norm `agree` --> |
# | mean | `running_mean` | `moving_mean` <!-- shown: norm `agree` --> |
# | variance | `running_var` | `moving_variance` <!-- shown: norm `agree` --> |
#
# PyTorch's `parameters()` has the first two only. <!-- shown: norm `.parameters())) == 2` -->
# Keras's `trainable_weights` agree. <!-- shown: norm `trainable_weights) == 2` --> If you
# copy these alone, the running statistics stay where they began.
#
# **How it breaks.** Both divide by $\sqrt{\text{variance} + \varepsilon}$, where the small
# number $\varepsilon$ prevents a division by zero. The default is 1e-5 in
# PyTorch. <!-- shown: norm `eps == 1e-5` --> It is 1e-3 in
# Keras. <!-- shown: norm `epsilon == 1e-3` --> It belongs to the layer and not to the
# arrays, so that no copy of weights carries it over. In the cell, a channel has a small
# variance, and the smaller $\varepsilon$ gives an output that is three times larger.
#
# Layer norm has a scale and a shift, no running statistics, and the same trap.

# %% tags=["torch"] pair="norm"
assert nn.BatchNorm1d(1).eps == 1e-5
arrays = {"weight": np.float32([1]),
          "bias": np.float32([0]),
          "running_mean": np.float32([3]),
          "running_var": np.float32([1e-4])}
for epsilon in 1e-5, 1e-3:
    layer = nn.BatchNorm1d(1, eps=epsilon).eval()
    load_torch(layer, arrays)
    output = layer(torch.tensor([[3.03125]])).item()
    print(f"epsilon {epsilon}: {output:.2f}")
    right = 0.03125 / np.sqrt(1e-4 + epsilon)
    agree(output, right, tolerance=1e-5)
assert len(list(layer.parameters())) == 2

# %% tags=["tensorflow"] pair="norm"
assert layers.BatchNormalization().epsilon == 1e-3
arrays = np.float32([[1], [0], [3], [1e-4]])
for epsilon in 1e-5, 1e-3:
    layer = layers.BatchNormalization(epsilon=epsilon)
    load_keras(layer, arrays, (None, 1))
    output = layer(tf.constant([[3.03125]]))
    output = float(output[0, 0])
    print(f"epsilon {epsilon}: {output:.2f}")
    right = 0.03125 / np.sqrt(1e-4 + epsilon)
    agree(output, right, tolerance=1e-5)
assert len(layer.trainable_weights) == 2

# %% [markdown]
# ## 6. Embedding and LSTM
#
# *One framework's LSTM has two biases, and the other's has one. Where does the second one
# go?*
#
# An **embedding** is a table: it looks up one row for each number that comes in. Its
# array is (row, feature) in both frameworks, and is copied as it is.
#
# An LSTM reads a sequence step by step and keeps two vectors, $h$ and $c$. At each step
# it computes three gates ($i$: what enters, $f$: what stays, $o$: what is shown) and a
# candidate $g$. PyTorch and Keras stack the weights of all four as i, f, g, o (Keras's documentation writes c for
# g). <!-- shown: lstm --> Only the sum of PyTorch's two biases enters the formula, so that
# Keras's one bias is that sum. <!-- shown: lstm -->

# %% name="lstm_by_hand"
def lstm(sequence, arrays, units):
    h = c = np.zeros(units)
    for step in sequence:
        sums = arrays["weight_ih_l0"] @ step
        sums = sums + arrays["weight_hh_l0"] @ h
        sums += arrays["bias_ih_l0"] + arrays["bias_hh_l0"]
        i, f, g, o = np.split(sums, 4)
        c = expit(f) * c + expit(i) * np.tanh(g)
        h = expit(o) * np.tanh(c)
    return h

# %% name="lstm_axes"
table = whole(9, 5, 3) / 2  # 5 rows of 3 features
words = np.array([[4, 0, 2]])
arrays = {"weight_ih_l0": whole(10, 8, 3) / 4,
          "weight_hh_l0": whole(11, 8, 2) / 4,
          "bias_ih_l0": whole(12, 8) / 4,
          "bias_hh_l0": whole(13, 8) / 4}
expected = lstm(table[words[0]], arrays, units=2)
w_ih, w_hh, b_ih, b_hh = arrays.values()
kernels = [w_ih.T, w_hh.T, b_ih + b_hh]
axes_plots.axes_moved(
    w_ih, w_ih.T, "(gate unit) in -> in (gate unit)",
    orders={"gate": ("i f g o", "i f g o")},
    titles=("PyTorch: LSTM.weight_ih_l0",
            "Keras: LSTM, kernel"))

# %% tags=["torch"] pair="lstm"
rows = nn.Embedding(5, 3)
load_torch(rows, {"weight": table})
layer = load_torch(nn.LSTM(3, 2), arrays)
every_step, _ = layer(rows(torch.tensor(words[0])))
print(np.round(every_step[-1].tolist(), 4))
agree(every_step[-1], expected)

# %% tags=["tensorflow"] pair="lstm"
rows, layer = layers.Embedding(5, 3), layers.LSTM(2)
load_keras(rows, [table], (None,))
load_keras(layer, kernels, (None, None, 3))
output = layer(rows(words))[0]
print(np.round(output, 4))
agree(output, expected)

# %% tags=["torch"] pair="biases"
layer = load_torch(nn.LSTM(3, 2), arrays)
optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
every_step, _ = layer(torch.tensor(table[words[0]]))
every_step[-1].sum().backward()
optimizer.step()
after = (layer.bias_ih_l0 + layer.bias_hh_l0).detach()
gradient = layer.bias_ih_l0.grad
moved = (after - torch.tensor(kernels[2])) / gradient
print("gradient times", round(moved.mean().item(), 3))
agree(moved, np.full(8, -1.0), tolerance=1e-4)

# %% tags=["tensorflow"] pair="biases"
layer = load_keras(layers.LSTM(2), kernels,
                   (None, None, 3))
with tf.GradientTape() as tape:
    output = tf.reduce_sum(layer(table[words]))
weights = layer.trainable_variables
gradients = tape.gradient(output, weights)
keras.optimizers.SGD(0.5).apply(gradients, weights)
moved = (weights[2] - kernels[2]) / gradients[2]
print("gradient times", np.round(np.mean(moved), 3))
agree(moved, np.full(8, -0.5), tolerance=1e-4)

# %% [markdown]
# **How it breaks.** The outputs are equal, but training is not. PyTorch trains two vectors,
# and each moves by the rate, 0.5, times the gradient, so that their sum moves by 1 times the
# gradient. <!-- shown: biases `-1.0` --> Keras's one bias moves by
# 0.5. <!-- shown: biases `-0.5` --> The cure is to set PyTorch's `bias_ih_l0` to the sum
# and `bias_hh_l0` to zero, frozen with `requires_grad_(False)`. <!-- no claim -->
#
# ## 7. GRU
#
# *Are the blocks of a GRU stacked in the same order, too?*
#
# A GRU has two gates, reset $r$ and update $z$, and a candidate $n$. PyTorch stacks them
# as r, z, n. <!-- shown: gru --> Keras stacks them as z, r, n (its documentation writes h
# for n). <!-- shown: gru --> Here both biases are kept, because $r$ multiplies the second
# one:
#
# $$n = \tanh(W_{in}\,x + b_{in} + r \cdot (W_{hn}\,h + b_{hn}))$$
#
# Keras holds the two biases as two rows of one array. <!-- shown: gru -->
#
# **How it breaks.** All shapes fit if you forget the order, so that the output is wrong
# without an error, as the last pair of cells shows. With `reset_after=False`, Keras
# computes another formula, with one bias ([from the
# documentation](https://keras.io/api/layers/recurrent_layers/gru/)).

# %% name="gru_axes"
arrays = {"weight_ih_l0": whole(14, 6, 3) / 2,
          "weight_hh_l0": whole(15, 6, 2) / 2,
          "bias_ih_l0": whole(16, 6) / 4,
          "bias_hh_l0": whole(17, 6) / 4}

def reordered(array):
    r, z, n = np.split(array, 3)
    return np.concatenate([z, r, n])

w_ih, w_hh, b_ih, b_hh = arrays.values()
axes_plots.axes_moved(
    w_ih, reordered(w_ih).T,
    "(gate unit) in -> in (gate unit)",
    orders={"gate": ("r z n", "z r n")},
    titles=("PyTorch: GRU.weight_ih_l0", "Keras: GRU, kernel"))

# %% name="gru_by_hand"
expected = numpy_model.gru(table[words[0]], arrays)
unordered = [w_ih.T, w_hh.T, np.stack([b_ih, b_hh])]
mixed = {k: reordered(v) for k, v in arrays.items()}
w_ih, w_hh, b_ih, b_hh = mixed.values()
kernels = [w_ih.T, w_hh.T, np.stack([b_ih, b_hh])]
print(expected.round(4))

# %% tags=["torch"] pair="gru"
layer = load_torch(nn.GRU(3, 2), arrays)
every_step, _ = layer(torch.tensor(table[words[0]]))
print(np.round(every_step[-1].tolist(), 4))
agree(every_step[-1], expected)

# %% tags=["tensorflow"] pair="gru"
layer = layers.GRU(2)
load_keras(layer, kernels, (None, None, 3))
output = layer(table[words])[0]
print(np.round(output, 4))
agree(output, expected)

# %% tags=["torch"] pair="unordered"
layer = load_torch(nn.GRU(3, 2), mixed)
every_step, _ = layer(torch.tensor(table[words[0]]))
wrong = every_step[-1].detach().numpy()
print(wrong.round(4))
assert np.abs(wrong - expected).max() > 0.1

# %% tags=["tensorflow"] pair="unordered"
layer = layers.GRU(2)
load_keras(layer, unordered, (None, None, 3))
wrong = layer(table[words])[0].numpy()
print(wrong.round(4))
assert np.abs(wrong - expected).max() > 0.1

# %% [markdown]
# **You try:** in the first pair of cells, hand over what the second got: `mixed` in
# PyTorch, `unordered` in Keras. What raises? <!-- try: gru `nn.GRU(3, 2), arrays)` with `nn.GRU(3, 2), mixed)`; gru `load_keras(layer, kernels` with `load_keras(layer, unordered` raises -->
#
# <details><summary>Answer</summary>
#
# Only `agree`, because it compares with NumPy. It names the first number that differs.
#
# </details>
#
# ## 8. Attention
#
# *Second reading.* *One array becomes three. How is it cut?*
#
# **Attention** lets each step of a sequence take a weighted average over all steps. Each
# step gets a query, a key and a value, and comparing queries with keys gives the weights.
# The layer does so several times side by side, in its **attention heads**. If queries, keys
# and values have equally many features, PyTorch stacks their weights in one array, and the
# heads within each of the three. <!-- shown: attention --> Keras has a kernel (in, head, size) for each of the
# three. <!-- shown: attention --> Its last kernel is (head, size, out). <!-- shown: attention -->
#
# **How it breaks.** If you cut the features as (size, head), all shapes fit, and the
# numbers are wrong. Masks are another trap: `True` means *ignore* in PyTorch's
# `nn.MultiheadAttention` and *attend* in Keras ([from the
# documentation](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html)).

# %% name="attention_axes"
arrays = {"in_proj_weight": whole(18, 12, 4) / 4,
          "in_proj_bias": whole(19, 12) / 4,
          "out_proj.weight": whole(20, 4, 4) / 4,
          "out_proj.bias": whole(21, 4) / 4}
query = arrays["in_proj_weight"][:4]
kernel = query.T.reshape(4, 2, 2)  # in, head, size
axes_plots.axes_moved(
    query, kernel, "(head size) in -> in head size",
    titles=("PyTorch: in_proj_weight, first third",
            "Keras: query, kernel"))

# %% name="attention_by_hand"
x = whole(22, 3, 4) / 4  # 3 steps of 4 features
expected = numpy_model.attention(x, arrays, heads=2)
kernels = []
for part in range(3):  # query, key, value
    third = np.split(arrays["in_proj_weight"], 3)[part]
    bias = np.split(arrays["in_proj_bias"], 3)[part]
    kernels += [third.T.reshape(4, 2, 2),
                bias.reshape(2, 2)]
output = arrays["out_proj.weight"].T.reshape(2, 2, 4)
kernels += [output, arrays["out_proj.bias"]]

# %% tags=["torch"] pair="attention"
layer = nn.MultiheadAttention(4, 2, batch_first=True)
load_torch(layer, arrays)
sequence = torch.tensor(x)[None]
output, _ = layer(sequence, sequence, sequence)
print(np.round(output[0, 0].tolist(), 4))
agree(output[0], expected)

# %% tags=["tensorflow"] pair="attention"
layer = layers.MultiHeadAttention(2, key_dim=2)
load_keras(layer, kernels, (None, 3, 4), (None, 3, 4))
output = layer(x[None], x[None])
print(np.round(output[0, 0], 4))
agree(output[0], expected)

# %% [markdown]
# ## 9. Float64, the microscope
#
# *Two outputs differ in the seventh digit. Is that a mistake, or rounding?*
#
# In float32 you cannot know. A float32 number has about seven digits, and two correct
# programs that add the same numbers in another order can differ in the last ones. A float64
# number has about sixteen digits, so that a real difference stands out. So prove a port in
# float64, even if the model later runs in float32.
#
# Switching is a trap in each framework. A PyTorch layer with weights refuses float64 input
# until you switch the layer. <!-- shown: refused `"same dtype"` --> If its weights are loaded before
# `double()`, PyTorch has rounded them to float32 already. <!-- shown: traps `rounded != 0.1` -->
# A Keras layer casts float64 input to float32 and says nothing. <!-- shown: refused `cast.dtype` -->
# `set_floatx("float64")` alone does not change Keras's layers, if a layer was made or a
# policy set before. <!-- shown: traps `alone.dtype` --> `set_dtype_policy("float64")` alone
# does not change Keras's losses. <!-- shown: traps `loss.dtype` --> Call both, before you
# build anything.

# %% tags=["torch"] pair="refused"
try:
    nn.Linear(2, 2)(torch.ones(1, 2).double())
except RuntimeError as error:
    message = str(error)
print(message)
assert "same dtype" in message

# %% tags=["tensorflow"] pair="refused"
keras.config.set_dtype_policy("float32")  # the default
doubles = tf.constant([[0.1, 0.2]], tf.float64)
cast = layers.Dense(2)(doubles)
print("output:", cast.dtype.name)
assert cast.dtype == tf.float32

# %% tags=["torch"] pair="traps"
tenths = {"weight": np.full((2, 2), 0.1),
          "bias": np.zeros(2)}
layer = load_torch(nn.Linear(2, 2), tenths).double()
rounded = layer.weight[0, 0].item()
print("loaded before double():", rounded)
assert rounded != 0.1

# %% tags=["tensorflow"] pair="traps"
keras.config.set_floatx("float64")
alone = layers.Dense(2)(doubles)
print("set_floatx alone:", alone.dtype.name)
assert alone.dtype == tf.float32
keras.config.set_floatx("float32")
keras.config.set_dtype_policy("float64")
loss = keras.losses.MeanSquaredError()(alone, doubles)
print("set_dtype_policy alone, loss:", loss.dtype.name)
assert loss.dtype == tf.float32
keras.config.set_floatx("float64")  # now both

# %% [markdown]
# ## 10. First gate: ten samples
#
# A **gate of a port** is a check that the port must pass before you go on. There are
# three. At the first gate, ten samples go through both models, and the outputs are
# compared after each layer. You look at the first that differs, because all later ones
# differ as a consequence.
#
# Here is the model, a small network for images of handwritten digits. One of its
# activations is **GELU**, which multiplies $x$ by the probability that a normal random
# number is below $x$. `ported` carries its arrays over, with the rules of the sections
# above. <!-- no claim --> `numpy_model.forward` is the whole model in NumPy, so that each
# half can be checked alone. <!-- no claim -->

# %% name="start"
digits = load_digits()
images = digits.images[:, None] / 16  # (1797, 1, 8, 8)
labels = digits.target
rng = np.random.default_rng(0)
train, test = np.split(rng.permutation(1797), [1200])
start = {
    "conv1.weight": rng.normal(0, 0.3, (8, 1, 3, 3)),
    "conv1.bias": rng.normal(0, 0.1, 8),
    "norm.weight": np.ones(8), "norm.bias": np.zeros(8),
    "norm.running_mean": np.zeros(8),
    "norm.running_var": np.ones(8),
    "conv2.weight": rng.normal(0, 0.12, (16, 8, 3, 3)),
    "conv2.bias": rng.normal(0, 0.1, 16),
    "dense.weight": rng.normal(0, 0.06, (10, 256)),
    "dense.bias": np.zeros(10)}

# %% name="ported"
def ported(arrays):
    """PyTorch's arrays, by name, in Keras's layout."""
    found = dict(arrays)
    for name in "conv1.weight", "conv2.weight":
        found[name] = np.transpose(arrays[name], (2, 3, 1, 0))
    found["dense.weight"] = after_flatten(
        arrays["dense.weight"], 16, 4, 4)
    return found

ten = images[test[:10]]
expected = numpy_model.forward(start, ten)
halves, runs, scores = {}, {}, {}

# %% tags=["torch"] pair="build"
exact = nn.GELU()

def build_torch(arrays, epsilon=1e-5, slope=0.125,
                gelu=exact, begin=0):
    module = nn.Sequential()
    for name, layer in {
            "conv1": nn.Conv2d(1, 8, 3, padding=1),
            "norm": nn.BatchNorm2d(8, eps=epsilon),
            "leaky": nn.LeakyReLU(slope),
            "pad": nn.ZeroPad2d((begin, 1, begin, 1)),
            "conv2": nn.Conv2d(8, 16, 3, stride=2),
            "gelu": gelu, "flatten": nn.Flatten(),
            "dense": nn.Linear(256, 10)}.items():
        module.add_module(name, layer)
    return load_torch(module.double(), arrays).eval()

# %% tags=["tensorflow"] pair="build"
def build_keras(arrays, epsilon=1e-5, slope=0.125,
                gelu="gelu", begin=0):
    model = keras.Sequential([
        keras.Input((8, 8, 1)),
        layers.Conv2D(8, 3, padding="same"),
        layers.BatchNormalization(
            momentum=0.9, epsilon=epsilon),
        layers.LeakyReLU(slope),
        layers.ZeroPadding2D(((begin, 1), (begin, 1))),
        layers.Conv2D(16, 3, strides=2),
        layers.Activation(gelu), layers.Flatten(),
        layers.Dense(10)])
    kernels = list(ported(arrays).values())
    return load_keras(model, kernels)

# %% tags=["torch"] pair="outputs"
def outputs_torch(module):
    found, x = {}, torch.tensor(ten)
    for name, layer in module.named_children():
        x = layer(x)
        found[name] = x.detach().numpy()
    return found

# %% tags=["tensorflow"] pair="outputs"
def outputs_keras(model):
    names = ["conv1", "norm", "leaky", "pad", "conv2",
             "gelu", "flatten", "dense"]
    found, x = {}, np.moveaxis(ten, 1, -1)
    for name, layer in zip(names, model.layers):
        x = layer(x).numpy()
        is_map = x.ndim == 4  # channels first, then
        found[name] = (
            np.moveaxis(x, -1, 1) if is_map else x)
    return found

# %% tags=["torch"] pair="both_outputs"
module = build_torch(start)
halves["PyTorch"] = outputs_torch(module)
planted = build_torch(start, epsilon=1e-3)
found = outputs_torch(planted)
halves["PyTorch, epsilon 1e-3"] = found

# %% tags=["tensorflow"] pair="both_outputs"
def exact_gelu(x):  # why: see below
    return x * (1 + tf.math.erf(x / 2 ** 0.5)) / 2

model = build_keras(start)
halves["Keras"] = outputs_keras(model)
planted = build_keras(start, epsilon=1e-3)
halves["Keras, epsilon 1e-3"] = outputs_keras(planted)
own = build_keras(start, gelu=exact_gelu)
halves["Keras, own GELU"] = outputs_keras(own)
x = halves["Keras"]["conv2"]
root = float(np.float32(0.5 ** 0.5))
narrow = x * (1 + erf(x * root)) / 2
agree(narrow, halves["Keras"]["gelu"], tolerance=1e-14)
off = np.abs(narrow - x * ndtr(x)).max()

# %% tags=["nbval-ignore-output"] name="first_difference"
def first_difference(found, tolerance=1e-12):
    for name, right in expected.items():
        error = np.abs(found[name] - right).max()
        if not error <= tolerance * np.abs(right).max():
            return name

porting_plots.by_layer(expected, halves)
firsts = {}
for half, found in halves.items():
    firsts[half] = first_difference(found)
    print(f"{half}: {firsts[half]}")
last = [h for h in halves if "epsilon" in h][-1]
assert firsts[last] == "norm"

# %% [markdown]
# The picture shows how far each layer is from NumPy's. Where $\varepsilon$ was changed on
# purpose, the first difference is `norm`. <!-- shown: first_difference -->
# Nobody planted the difference in Keras's GELU: TensorFlow 2.21, on the CPU, multiplies by
# $\sqrt{1/2}$ there, which it keeps as a float32
# number. <!-- shown: both_outputs `narrow` --> Understand such a difference before you
# decide. Here we write the formula ourselves, as `exact_gelu`, so that the next gates
# can be strict. <!-- no claim -->
#
# If both frameworks are installed, the course's tool `twin` does all this: `Twin` pairs the
# layers, `copy` carries the weights over, and `compare` is the first gate. <!-- no claim -->
#
# **You try:** set `tolerance` to 1e-6, about as far as float32 can see. Which
# finding is lost? <!-- try: first_difference `tolerance=1e-12` with `tolerance=1e-6`; first_difference + `assert set(firsts.values()) == {None, "norm"}` -->
#
# <details><summary>Answer</summary>
#
# The GELU. The wrong ε is still found, because it changes the fourth digit.
#
# </details>

# %% tags=["both", "nbval-ignore-output"] name="twin_first"
from twin import Twin

copied = keras.models.clone_model(model)  # new weights
pair = Twin(module, copied, ten)
pair.copy(to="keras")
result = pair.compare(ten)
print(result.first)
assert result.first.path == "gelu"
result.plot()

# %% [markdown]
# ## 11. Second gate: one step
#
# *The outputs are equal. Can one step of training still differ?*
#
# Yes: so far no loss, gradient or optimizer has run. At the second gate, both models make
# one step **in lock step**, which means from equal weights, with the same batch and
# without dropout, which is random. Compare in this order: batch, loss, gradients,
# weights, running statistics. The first that differs names the suspect: the data, the loss
# (or a layer in training mode), a gradient, the optimizer, or batch norm.
#
# The rate and the momentum are $3/16$ and $7/8$, because Keras's SGD rounds the momentum to
# float32 on TensorFlow, and float32 holds these exactly, but not 0.1. <!-- shown: rate -->

# %% name="rate"
rate, momentum = 3 / 16, 7 / 8
rows = train[:40]
expected = numpy_model.first_step(
    start, images[rows], labels[rows])
print("loss", round(expected["loss"], 6))
assert float(np.float32(0.1)) != 0.1

# %% tags=["torch"] pair="step"
def step_torch(module, optimizer, x, y):
    optimizer.zero_grad()
    loss = F.cross_entropy(module(x), y)
    loss.backward()
    optimizer.step()
    return loss

# %% tags=["tensorflow"] pair="step"
cross_entropy = (
    keras.losses.SparseCategoricalCrossentropy)

def step_keras(model, optimizer, x, y):
    loss_of = cross_entropy(from_logits=True)
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    weights = model.trainable_variables
    gradients = tape.gradient(loss, weights)
    optimizer.apply(gradients, weights)
    return loss, gradients

# %% tags=["torch"] pair="one_step"
module = build_torch(start).train()
optimizer = torch.optim.SGD(module.parameters(), rate)
x, y = map(torch.tensor, (images[rows], labels[rows]))
loss = step_torch(module, optimizer, x, y)
agree(loss, expected["loss"], tolerance=1e-12)
agree(module.dense.bias.grad, expected["gradient"])

# %% tags=["tensorflow"] pair="one_step"
model = build_keras(start, gelu=exact_gelu)
optimizer = keras.optimizers.SGD(rate)
x, y = np.moveaxis(images[rows], 1, -1), labels[rows]
loss, gradients = step_keras(model, optimizer, x, y)
agree(loss, expected["loss"], tolerance=1e-12)
agree(gradients[-1], expected["gradient"])

# %% tags=["torch"] pair="statistic"
share = 40 * 64 / (40 * 64 - 1)  # n / (n - 1)
variance = 0.9 + 0.1 * expected["variance"] * share
agree(module.norm.running_var, variance)
noise = module.conv1.bias.grad.abs().max().item()
print(f"largest gradient of conv1.bias: {noise:.0e}")
assert noise < 1e-13

# %% tags=["tensorflow"] pair="statistic"
variance = 0.9 + 0.1 * expected["variance"]
agree(model.layers[1].moving_variance, variance)
noise = np.abs(gradients[1]).max()
print(f"largest gradient of conv1.bias: {noise:.0e}")
assert noise < 1e-13

# %% [markdown]
# The running variance differs: for it, PyTorch divides the sum of a channel's squared
# deviations by $n - 1$ and Keras by $n$, which is $40\cdot 64$
# here. <!-- shown: statistic `agree` --> The lesson on
# [hidden defaults](07_hidden_defaults.ipynb) measures the cost.
#
# **How it breaks.** The gradient of `conv1.bias` is zero up to
# rounding. <!-- shown: statistic `noise` --> Batch norm subtracts the mean, and with it any
# bias that was added before. A **free weight** is one whose true gradient is always zero.
# Rounding moves it in another direction in each framework. In float32, Adam turns
# rounding into large steps, because Adam divides by the gradient's size. So compare each
# gradient with the *largest* gradient of the step, and list free weights. The bias of the
# keys in attention is free, too.
#
# ## 12. Third gate: ten epochs
#
# *Two correct ports train in float32 on the same batches. How far apart may their losses
# be after ten epochs?*
#
# To know that, you need a **control run**: the same framework against itself, with a
# change that alters nothing but rounding. Here each batch is given in reverse order, which
# changes only the last digits of its mean.
#
# *Predict* how far the control's loss differs in float32, at most, within ten epochs.

# %% name="batches"
predict("porting.control", ..., a="about 1e-7",
        b="about 1e-5", c="more than 1e-4")

def batches(reverse=False, epochs=10):
    rng = np.random.default_rng(1)
    for _ in range(epochs):
        for rows in rng.permutation(train).reshape(-1, 40):
            yield rows[::-1].copy() if reverse else rows

# %% tags=["torch"] pair="train"
def train_torch(dtype, gelu=exact, reverse=False):
    module = build_torch(start, gelu=gelu).train()
    module.to(getattr(torch, dtype))
    optimizer = torch.optim.SGD(
        module.parameters(), rate, momentum=momentum)
    losses = []
    for rows in batches(reverse):
        x = torch.tensor(images[rows].astype(dtype))
        y = torch.tensor(labels[rows])
        loss = step_torch(module, optimizer, x, y)
        losses.append(loss.item())
    return module, np.array(losses)

# %% tags=["tensorflow"] pair="train"
def train_keras(dtype, gelu=exact_gelu, reverse=False):
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    model = build_keras(start, gelu=gelu)
    optimizer = keras.optimizers.SGD(rate, momentum)
    optimizer.build(model.trainable_variables)
    step = tf.function(step_keras)  # a graph: faster
    losses = []
    for rows in batches(reverse):
        x = images[rows].astype(dtype)
        x, y = np.moveaxis(x, 1, -1), labels[rows]
        loss, _ = step(model, optimizer, x, y)
        losses.append(loss.numpy())
    return model, np.array(losses)

# %% tags=["torch"] pair="runs"
for dtype in "float32", "float64":
    key, tanh = "PyTorch " + dtype, nn.GELU("tanh")
    trained_torch, runs[key] = train_torch(dtype)
    _, runs[key + " tanh"] = train_torch(dtype, tanh)
    again = train_torch(dtype, reverse=True)
    runs[key + " reversed"] = again[1]

# %% tags=["tensorflow"] pair="runs"
for dtype in "float32", "float64":
    key, tanh = "Keras " + dtype, keras.ops.gelu
    trained_keras, runs[key] = train_keras(dtype)
    _, runs[key + " tanh"] = train_keras(dtype, tanh)
    again = train_keras(dtype, reverse=True)
    runs[key + " reversed"] = again[1]

# %% tags=["nbval-ignore-output"] name="drift"
at_end = porting_plots.drifts(runs)
reveal("porting.control", "c")
if rate == 3 / 16:
    assert at_end["control, float32"] > 1e-4
    assert at_end["wrong port, float64"] > 1e-3
assert at_end["control, float64"] < 1e-7

# %% tags=["both", "nbval-ignore-output"] name="twin_third"
def in_lock_step(keras_momentum):
    module = build_torch(start)
    model = build_keras(start, gelu=exact_gelu)
    weights = module.parameters()
    ours = torch.optim.SGD(weights, rate, momentum)
    theirs = keras.optimizers.SGD(rate, keras_momentum)
    both = (F.cross_entropy,
            cross_entropy(from_logits=True))
    given = [(images[r], labels[r]) for r in batches()]
    return Twin(module, model, ten).train(
        given, both, (ours, theirs), steps=60)
print(in_lock_step(momentum))
wrong = in_lock_step(keras_momentum=0.9)
print(wrong.first)
assert wrong.first.step == 2

# %% [markdown]
# *Port* is one framework against the other (if you have both), and the *wrong port* uses
# GELU's approximation by tanh. In float32, all lines end at a similar height. So neither
# agreement nor disagreement *after* training proves anything there. In float64 the control
# stays below 1e-7, and the wrong port stands out from the first
# step. <!-- shown: drift `control, float64` -->
#
# The picture holds for this rate alone: with a smaller rate, differences grow more slowly.
# That is why you need a control, and no fixed tolerance.
#
# `train`, of `twin`, compares everything in each step, runs a control and lists the free
# weights. <!-- no claim --> In the second training of the last cell, one momentum is wrong,
# and the second step shows it: the first has no earlier
# gradients. <!-- shown: twin_third -->
#
# **You try:** set `rate` to 1/16 and run again from there. Where does the float64 control
# end? <!-- try: rate `3 / 16` with `1 / 16`; drift + `assert at_end["control, float64"] < 1e-13` -->
#
# <details><summary>Answer</summary>
#
# Near 1e-14, after 300 steps. In float32 it ends near 1e-6, and the wrong port is
# visible there, too.
#
# </details>
#
# ## 13. What accuracy misses
#
# *Your port has the accuracy of the old model. Is it right?*
#
# Here are 12 mistakes that people make, each on the trained model. <!-- shown: mistake_plot `len(found)` -->
# The last cell shows the change of accuracy on the test images, and the largest change of
# an output.
#
# *Predict:* how many of the twelve change the accuracy by less than one point?

# %% name="mistakes"
predict("porting.accuracy", ...)

def outputs_of(logits, learned, tanh):
    """The test images' outputs: right, and by mistake."""
    right, x = logits(learned), images[test]
    found = {"softmax added": softmax(right, axis=1)}
    for title, arrays in numpy_model.wrong_weights(
            learned, before_flatten).items():
        found[title] = logits(arrays)
    return right, found | {
        "epsilon 1e-3": logits(learned, epsilon=1e-3),
        "slope 0.3": logits(learned, slope=0.3),
        "zeros on both sides": logits(learned, begin=1),
        "GELU by tanh": logits(learned, gelu=tanh),
        "pixels 0 to 16": logits(learned, x=16 * x)}

# %% tags=["torch"] pair="score"
def logits_torch(arrays, x=images[test], **options):
    module = build_torch(arrays, **options)
    return module(torch.tensor(x)).detach().numpy()

learned = {}
for name in start:
    value = trained_torch.state_dict()[name]
    learned[name] = value.numpy()
scores["PyTorch"] = outputs_of(
    logits_torch, learned, nn.GELU("tanh"))

# %% tags=["tensorflow"] pair="score"
def logits_keras(arrays, x=images[test],
                 gelu=exact_gelu, **options):
    model = build_keras(arrays, gelu=gelu, **options)
    return model(np.moveaxis(x, 1, -1)).numpy()

learned = dict(zip(start, trained_keras.get_weights()))
for name in "conv1.weight", "conv2.weight":
    learned[name] = np.transpose(learned[name],
                                 (3, 2, 0, 1))
learned["dense.weight"] = before_flatten(
    learned["dense.weight"], 16, 4, 4)
scores["Keras"] = outputs_of(
    logits_keras, learned, keras.ops.gelu)

# %% tags=["nbval-ignore-output"] name="mistake_plot"
for half, (right, found) in scores.items():
    print(half)
    points, changes = porting_plots.mistakes(
        right, found, labels[test])
hidden = int(np.sum(np.abs(points) < 1))
reveal("porting.accuracy", hidden)
assert len(found) == 12
assert min(changes) > 1e-5
if rate == 3 / 16:
    assert hidden == 5

# %% [markdown]
# At the left, 5 mistakes are invisible. <!-- shown: mistake_plot `hidden == 5` --> At the
# right, every one is visible, because each changes an output by more than
# 1e-5. <!-- shown: mistake_plot `min(changes)` --> Do not read the picture as a ranking,
# because on another model a small effect can be large. The accuracy of a port proves
# little. Compare outputs.
#
# ## 14. One file, two frameworks
#
# *Second reading.* *Is it the frameworks that differ, or their layers?*
#
# Keras itself runs on PyTorch, too, if `KERAS_BACKEND=torch` is set before it is
# imported. <!-- shown: opened `"module: True"` --> The cell saves the Keras model and opens the file in
# another process. <!-- no claim --> There the model *is* a PyTorch
# module. <!-- shown: opened `"module: True"` --> Its outputs agree with both models to
# 1e-6. <!-- shown: opened `agree` --> They do not agree to
# 1e-12. <!-- shown: opened `1e-12` --> One reason is that Keras 3.15 computes batch norm in
# float32 on that backend, even in a float64 model. <!-- shown: opened `is float32` -->
#
# So it is mostly the layers that differ. If these layers will do, you need not port at all.

# %% tags=["both", "nbval-ignore-output"] name="opened"
from grader.pictures.porting import on_torch

x = np.moveaxis(ten, 1, -1)
opened, told = on_torch.run(build_keras(start), x)
print(told)
for half in "PyTorch", "Keras":
    right = halves[half]["dense"]
    agree(opened, right)
    assert np.abs(opened - right).max() > 1e-12
assert "module: True" in told
assert "is float32" in told

# %% [markdown]
# ## 15. The checklist
#
# Each line links to the section that shows why.
#
# 1. Ask whether you need a port, or whether [the same file runs on both](#14.-One-file,-two-frameworks).
# 2. Save ten inputs of the old model, its outputs after each layer, and its weights, for [the first gate](#10.-First-gate:-ten-samples).
# 3. List every setting that is no weight, such as [ε](#5.-Batch-norm-and-layer-norm) and [padding](#2.-Convolutions).
# 4. Switch to [float64](#9.-Float64,-the-microscope) before you build anything.
# 5. Move [the axes of each weight](#1.-The-same-weights,-other-axes), also of [the convolution's relatives](#3.-Depthwise-and-transposed), and check each layer alone.
# 6. Sort the inputs of [the dense layer behind a flatten](#4.-The-dense-layer-after-a-flatten).
# 7. Copy [the running statistics](#5.-Batch-norm-and-layer-norm), too.
# 8. Treat by name: [the biases of an LSTM](#6.-Embedding-and-LSTM), [the blocks of a GRU](#7.-GRU), [attention heads and masks](#8.-Attention).
# 9. Pass [the first gate](#10.-First-gate:-ten-samples) before you train.
# 10. Pass [the second gate](#11.-Second-gate:-one-step), and list the free weights.
# 11. Pass [the third gate](#12.-Third-gate:-ten-epochs), beside a control run.
# 12. Compare [outputs before accuracy](#13.-What-accuracy-misses).
# 13. Keep the ten inputs and outputs as [a test](#10.-First-gate:-ten-samples).

# %% [markdown]
# ## Quiz
#
# Decide before you open an answer.
#
# **1.** The first layer that differs is the dense layer behind a flatten. Its weight has the
# right shape. What do you suspect first?
#
# - **A** the learning rate
# - **B** the order of its inputs
# - **C** the running statistics
#
# <details><summary>Answer</summary>
#
# **B.** The two frameworks flatten a feature map in different orders, and a plain
# transposition fits all the same. A has no effect on an output, and C would show in an
# earlier layer.
#
# </details>
#
# **2.** Two float32 runs end with losses that differ by a tenth. What follows?
#
# - **A** the port is wrong
# - **B** the port is right
# - **C** nothing, without a control run
#
# <details><summary>Answer</summary>
#
# **C.** Equal programs can drift as far apart. A and B both need to know how far equals
# drift.
#
# </details>
#
# **3.** In lock step, batch, loss and gradients agree, and a weight differs after the step.
# Where is the mistake?
#
# - **A** in the loss function
# - **B** in the optimizer or its settings
# - **C** in the order of the data
#
# <details><summary>Answer</summary>
#
# **B.** Only the optimizer stands between a gradient and a weight. A would change the loss,
# and C the batch.
#
# </details>
#
# **4.** After one step with Adam in float32, the bias before a batch norm differs by as
# much as it has moved. What do you do?
#
# - **A** list it as free
# - **B** train longer
# - **C** look for a wrong layer
#
# <details><summary>Answer</summary>
#
# **A.** Its true gradient is zero, so that it moves by rounding alone. In training, the
# output does not depend on it, so that neither B nor C would find anything.
#
# </details>
#
# **5.** Which mistake leaves the accuracy exactly as it was?
#
# - **A** the order of the flatten is ignored
# - **B** a softmax stands behind the model, in place of logits
# - **C** the pixels have another scale
#
# <details><summary>Answer</summary>
#
# **B.** A softmax keeps the order of the classes. A and C change which class is the largest.
#
# </details>
#
# **6.** *Asked in interviews:* your port is a little less accurate than the old model. How do
# you find out why?
#
# <details><summary>A model answer</summary>
#
# First compare outputs on ten samples, in float64, with the weights copied. If they differ,
# the first layer that differs names the cause. If they agree, compare one step of training
# in lock step, then some epochs beside a control run. If all of that agrees, the
# difference may be chance: then train both with several seeds, and compare the means with
# their standard errors.
#
# </details>
#
# Exercises: `porting.flatten_rows`, `porting.conv_kernels`, `porting.two_paddings`,
# `porting.batch_norm`, `porting.lstm_weights`, `porting.gru_weights`,
# `porting.attention_heads`, `porting.layer_gate`, `porting.first_divergence`,
# `porting.free_weights`, `porting.drift_verdict`, `porting.name_the_bug`,
# `porting.find_the_bug`. <!-- no claim -->
