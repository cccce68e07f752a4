"""Where the logs of two runs part for the first time."""

from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Found = tuple[np.ndarray, int]

TOLERANCE = 1e-3


def _draw(rng: np.random.Generator, diverging: bool) -> Case:
    steps = int(rng.integers(7, 11))
    kinds = [_agreeing(rng, steps, scale) for scale in (3e3, 1e-4)]
    kinds.append(_from_zero(rng, steps))
    if diverging:
        first = int(rng.integers(1, 4))
        kinds += [
            _parting(rng, steps, first),
            _parting(rng, steps, first),  # at the same step: the earlier column wins
            _parting(rng, steps, first + int(rng.integers(1, 3)), scale=1e-2),
            _once(rng, steps, first + 1),
            _lost(rng, steps, int(rng.integers(first + 1, steps))),
        ]
    order = rng.permutation(len(kinds))
    pairs = np.array([kinds[position] for position in order])
    torch_log, keras_log = pairs.transpose(1, 2, 0).astype(np.float32)
    return {"torch_log": torch_log, "keras_log": keras_log, "tolerance": TOLERANCE}


def _agreeing(rng: np.random.Generator, steps: int, scale: float) -> np.ndarray:
    """A quantity of both runs, (2, steps), equal to a hundredth of the tolerance."""
    values = scale * rng.uniform(1, 3, size=steps) * rng.choice([-1, 1])
    # Beyond the tolerance where the scale is large, if taken absolutely.
    apart = 0.01 * TOLERANCE * rng.uniform(0.2, 1, size=steps)
    return np.array([values, values * (1 + apart)])


def _from_zero(rng: np.random.Generator, steps: int) -> np.ndarray:
    both = _agreeing(rng, steps, 1.0)
    both[:, 0] = 0
    return both


def _parting(
    rng: np.random.Generator, steps: int, first: int, scale: float = 1.0
) -> np.ndarray:
    both = _agreeing(rng, steps, scale)
    growth = np.arange(steps) - first + 1
    both[1, first:] *= 1 + 5 * TOLERANCE * rng.uniform(1, 2) * growth[first:]
    return both


def _once(rng: np.random.Generator, steps: int, first: int) -> np.ndarray:
    both = _agreeing(rng, steps, 1.0)
    both[1, first] *= 1.5
    return both


def _lost(rng: np.random.Generator, steps: int, first: int) -> np.ndarray:
    both = _agreeing(rng, steps, 1.0)
    both[rng.integers(2), first:] = np.nan
    return both


def _reference(torch_log: np.ndarray, keras_log: np.ndarray, tolerance: float) -> Found:
    """(steps, culprit): (quantities,) and a column's number, -1 for none.

    The logs are (steps, quantities), float64. NaN differs, and two zeros are equal.
    """
    scale = np.maximum(np.abs(torch_log), np.abs(keras_log))
    return _found(~(np.abs(torch_log - keras_log) <= tolerance * scale))


def _found(different: np.ndarray) -> Found:
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    return steps, _earliest(steps)


def _earliest(steps: np.ndarray) -> int:
    if (steps < 0).all():
        return -1
    return int(np.argmin(np.where(steps < 0, np.inf, steps)))


def _ratio(torch_log: np.ndarray, keras_log: np.ndarray) -> np.ndarray:
    scale = np.maximum(np.abs(torch_log), np.abs(keras_log))
    return np.abs(torch_log - keras_log) / scale  # NaN for two zeros


def _absolute(torch_log: np.ndarray, keras_log: np.ndarray, tolerance: float) -> Found:
    return _found(~(np.abs(torch_log - keras_log) <= tolerance))


def _nan_overlooked(
    torch_log: np.ndarray, keras_log: np.ndarray, tolerance: float
) -> Found:
    scale = np.maximum(np.abs(torch_log), np.abs(keras_log))
    return _found(np.abs(torch_log - keras_log) > tolerance * scale)


def _zeros_differ(
    torch_log: np.ndarray, keras_log: np.ndarray, tolerance: float
) -> Found:
    with np.errstate(invalid="ignore"):
        return _found(~(_ratio(torch_log, keras_log) <= tolerance))


def _signed(torch_log: np.ndarray, keras_log: np.ndarray, tolerance: float) -> Found:
    scale = np.maximum(torch_log, keras_log)
    both_zero = (torch_log == 0) & (keras_log == 0)
    close = np.abs(torch_log - keras_log) <= tolerance * scale
    return _found(~(close | both_zero))


def _largest(torch_log: np.ndarray, keras_log: np.ndarray, tolerance: float) -> Found:
    with np.errstate(invalid="ignore"):
        ratio = _ratio(torch_log, keras_log)
    both_zero = (torch_log == 0) & (keras_log == 0)
    ratio = np.where(both_zero, 0, np.where(np.isnan(ratio), np.inf, ratio))
    steps = np.where(ratio.max(axis=0) > tolerance, ratio.argmax(axis=0), -1)
    return steps, _earliest(steps)


def _never_is_zero(**inputs: Any) -> Found:
    steps = np.maximum(_reference(**inputs)[0], 0)
    return steps, int(np.argmin(steps))


def _never_is_earliest(**inputs: Any) -> Found:
    steps, _ = _reference(**inputs)
    return steps, int(np.argmin(steps))


def _step_of_culprit(**inputs: Any) -> Found:
    steps, culprit = _reference(**inputs)
    return steps, steps[culprit] if culprit >= 0 else -1


def _later_column(**inputs: Any) -> Found:
    steps, culprit = _reference(**inputs)
    if culprit < 0:
        return steps, culprit
    return steps, int(np.flatnonzero(steps == steps[culprit])[-1])


def _from_one(**inputs: Any) -> Found:
    steps, culprit = _reference(**inputs)
    return np.where(steps < 0, -1, steps + 1), culprit


_MISTAKES = (
    Mistake(
        "absolute differences",
        "You compare the difference itself with the tolerance. A large quantity is "
        "then blamed for its rounding, and a small one may be wrong throughout.",
        "Divide each difference by the size of what is compared. Which size does the "
        "exercise name?",
        compute=_absolute,
    ),
    Mistake(
        "NaN is overlooked",
        "A quantity that becomes NaN is never found: each comparison with NaN is "
        "False, so that `difference > limit` is False too.",
        "Ask the other question, whether two numbers are close, and negate the "
        "answer; or ask for NaN by itself.",
        compute=_nan_overlooked,
    ),
    Mistake(
        "two zeros differ",
        "You find a divergence at step 0 where both logs hold 0: 0/0 is NaN.",
        "Can you compare without a division?",
        compute=_zeros_differ,
    ),
    Mistake(
        "a size with a sign",
        "Each quantity that is negative counts as different from the start: you "
        "divide by it, or multiply the tolerance with it, with its sign.",
        "A size has no sign. Where does your code take the absolute value?",
        compute=_signed,
    ),
    Mistake(
        "the largest difference, not the first",
        "For each quantity you return the step at which the two runs are furthest "
        "apart.",
        "The cause lies where they part. What does argmax return on truth values?",
        compute=_largest,
    ),
    Mistake(
        "never becomes step 0",
        "A quantity that never diverges gets step 0: argmax of a column without any "
        "True is 0.",
        "Ask of each column first whether it holds any True.",
        compute=_never_is_zero,
    ),
    Mistake(
        "a quantity that never diverges is blamed",
        "Your steps are right. Your culprit is a quantity with -1, which is smaller "
        "than any step.",
        "Leave out what never diverges before you look for the smallest step.",
        compute=_never_is_earliest,
    ),
    Mistake(
        "the step instead of the column",
        "Your steps are right. As culprit you return the step at which it diverges.",
        "What does the number of a quantity count?",
        compute=_step_of_culprit,
    ),
    Mistake(
        "the later of two",
        "Your steps are right. Where two quantities diverge at the same step, you "
        "blame the one that is computed later.",
        "Within a step the columns are in the order in which they are computed. "
        "Which one can be the cause of the other?",
        compute=_later_column,
    ),
    Mistake(
        "steps counted from 1",
        "Your steps are too large by 1.",
        "Row 0 of a log is step 0.",
        compute=_from_one,
    ),
)

FIRST_DIVERGENCE = Exercise(
    id="porting.first_divergence",
    title="The first divergence of two runs",
    points=2,
    neutral=True,
    cases=(
        separated(partial(_draw, diverging=True), _reference, _MISTAKES),
        partial(_draw, diverging=False),
        separated(partial(_draw, diverging=True), _reference, _MISTAKES),
    ),
    reference=_reference,
    returns=("steps", "culprit"),
    mistakes=_MISTAKES,
    hints=(
        "First make a table of truth values, as large as a log: is this number "
        "different? Then ask each column for its first True, and the columns for the "
        "smallest step.",
        "np.abs, np.maximum(a, b) entry by entry, ~ for not; table.any(axis=0), "
        "table.argmax(axis=0): the first True of a column, or 0 if there is none",
        "size = the larger absolute value of the two, entry by entry\n"
        "different = not (difference is at most tolerance times size)\n"
        "steps = the first True of each column, -1 where there is none\n"
        "culprit = the column with the smallest step among those that have one",
    ),
)
