"""Weighted column means, subtracted by broadcasting."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # Square, so that broadcasting along the wrong axis raises no error.
    n = int(rng.integers(3, 6))
    return {
        "X": quarters(rng, n, n),
        "weight": rng.integers(1, 6, size=n).astype(np.float32),
    }


def _means(X: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return weight @ X / weight.sum()


def _reference(X: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """x_ij - sum_i(weight_i x_ij) / sum(weight); X (n, n), weight (n,), float64."""
    return X - _means(X, weight)


_MISTAKES = (
    Mistake(
        "the weights meet the columns",
        "Entry j of the weights multiplies column j: broadcasting aligns the last "
        "axes, and the shapes happen to fit.",
        "Write the shapes (n, n) and (n,) below each other, aligned at the right. "
        "Which axis of X does the weight's axis stand under?",
        compute=lambda X, weight: X - (weight * X).sum(axis=0) / weight.sum(),
    ),
    Mistake(
        "each row is centered",
        "You subtract from each row its own weighted mean.",
        "Your sums run along a row. Along which axis lie the entries of one column?",
        compute=lambda X, weight: X - (X @ weight / weight.sum())[:, None],
    ),
    Mistake(
        "the means stand on their side",
        "Your means are right, one for each column, but mean i is subtracted from row "
        "i.",
        "Print the shape of your means. Which axis of X does it meet, aligned at the "
        "right?",
        compute=lambda X, weight: X - _means(X, weight)[:, None],
    ),
    Mistake(
        "one mean for all",
        "You subtract the same number everywhere: the mean of all columns together.",
        "How many means do n columns have? Which axis must the sum leave?",
        compute=lambda X, weight: X - _means(X, weight).mean(),
    ),
    Mistake(
        "the weights are left out",
        "You subtract the plain mean of each column.",
        "Are the weights used anywhere in your function?",
        compute=lambda X, weight: X - X.mean(axis=0),
    ),
    Mistake(
        "divided by n, not by the weights",
        "You divide the weighted sums by the number of rows.",
        "What is the weighted mean of 5, 5 and 5? Try it with your function.",
        compute=lambda X, weight: X - weight @ X / len(X),
    ),
    Mistake(
        "the weighted sum",
        "You subtract the weighted sum of each column: it is never divided.",
        "What is the weighted mean of 5, 5 and 5? Try it with your function.",
        compute=lambda X, weight: X - weight @ X,
    ),
    Mistake(
        "the means alone",
        "You return the means of the columns.",
        "Read what is asked for: X, with something subtracted.",
        compute=_means,
    ),
)

CENTER_COLUMNS = Exercise(
    id="tensors.center_columns",
    title="Weighted columns, centered",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("centered",),
    mistakes=_MISTAKES,
    hints=(
        "Each weight belongs to a row. Give the weights an axis of size 1, so that "
        "each one meets its whole row.",
        "torch: weight[:, None], .sum(dim=0)\n"
        "TensorFlow: weight[:, None], tf.reduce_sum(..., axis=0)",
        "column = the weights as a column, shape (n, 1)\n"
        "mean = sum over the rows of column times X, divided by ...   # shape (n,)\n"
        "return X without it: which axis does (n,) meet?",
    ),
)
