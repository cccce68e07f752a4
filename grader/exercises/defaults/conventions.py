"""What exercises on the two frameworks' conventions share."""

import numpy as np

from grader.judging import Case
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
