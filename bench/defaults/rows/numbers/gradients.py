"""Gradients: at kinks, at edges, and of what does not take part."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Array, Row, Side

ZERO = np.array([0.0])


def slope(
    name: str,
    what: str,
    torch: str,
    keras: str,
    x: Array = ZERO,
    align: tuple[str, str] = ("", ""),
) -> Row:
    """A row on the gradient of one expression in x at some numbers.

    Args:
        name: the id's second half.
        what: the function and the place, in plain words.
        torch: the expression in PyTorch.
        keras: the expression in TensorFlow.
        x: where the gradient is taken.
        align: expressions that have the other's gradient.
    """
    shown = ", ".join(f"{one:g}" for one in x)
    return Row(
        f"gradient.{name}",
        f"Gradient of {what}",
        f"the gradient at {shown}",
        Side(_torch(torch), "", align[0] and _torch(align[0])),
        Side(_keras(keras), "", align[1] and _keras(align[1])),
        results,
        {"x": x},
    )


def _torch(expression: str) -> str:
    return f"x.requires_grad_()\n({expression}).sum().backward()\nx.grad"


def _keras(expression: str) -> str:
    return (
        "with tf.GradientTape() as tape:\n    tape.watch(x)\n"
        f"    total = tf.reduce_sum({expression})\n"
        "tf.convert_to_tensor(tape.gradient(total, x))"
    )


ROWS = (
    slope("relu", "ReLU at 0", "F.relu(x)", "tf.nn.relu(x)"),
    slope("absolute", "|x| at 0", "x.abs()", "tf.abs(x)"),
    slope(
        "relu6",
        "ReLU6 at 0 and 6",
        "F.relu6(x)",
        "tf.nn.relu6(x)",
        np.array([0.0, 6.0]),
    ),
    slope(
        "maximum",
        "the larger of x and 0, at 0",
        "torch.maximum(x, torch.zeros(1))",
        "tf.maximum(x, np.zeros(1))",
        align=("torch.where(x >= 0, x, 0.0)", ""),
    ),
    slope(
        "largest",
        "the largest of three numbers, two of them equal",
        "x.max(0).values",
        "tf.reduce_max(x)",
        np.array([1.0, 3.0, 3.0]),
        ("x.amax()", ""),
    ),
    slope(
        "hard_tanh",
        "x clipped to (−1, 1), at 1",
        "F.hardtanh(x)",
        "tf.clip_by_value(x, -1.0, 1.0)",
        np.array([1.0]),
        ("x.clamp(-1, 1)", ""),
    ),
    slope(
        "norm",
        "the length of a vector of zeros",
        "x.norm()",
        "tf.norm(x)",
        np.zeros(3),
        ("x.pow(2).sum().sqrt()", "ops.sqrt(tf.reduce_sum(x**2) + 1e-300)"),
    ),
    slope(
        "deviation",
        "the standard deviation of equal numbers",
        "x.std(correction=0)",
        "tf.math.reduce_std(x)",
        np.ones(3),
        ("", "tf.sqrt(tf.math.reduce_variance(x) + 1e-300)"),
    ),
    slope("root", "√x at 0", "x.sqrt()", "tf.sqrt(x)"),
    slope(
        "power",
        "x⁰ at 0",
        "x**0.0",
        "x**0.0",
        align=("", "0.0 * x + 1.0"),
    ),
    slope(
        "x_log_y",
        "x log y at (0, 0), by y",
        "torch.xlogy(torch.zeros(1), x)",
        "tf.math.xlogy(np.zeros(1), x)",
        align=("torch.xlogy(torch.zeros(1), x.clamp(min=1e-300))", ""),
    ),
    slope(
        "where",
        "√x where x > 0, else 0, at 0",
        "torch.where(x > 0, x.sqrt(), 0.0)",
        "tf.where(x > 0, tf.sqrt(x), 0.0 * x)",
        align=("torch.where(x > 0, torch.where(x > 0, x, 1.0).sqrt(), 0.0)", ""),
    ),
    slope(
        "product",
        "the running product of 0, 2, 3",
        "x.cumprod(0)",
        "tf.math.cumprod(x)",
        np.array([0.0, 2.0, 3.0]),
        ("", "tf.stack([x[0], x[0] * x[1], x[0] * x[1] * x[2]])"),
    ),
    Row(
        "gradient.round",
        "Gradient of rounding",
        "the gradient at 0.3",
        Side(_torch("x.round()")),
        Side(_keras("tf.round(x)"), "", "tf.zeros_like(x)", raises="ValueError"),
        results,
        {"x": np.array([0.3])},
    ),
    Row(
        "gradient.of_vector",
        "The gradient of a result that is no single number",
        "the gradient of 2x for two numbers",
        Side(
            "x.requires_grad_()\n(2 * x).backward()\nx.grad",
            "",
            "x.requires_grad_()\n(2 * x).sum().backward()\nx.grad",
            raises="RuntimeError",
        ),
        Side(
            "with tf.GradientTape() as tape:\n    tape.watch(x)\n    y = 2 * x\n"
            "tape.gradient(y, x)"
        ),
        results,
        {"x": np.array([1.0, 2.0])},
    ),
    Row(
        "gradient.twice",
        "Two gradients, one after the other",
        "what is stored after the second",
        Side(
            "x.requires_grad_()\nfor _ in range(2):\n    (2 * x).sum().backward()\n"
            "x.grad",
            "'added up' if it[0] == 4 else 'the last alone'",
            "x.requires_grad_()\nfor _ in range(2):\n    x.grad = None\n"
            "    (2 * x).sum().backward()\nx.grad",
        ),
        Side(
            "for _ in range(2):\n    with tf.GradientTape() as tape:\n"
            "        tape.watch(x)\n        y = 2 * x\n    slope = "
            "tape.gradient(y, x)\n"
            "slope",
            "'added up' if it[0] == 4 else 'the last alone'",
        ),
        results,
        {"x": np.array([1.0])},
    ),
    Row(
        "gradient.unused",
        "The gradient of a parameter that takes no part",
        "whether there is one",
        Side(
            "unused = nn.Parameter(torch.ones(1))\nx.requires_grad_()\n"
            "x.sum().backward()\nfloat(unused.grad is not None)",
            "'zeros' if it else 'None'",
        ),
        Side(
            "unused = tf.Variable(np.ones(1))\nwith tf.GradientTape() as tape:\n"
            "    tape.watch(x)\n    y = tf.reduce_sum(x)\n"
            "float(tape.gradient(y, unused) is not None)",
            "'zeros' if it else 'None'",
        ),
        results,
        {"x": np.array([1.0])},
    ),
)
