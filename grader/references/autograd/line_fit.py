"""Gradient descent on a line fit, judged by its whole trajectory."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated

Trajectory = tuple[np.ndarray, np.ndarray, np.ndarray]


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


def _gradients(x: np.ndarray, y: np.ndarray, w: float, b: float) -> np.ndarray:
    # d/dw mean((wx + b - y)^2) = 2 mean((wx + b - y) x); without x for b
    residual = w * x + b - y
    return np.array([2 * np.mean(residual * x), 2 * np.mean(residual)])


def _reference(
    x: np.ndarray,
    y: np.ndarray,
    w: np.ndarray,
    b: np.ndarray,
    rate: float,
    steps: int,
    factor: float = 1.0,
    kept: float = 0.0,
) -> Trajectory:
    """(loss, w, b) before each step, shape (steps,) each.

    The mistakes' knobs: ``factor`` scales each gradient; ``kept`` is the share of
    the earlier gradients that stays in it.
    """
    at, gradient, entries = np.array([w, b], dtype=np.float64), np.zeros(2), []
    for _ in range(steps):
        entries.append([np.mean((at[0] * x + at[1] - y) ** 2), *at])
        gradient = kept * gradient + factor * _gradients(x, y, *at)
        at = at - rate * gradient
    return tuple(np.array(entries).T)


def _one_after_the_other(x, y, w, b, rate, steps) -> Trajectory:
    entries = []
    for _ in range(steps):
        entries.append([np.mean((w * x + b - y) ** 2), w, b])
        w = w - rate * _gradients(x, y, w, b)[0]
        b = b - rate * _gradients(x, y, w, b)[1]
    return tuple(np.array(entries).T)


def _recorded_after(x, y, w, b, rate, steps) -> Trajectory:
    loss, ws, bs = _reference(x, y, w, b, rate, steps + 1)
    return loss[:-1], ws[1:], bs[1:]


def _same_tensor(x, y, w, b, rate, steps) -> Trajectory:
    loss, ws, bs = _reference(x, y, w, b, rate, steps + 1)
    return loss[:-1], np.full(steps, ws[-1]), np.full(steps, bs[-1])


def _summed(x, y, w, b, rate, steps) -> Trajectory:
    loss, ws, bs = _reference(x, y, w, b, rate, steps, factor=len(x))
    return len(x) * loss, ws, bs


_MISTAKES = (
    Mistake(
        "gradients add up",
        "Entries 0 and 1 are right; from then on each update uses all gradients "
        "since the start, added up.",
        "Print the gradient in step 0 and in step 1, and compare the second with "
        "the one you get when you start from there.",
        compute=lambda **inputs: _reference(**inputs, kept=1.0),
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
        compute=_summed,
    ),
    Mistake(
        "uphill",
        "Each update goes along the gradient, so that the loss rises.",
        "Does the gradient point to where the loss grows or to where it falls?",
        compute=lambda **inputs: _reference(**inputs, factor=-1.0),
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
