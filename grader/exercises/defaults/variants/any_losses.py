"""Answers about losses and what they divide by."""

import math

import numpy as np

from grader.judging.variant import right, wrong


@right("capped_loss")
def with_bounds(chances, convention):
    if convention == "keras":
        return -np.log(np.maximum(chances, 1e-7))
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log(chances), 100)


@right("capped_loss")
def one_by_one(chances, convention):
    losses = []
    for chance in chances:
        if convention == "keras":
            losses.append(-math.log(max(float(chance), 1e-7)))
        elif chance == 0:
            losses.append(100.0)
        else:
            losses.append(min(-math.log(float(chance)), 100.0))
    return losses


@right("capped_loss")
def smallest_chance(chances, convention):
    least = 1e-7 if convention == "keras" else math.exp(-100)
    return -np.log(np.clip(chances.astype(np.float64), least, 1))


@wrong("capped_loss", "the other framework's bound")
def bounds_swapped(chances, convention):
    least = 1e-7 if convention == "torch" else math.exp(-100)
    return -np.log(np.maximum(chances.astype(np.float64), least))


@wrong("capped_loss", "the epsilon of Adam")
def smaller_epsilon(chances, convention):
    return -np.log(np.maximum(chances, 1e-8))


@wrong("capped_loss", "a logarithm to base 10")
def log10(chances, convention):
    if convention == "keras":
        return -np.log10(np.maximum(chances, 1e-7))
    with np.errstate(divide="ignore"):
        return np.minimum(-np.log10(chances), 100 / math.log(10))


@wrong("capped_loss", "one mean over all")
def averaged(chances, convention):
    least = 1e-7 if convention == "keras" else math.exp(-100)
    return (-np.log(np.maximum(chances.astype(np.float64), least))).mean()


@wrong("capped_loss", "the bound is added")
def plus_bound(chances, convention):
    least = 1e-7 if convention == "keras" else math.exp(-100)
    return -np.log(chances.astype(np.float64) + least)


@right("kl_mean")
def as_written(target, predicted, convention):
    terms = target * np.log(target / predicted)
    n, k = terms.shape
    return terms.sum() / (n * k if convention == "torch" else n)


@right("kl_mean")
def two_logarithms(target, predicted, convention):
    terms = target * (np.log(target) - np.log(predicted))
    if convention == "torch":
        return terms.mean()
    return terms.sum(axis=1).mean()


@right("kl_mean")
def entropies(target, predicted, convention):
    cross = -(target * np.log(predicted)).sum(axis=1)
    own = -(target * np.log(target)).sum(axis=1)
    rows = cross - own
    return rows.mean() / (target.shape[1] if convention == "torch" else 1)


@wrong("kl_mean", "the other framework's mean")
def means_swapped(target, predicted, convention):
    terms = target * np.log(target / predicted)
    if convention == "keras":
        return terms.mean()
    return terms.sum(axis=1).mean()


@wrong("kl_mean", "target and prediction are swapped")
def other_direction(target, predicted, convention):
    terms = predicted * np.log(predicted / target)
    if convention == "torch":
        return terms.mean()
    return terms.sum(axis=1).mean()


@wrong("kl_mean", "the cross-entropy")
def cross_entropy(target, predicted, convention):
    terms = -target * np.log(predicted)
    if convention == "torch":
        return terms.mean()
    return terms.sum(axis=1).mean()


@wrong("kl_mean", "the sum, not divided")
def summed(target, predicted, convention):
    return (target * np.log(target / predicted)).sum()


@wrong("capped_loss", "always PyTorch's convention")
def capped_loss_in_torch(chances, convention):
    return with_bounds(chances, "torch")


@wrong("capped_loss", "always Keras's convention")
def capped_loss_in_keras(chances, convention):
    return with_bounds(chances, "keras")


@wrong("kl_mean", "always PyTorch's convention")
def kl_mean_in_torch(target, predicted, convention):
    return as_written(target, predicted, "torch")


@wrong("kl_mean", "always Keras's convention")
def kl_mean_in_keras(target, predicted, convention):
    return as_written(target, predicted, "keras")


@wrong("capped_loss", "no bound in PyTorch")
def bounded_in_keras(chances, convention):
    with np.errstate(divide="ignore"):
        losses = -np.log(chances)
    return losses if convention == "torch" else with_bounds(chances, convention)


@wrong("capped_loss", "no bound at all")
def plain_logarithm(chances, convention):
    with np.errstate(divide="ignore"):
        return -np.log(chances)
