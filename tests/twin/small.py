"""A small model of each kind, whose settings a test may change on Keras's side."""

import keras
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

K = keras.layers
CLASSES = 4
# Settings of Keras's layers that are PyTorch's defaults.
NORM = {"epsilon": 1e-5, "momentum": 0.9}


def images(number=6):
    return np.random.default_rng(0).normal(size=(number, 2, 8, 8))


def sequences(number=6):
    return np.random.default_rng(0).normal(size=(number, 5, 8))


def losses():
    """Made in a test, since Keras's computes in the dtype that is set by then."""
    return F.cross_entropy, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def labels(number=6):
    return np.random.default_rng(1).integers(0, CLASSES, number)


class Cnn(nn.Module):
    """Pads before its convolution of stride 2, and pools, as Keras's "same" does."""

    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d((0, 1, 0, 1))
        self.conv = nn.Conv2d(2, 3, 3, 2)
        self.norm = nn.BatchNorm2d(3)
        self.act = nn.LeakyReLU(0.125)
        self.wide = nn.Conv2d(3, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(3, 1, padding=1)
        self.fc = nn.Linear(64, 8)
        self.head = nn.Linear(8, CLASSES)
        self.double()

    def forward(self, x):
        x = self.act(self.norm(self.conv(self.pad(x))))
        x = self.pool(F.relu(self.wide(x)))
        return self.head(F.gelu(self.fc(x.flatten(1)), approximate="tanh"))


def gelu(x):
    """By its formula: TensorFlow's own rounds the root of 2 over pi to float32."""
    inner = np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)
    return 0.5 * x * (1 + keras.ops.tanh(inner))


def cnn(**changed):
    """The same in Keras, but for what is changed."""
    use = {
        "norm": NORM, "slope": 0.125, "relu": "relu", "gelu": gelu, "last": None,
        "pool": K.MaxPooling2D(3, 1, padding="same"), "trained": True,
    } | changed  # fmt: skip
    return keras.Sequential(
        [
            K.Conv2D(3, 3, 2, padding="same", name="conv"),
            K.BatchNormalization(**use["norm"], name="norm"),
            K.LeakyReLU(use["slope"], name="act"),
            K.Conv2D(4, 3, padding="same", activation=use["relu"], name="wide"),
            use["pool"],
            K.Flatten(name="flatten"),
            K.Dense(8, activation=use["gelu"], name="fc", trainable=use["trained"]),
            K.Dense(CLASSES, activation=use["last"], name="head"),
        ]
    )


class Gru(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(8, 5, num_layers=2, batch_first=True)
        self.head = nn.Linear(5, CLASSES)
        self.double()

    def forward(self, x):
        return self.head(self.gru(x)[0][:, -1])


def gru(**settings):
    return keras.Sequential(
        [
            K.GRU(5, return_sequences=True, name="lower", **settings),
            K.GRU(5, name="upper"),
            K.Dense(CLASSES, name="head"),
        ]
    )


class Lstm(nn.Module):
    def __init__(self, freeze=True):
        super().__init__()
        self.lstm = nn.LSTM(8, 5, batch_first=True)
        self.head = nn.Linear(5, CLASSES)
        if freeze:
            nn.init.zeros_(self.lstm.bias_hh_l0).requires_grad_(False)
        self.double()

    def forward(self, x):
        return self.head(self.lstm(x)[1][0][-1])


def lstm():
    return keras.Sequential([K.LSTM(5, name="lstm"), K.Dense(CLASSES, name="head")])


class Attention(nn.Module):
    """Attention in which no step looks at a later one, then a norm."""

    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.head = nn.Linear(8, CLASSES)
        self.double()

    def forward(self, x):
        later = torch.ones(5, 5, dtype=torch.bool).triu(1)
        seen, _ = self.attention(x, x, x, attn_mask=later)
        return self.head(self.norm(x + seen).mean(1))


def attention(epsilon=1e-5, causal=True):
    x = keras.Input((5, 8))
    seen = K.MultiHeadAttention(2, 4, name="attention")(x, x, use_causal_mask=causal)
    h = K.LayerNormalization(epsilon=epsilon, name="norm")(K.Add()([x, seen]))
    out = K.Dense(CLASSES, name="head")(K.GlobalAveragePooling1D()(h))
    return keras.Model(x, out)
