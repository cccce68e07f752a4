"""A whole loop: Adam, with its bias correction and epsilon where PyTorch has them."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.drawing import separated
from grader.references.loops import linear


def draw(rng: np.random.Generator) -> Case:
    """Inputs of a loop with Adam."""
    return {
        **linear.draw(rng),
        "rate": round(float(rng.uniform(0.1, 0.25)), 3),
        "beta1": round(float(rng.uniform(0.6, 0.85)), 2),
        "beta2": round(float(rng.uniform(0.88, 0.95)), 3),
        # As large as the root itself, so that its place shows.
        "eps": round(float(rng.uniform(0.1, 0.3)), 2),
        "steps": int(rng.integers(5, 9)),
    }


def _outside(v: np.ndarray, t: int, beta2: float, eps: float) -> np.ndarray:
    return np.sqrt(v / (1 - beta2**t)) + eps


def _inside(v: np.ndarray, t: int, beta2: float, eps: float) -> np.ndarray:
    return np.sqrt(v / (1 - beta2**t) + eps)


def before_correction(v: np.ndarray, t: int, beta2: float, eps: float) -> np.ndarray:
    return (np.sqrt(v) + eps) / np.sqrt(1 - beta2**t)


def reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    steps: int,
    divisor=_outside,
    correct: tuple[bool, bool] = (True, True),
    first: int = 1,
    count: int = 1,
    kept: float = 0.0,
    coupled: float = 0.0,
    decay: float = 0.0,
    decay_after: float = 0.0,
) -> linear.Trajectory:
    """w = w - rate m^ / (sqrt(v^) + eps), with decay for AdamW.

    The mistakes' knobs: ``divisor``; ``correct`` is which of m and v are divided by
    1 - beta^t, with t counting from ``first`` by ``count``; ``kept`` is the share
    of earlier gradients left in g; ``coupled``, ``decay`` and ``decay_after`` are
    the pulls towards 0 in the gradient, before and after the step.
    """
    m, v, total, t = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w), first - count

    def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
        nonlocal m, v, total, t
        t += count
        total = kept * total + g + coupled * w
        m = beta1 * m + (1 - beta1) * total
        v = beta2 * v + (1 - beta2) * total**2
        mean = m / (1 - beta1**t) if correct[0] else m
        under = divisor(v, t, beta2, eps) if correct[1] else np.sqrt(v) + eps
        return (w - decay * w - rate * mean / under) * (1 - decay_after)

    return linear.descend(w, X, y, steps, update)


def _exchanged(w, X, y, rate, beta1, beta2, eps, steps) -> linear.Trajectory:
    return reference(w, X, y, rate, beta2, beta1, eps, steps)


_MISTAKES = (
    Mistake(
        "no bias correction",
        "Your first step is off: m and v are used as they are, while both are still "
        "near the zeros they started from.",
        "With g = 1 in the first step, what is m? What should a mean of gradients "
        "that are all 1 be?",
        compute=lambda **inputs: reference(**inputs, correct=(False, False)),
    ),
    Mistake(
        "v is not corrected",
        "m is divided by 1 - beta1^t, and v is left as it is: your first steps are "
        "too long.",
        "Both means start from 0. Which one do you still use as it is?",
        compute=lambda **inputs: reference(**inputs, correct=(True, False)),
    ),
    Mistake(
        "m is not corrected",
        "v is divided by 1 - beta2^t, and m is left as it is: your first steps are "
        "too short.",
        "Both means start from 0. Which one do you still use as it is?",
        compute=lambda **inputs: reference(**inputs, correct=(False, True)),
    ),
    Mistake(
        "epsilon before the correction",
        "You add epsilon to the root of v before the bias correction, as Keras does: "
        "in the first steps it counts for several times its size.",
        "The formula corrects v, takes the root, and adds epsilon last. In which "
        "order does your code, or your optimizer, do it?",
        compute=lambda **inputs: reference(**inputs, divisor=before_correction),
    ),
    Mistake(
        "epsilon inside the root",
        "You divide by the root of v plus epsilon, together.",
        "Work out both divisors for v = 0 and eps = 0.01. Which one is asked for?",
        compute=lambda **inputs: reference(**inputs, divisor=_inside),
    ),
    Mistake(
        "t doesn't count",
        "Entries 0 and 1 are right. After that, each step corrects as if it were the "
        "first.",
        "Print 1 - beta1^t in each step: it should near 1.",
        compute=lambda **inputs: reference(**inputs, count=0),
    ),
    Mistake(
        "t starts at 2",
        "Your first step corrects as if it were the second.",
        "Print t when it is used for the first time. (A start at 0 would divide by 0.)",
        compute=lambda **inputs: reference(**inputs, first=2),
    ),
    Mistake(
        "the betas are exchanged",
        "Your m is made with beta2 and your v with beta1.",
        "Which of the two means is made of squares, and which beta belongs to it?",
        compute=_exchanged,
    ),
    Mistake(
        "gradients add up",
        "Entries 0 and 1 are right. From then on your gradient is the sum of all "
        "gradients so far.",
        "Print the gradient (not m) in step 0 and in step 1. Is the second that of "
        "its own step?",
        compute=lambda **inputs: reference(**inputs, kept=1.0),
    ),
)

ADAM = Exercise(
    id="loops.adam",
    title="Adam, step by step",
    points=3,
    cases=separated(draw, reference, _MISTAKES, least=0.005),
    reference=reference,
    returns=("loss", "w"),
    mistakes=_MISTAKES,
    hints=(
        "Two running means: one of the gradients, one of their squares. Both start "
        "at 0, so in step t only a share 1 - beta^t of their weight has come from "
        "gradients: divide by it. Work on copies: m and v themselves go on "
        "uncorrected.",
        "torch: torch.sqrt; torch.optim.Adam has this formula, "
        "with betas=(beta1, beta2)\n"
        "TensorFlow: tf.sqrt, tf.square; Keras' Adam adds epsilon earlier",
        "m, v = zeros in the shape of w\n"
        "for t from 1 to steps:\n"
        "    compute the loss and its gradient g at w\n"
        "    record the loss, and a copy of w\n"
        "    update m with g, and v with g squared\n"
        "    divide each by its own 1 - beta to the power t, under new names\n"
        "    w moves by rate times the one over the root of the other plus eps\n"
        "return both lists",
    ),
    per_step=True,
    may_change=("w",),
)
