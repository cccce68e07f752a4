"""What exercises on the two frameworks' conventions share."""

import numpy as np

from grader.judging import Case, Compute, Mistake
from grader.judging.exercise import Draw

TORCH, KERAS = "torch", "keras"


def in_turn(draw: Draw) -> tuple[Draw, Draw]:
    """Cases that take turns between the conventions, as the input ``convention``."""

    def of(convention: str) -> Draw:
        def cases(rng: np.random.Generator) -> Case:
            return {**draw(rng), "convention": convention}

        return cases

    return of(TORCH), of(KERAS)


def kept_share(momentum: float, convention: str) -> float:
    """The share of a running statistic that one step keeps, by batch norm's momentum.

    PyTorch's momentum is the share of the new batch, Keras's that of the old value.
    """
    return 1 - momentum if convention == TORCH else momentum


def other(convention: str) -> str:
    """The convention of the other framework."""
    return KERAS if convention == TORCH else TORCH


def one_sided(
    reference: Compute, why: str = "You do what {ours} does"
) -> tuple[Mistake, ...]:
    """The mistakes of using one framework's convention, whatever ``convention`` is.

    In their cases of that convention they are right, so :func:`separated` must not get
    them.
    """

    def always(convention: str) -> Compute:
        return lambda **inputs: reference(**{**inputs, "convention": convention})

    return tuple(
        Mistake(
            f"always {ours}'s convention",
            why.format(ours=ours) + f", even where convention is {theirs!r}.",
            "Is convention used in your function?",
            compute=always(convention),
        )
        for ours, convention, theirs in (
            ("PyTorch", TORCH, KERAS),
            ("Keras", KERAS, TORCH),
        )
    )
