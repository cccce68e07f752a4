"""Each rule: outputs equal after a copy, in both directions, and copies are exact."""

import keras
import numpy as np
import pytest
import torch
from torch import nn

from twin import Twin, TwinError

K = keras.layers
EQUAL = 1e-12


def numbers(*shape):
    return np.random.default_rng(0).normal(size=shape)


def tokens(*shape):
    return np.random.default_rng(0).integers(0, 7, shape)


def shuffled(module):
    """Every parameter and statistic away from what layers begin with."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for one in [*module.parameters(), *module.buffers()]:
            if one.is_floating_point():
                one.copy_(torch.rand(one.shape, generator=generator) + 0.5)
                one.mul_(0.5)
    return module


class Attention(nn.Module):
    def __init__(self, **settings):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, **settings)

    def forward(self, x):
        return self.attention(x, x, x, need_weights=False)[0]


class Crossed(nn.Module):
    """Keys and values of other sizes than queries."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, kdim=6, vdim=5, batch_first=True)

    def forward(self, query, key, value):
        return self.attention(query, key, value)[0]


class First(nn.Module):
    """The sequence that a recurrent layer returns, or its last step."""

    def __init__(self, inner, last=False):
        super().__init__()
        self.inner, self.last = inner, last

    def forward(self, x):
        out, state = self.inner(x)
        state = state[0] if isinstance(state, tuple) else state
        return torch.cat(list(state), -1) if self.last else out


def attention():
    x = keras.Input((5, 8))
    return keras.Model(x, K.MultiHeadAttention(2, 4)(x, x))


def crossed():
    q, k, v = keras.Input((5, 8)), keras.Input((3, 6)), keras.Input((3, 5))
    return keras.Model([q, k, v], K.MultiHeadAttention(2, 4)(q, v, k))


def both(inner):
    return K.Bidirectional(inner)


def sequential(*layers):
    return lambda: keras.Sequential(list(layers))


B = {"batch_first": True}
S = {"return_sequences": True}
CASES = {
    "dense": (nn.Linear(5, 3), lambda: [K.Dense(3)], numbers(4, 5)),
    "dense, no bias": (
        nn.Linear(5, 3, bias=False),
        lambda: [K.Dense(3, use_bias=False)],
        numbers(4, 5),
    ),
    "dense at each step": (nn.Linear(5, 3), lambda: [K.Dense(3)], numbers(4, 6, 5)),
    "dense, TimeDistributed": (
        nn.Linear(5, 3),
        lambda: [K.TimeDistributed(K.Dense(3))],
        numbers(4, 6, 5),
    ),
    "dense after a flattened map": (
        nn.Sequential(nn.Conv2d(2, 3, 2), nn.Flatten(), nn.Linear(36, 4)),
        lambda: [K.Conv2D(3, 2), K.Flatten(), K.Dense(4)],
        numbers(2, 2, 4, 5),
    ),
    "dense after a flattened input": (
        nn.Sequential(nn.Flatten(), nn.Linear(24, 4)),
        lambda: [K.Flatten(), K.Dense(4)],
        numbers(2, 2, 3, 4),
    ),
    "dense after flattened steps of a convolution": (
        nn.Sequential(nn.Conv1d(2, 3, 2), nn.Flatten(), nn.Linear(12, 4)),
        lambda: [K.Conv1D(3, 2), K.Flatten(), K.Dense(4)],
        numbers(2, 2, 5),
    ),
    "dense after flattened steps of an embedding": (
        nn.Sequential(nn.Embedding(7, 3), nn.Flatten(), nn.Linear(15, 4)),
        lambda: [K.Embedding(7, 3), K.Flatten(), K.Dense(4)],
        tokens(2, 5),
    ),
    "batch norm after a flattened map": (
        nn.Sequential(nn.Conv2d(1, 3, 2), nn.Flatten(), nn.BatchNorm1d(27),
                      nn.ReLU(), nn.Linear(27, 4)),
        lambda: [K.Conv2D(3, 2), K.Flatten(), K.BatchNormalization(epsilon=1e-5),
                 K.Dropout(0.5), K.ReLU(), K.Dense(4)],
        numbers(2, 1, 4, 4),
    ),
    "conv 1d": (
        nn.Conv1d(2, 3, 3, dilation=2), lambda: [K.Conv1D(3, 3, dilation_rate=2)],
        numbers(2, 2, 8),
    ),
    "conv 2d": (
        nn.Conv2d(2, 3, (3, 2), stride=2), lambda: [K.Conv2D(3, (3, 2), strides=2)],
        numbers(2, 2, 7, 8),
    ),
    "conv 3d": (nn.Conv3d(2, 3, 2), lambda: [K.Conv3D(3, 2)], numbers(2, 2, 3, 4, 5)),
    "grouped conv": (
        nn.Conv2d(4, 6, 3, groups=2), lambda: [K.Conv2D(6, 3, groups=2)],
        numbers(2, 4, 5, 5),
    ),
    "depthwise conv 1d": (
        nn.Conv1d(3, 6, 2, groups=3),
        lambda: [K.DepthwiseConv1D(2, depth_multiplier=2)],
        numbers(2, 3, 6),
    ),
    "depthwise conv 2d": (
        nn.Conv2d(3, 6, 3, groups=3),
        lambda: [K.DepthwiseConv2D(3, depth_multiplier=2)],
        numbers(2, 3, 6, 5),
    ),
    "transposed conv 1d": (
        nn.ConvTranspose1d(2, 3, 3, stride=2),
        lambda: [K.Conv1DTranspose(3, 3, strides=2)],
        numbers(2, 2, 4),
    ),
    "transposed conv 2d": (
        nn.ConvTranspose2d(2, 3, 3, stride=2),
        lambda: [K.Conv2DTranspose(3, 3, strides=2)],
        numbers(2, 2, 4, 5),
    ),
    "transposed conv 3d": (
        nn.ConvTranspose3d(2, 3, 2, stride=2),
        lambda: [K.Conv3DTranspose(3, 2, strides=2)],
        numbers(2, 2, 2, 3, 2),
    ),
    "batch norm 1d": (
        nn.BatchNorm1d(3), lambda: [K.BatchNormalization(epsilon=1e-5)], numbers(4, 3)
    ),
    "batch norm 1d of steps": (
        nn.BatchNorm1d(3), lambda: [K.BatchNormalization(epsilon=1e-5)],
        numbers(4, 3, 5),
    ),
    "batch norm 2d, no scale": (
        nn.BatchNorm2d(3, affine=False),
        lambda: [K.BatchNormalization(epsilon=1e-5, center=False, scale=False)],
        numbers(2, 3, 4, 4),
    ),
    "batch norm 3d": (
        nn.BatchNorm3d(3), lambda: [K.BatchNormalization(epsilon=1e-5)],
        numbers(2, 3, 2, 3, 4),
    ),
    "layer norm": (
        nn.LayerNorm(6), lambda: [K.LayerNormalization(epsilon=1e-5)], numbers(4, 3, 6)
    ),
    "layer norm of a map": (
        nn.LayerNorm((3, 4, 5)),
        lambda: [K.LayerNormalization(axis=[1, 2, 3], epsilon=1e-5)],
        numbers(2, 3, 4, 5),
    ),
    "group norm": (
        nn.GroupNorm(2, 4), lambda: [K.GroupNormalization(2, epsilon=1e-5)],
        numbers(2, 4, 3, 5),
    ),
    "instance norm": (
        nn.InstanceNorm2d(3, affine=True),
        lambda: [K.GroupNormalization(-1, epsilon=1e-5)],
        numbers(2, 3, 4, 5),
    ),
    "RMS norm": (
        nn.RMSNorm(6, eps=1e-6), lambda: [K.RMSNormalization()], numbers(4, 3, 6)
    ),
    "embedding": (nn.Embedding(7, 3), lambda: [K.Embedding(7, 3)], tokens(2, 5)),
    "PReLU": (nn.PReLU(), lambda: [K.PReLU(shared_axes=[1])], numbers(4, 1)),
    "PReLU of channels": (
        nn.PReLU(3), lambda: [K.PReLU(shared_axes=[1, 2])], numbers(2, 3, 4, 5)
    ),
    "LSTM": (First(nn.LSTM(3, 4, **B)), lambda: [K.LSTM(4, **S)], numbers(2, 5, 3)),
    "LSTM, last step": (
        First(nn.LSTM(3, 4, **B), last=True), lambda: [K.LSTM(4)], numbers(2, 5, 3)
    ),
    "LSTM, steps first": (
        First(nn.LSTM(3, 4)), lambda: [K.LSTM(4, **S)], numbers(5, 2, 3)
    ),
    "LSTM, no bias": (
        First(nn.LSTM(3, 4, bias=False, **B)),
        lambda: [K.LSTM(4, use_bias=False, **S)],
        numbers(2, 5, 3),
    ),
    "LSTM of two layers": (
        First(nn.LSTM(3, 4, num_layers=2, **B)),
        lambda: [K.LSTM(4, **S), K.LSTM(4, **S)],
        numbers(2, 5, 3),
    ),
    "LSTM in both directions": (
        First(nn.LSTM(3, 4, bidirectional=True, **B)),
        lambda: [both(K.LSTM(4, **S))],
        numbers(2, 5, 3),
    ),
    "LSTM in both directions, last steps": (
        First(nn.LSTM(3, 4, bidirectional=True, **B), last=True),
        lambda: [both(K.LSTM(4))],
        numbers(2, 5, 3),
    ),
    "LSTM of two layers in both directions": (
        First(nn.LSTM(3, 4, num_layers=2, bidirectional=True, **B)),
        lambda: [both(K.LSTM(4, **S)), both(K.LSTM(4, **S))],
        numbers(2, 5, 3),
    ),
    "GRU": (First(nn.GRU(3, 4, **B)), lambda: [K.GRU(4, **S)], numbers(2, 5, 3)),
    "GRU of two layers in both directions": (
        First(nn.GRU(3, 4, num_layers=2, bidirectional=True, **B)),
        lambda: [both(K.GRU(4, **S)), both(K.GRU(4, **S))],
        numbers(2, 5, 3),
    ),
    "plain recurrent layer": (
        First(nn.RNN(3, 4, **B)), lambda: [K.SimpleRNN(4, **S)], numbers(2, 5, 3)
    ),
    "attention": (Attention(**B), attention, numbers(2, 5, 8)),
    "attention, steps first": (Attention(), attention, numbers(5, 2, 8)),
    "attention of three inputs": (
        Crossed(), crossed, (numbers(2, 5, 8), numbers(2, 3, 6), numbers(2, 3, 5))
    ),
}  # fmt: skip


def built(make):
    made = make()
    return keras.Sequential(made) if isinstance(made, list) else made


@pytest.mark.parametrize("case", CASES)
def test_equal_both_ways(case):
    module, make, sample = CASES[case]
    module = shuffled(module.double())
    before = {name: one.clone() for name, one in module.state_dict().items()}
    model = built(make)
    pair = Twin(module, model, sample)
    assert not pair.unpaired
    pair.copy(to="keras")
    forth = pair.compare(sample)
    assert forth.equal and forth.largest < EQUAL, forth

    with torch.no_grad():
        for parameter in module.parameters():
            parameter.fill_(np.nan)
    pair.copy(to="torch")
    assert pair.compare(sample).largest < EQUAL
    after = module.state_dict()
    for name, one in before.items():
        if "bias_" in name and not isinstance(getattr(module, "inner", None), nn.GRU):
            continue  # The sum of both is what the other framework holds.
        assert torch.equal(one, after[name]), name


def test_a_copied_sum_of_biases_lies_in_one_of_them():
    module = First(nn.LSTM(3, 4, **B)).double()
    sums = (module.inner.bias_ih_l0 + module.inner.bias_hh_l0).detach()
    pair = Twin(module, keras.Sequential([K.LSTM(4, **S)]), numbers(2, 5, 3))
    pair.copy(to="keras")
    copied = pair.copy(to="torch")
    assert torch.equal(module.inner.bias_ih_l0, sums)
    assert not module.inner.bias_hh_l0.any()
    assert "twice as far" in str(copied)


@pytest.mark.parametrize(
    ("module", "make", "sample", "words"),
    [
        (
            nn.Linear(5, 3),
            lambda: [K.Dense(4)],
            numbers(2, 5),
            r"\(5, 4\) in Keras, and \(5, 3\)",
        ),
        (
            nn.Linear(5, 3),
            lambda: [K.Dense(3, use_bias=False)],
            numbers(2, 5),
            "only PyTorch's layer has a bias",
        ),
        (
            nn.Conv2d(2, 3, 3),
            lambda: [K.Conv2D(3, 5)],
            numbers(2, 2, 9, 9),
            "kernel has the shape",
        ),
        (
            nn.Conv2d(2, 4, 3),
            lambda: [K.Conv2D(4, 3, groups=2)],
            numbers(2, 2, 9, 9),
            "groups=1",
        ),
        (
            nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular"),
            lambda: [K.Conv2D(3, 3)],
            numbers(2, 2, 9, 9),
            "circular",
        ),
        (
            nn.ConvTranspose2d(2, 4, 3, groups=2),
            lambda: [K.Conv2DTranspose(4, 3)],
            numbers(2, 2, 9, 9),
            "no groups",
        ),
        (nn.PReLU(3), lambda: [K.PReLU()], numbers(2, 3, 4, 5), "shared_axes"),
        (
            First(nn.GRU(3, 4, **B)),
            lambda: [K.GRU(4, reset_after=False, **S)],
            numbers(2, 5, 3),
            "reset_after=True",
        ),
        (
            First(nn.LSTM(3, 4, proj_size=2, **B)),
            lambda: [K.LSTM(4, **S)],
            numbers(2, 5, 3),
            "proj_size",
        ),
        (
            First(nn.LSTM(3, 4, bidirectional=True, **B)),
            lambda: [K.LSTM(4, **S)],
            numbers(2, 5, 3),
            "not wrapped in Bidirectional",
        ),
        (
            First(nn.LSTM(3, 4, bidirectional=True, **B)),
            lambda: [both(K.GRU(4, **S))],
            numbers(2, 5, 3),
            "wraps a GRU",
        ),
        (
            Attention(**B),
            lambda: keras.Sequential([keras.Input((5, 8)), K.Dense(8)]),
            numbers(2, 5, 8),
            "no partner",
        ),
    ],
)
def test_what_can_not_hold_the_same_says_why(module, make, sample, words):
    with pytest.raises(TwinError, match=words):
        Twin(module.double(), built(make), sample)
