"""Rows added up by their label, where labels repeat and some have no row."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # The last label and one in the middle have no rows; the last but one has some.
    k = int(rng.integers(5, 7))
    present = np.delete(np.arange(k - 1), rng.integers(1, k - 2))
    n = int(rng.integers(6, 9))
    labels = np.append(rng.choice(present, size=n - 1), k - 2)
    d = int(rng.integers(2, 4))
    return {"rows": quarters(rng, n, d), "labels": rng.permutation(labels), "k": k}


def _reference(rows: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    """The sum of each label's rows, as a product with one-hot labels: (k, d).

    rows (n, d) is float64, labels (n,) are whole numbers below k.
    """
    return np.eye(k)[labels].T @ rows


def _last_wins(rows: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    sums = np.zeros((k, rows.shape[1]))
    for label, row in zip(labels, rows, strict=True):
        sums[label] = row
    return sums


def _means(rows: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    counts = np.bincount(labels, minlength=k)
    return _reference(rows, labels, k) / np.maximum(counts, 1)[:, None]


def _first_column(rows: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    sums = _reference(rows, labels, k)
    sums[:, 1:] = 0
    return sums


_MISTAKES = (
    Mistake(
        "the last row wins",
        "Where a label occurs more than once, only one of its rows arrives: each write "
        "replaces the one before. (sums[labels] += rows does this too: it reads all "
        "entries first, and then writes.)",
        "Follow two rows with the same label through your function. What does the "
        "second find?",
        compute=_last_wins,
    ),
    Mistake(
        "means instead of sums",
        "Your rows are divided by the number of rows with their label.",
        "Two rows (1, 1) with the same label: what should stand in the result?",
        compute=_means,
    ),
    Mistake(
        "labels without rows are left out",
        "Your result has a row for each label that occurs. There should be k.",
        "At which position does label i stand in your result, when a smaller label "
        "never occurs?",
        compute=lambda rows, labels, k: _reference(rows, labels, k)[np.unique(labels)],
    ),
    Mistake(
        "k is guessed from the labels",
        "Your result ends at the largest label that occurs. There should be k rows.",
        "Is k used in your function? The last class may have no row in a batch.",
        compute=lambda rows, labels, k: _reference(rows, labels, k)[: labels.max() + 1],
    ),
    Mistake(
        "only the first column",
        "Column 0 is right and the others are 0: the index has one column, so one "
        "column of rows is used.",
        "Compare the shapes of rows and of your index. Your function does not "
        "broadcast.",
        compute=_first_column,
    ),
    Mistake(
        "one total for each label",
        "You add up the entries of each row as well: one number is left for a label.",
        "Which axis of rows shall disappear, and which one stay?",
        compute=lambda rows, labels, k: _reference(rows, labels, k).sum(axis=1),
    ),
)

SCATTER_ADD = Exercise(
    id="tensors.scatter_add",
    title="Rows added up by label",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("sums",),
    mistakes=_MISTAKES,
    hints=(
        "Gathering reads at given positions; scattering writes there. When a position "
        "occurs twice, ask what the second write does to the first.",
        "torch: Tensor.index_add_, or torch.scatter_add (its index needs the shape of "
        "rows)\n"
        "TensorFlow: tf.math.unsorted_segment_sum, or tf.tensor_scatter_nd_add\n"
        "both: a one-hot matrix and @",
        "sums = zeros of shape (k, d)\n"
        "for each row i: add rows[i] to what sums[labels[i]] holds already\n"
        "(one call does the loop)\nreturn sums",
    ),
)
