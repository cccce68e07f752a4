"""Mending a training loop: stale gradients, and a penalty cut out of the graph."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Trajectory = tuple[np.ndarray, np.ndarray]
Update = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(4, 9))
    return {
        "w": rng.normal(size=3).astype(np.float32),
        "X": rng.normal(size=(n, 3)).astype(np.float32),
        "y": rng.normal(size=n).astype(np.float32),
        "lam": round(float(rng.uniform(0.3, 0.9)), 2),
        "rate": round(float(rng.uniform(0.05, 0.12)), 3),
        "steps": int(rng.integers(5, 9)),
    }


def _descend(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    steps: int,
    update: Update,
) -> Trajectory:
    """(loss, w) before each of ``steps`` updates, shapes (steps,) and (steps, d).

    The loss is mean((Xw - y)^2) + lam w w. ``update(w, g)`` gives the next weights
    from the first term's gradient, g = 2/n X^T (Xw - y).
    """
    losses, ws = [], []
    for _ in range(steps):
        residual = X @ w - y
        losses.append(np.mean(residual**2) + lam * w @ w)
        ws.append(w)
        w = update(w, 2 * X.T @ residual / len(y))
    return np.array(losses), np.array(ws)


def _reference(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float, rate: float, steps: int
) -> Trajectory:
    """Ridge regression by gradient descent: (loss, w) before each step.

    The shapes are (steps,) and (steps, d); w (d,), X (n, d) and y (n,) are float64.
    """
    return _descend(w, X, y, lam, steps, lambda w, g: w - rate * (g + 2 * lam * w))


def _adding_up(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float, rate: float, steps: int
) -> Trajectory:
    total = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal total
        total = total + g + 2 * lam * w
        return w - rate * total

    return _descend(w, X, y, lam, steps, update)


def _penalty_cut_off(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float, rate: float, steps: int
) -> Trajectory:
    return _descend(w, X, y, lam, steps, lambda w, g: w - rate * g)


def _both_bugs(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float, rate: float, steps: int
) -> Trajectory:
    total = np.zeros_like(w)

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal total
        total = total + g
        return w - rate * total

    return _descend(w, X, y, lam, steps, update)


def _nothing_moves(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float, rate: float, steps: int
) -> Trajectory:
    return _descend(w, X, y, lam, steps, lambda w, g: w)


_MISTAKES = (
    Mistake(
        "the gradients still add up",
        "The penalty is mended. From entry 2 on, each update uses the gradients of "
        "all earlier steps as well.",
        "Run the loop for two steps and print the gradient in each. Which gradient "
        "would you get if the second step were the first?",
        compute=_adding_up,
    ),
    Mistake(
        "the penalty is still cut off",
        "The gradients are fresh now. The penalty counts in the loss, and has no "
        "part in the gradient.",
        "Compare your gradient with 2/n Xᵀ(Xw - y) + 2 lam w, by hand on one "
        "step. Which term is missing, and where does w leave the graph?",
        compute=_penalty_cut_off,
    ),
    Mistake(
        "both bugs are still there",
        "This is what buggy_descent returns.",
        "Take the symptoms one at a time: set lam to 0 first, and find out why the "
        "loss rises.",
        compute=_both_bugs,
    ),
    Mistake(
        "the penalty is gone",
        "Your loss is the squared error alone: the penalty was taken out with the bug.",
        "Keep the penalty in the loss, and mend the way it is computed from w.",
        compute=lambda lam, **others: _reference(lam=0.0, **others),
    ),
    Mistake(
        "the gradients add up, and the penalty is gone",
        "Your loss is the squared error alone, and each update uses the gradients "
        "of all earlier steps.",
        "Put the penalty back, then print the gradient of the first two steps.",
        compute=lambda lam, **others: _adding_up(lam=0.0, **others),
    ),
    Mistake(
        "nothing moves",
        "Every entry of w is the w that you were given: the updates have no effect.",
        "Print the gradient just before the update. Where did it go between being "
        "computed and being used?",
        compute=_nothing_moves,
    ),
)

FIND_THE_BUG = Exercise(
    id="autograd.find_the_bug",
    title="Find the bugs in a training loop",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "Two symptoms, two bugs. A convex loss that rises again under a small "
        "rate: what does an update use besides the present gradient? A penalty "
        "that changes the loss and not the path: what does the graph know of it?",
        "torch: .grad is added to by backward(); detach() leaves the graph\n"
        "TensorFlow: a tape knows operations on tensors and variables; .numpy() "
        "leaves TensorFlow; += adds to what was there before",
        "copy buggy_descent, then change two places:\n"
        "    the line that computes norm: stay inside the graph\n"
        "    the gradient: begin each step without the one before\n"
        "record loss and w where buggy_descent does: before the update",
    ),
    per_step=True,
)
