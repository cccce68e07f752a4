"""A loss that holds a gradient: the second-order gradient of a gradient penalty."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Pair = tuple[np.floating, np.ndarray]
# A function of the slopes (n, 2): its value, and its derivative by each slope.
Penalty = Callable[[np.ndarray], Pair]
SMALLEST_NORM = 0.2  # the norm has no derivative at 0


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(3, 8))
    while True:
        inputs: Case = {
            "W": rng.normal(size=(2, 3)).astype(np.float32),
            "v": rng.normal(size=3).astype(np.float32),
            "X": rng.normal(size=(n, 2)).astype(np.float32),
            "y": rng.normal(size=n).astype(np.float32),
            "lam": round(float(rng.uniform(0.3, 0.8)), 2),
        }
        slopes = _slopes(inputs["W"], inputs["v"], inputs["X"])
        if np.linalg.norm(slopes, axis=1).min() > SMALLEST_NORM:
            return inputs


def _slopes(W: np.ndarray, v: np.ndarray, X: np.ndarray) -> np.ndarray:
    """d out_i / d x_i for each row, shape (n, 2)."""
    return (v * (1 - np.tanh(X @ W) ** 2)) @ W.T


def _fit(W: np.ndarray, v: np.ndarray, X: np.ndarray, y: np.ndarray) -> Pair:
    """The mean squared error and its gradient by W."""
    a = np.tanh(X @ W)
    residual = a @ v - y
    back = 2 * residual[:, None] * v * (1 - a**2) / len(y)
    return np.mean(residual**2), X.T @ back


def _through_slopes(
    W: np.ndarray, v: np.ndarray, X: np.ndarray, upstream: np.ndarray
) -> np.ndarray:
    """The gradient by W of any function of the slopes.

    ``upstream`` (n, 2) is that function's derivative by each slope. W enters
    slopes = (v * s) W^T twice: as the factor, and in s = 1 - tanh(XW)^2.
    """
    a = np.tanh(X @ W)
    s = 1 - a**2
    return upstream.T @ (v * s) + X.T @ (upstream @ W * v * (-2 * a * s))


def _penalized(penalty: Penalty) -> Compute:
    """The mean squared error plus lam penalty(slopes), and its gradient by W."""

    def compute(
        W: np.ndarray, v: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float
    ) -> Pair:
        loss, gradient = _fit(W, v, X, y)
        value, upstream = penalty(_slopes(W, v, X))
        through = _through_slopes(W, v, X, upstream)
        return loss + lam * value, gradient + lam * through

    return compute


def _distance_from_1(slopes: np.ndarray) -> Pair:
    """mean((norms - 1)^2) of the rows' norms: Gulrajani and others 2017, equation 3."""
    norms = np.linalg.norm(slopes, axis=1, keepdims=True)
    return np.mean((norms - 1) ** 2), 2 * (1 - 1 / norms) * slopes / len(slopes)


def _reference(
    W: np.ndarray, v: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float
) -> Pair:
    """L = mean((out - y)^2) + lam mean((|d out / d x| - 1)^2), and dL/dW, (2, 3).

    out = tanh(XW) v. W (2, 3), v (3,), X (n, 2) and y (n,) are float64.
    """
    return _penalized(_distance_from_1)(W, v, X, y, lam)


def _no_second_order(
    W: np.ndarray, v: np.ndarray, X: np.ndarray, y: np.ndarray, lam: float
) -> Pair:
    loss, _ = _reference(W, v, X, y, lam)
    return loss, _fit(W, v, X, y)[1]


def _squared_norm(slopes: np.ndarray) -> Pair:
    squares = (slopes**2).sum(axis=1, keepdims=True)
    return np.mean((squares - 1) ** 2), 4 * (squares - 1) * slopes / len(slopes)


def _one_norm(slopes: np.ndarray) -> Pair:
    norm = np.linalg.norm(slopes)
    return (norm - 1) ** 2, 2 * (1 - 1 / norm) * slopes


def _mean_output(slopes: np.ndarray) -> Pair:
    n = len(slopes)
    value, upstream = _distance_from_1(slopes / n)
    return value, upstream / n


def _no_one(slopes: np.ndarray) -> Pair:
    return np.mean((slopes**2).sum(axis=1)), 2 * slopes / len(slopes)


def _no_norm(slopes: np.ndarray) -> Pair:
    return np.mean((slopes - 1) ** 2), 2 * (slopes - 1) / slopes.size


_MISTAKES = (
    Mistake(
        "the penalty has no gradient",
        "Your loss is right, and your gradient is that of the squared error alone: "
        "the penalty reached it as a constant.",
        "The slopes must be part of a graph themselves. In which of your lines are "
        "they computed, and does something record that line?",
        compute=_no_second_order,
    ),
    Mistake(
        "the norm's square root is missing",
        "You compare the squared length of each slope with 1.",
        "Write out the length of the vector (3, 4), then check what your code "
        "makes of it.",
        compute=_penalized(_squared_norm),
    ),
    Mistake(
        "one norm for the whole batch",
        "You take one length over all rows together; the penalty is a mean over "
        "rows, of one length each.",
        "Print the shape of your norm: there should be one number per row.",
        compute=_penalized(_one_norm),
    ),
    Mistake(
        "slopes of the mean output",
        "Your slopes are n times too small: you differentiated the mean of the "
        "outputs, where each row has only a share of 1/n.",
        "Row i's slope is that of output i alone. Which scalar made of all "
        "outputs has exactly these as its gradient by X?",
        compute=_penalized(_mean_output),
    ),
    Mistake(
        "the 1 is missing",
        "You penalise every slope; the penalty is for a length other than 1.",
        "What should the penalty be when each slope has the length 1?",
        compute=_penalized(_no_one),
    ),
    Mistake(
        "each component against 1",
        "You compare each component of a slope with 1 instead of the slope's length.",
        "Between the slopes, shape (n, 2), and the comparison with 1 there should "
        "be one number per row.",
        compute=_penalized(_no_norm),
    ),
    Mistake(
        "lam is missing",
        "You add the penalty in full, without its factor lam.",
        "Compare your loss with the formula, term by term.",
        compute=lambda W, v, X, y, lam: _reference(W, v, X, y, 1.0),
    ),
)

GRADIENT_PENALTY = Exercise(
    id="autograd.gradient_penalty",
    title="A gradient penalty, by second-order gradients",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("loss", "dL/dW"),
    derivatives=("dL/dW",),
    mistakes=_MISTAKES,
    hints=(
        "Two gradients, one inside the other: first the outputs by X, which goes "
        "into the loss; then the loss by W. The first must be recorded.",
        "torch: torch.autograd.grad(..., create_graph=True), g.norm(dim=1)\n"
        "TensorFlow: two tf.GradientTape() blocks, one inside the other; "
        "tf.norm(g, axis=1), tf.linalg.matvec",
        "track W, and track X too\n"
        "out = the network on X                  # shape (n,)\n"
        "slopes = gradient of the summed out by X, still recording  # (n, 2)\n"
        "penalty = mean over rows of (length of slope - 1) squared\n"
        "loss = mean squared error + lam times penalty\n"
        "return loss, its gradient by W",
    ),
)
