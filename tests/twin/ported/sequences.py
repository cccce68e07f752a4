"""Two networks for sequences of tokens, where 0 is padding."""

import keras
import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

from tests.twin.ported.images import CLASSES

K, ops = keras.layers, keras.ops
TOKENS, STEPS, SIZE = 11, 7, 8


def draw(number, rng):
    tokens = rng.integers(1, TOKENS, (number, STEPS))
    lengths = np.append(rng.integers(2, STEPS + 1, number - 1), STEPS)
    return np.where(np.arange(STEPS) < lengths[:, None], tokens, 0)


class Tagger(nn.Module):
    """Two layers in both directions; of its two biases for each, one is trained."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, 5)
        settings = {"num_layers": 2, "bidirectional": True, "batch_first": True}
        self.lstm = nn.LSTM(5, 6, **settings)
        self.head = nn.Linear(12, CLASSES)
        for name, one in self.lstm.named_parameters():
            if name.startswith("bias_hh"):
                nn.init.zeros_(one).requires_grad_(False)
        self.double()

    def forward(self, tokens):
        lengths = (tokens != 0).sum(1).cpu()
        packed = pack_padded_sequence(
            self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False
        )
        _, (last, _) = self.lstm(packed)
        return self.head(torch.cat([last[-2], last[-1]], -1))


def tagger():
    return keras.Sequential(
        [
            K.Embedding(TOKENS, 5, mask_zero=True),
            K.Bidirectional(K.LSTM(6, return_sequences=True)),
            K.Bidirectional(K.LSTM(6)),
            K.Dense(CLASSES),
        ]
    )


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(TOKENS, SIZE)
        self.places = nn.Embedding(STEPS, SIZE)
        layer = nn.TransformerEncoderLayer(
            SIZE, 2, 16, 0.0, "gelu", batch_first=True, norm_first=True
        )
        norm = nn.LayerNorm(SIZE)
        self.encoder = nn.TransformerEncoder(layer, 2, norm, enable_nested_tensor=False)
        self.head = nn.Linear(SIZE, CLASSES)
        self.double()
        for one in self.parameters():  # Two copied layers begin equal.
            nn.init.normal_(one, std=0.3)

    def forward(self, tokens):
        there = (tokens != 0).unsqueeze(-1)
        x = self.tokens(tokens) + self.places(torch.arange(STEPS))
        x = self.encoder(x, src_key_padding_mask=tokens == 0)
        return self.head((x * there).sum(1) / there.sum(1))


def gelu(x):
    """By its formula: TensorFlow's own rounds the root of 2 to float32."""
    return 0.5 * x * (1 + ops.erf(x / np.sqrt(2)))


class LayerK(K.Layer):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.norm1 = K.LayerNormalization(epsilon=1e-5)
        self.attention = K.MultiHeadAttention(2, SIZE // 2)
        self.norm2 = K.LayerNormalization(epsilon=1e-5)
        self.wide, self.narrow = K.Dense(16, activation=gelu), K.Dense(SIZE)

    def call(self, x, there):
        h = self.norm1(x)
        x = x + self.attention(h, h, attention_mask=there)
        return x + self.narrow(self.wide(self.norm2(x)))


class EncoderK(keras.Model):
    def __init__(self):
        super().__init__()
        self.tokens = K.Embedding(TOKENS, SIZE)
        self.places = K.Embedding(STEPS, SIZE)
        self.encoders = [LayerK(), LayerK()]
        self.norm, self.head = K.LayerNormalization(epsilon=1e-5), K.Dense(CLASSES)

    def call(self, tokens):
        there = ops.not_equal(tokens, 0)
        x = self.tokens(tokens) + self.places(ops.arange(STEPS))
        for one in self.encoders:
            x = one(x, there[:, None, :])
        weights = ops.cast(there[:, :, None], x.dtype)
        total = ops.sum(self.norm(x) * weights, 1)
        return self.head(total / ops.sum(weights, 1))
