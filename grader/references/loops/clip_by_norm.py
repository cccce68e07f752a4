"""A whole loop: two gradients clipped together, by their global norm."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.loops import linear

Trajectory = tuple[np.ndarray, np.ndarray, np.ndarray]
Gradients = tuple[np.ndarray, float]
Clip = Callable[[np.ndarray, float, float], Gradients]


def _size(dw: np.ndarray, db: float) -> float:
    return np.sqrt(np.sum(dw**2) + db**2)


def _draw(rng: np.random.Generator) -> Case:
    while True:
        inputs = linear.draw(rng)
        inputs["y"] = (inputs["y"] + rng.uniform(2, 3)).astype(np.float32)
        inputs["b"] = np.array(rng.normal() / 2, dtype=np.float32)
        inputs["rate"] = round(float(rng.uniform(0.12, 0.2)), 3)
        inputs["max_norm"] = round(float(rng.uniform(1.5, 3)), 2)
        inputs["steps"] = int(rng.integers(6, 10))
        sizes = np.array(_sizes(**inputs))
        clipped = sizes > inputs["max_norm"]
        # Both kinds of steps occur, and none is near the limit.
        clear = np.abs(sizes / inputs["max_norm"] - 1).min() > 0.01
        if clear and 2 <= clipped[:-1].sum() <= len(sizes) - 3:
            return inputs


def _gradients(w, b, X, y) -> Gradients:
    residual = X @ w + b - y
    return 2 * X.T @ residual / len(y), 2 * residual.mean()


def _sizes(w, b, X, y, rate, max_norm, steps) -> list[float]:
    _, ws, bs = _reference(w, b, X, y, rate, max_norm, steps)
    return [_size(*_gradients(w, b, X, y)) for w, b in zip(ws, bs, strict=True)]


def _global(dw: np.ndarray, db: float, max_norm: float) -> Gradients:
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
    clip: Clip = _global,
) -> Trajectory:
    """(loss, w, b) before each step; the mistakes' knob is how they clip."""
    losses, ws, bs = [], [], []
    for _ in range(steps):
        losses.append(np.mean((X @ w + b - y) ** 2))
        ws.append(w)
        bs.append(b)
        dw, db = clip(*_gradients(w, b, X, y), max_norm)
        w, b = w - rate * dw, b - rate * db
    return np.array(losses), np.array(ws), np.array(bs)


def _each_alone(dw, db, max_norm) -> Gradients:
    return _global(dw, 0.0, max_norm)[0], float(np.clip(db, -max_norm, max_norm))


def _always(dw, db, max_norm) -> Gradients:
    return max_norm * dw / _size(dw, db), max_norm * db / _size(dw, db)


def _no_root(dw, db, max_norm) -> Gradients:
    factor = min(1.0, max_norm / _size(dw, db) ** 2)
    return factor * dw, factor * db


def _norms_added(dw, db, max_norm) -> Gradients:
    factor = min(1.0, max_norm / (_size(dw, 0.0) + abs(db)))
    return factor * dw, factor * db


def _only_w(dw, db, max_norm) -> Gradients:
    return _global(dw, 0.0, max_norm)[0], db


def _mistake(name: str, message: str, next_step: str, clip: Clip) -> Mistake:
    return Mistake(
        name,
        message,
        next_step,
        compute=lambda **inputs: _reference(**inputs, clip=clip),
    )


_MISTAKES = (
    _mistake(
        "each gradient by its own norm",
        "Your dw and db are clipped one by one, each to max_norm. That changes the "
        "direction of the step, not only its length.",
        "Together, w and b are one point with d + 1 coordinates. How long is the "
        "gradient there?",
        _each_alone,
    ),
    _mistake(
        "each entry clipped",
        "You limit every number in dw and db to max_norm. A gradient of many such "
        "entries is still far longer.",
        "Clipping by value is another function. What must stay the same in all "
        "entries when only the length changes?",
        lambda dw, db, max_norm: (
            np.clip(dw, -max_norm, max_norm),
            float(np.clip(db, -max_norm, max_norm)),
        ),
    ),
    _mistake(
        "short gradients are stretched",
        "The clipped steps are right. Where the norm is below max_norm already, you "
        "scale the gradient up to it.",
        "What is max_norm / norm for a norm smaller than max_norm, and what should "
        "happen then?",
        _always,
    ),
    _mistake(
        "nothing is clipped",
        "Your steps are those of plain gradient descent: max_norm has no effect.",
        "Print the norm of the gradients that your update uses. Do you update with "
        "what the clipping returned?",
        lambda dw, db, max_norm: (dw, db),
    ),
    _mistake(
        "the norm lacks its root",
        "You divide by the sum of the squares, so that long gradients become too "
        "short.",
        "How long is the vector (3, 4)?",
        _no_root,
    ),
    _mistake(
        "norms are added",
        "Your global norm is the norm of dw plus that of db: it is too large.",
        "One side of a right triangle is 3, the other 4. How long is the third?",
        _norms_added,
    ),
    _mistake(
        "only w is clipped",
        "Your b moves by its full gradient, and its size is not in the norm.",
        "Which gradients does your norm take in, and which ones does your factor "
        "reach?",
        _only_w,
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
