"""Gradient accumulation: one micro-batch at a time, the full batch's gradient."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Parts = list[np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    count = int(rng.integers(2, 5))
    sizes = rng.choice(np.arange(1, 7), size=count, replace=False)
    return {
        "w": rng.normal(size=3).astype(np.float32),
        "X": [rng.normal(size=(n, 3)).astype(np.float32) for n in sizes],
        "y": [rng.normal(size=n).astype(np.float32) for n in sizes],
    }


def _mean_gradient(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> np.ndarray:
    # d/dw mean((Xw - y)^2) = 2/n X^T (Xw - y)
    return 2 * X.T @ (X @ w - y) / len(y)


def _reference(w: np.ndarray, X: Parts, y: Parts) -> np.ndarray:
    """dL/dw, shape (3,), of L = mean((Xw - y)^2) over all rows at once.

    No gradient is accumulated. w (3,), each X (n, 3) and each y (n,) are float64.
    """
    return _mean_gradient(w, np.concatenate(X), np.concatenate(y))


def _means(w: np.ndarray, X: Parts, y: Parts) -> np.ndarray:
    """The sum of the micro-batches' own mean gradients."""
    return np.sum([_mean_gradient(w, *part) for part in zip(X, y, strict=True)], axis=0)


def _rows(y: Parts) -> int:
    return sum(len(part) for part in y)


_MISTAKES = (
    Mistake(
        "a mean of means",
        "You average the micro-batches' mean gradients, each with the same weight: "
        "a row in a small micro-batch then counts more than one in a large one.",
        "Take micro-batches of 1 and 3 rows. Which share of the full batch's "
        "mean does each of the 4 rows have, and which one in yours?",
        compute=lambda w, X, y: _means(w, X, y) / len(X),
    ),
    Mistake(
        "a sum of means",
        "You add up the micro-batches' mean gradients as they are: with k "
        "micro-batches that is about k full gradients.",
        "What should be divided by what, so that all micro-batches together weigh 1?",
        compute=_means,
    ),
    Mistake(
        "sum instead of mean",
        "Your gradient is that of the summed squared errors: too large by the "
        "number of rows in all micro-batches.",
        "The full batch's loss is a mean. Over how many rows?",
        compute=lambda w, X, y: _rows(y) * _reference(w, X, y),
    ),
    Mistake(
        "divided by the number of micro-batches",
        "You divide the summed gradients by how many micro-batches there are, not "
        "by how many rows they hold.",
        "Count on paper what the mean in the full batch's loss divides by.",
        compute=lambda w, X, y: _rows(y) * _reference(w, X, y) / len(X),
    ),
    Mistake(
        "only the last micro-batch, unweighted",
        "You return the mean gradient of the last micro-batch; the others have "
        "left no trace.",
        "Follow the gradient of the first micro-batch through your loop: where is "
        "it overwritten or set back to zero?",
        compute=lambda w, X, y: _mean_gradient(w, X[-1], y[-1]),
    ),
    Mistake(
        "only the last micro-batch is left",
        "Your last micro-batch has the right weight, and it is the only one in "
        "your result.",
        "Follow the gradient of the first micro-batch through your loop: where is "
        "it overwritten or set back to zero?",
        compute=lambda w, X, y: len(y[-1]) / _rows(y) * _mean_gradient(w, X[-1], y[-1]),
    ),
)

ACCUMULATION = Exercise(
    id="autograd.accumulation",
    title="Gradient accumulation over unequal micro-batches",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("dL/dw",),
    derivatives=("dL/dw",),
    mistakes=_MISTAKES,
    hints=(
        "The gradient of a sum is the sum of the gradients. Write the full batch's "
        "loss as a sum with one term per micro-batch: what is each term?",
        "torch: backward() adds to .grad; start with w.clone().requires_grad_()\n"
        "TensorFlow: a new tf.GradientTape() per micro-batch; add its gradients to "
        "tf.zeros_like(w) yourself; tf.linalg.matvec(X[i], w)\n"
        "rows: len(y[i])",
        "n = the rows of all micro-batches together\n"
        "for each micro-batch:\n"
        "    loss = its share of the full batch's loss\n"
        "    add the gradient of that share to the total\n"
        "return the total",
    ),
)
