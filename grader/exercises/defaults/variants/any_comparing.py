"""Answers on gaps between runs and on settings that differ."""

import math

import numpy as np

from grader.judging.variant import right, wrong


@right("paired_difference")
def formulas(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, s / np.sqrt(n), unpaired, math.ceil((2 * s / gap) ** 2)


@right("paired_difference")
def sums_by_hand(a, b):
    def squares(values):
        mean = sum(values) / len(values)
        return sum((value - mean) ** 2 for value in values)

    n = len(a)
    differences = [float(y - x) for x, y in zip(a, b, strict=True)]
    gap = sum(differences) / n
    variance = squares(differences) / (n - 1)
    unpaired = (squares(a) + squares(b)) / (n - 1) / n
    pairs = 1
    while abs(gap) < 2 * math.sqrt(variance / pairs):
        pairs += 1
    return gap, math.sqrt(variance / n), math.sqrt(unpaired), pairs


@right("paired_difference")
def covariances(a, b):
    n = len(a)
    c = np.cov(a, b)
    variance = c[0, 0] + c[1, 1] - 2 * c[0, 1]
    gap = np.mean(b) - np.mean(a)
    pairs = np.ceil(4 * variance / gap**2)
    return gap, (variance / n) ** 0.5, ((c[0, 0] + c[1, 1]) / n) ** 0.5, pairs


@wrong("paired_difference", "the deviations divide by n")
def numpy_default(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std()
    unpaired = np.sqrt((a.var() + b.var()) / n)
    return gap, s / np.sqrt(n), unpaired, math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "paired and unpaired are exchanged")
def unpaired_first(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, unpaired, s / np.sqrt(n), math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "the standard deviations themselves")
def of_one_run(a, b):
    differences = b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt(a.var(ddof=1) + b.var(ddof=1))
    return gap, s, unpaired, math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "divided by n, not by its root")
def no_root_of_n(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt(a.var(ddof=1) + b.var(ddof=1)) / n
    return gap, s / n, unpaired, math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "the gap is a - b")
def first_less_second(a, b):
    n, differences = len(a), a - b
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, s / np.sqrt(n), unpaired, math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "the unpaired errors are added")
def errors_added(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = a.std(ddof=1) / np.sqrt(n) + b.std(ddof=1) / np.sqrt(n)
    return gap, s / np.sqrt(n), unpaired, math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "all runs in one heap")
def one_heap(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    heap = np.concatenate([a, b]).var(ddof=1)
    unpaired = np.sqrt((heap + heap) / n)
    return gap, s / np.sqrt(n), unpaired, math.ceil((2 * s / gap) ** 2)


@wrong("paired_difference", "the number of pairs is rounded off")
def rounded_off(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, s / np.sqrt(n), unpaired, int((2 * s / gap) ** 2)


@wrong("paired_difference", "the error in place of s")
def error_of_the_mean(a, b):
    n, differences = len(a), b - a
    gap, error = differences.mean(), differences.std(ddof=1) / np.sqrt(n)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, error, unpaired, math.ceil((2 * error / gap) ** 2)


@wrong("paired_difference", "pairs that share nothing")
def both_deviations(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    both = np.sqrt(a.var(ddof=1) + b.var(ddof=1))
    return gap, s / np.sqrt(n), both / np.sqrt(n), math.ceil((2 * both / gap) ** 2)


@wrong("paired_difference", "one standard error")
def two_forgotten(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, s / np.sqrt(n), unpaired, math.ceil((s / gap) ** 2)


@wrong("paired_difference", "the 2 outside of the square")
def two_outside(a, b):
    n, differences = len(a), b - a
    gap, s = differences.mean(), differences.std(ddof=1)
    unpaired = np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
    return gap, s / np.sqrt(n), unpaired, math.ceil(2 * (s / gap) ** 2)


@right("settings_differ")
def relative_tolerance(names, torch_values, keras_values):
    differs = []
    for name, one, other in zip(names, torch_values, keras_values, strict=True):
        if name == "batch_norm.momentum":
            one = 1 - one
        differs.append(not math.isclose(one, other, rel_tol=1e-6))
    return differs


@right("settings_differ")
def arrays(names, torch_values, keras_values):
    one, other = np.array(torch_values), np.array(keras_values)
    momentum = np.array(names) == "batch_norm.momentum"
    one = np.where(momentum, 1 - one, one)
    same = np.isclose(one, other, rtol=1e-6, atol=0)
    return (~same).astype(int)


@right("settings_differ")
def into_torchs_convention(names, torch_values, keras_values):
    differs = []
    for name, one, other in zip(names, torch_values, keras_values, strict=True):
        read = {"batch_norm.momentum": 1 - other}.get(name, other)
        differs.append(1 if abs(one / read - 1) > 1e-6 else 0)
    return differs


@wrong("settings_differ", "rounding counts as a difference")
def not_equal(names, torch_values, keras_values):
    differs = []
    for name, one, other in zip(names, torch_values, keras_values, strict=True):
        if name == "batch_norm.momentum":
            other = 1 - other
        differs.append(one != other)
    return differs


@wrong("settings_differ", "small values always count as equal")
def defaults_of_isclose(names, torch_values, keras_values):
    one, other = np.array(torch_values), np.array(keras_values)
    momentum = np.array(names) == "batch_norm.momentum"
    return ~np.isclose(np.where(momentum, 1 - one, one), other)


@wrong("settings_differ", "a millionth of 1, not of the value")
def absolute_tolerance(names, torch_values, keras_values):
    differs = []
    for name, one, other in zip(names, torch_values, keras_values, strict=True):
        if name == "batch_norm.momentum":
            one = 1 - one
        differs.append(abs(one - other) > 1e-6)
    return differs


@wrong("settings_differ", "momenta in two conventions")
def as_they_are_written(names, torch_values, keras_values):
    return [
        not math.isclose(one, other, rel_tol=1e-6)
        for one, other in zip(torch_values, keras_values, strict=True)
    ]


@wrong("settings_differ", "Adam's beta_2 is turned round")
def both_are_averages(names, torch_values, keras_values):
    differs = []
    for name, one, other in zip(names, torch_values, keras_values, strict=True):
        if name in ("batch_norm.momentum", "adam.beta_2"):
            one = 1 - one
        differs.append(not math.isclose(one, other, rel_tol=1e-6))
    return differs


@wrong("settings_differ", "every value is turned round")
def all_turned_round(names, torch_values, keras_values):
    return [
        not math.isclose(1 - one, other, rel_tol=1e-6)
        for one, other in zip(torch_values, keras_values, strict=True)
    ]


@wrong("settings_differ", "equal and different are exchanged")
def where_equal(names, torch_values, keras_values):
    same = []
    for name, one, other in zip(names, torch_values, keras_values, strict=True):
        if name == "batch_norm.momentum":
            one = 1 - one
        same.append(math.isclose(one, other, rel_tol=1e-6))
    return same
