"""All distances between two sets of points, by broadcasting."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # Three sizes that differ: no axis can stand in for another.
    n, m, d = rng.permutation([2, 3, 4, 5])[:3]
    A, B = quarters(rng, n, d), quarters(rng, m, d)
    # One point is in both sets: a distance may be 0, and is never below.
    B[rng.integers(m)] = A[rng.integers(n)]
    return {"A": A, "B": B}


def _squares(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """Squared differences, component by component, shape (n, m, d)."""
    return (A[:, None, :] - B[None, :, :]) ** 2


def _reference(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    """|a_i - b_j|, shape (n, m); A (n, d) and B (m, d) are float64."""
    return np.sqrt(_squares(A, B).sum(axis=-1))


def _half_cross_term(A: np.ndarray, B: np.ndarray) -> np.ndarray:
    return np.sqrt((A**2).sum(1)[:, None] - A @ B.T + (B**2).sum(1))


_MISTAKES = (
    Mistake(
        "squared distances",
        "You return the squares of the distances.",
        "In which unit is your number, when the points are in metres?",
        compute=lambda A, B: _squares(A, B).sum(axis=-1),
    ),
    Mistake(
        "sums of absolute differences",
        "Your numbers are the sums of the components' absolute differences. (A root "
        "that is taken before the sum gives them too.)",
        "What is the distance of (0, 0) and (3, 4)? And with your formula?",
        compute=lambda A, B: np.sqrt(_squares(A, B)).sum(axis=-1),
    ),
    Mistake(
        "mean instead of sum",
        "Your distances are too small by the root of d: you average the squares of "
        "the components.",
        "What is the distance of (0, 0) and (3, 4)? And with your formula?",
        compute=lambda A, B: np.sqrt(_squares(A, B).mean(axis=-1)),
    ),
    Mistake(
        "the components are not added",
        "You return one difference for each component, shape (n, m, d).",
        "One number is asked for each pair. Which axis must go?",
        compute=lambda A, B: np.sqrt(_squares(A, B)),
    ),
    Mistake(
        "summed over the points of B",
        "Your sum runs over the axis of B's points, so the components stay.",
        "Name the three axes of your difference. Which one holds the components?",
        compute=lambda A, B: np.sqrt(_squares(A, B).sum(axis=1)),
    ),
    Mistake(
        "the mixed term counts once",
        "You take the squares apart as a² - ab + b².",
        "Multiply (a - b)(a - b) out on paper.",
        compute=_half_cross_term,
    ),
    Mistake(
        "inner products",
        "You return the products a · b, not distances.",
        "What is the distance of a point from itself? And your number?",
        compute=lambda A, B: A @ B.T,
    ),
)

PAIRWISE_DISTANCES = Exercise(
    id="tensors.pairwise_distances",
    title="All distances at once",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("distances",),
    mistakes=_MISTAKES,
    hints=(
        "Broadcasting makes all pairs, if A's points and B's points lie along "
        "different axes, and the components along a third.",
        "torch: A[:, None], .sum(dim=...), torch.sqrt\n"
        "TensorFlow: A[:, None], tf.reduce_sum(..., axis=...), tf.sqrt",
        "A as shape (n, 1, d), B as shape (1, m, d)\n"
        "difference = ...   # shape (n, m, d)\n"
        "square it, add up one axis, take the root",
    ),
)
