"""Activations, and their gradients where they bend."""

import numpy as np

from bench.defaults.measures import drawn, results
from bench.defaults.model import Row, Side

GIVEN = {"x": drawn(8, 2, 5, 4, scale=2.0)}
NEGATIVE = {"x": -np.abs(drawn(8, 5, 4))}
OUT = "the output for normal numbers"


def alike(name: str, what: str, torch: str, keras: str, probe: str = OUT) -> Row:
    """A row on two functions that are believed to differ."""
    return Row(
        f"activation.{name}",
        what,
        probe,
        Side(torch, "f'{it.mean():.4g} on average'"),
        Side(keras, "f'{np.mean(it):.4g} on average'"),
        results,
        GIVEN,
    )


ROWS = (
    Row(
        "activation.gelu",
        "GELU: exact, or by tanh",
        OUT,
        Side("nn.GELU()(x)", "f'approximate: {default(nn.GELU, \"approximate\")}'"),
        Side(
            "keras.activations.gelu(x)",
            "f'approximate: {default(keras.activations.gelu, \"approximate\")}'"
            ".replace('False', 'none')",
        ),
        results,
        GIVEN,
    ),
    Row(
        "activation.gelu_operation",
        "GELU as an operation: exact, or by tanh",
        OUT,
        Side(
            "F.gelu(x)",
            "'exact' if torch.allclose(it, x * (1 + torch.erf(x / 2**0.5)) / 2) "
            "else 'by tanh'",
            "F.gelu(x, approximate='tanh')",
        ),
        Side(
            "ops.gelu(x)",
            "'exact' if not default(ops.gelu, 'approximate') else 'by tanh'",
            "ops.gelu(x, approximate=False)",
        ),
        results,
        GIVEN,
    ),
    Row(
        "activation.leaky_relu",
        "Leaky ReLU as a layer: the slope below zero",
        "the output for negative numbers",
        Side(
            "nn.LeakyReLU()(x)",
            "default(nn.LeakyReLU, 'negative_slope')",
            "nn.LeakyReLU(0.3)(x)",
        ),
        Side(
            "layers.LeakyReLU()(x)",
            "layers.LeakyReLU().negative_slope",
            "layers.LeakyReLU(negative_slope=0.01)(x)",
        ),
        results,
        NEGATIVE,
    ),
    Row(
        "activation.leaky_relu_function",
        "Leaky ReLU as a function: the slope below zero",
        "the output for negative numbers",
        Side(
            "F.leaky_relu(x)",
            "default(F.leaky_relu, 'negative_slope')",
            "F.leaky_relu(x, 0.2)",
        ),
        Side(
            "keras.activations.leaky_relu(x)",
            "default(keras.activations.leaky_relu, 'negative_slope')",
            "keras.activations.leaky_relu(x, negative_slope=0.01)",
        ),
        results,
        NEGATIVE,
    ),
    Row(
        "activation.prelu",
        "PReLU: the slope below zero that training starts from",
        "the output of a new layer for negative numbers",
        Side("nn.PReLU()(x)", "nn.PReLU().weight[0]", "nn.PReLU(init=0.0)(x)"),
        Side(
            "layers.PReLU()(x)",
            "layer = layers.PReLU()\nlayer.build((None, 4))\n"
            "float(np.max(layer.alpha))",
            "layers.PReLU(alpha_initializer=keras.initializers.Constant(0.25))(x)",
        ),
        results,
        NEGATIVE,
    ),
    Row(
        "activation.prelu_slopes",
        "PReLU: how many slopes are learned for 4 features",
        "the number of slopes",
        Side("nn.PReLU().weight.numel()", "", "nn.PReLU(4).weight.numel()"),
        Side(
            "layer = layers.PReLU()\nlayer.build((None, 4))\nint(np.size(layer.alpha))",
            "",
            "layer = layers.PReLU(shared_axes=[1])\nlayer.build((None, 4))\n"
            "int(np.size(layer.alpha))",
        ),
        results,
    ),
    Row(
        "activation.softmax_axis",
        "Softmax of three axes, where no axis is given",
        OUT,
        Side(
            "F.softmax(x)",
            "'the first' if torch.allclose(it.sum(0), torch.ones(5, 4)) else 'the "
            "last'",
            "F.softmax(x, dim=-1)",
        ),
        Side(
            "keras.activations.softmax(x)",
            "'the last' if np.allclose(np.sum(it, -1), 1) else 'the first'",
            "keras.activations.softmax(x, axis=0)",
        ),
        results,
        GIVEN,
    ),
    Row(
        "activation.softplus",
        "Softplus of large numbers",
        "the output for 21",
        Side(
            "F.softplus(x)",
            "f'the number itself above {default(nn.Softplus, \"threshold\"):g}' "
            "if (it == x).all() else 'exact'",
            "F.softplus(x, threshold=800)",
        ),
        Side("keras.activations.softplus(x)", "'exact' if it[0] > x[0] else 'linear'"),
        results,
        {"x": np.array([21.0])},
    ),
    alike("elu", "ELU: α", "F.elu(x)", "keras.activations.elu(x)"),
    alike("selu", "SELU", "F.selu(x)", "keras.activations.selu(x)"),
    alike("silu", "SiLU, also called Swish", "F.silu(x)", "keras.activations.silu(x)"),
    alike("mish", "Mish", "F.mish(x)", "keras.activations.mish(x)"),
    alike("relu6", "ReLU6", "F.relu6(x)", "keras.activations.relu6(x)"),
    alike(
        "hard_sigmoid",
        "Hard sigmoid: slope and ends",
        "F.hardsigmoid(x)",
        "keras.activations.hard_sigmoid(x)",
    ),
    alike(
        "hard_swish",
        "Hard swish",
        "F.hardswish(x)",
        "keras.activations.hard_silu(x)",
    ),
)
