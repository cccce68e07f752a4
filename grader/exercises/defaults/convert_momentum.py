"""Batch norm's momentum, converted to the other framework and to another batch size."""

import numpy as np

from grader.exercises.defaults.conventions import in_turn, kept_share, one_sided, other
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    old = int(rng.integers(20, 60))
    # So much is forgotten that a power is no proportion.
    return {
        "momentum": int(rng.integers(20, 40)) / 100,
        "old_steps": old,
        "new_steps": old * int(rng.integers(2, 5)),
    }


def _turned(rng: np.random.Generator) -> Case:
    """More steps before, and a momentum near 1."""
    case = _draw(rng)
    return {
        "momentum": round(1 - case["momentum"], 2),
        "old_steps": case["new_steps"],
        "new_steps": case["old_steps"],
    }


def _written(kept: float, convention: str) -> float:
    """The momentum that keeps this share in a step, as the framework writes it."""
    return kept_share(kept, convention)  # 1 - kept or kept: its own inverse


def _reference(
    momentum: float, old_steps: int, new_steps: int, convention: str
) -> float:
    """The other framework's momentum with kept ** new_steps = old kept ** old_steps."""
    kept = kept_share(momentum, convention) ** (old_steps / new_steps)
    return _written(kept, other(convention))


def _same_convention(
    momentum: float, old_steps: int, new_steps: int, convention: str
) -> float:
    return 1 - _reference(momentum, old_steps, new_steps, convention)


def _steps_forgotten(
    momentum: float, old_steps: int, new_steps: int, convention: str
) -> float:
    return _reference(momentum, old_steps, old_steps, convention)


def _steps_swapped(
    momentum: float, old_steps: int, new_steps: int, convention: str
) -> float:
    return _reference(momentum, new_steps, old_steps, convention)


def _lost_in_proportion(
    momentum: float, old_steps: int, new_steps: int, convention: str
) -> float:
    lost = (1 - kept_share(momentum, convention)) * old_steps / new_steps
    return _written(1 - lost, other(convention))


def _power_of_the_batch(
    momentum: float, old_steps: int, new_steps: int, convention: str
) -> float:
    lost = (1 - kept_share(momentum, convention)) ** (old_steps / new_steps)
    return _written(1 - lost, other(convention))


_MISTAKES = (
    Mistake(
        "still the first framework's convention",
        "Your number keeps the right share in the framework that convention names. It "
        "was asked for in the other framework's convention.",
        "Which share does each of the two call momentum?",
        compute=_same_convention,
    ),
    Mistake(
        "the numbers of steps are not used",
        "You converted the convention alone. In an epoch of another number of steps "
        "your momentum leaves another share.",
        "What is left of the start after old_steps? And after new_steps?",
        compute=_steps_forgotten,
    ),
    Mistake(
        "old and new steps are swapped",
        "Your exponent is upside down.",
        "With more steps in an epoch, has each step to keep a larger share or a "
        "smaller one?",
        compute=_steps_swapped,
    ),
    Mistake(
        "proportion instead of power",
        "You scaled the share that a step forgets by the ratio of the steps. This is "
        "near the right value only while little is forgotten.",
        "After several steps, are the kept shares added or multiplied?",
        compute=_lost_in_proportion,
    ),
    Mistake(
        "the power of the wrong share",
        "You took the power of the share that comes from the batch.",
        "Which share is multiplied by itself from step to step?",
        compute=_power_of_the_batch,
    ),
)

CONVERT_MOMENTUM = Exercise(
    id="defaults.convert_momentum",
    title="The same memory for another number of steps",
    points=2,
    neutral=True,
    cases=tuple(
        separated(draw, _reference, _MISTAKES, least=2e-3)
        for draw in (in_turn(_draw)[0], *in_turn(_turned))
    ),
    reference=_reference,
    returns=("momentum",),
    mistakes=_MISTAKES + one_sided(_reference, "You convert as from {ours}"),
    hints=(
        "Work with the share that one step keeps, whatever it is called. First get it "
        "from the momentum, then change it, and write it as a momentum again at the "
        "end.",
        "Plain Python is enough. A root is a power with a fraction as exponent.",
        "the share kept in one step, by convention\n"
        "the share kept in an epoch of old_steps\n"
        "the share for one of new_steps that leaves the same\n"
        "that share, as the other framework writes it",
    ),
    tolerance=1e-5,
)
