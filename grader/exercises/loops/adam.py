"""A whole loop: Adam, with its bias correction and epsilon where PyTorch has them."""

from collections.abc import Callable

import numpy as np

from grader.exercises.loops import linear
from grader.exercises.loops.linear import Optimizer, Trajectory, Update
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Move = Callable[[np.ndarray, np.ndarray, int, float, float, float, float], np.ndarray]


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


def moving(move: Move) -> Optimizer:
    """An optimizer with running means: w = w - move(m, v, t, rate, beta1, beta2, eps).

    m is the mean of the gradients g, v that of g^2: both (d,), and 0 before the first
    step, which has t = 1.
    """

    def optimizer(
        w: np.ndarray, rate: float, beta1: float, beta2: float, eps: float
    ) -> Update:
        m, v, t = np.zeros_like(w), np.zeros_like(w), 0

        def update(w: np.ndarray, g: np.ndarray) -> np.ndarray:
            nonlocal m, v, t
            t += 1
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            return w - move(m, v, t, rate, beta1, beta2, eps)

        return update

    return optimizer


def _move(
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> np.ndarray:
    """rate m^ / (sqrt(v^) + eps): Kingma and Ba, Adam, 2015, algorithm 1."""
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return rate * m_hat / (np.sqrt(v_hat) + eps)


adam = moving(_move)


def _reference(
    w: np.ndarray,
    X: np.ndarray,
    y: np.ndarray,
    rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    steps: int,
) -> Trajectory:
    """(loss, w) before each step, shapes (steps,) and (steps, d).

    w (d,), X (n, d) and y (n,) are float64.
    """
    return linear.descend(w, X, y, steps, adam(w, rate, beta1, beta2, eps))


epsilon_first = moving(
    lambda m, v, t, rate, beta1, beta2, eps: (
        rate * (m / (1 - beta1**t)) / ((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t))
    )
)


def _moved_by(move: Move) -> Compute:
    return linear.descent(moving(move))


_MISTAKES = (
    Mistake(
        "no bias correction",
        "Your first step is off: m and v are used as they are, while both are still "
        "near the zeros they started from.",
        "With g = 1 in the first step, what is m? What should a mean of gradients "
        "that are all 1 be?",
        compute=_moved_by(
            lambda m, v, t, rate, beta1, beta2, eps: rate * m / (np.sqrt(v) + eps)
        ),
    ),
    Mistake(
        "v is not corrected",
        "m is divided by 1 - beta1^t, and v is left as it is: your first steps are "
        "too long.",
        "Both means start from 0. Which one do you still use as it is?",
        compute=_moved_by(
            lambda m, v, t, rate, beta1, beta2, eps: (
                rate * (m / (1 - beta1**t)) / (np.sqrt(v) + eps)
            )
        ),
    ),
    Mistake(
        "m is not corrected",
        "v is divided by 1 - beta2^t, and m is left as it is: your first steps are "
        "too short.",
        "Both means start from 0. Which one do you still use as it is?",
        compute=_moved_by(
            lambda m, v, t, rate, beta1, beta2, eps: (
                rate * m / (np.sqrt(v / (1 - beta2**t)) + eps)
            )
        ),
    ),
    Mistake(
        "epsilon before the correction",
        "You add epsilon to the root of v before the bias correction, as Keras does: "
        "in the first steps it counts for several times its size.",
        "The formula corrects v, takes the root, and adds epsilon last. In which "
        "order does your code, or your optimizer, do it?",
        compute=linear.descent(epsilon_first),
    ),
    Mistake(
        "epsilon inside the root",
        "You divide by the root of v plus epsilon, together.",
        "Work out both divisors for v = 0 and eps = 0.01. Which one is asked for?",
        compute=_moved_by(
            lambda m, v, t, rate, beta1, beta2, eps: (
                rate * (m / (1 - beta1**t)) / np.sqrt(v / (1 - beta2**t) + eps)
            )
        ),
    ),
    Mistake(
        "t doesn't count",
        "Entries 0 and 1 are right. After that, each step corrects as if it were the "
        "first.",
        "Print 1 - beta1^t in each step: it should near 1.",
        compute=_moved_by(lambda m, v, t, *settings: _move(m, v, 1, *settings)),
    ),
    Mistake(
        "t starts at 2",
        "Your first step corrects as if it were the second.",
        "Print t when it is used for the first time. (A start at 0 would divide by 0.)",
        compute=_moved_by(lambda m, v, t, *settings: _move(m, v, t + 1, *settings)),
    ),
    Mistake(
        "the betas are exchanged",
        "Your m is made with beta2 and your v with beta1.",
        "Which of the two means is made of squares, and which beta belongs to it?",
        compute=linear.descent(
            lambda w, rate, beta1, beta2, eps: adam(w, rate, beta2, beta1, eps)
        ),
    ),
    Mistake(
        "gradients add up",
        "Entries 0 and 1 are right. From then on your gradient is the sum of all "
        "gradients so far.",
        "Print the gradient (not m) in step 0 and in step 1. Is the second that of "
        "its own step?",
        compute=linear.descent(linear.summing(adam)),
    ),
)

ADAM = Exercise(
    id="loops.adam",
    title="Adam, step by step",
    points=3,
    cases=separated(draw, _reference, _MISTAKES, least=0.005),
    reference=_reference,
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
