"""A learning-rate schedule: linear warm-up, then half a cosine."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    warmup = int(rng.integers(2, 5))
    peak = round(float(rng.uniform(0.1, 0.9)), 2)
    return {
        "peak": peak,
        "floor": round(peak * float(rng.uniform(0.05, 0.2)), 4),
        "warmup": warmup,
        "total": warmup + int(rng.integers(4, 9)),
    }


def _reference(peak: float, floor: float, warmup: int, total: int) -> np.ndarray:
    """The rate of each step, shape (total,), float64.

    Linear warm-up, then half a cosine: Loshchilov and Hutter, SGDR, 2017, equation 5,
    without restarts.
    """
    t = np.arange(total)
    p = (t - warmup) / (total - warmup)
    return np.where(
        t < warmup,
        peak * (t + 1) / warmup,
        floor + (peak - floor) * _half_cosine(p),
    )


def _half_cosine(p: np.ndarray) -> np.ndarray:
    """From 1 at p = 0 to 0 at p = 1."""
    return (1 + np.cos(np.pi * p)) / 2


def _falling(share: Callable[[np.ndarray, int, int], np.ndarray]) -> Compute:
    """The right warm-up, then floor + (peak - floor) share(t, warmup, total)."""

    def compute(peak: float, floor: float, warmup: int, total: int) -> np.ndarray:
        t = np.arange(total)
        rates = floor + (peak - floor) * share(t, warmup, total)
        return np.where(t < warmup, _reference(peak, floor, warmup, total), rates)

    return compute


def _ramp_from_0(peak: float, floor: float, warmup: int, total: int) -> np.ndarray:
    t = np.arange(total)
    rates = _reference(peak, floor, warmup, total)
    return np.where(t < warmup, peak * t / warmup, rates)


def _floor_on_top(peak: float, floor: float, warmup: int, total: int) -> np.ndarray:
    t = np.arange(total)
    return _reference(peak, 0.0, warmup, total) + np.where(t < warmup, 0, floor)


_MISTAKES = (
    Mistake(
        "the warm-up starts at 0",
        "Your first rate is 0, so that the first step learns nothing, and each rate "
        "of the warm-up is one step late.",
        "The warm-up has as many steps as warmup says. Which rate should the last of "
        "them have?",
        compute=_ramp_from_0,
    ),
    Mistake(
        "the cosine begins at step 0",
        "The warm-up is right. Your cosine has been running since step 0, so that it "
        "has come down already when the warm-up ends.",
        "What are p and the rate in the first step after the warm-up?",
        compute=_falling(lambda t, warmup, total: _half_cosine(t / total)),
    ),
    Mistake(
        "the cosine is too long",
        "Your cosine begins in the right place and takes total steps; the steps of "
        "the warm-up are already spent.",
        "How many steps are left after the warm-up?",
        compute=_falling(lambda t, warmup, total: _half_cosine((t - warmup) / total)),
    ),
    Mistake(
        "the floor is reached one step early",
        "Your last rate is the floor itself. With p as it is defined here, the floor "
        "would be the rate of the step after the last.",
        "Count the steps after the warm-up, and the gaps between them.",
        compute=_falling(
            lambda t, warmup, total: _half_cosine((t - warmup) / (total - warmup - 1))
        ),
    ),
    Mistake(
        "a whole turn of the cosine",
        "Your rate falls to the floor in the middle and climbs back.",
        "At which angle does a cosine first reach -1?",
        compute=_falling(
            lambda t, warmup, total: _half_cosine(2 * (t - warmup) / (total - warmup))
        ),
    ),
    Mistake(
        "a straight line down",
        "Your rate falls by the same amount in each step.",
        "Use the cosine that the formula has: it leaves the peak slowly.",
        compute=_falling(lambda t, warmup, total: 1 - (t - warmup) / (total - warmup)),
    ),
    Mistake(
        "the floor is missing",
        "Your rate falls towards 0.",
        "Put p = 1 into your formula. What should come out?",
        compute=lambda peak, floor, warmup, total: _reference(peak, 0.0, warmup, total),
    ),
    Mistake(
        "the floor is put on top",
        "Your cosine falls by the whole peak and starts from peak + floor.",
        "Put p = 0 into your formula. What should come out?",
        compute=_floor_on_top,
    ),
)

COSINE_SCHEDULE = Exercise(
    id="loops.cosine_schedule",
    title="Warm-up, then a cosine",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("rate",),
    mistakes=_MISTAKES,
    hints=(
        "Two pieces. Write on paper the rate of the first and of the last step of "
        "the warm-up, and of the first step after it.",
        "plain Python: math.cos, math.pi\n"
        "torch: torch.optim.lr_scheduler.CosineAnnealingLR has the second piece\n"
        "TensorFlow: tf.keras.optimizers.schedules.CosineDecay has it too; its "
        "alpha is a share of the peak",
        "for t from 0 to total - 1:\n"
        "    during the warm-up: the share of the peak that is due\n"
        "    after it: p, and from p the rate\n"
        "return all rates",
    ),
    per_step=True,
)
