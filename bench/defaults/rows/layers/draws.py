"""What attention and LSTM start as, and how initializers draw."""

from typing import Any

import numpy as np

from bench.defaults.arrays import array
from bench.defaults.measures import results, spread, starts
from bench.defaults.model import Array, Row, Side
from bench.defaults.rows.layers.starts import DRAWS, START

SELF = (None, 5, 128), (None, 5, 128)
BUILT = "it.build((None, 5, 128), (None, 5, 128))\n"
STATE_OF_2048 = "-(2048**-0.5), 2048**-0.5)"


def lstm_biases(module: Any, layer: Any) -> tuple[Array, Array]:
    """All biases that are added to a gate: PyTorch has two vectors of them."""
    if not layer.built:
        layer.build((None, 5, 64))
    return spread(module.bias_ih_l0 + module.bias_hh_l0, layer.cell.bias)


ROWS = (
    Row(
        "start.lstm_bias",
        "LSTM, biases: what they start as",
        "the standard deviation of the fresh biases, with PyTorch's two vectors added",
        Side(
            "nn.LSTM(64, 2048)",
            "f'two vectors, each {distribution(it.bias_hh_l0)}'",
            "nn.init.zeros_(it.bias_ih_l0)\nnn.init.zeros_(it.bias_hh_l0)\n"
            "nn.init.ones_(it.bias_ih_l0[2048:4096])",
        ),
        Side(
            "layers.LSTM(2048, recurrent_initializer='zeros')",
            "it.build((None, 5, 64))\nf'one vector, {distribution(it.cell.bias)}'",
            "layers.LSTM(2048, recurrent_initializer='zeros', unit_forget_bias=False, "
            "bias_initializer=lambda shape, dtype:\n"
            f"    keras.random.uniform(shape, {STATE_OF_2048}\n"
            f"    + keras.random.uniform(shape, {STATE_OF_2048})",
        ),
        lstm_biases,
        leaves=0.05,
        why_left=DRAWS,
    ),
    Row(
        "start.attention_kernel",
        "Attention, weights of queries, keys and values: what they start as",
        START,
        Side(
            "nn.MultiheadAttention(128, 4)",
            "distribution(it.in_proj_weight)",
            "for part in it.in_proj_weight.chunk(3):\n"
            "    nn.init.xavier_uniform_(part)",
        ),
        Side(
            "layers.MultiHeadAttention(4, 32)",
            f"{BUILT}distribution(it.query_dense.kernel)",
            "layers.MultiHeadAttention(4, 32, kernel_initializer="
            "keras.initializers.VarianceScaling(0.5, 'fan_avg', 'uniform'))",
        ),
        starts("in_proj_weight", "query_dense.kernel", *SELF),
        leaves=0.05,
        why_left=DRAWS,
    ),
    Row(
        "start.attention_output",
        "Attention, weights of the output: what they start as",
        START,
        Side(
            "nn.MultiheadAttention(128, 4)",
            "distribution(it.out_proj.weight)",
            "nn.init.xavier_uniform_(it.out_proj.weight)",
        ),
        Side(
            "layers.MultiHeadAttention(4, 32)",
            f"{BUILT}distribution(it.output_dense.kernel)",
            f"{BUILT}it.output_dense.kernel.assign("
            "keras.random.uniform((4, 32, 128), -(128**-0.5), 128**-0.5))",
        ),
        starts("out_proj.weight", "output_dense.kernel", *SELF),
        leaves=0.05,
        why_left=DRAWS,
    ),
    Row(
        "start.attention_bias",
        "Attention, biases: what they start as",
        "the fresh biases of queries, keys and values",
        Side("nn.MultiheadAttention(128, 4)", "distribution(it.in_proj_bias)"),
        Side(
            "layers.MultiHeadAttention(4, 32)",
            f"{BUILT}distribution(it.query_dense.bias)",
        ),
        starts("in_proj_bias", "query_dense.bias", *SELF),
    ),
    Row(
        "start.normal",
        "A normal initializer that is given no numbers",
        "the standard deviation of 100,000 draws",
        Side(
            "nn.init.normal_(torch.empty(100, 1000))",
            "distribution(it)",
            "nn.init.normal_(torch.empty(100, 1000), std=0.05)",
        ),
        Side(
            "keras.initializers.RandomNormal()((100, 1000))",
            "distribution(it)",
            "keras.initializers.RandomNormal(stddev=1.0)((100, 1000))",
        ),
        spread,
        leaves=0.05,
        why_left=DRAWS,
    ),
    Row(
        "start.uniform",
        "A uniform initializer that is given no numbers",
        "the standard deviation of 100,000 draws",
        Side(
            "nn.init.uniform_(torch.empty(100, 1000))",
            "f'from {it.min():.2f} to {it.max():.2f}'",
            "nn.init.uniform_(torch.empty(100, 1000), -0.05, 0.05)",
        ),
        Side(
            "keras.initializers.RandomUniform()((100, 1000))",
            "f'from {np.min(it):.2f} to {np.max(it):.2f}'",
            "keras.initializers.RandomUniform(0.0, 1.0)((100, 1000))",
        ),
        spread,
        leaves=0.05,
        why_left=DRAWS,
    ),
    Row(
        "start.he_normal_tails",
        "He's normal initializer: how far its tails reach",
        "the largest of 100,000 weights, in standard deviations",
        Side(
            "nn.init.kaiming_normal_(torch.empty(1000, 100))",
            "distribution(it)",
            "s = (2 / 100) ** 0.5 / 0.88\n"
            "nn.init.trunc_normal_(torch.empty(1000, 100), std=s, a=-2 * s, b=2 * s)",
        ),
        Side(
            "keras.initializers.HeNormal()((100, 1000))",
            "distribution(it)",
            "keras.initializers.VarianceScaling(2.0, 'fan_in', "
            "'untruncated_normal')((100, 1000))",
        ),
        lambda ours, theirs: (
            np.abs(array(ours)).max() / np.std(array(ours)),
            np.abs(array(theirs)).max() / np.std(array(theirs)),
        ),
        leaves=0.15,
        why_left="What is left comes from the largest of a finite number of draws.",
    ),
    Row(
        "start.truncated_normal",
        "A truncated normal initializer: where the tails are cut off",
        "the standard deviation of 100,000 draws that were asked to have 0.02",
        Side(
            "nn.init.trunc_normal_(torch.empty(1000, 100), std=0.02)",
            "distribution(it) + f', cut at {default(nn.init.trunc_normal_, \"b\"):g}'",
            "nn.init.trunc_normal_(torch.empty(1000, 100), std=0.02, a=-0.04, b=0.04)",
        ),
        Side(
            "keras.initializers.TruncatedNormal(stddev=0.02)((1000, 100))",
            "distribution(it) + f', cut at {np.max(it):.2g}'",
            "keras.initializers.RandomNormal(stddev=0.02)((1000, 100))",
        ),
        spread,
        leaves=0.05,
        why_left=DRAWS,
    ),
    Row(
        "start.shared_initializer",
        "One initializer for two layers",
        "how much the weights of two layers differ, on average",
        Side(
            "weights = [torch.empty(8, 8), torch.empty(8, 8)]\n"
            "for weight in weights:\n    nn.init.xavier_uniform_(weight)\n"
            "(weights[0] - weights[1]).std()",
            "'the same weights' if it == 0 else 'other weights'",
        ),
        Side(
            "start = keras.initializers.GlorotUniform()\n"
            "np.std(start((8, 8)) - start((8, 8)))",
            "'the same weights' if it == 0 else 'other weights'",
            "np.std(keras.initializers.GlorotUniform()((8, 8))\n"
            "       - keras.initializers.GlorotUniform()((8, 8)))",
            "Make an initializer for each layer, or name it by a string.",
        ),
        results,
        leaves=0.3,
        why_left="Both now differ, as draws do.",
    ),
)
