"""An orthogonal matrix from a Gaussian one, by QR with its signs made unique.

Source: Mezzadri, How to generate random matrices from the classical compact groups,
2007, for the signs; Saxe et al., 2014, for its use as an initialization.
"""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

CONDITION = 15  # beyond it float32 loses digits of Q


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(2, 5))
    while True:
        a = rng.normal(size=(n, n))
        if np.linalg.cond(a) < CONDITION:
            return {"a": a.astype(np.float32)}


def _signs(r: np.ndarray) -> np.ndarray:
    return np.sign(np.diag(r))


def _reference(a: np.ndarray) -> np.ndarray:
    """Q of a = QR with a positive diagonal of R; both (n, n), float64."""
    q, r = np.linalg.qr(a)
    return q * _signs(r)


def _rows_turned(a: np.ndarray) -> np.ndarray:
    q, r = np.linalg.qr(a)
    return q * _signs(r)[:, None]


def _polar(a: np.ndarray) -> np.ndarray:
    left, _, right = np.linalg.svd(a)
    return left @ right


def _triangle(a: np.ndarray) -> np.ndarray:
    r = np.linalg.qr(a).R
    return r * _signs(r)[:, None]


_MISTAKES = (
    Mistake(
        "the signs are left to chance",
        "Your matrix is orthogonal. Some columns have the other sign: which ones, the "
        "library's algorithm decides.",
        "Print the diagonal of R. It should be positive: a sign can move from a row of "
        "R to a column of Q.",
        compute=lambda a: np.linalg.qr(a)[0],
    ),
    Mistake(
        "rows are turned, not columns",
        "You move the signs of R's diagonal to the rows of Q.",
        "In A = QR, which part of Q does row j of R multiply?",
        compute=_rows_turned,
    ),
    Mistake(
        "R in place of Q",
        "You return the triangular factor, with a positive diagonal.",
        "Which of the two factors is orthogonal? Multiply it by its transpose.",
        compute=_triangle,
    ),
    Mistake(
        "columns of length 1, not orthogonal",
        "Each of your columns has length 1, and they are not at right angles.",
        "Print Qᵀ Q: what stands beside its diagonal?",
        compute=lambda a: a / np.linalg.norm(a, axis=0),
    ),
    Mistake(
        "the nearest orthogonal matrix",
        "Your matrix is orthogonal, and it is the one from the singular vectors, U Vᵀ. "
        "The Q of A = QR is another.",
        "Is Qᵀ A upper triangular for your Q?",
        compute=_polar,
    ),
    Mistake(
        "rows in place of columns",
        "You made the rows of A orthogonal one after the other, not the columns.",
        "Your first row is that of A, scaled to length 1. It should be the first "
        "column.",
        compute=lambda a: _reference(a.T).T,
    ),
    Mistake(
        "divided by the root of n",
        "Your columns have the length 1/√n.",
        "An orthogonal matrix keeps a vector's length: is a factor wanted at all?",
        compute=lambda a: _reference(a) / np.sqrt(len(a)),
    ),
)

ORTHOGONAL = Exercise(
    id="initialization.orthogonal",
    title="An orthogonal recurrent kernel",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("Q",),
    mistakes=_MISTAKES,
    hints=(
        "QR gives an orthogonal Q, up to a sign of each column. The diagonal of R "
        "tells which columns have to be turned round.",
        "torch: torch.linalg.qr, torch.diagonal, torch.sign\n"
        "TensorFlow: tf.linalg.qr, tf.linalg.diag_part, tf.sign\n"
        "(n, n) times (n,) works along the last axis: column by column",
        "take A apart into Q and R\n"
        "one sign per column: that of R's diagonal entry\n"
        "multiply each column of Q by its sign",
    ),
)
