"""LSTM and GRU: the order of their gates, and their formulas."""

from typing import Any

import numpy as np
import tensorflow as tf
import torch

from bench.defaults.arrays import array
from bench.defaults.measures import drawn
from bench.defaults.model import Array, Measure, Row, Side

X = drawn(13, 2, 5, 3)
ORDER = "it.build((None, 5, 3))\n"


def gates(order: tuple[int, ...]) -> Measure:
    """The last output, with PyTorch's weights laid into Keras's layer.

    Args:
        order: which of PyTorch's gates comes where in Keras's layer.
    """

    def turned(parameter: Any) -> Array:
        parts = np.split(array(parameter), len(order))
        return np.concatenate([parts[i] for i in order]).T

    def measured(module: Any, layer: Any) -> tuple[Array, Array]:
        layer.build((None, 5, 3))
        both = [turned(module.bias_ih_l0), turned(module.bias_hh_l0)]
        two = layer.cell.bias.shape[0] == 2
        layer.set_weights(
            [
                turned(module.weight_ih_l0),
                turned(module.weight_hh_l0),
                np.stack(both) if two else sum(both),
            ]
        )
        return array(module(torch.tensor(X))[0][:, -1]), array(layer(tf.constant(X)))

    return measured


LSTM, GRU = "nn.LSTM(3, 4, batch_first=True)", "nn.GRU(3, 4, batch_first=True)"

ROWS = (
    Row(
        "lstm.gate_order",
        "LSTM: the order of its four gates",
        "the last output, with PyTorch's weights in Keras's layer in the same order",
        Side(LSTM, "tuple(it.weight_ih_l0.shape)[0] // it.hidden_size"),
        Side("layers.LSTM(4)", f"{ORDER}it.cell.kernel.shape[1] // it.units"),
        gates((0, 1, 2, 3)),
    ),
    Row(
        "gru.gate_order",
        "GRU: the order of its three gates",
        "the last output, with PyTorch's weights in Keras's layer in the same order",
        Side(
            GRU,
            "it.bias_ih_l0.data[:4] = it.bias_hh_l0.data[:4] = -50.0\n"
            "held = it(torch.ones(1, 1, 3), 9 * torch.ones(1, 1, 4))[1]\n"
            "'reset gate first' if (held < 9).all() else 'update gate first'",
        ),
        Side(
            "layers.GRU(4)",
            f"{ORDER}bias = np.zeros((2, 12))\nbias[:, :4] = -50.0\n"
            "it.cell.bias.assign(bias)\n"
            "held = it(np.ones((1, 1, 3)), initial_state=9 * np.ones((1, 4)))\n"
            "'update gate first' if np.all(np.abs(held) <= 1) else 'reset gate first'",
            "",
            "Exchange the first and the second third of each weight when you copy it.",
        ),
        gates((0, 1, 2)),
    ),
    Row(
        "gru.gates_exchanged",
        "GRU: the formula itself, once the gates are in order",
        "the last output, with the first two thirds of the weights exchanged",
        Side(GRU, "'after the product with the state'"),
        Side(
            "layers.GRU(4)",
            "'after the product with the state' if it.reset_after "
            "else 'before the product with the state'",
        ),
        gates((1, 0, 2)),
    ),
    Row(
        "gru.reset_after",
        "GRU: where the reset gate acts, with `reset_after=False` in Keras",
        "the last output, with the weights in order and the biases added",
        Side(GRU, "'after the product with the state'"),
        Side(
            "layers.GRU(4, reset_after=False)",
            "'after the product with the state' if it.reset_after "
            "else 'before the product with the state'",
            "layers.GRU(4)",
        ),
        gates((1, 0, 2)),
    ),
    Row(
        "recurrent.activation",
        "A plain recurrent layer: its activation",
        "the last output with the same weights",
        Side("nn.RNN(3, 4, batch_first=True)", "it.nonlinearity"),
        Side("layers.SimpleRNN(4)", "it.activation"),
        gates((0,)),
    ),
)
