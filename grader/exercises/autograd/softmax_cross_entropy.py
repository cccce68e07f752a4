"""The gradient of a mean softmax cross-entropy with respect to the logits."""

import numpy as np
from scipy.special import softmax

from grader.judging import Case, Exercise, Mistake

# Beyond 89 exp overflows in float32, and below -104 it underflows to 0.
SHIFT = 200
KERAS_EPSILON = 1e-7
# Logits this far apart: the smaller one's probability is 0 in float32, and exp of
# either is neither 0 nor infinite.
HIGH, LOW = 80, -30


def _cases(rng: np.random.Generator) -> Case:
    n, k = int(rng.integers(4, 8)), int(rng.integers(3, 6))
    logits = rng.normal(size=(n, k))
    # In each row two logits could pass for probabilities: only on such does a loss
    # that expects probabilities give a gradient that it can be known by.
    logits[:, :2] = rng.uniform(0.2, 0.8, size=(n, 2))
    logits = rng.permuted(logits, axis=1)
    labels = rng.integers(0, k, size=n)
    # Softmax ignores a shift of a whole row. Some rows have one; one row, at least,
    # is ordinary, and in one the label's logit lies far below the largest.
    first, *rest = rng.permutation(n)
    logits[rest[: rng.integers(1, n - 1)]] += SHIFT
    logits[first] += LOW
    largest = (labels[first] + rng.integers(1, k)) % k
    logits[first, largest] += HIGH - LOW
    return {"logits": logits.astype(np.float32), "labels": labels}


def _one_hot(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.eye(logits.shape[1])[labels]


def _reference(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """dL/dlogits = (softmax(logits) - one-hot labels) / n, shape (n, k).

    L is the mean of -log softmax(logits)[label] over the rows. logits (n, k) is
    float64, labels (n,) are whole numbers below k.
    """
    return (softmax(logits, axis=1) - _one_hot(logits, labels)) / len(labels)


def _wrong_axis(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    hot = _one_hot(logits, labels)
    # Column j is normalised once for each row that has the label j.
    return (softmax(logits, axis=0) * hot.sum(axis=0) - hot) / len(labels)


def _twice(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    p = softmax(logits, axis=1)
    g = (softmax(p, axis=1) - _one_hot(logits, labels)) / len(labels)
    return p * (g - (g * p).sum(axis=1, keepdims=True))


def _as_probabilities(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    # What Keras does with from_logits=False: clip, then normalise each row.
    clipped = np.clip(logits, KERAS_EPSILON, 1 - KERAS_EPSILON)
    p = clipped / clipped.sum(axis=1, keepdims=True)
    g = (p - _one_hot(logits, labels)) / len(labels)
    return np.where(clipped == logits, g / clipped, 0)


def _in_float32(logits: np.ndarray, labels: np.ndarray, shift: float) -> np.ndarray:
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(logits.astype(np.float32) - np.float32(shift))
        p = e / e.sum(axis=1, keepdims=True)
    return (p - _one_hot(logits, labels)) / len(labels)


def _unlikely(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The rows whose label has the probability 0 in float32, as a column."""
    p = softmax(logits, axis=1)[np.arange(len(labels)), labels]
    return p.astype(np.float32)[:, None] == 0


def _log_of_softmax(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    right = _reference(logits, labels)
    return np.where(_unlikely(logits, labels), np.nan, right)


def _kept_from_zero(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.where(_unlikely(logits, labels), 0, _reference(logits, labels))


def _overflow_before_log(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    lost = _unlikely(logits, labels) | (logits.max(axis=1) > 89)[:, None]
    return np.where(lost, np.nan, _reference(logits, labels))


SOFTMAX_CROSS_ENTROPY = Exercise(
    id="autograd.softmax_cross_entropy",
    title="The gradient of a softmax cross-entropy",
    points=3,
    cases=_cases,
    reference=_reference,
    returns=("dL/dlogits",),
    derivatives=("dL/dlogits",),
    mistakes=(
        Mistake(
            "sum instead of mean",
            "Your gradient is n times too large: it is that of the summed loss.",
            "Read the loss again: what happens to the losses of the n rows?",
            compute=lambda logits, labels: len(labels) * _reference(logits, labels),
        ),
        Mistake(
            "mean over all entries",
            "Your gradient is k times too small: the mean also counts the zeros of "
            "the one-hot labels.",
            "How many losses are there: one for each row, or one for each logit?",
            compute=lambda logits, labels: _reference(logits, labels) / logits.shape[1],
        ),
        Mistake(
            "softmax along the wrong axis",
            "Your probabilities add up to 1 down each column, so the rows compete "
            "with each other.",
            "Which axis holds the classes? Sum your probabilities along it.",
            compute=_wrong_axis,
        ),
        Mistake(
            "softmax taken twice",
            "Your gradient is damped: probabilities went through a second softmax.",
            "Read what your loss function expects: logits or probabilities?",
            compute=_twice,
        ),
        Mistake(
            "logits taken for probabilities",
            "The loss clipped your logits to the range 0 to 1: the gradient is 0 "
            "wherever a logit lies outside.",
            "Read what your loss function expects by default, and which argument "
            "changes it.",
            compute=_as_probabilities,
        ),
        Mistake(
            "the softmax is missing",
            "Only the entry of each row's label has a gradient: nothing normalises "
            "the logits.",
            "Your loss takes logarithms of probabilities. What turns logits into "
            "those?",
            compute=lambda logits, labels: -_one_hot(logits, labels) / len(labels),
        ),
        Mistake(
            "the exponential overflows",
            "Rows with logits near 200 give NaN: exp(200) is infinite in float32, "
            "and infinity over infinity is NaN.",
            "Adding a number to all logits of a row changes no probability. Which "
            "number keeps exp small?",
            compute=lambda logits, labels: _in_float32(logits, labels, 0),
        ),
        Mistake(
            "the logarithm of 0",
            "The row whose label is least likely gives NaN: next to its largest logit, "
            "the label's probability is 0 in float32, and the logarithm of 0 is -inf.",
            "The logarithm of a softmax is a difference of two numbers that are both "
            "finite. Which function computes the two in one?",
            compute=_log_of_softmax,
        ),
        Mistake(
            "the logarithm is kept from 0",
            "The row whose label is least likely has the gradient 0: something small "
            "is added to its probability, or the probability is cut off. This row is "
            "the one that should learn most.",
            "The logarithm of a softmax is a difference of two numbers that are both "
            "finite. Which function computes the two in one?",
            compute=_kept_from_zero,
        ),
        Mistake(
            "exponentials and logarithm in turn",
            "Rows with logits near 200 give NaN, since exp(200) is infinite in "
            "float32. So does the row whose label is least likely: its probability is "
            "0, and the logarithm of 0 is -inf.",
            "Don't leave the logarithm for last: what is log(exp(a) / exp(b))? A "
            "function of the framework does both at once.",
            compute=_overflow_before_log,
        ),
        Mistake(
            "one maximum for all rows",
            "Rows with small logits give NaN: next to the largest logit of the "
            "whole array, their exponentials are all 0, and 0/0 is NaN.",
            "Each row may be shifted by its own number. Which one?",
            compute=lambda logits, labels: _in_float32(logits, labels, logits.max()),
        ),
    ),
    hints=(
        "Build the loss from a function that takes logits and stays finite for "
        "large ones, then let autograd differentiate it. Or derive the gradient: "
        "in each row it is a difference of two simple vectors.",
        "torch: torch.nn.functional.cross_entropy or torch.log_softmax(..., dim=1)\n"
        "TensorFlow: tf.nn.sparse_softmax_cross_entropy_with_logits or "
        "tf.nn.log_softmax, tf.reduce_mean",
        "track logits\nlosses = ...   # one for each row, shape (n,)\n"
        "loss = ...     # one number\nreturn the gradient of loss by logits",
    ),
    tolerance=2e-4,
)
