"""A loss whose target depends on the weights and must not pass a gradient."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Pair = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(3, 8))
    return {
        "w": rng.normal(size=3).astype(np.float32),
        "X": rng.normal(size=(n, 3)).astype(np.float32),
        "r": rng.normal(size=n).astype(np.float32),
        "X_next": rng.normal(size=(n, 3)).astype(np.float32),
        "gamma": round(float(rng.uniform(0.5, 0.9)), 2),
    }


def _difference(
    w: np.ndarray, X: np.ndarray, r: np.ndarray, X_next: np.ndarray, gamma: float
) -> np.ndarray:
    return X @ w - (r + gamma * X_next @ w)


def _reference(
    w: np.ndarray, X: np.ndarray, r: np.ndarray, X_next: np.ndarray, gamma: float
) -> Pair:
    """L = mean(delta^2), delta = Xw - (r + gamma X_next w), and 2/n X^T delta, (d,).

    The semi-gradient of TD learning: only the prediction Xw is differentiated (Sutton
    and Barto, Reinforcement Learning, 2nd ed., section 9.3). w (d,), X (n, d), r (n,)
    and X_next (n, d) are float64.
    """
    delta = _difference(w, X, r, X_next, gamma)
    return np.mean(delta**2), 2 * X.T @ delta / len(r)


def _not_stopped(
    w: np.ndarray, X: np.ndarray, r: np.ndarray, X_next: np.ndarray, gamma: float
) -> Pair:
    delta = _difference(w, X, r, X_next, gamma)
    return np.mean(delta**2), 2 * (X - gamma * X_next).T @ delta / len(r)


def _wrong_branch(
    w: np.ndarray, X: np.ndarray, r: np.ndarray, X_next: np.ndarray, gamma: float
) -> Pair:
    delta = _difference(w, X, r, X_next, gamma)
    return np.mean(delta**2), -2 * gamma * X_next.T @ delta / len(r)


def _summed(
    w: np.ndarray, X: np.ndarray, r: np.ndarray, X_next: np.ndarray, gamma: float
) -> Pair:
    loss, gradient = _reference(w, X, r, X_next, gamma)
    return len(r) * loss, len(r) * gradient


_MISTAKES = (
    Mistake(
        "the target is not stopped",
        "Your loss is right, but its gradient flows through the target as well as "
        "through the prediction.",
        "Which of the lesson's functions passes a value on and lets no gradient "
        "through? Apply it to the branch that is to count as a constant.",
        compute=_not_stopped,
    ),
    Mistake(
        "the wrong branch is stopped",
        "Your gradient is the one that flows through the target; the prediction's "
        "is missing.",
        "Say in words which of the two is the student here and which the teacher: "
        "only one of them learns.",
        compute=_wrong_branch,
    ),
    Mistake(
        "the next value is thrown away",
        "Your target is r alone. Stopping a gradient does not change a value: the "
        "loss must be the same as without it.",
        "Compute the target as if nothing were to be stopped, and look at its "
        "value before and after you stop it.",
        compute=lambda w, X, r, X_next, gamma: _reference(w, X, r, X_next, 0.0),
    ),
    Mistake(
        "the discount is missing",
        "Your target adds the next value in full, without the factor gamma.",
        "Compare your target with the formula, factor by factor.",
        compute=lambda w, X, r, X_next, gamma: _reference(w, X, r, X_next, 1.0),
    ),
    Mistake(
        "sum instead of mean",
        "Your loss and your gradient are n times too large.",
        "Read the loss again: what happens to the n squared differences?",
        compute=_summed,
    ),
)

STOP_GRADIENT = Exercise(
    id="autograd.stop_gradient",
    title="A target that passes no gradient",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "dL/dw"),
    derivatives=("dL/dw",),
    mistakes=_MISTAKES,
    hints=(
        "The weights appear twice, in the prediction and in the target. Only the "
        "first one counts for the gradient; the target's value stays as it is.",
        "torch: .detach(), or torch.no_grad() around the target; backward(), .grad\n"
        "TensorFlow: tf.stop_gradient, tape.watch(w), tf.linalg.matvec",
        "track w\n"
        "prediction = X times w                # shape (n,)\n"
        "target = r + gamma times (X_next times w), as a constant\n"
        "loss = the mean of the squared differences\n"
        "return loss, its gradient by w",
    ),
)
