"""How many ReLU units are dead, and how many tanh outputs are saturated."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated

LIMIT = 0.97
Shares = tuple[float, float]


def _draw(rng: np.random.Generator) -> dict[str, object]:
    # Small enough for messages to show z.
    rows, units = int(rng.integers(3, 5)), int(rng.integers(5, 7))
    size = rng.uniform(0.15, 3.0, size=(rows, units))
    # None near 0, the limit itself, or where tanh reaches the limit.
    for edge in (LIMIT, np.arctanh(LIMIT)):
        near = np.abs(size - edge) < 0.1
        size[near] = edge + np.where(size[near] > edge, 0.1, -0.1)
    z = size * rng.choice([-1, 1], p=[0.6, 0.4], size=size.shape)
    dead = rng.choice(units, size=int(rng.integers(1, 3)), replace=False)
    z[:, dead] = -np.abs(z[:, dead])
    row = int(rng.integers(rows))
    z[row] = -np.abs(z[row])  # no unit answers to it
    return {"z": z.astype(np.float32)}


def _reference(z: np.ndarray) -> Shares:
    return np.mean((z <= 0).all(axis=0)), np.mean(np.abs(np.tanh(z)) > LIMIT)


def _with(dead: object = None, saturated: object = None) -> object:
    """The reference with another function of z for one share."""

    def compute(z: np.ndarray) -> Shares:
        right = _reference(z)
        return (
            dead(z) if dead else right[0],
            saturated(z) if saturated else right[1],
        )

    return compute


_MISTAKES = (
    Mistake(
        "entries, not units",
        "Your first number is the share of all entries that a ReLU makes 0. Half of "
        "them would be 0 in a healthy layer too.",
        "A unit is a column. When does none of its entries get through?",
        compute=_with(dead=lambda z: np.mean(z <= 0)),
    ),
    Mistake(
        "dead once is enough",
        "Your first number counts each unit that is 0 for at least one row.",
        "A unit that answers to one row in a thousand still learns. What must hold for "
        "every row?",
        compute=_with(dead=lambda z: np.mean((z <= 0).any(axis=0))),
    ),
    Mistake(
        "rows, not units",
        "Your first number is the share of rows to which no unit answers.",
        "z has the shape (n, units). Which axis should be gone after looking at all "
        "rows?",
        compute=_with(dead=lambda z: np.mean((z <= 0).all(axis=1))),
    ),
    Mistake(
        "a count, not a share",
        "Your first number counts dead units; a share is asked for.",
        "What should the number be when every unit is dead?",
        compute=_with(dead=lambda z: np.sum((z <= 0).all(axis=0))),
    ),
    Mistake(
        "only one side saturates",
        "Your second number misses the outputs near -1.",
        "Draw tanh: on how many sides is its slope near 0?",
        compute=_with(saturated=lambda z: np.mean(np.tanh(z) > LIMIT)),
    ),
    Mistake(
        "the limit is held against z",
        "Your second number compares z itself with 0.97, before tanh.",
        "tanh(1) is 0.76. Is a unit with z = 1 saturated?",
        compute=_with(saturated=lambda z: np.mean(np.abs(z) > LIMIT)),
    ),
    Mistake(
        "saturated in every row",
        "Your second number counts units that are saturated in every row; each "
        "single output counts here.",
        "Over how many numbers is the second share taken? Read it again.",
        compute=_with(
            saturated=lambda z: np.mean((np.abs(np.tanh(z)) > LIMIT).all(axis=0))
        ),
    ),
)

DEAD_SHARE = Exercise(
    id="initialization.dead_share",
    title="Dead units and saturated outputs",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
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
