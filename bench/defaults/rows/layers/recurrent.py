"""LSTM and GRU: biases, what they return, and masks."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

X = drawn(13, 2, 5, 3)

EQUAL = (
    "m = nn.LSTM(3, 4, batch_first=True)\nfor p in m.parameters():\n"
    "    nn.init.constant_(p, 0.1)\n"
)
ALIKE = (
    "m = layers.LSTM(4)\nm.build((None, None, 3))\n"
    "for p, value in zip(m.weights, (0.1, 0.1, 0.2)):\n    p.assign(p * 0 + value)\n"
)
EQUAL_TWICE = EQUAL.replace("batch_first=True", "batch_first=True, bidirectional=True")
ALIKE_TWICE = (
    "m = layers.Bidirectional(layers.LSTM(4))\nm.build((None, None, 3))\n"
    "for p, value in zip(m.weights, (0.1, 0.1, 0.2) * 2):\n"
    "    p.assign(p * 0 + value)\n"
)
ROWS = (
    Row(
        "lstm.two_biases",
        "LSTM: how many bias vectors are trained",
        "the gradients of all biases of a gate together",
        Side(
            f"{EQUAL}m(x)[0][:, -1].sum().backward()\n"
            "m.bias_ih_l0.grad + m.bias_hh_l0.grad",
            "sum('bias' in name for name, _ in nn.LSTM(3, 4).named_parameters())",
            f"{EQUAL}m.bias_hh_l0.requires_grad_(False)\n"
            "m(x)[0][:, -1].sum().backward()\nm.bias_ih_l0.grad",
            "Set one of the two to 0 and freeze it.",
        ),
        Side(
            f"{ALIKE}with tf.GradientTape() as tape:\n    total = ops.sum(m(x))\n"
            "tape.gradient(total, m.cell.bias.value)",
            "layer = layers.LSTM(4)\nlayer.build((None, 5, 3))\n"
            "sum('bias' in weight.name for weight in layer.weights)",
            "",
            "Multiply the gradient of each LSTM's bias by 2.",
        ),
        results,
        {"x": X},
    ),
    Row(
        "recurrent.returned",
        "LSTM and GRU: what they return",
        "the output for 2 sequences of 5 steps",
        Side(f"{EQUAL}m(x)[0]", "tuple(it.shape)", f"{EQUAL}m(x)[0][:, -1]"),
        Side(
            f"{ALIKE}m(x)",
            "tuple(it.shape)",
            f"{ALIKE}m.return_sequences = True\nm(x)",
            "Or pass `return_sequences=True` when you make the layer.",
        ),
        results,
        {"x": X},
    ),
    Row(
        "recurrent.time_axis",
        "LSTM and GRU: which axis is time, where nothing is set",
        "the outputs for an array (5, 5, 3)",
        Side(
            EQUAL.replace(", batch_first=True", "") + "m(x)[0]",
            "'the second' if default(nn.RNNBase, 'batch_first') else 'the first'",
            f"{EQUAL}m(x)[0]",
        ),
        Side(
            f"{ALIKE}m.return_sequences = True\nm(x)",
            "'the first' if np.allclose(it[0, 1:], it[1:, 0]) else 'the second'",
            f"{ALIKE}m.return_sequences = True\n"
            "ops.transpose(m(ops.transpose(x, (1, 0, 2))), (1, 0, 2))",
        ),
        results,
        {"x": drawn(13, 5, 5, 3)},
    ),
    Row(
        "recurrent.both_ways",
        "Bidirectional LSTM: its last output",
        "the last output for sequences of 5 steps",
        Side(
            f"{EQUAL_TWICE}m(x)[0][:, -1]",
            "f'{it[0, 0]:.3f} forwards, {it[0, 4]:.3f} backwards'",
            f"{EQUAL_TWICE}torch.cat(list(m(x)[1][0]), 1)",
        ),
        Side(
            f"{ALIKE_TWICE}m(x)",
            "f'{it[0, 0]:.3f} forwards, {it[0, 4]:.3f} backwards'",
            f"{ALIKE_TWICE.replace('LSTM(4)', 'LSTM(4, return_sequences=True)')}"
            "m(x)[:, -1]",
        ),
        results,
        {"x": X},
    ),
    Row(
        "recurrent.padded",
        "LSTM and GRU: the last output of a sequence with padding",
        "the last output, where one of two sequences ends with 2 zeros",
        Side(
            f"{EQUAL}m(x)[0][:, -1]",
            "f'{it[1, 0]:.3f} for the shorter one'",
            f"{EQUAL}packed = nn.utils.rnn.pack_padded_sequence(x, [5, 3], "
            "batch_first=True)\nm(packed)[1][0][0]",
        ),
        Side(
            f"{ALIKE}m(x, mask=tf.reduce_any(x != 0, -1))",
            "f'{it[1, 0]:.3f} for the shorter one, with a mask'",
            f"{ALIKE}m(x)",
            "Keras stops where a mask says so: from `mask_zero=True` or `Masking`.",
        ),
        results,
        {"x": X * np.array([[[1.0]] * 5, [[1.0]] * 3 + [[0.0]] * 2])},
    ),
    Row(
        "recurrent.dropout",
        "LSTM with one layer and `dropout=0.5`: where it drops",
        "the change of the output between training and evaluation",
        Side(
            f"{EQUAL.replace('batch_first=True', 'batch_first=True, dropout=0.5')}"
            "(m(x)[0] - m.eval()(x)[0]).abs().sum().sign()",
            "'between layers' if it == 0 else 'on the inputs'",
            f"{EQUAL}(m(F.dropout(x, 0.5))[0] - m(x)[0]).abs().sum().sign()",
        ),
        Side(
            f"{ALIKE.replace('LSTM(4)', 'LSTM(4, dropout=0.5)')}"
            "ops.sign(ops.sum(ops.abs(m(x, training=True) - m(x))))",
            "'between layers' if it == 0 else 'on the inputs'",
            f"{ALIKE}ops.sign(ops.sum(ops.abs(m(x, training=True) - m(x))))",
            "Put `layers.Dropout` between the layers.",
        ),
        results,
        {"x": X},
    ),
)
