"""The gradient of a mean squared error with respect to a linear model's weights."""

import numpy as np

from grader.judging import Exercise, Mistake


def _cases(rng: np.random.Generator) -> dict[str, object]:
    n = int(rng.integers(4, 9))
    return {
        "w": rng.normal(size=3).astype(np.float32),
        "X": rng.normal(size=(n, 3)).astype(np.float32),
        "y": rng.normal(size=n).astype(np.float32),
    }


def _reference(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    # d/dw mean((Xw - y)^2) = 2/n X^T (Xw - y)
    return 2 * X.T @ (X @ w - y) / len(y)


MSE_GRADIENT = Exercise(
    id="autograd.mse_gradient",
    title="The gradient of a mean squared error",
    points=2,
    cases=_cases,
    reference=_reference,
    returns=("dL/dw",),
    mistakes=(
        Mistake(
            "sum instead of mean",
            "Your gradient is n times too large: it is that of the summed error.",
            "Read the loss again: what happens to the n squared errors at the end?",
            compute=lambda w, X, y: len(y) * _reference(w, X, y),
        ),
        Mistake(
            "the gradient of half the loss",
            "Your gradient is half of what it should be.",
            "Is there a factor 1/2 in your loss that the exercise's loss has not?",
            compute=lambda w, X, y: _reference(w, X, y) / 2,
        ),
        Mistake(
            "the residual's sign",
            "Your gradient points the other way.",
            "The derivative of (Xw - y) by w is X. What is that of (y - Xw)?",
            compute=lambda w, X, y: -_reference(w, X, y),
        ),
        Mistake(
            "the square is missing",
            "Your gradient is that of the mean error, not of the mean squared error.",
            "Write the loss of one row on paper and differentiate it.",
            compute=lambda w, X, y: X.mean(axis=0),
        ),
    ),
    hints=(
        "The loss is one number. Autograd gives its derivative by each entry of w.",
        "torch: w.clone().requires_grad_(), backward(), .grad\n"
        "TensorFlow: tf.GradientTape(), tape.watch(w), tape.gradient",
        "track w\nprediction = X @ w   # shape (n,)\n"
        "loss = the mean of the squared differences\nreturn the gradient of loss by w",
    ),
)
