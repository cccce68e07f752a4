"""The gap between two settings, its standard error, and how many seeds it takes."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Gap = tuple[np.floating, np.floating, np.floating, int]
ERRORS = 2  # how many standard errors a gap is to lie away from 0
CLEAR = 0.1  # how far the number of pairs is from a whole number, before rounding up
SMALL = 0.3  # points; a smaller gap is not drawn
FEW, MANY = 8, 40  # pairs; fewer or more are not drawn


def _draw(rng: np.random.Generator) -> Case:
    while True:
        seeds = int(rng.integers(5, 9))
        luck = rng.normal(scale=2, size=seeds)  # what both runs of a seed share
        gap = rng.choice([-1, 1]) * rng.uniform(0.4, 1.2)
        a = 93 + luck + rng.normal(scale=0.7, size=seeds)
        b = 93 + gap + luck + rng.normal(scale=0.7, size=seeds)
        a, b = np.round(a, 1), np.round(b, 1)
        if abs(np.mean(b - a)) < SMALL:
            continue
        pairs = _pairs(b - a, ERRORS)
        if CLEAR < pairs % 1 < 1 - CLEAR and FEW < pairs < MANY:
            return {"a": a.astype(np.float32), "b": b.astype(np.float32)}


def _pairs(differences: np.ndarray, errors: float) -> float:
    """(errors s / d)^2, before it is rounded up."""
    return float((errors * differences.std(ddof=1) / differences.mean()) ** 2)


def _unpaired(a: np.ndarray, b: np.ndarray) -> np.floating:
    return np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))


def _reference(a: np.ndarray, b: np.ndarray) -> Gap:
    """(gap, paired, unpaired, pairs), four numbers; a and b (seeds,) are float64.

    gap: mean(b - a); paired: its standard error s / sqrt(n) with s of the differences;
    unpaired: sqrt((s_a^2 + s_b^2) / n); pairs: the smallest n for which |gap| is at
    least two paired standard errors. s divides by n - 1.
    """
    differences = b - a
    error = differences.std(ddof=1) / np.sqrt(len(a))
    pairs = int(np.ceil(_pairs(differences, ERRORS)))
    return differences.mean(), error, _unpaired(a, b), pairs


def _with(position: int, other: Callable[[np.ndarray, np.ndarray], object]) -> Compute:
    """The mistake that gives other(a, b) in this position."""

    def compute(a: np.ndarray, b: np.ndarray) -> tuple[object, ...]:
        values: list[object] = list(_reference(a, b))
        values[position] = other(a, b)
        return tuple(values)

    return compute


def _pairs_unpaired(a: np.ndarray, b: np.ndarray) -> int:
    variance = a.var(ddof=1) + b.var(ddof=1)
    return int(np.ceil(ERRORS**2 * variance / (b - a).mean() ** 2))


def _biased(a: np.ndarray, b: np.ndarray) -> Gap:
    n = len(a)
    shrunk = np.sqrt((n - 1) / n)
    gap, paired, unpaired, _ = _reference(a, b)
    pairs = int(np.ceil(_pairs(b - a, ERRORS * shrunk)))
    return gap, paired * shrunk, unpaired * shrunk, pairs


def _exchanged(a: np.ndarray, b: np.ndarray) -> Gap:
    gap, paired, unpaired, pairs = _reference(a, b)
    return gap, unpaired, paired, pairs


def _deviations(a: np.ndarray, b: np.ndarray) -> Gap:
    gap, paired, unpaired, pairs = _reference(a, b)
    return gap, paired * np.sqrt(len(a)), unpaired * np.sqrt(len(a)), pairs


def _by_n(a: np.ndarray, b: np.ndarray) -> Gap:
    gap, paired, unpaired, pairs = _reference(a, b)
    return gap, paired / np.sqrt(len(a)), unpaired / np.sqrt(len(a)), pairs


_MISTAKES = (
    Mistake(
        "the deviations divide by n",
        "The gap is right. Your standard deviations divide by n, and are too small.",
        "Which divisor does the exercise ask for? NumPy's std has an argument for it.",
        compute=_biased,
    ),
    Mistake(
        "paired and unpaired are exchanged",
        "Both errors are right, and each stands where the other one should.",
        "Which of the two uses the column b - a?",
        compute=_exchanged,
    ),
    Mistake(
        "the standard deviations themselves",
        "Your errors are those of a single run, or of a single pair. A mean of n "
        "values is more exact.",
        "By which power of n does the mean of n values scatter less?",
        compute=_deviations,
    ),
    Mistake(
        "divided by n, not by its root",
        "You divide the standard deviations by n.",
        "Four times as many seeds make the error half as large. Do yours?",
        compute=_by_n,
    ),
    Mistake(
        "the gap is a - b",
        "Your gap has the wrong sign: b less a is asked for.",
        "Is the gap positive if b is the better one?",
        compute=_with(0, lambda a, b: np.mean(a - b)),
    ),
    Mistake(
        "the unpaired errors are added",
        "Your unpaired error is the sum of two errors. Independent errors often point "
        "in opposite directions, so that their squares add up.",
        "Compare with the formula in the exercise: what is added under the root?",
        compute=_with(
            2, lambda a, b: (a.std(ddof=1) + b.std(ddof=1)) / np.sqrt(len(a))
        ),
    ),
    Mistake(
        "all runs in one heap",
        "Your unpaired error is that of all runs together, with the gap among their "
        "differences.",
        "Each setting has a standard deviation of its own. How many of these are in "
        "the formula?",
        compute=_with(
            2,
            lambda a, b: np.sqrt(2 / len(a)) * np.concatenate([a, b]).std(ddof=1),
        ),
    ),
    Mistake(
        "the number of pairs is rounded off",
        "Your number of pairs is a little too small: with it, the gap is less than two "
        "standard errors.",
        "With which whole number is the gap at least two standard errors away from 0?",
        compute=_with(3, lambda a, b: int(_pairs(b - a, ERRORS))),
    ),
    Mistake(
        "the error in place of s",
        "Your number of pairs is n times too small: you put the error of the mean "
        "where the formula has the standard deviation of the differences.",
        "Which of the two does not change when more seeds are added?",
        compute=_with(3, lambda a, b: int(np.ceil(_pairs(b - a, ERRORS) / len(a)))),
    ),
    Mistake(
        "pairs that share nothing",
        "Your number of pairs is that for runs without common seeds.",
        "Whose standard deviation is s, by the table of the exercise?",
        compute=_with(3, _pairs_unpaired),
    ),
    Mistake(
        "one standard error",
        "Your number of pairs brings the gap one standard error away from 0.",
        "Where does the 2 stand in the formula, inside of the square or outside?",
        compute=_with(3, lambda a, b: int(np.ceil(_pairs(b - a, 1)))),
    ),
    Mistake(
        "the 2 outside of the square",
        "Your number of pairs is half of the right one.",
        "Where does the 2 stand in the formula, inside of the square or outside?",
        compute=_with(3, lambda a, b: int(np.ceil(2 * _pairs(b - a, 1)))),
    ),
)

PAIRED_DIFFERENCE = Exercise(
    id="defaults.paired_difference",
    title="A gap, its error, and enough seeds",
    points=2,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES, least=0.02),
    reference=_reference,
    returns=("gap", "paired", "unpaired", "pairs"),
    mistakes=_MISTAKES,
    hints=(
        "For the paired error, take the differences first, and forget a and b. For the "
        "unpaired one, take the two standard deviations first, and forget which run "
        "belongs to which.",
        "NumPy: mean, and std or var with the argument ddof; np.sqrt; np.ceil or "
        "math.ceil",
        "differences, one for each seed\n"
        "gap and s: their mean and their standard deviation\n"
        "paired error: s and n\n"
        "unpaired error: the variance of a, the variance of b, and n\n"
        "pairs: the formula, rounded up to a whole number",
    ),
    # A difference of two means near 90 loses digits in float32.
    tolerance=1e-3,
)
