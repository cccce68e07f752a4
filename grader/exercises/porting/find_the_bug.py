"""Mending a port: a GRU's gates, its update, and the statistics of batch norm."""

from collections.abc import Sequence
from enum import Enum
from itertools import compress, product

import numpy as np

from grader.exercises.porting.blocks import normal
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outputs = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n, t = int(rng.integers(3, 6)), int(rng.integers(2, 5))
    d, h = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    return {
        "x": normal(rng, n, t, d),
        "W": normal(rng, 3 * h, d),
        "U": normal(rng, 3 * h, h),
        "b": normal(rng, 3 * h),
        "c": normal(rng, 3 * h),
        "norm": np.stack(
            [
                rng.uniform(0.5, 1.5, size=h),
                rng.normal(size=h),
                0.3 * rng.normal(size=h),
                rng.uniform(0.3, 1.0, size=h),
            ]
        ).astype(np.float32),
        "epsilon": round(float(rng.uniform(0.001, 0.1)), 3),
    }


class _Bug(Enum):
    """A bug's name, what it does, and what to try."""

    GATES = (
        "the gates are in Keras's order",
        "the first block of rows is used for z, and the second for r",
        "let the reset gate alone be open, and work out the state after one step",
    )
    UPDATE = (
        "the update gate is turned round",
        "where z is 1 the old state is given up, and should be kept",
        "open the update gate (z = 1), and look whether the state moves",
    )
    STATISTICS = (
        "the statistics of the batch",
        "the output of a sequence depends on the other sequences beside it",
        "put one sequence in alone, and then together with others",
    )


def _reference(
    x: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
    norm: np.ndarray,
    epsilon: float,
) -> Outputs:
    """(state, output), both (n, h): a GRU of PyTorch's, then Keras's batch norm.

    x (n, t, d), W (3h, d), U (3h, h), b and c (3h,) and norm (4, h) are float64. The
    formula is that of torch.nn.GRU; norm holds gamma, beta, mean and variance.
    """
    return _with((), x, W, U, b, c, norm, epsilon)


def _with(
    bugs: Sequence[_Bug],
    x: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
    norm: np.ndarray,
    epsilon: float,
) -> Outputs:
    """The network with these bugs."""
    state = np.zeros((len(x), U.shape[1]))
    for step in range(x.shape[1]):
        from_input = np.split(x[:, step] @ W.T + b, 3, axis=1)
        from_state = np.split(state @ U.T + c, 3, axis=1)
        one, other = (
            _sigmoid(a + b) for a, b in zip(from_input[:2], from_state[:2], strict=True)
        )
        z, r = (one, other) if _Bug.GATES in bugs else (other, one)
        new = np.tanh(from_input[2] + r * from_state[2])
        keep = 1 - z if _Bug.UPDATE in bugs else z
        state = (1 - keep) * new + keep * state
    return state, _normalized(bugs, state, norm, epsilon)


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def _normalized(
    bugs: Sequence[_Bug], state: np.ndarray, norm: np.ndarray, epsilon: float
) -> np.ndarray:
    gamma, beta, mean, variance = norm
    if _Bug.STATISTICS in bugs:
        mean, variance = state.mean(axis=0), state.var(axis=0)
    return gamma * (state - mean) / np.sqrt(variance + epsilon) + beta


def _left(bugs: Sequence[_Bug]) -> Mistake:
    """The mistake of having left these bugs in."""
    names, effects, tries = zip(*(bug.value for bug in bugs), strict=True)
    says, first = "; ".join(effects), tries[0]
    try_next = first.capitalize() if len(bugs) == 1 else f"Begin with one: {first}"
    if len(bugs) == len(_Bug):
        name = "all three bugs are still there"
        message = f"This is what buggy_port returns: {says}"
    else:
        name = "still there: " + ", and ".join(names)
        message = f"{len(_Bug) - len(bugs)} of 3 bugs mended. Left: {says}"
    return Mistake(
        name,
        f"{message}.",
        f"{try_next}.",
        compute=lambda **given: _with(bugs, **given),
    )


def _reset_before(
    x: np.ndarray,
    W: np.ndarray,
    U: np.ndarray,
    b: np.ndarray,
    c: np.ndarray,
    norm: np.ndarray,
    epsilon: float,
) -> Outputs:
    state = np.zeros((len(x), U.shape[1]))
    (Ur, Uz, Un), (cr, cz, cn) = np.split(U, 3), np.split(c, 3)
    for step in range(x.shape[1]):
        r, z, n = np.split(x[:, step] @ W.T + b, 3, axis=1)
        r, z = _sigmoid(r + state @ Ur.T + cr), _sigmoid(z + state @ Uz.T + cz)
        new = np.tanh(n + (r * state) @ Un.T + cn)
        state = (1 - z) * new + z * state
    return state, _normalized((), state, norm, epsilon)


_LEFT = tuple(
    _left(bugs)
    for there in product([True, False], repeat=len(_Bug))
    if (bugs := tuple(compress(_Bug, there)))
)
_MISTAKES = (
    *_LEFT,
    Mistake(
        "the reset gate comes before the product",
        "Gates and update are right. You multiply the state by r before the product "
        "with U. In buggy_port, r multiplies the result, together with its bias; "
        "that line was right.",
        "Compare your line for the new state with that of buggy_port.",
        compute=_reset_before,
    ),
)

FIND_THE_BUG = Exercise(
    id="porting.find_the_bug",
    title="Find the bugs in a port",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES, least=0.005),
    reference=_reference,
    returns=("state", "output"),
    mistakes=_MISTAKES,
    hints=(
        "One symptom at a time. Which line would have to be right for this one to "
        "disappear? Two of the three are about the GRU, and each can be mended "
        "without the other.",
        "PyTorch's GRU: rows r, z, n; the new state is (1 - z) times n plus z times "
        "the old state.\n"
        "norm holds, in Keras's order: gamma, beta, moving mean, moving variance.",
        "copy buggy_port, then change three places:\n"
        "    the gates: which third of the columns is which\n"
        "    the update: what z multiplies\n"
        "    the normalization: whose mean and variance",
    ),
)
