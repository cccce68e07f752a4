"""How much of its starting value a running statistic still holds after some steps."""

import numpy as np

from grader.exercises.defaults.conventions import in_turn, kept_share, one_sided, other
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # No whole number of these shares is 1: no mistake gives 0, of which any error is
    # a large share.
    small = int(rng.choice([n for n in range(15, 40) if n % 5])) / 100
    return {
        "momentum": small if rng.random() < 0.5 else round(1 - small, 2),
        "steps": int(rng.integers(2, 6)),
    }


def _reference(momentum: float, steps: int, convention: str) -> float:
    """kept ** steps, where kept is the share that one step keeps."""
    return kept_share(momentum, convention) ** steps


def _linear(momentum: float, steps: int, convention: str) -> float:
    return 1 - steps * (1 - kept_share(momentum, convention))


_MISTAKES = (
    Mistake(
        "the other framework's momentum",
        "You read the momentum as the other framework does: as the share that is kept "
        "where it is the share of the new batch, or the reverse.",
        "Take one step by hand, from 1 towards a batch of 0, with the formula of the "
        "framework that convention names. What is left?",
        compute=lambda momentum, steps, convention: _reference(
            momentum, steps, other(convention)
        ),
    ),
    Mistake(
        "the share that the batches have",
        "You return what the batches have contributed, not what is left of the start.",
        "The two shares add up to 1. Which of them shrinks with each step?",
        compute=lambda momentum, steps, convention: (
            1 - _reference(momentum, steps, convention)
        ),
    ),
    Mistake(
        "subtracted instead of multiplied",
        "Each of your steps takes the same amount away. A step takes a share of what "
        "is left.",
        "After the first step, of what does the second step keep its share?",
        compute=_linear,
    ),
    Mistake(
        "one step too many",
        "Your power is one too high.",
        "What is left after 1 step? Put steps = 1 into your formula.",
        compute=lambda momentum, steps, convention: _reference(
            momentum, steps + 1, convention
        ),
    ),
    Mistake(
        "one step too few",
        "Your power is one too low.",
        "What is left after 1 step? Put steps = 1 into your formula.",
        compute=lambda momentum, steps, convention: _reference(
            momentum, steps - 1, convention
        ),
    ),
)

SHARE_LEFT = Exercise(
    id="defaults.share_left",
    title="What is left of the start",
    points=1,
    neutral=True,
    cases=tuple(
        separated(draw, _reference, _MISTAKES, least=0.02) for draw in in_turn(_draw)
    ),
    reference=_reference,
    returns=("share",),
    mistakes=_MISTAKES + one_sided(_reference),
    hints=(
        "Follow a statistic that starts at 1 while every batch has the value 0. Then "
        "the statistic itself is the share that you look for.",
        "Plain Python is enough: ** is the power.",
        "the share that one step keeps, by convention\n"
        "every step keeps this share of what the step before it left",
    ),
)
