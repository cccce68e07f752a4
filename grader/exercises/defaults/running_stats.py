"""Batch normalisation's running statistics, as either framework keeps them."""

import numpy as np

from grader.exercises.defaults.conventions import (
    TORCH,
    in_turn,
    kept_share,
    one_sided,
    other,
)
from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Statistics = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    steps, n, c = (
        int(rng.integers(low, high)) for low, high in ((2, 5), (3, 6), (2, 4))
    )
    shift, scale = rng.normal(size=c), rng.uniform(0.8, 1.8, size=c)
    batches = shift + scale * rng.normal(size=(steps, n, c))
    return {
        "batches": batches.astype(np.float32),
        "momentum": round(float(rng.uniform(0.15, 0.4) + rng.choice([0, 0.45])), 2),
    }


def _running(
    means: np.ndarray, variances: np.ndarray, kept: float, start: float = 1.0
) -> Statistics:
    """From mean 0 and variance ``start``: statistic = kept statistic + (1 - kept) new.

    ``means`` and ``variances`` are (steps, c), and each result is (c,).
    """
    mean, variance = np.zeros(means.shape[1]), np.full(means.shape[1], start)
    for new_mean, new_variance in zip(means, variances, strict=True):
        mean = kept * mean + (1 - kept) * new_mean
        variance = kept * variance + (1 - kept) * new_variance
    return mean, variance


def _correction(convention: str) -> int:
    """What the variance of n examples divides by: n minus this.

    torch.nn.BatchNorm1d keeps the unbiased variance, Keras's layer the biased one.
    """
    return 1 if convention == TORCH else 0


def _reference(batches: np.ndarray, momentum: float, convention: str) -> Statistics:
    """Running mean and variance, (c,) each, after batches of shape (steps, n, c)."""
    return _running(
        batches.mean(axis=1),
        batches.var(axis=1, ddof=_correction(convention)),
        kept_share(momentum, convention),
    )


def _other_variance(
    batches: np.ndarray, momentum: float, convention: str
) -> Statistics:
    ddof = _correction(other(convention))
    kept = kept_share(momentum, convention)
    return _running(batches.mean(axis=1), batches.var(axis=1, ddof=ddof), kept)


def _always_divided(ddof: int) -> Compute:
    def compute(batches: np.ndarray, momentum: float, convention: str) -> Statistics:
        kept = kept_share(momentum, convention)
        return _running(batches.mean(axis=1), batches.var(axis=1, ddof=ddof), kept)

    return compute


def _other_momentum(
    batches: np.ndarray, momentum: float, convention: str
) -> Statistics:
    ddof = _correction(convention)
    kept = kept_share(momentum, other(convention))
    return _running(batches.mean(axis=1), batches.var(axis=1, ddof=ddof), kept)


def _from_zero(batches: np.ndarray, momentum: float, convention: str) -> Statistics:
    ddof = _correction(convention)
    kept = kept_share(momentum, convention)
    variances = batches.var(axis=1, ddof=ddof)
    return _running(batches.mean(axis=1), variances, kept, start=0.0)


def _over_everything(
    batches: np.ndarray, momentum: float, convention: str
) -> Statistics:
    rows = batches.reshape(-1, batches.shape[-1])
    return rows.mean(axis=0), rows.var(axis=0, ddof=_correction(convention))


def _last_batch(batches: np.ndarray, momentum: float, convention: str) -> Statistics:
    last = batches[-1]
    return last.mean(axis=0), last.var(axis=0, ddof=_correction(convention))


def _deviations(batches: np.ndarray, momentum: float, convention: str) -> Statistics:
    return _running(
        batches.mean(axis=1),
        batches.std(axis=1, ddof=_correction(convention)),
        kept_share(momentum, convention),
    )


_MISTAKES = (
    Mistake(
        "the other framework's momentum",
        "You read the momentum as the other framework does.",
        "Which of the two multiplies the old value by momentum, and which by "
        "1 - momentum?",
        compute=_other_momentum,
    ),
    Mistake(
        "the other framework's variance",
        "Your means are right. Your variances divide by n - 1 where the framework that "
        "convention names divides by n, or the reverse.",
        "Which framework keeps the unbiased variance?",
        compute=_other_variance,
    ),
    Mistake(
        "the variance starts at 0",
        "Your means are right. Your running variance starts from 0.",
        "Which value lets the layer leave its input as it is before any training?",
        compute=_from_zero,
    ),
    Mistake(
        "statistics of the whole data",
        "You return the mean and variance of all examples together. A running "
        "statistic has seen them batch after batch, and still holds some of its start.",
        "Update the two statistics once for each batch, in the order of the batches.",
        compute=_over_everything,
    ),
    Mistake(
        "only the last batch counts",
        "You return the statistics of the last batch.",
        "Which share of the old value does each update keep?",
        compute=_last_batch,
    ),
    Mistake(
        "standard deviation instead of variance",
        "Your means are right. In place of variances you average standard deviations.",
        "Take the mean of the squared distances, without a root.",
        compute=_deviations,
    ),
)

_ONE_SIDED = (
    *one_sided(_reference),
    Mistake(
        "always divided by n",
        "Your means are right. Your variances divide by n, even where convention is "
        "'torch'.",
        "By what does each framework divide, by the exercise?",
        compute=_always_divided(0),
    ),
    Mistake(
        "always divided by n - 1",
        "Your means are right. Your variances divide by n - 1, even where convention "
        "is 'keras'.",
        "By what does each framework divide, by the exercise?",
        compute=_always_divided(1),
    ),
)

RUNNING_STATS = Exercise(
    id="defaults.running_stats",
    title="Running statistics in either framework",
    points=2,
    neutral=True,
    cases=tuple(
        separated(draw, _reference, _MISTAKES, least=0.02) for draw in in_turn(_draw)
    ),
    reference=_reference,
    returns=("mean", "variance"),
    mistakes=_MISTAKES + _ONE_SIDED,
    hints=(
        "Both frameworks do the same thing with each batch: keep a share of the old "
        "value and add the rest from the batch. They differ in the name of the share, "
        "and in how they compute the variance of a batch.",
        "NumPy: batch.mean(axis=0), and batch.var(axis=0) with its argument ddof; "
        "np.zeros and np.ones for the start",
        "the share to keep and the ddof, by convention\n"
        "mean and variance at their start, one number for each feature\n"
        "for each batch:\n"
        "    move both towards the statistics of the batch\n"
        "return both",
    ),
)
