"""Answers about batch normalisation's running statistics."""

import numpy as np

from grader.judging.variant import right, wrong


@right("share_left")
def power(momentum, steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    return kept**steps


@right("share_left")
def step_by_step(momentum, steps, convention):
    share = 1.0
    for _ in range(steps):
        if convention == "torch":
            share = (1 - momentum) * share + momentum * 0.0
        else:
            share = momentum * share + (1 - momentum) * 0.0
    return share


@right("share_left")
def by_logarithm(momentum, steps, convention):
    kept = {"torch": 1 - momentum, "keras": momentum}[convention]
    return np.exp(steps * np.log(kept))


@wrong("share_left", "the other framework's momentum")
def swapped(momentum, steps, convention):
    kept = momentum if convention == "torch" else 1 - momentum
    return kept**steps


@wrong("share_left", "the share that the batches have")
def share_of_batches(momentum, steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    return 1 - kept**steps


@wrong("share_left", "subtracted instead of multiplied")
def subtracted(momentum, steps, convention):
    lost = momentum if convention == "torch" else 1 - momentum
    share = 1.0
    for _ in range(steps):
        share = share - lost
    return share


@wrong("share_left", "one step too many")
def counts_the_start(momentum, steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    share = kept
    for _ in range(steps):
        share = share * kept
    return share


@wrong("share_left", "one step too few")
def loop_from_one(momentum, steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    share = 1.0
    for _ in range(1, steps):
        share = share * kept
    return share


@right("running_stats")
def loop_over_batches(batches, momentum, convention):
    features = batches.shape[2]
    mean, variance = np.zeros(features), np.ones(features)
    for batch in batches:
        new_mean = batch.mean(axis=0)
        if convention == "torch":
            new_variance = batch.var(axis=0, ddof=1)
            mean = (1 - momentum) * mean + momentum * new_mean
            variance = (1 - momentum) * variance + momentum * new_variance
        else:
            new_variance = batch.var(axis=0)
            mean = momentum * mean + (1 - momentum) * new_mean
            variance = momentum * variance + (1 - momentum) * new_variance
    return mean, variance


@right("running_stats")
def moves_towards(batches, momentum, convention):
    step = momentum if convention == "torch" else 1 - momentum
    n = batches.shape[1]
    mean, variance = 0.0, 1.0
    for batch in batches:
        centered = batch - batch.mean(axis=0)
        squares = (centered**2).sum(axis=0)
        new_variance = squares / (n - 1 if convention == "torch" else n)
        mean = mean + step * (batch.mean(axis=0) - mean)
        variance = variance + step * (new_variance - variance)
    return mean, variance


@right("running_stats")
def weighted_sum(batches, momentum, convention):
    torch_like = convention == "torch"
    kept = 1 - momentum if torch_like else momentum
    steps = len(batches)
    weights = (1 - kept) * kept ** np.arange(steps - 1, -1, -1)
    means = batches.mean(axis=1)
    variances = batches.var(axis=1, ddof=int(torch_like))
    return weights @ means, kept**steps + weights @ variances


@wrong("running_stats", "the other framework's momentum")
def momentum_swapped(batches, momentum, convention):
    kept = momentum if convention == "torch" else 1 - momentum
    ddof = 1 if convention == "torch" else 0
    mean, variance = 0.0, 1.0
    for batch in batches:
        mean = kept * mean + (1 - kept) * batch.mean(axis=0)
        variance = kept * variance + (1 - kept) * batch.var(axis=0, ddof=ddof)
    return mean, variance


@wrong("running_stats", "the other framework's variance")
def variance_swapped(batches, momentum, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    ddof = 0 if convention == "torch" else 1
    mean, variance = 0.0, 1.0
    for batch in batches:
        mean = kept * mean + (1 - kept) * batch.mean(axis=0)
        variance = kept * variance + (1 - kept) * batch.var(axis=0, ddof=ddof)
    return mean, variance


@wrong("running_stats", "the variance starts at 0")
def both_start_at_zero(batches, momentum, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    ddof = 1 if convention == "torch" else 0
    mean, variance = 0.0, 0.0
    for batch in batches:
        mean = kept * mean + (1 - kept) * batch.mean(axis=0)
        variance = kept * variance + (1 - kept) * batch.var(axis=0, ddof=ddof)
    return mean, variance


@wrong("running_stats", "statistics of the whole data")
def all_rows(batches, momentum, convention):
    rows = np.concatenate(list(batches))
    ddof = 1 if convention == "torch" else 0
    return rows.mean(axis=0), rows.var(axis=0, ddof=ddof)


@wrong("running_stats", "only the last batch counts")
def overwritten(batches, momentum, convention):
    ddof = 1 if convention == "torch" else 0
    for batch in batches:
        mean, variance = batch.mean(axis=0), batch.var(axis=0, ddof=ddof)
    return mean, variance


@wrong("running_stats", "standard deviation instead of variance")
def averages_std(batches, momentum, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    ddof = 1 if convention == "torch" else 0
    mean, variance = 0.0, 1.0
    for batch in batches:
        mean = kept * mean + (1 - kept) * batch.mean(axis=0)
        variance = kept * variance + (1 - kept) * batch.std(axis=0, ddof=ddof)
    return mean, variance


@right("convert_momentum")
def by_kept_share(momentum, old_steps, new_steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    kept = (kept**old_steps) ** (1 / new_steps)
    return kept if convention == "torch" else 1 - kept


@right("convert_momentum")
def with_logarithms(momentum, old_steps, new_steps, convention):
    if convention == "torch":
        return np.exp(np.log1p(-momentum) * old_steps / new_steps)
    return -np.expm1(np.log(momentum) * old_steps / new_steps)


@right("convert_momentum")
def one_exponent(momentum, old_steps, new_steps, convention):
    ratio = old_steps / new_steps
    in_keras = momentum if convention == "keras" else 1 - momentum
    in_keras = in_keras**ratio
    return in_keras if convention == "torch" else 1 - in_keras


@wrong("convert_momentum", "still the first framework's convention")
def not_converted(momentum, old_steps, new_steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    kept = kept ** (old_steps / new_steps)
    return 1 - kept if convention == "torch" else kept


@wrong("convert_momentum", "the numbers of steps are not used")
def one_minus(momentum, old_steps, new_steps, convention):
    return 1 - momentum


@wrong("convert_momentum", "old and new steps are swapped")
def ratio_upside_down(momentum, old_steps, new_steps, convention):
    kept = 1 - momentum if convention == "torch" else momentum
    kept = kept ** (new_steps / old_steps)
    return kept if convention == "torch" else 1 - kept


@wrong("convert_momentum", "proportion instead of power")
def scaled(momentum, old_steps, new_steps, convention):
    new_share = momentum if convention == "torch" else 1 - momentum
    new_share = new_share * old_steps / new_steps
    return 1 - new_share if convention == "torch" else new_share


@wrong("convert_momentum", "the power of the wrong share")
def power_of_momentum(momentum, old_steps, new_steps, convention):
    new_share = momentum if convention == "torch" else 1 - momentum
    new_share = new_share ** (old_steps / new_steps)
    return 1 - new_share if convention == "torch" else new_share


@wrong("share_left", "always PyTorch's convention")
def share_left_in_torch(momentum, steps, convention):
    return power(momentum, steps, "torch")


@wrong("share_left", "always Keras's convention")
def share_left_in_keras(momentum, steps, convention):
    return power(momentum, steps, "keras")


@wrong("running_stats", "always PyTorch's convention")
def running_stats_in_torch(batches, momentum, convention):
    return loop_over_batches(batches, momentum, "torch")


@wrong("running_stats", "always Keras's convention")
def running_stats_in_keras(batches, momentum, convention):
    return loop_over_batches(batches, momentum, "keras")


@wrong("convert_momentum", "always PyTorch's convention")
def convert_momentum_in_torch(momentum, old_steps, new_steps, convention):
    return by_kept_share(momentum, old_steps, new_steps, "torch")


@wrong("convert_momentum", "always Keras's convention")
def convert_momentum_in_keras(momentum, old_steps, new_steps, convention):
    return by_kept_share(momentum, old_steps, new_steps, "keras")


@wrong("running_stats", "always divided by n")
def numpys_variance(batches, momentum, convention):
    mean, _ = loop_over_batches(batches, momentum, convention)
    kept = 1 - momentum if convention == "torch" else momentum
    variance = np.ones_like(mean)
    for batch in batches:
        variance = kept * variance + (1 - kept) * batch.var(axis=0)
    return mean, variance


@wrong("running_stats", "always divided by n - 1")
def samples_variance(batches, momentum, convention):
    mean, _ = loop_over_batches(batches, momentum, convention)
    kept = 1 - momentum if convention == "torch" else momentum
    variance = np.ones_like(mean)
    for batch in batches:
        variance = kept * variance + (1 - kept) * batch.var(axis=0, ddof=1)
    return mean, variance
