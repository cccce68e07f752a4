"""Functions of one name that take, shape and arrange numbers by other rules."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Array, Row, Side

SIX = np.arange(6.0)


def arranged(
    name: str,
    what: str,
    probe: str,
    torch: tuple[str, str],
    keras: tuple[str, str],
    x: Array = SIX,
    raises: tuple[str, str] = ("", ""),
) -> Row:
    """A row on what the code of both gives; each with the code that aligns it."""
    return Row(
        f"indexing.{name}",
        what,
        probe,
        Side(torch[0], "", torch[1], raises=raises[0]),
        Side(keras[0], "", keras[1], raises=raises[1]),
        results,
        {"x": x},
    )


ROWS = (
    arranged(
        "split",
        "`split(x, 2)`: parts of size 2, or 2 parts",
        "the first part of 6 numbers",
        ("x.split(2)[0]", "x.chunk(2)[0]"),
        ("tf.split(x, 2)[0]", "tf.split(x, [2, 2, 2])[0]"),
    ),
    arranged(
        "repeat",
        "`repeat(x, 2)`: the whole, or each number",
        "the numbers 0, 1, 2, repeated",
        ("x.repeat(2)", "x.repeat_interleave(2)"),
        ("tf.repeat(x, 2)", "tf.tile(x, [2])"),
        SIX[:3],
    ),
    arranged(
        "meshgrid",
        "`meshgrid`: which axis the first argument runs along",
        "the first grid of 0, 1 and 0, 1",
        ("torch.meshgrid(x, x)[0]", "torch.meshgrid(x, x, indexing='xy')[0]"),
        ("tf.meshgrid(x, x)[0]", "tf.meshgrid(x, x, indexing='ij')[0]"),
        SIX[:2],
    ),
    arranged(
        "squeeze",
        "`squeeze` of an axis that has more than one place",
        "6 numbers, squeezed",
        ("x.squeeze(0)", ""),
        ("tf.squeeze(x, 0)", "x if x.shape[0] > 1 else tf.squeeze(x, 0)"),
        raises=("", "InvalidArgumentError"),
    ),
    arranged(
        "negative",
        "Taking the place −1",
        "the last of 6 numbers",
        ("x.index_select(0, torch.tensor([-1]))", "x[[-1]]"),
        ("ops.take(x, [-1])", ""),
        raises=("IndexError", ""),
    ),
    arranged(
        "gather_negative",
        "Gathering the place −1",
        "the last of 6 numbers",
        ("x.gather(0, torch.tensor([-1]))", ""),
        ("tf.gather(x, [-1])", ""),
        raises=("RuntimeError", "InvalidArgumentError"),
    ),
    arranged(
        "one_hot_range",
        "One-hot vector of a class that does not exist",
        "class 5 of 3",
        ("F.one_hot(torch.tensor([5]), 3)", "torch.zeros(1, 3)"),
        ("tf.one_hot([5], 3)", ""),
        raises=("RuntimeError", ""),
    ),
    arranged(
        "scatter",
        "Writing twice to one place",
        "1 and 2, both written to place 0",
        (
            "torch.zeros(2).scatter(0, torch.tensor([0, 0]), x[1:3])",
            "torch.zeros(2).scatter_add(0, torch.tensor([0, 0]), x[1:3])",
        ),
        (
            "tf.scatter_nd([[0], [0]], x[1:3], [2])",
            "tf.tensor_scatter_nd_update(np.zeros(2), [[0], [0]], x[1:3])",
        ),
    ),
    arranged(
        "reversed",
        "`x[::-1]`",
        "6 numbers, backwards",
        ("x[::-1]", "x.flip(0)"),
        ("x[::-1]", ""),
        raises=("ValueError", ""),
    ),
    arranged(
        "list",
        "`x[[0, 2]]`",
        "two of 6 numbers",
        ("x[[0, 2]]", ""),
        ("x[[0, 2]]", "tf.gather(x, [0, 2])"),
        raises=("", "InvalidArgumentError"),
    ),
    arranged(
        "vector_product",
        "`x @ x` of vectors",
        "the product of 6 numbers with themselves",
        ("x @ x", ""),
        ("x @ x", "tf.tensordot(x, x, 1)"),
        raises=("", "InvalidArgumentError"),
    ),
    arranged(
        "shared_memory",
        "A tensor made of a NumPy array: whether it follows the array",
        "the first number, after the array was changed to 9",
        (
            "a = np.zeros(2)\nt = torch.from_numpy(a)\na[0] = 9.0\nt[0]",
            "a = np.zeros(2)\nt = torch.tensor(a)\na[0] = 9.0\nt[0]",
        ),
        ("a = np.zeros(2)\nt = tf.constant(a)\na[0] = 9.0\nt[0]", ""),
    ),
)
