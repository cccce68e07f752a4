"""Pairs that are equal although they are written differently: no alarm."""

import keras
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from tests.twin.small import (
    Attention,
    Cnn,
    Gru,
    Lstm,
    attention,
    cnn,
    gru,
    images,
    labels,
    losses,
    lstm,
    sequences,
)
from tests.twin.test_faults import adam, sgd
from twin import Twin

K, ops = keras.layers, keras.ops


def numbers(*shape):
    return np.random.default_rng(0).normal(size=shape)


def sequential(*layers):
    return keras.Sequential(list(layers))


class Shared(nn.Module):
    """One layer twice, and another between."""

    def __init__(self):
        super().__init__()
        self.shared, self.other = nn.Linear(4, 4), nn.Linear(4, 4)

    def forward(self, x):
        return self.shared(torch.tanh(self.other(torch.tanh(self.shared(x)))))


def shared():
    x = keras.Input((4,))
    twice, other = K.Dense(4), K.Dense(4, activation="tanh")
    return keras.Model(x, twice(other(ops.tanh(twice(x)))))


class Branches(nn.Module):
    """The short branch runs first here, and last in Keras."""

    def __init__(self):
        super().__init__()
        self.short = nn.Conv2d(2, 3, 1)
        self.long = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3))
        self.head = nn.Linear(3, 4)

    def forward(self, x):
        short = self.short(x)
        return self.head(F.relu(short + self.long(x)).mean((2, 3)))


class BranchesK(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = (
            K.Conv2D(3, 3, padding="same"),
            K.BatchNormalization(epsilon=1e-5, momentum=0.9),
        )
        self.short, self.head = K.Conv2D(3, 1), K.Dense(4)

    def call(self, x, training=False):
        x = self.norm(self.conv(x), training=training) + self.short(x)
        return self.head(ops.mean(ops.relu(x), (1, 2)))


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.image = nn.Embedding(7, 3), nn.Conv2d(2, 3, 3)
        self.head = nn.Linear(6, 4)

    def forward(self, tokens, image):
        a = self.embed(tokens).mean(1)
        b = self.image(image).mean((2, 3))
        return self.head(torch.cat([a, b], 1))


def two_inputs():
    tokens, image = keras.Input((5,), dtype="int64"), keras.Input((8, 8, 2))
    a = K.GlobalAveragePooling1D()(K.Embedding(7, 3)(tokens))
    b = K.GlobalAveragePooling2D()(K.Conv2D(3, 3)(image))
    return keras.Model([tokens, image], K.Dense(4)(K.Concatenate()([a, b])))


class Heads(nn.Module):
    """Attention of three layers of one shape, whose order Keras turns round."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(8, 4) for _ in range(3))
        self.towers = nn.ModuleList(
            nn.Sequential(nn.Linear(4, 3), nn.Tanh()) for _ in range(2)
        )
        self.head = nn.Linear(3, 4)

    def forward(self, x):
        scores = self.query(x) @ self.key(x).transpose(1, 2) / 2
        seen = scores.softmax(-1) @ self.value(x)
        left, right = (tower(seen.mean(1)) for tower in self.towers)
        return self.head(left - right)


def heads():
    x = keras.Input((5, 8))
    query, key, value = (K.Dense(4)(x) for _ in range(3))
    scores = ops.matmul(query, ops.transpose(key, (0, 2, 1))) / 2
    seen = ops.mean(ops.matmul(ops.softmax(scores), value), 1)
    left, right = (sequential(K.Dense(3), K.Activation("tanh"))(seen) for _ in "ab")
    return keras.Model(x, K.Dense(4)(left - right))


class Cropped(nn.Module):
    """Crops outside of the layer what Keras's "same" crops inside."""

    def __init__(self):
        super().__init__()
        self.up, self.head = nn.ConvTranspose2d(2, 3, 3, stride=2), nn.Linear(3, 4)

    def forward(self, x):
        return self.head(F.relu(self.up(x)[:, :, :-1, :-1]).mean((2, 3)))


def cropped():
    return sequential(
        K.Conv2DTranspose(3, 3, strides=2, padding="same", activation="relu"),
        K.GlobalAveragePooling2D(),
        K.Dense(4),
    )


def mlp():
    return nn.Sequential(nn.Linear(6, 5), nn.ReLU(), nn.Linear(5, 4))


def nested():
    return nn.Sequential(
        nn.Sequential(nn.Linear(6, 5), nn.Sigmoid()), nn.Dropout(0.0), nn.Linear(5, 4)
    )


def upwards():
    return nn.Sequential(
        nn.ConvTranspose2d(2, 3, 3, stride=2), nn.ReLU(), nn.AvgPool2d(2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 4),
    )  # fmt: skip


def biased():
    return nn.Sequential(
        nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.Flatten(),
        nn.Linear(108, 4),
    )  # fmt: skip


def norm():
    return K.BatchNormalization(epsilon=1e-5, momentum=0.9)


TOKENS = np.random.default_rng(0).integers(0, 7, (6, 5))
# Module, model, sample, optimizers, weights that are free.
ALIGNED = {
    "built-in activation": (
        mlp,
        lambda: sequential(K.Dense(5, activation="relu"), K.Dense(4)),
        numbers(6, 6), sgd, [],
    ),
    "nested, Adam": (
        nested,
        lambda: sequential(sequential(K.Dense(5), K.Activation("sigmoid")), K.Dense(4)),
        numbers(6, 6), adam, [],
    ),
    "bias before batch norm": (
        biased,
        lambda: sequential(K.Conv2D(3, 3), norm(), K.ReLU(), K.Flatten(), K.Dense(4)),
        images(), sgd, ["0.bias"],
    ),
    "padded by a layer of its own": (Cnn, cnn, images(), sgd, ["conv.bias"]),
    "one layer twice": (Shared, shared, numbers(6, 4), sgd, []),
    "branches in another order": (
        Branches, BranchesK, images(), sgd, ["long.0.bias"]
    ),
    "branches of one shape": (Heads, heads, sequences(), sgd, ["key.bias"]),
    "cropped outside of the layer": (Cropped, cropped, images(), sgd, []),
    "two inputs, one of tokens": (
        TwoInputs, two_inputs, (TOKENS, images()), sgd, []
    ),
    "transposed convolution": (
        upwards,
        lambda: sequential(
            K.Conv2DTranspose(3, 3, strides=2, activation="relu"),
            K.AveragePooling2D(2), K.GlobalAveragePooling2D(), K.Dense(4),
        ),
        images(), sgd, [],
    ),
    "GRU of two layers": (Gru, gru, sequences(), sgd, []),
    "LSTM, one bias trained": (Lstm, lstm, sequences(), sgd, []),
    "attention": (Attention, attention, sequences(), adam, ["attention.key.bias"]),
}  # fmt: skip


@pytest.mark.parametrize("case", ALIGNED)
def test_there_is_no_alarm(case):
    make, make_k, sample, optimizers, free = ALIGNED[case]
    module, model = make().double(), make_k()
    pair = Twin(module, model, sample)
    pair.copy(to="keras")
    assert pair.compare(sample).equal, pair.compare(sample)
    assert pair.compare(sample, training=True).equal
    run = pair.train([(sample, labels())], losses(), optimizers(module), steps=12)
    assert run.equal, run
    assert run.free == free
