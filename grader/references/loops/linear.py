"""The loop that the optimizer exercises share: least squares on a linear model."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case

Trajectory = tuple[np.ndarray, np.ndarray]
Update = Callable[[np.ndarray, np.ndarray], np.ndarray]


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
