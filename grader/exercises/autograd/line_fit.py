"""Gradient descent on a line fit, judged by its whole trajectory."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Trajectory = tuple[np.ndarray, np.ndarray, np.ndarray]
Update = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(4, 9))
    return {
        "x": rng.uniform(-1.5, 1.5, size=n).astype(np.float32),
        "y": rng.normal(size=n).astype(np.float32),
        "w": np.array(rng.normal(), dtype=np.float32),
        "b": np.array(rng.normal(), dtype=np.float32),
        "rate": round(float(rng.uniform(0.05, 0.15)), 3),
        "steps": int(rng.integers(5, 9)),
    }


def _loss(x: np.ndarray, y: np.ndarray, at: np.ndarray) -> float:
    """mean((wx + b - y)^2) at (w, b)."""
    return np.mean((at[0] * x + at[1] - y) ** 2)


def _gradient(x: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
    """dL/dw = 2 mean((wx + b - y) x) and dL/db = 2 mean(wx + b - y) at (w, b)."""
    residual = at[0] * x + at[1] - y
    return np.array([2 * np.mean(residual * x), 2 * np.mean(residual)])


def _descend(
    x: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    b: np.ndarray,
    steps: int,
    update: Update,
) -> Trajectory:
    """(loss, w, b) before each of ``steps`` updates, shape (steps,) each.

    ``update(at, gradient)`` gives the next point (w, b).
    """
    at, losses, points = np.array([w, b]), [], []
    for _ in range(steps):
        losses.append(_loss(x, y, at))
        points.append(at)
        at = update(at, _gradient(x, y, at))
    ws, bs = np.transpose(points)
    return np.array(losses), ws, bs


def _reference(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray, rate: float, steps: int
) -> Trajectory:
    """(loss, w, b) before each step of gradient descent, shape (steps,) each.

    x (n,), y (n,), w () and b () are float64.
    """
    return _descend(x, y, w, b, steps, lambda at, gradient: at - rate * gradient)


def _summed_up(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray, rate: float, steps: int
) -> Trajectory:
    total = np.zeros(2)

    def update(at: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        nonlocal total
        total = total + gradient
        return at - rate * total

    return _descend(x, y, w, b, steps, update)


def _one_after_the_other(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray, rate: float, steps: int
) -> Trajectory:
    def update(at: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        moved = np.array([at[0] - rate * gradient[0], at[1]])
        return np.array([moved[0], at[1] - rate * _gradient(x, y, moved)[1]])

    return _descend(x, y, w, b, steps, update)


def _recorded_after(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray, rate: float, steps: int
) -> Trajectory:
    loss, ws, bs = _reference(x, y, w, b, rate, steps + 1)
    return loss[:-1], ws[1:], bs[1:]


def _same_tensor(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray, rate: float, steps: int
) -> Trajectory:
    loss, ws, bs = _reference(x, y, w, b, rate, steps + 1)
    return loss[:-1], np.full(steps, ws[-1]), np.full(steps, bs[-1])


def _sum_of_squares(
    x: np.ndarray, y: np.ndarray, w: np.ndarray, b: np.ndarray, rate: float, steps: int
) -> Trajectory:
    n = len(x)
    loss, ws, bs = _descend(
        x, y, w, b, steps, lambda at, gradient: at - rate * (n * gradient)
    )
    return n * loss, ws, bs


_MISTAKES = (
    Mistake(
        "gradients add up",
        "Entries 0 and 1 are right; from then on each update uses all gradients "
        "since the start, added up.",
        "Print the gradient in step 0 and in step 1, and compare the second with "
        "the one you get when you start from there.",
        compute=_summed_up,
    ),
    Mistake(
        "recorded after the update",
        "Your losses are right, and your w and b are those after each update: "
        "entry 0 should be the w and b that you were given.",
        "Mark the line of your loop where w changes. On which side of it do you "
        "record?",
        compute=_recorded_after,
    ),
    Mistake(
        "the same tensor in every entry",
        "All entries of w, and of b, are equal to the last value: you recorded the "
        "variable itself each time, and it changed later.",
        "What does a list hold after a = [t], when t then changes in place? Record "
        "something that can't change any more.",
        compute=_same_tensor,
    ),
    Mistake(
        "b sees the new w",
        "w is right for one step; b's gradient is then computed with the w that "
        "has been updated already.",
        "Both gradients belong to the same point (w, b). At which point does your "
        "code compute the second?",
        compute=_one_after_the_other,
    ),
    Mistake(
        "sum instead of mean",
        "Your loss is n times too large, and with it each gradient and each step.",
        "Read the loss again: what happens to the n squared errors at the end?",
        compute=_sum_of_squares,
    ),
    Mistake(
        "uphill",
        "Each update goes along the gradient, so that the loss rises.",
        "Does the gradient point to where the loss grows or to where it falls?",
        compute=lambda rate, **others: _reference(rate=-rate, **others),
    ),
)

LINE_FIT = Exercise(
    id="autograd.line_fit",
    title="Gradient descent on a line, step by step",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "w", "b"),
    mistakes=_MISTAKES,
    hints=(
        "Each step has four parts: compute the loss, record, compute both "
        "gradients, update both. Their order decides what is recorded.",
        "torch: torch.autograd.grad(loss, (w, b)), or backward() with .grad set "
        "back to None; update inside torch.no_grad(); .item() gives a number\n"
        "TensorFlow: tf.Variable(w), a new tf.GradientTape() in each step, "
        "tape.gradient(loss, [w, b]), assign_sub; float(w) gives a number",
        "make w and b trainable copies\n"
        "repeat steps times:\n"
        "    loss = mean squared error of the line at w, b\n"
        "    record loss, w, b as plain numbers\n"
        "    dw, db = fresh gradients of this loss\n"
        "    move w and b, both by rate, against their gradients\n"
        "return the three lists",
    ),
    per_step=True,
)
