"""Scale and zero point of ranges, for whole numbers of 8 bits."""

from functools import partial

import numpy as np

from grader.exercises.export.eight_bits import HIGHEST, LOWEST, STEPS, near_half
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Scales = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator, ranges: int) -> Case:
    while True:
        size = 10 ** rng.uniform(-1, 1.5, size=ranges)
        low = -size * rng.uniform(0.2, 1, size=ranges)
        high = size * rng.uniform(0.2, 1, size=ranges)
        low[:2] = 0.4 * high[:2]  # all positive
        high[2:4] = 0.3 * low[2:4]  # all negative
        order = rng.permutation(ranges)
        lows, highs = low[order].astype(np.float32), high[order].astype(np.float32)
        exact = _zero_points(*_widened(lows.astype(float), highs.astype(float)))
        rounded = _zero_points(*_widened(lows, highs))
        # Whoever cuts off gets the same in float32, where 255 may become 254.99998.
        if not near_half(exact).any() and (np.trunc(exact) == np.trunc(rounded)).all():
            return {"lows": lows, "highs": highs}


def _widened(lows: np.ndarray, highs: np.ndarray) -> Scales:
    return np.minimum(lows, 0), np.maximum(highs, 0)


def _zero_points(lows: np.ndarray, highs: np.ndarray) -> np.ndarray:
    """Before they are rounded."""
    return LOWEST - lows / ((highs - lows) / STEPS)


def _reference(lows: np.ndarray, highs: np.ndarray) -> Scales:
    """(scales, zero_points) for real = scale (q - zero_point); all (ranges,), float64.

    Jacob et al., https://arxiv.org/abs/1712.05877, section 2.1.
    """
    lows, highs = _widened(lows, highs)
    return (highs - lows) / STEPS, np.round(_zero_points(lows, highs))


def _not_widened(lows: np.ndarray, highs: np.ndarray) -> Scales:
    return (highs - lows) / STEPS, np.round(_zero_points(lows, highs))


def _clipped(lows: np.ndarray, highs: np.ndarray) -> Scales:
    scales, zero_points = _not_widened(lows, highs)
    return scales, np.clip(zero_points, LOWEST, HIGHEST)


def _more_steps(lows: np.ndarray, highs: np.ndarray) -> Scales:
    lows, highs = _widened(lows, highs)
    scales = (highs - lows) / (STEPS + 1)
    return scales, np.round(LOWEST - lows / scales)


def _unsigned(lows: np.ndarray, highs: np.ndarray) -> Scales:
    scales, zero_points = _reference(lows, highs)
    return scales, zero_points - LOWEST


def _opposite(lows: np.ndarray, highs: np.ndarray) -> Scales:
    lows, highs = _widened(lows, highs)
    scales = (highs - lows) / STEPS
    return scales, np.round(LOWEST + lows / scales)


def _cut(lows: np.ndarray, highs: np.ndarray) -> Scales:
    lows, highs = _widened(lows, highs)
    return (highs - lows) / STEPS, np.trunc(_zero_points(lows, highs))


def _not_rounded(lows: np.ndarray, highs: np.ndarray) -> Scales:
    lows, highs = _widened(lows, highs)
    return (highs - lows) / STEPS, _zero_points(lows, highs)


def _symmetric(lows: np.ndarray, highs: np.ndarray) -> Scales:
    return np.maximum(np.abs(lows), np.abs(highs)) / HIGHEST, np.zeros(len(lows))


_MISTAKES = (
    Mistake(
        "the range is not widened",
        "A range without 0 stays as it is in your answer. Its zero point then lies "
        "outside of the whole numbers there are, and the real number 0, which padding "
        "and ReLU need, has none of its own.",
        "Which range do you take for values from 2 to 5?",
        compute=_not_widened,
    ),
    Mistake(
        "the zero point is clipped instead",
        "A range without 0 stays as it is, and you clip its zero point. Then the "
        "scale and the zero point describe two different ranges.",
        "Widen the range first; no zero point has to be clipped then.",
        compute=_clipped,
    ),
    Mistake(
        "256 steps",
        "Your scales are too small by 255/256. There are 256 whole numbers, and fewer "
        "steps between the first and the last of them.",
        "How many steps are there from -128 to 127?",
        compute=_more_steps,
    ),
    Mistake(
        "the zero points of uint8",
        "Your scales are right. Your zero points are too large by 128: they belong to "
        "whole numbers from 0 to 255.",
        "Onto which whole number does the low end of the range go?",
        compute=_unsigned,
    ),
    Mistake(
        "the low end with the wrong sign",
        "Your scales are right. Your zero points lie on the wrong side of -128.",
        "Put low, and -128 for q, into real = scale * (q - zero_point), and solve for "
        "the zero point.",
        compute=_opposite,
    ),
    Mistake(
        "the zero point is cut off",
        "Your scales are right. Your zero points have lost what stood behind the "
        "decimal point, where they should be rounded to the nearest.",
        "`int(...)` and astype cut off. Which function rounds?",
        compute=_cut,
    ),
    Mistake(
        "the zero point is not rounded",
        "Your scales are right, and your zero points are no whole numbers.",
        "The real number 0 must be met exactly. By which kind of q?",
        compute=_not_rounded,
    ),
    Mistake(
        "symmetric scales",
        "You have quantised symmetrically, with zero point 0, as one does for weights.",
        "A ReLU's output has no negative values. How much of the whole numbers would "
        "a symmetric range leave unused for it?",
        compute=_symmetric,
    ),
)

SCALE_ZERO_POINT = Exercise(
    id="export.scale_zero_point",
    title="Scale and zero point of a range",
    points=1,
    neutral=True,
    cases=tuple(
        separated(partial(_draw, ranges=ranges), _reference, _MISTAKES, least=2e-3)
        for ranges in (6, 8, 7)
    ),
    reference=_reference,
    returns=("scales", "zero_points"),
    mistakes=_MISTAKES,
    hints=(
        "The low end of the range goes onto -128 and the high end onto 127. The scale "
        "is the real distance of two neighbouring whole numbers.",
        "np.minimum(lows, 0) and np.maximum(highs, 0), entry by entry; np.round",
        "widen each range to hold 0\n"
        "scale = width of the range / number of steps\n"
        "zero point = the whole number onto which the real number 0 goes",
    ),
)
