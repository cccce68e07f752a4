"""Adam's epsilon, carried over from one framework's formula to the other's."""

import numpy as np

from grader.exercises.defaults.conventions import TORCH, in_turn, other
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    return {
        "epsilon": float(f"{rng.uniform(1, 9):.1f}e-{rng.integers(4, 9)}"),
        "beta2": round(float(rng.uniform(0.9, 0.99)), 3),
        "steps": int(rng.integers(4, 8)),
    }


def _corrections(beta2: float, steps: int) -> np.ndarray:
    """1 - beta2^t for t = 1, 2, ..., (steps,): the bias correction of v."""
    return 1 - beta2 ** np.arange(1, steps + 1)


def _reference(epsilon: float, beta2: float, steps: int, convention: str) -> np.ndarray:
    """The other framework's epsilon for each step that makes it the same, (steps,).

    torch.optim.Adam divides by sqrt(v / c) + epsilon with c = 1 - beta2^t, and
    keras.optimizers.Adam by (sqrt(v) + epsilon) / sqrt(c).
    """
    root = np.sqrt(_corrections(beta2, steps))
    return epsilon * root if convention == TORCH else epsilon / root


def _no_root(epsilon: float, beta2: float, steps: int, convention: str) -> np.ndarray:
    correction = _corrections(beta2, steps)
    return epsilon * correction if convention == TORCH else epsilon / correction


def _first_step(
    epsilon: float, beta2: float, steps: int, convention: str
) -> np.ndarray:
    return np.full(steps, _reference(epsilon, beta2, 1, convention)[0])


def _from_zero(epsilon: float, beta2: float, steps: int, convention: str) -> np.ndarray:
    with np.errstate(divide="ignore"):
        root = np.sqrt(1 - beta2 ** np.arange(steps))
        return epsilon * root if convention == TORCH else epsilon / root


def _beta_alone(
    epsilon: float, beta2: float, steps: int, convention: str
) -> np.ndarray:
    root = np.sqrt(beta2 ** np.arange(1, steps + 1))
    return epsilon * root if convention == TORCH else epsilon / root


_MISTAKES = (
    Mistake(
        "the other direction",
        "You multiply where you should divide, or the reverse: this carries the other "
        "framework's epsilon over.",
        "At the first step c is small. Which of the two formulas adds its epsilon to "
        "the larger root? That one needs the larger epsilon.",
        compute=lambda epsilon, beta2, steps, convention: _reference(
            epsilon, beta2, steps, other(convention)
        ),
    ),
    Mistake(
        "always multiplied",
        "You multiply by the root, even where epsilon comes from Keras.",
        "Is convention used in your function?",
        compute=lambda epsilon, beta2, steps, convention: _reference(
            epsilon, beta2, steps, "torch"
        ),
    ),
    Mistake(
        "always divided",
        "You divide by the root, even where epsilon comes from PyTorch.",
        "Is convention used in your function?",
        compute=lambda epsilon, beta2, steps, convention: _reference(
            epsilon, beta2, steps, "keras"
        ),
    ),
    Mistake(
        "epsilon is taken over",
        "You return epsilon as it was given.",
        "Multiply Keras's divisor out: which factor stands before its epsilon?",
        compute=lambda epsilon, beta2, steps, convention: np.full(steps, epsilon),
    ),
    Mistake(
        "the root is missing",
        "You use c where its root is asked for.",
        "v is the mean of squares. Is epsilon added to v, or to its root?",
        compute=_no_root,
    ),
    Mistake(
        "every step is the first",
        "Your factor is right for the first step, and you use it for all.",
        "How does c change from step to step?",
        compute=_first_step,
    ),
    Mistake(
        "the steps are counted from 0",
        "Your first entry belongs to a step 0, at which c is 0.",
        "Which number has the first step, by the exercise?",
        compute=_from_zero,
    ),
    Mistake(
        "beta2 in place of 1 less beta2",
        "Your c is beta2 to the power t. It falls where it should grow.",
        "How large is c after very many steps?",
        compute=_beta_alone,
    ),
)

ADAM_EPSILON = Exercise(
    id="defaults.adam_epsilon",
    title="Adam's epsilon, carried over",
    points=2,
    neutral=True,
    cases=tuple(
        separated(
            draw,
            _reference,
            [m for m in _MISTAKES if not m.name.startswith("always")],
        )
        for draw in in_turn(_draw)
    ),
    reference=_reference,
    returns=("epsilons",),
    mistakes=_MISTAKES,
    hints=(
        "Bring Keras's divisor into the form of PyTorch's: one root with v and c under "
        "it, plus something. That something is the epsilon of PyTorch's form.",
        "np.arange(1, steps + 1) are the numbers of the steps; ** and np.sqrt work on "
        "whole arrays",
        "for each step from 1 on:\n"
        "    c, by its formula\n"
        "    from torch to Keras, or from Keras to torch?\n"
        "    epsilon times the root of c, or divided by it",
    ),
    per_step=True,
)
