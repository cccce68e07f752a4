"""How many ReLU units are dead, and how many tanh outputs are saturated."""

from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

LIMIT = 0.97
SHAPES = ((4, 6), (3, 7), (3, 8))  # few enough numbers for messages to show z
Shares = tuple[float, float]


def _draw(rng: np.random.Generator, rows: int, units: int) -> Case:
    size = rng.uniform(0.15, 3.0, size=(rows, units))
    # None where z meets the limit, or tanh does.
    for edge in (LIMIT, np.arctanh(LIMIT)):
        near = np.abs(size - edge) < 0.1
        size[near] = edge + np.where(size[near] > edge, 0.1, -0.1)
    # But some outputs of tanh a little below the limit, and some a little above.
    few = rng.choice(size.size, size=4, replace=False)
    size.flat[few] = rng.uniform([2.02, 2.02, 2.11, 2.2], [2.07, 2.07, 2.14, 2.25])
    z = size * rng.choice([-1, 1], p=[0.55, 0.45], size=size.shape)
    silent, early, late = rng.choice(rows, size=3, replace=False)
    z[silent] = -np.abs(z[silent])  # no unit answers to it
    barely, *dead = rng.choice(units, size=rng.integers(3, units - 2), replace=False)
    z[:, [barely, *dead]] = -np.abs(z[:, [barely, *dead]])
    z[early, barely] = rng.uniform(0.002, 0.008)  # alive, if only just
    z[late, dead[0]] = 0.0  # as dead as a negative number
    return {"z": z.astype(np.float32)}


def _reference(z: np.ndarray) -> Shares:
    """The share of columns without an entry above 0, and that of |tanh(z)| > LIMIT.

    z (n, units) is float64.
    """
    dead, saturated = (z <= 0).all(axis=0), np.abs(np.tanh(z)) > LIMIT
    return float(dead.mean()), float(saturated.mean())


def _dead(share: Compute) -> Compute:
    """Another first share; the second is right."""
    return lambda z: (share(z), _reference(z)[1])


def _saturated(share: Compute) -> Compute:
    """Another second share; the first is right."""
    return lambda z: (_reference(z)[0], share(z))


_MISTAKES = (
    Mistake(
        "entries, not units",
        "Your first number is the share of all entries that a ReLU makes 0. Half of "
        "them would be 0 in a healthy layer too.",
        "A unit is a column. When does none of its entries get through?",
        compute=_dead(lambda z: np.mean(z <= 0)),
    ),
    Mistake(
        "dead once is enough",
        "Your first number counts each unit that is 0 for at least one row.",
        "A unit that answers to one row in a thousand still learns. What must hold for "
        "every row?",
        compute=_dead(lambda z: np.mean((z <= 0).any(axis=0))),
    ),
    Mistake(
        "an exact 0 taken for alive",
        "Your first number leaves out a unit whose largest pre-activation is exactly "
        "0. Its ReLU gives 0 for each row.",
        "What does a ReLU make of 0? Is that 0?",
        compute=_dead(lambda z: np.mean((z < 0).all(axis=0))),
    ),
    Mistake(
        "a small output taken for 0",
        "Your first number counts a unit whose ReLU gives a few thousandths for one "
        "row. That is not 0: the row's gradient reaches its weights.",
        "Which number is the line between dead and alive?",
        compute=_dead(lambda z: np.mean((z <= 0.01).all(axis=0))),
    ),
    Mistake(
        "judged by the mean over the rows",
        "Your first number counts each unit whose mean pre-activation is not positive. "
        "One positive row is enough for a unit to learn.",
        "For the column -3, -2, 1, does any row's gradient get through?",
        compute=_dead(lambda z: np.mean(z.mean(axis=0) <= 0)),
    ),
    Mistake(
        "rows, not units",
        "Your first number is the share of rows to which no unit answers.",
        "z has the shape (n, units). Which axis should be gone after looking at all "
        "rows?",
        compute=_dead(lambda z: np.mean((z <= 0).all(axis=1))),
    ),
    Mistake(
        "a count, not a share",
        "Your first number counts dead units; a share is asked for.",
        "What should the number be when every unit is dead?",
        compute=_dead(lambda z: np.sum((z <= 0).all(axis=0))),
    ),
    Mistake(
        "only one side saturates",
        "Your second number misses the outputs near -1.",
        "Draw tanh: on how many sides is its slope near 0?",
        compute=_saturated(lambda z: np.mean(np.tanh(z) > LIMIT)),
    ),
    Mistake(
        "the limit is held against z",
        "Your second number compares z itself with 0.97, before tanh.",
        "tanh(1) is 0.76. Is a unit with z = 1 saturated?",
        compute=_saturated(lambda z: np.mean(np.abs(z) > LIMIT)),
    ),
    Mistake(
        "saturated in every row",
        "Your second number counts units that are saturated in every row; each "
        "single output counts here.",
        "Over how many numbers is the second share taken? Read it again.",
        compute=_saturated(lambda z: np.mean((np.abs(np.tanh(z)) > LIMIT).all(axis=0))),
    ),
)

DEAD_SHARE = Exercise(
    id="initialization.dead_share",
    title="Dead units and saturated outputs",
    points=2,
    cases=tuple(
        separated(partial(_draw, rows=rows, units=units), _reference, _MISTAKES)
        for rows, units in SHAPES
    ),
    reference=_reference,
    returns=("dead", "saturated"),
    mistakes=_MISTAKES,
    hints=(
        "Two questions. For each column: is every entry at most 0? For each entry: is "
        "tanh of it beyond the limit, on either side? A share is the mean of true and "
        "false taken as 1 and 0.",
        "torch: (z <= 0).all(dim=...), torch.tanh, .abs(), .float().mean()\n"
        "TensorFlow: tf.reduce_all(..., axis=...), tf.tanh, tf.abs, "
        "tf.cast(..., tf.float32), tf.reduce_mean",
        "dead: which columns have no positive entry   # shape (units,)\n"
        "saturated: which outputs of tanh are beyond 0.97   # shape (n, units)\n"
        "turn both into numbers, return their means",
    ),
)
