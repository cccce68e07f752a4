"""Mending a training loop: stale gradients, an early schedule, a mean of means."""

from collections.abc import Callable, Sequence
from enum import Enum
from itertools import compress, product
from typing import Any

import numpy as np

from grader.exercises.loops import linear
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Update = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
Mean = Callable[[list[float], list[int]], float]


def _draw(rng: np.random.Generator) -> Case:
    size, d = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    # Two full batches and a smaller one.
    n = 2 * size + int(rng.integers(1, size))
    return {
        "w": rng.normal(size=d).astype(np.float32),
        "X": rng.normal(size=(n, d)).astype(np.float32),
        "y": rng.normal(size=n).astype(np.float32),
        "size": size,
        "rate": round(float(rng.uniform(0.06, 0.12)), 3),
        "decay": round(float(rng.uniform(0.5, 0.8)), 2),
        "epochs": int(rng.integers(3, 6)),
    }


def _training(update: Update, mean: Mean) -> Compute:
    """Minibatch descent: w = update(w, g, rate), loss = mean(losses, rows).

    The losses of an epoch's batches come with the numbers of their rows.
    """

    def compute(
        w: np.ndarray,
        X: np.ndarray,
        y: np.ndarray,
        size: int,
        rate: float,
        decay: float,
        epochs: int,
    ) -> linear.Trajectory:
        batches = [slice(i, i + size) for i in range(0, len(y), size)]
        epoch_losses, ws = [], []
        for _ in range(epochs):
            losses, rows = [], []
            for batch in batches:
                loss, g = linear.loss_and_gradient(w, X[batch], y[batch])
                losses.append(loss)
                rows.append(len(y[batch]))
                w = update(w, g, rate)
            epoch_losses.append(mean(losses, rows))
            ws.append(w)
            rate = rate * decay
        return np.array(epoch_losses), np.array(ws)

    return compute


def _descended(w: np.ndarray, g: np.ndarray, rate: float) -> np.ndarray:
    return w - rate * g


def _mean_over_rows(losses: list[float], rows: list[int]) -> float:
    return np.average(losses, weights=rows)


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    size: int,
    rate: float,
    decay: float,
    epochs: int,
) -> linear.Trajectory:
    """(loss, w) of each epoch, shapes (epochs,) and (epochs, d).

    The loss is the mean over all rows, w is that at the epoch's end. w (d,), X (n, d)
    and y (n,) are float64.
    """
    train = _training(_descended, _mean_over_rows)
    return train(w, X, y, size, rate, decay, epochs)


class _Bug(Enum):
    """A bug's name, what it does, and what to try."""

    STALE = (
        "gradients add up",
        "each update uses the gradients of all batches so far",
        "print the gradient of the first two batches, each also on its own",
    )
    EARLY = (
        "the schedule moves too early",
        "the first epoch already runs with rate times decay",
        "print the rate that each epoch really uses",
    )
    MEANS = (
        "the loss is a mean of means",
        "a row in the small last batch counts more than the others",
        "for batches of 4 and 1 rows, write the mean over all 5 rows",
    )


def _summing() -> Update:
    total = np.zeros(())

    def update(w: np.ndarray, g: np.ndarray, rate: float) -> np.ndarray:
        nonlocal total
        total = total + g
        return w - rate * total

    return update


def _mean_of_means(losses: list[float], rows: list[int]) -> float:
    return float(np.mean(losses))


def _with(bugs: Sequence[_Bug]) -> Compute:
    """The loop with these bugs."""

    def compute(rate: float, decay: float, **others: Any) -> linear.Trajectory:
        train = _training(
            _summing() if _Bug.STALE in bugs else _descended,
            _mean_of_means if _Bug.MEANS in bugs else _mean_over_rows,
        )
        first = rate * decay if _Bug.EARLY in bugs else rate
        return train(rate=first, decay=decay, **others)

    return compute


def _left(bugs: Sequence[_Bug]) -> Mistake:
    """The mistake of having left these bugs in."""
    names, effects, tries = zip(*(bug.value for bug in bugs), strict=True)
    says, first = "; ".join(effects), tries[0]
    try_next = first.capitalize() if len(bugs) == 1 else f"Begin with one: {first}"
    if len(bugs) == len(_Bug):
        name = "all three bugs are still there"
        message = f"This is what buggy_training returns: {says}"
    else:
        name = "still there: " + ", and ".join(names)
        message = f"{len(_Bug) - len(bugs)} of 3 bugs mended. Left: {says}"
    return Mistake(name, f"{message}.", f"{try_next}.", compute=_with(bugs))


def _last_dropped(
    size: int, X: np.ndarray, y: np.ndarray, **others: Any
) -> linear.Trajectory:
    kept = len(y) - len(y) % size
    return _reference(X=X[:kept], y=y[:kept], size=size, **others)


_LEFT = tuple(
    _left(bugs)
    for there in product([True, False], repeat=len(_Bug))
    if (bugs := tuple(compress(_Bug, there)))
)
_MISTAKES = (
    *_LEFT,
    Mistake(
        "the last batch is dropped",
        "The small batch is left out, of the updates and of the loss: its rows are "
        "never learned.",
        "Keep all rows, and give each batch its weight in the mean.",
        compute=_last_dropped,
    ),
)

FIND_THE_BUG = Exercise(
    id="loops.find_the_bug",
    title="Find the bugs in a training loop",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES, least=0.005),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "One symptom at a time. Which bug can be seen in a single epoch with one "
        "batch? Which one needs two batches? Which one needs batches of unequal "
        "sizes, and changes no weight at all?",
        "torch: .grad is added to by backward()\n"
        "TensorFlow: tape.gradient gives a new gradient; += adds to what was "
        "there before\n"
        "rows of a batch: len(y[rows]); rows of an epoch: len(y)",
        "copy buggy_training, then change three places:\n"
        "    the gradient: begin each batch without the one before\n"
        "    the rate: use it, then lower it\n"
        "    the epoch's loss: weigh each batch by its rows, divide by all rows",
    ),
    per_step=True,
    may_change=("w",),
)
