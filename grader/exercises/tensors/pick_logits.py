"""One entry of each row, picked by its label."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # No fewer rows than columns: a label taken for a row is then never out of range.
    k = int(rng.integers(3, 6))
    n = k + int(rng.integers(0, 3))
    return {"logits": quarters(rng, n, k), "labels": rng.integers(0, k, size=n)}


def _reference(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """logits[i, labels[i]], shape (n,); logits (n, k) is float64, labels (n,) int64."""
    return logits[np.arange(len(labels)), labels]


def _masked(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return logits * np.eye(logits.shape[1])[labels]


_MISTAKES = (
    Mistake(
        "all labels from each row",
        "You return n numbers for each row: every row is asked for the labels of all "
        "rows.",
        "You pair every row with every label. Which n of these pairs do you need?",
        compute=lambda logits, labels: logits[:, labels],
    ),
    Mistake(
        "labels pick rows",
        "Your labels choose among the rows, so each result is a whole row.",
        "A label is a column. Which axis does your function index when you don't "
        "tell it?",
        compute=lambda logits, labels: logits[labels],
    ),
    Mistake(
        "all from the first row",
        "All your entries come from row 0: each label counts from the beginning of the "
        "first row.",
        "In your function, what says which row a label belongs to?",
        compute=lambda logits, labels: logits.ravel()[labels],
    ),
    Mistake(
        "the largest of each row",
        "You return each row's maximum; the label may be another class.",
        "Are the labels used anywhere in your function?",
        compute=lambda logits, labels: logits.max(axis=1),
    ),
    Mistake(
        "the others are zero, not gone",
        "You return whole rows, with 0 in place of the other logits.",
        "All but one number of each row is 0. How do you get from the row to that one "
        "number?",
        compute=_masked,
    ),
    Mistake(
        "a mean over each row",
        "Your numbers are k times too small: the zeros of the one-hot row are counted.",
        "Multiplied by a one-hot row, one number and k - 1 zeros are left. What has to "
        "be done with them?",
        compute=lambda logits, labels: _masked(logits, labels).mean(axis=1),
    ),
)

PICK_LOGITS = Exercise(
    id="tensors.pick_logits",
    title="One logit of each row",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("picked",),
    mistakes=_MISTAKES,
    hints=(
        "You need n pairs (row, column): (0, labels[0]), (1, labels[1]) and so on.",
        "torch: indexing with two tensors of the same shape (torch.arange makes the "
        "rows), or torch.gather along dim=1, which keeps the axis\n"
        "TensorFlow: tf.gather with batch_dims=1, or tf.gather_nd, or tf.one_hot with "
        "tf.reduce_sum",
        "rows = 0, 1, ..., n - 1\npair each row with its label\n"
        "return the entries at these n pairs, shape (n,)",
    ),
)
