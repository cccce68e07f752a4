"""Draws inputs on which right values and every mistake's values differ clearly."""

import math
from collections.abc import Sequence

import numpy as np

from grader.judging.compare import error
from grader.judging.exercise import Case, Compute, Draw, Mistake, widened

MAX_DRAWS = 1000


def separated(
    draw: Draw,
    reference: Compute,
    mistakes: Sequence[Mistake],
    least: float = 0.01,
) -> Draw:
    """A ``cases`` function: ``draw``, repeated until all outcomes are apart.

    Args:
        draw: one case's inputs from a random generator.
        reference: the exercise's reference.
        mistakes: the exercise's mistakes.
        least: smallest distance allowed between any two outcomes, in the unit of
            an exercise's tolerance. Then each single case shows a mistake, and
            distinguishes it from every other mistake.

    Raises:
        ValueError: from the returned function, after ``MAX_DRAWS`` draws.
    """
    functions = [reference, *(mistake.compute for mistake in mistakes)]

    def cases(rng: np.random.Generator) -> Case:
        for _ in range(MAX_DRAWS):
            inputs = draw(rng)
            if _apart(functions, widened(inputs), least):
                return inputs
        raise ValueError(f"no case in {MAX_DRAWS} draws keeps the mistakes apart")

    return cases


def _apart(functions: list[Compute], inputs: Case, least: float) -> bool:
    """Whether all functions give different values; stops at the first two alike."""
    outcomes: list[list[np.ndarray]] = []
    for function in functions:
        outcome = _arrays(function(**inputs))
        if any(distance(outcome, other) < least for other in outcomes):
            return False
        outcomes.append(outcome)
    return True


def distance(one: Sequence[np.ndarray], other: Sequence[np.ndarray]) -> float:
    """The largest error of any quantity; infinite where the shapes differ."""
    return max(_far(a, b) for a, b in zip(one, other, strict=True))


def _far(expected: np.ndarray, got: np.ndarray) -> float:
    """The largest :func:`error`, computed faster if all values are finite."""
    if expected.shape != got.shape:
        return np.inf
    with np.errstate(invalid="ignore", over="ignore"):
        gap = float(np.abs(got - expected).max(initial=0.0))
    scale = float(np.abs(expected).max(initial=0.0))
    if math.isfinite(gap) and scale:
        return gap / scale
    return float(error(expected, got).max(initial=0.0))


def _arrays(returned: object) -> list[np.ndarray]:
    parts = returned if isinstance(returned, tuple) else (returned,)
    return [np.asarray(part, dtype=np.float64) for part in parts]
