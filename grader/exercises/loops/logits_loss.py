"""The mean cross-entropy: what a loss function takes its input for."""

import numpy as np
from scipy.special import log_softmax

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    n, k = int(rng.integers(3, 7)), int(rng.integers(3, 6))
    logits = 2 * rng.normal(size=(n, k))
    labels = rng.integers(k, size=n)
    # One row is sure of a wrong class: its right one has a softmax of 1e-14.
    row = rng.integers(n)
    wrong = (labels[row] + rng.integers(1, k)) % k
    logits[row, wrong] = logits[row, labels[row]] + rng.uniform(28, 36)
    return {"logits": logits.astype(np.float32), "labels": labels}


def _picked(values: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Minus each row's value at its label."""
    return -values[np.arange(len(labels)), labels]


def _reference(logits: np.ndarray, labels: np.ndarray) -> float:
    """The mean over rows of -log softmax(logits)[label].

    logits (n, k) is float64, labels (n,) are whole numbers below k.
    """
    return _picked(log_softmax(logits, axis=1), labels).mean()


def _softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(log_softmax(logits, axis=1))


def _from_clipped(logits: np.ndarray, labels: np.ndarray) -> float:
    # Keras with from_logits=False: clipped to [1e-7, 1 - 1e-7], then rows sum to 1.
    p = np.clip(logits, 1e-7, 1 - 1e-7)
    return _picked(np.log(p / p.sum(axis=1, keepdims=True)), labels).mean()


_MISTAKES = (
    Mistake(
        "softmax taken twice",
        "Your loss is that of softmax(softmax(logits)): no row can cost more than "
        "log(k - 1 + e), below 2 here, and a row that is wrong costs hardly more than "
        "one that is right.",
        "Look up what the loss function you call does to its input first.",
        compute=lambda logits, labels: _reference(_softmax(logits), labels),
    ),
    Mistake(
        "logits taken for probabilities",
        "The numbers of a row were clipped to lie between 0 and 1, and divided by "
        "their sum, as if they were probabilities: every negative logit became "
        "1e-7.",
        "Which argument tells this loss function what it is given? What is its "
        "default?",
        compute=_from_clipped,
    ),
    Mistake(
        "a confident mistake is cut off",
        "All rows are right but the worst: there, the probability was raised to "
        "1e-7 before the logarithm, so that no row costs more than 16.1.",
        "The softmax is right. What happens to a probability of 1e-14 on its way "
        "through this loss function, and what if it were given the logits?",
        compute=lambda logits, labels: _from_clipped(_softmax(logits), labels),
    ),
    Mistake(
        "the log-softmax is missing",
        "You return minus the mean of the labels' logits themselves.",
        "Add 1 to all logits of a row: the loss must not change. Does yours?",
        compute=lambda logits, labels: _picked(logits, labels).mean(),
    ),
    Mistake(
        "the logarithm is missing",
        "You return minus the mean of the labels' probabilities.",
        "A loss that is never positive can't be a cross-entropy. Which function "
        "turns the probability 1 into 0 and the probability 0 into infinity?",
        compute=lambda logits, labels: _picked(_softmax(logits), labels).mean(),
    ),
    Mistake(
        "softmax down the batch",
        "Your softmax makes each column add up to 1: the examples compete, not the "
        "classes.",
        "Print the sums of your probabilities along both axes. Which should be 1?",
        compute=lambda logits, labels: _picked(
            log_softmax(logits, axis=0), labels
        ).mean(),
    ),
    Mistake(
        "sum instead of mean",
        "Your loss is n times too large: the rows' losses are added up.",
        "Which reduction does your loss function use?",
        compute=lambda logits, labels: len(labels) * _reference(logits, labels),
    ),
    Mistake(
        "a mean over classes too",
        "Your loss is k times too small: a one-hot row has k entries, and your mean "
        "divides by all of them.",
        "Count the numbers that your mean divides by. How many losses are there?",
        compute=lambda logits, labels: _reference(logits, labels) / logits.shape[1],
    ),
)

LOGITS_LOSS = Exercise(
    id="loops.logits_loss",
    title="A loss from logits",
    points=1,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss",),
    mistakes=_MISTAKES,
    hints=(
        "The framework has a function that goes from logits to the loss in one "
        "step, without ever holding a probability. Find out whether it wants "
        "logits, and whether it takes a mean.",
        "torch: torch.nn.functional.cross_entropy\n"
        "TensorFlow: tf.nn.sparse_softmax_cross_entropy_with_logits, or "
        "tf.keras.losses.sparse_categorical_crossentropy with from_logits",
        "per_row = cross-entropy of each row, straight from the logits\n"
        "return the mean of per_row",
    ),
)
