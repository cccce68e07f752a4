"""The running statistics of batch normalisation, as PyTorch keeps them."""

from collections.abc import Sequence

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Batches = list[np.ndarray]
Values = Sequence[np.ndarray | np.floating]
Statistics = tuple[np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    d, count = int(rng.integers(2, 4)), int(rng.integers(3, 6))
    shift, scale = rng.normal(size=d), rng.uniform(0.6, 1.6, size=d)
    # No batch has as many rows as the one before: each has an n - 1 of its own.
    sizes = [int(rng.integers(3, 7))]
    while len(sizes) < count:
        sizes.append(int(rng.choice([n for n in range(3, 7) if n != sizes[-1]])))
    batches = [shift + scale * rng.normal(size=(n, d)) for n in sizes]
    return {
        "mean": rng.normal(size=d).astype(np.float32),
        "var": rng.uniform(0.5, 2, size=d).astype(np.float32),
        "batches": [batch.astype(np.float32) for batch in batches],
        "momentum": round(float(rng.uniform(0.15, 0.35)), 2),
    }


def _running(start: np.ndarray, values: Values, momentum: float) -> np.ndarray:
    """kept = (1 - momentum) kept + momentum value, from ``start`` (d,) on.

    Shape (values, d): what is kept after each value.
    """
    kept, found = start, []
    for value in values:
        kept = (1 - momentum) * kept + momentum * value
        found.append(kept)
    return np.array(found)


def _reference(
    mean: np.ndarray, var: np.ndarray, batches: Batches, momentum: float
) -> Statistics:
    """Running mean and unbiased variance after each batch, (batches, d) each.

    As torch.nn.BatchNorm1d keeps them. mean (d,), var (d,) and each batch (n, d) are
    float64.
    """
    return (
        _running(mean, [batch.mean(axis=0) for batch in batches], momentum),
        _running(var, [batch.var(axis=0, ddof=1) for batch in batches], momentum),
    )


def _biased(
    mean: np.ndarray, var: np.ndarray, batches: Batches, momentum: float
) -> Statistics:
    means, _ = _reference(mean, var, batches, momentum)
    return means, _running(var, [batch.var(axis=0) for batch in batches], momentum)


def _averaged(
    mean: np.ndarray, var: np.ndarray, batches: Batches, momentum: float
) -> Statistics:
    counts = np.arange(1, len(batches) + 1)[:, None]
    means, variances = _reference(mean, var, batches, 1.0)
    return np.cumsum(means, axis=0) / counts, np.cumsum(variances, axis=0) / counts


def _from_layer_start(
    mean: np.ndarray, var: np.ndarray, batches: Batches, momentum: float
) -> Statistics:
    return _reference(np.zeros_like(mean), np.ones_like(var), batches, momentum)


def _deviations(
    mean: np.ndarray, var: np.ndarray, batches: Batches, momentum: float
) -> Statistics:
    means, _ = _reference(mean, var, batches, momentum)
    deviations = [batch.std(axis=0, ddof=1) for batch in batches]
    return means, _running(var, deviations, momentum)


def _one_for_all(
    mean: np.ndarray, var: np.ndarray, batches: Batches, momentum: float
) -> Statistics:
    return (
        _running(mean, [batch.mean() for batch in batches], momentum),
        _running(var, [batch.var(ddof=1) for batch in batches], momentum),
    )


_MISTAKES = (
    Mistake(
        "the biased variance",
        "The means are right. Your variance divides by n: that is what normalises "
        "the batch, and what Keras keeps. PyTorch keeps the unbiased one.",
        "Which divisor does the exercise ask for? What is the default of your "
        "variance function?",
        compute=_biased,
    ),
    Mistake(
        "the other meaning of momentum",
        "Your statistics keep the share momentum of the old value. That is Keras' "
        "convention; here momentum is the share of the new batch.",
        "Take momentum = 0.1. Does a single batch move the mean by a tenth of the "
        "way, or by nine tenths?",
        compute=lambda mean, var, batches, momentum: _reference(
            mean, var, batches, 1 - momentum
        ),
    ),
    Mistake(
        "other meaning of momentum, biased variance",
        "These are Keras' statistics: the momentum is the share of the old value, "
        "and the variance divides by n.",
        "Two conventions differ. Start with the mean, where only one of them counts.",
        compute=lambda mean, var, batches, momentum: _biased(
            mean, var, batches, 1 - momentum
        ),
    ),
    Mistake(
        "the statistics of the batch itself",
        "Each entry holds the mean and variance of its own batch: nothing runs on "
        "from one to the next.",
        "Which share of the old value is left after your update?",
        compute=lambda mean, var, batches, momentum: _reference(
            mean, var, batches, 1.0
        ),
    ),
    Mistake(
        "a plain average over the batches",
        "Each entry is the average over all batches so far, each with the same "
        "weight. (That is what momentum=None does in PyTorch.)",
        "In the formula, how much does the first batch still count after the second "
        "one?",
        compute=_averaged,
    ),
    Mistake(
        "the start is forgotten",
        "Your statistics start at 0 and 1, as those of a new layer do, instead of "
        "the mean and var you were given.",
        "Follow mean and var from the arguments to the first update.",
        compute=_from_layer_start,
    ),
    Mistake(
        "the standard deviation",
        "The means are right. You average standard deviations instead of variances.",
        "In which unit is var, if the data are in metres?",
        compute=_deviations,
    ),
    Mistake(
        "one number for all features",
        "Your batch mean and variance are taken over all entries: every feature gets "
        "the same.",
        "Print the shape of the batch's mean. There are d features.",
        compute=_one_for_all,
    ),
)

BATCH_NORM_STATS = Exercise(
    id="loops.batch_norm_stats",
    title="Running statistics of batch normalization",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("mean", "var"),
    mistakes=_MISTAKES,
    hints=(
        "Each batch pulls the statistics towards its own mean and variance, by the "
        "share momentum of the way. The order of the batches counts.",
        "torch: batch.mean(0), batch.var(0) with its argument correction; or "
        "torch.nn.functional.batch_norm, which updates running_mean and running_var\n"
        "TensorFlow: tf.nn.moments(batch, axes=[0]) gives the mean and the biased "
        "variance; what turns n into n - 1?",
        "for each batch:\n"
        "    its mean and unbiased variance, one number for each feature\n"
        "    move mean towards the one, and var towards the other\n"
        "    record both\n"
        "return both lists",
    ),
    per_step=True,
    may_change=("mean", "var"),
)
