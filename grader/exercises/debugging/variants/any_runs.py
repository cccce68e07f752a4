"""Answers about the causes of runs."""

import numpy as np

from grader.judging.variant import right, wrong


@right("diagnose")
def questions_in_order(train, validation, gradients, start, constant):
    causes = []
    for t, v, g in zip(train, validation, gradients, strict=True):
        if not t[-1] <= t[0]:
            causes.append(1)
        elif g.max() == 0:
            causes.append(2)
        elif t[0] > 2 * start:
            causes.append(3)
        elif abs(t[-1] - constant) <= 0.05 * constant:
            causes.append(4)
        elif t[-1] > 0.9 * t[0]:
            causes.append(5)
        elif v[-1] > 1.2 * v.min():
            causes.append(6)
        else:
            causes.append(0)
    return causes


@right("diagnose")
def all_runs_at_once(train, validation, gradients, start, constant):
    first, last = train[:, 0], train[:, -1]
    rules = [
        np.isnan(last) | (last > first),
        (gradients == 0).all(axis=1),
        first > 2 * start,
        (last >= 0.95 * constant) & (last <= 1.05 * constant),
        last > 0.9 * first,
        validation[:, -1] > 1.2 * validation.min(axis=1),
    ]
    return np.select(rules, [1, 2, 3, 4, 5, 6], default=0)


@right("diagnose")
def from_the_last_rule(train, validation, gradients, start, constant):
    causes = np.zeros(len(train))
    for run in range(len(train)):
        t, v = train[run], validation[run]
        rules = {
            6: v[-1] > 1.2 * min(v),
            5: t[-1] > 0.9 * t[0],
            4: abs(t[-1] / constant - 1) <= 0.05,
            3: t[0] > 2 * start,
            2: not any(gradients[run]),
            1: not t[-1] <= t[0],
        }
        for cause, holds in rules.items():
            if holds:
                causes[run] = cause
    return causes


def _rules(t, v, g, start, constant):
    """Whether each rule holds for a run, in the order that counts."""
    return {
        1: not t[-1] <= t[0],
        2: g.max() == 0,
        3: t[0] > 2 * start,
        4: abs(t[-1] - constant) <= 0.05 * constant,
        5: t[-1] > 0.9 * t[0],
        6: v[-1] > 1.2 * v.min(),
    }


def _causes(
    train, validation, gradients, start, constant, order=range(1, 7), others=()
):
    """The first rule in ``order`` that holds; ``others`` replace rules by number."""
    causes = []
    for t, v, g in zip(train, validation, gradients, strict=True):
        rules = _rules(t, v, g, start, constant)
        rules |= {cause: rule(t, v) for cause, rule in dict(others).items()}
        causes.append(next((cause for cause in order if rules[cause]), 0))
    return causes


@wrong("diagnose", "NaN is overlooked")
def plain_comparison(train, validation, gradients, start, constant):
    def rule(t, v):
        return t[-1] > t[0]

    others = {1: rule}
    return _causes(train, validation, gradients, start, constant, others=others)


@wrong("diagnose", "only NaN counts as too high")
def nan_alone(train, validation, gradients, start, constant):
    def rule(t, v):
        return np.isnan(t[-1])

    others = {1: rule}
    return _causes(train, validation, gradients, start, constant, others=others)


@wrong("diagnose", "a high start comes first")
def start_first(train, validation, gradients, start, constant):
    order = [3, 1, 2, 4, 5, 6]
    return _causes(train, validation, gradients, start, constant, order)


@wrong("diagnose", "a low rate comes first")
def slow_first(train, validation, gradients, start, constant):
    order = [5, 1, 2, 3, 4, 6]
    return _causes(train, validation, gradients, start, constant, order)


@wrong("diagnose", "overfitting comes first")
def validation_first(train, validation, gradients, start, constant):
    order = [6, 1, 2, 3, 4, 5]
    return _causes(train, validation, gradients, start, constant, order)


@wrong("diagnose", "the last rule that holds")
def backwards(train, validation, gradients, start, constant):
    order = range(6, 0, -1)
    return _causes(train, validation, gradients, start, constant, order)


@wrong("diagnose", "the start in place of the constant")
def near_the_start(train, validation, gradients, start, constant):
    def rule(t, v):
        return abs(t[-1] - start) <= 0.05 * start

    others = {4: rule}
    return _causes(train, validation, gradients, start, constant, others=others)


@wrong("diagnose", "0.05 instead of 5 percent")
def absolute(train, validation, gradients, start, constant):
    def rule(t, v):
        return abs(t[-1] - constant) <= 0.05

    others = {4: rule}
    return _causes(train, validation, gradients, start, constant, others=others)


@wrong("diagnose", "validation compared with training")
def gap_of_curves(train, validation, gradients, start, constant):
    def rule(t, v):
        return v[-1] > 1.2 * t[-1]

    others = {6: rule}
    return _causes(train, validation, gradients, start, constant, others=others)


@wrong("diagnose", "validation compared with its first value")
def since_the_start(train, validation, gradients, start, constant):
    def rule(t, v):
        return v[-1] > 1.2 * v[0]

    others = {6: rule}
    return _causes(train, validation, gradients, start, constant, others=others)


@wrong("diagnose", "causes counted from 0")
def from_zero(train, validation, gradients, start, constant):
    causes = _causes(train, validation, gradients, start, constant)
    return [cause - 1 for cause in causes]


@wrong("diagnose", "a fine run has the number 7")
def seven(train, validation, gradients, start, constant):
    causes = _causes(train, validation, gradients, start, constant)
    return [cause or 7 for cause in causes]
