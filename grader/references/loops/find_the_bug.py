"""Mending a training loop: stale gradients, an early schedule, a mean of means."""

from functools import partial
from itertools import product
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.loops import linear


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


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    size: int,
    rate: float,
    decay: float,
    epochs: int,
    stale: bool = False,
    early: bool = False,
    means: bool = False,
    dropped: bool = False,
) -> linear.Trajectory:
    """(loss, w) of each epoch: the mean loss over its rows, w at its end.

    The bugs are the knobs: gradients of earlier batches are ``stale``, the schedule
    moves too ``early``, the loss is a mean of ``means``; ``dropped`` is the way to
    hide the last one.
    """
    losses, ws, gradient = [], [], np.zeros_like(w)
    for _ in range(epochs):
        rate = rate * decay if early else rate
        batches = [slice(i, i + size) for i in range(0, len(y), size)]
        batches = batches[:-1] if dropped else batches
        total, weight = 0.0, 0
        for rows in batches:
            loss, g = linear.loss_and_gradient(w, X[rows], y[rows])
            share = 1 if means else len(y[rows])
            total, weight = total + share * loss, weight + share
            gradient = gradient * stale + g
            w = w - rate * gradient
        losses.append(total / weight)
        ws.append(w)
        rate = rate if early else rate * decay
    return np.array(losses), np.array(ws)


_BUGS = {
    "stale": (
        "gradients add up",
        "each update uses the gradients of all batches so far",
        "print the gradient of the first two batches, each also on its own",
    ),
    "early": (
        "the schedule moves too early",
        "the first epoch already runs with rate times decay",
        "print the rate that each epoch really uses",
    ),
    "means": (
        "the loss is a mean of means",
        "a row in the small last batch counts more than the others",
        "for batches of 4 and 1 rows, write the mean over all 5 rows",
    ),
}


def _left(bugs: dict[str, Any]) -> Mistake:
    """The mistake of having left these bugs in."""
    texts = [_BUGS[bug] for bug, there in bugs.items() if there]
    says = "; ".join(what for _, what, _ in texts)
    first = texts[0][2]
    try_next = first.capitalize() if len(texts) == 1 else f"Begin with one: {first}"
    if len(texts) == len(_BUGS):
        name = "all three bugs are still there"
        message = f"This is what buggy_training returns: {says}"
    else:
        name = "still there: " + ", and ".join(name for name, _, _ in texts)
        message = f"{len(_BUGS) - len(texts)} of 3 bugs mended. Left: {says}"
    return Mistake(
        name,
        f"{message}.",
        f"{try_next}.",
        compute=partial(_reference, **bugs),
    )


_LEFT = tuple(
    _left(dict(zip(_BUGS, there, strict=True)))
    for there in product([True, False], repeat=len(_BUGS))
    if any(there)
)
_MISTAKES = (
    *_LEFT,
    Mistake(
        "the last batch is dropped",
        "The small batch is left out, of the updates and of the loss: its rows are "
        "never learned.",
        "Keep all rows, and give each batch its weight in the mean.",
        compute=lambda **inputs: _reference(**inputs, dropped=True),
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
