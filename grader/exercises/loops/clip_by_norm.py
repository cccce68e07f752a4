"""A whole loop: two gradients clipped together, by their global norm."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.exercises.loops import linear
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Trajectory = tuple[np.ndarray, np.ndarray, np.ndarray]
Gradients = tuple[np.ndarray, float]
Clip = Callable[[np.ndarray, float, float], Gradients]


def _size(dw: np.ndarray, db: float) -> float:
    return np.sqrt(np.sum(dw**2) + db**2)


def _draw(rng: np.random.Generator) -> Case:
    while True:
        drawn = linear.draw(rng)
        y = (drawn["y"] + rng.uniform(2, 3)).astype(np.float32)
        inputs: Case = {
            "w": drawn["w"],
            "b": np.array(rng.normal() / 2, dtype=np.float32),
            "X": drawn["X"],
            "y": y,
            "rate": round(float(rng.uniform(0.12, 0.2)), 3),
            "max_norm": round(float(rng.uniform(1.5, 3)), 2),
            "steps": int(rng.integers(6, 10)),
        }
        sizes = _sizes(**inputs)
        clipped = sizes > inputs["max_norm"]
        # Both kinds of steps occur, and none is near the limit.
        clear = np.abs(sizes / inputs["max_norm"] - 1).min() > 0.01
        if clear and 2 <= clipped[:-1].sum() <= len(sizes) - 3:
            return inputs


def _gradients(w: np.ndarray, b: np.ndarray, X: np.ndarray, y: np.ndarray) -> Gradients:
    """dL/dw = 2/n X^T r and dL/db = 2 mean(r) of L = mean(r^2), r = Xw + b - y."""
    residual = X @ w + b - y
    return 2 * X.T @ residual / len(y), 2 * residual.mean()


def _descent(clip: Clip) -> Compute:
    """Gradient descent whose steps are clip(dw, db, max_norm)."""

    def compute(
        w: np.ndarray,
        b: np.ndarray,
        X: np.ndarray,
        y: np.ndarray,
        rate: float,
        max_norm: float,
        steps: int,
    ) -> Trajectory:
        losses, ws, bs = [], [], []
        for _ in range(steps):
            losses.append(np.mean((X @ w + b - y) ** 2))
            ws.append(w)
            bs.append(b)
            dw, db = clip(*_gradients(w, b, X, y), max_norm)
            w, b = w - rate * dw, b - rate * db
        return np.array(losses), np.array(ws), np.array(bs)

    return compute


def _clip(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    """Both gradients times min(1, max_norm / norm), norm = sqrt(sum(dw^2) + db^2).

    Pascanu and others, On the difficulty of training recurrent neural networks, 2013,
    algorithm 1.
    """
    factor = min(1.0, max_norm / _size(dw, db))
    return factor * dw, factor * db


def _reference(
    w: np.ndarray,
    b: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    rate: float,
    max_norm: float,
    steps: int,
) -> Trajectory:
    """(loss, w, b) before each step, shapes (steps,), (steps, d) and (steps,).

    w (d,), b (), X (n, d) and y (n,) are float64.
    """
    return _descent(_clip)(w, b, X, y, rate, max_norm, steps)


def _sizes(
    w: np.ndarray, b: np.ndarray, X: np.ndarray, y: np.ndarray, **rest: Any
) -> np.ndarray:
    """The norm of the gradients before each step."""
    _, ws, bs = _reference(w, b, X, y, **rest)
    points = zip(ws, bs, strict=True)
    return np.array([_size(*_gradients(*point, X, y)) for point in points])


def _each_alone(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    return _only_w(dw, db, max_norm)[0], float(np.clip(db, -max_norm, max_norm))


def _each_entry(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    return np.clip(dw, -max_norm, max_norm), float(np.clip(db, -max_norm, max_norm))


def _always(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    return max_norm * dw / _size(dw, db), max_norm * db / _size(dw, db)


def _no_root(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    factor = min(1.0, max_norm / _size(dw, db) ** 2)
    return factor * dw, factor * db


def _norms_added(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    factor = min(1.0, max_norm / (_size(dw, 0.0) + abs(db)))
    return factor * dw, factor * db


def _only_w(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
    return _clip(dw, 0.0, max_norm)[0], db


_MISTAKES = (
    Mistake(
        "each gradient by its own norm",
        "Your dw and db are clipped one by one, each to max_norm. That changes the "
        "direction of the step, not only its length.",
        "Together, w and b are one point with d + 1 coordinates. How long is the "
        "gradient there?",
        compute=_descent(_each_alone),
    ),
    Mistake(
        "each entry clipped",
        "You limit every number in dw and db to max_norm. A gradient of many such "
        "entries is still far longer.",
        "Clipping by value is another function. What must stay the same in all "
        "entries when only the length changes?",
        compute=_descent(_each_entry),
    ),
    Mistake(
        "short gradients are stretched",
        "The clipped steps are right. Where the norm is below max_norm already, you "
        "scale the gradient up to it.",
        "What is max_norm / norm for a norm smaller than max_norm, and what should "
        "happen then?",
        compute=_descent(_always),
    ),
    Mistake(
        "nothing is clipped",
        "Your steps are those of plain gradient descent: max_norm has no effect.",
        "Print the norm of the gradients that your update uses. Do you update with "
        "what the clipping returned?",
        compute=_descent(lambda dw, db, max_norm: (dw, db)),
    ),
    Mistake(
        "the norm lacks its root",
        "You divide by the sum of the squares, so that long gradients become too "
        "short.",
        "How long is the vector (3, 4)?",
        compute=_descent(_no_root),
    ),
    Mistake(
        "norms are added",
        "Your global norm is the norm of dw plus that of db: it is too large.",
        "One side of a right triangle is 3, the other 4. How long is the third?",
        compute=_descent(_norms_added),
    ),
    Mistake(
        "only w is clipped",
        "Your b moves by its full gradient, and its size is not in the norm.",
        "Which gradients does your norm take in, and which ones does your factor "
        "reach?",
        compute=_descent(_only_w),
    ),
)

CLIP_BY_NORM = Exercise(
    id="loops.clip_by_norm",
    title="Clipping by the global norm",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w", "b"),
    mistakes=_MISTAKES,
    hints=(
        "One norm for both gradients, and one factor for both. The factor is never "
        "larger than 1.",
        "torch: torch.nn.utils.clip_grad_norm_ works on .grad, in place\n"
        "TensorFlow: tf.clip_by_global_norm takes a list and returns a list and "
        "the norm",
        "repeat steps times:\n"
        "    compute the loss, and dw and db at the present w and b\n"
        "    record the loss, and copies of w and b\n"
        "    norm = length of dw and db, taken as one vector\n"
        "    if it is above max_norm, make both shorter by one factor\n"
        "    update w and b\n"
        "return the three lists",
    ),
    per_step=True,
    may_change=("w", "b"),
)
