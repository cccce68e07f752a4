"""The sample standard deviation, on whose divisor the frameworks disagree."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # Few rows: n and n - 1 are far apart. n differs from d, so axes show.
    d = int(rng.integers(2, 5))
    n = int(rng.choice([n for n in range(3, 7) if n != d]))
    return {"X": quarters(rng, n, d) + quarters(rng, d)}


def _reference(X: np.ndarray) -> np.ndarray:
    """sqrt(sum_i (x_ij - mean_j)^2 / (n - 1)), shape (d,); X (n, d) is float64."""
    return X.std(axis=0, ddof=1)


_MISTAKES = (
    Mistake(
        "divided by n",
        "Your numbers are too small: the squares are divided by n, not by n - 1.",
        "Which divisor does your function use by default, and how do you change it?",
        compute=lambda X: X.std(axis=0),
    ),
    Mistake(
        "the variance",
        "You return the variance of each column: the squares of what is asked for.",
        "In which unit is your number, when X is in metres?",
        compute=lambda X: X.var(axis=0, ddof=1),
    ),
    Mistake(
        "the correction without its root",
        "You multiply the standard deviation by n/(n - 1), which is the correction of "
        "the variance.",
        "By which factor does the variance grow with the new divisor? And its root?",
        compute=lambda X: X.std(axis=0) * len(X) / (len(X) - 1),
    ),
    Mistake(
        "one number for each row",
        "You return the spread within each row, not within each column.",
        "Which axis disappears when there shall be one number for each column?",
        compute=lambda X: X.std(axis=1, ddof=1),
    ),
    Mistake(
        "one number for all",
        "You return a single spread, of all entries together.",
        "Which axis shall disappear, and which one stay?",
        compute=lambda X: X.std(ddof=1),
    ),
    Mistake(
        "the squares are summed",
        "Your numbers are too large: the squares are added up and never divided.",
        "Read the formula again: what stands before the sum?",
        compute=lambda X: X.std(axis=0) * np.sqrt(len(X)),
    ),
    Mistake(
        "the mean is not subtracted",
        "You take the squares of the entries themselves, not of their distances from "
        "the column's mean.",
        "What is the standard deviation of a column that holds 5, 5 and 5?",
        compute=lambda X: np.sqrt((X**2).sum(axis=0) / (len(X) - 1)),
    ),
)

UNBIASED_STD = Exercise(
    id="tensors.unbiased_std",
    title="The same standard deviation in both",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("std",),
    mistakes=_MISTAKES,
    hints=(
        "One framework divides by n - 1 unless told otherwise, the other by n and "
        "can't be told. From the one to the other it is a factor that you can compute.",
        "torch: torch.std with dim and correction\n"
        "TensorFlow: tf.math.reduce_std divides by n; tf.reduce_mean, tf.reduce_sum "
        "and tf.sqrt build any other",
        "mean of each column, shape (d,)\n"
        "squares of the distances from it, shape (n, d)\n"
        "their sum over the rows, divided as the formula says\nreturn its root",
    ),
)
