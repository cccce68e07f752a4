"""The loop that the optimizer exercises share: least squares on a linear model."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.judging import Case, Compute

Trajectory = tuple[np.ndarray, np.ndarray]
Update = Callable[[np.ndarray, np.ndarray], np.ndarray]
Optimizer = Callable[..., Update]


def draw(rng: np.random.Generator) -> Case:
    """Weights ``w``, shape (d,), and data ``X``, (n, d), ``y``, (n,)."""
    n, d = int(rng.integers(4, 9)), int(rng.integers(2, 5))
    return {
        "w": rng.normal(size=d).astype(np.float32),
        "X": rng.normal(size=(n, d)).astype(np.float32),
        "y": rng.normal(size=n).astype(np.float32),
    }


def loss_and_gradient(
    w: np.ndarray, X: np.ndarray, y: np.ndarray
) -> tuple[float, np.ndarray]:
    """L = mean((Xw - y)^2) and dL/dw = 2/n X^T (Xw - y)."""
    residual = X @ w - y
    return np.mean(residual**2), 2 * X.T @ residual / len(y)


def descend(
    w: np.ndarray, X: np.ndarray, y: np.ndarray, steps: int, update: Update
) -> Trajectory:
    """(loss, w) before each of ``steps`` updates, shapes (steps,), (steps, d).

    ``update(w, g)`` gives the next weights; it keeps the optimizer's state.
    """
    losses, ws = [], []
    for _ in range(steps):
        loss, g = loss_and_gradient(w, X, y)
        losses.append(loss)
        ws.append(w)
        w = update(w, g)
    return np.array(losses), np.array(ws)


def descent(optimizer: Optimizer) -> Compute:
    """The loop with another optimizer, as the ``compute`` of a mistake.

    ``optimizer(w, ...)`` makes an update from the first weights and those inputs of a
    case that are not :func:`descend`'s.
    """

    def compute(
        w: np.ndarray, X: np.ndarray, y: np.ndarray, steps: int, **settings: Any
    ) -> Trajectory:
        return descend(w, X, y, steps, optimizer(w, **settings))

    return compute


def summing(optimizer: Optimizer) -> Optimizer:
    """An optimizer whose gradients are never cleared: each is the sum of all so far."""

    def summed(w: np.ndarray, **settings: Any) -> Update:
        update, total = optimizer(w, **settings), np.zeros_like(w)

        def of_total(w: np.ndarray, g: np.ndarray) -> np.ndarray:
            nonlocal total
            total = total + g
            return update(w, total)

        return of_total

    return summed
