"""The gradient of a mean squared error with respect to a linear model's weights."""

import numpy as np

from grader.judging import Case, Exercise, Mistake


def _cases(rng: np.random.Generator) -> Case:
    n, d = int(rng.integers(4, 9)), int(rng.integers(2, 5))
    return {
        "w": rng.normal(size=d).astype(np.float32),
        "X": rng.normal(size=(n, d)).astype(np.float32),
        "y": rng.normal(size=n).astype(np.float32),
    }


def _reference(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """dL/dw = 2/n X^T (Xw - y), shape (d,), of L = mean((Xw - y)^2).

    w (d,), X (n, d) and y (n,) are float64.
    """
    return 2 * X.T @ (X @ w - y) / len(y)


MSE_GRADIENT = Exercise(
    id="autograd.mse_gradient",
    title="The gradient of a mean squared error",
    points=2,
    cases=_cases,
    reference=_reference,
    returns=("dL/dw",),
    derivatives=("dL/dw",),
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
        Mistake(
            "every prediction minus every target",
            "Your gradient pulls all predictions to the mean of y: the difference "
            "holds n times n numbers, not n.",
            "Print the shapes of the prediction and of y. What does broadcasting "
            "make of (n, 1) and (n,)?",
            compute=lambda w, X, y: 2 * X.T @ (X @ w - y.mean()) / len(y),
        ),
    ),
    hints=(
        "The loss is one number. Autograd gives its derivative by each entry of w.",
        "torch: w.clone().requires_grad_(), X @ w, backward(), .grad\n"
        "TensorFlow: tf.GradientTape(), tape.watch(w), tf.linalg.matvec(X, w), "
        "tape.gradient",
        "track w\nprediction = ...   # X times w, shape (n,)\n"
        "loss = the mean of the squared differences\nreturn the gradient of loss by w",
    ),
)
