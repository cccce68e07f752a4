"""Reductions and arithmetic that go by other rules."""

import numpy as np

from bench.defaults.measures import results
from bench.defaults.model import Array, Row, Side

FOUR = np.array([1.0, 2.0, 3.0, 4.0])
GAP = np.array([1.0, np.nan, 2.0])


def reduced(
    name: str,
    what: str,
    torch: tuple[str, str],
    keras: tuple[str, str],
    x: Array,
    raises: tuple[str, str] = ("", ""),
    advice: str = "",
) -> Row:
    """A row on what a function gives for the same numbers.

    Args:
        name: the id's second half.
        what: the function, in plain words.
        torch: PyTorch's code, and the code that aligns it.
        keras: Keras's code, and the code that aligns it.
        x: what both are given.
        raises: the error that either is known to raise.
        advice: a sentence for Keras's side.
    """
    shown = ", ".join(f"{one:g}" for one in x.ravel()) if x.size < 7 else "the numbers"
    return Row(
        f"arithmetic.{name}",
        what,
        f"the result for {shown or 'no numbers'}",
        Side(torch[0], "", torch[1], raises=raises[0]),
        Side(keras[0], "", keras[1], advice, raises[1]),
        results,
        {"x": x},
    )


ROWS = (
    reduced(
        "deviation",
        "Standard deviation: divided by n − 1 or n",
        ("x.std()", "x.std(correction=0)"),
        ("ops.std(x)", "ops.std(x) * (4 / 3) ** 0.5"),
        FOUR,
    ),
    reduced(
        "variance",
        "Variance: divided by n − 1 or n",
        ("x.var()", "x.var(correction=0)"),
        ("ops.var(x)", "ops.var(x) * 4 / 3"),
        FOUR,
    ),
    reduced(
        "deviation_of_one",
        "Standard deviation of one number",
        ("x.std()", "x.std(correction=0)"),
        ("ops.std(x)", ""),
        np.array([3.0]),
    ),
    reduced(
        "median",
        "Median of an even number of values",
        ("x.median()", "x.quantile(0.5)"),
        ("ops.median(x)", "ops.sort(x)[1]"),
        FOUR,
    ),
    reduced(
        "quantile",
        "Quantile 0.3",
        ("x.quantile(0.3)", ""),
        ("ops.quantile(x, 0.3)", ""),
        FOUR,
    ),
    reduced(
        "maximum_of_nothing",
        "The largest of no numbers",
        ("x.max()", ""),
        ("tf.reduce_max(x)", ""),
        np.array([]),
        ("RuntimeError", ""),
    ),
    reduced(
        "maximum_with_nan",
        "The largest number where one is NaN",
        ("x.max()", ""),
        ("tf.reduce_max(x)", ""),
        GAP,
    ),
    reduced(
        "place_of_nan",
        "The place of the largest number where one is NaN",
        ("x.argmax()", "x.nan_to_num(-torch.inf).argmax()"),
        ("tf.argmax(x)", ""),
        GAP,
    ),
    reduced(
        "ties",
        "The place of the largest number where two are equal",
        ("x.argmax()", ""),
        ("tf.argmax(x)", ""),
        np.array([1.0, 3.0, 3.0]),
    ),
    reduced(
        "top_ties",
        "The places of the 2 largest numbers where three are equal",
        ("x.topk(2).indices", "x.sort(descending=True, stable=True).indices[:2]"),
        ("tf.math.top_k(x, 2).indices", ""),
        np.array([1.0, 3.0, 3.0, 2.0, 3.0]),
    ),
    reduced(
        "unique",
        "The different numbers: in which order",
        ("x.unique()", ""),
        ("tf.unique(x).y", "tf.sort(tf.unique(x).y)"),
        np.array([3.0, 1.0, 3.0, 2.0]),
    ),
    reduced(
        "sign_of_nan",
        "The sign of NaN",
        ("x.sign()", "x / x.abs()"),
        ("ops.sign(x)", ""),
        np.array([np.nan]),
    ),
    reduced(
        "clip_crossed",
        "Clipping to a lower end 10 above the upper end 0",
        ("x.clamp(10.0, 0.0)", "x.clamp(max=0.0).clamp(min=10.0)"),
        (
            "tf.clip_by_value(x, 10.0, 0.0)",
            "tf.minimum(tf.maximum(x, 10.0), 0.0)",
        ),
        np.array([5.0]),
    ),
    reduced(
        "round",
        "Rounding halves",
        ("x.round()", ""),
        ("ops.round(x)", ""),
        np.array([0.5, 1.5, 2.5]),
    ),
    reduced(
        "remainder",
        "Remainder of negative numbers by 3",
        ("x % 3", ""),
        ("x % 3", ""),
        np.array([-1.0, -4.0]),
    ),
    reduced(
        "norm",
        "Length of a vector",
        ("torch.linalg.norm(x)", ""),
        ("ops.norm(x)", ""),
        FOUR,
    ),
    reduced(
        "division_by_zero",
        "A whole number divided by 0 without remainder",
        ("x.long() // 0", ""),
        ("tf.cast(x, 'int64') // 0", ""),
        np.array([1.0]),
        ("RuntimeError", "InvalidArgumentError"),
    ),
    Row(
        "arithmetic.tf32",
        "TF32 on a GPU: whether float32 matrices are multiplied in 10 bits",
        "not to be seen on a CPU",
        Side(
            "torch.backends.cuda.matmul.allow_tf32",
            advice="Set `torch.backends.cuda.matmul.allow_tf32 = True`.",
        ),
        Side(
            "tf.config.experimental.tensor_float_32_execution_enabled()",
            advice="Call `tf.config.experimental.enable_tensor_float_32_execution("
            "False)`.",
        ),
        None,
    ),
)
