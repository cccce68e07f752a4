"""Two dense layers, stored in the two frameworks' orders, in one network."""

import numpy as np

from grader.exercises.tensors.numbers import quarters
from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated


def _draw(rng: np.random.Generator) -> Case:
    # The first layer isn't square, so that a reshape differs from a transpose; the
    # second one is, so that either orientation runs.
    n, d = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    h = d + int(rng.integers(1, 3))
    z = np.zeros((n, h))
    # A row whose hidden units are all 0 shows nothing of what went into them. Some
    # are cut off that lie just below 0.
    while not ((z > 0).any(axis=1).all() and ((z < 0) & (z > -0.5)).any()):
        x, W, b = quarters(rng, n, d), quarters(rng, h, d), quarters(rng, h)
        z = x @ W.T + b
    return {"x": x, "W": W, "b": b, "V": quarters(rng, h, h), "c": quarters(rng, h)}


def _relu(z: np.ndarray) -> np.ndarray:
    return np.maximum(z, 0)


def _reference(
    x: np.ndarray, W: np.ndarray, b: np.ndarray, V: np.ndarray, c: np.ndarray
) -> np.ndarray:
    """relu(x W^T + b) V + c, shape (n, h).

    x (n, d), W (h, d) in PyTorch's order, V (h, h) in Keras's, b and c (h,), float64.
    """
    return _relu(x @ W.T + b) @ V + c


def _reshaped(W: np.ndarray) -> np.ndarray:
    """A matrix that is the transpose by its shape alone, ready for the reference."""
    return W.reshape(W.shape[::-1]).T


_MISTAKES = (
    Mistake(
        "W is reshaped, not transposed",
        "Your W has the right shape and the wrong numbers in most places: a reshape "
        "keeps the order in memory and cuts it elsewhere.",
        "Write a (3, 2) matrix on paper and make it (2, 3) by a reshape, then by a "
        "transpose. Which one takes rows to columns?",
        compute=lambda x, W, b, V, c: _reference(x, _reshaped(W), b, V, c),
    ),
    Mistake(
        "V is transposed",
        "The first layer is right; the second is used as if it were stored as [out, "
        "in]. V is square, so no error is raised.",
        "Write beside each matrix where it comes from, and what its axes mean there.",
        compute=lambda x, W, b, V, c: _reference(x, W, b, V.T, c),
    ),
    Mistake(
        "W is reshaped, and V transposed",
        "Both layers are used with their inputs and outputs mixed up.",
        "Take the layers one at a time: compute the first by hand for one row of x.",
        compute=lambda x, W, b, V, c: _reference(x, _reshaped(W), b, V.T, c),
    ),
    Mistake(
        "no ReLU in between",
        "Your two layers are one: nothing bends between them.",
        "Read what happens between the two layers.",
        compute=lambda x, W, b, V, c: (x @ W.T + b) @ V + c,
    ),
    Mistake(
        "ReLU at the end as well",
        "Your result is right where it is positive, and 0 elsewhere.",
        "Read what happens after the second layer.",
        compute=lambda x, W, b, V, c: _relu(_reference(x, W, b, V, c)),
    ),
    Mistake(
        "the biases are missing",
        "Both layers multiply, and add nothing.",
        "Read the formula of a layer again: which of your arguments are unused?",
        compute=lambda x, W, b, V, c: _relu(x @ W.T) @ V,
    ),
    Mistake(
        "the first bias is missing",
        "The second layer is right; the first one adds nothing.",
        "Which of your arguments is unused?",
        compute=lambda x, W, b, V, c: _reference(x, W, np.zeros(len(b)), V, c),
    ),
    Mistake(
        "the second bias is missing",
        "The first layer is right; the second one adds nothing.",
        "Which of your arguments is unused?",
        compute=lambda x, W, b, V, c: _reference(x, W, b, V, np.zeros(len(c))),
    ),
)

PORT_DENSE = Exercise(
    id="tensors.port_dense",
    title="Dense layers from two frameworks",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("output",),
    mistakes=_MISTAKES,
    hints=(
        "Each row of x is to meet, in turn, the weights of one output. In one of the "
        "two files these lie along a row of the matrix, in the other along a column.",
        "torch: @, .T, torch.relu; torch.nn.functional.linear expects [out, in]\n"
        "TensorFlow: @, tf.transpose, tf.nn.relu; a Keras Dense layer expects "
        "[in, out]",
        "hidden = x times W the right way round, plus b, through ReLU   # (n, h)\n"
        "output = hidden times V the right way round, plus c            # (n, h)\n"
        "check one entry by hand: V is square and complains of nothing",
    ),
)
