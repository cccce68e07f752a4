"""A learning-rate schedule: linear warm-up, then half a cosine."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated


def _draw(rng: np.random.Generator) -> Case:
    warmup = int(rng.integers(2, 5))
    peak = round(float(rng.uniform(0.1, 0.9)), 2)
    return {
        "peak": peak,
        "floor": round(peak * float(rng.uniform(0.05, 0.2)), 4),
        "warmup": warmup,
        "total": warmup + int(rng.integers(4, 9)),
    }


def _reference(
    peak: float,
    floor: float,
    warmup: int,
    total: int,
    ramp: int = 1,
    begin: int | None = None,
    length: int | None = None,
    shape=lambda p: (1 + np.cos(np.pi * p)) / 2,
) -> np.ndarray:
    """The rate of each step, shape (total,).

    The mistakes' knobs: the warm-up's ``ramp`` counts from 0 or 1, the fall has its
    ``begin``, ``length`` and ``shape``.
    """
    t = np.arange(total)
    begin = warmup if begin is None else begin
    p = (t - begin) / (length or total - warmup)
    return np.where(
        t < warmup,
        peak * (t + ramp) / warmup,
        floor + (peak - floor) * shape(p),
    )


def _last_is_floor(peak, floor, warmup, total) -> np.ndarray:
    return _reference(peak, floor, warmup, total, length=total - warmup - 1)


def _from_zero(peak, floor, warmup, total) -> np.ndarray:
    return _reference(peak, floor, warmup, total, begin=0, length=total)


def _length_too_long(peak, floor, warmup, total) -> np.ndarray:
    return _reference(peak, floor, warmup, total, length=total)


def _floor_on_top(peak, floor, warmup, total) -> np.ndarray:
    t = np.arange(total)
    return _reference(peak, 0.0, warmup, total) + np.where(t < warmup, 0, floor)


_MISTAKES = (
    Mistake(
        "the warm-up starts at 0",
        "Your first rate is 0, so that the first step learns nothing, and each rate "
        "of the warm-up is one step late.",
        "The warm-up has as many steps as warmup says. Which rate should the last of "
        "them have?",
        compute=lambda **inputs: _reference(**inputs, ramp=0),
    ),
    Mistake(
        "the cosine begins at step 0",
        "The warm-up is right. Your cosine has been running since step 0, so that it "
        "has come down already when the warm-up ends.",
        "What are p and the rate in the first step after the warm-up?",
        compute=_from_zero,
    ),
    Mistake(
        "the cosine is too long",
        "Your cosine begins in the right place and takes total steps; the steps of "
        "the warm-up are already spent.",
        "How many steps are left after the warm-up?",
        compute=_length_too_long,
    ),
    Mistake(
        "the floor is reached one step early",
        "Your last rate is the floor itself. With p as it is defined here, the floor "
        "would be the rate of the step after the last.",
        "Count the steps after the warm-up, and the gaps between them.",
        compute=_last_is_floor,
    ),
    Mistake(
        "a whole turn of the cosine",
        "Your rate falls to the floor in the middle and climbs back.",
        "At which angle does a cosine first reach -1?",
        compute=lambda **inputs: _reference(
            **inputs, shape=lambda p: (1 + np.cos(2 * np.pi * p)) / 2
        ),
    ),
    Mistake(
        "a straight line down",
        "Your rate falls by the same amount in each step.",
        "Use the cosine that the formula has: it leaves the peak slowly.",
        compute=lambda **inputs: _reference(**inputs, shape=lambda p: 1 - p),
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
