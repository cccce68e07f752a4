"""A mean loss over the real rows, whose gradient is finite whatever the others hold."""

from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Answer = tuple[float, np.ndarray]
MOVED = 0.1  # what is added to a rate so that its logarithm is finite


def _draw(rng: np.random.Generator, real: bool) -> Case:
    n, d = int(rng.integers(7, 11)), int(rng.integers(2, 5))
    w = rng.uniform(0.2, 0.8, size=d)
    x = rng.uniform(0.3, 1.5, size=(n, d))  # rates between 0.1 and 5
    y = rng.integers(0, 5, size=n).astype(np.float32)
    mask = np.ones(n, np.float32)
    padding = rng.permutation(n)[: rng.integers(3, n - 2)] if real else np.arange(n)
    mask[padding] = 0
    # One row of padding at least has rate 0, and one a negative rate.
    x[padding] = -rng.uniform(0.3, 1.5, size=(len(padding), d))
    x[padding[: rng.integers(1, len(padding))]] = 0
    return {
        "w": w.astype(np.float32),
        "x": x.astype(np.float32),
        "y": y,
        "mask": mask,
    }


def _reference(w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray) -> Answer:
    """(loss, gradient): the mean of rate - y log(rate) over real rows, and by w (d,).

    x (n, d), y (n,) and mask (n,) are float64, and rate = x w. The gradient is the mean
    of (1 - y / rate) x. This is Poisson's negative log-likelihood without its constant.
    """
    real = mask == 1
    if not real.any():
        return 0.0, np.zeros_like(w)
    rate = x[real] @ w
    loss = np.mean(rate - y[real] * np.log(rate))
    return loss, (1 - y[real] / rate) @ x[real] / real.sum()


def _scaled_by(rows: Compute) -> Compute:
    """The right sums, divided by another number of rows."""

    def compute(
        w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray
    ) -> Answer:
        loss, gradient = _reference(w, x, y, mask)
        factor = mask.sum() / rows(mask)
        return loss * factor, gradient * factor

    return compute


def _gradient(change: Compute) -> Compute:
    """The right loss, with another gradient where there is a real row."""

    def compute(
        w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray
    ) -> Answer:
        loss, gradient = _reference(w, x, y, mask)
        return loss, change(w, x, y, mask, gradient)

    return compute


def _nothing_real(
    w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray
) -> Answer:
    if mask.any():
        return _reference(w, x, y, mask)
    return np.nan, np.zeros_like(w)  # no gradient flows into rows that are left out


def _padding_in_it(
    w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray
) -> Answer:
    """All rows, with the rate of padding set to 1."""
    n = len(mask)
    loss, gradient = _reference(w, x, y, mask)
    padding = n - mask.sum()
    return (loss * mask.sum() + padding) / n, gradient * mask.sum() / n


def _moved_rate(
    w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray
) -> Answer:
    real = mask == 1
    if not real.any():
        return 0.0, np.zeros_like(w)
    rate = x[real] @ w
    loss = np.mean(rate - y[real] * np.log(rate + MOVED))
    return loss, (1 - y[real] / (rate + MOVED)) @ x[real] / real.sum()


def _without_target(
    w: np.ndarray, x: np.ndarray, y: np.ndarray, mask: np.ndarray
) -> Answer:
    return _reference(w, x, mask, mask)


_MISTAKES = (
    Mistake(
        "the gradient goes through the padding",
        "Your loss is right, and your gradient is NaN. The loss of padding is thrown "
        "away, but its derivative is still computed: the incoming gradient 0 times the "
        "derivative of log at 0, which is infinite, is NaN.",
        "What must log get, in a row of padding, for its derivative to be finite?",
        compute=_gradient(lambda w, *_: np.full_like(w, np.nan)),
    ),
    Mistake(
        "a NaN gradient made zero",
        "Your loss is right, and your gradient is 0. NaN was replaced after it had "
        "spread to all weights. The gradient of the real rows is lost.",
        "Where does the NaN come from? Keep it from arising.",
        compute=_gradient(lambda w, *_: np.zeros_like(w)),
    ),
    Mistake(
        "the loss of padding is multiplied by 0",
        "Your loss and gradient are NaN: 0 times NaN is NaN, and so is 0 times minus "
        "infinity.",
        "How can you put a 0 in the place of a number without computing with it?",
        compute=lambda w, *_, **__: (np.nan, np.full_like(w, np.nan)),
    ),
    Mistake(
        "the mean over all rows",
        "You divide by the number of all rows, padding among them.",
        "Of how many rows is the loss the mean?",
        compute=_scaled_by(len),
    ),
    Mistake(
        "sum instead of mean",
        "You return the sum over the real rows, and its gradient.",
        "By what does a mean divide?",
        compute=_scaled_by(lambda mask: 1),
    ),
    Mistake(
        "padding counts with the rate 1",
        "You give rows of padding a harmless rate, and leave their loss in the mean.",
        "The rate of padding is made harmless for the derivative's sake. What still "
        "has to happen to the loss of such a row?",
        compute=_padding_in_it,
    ),
    Mistake(
        "no real row gives NaN",
        "Where no row is real you divide 0 by 0. Otherwise all is right.",
        "Which divisor gives 0 for a sum of 0?",
        compute=_nothing_real,
    ),
    Mistake(
        "0.1 is added to every rate",
        "You add 0.1 to the rate inside of the logarithm. That changes the loss of the "
        "real rows too.",
        "Which rows need another rate?",
        compute=_moved_rate,
    ),
    Mistake(
        "the counts are left out",
        "You take rate - log(rate). The logarithm has the factor y.",
        "Compare your line with the formula.",
        compute=_without_target,
    ),
)
# Where no row is real, all that is finite is 0.
_SHOWN = tuple(m for m in _MISTAKES if m.name != "no real row gives NaN")

MASKED_LOSS = Exercise(
    id="debugging.masked_loss",
    title="A masked loss with a finite gradient",
    points=3,
    cases=(
        separated(partial(_draw, real=True), _reference, _SHOWN),
        partial(_draw, real=False),
        separated(partial(_draw, real=True), _reference, _SHOWN),
    ),
    reference=_reference,
    returns=("loss", "gradient"),
    derivatives=("gradient",),
    mistakes=_MISTAKES,
    hints=(
        "Two selections are needed. One keeps bad numbers out of the logarithm, whose "
        "derivative then is finite. The other keeps rows of padding out of the sum.",
        "torch: torch.where, Tensor.clamp, w.clone().requires_grad_(), "
        "torch.autograd.grad\n"
        "TensorFlow: tf.where, tf.linalg.matvec, tf.maximum, tf.GradientTape with "
        "watch",
        "rate = x times w\n"
        "safe = the rate in real rows, and 1 in the others\n"
        "losses = the formula with safe\n"
        "total = the sum of losses in real rows, and 0 in the others\n"
        "loss = total divided by the number of real rows, or by 1\n"
        "gradient = autograd's, of loss by w",
    ),
)
