"""Answers about the loss before any learning."""

import numpy as np

from grader.judging.variant import right, wrong


@right("first_loss")
def shares_that_occur(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(classes), constant, np.mean(targets**2), np.var(targets)


@right("first_loss")
def example_by_example(labels, classes, targets):
    n = len(labels)
    losses = [-np.log(np.sum(labels == label) / n) for label in labels]
    middle = sum(targets) / n
    squares = [(t - middle) ** 2 for t in targets]
    start_square = sum(t * t for t in targets) / n
    return -np.log(1 / classes), sum(losses) / n, start_square, sum(squares) / n


@right("first_loss")
def counted_with_zeros(labels, classes, targets):
    shares = np.bincount(labels, minlength=classes) / len(labels)
    terms = np.where(shares > 0, shares * np.log(np.maximum(shares, 1e-30)), 0)
    start_square = np.square(targets, dtype=np.float64).mean()
    constant_square = start_square - np.mean(targets, dtype=np.float64) ** 2
    return [np.log(classes), -terms.sum(), start_square, constant_square]


@wrong("first_loss", "only classes with labels are counted")
def outputs_seen(labels, classes, targets):
    values, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(len(values)), constant, np.mean(targets**2), np.var(targets)


@wrong("first_loss", "a probability instead of a loss")
def chance(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return 1 / classes, constant, np.mean(targets**2), np.var(targets)


@wrong("first_loss", "logarithms to base 2")
def bits(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log2(shares))
    return np.log2(classes), constant, np.mean(targets**2), np.var(targets)


@wrong("first_loss", "a class without labels gives NaN")
def zero_times_infinity(labels, classes, targets):
    shares = np.bincount(labels, minlength=classes) / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(classes), constant, np.mean(targets**2), np.var(targets)


@wrong("first_loss", "equal probabilities again")
def uniform_twice(labels, classes, targets):
    shares = np.bincount(labels, minlength=classes) / len(labels)
    constant = -np.sum(shares * np.log(1 / classes))
    return np.log(classes), constant, np.mean(targets**2), np.var(targets)


@wrong("first_loss", "each class counts once")
def mean_over_classes(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    constant = -np.mean(np.log(counts / len(labels)))
    return np.log(classes), constant, np.mean(targets**2), np.var(targets)


@wrong("first_loss", "the most frequent class alone")
def majority(labels, classes, targets):
    shares = np.bincount(labels, minlength=classes) / len(labels)
    return (
        np.log(classes),
        -np.log(shares.max()),
        np.mean(targets**2),
        np.var(targets),
    )


@wrong("first_loss", "as if the targets were standardized")
def one_at_the_start(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(classes), constant, 1, np.var(targets)


@wrong("first_loss", "0 is taken for the best constant")
def zero_twice(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(classes), constant, np.mean(targets**2), np.mean(targets**2)


@wrong("first_loss", "the standard deviation")
def deviation(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(classes), constant, np.mean(targets**2), np.std(targets)


@wrong("first_loss", "divided by n - 1")
def unbiased(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return np.log(classes), constant, np.mean(targets**2), np.var(targets, ddof=1)


@wrong("first_loss", "sums instead of means")
def summed(labels, classes, targets):
    n = len(labels)
    _, counts = np.unique(labels, return_counts=True)
    constant = -np.sum(counts * np.log(counts / n))
    squares = (targets - targets.mean()) ** 2
    return n * np.log(classes), constant, np.sum(targets**2), np.sum(squares)


@wrong("first_loss", "start and constant are exchanged")
def other_order(labels, classes, targets):
    _, counts = np.unique(labels, return_counts=True)
    shares = counts / len(labels)
    constant = -np.sum(shares * np.log(shares))
    return constant, np.log(classes), np.var(targets), np.mean(targets**2)
