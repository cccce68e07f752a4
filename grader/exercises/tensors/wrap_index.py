"""Positions on a ring: floor division and remainder of negative numbers."""

from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Pair = tuple[np.ndarray, np.ndarray]


# In turn, so that a ring of a size that is not used has to show.
SIZES = ((3, 4), (5, 6), (7, 8))


def _draw(rng: np.random.Generator, sizes: tuple[int, int]) -> Case:
    n = int(rng.choice(sizes))
    # The multiples of n are where off-by-one formulas fail.
    multiples = [0, n * rng.integers(1, 4), -n * rng.integers(1, 4)]
    others = rng.integers(-4 * n, 4 * n, size=int(rng.integers(3, 6)))
    return {"index": rng.permutation([*multiples, *others]), "n": n}


def _reference(index: np.ndarray, n: int) -> Pair:
    """(position, lap) with index = n lap + position and 0 <= position < n.

    All have the shape (m,), int64: division rounds down, as Python's does.
    """
    return index % n, index // n


def _truncated(index: np.ndarray, n: int) -> np.ndarray:
    return np.trunc(index / n)


_MISTAKES = (
    Mistake(
        "rounded towards zero",
        "Negative indices give negative positions: your division rounds towards zero, "
        "as in C.",
        "Which multiple of n lies just below -1? Your division takes the one above.",
        compute=lambda index, n: (np.fmod(index, n), _truncated(index, n)),
    ),
    Mistake(
        "laps rounded towards zero",
        "Your positions are right. Your laps of negative indices are one too high "
        "wherever the index is no multiple of n.",
        "Check lap * n + position = index for the first index that is wrong.",
        compute=lambda index, n: (index % n, _truncated(index, n)),
    ),
    Mistake(
        "one lap too many below 0",
        "Your positions are right. Where a negative index is a multiple of n, your lap "
        "is one too low.",
        "Check lap * n + position = index for the index -n.",
        compute=lambda index, n: (index % n, _truncated(index, n) - (index < 0)),
    ),
    Mistake(
        "a position n",
        "Your laps are right. Where a negative index is a multiple of n, your position "
        "is n, which no place has.",
        "Which positions are there? Try your formula on the index -n.",
        compute=lambda index, n: (
            np.where(index < 0, n - np.abs(index) % n, index % n),
            index // n,
        ),
    ),
    Mistake(
        "wrapped once",
        "An index below 0 has n added, once, and one of n or more stays: that is how "
        "Python's lists read it, and no ring.",
        "What becomes of an index that has gone round three times?",
        compute=lambda index, n: (np.where(index < 0, index + n, index), index // n),
    ),
    Mistake(
        "the minus is thrown away",
        "You treat -1 as 1: the ring runs the same way on both sides of 0.",
        "Which position lies one before 0 on the ring?",
        compute=lambda index, n: (np.abs(index) % n, np.abs(index) // n),
    ),
    Mistake(
        "clamped, not wrapped",
        "Each index outside is moved to the nearest end.",
        "What lies behind the last position of a ring?",
        compute=lambda index, n: (np.clip(index, 0, n - 1), index // n),
    ),
    Mistake(
        "position and lap exchanged",
        "Both are right, in the other order.",
        "Look up in the exercise which of the two comes first.",
        compute=lambda index, n: (index // n, index % n),
    ),
)

WRAP_INDEX = Exercise(
    id="tensors.wrap_index",
    title="Positions on a ring",
    points=2,
    cases=tuple(
        separated(partial(_draw, sizes=sizes), _reference, _MISTAKES) for sizes in SIZES
    ),
    reference=_reference,
    returns=("position", "lap"),
    mistakes=_MISTAKES,
    hints=(
        "Division that rounds down and the remainder that belongs to it give both. "
        "There is another pair, which rounds towards zero.",
        "torch: torch.remainder and torch.div(..., rounding_mode=...); torch.fmod is "
        "the other remainder\n"
        "TensorFlow: tf.math.floormod and tf.math.floordiv; tf.math.truncatemod is the "
        "other remainder\n"
        "Python's own signs for both: try them on -1 first",
        "lap = how many whole times n fits into index, rounded down\n"
        "position = what is left, between 0 and n - 1\nreturn position, lap",
    ),
)
