"""Mending a relaxation: an alias, and a column that meets a row."""

from collections.abc import Callable

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Trajectory = tuple[np.ndarray, np.ndarray]
Move = Callable[[np.ndarray], np.ndarray]
Measure = Callable[[np.ndarray, np.ndarray], np.floating]


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(5, 8))
    return {
        "u": quarters(rng, n, top=4),
        "target": quarters(rng, n, 1),
        "steps": int(rng.integers(3, 6)),
    }


def _relaxed(u: np.ndarray) -> np.ndarray:
    return np.concatenate([u[:1], (u[:-2] + u[2:]) / 2, u[-1:]])


def _in_place(u: np.ndarray) -> np.ndarray:
    u = u.copy()
    for i in range(1, len(u) - 1):
        u[i] = (u[i - 1] + u[i + 1]) / 2
    return u


def _on_a_ring(u: np.ndarray) -> np.ndarray:
    return (np.roll(u, 1) + np.roll(u, -1)) / 2


def _error(u: np.ndarray, target: np.ndarray) -> np.floating:
    return np.mean((u - target[:, 0]) ** 2)


def _all_pairs(u: np.ndarray, target: np.ndarray) -> np.floating:
    return np.mean((u - target) ** 2)


def _relaxation(move: Move, measure: Measure) -> Compute:
    """(u, error) after each step: u = move(u), error = measure(u, target)."""

    def compute(u: np.ndarray, target: np.ndarray, steps: int) -> Trajectory:
        us, errors = [], []
        for _ in range(steps):
            u = move(u)
            us.append(u)
            errors.append(measure(u, target))
        return np.array(us), np.array(errors)

    return compute


def _reference(u: np.ndarray, target: np.ndarray, steps: int) -> Trajectory:
    """(u, error) after each step, shapes (steps, n) and (steps,).

    Each inner entry becomes the mean of its neighbours, which are the old ones; the
    error is mean((u - target)^2). u (n,) and target (n, 1) are float64.
    """
    return _relaxation(_relaxed, _error)(u, target, steps)


def _recorded_before(u: np.ndarray, target: np.ndarray, steps: int) -> Trajectory:
    us, errors = _reference(u, target, steps)
    return np.vstack([u, us[:-1]]), np.append(_error(u, target), errors[:-1])


def _same_tensor(u: np.ndarray, target: np.ndarray, steps: int) -> Trajectory:
    us, errors = _reference(u, target, steps)
    return np.tile(us[-1], (steps, 1)), errors


_MISTAKES = (
    Mistake(
        "the neighbours are new already",
        "The error is mended. Each entry still uses a left neighbour that this very "
        "step has changed.",
        "How many tensors are there in your loop, and how many names for them? Which "
        "does each line change, and which does it read?",
        compute=_relaxation(_in_place, _error),
    ),
    Mistake(
        "every entry against every target",
        "The steps are mended. The error still averages n times n differences, not n.",
        "Print the shape of the difference. What does broadcasting make of (n,) and "
        "(n, 1)?",
        compute=_relaxation(_relaxed, _all_pairs),
    ),
    Mistake(
        "both bugs are still there",
        "This is what buggy_relax returns.",
        "Take the symptoms one at a time. The first: compute one step by hand and "
        "compare it entry by entry.",
        compute=_relaxation(_in_place, _all_pairs),
    ),
    Mistake(
        "the ends move",
        "Your first and last entry change: each takes the other end for its neighbour.",
        "Which entries may a step change? What does rolling a tensor do at its ends?",
        compute=_relaxation(_on_a_ring, _error),
    ),
    Mistake(
        "the same tensor in every entry",
        "Your errors are right, and every entry of us is the last u: you recorded a "
        "tensor that changed later.",
        "What does a list hold after a = [t], when t then changes in place?",
        compute=_same_tensor,
    ),
    Mistake(
        "recorded before the step",
        "Your entry 0 is what you were given: you record before u changes.",
        "Look at buggy_relax: on which side of the step does it record?",
        compute=_recorded_before,
    ),
)

FIND_THE_BUG = Exercise(
    id="tensors.find_the_bug",
    title="Find the bugs in a relaxation",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("us", "errors"),
    mistakes=_MISTAKES,
    hints=(
        "Two symptoms, two bugs. A result that leans to one side: what does an entry "
        "read that was written a moment ago? An error that is not 0 for equal "
        "numbers: how many differences are averaged?",
        "torch: .clone() makes a tensor with memory of its own; = only gives a second "
        "name; indexing or reshape drops an axis of size 1\n"
        "TensorFlow: tf.identity makes a tensor of a variable's present value; = only "
        "gives a second name; indexing or tf.reshape drops an axis of size 1",
        "copy buggy_relax, then change two places:\n"
        "    old: numbers that stay while u changes\n"
        "    the difference: two tensors of the same shape (n,)",
    ),
    per_step=True,
)
