"""Answers about the logs of two runs: where they part, free weights, and drift."""

import numpy as np

from grader.judging.variant import right, wrong


@right("first_divergence")
def table_of_truth_values(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    different = ~(np.abs(torch_log - keras_log) <= tolerance * size)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    diverged = np.flatnonzero(steps >= 0)
    if len(diverged) == 0:
        return steps, -1
    return steps, diverged[np.argmin(steps[diverged])]


@right("first_divergence")
def row_by_row(torch_log, keras_log, tolerance):
    steps, culprit = [-1] * torch_log.shape[1], -1
    for step, (row, other) in enumerate(zip(torch_log, keras_log, strict=True)):
        for column, (a, b) in enumerate(zip(row, other, strict=True)):
            close = abs(a - b) <= tolerance * max(abs(a), abs(b))
            if not close and steps[column] < 0:
                steps[column] = step
                if culprit < 0:
                    culprit = column
    return steps, culprit


@right("first_divergence")
def numpy_isclose(torch_log, keras_log, tolerance):
    a, b = np.abs(torch_log), np.abs(keras_log)
    size = np.where(a > b, torch_log, keras_log)
    close = np.isclose(torch_log, size, rtol=tolerance, atol=0)
    close &= np.isclose(keras_log, size, rtol=tolerance, atol=0)
    close &= ~np.isnan(torch_log) & ~np.isnan(keras_log)
    found = [np.flatnonzero(~column) for column in close.T]
    steps = [where[0] if len(where) else -1 for where in found]
    ranked = [(step, column) for column, step in enumerate(steps) if step >= 0]
    return steps, min(ranked)[1] if ranked else -1


@wrong("first_divergence", "absolute differences")
def plain_difference(torch_log, keras_log, tolerance):
    different = ~(np.abs(torch_log - keras_log) <= tolerance)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    diverged = np.flatnonzero(steps >= 0)
    return steps, diverged[np.argmin(steps[diverged])] if len(diverged) else -1


@wrong("first_divergence", "NaN is overlooked")
def larger_than_limit(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    different = np.abs(torch_log - keras_log) > tolerance * size
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    diverged = np.flatnonzero(steps >= 0)
    return steps, diverged[np.argmin(steps[diverged])] if len(diverged) else -1


@wrong("first_divergence", "two zeros differ")
def divided_by_zero(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    with np.errstate(invalid="ignore"):
        different = ~(np.abs(torch_log - keras_log) / size <= tolerance)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    diverged = np.flatnonzero(steps >= 0)
    return steps, diverged[np.argmin(steps[diverged])] if len(diverged) else -1


@wrong("first_divergence", "a size with a sign")
def signed_size(torch_log, keras_log, tolerance):
    size = np.maximum(torch_log, keras_log)
    different = ~(np.abs(torch_log - keras_log) <= tolerance * size)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    diverged = np.flatnonzero(steps >= 0)
    return steps, diverged[np.argmin(steps[diverged])] if len(diverged) else -1


@wrong("first_divergence", "the largest difference, not the first")
def furthest_apart(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    gap = np.abs(torch_log - keras_log) / np.where(size == 0, 1, size)
    gap = np.where(np.isnan(gap), np.inf, gap)
    steps = np.where(gap.max(axis=0) > tolerance, gap.argmax(axis=0), -1)
    diverged = np.flatnonzero(steps >= 0)
    return steps, diverged[np.argmin(steps[diverged])] if len(diverged) else -1


@wrong("first_divergence", "never becomes step 0")
def argmax_alone(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    different = ~(np.abs(torch_log - keras_log) <= tolerance * size)
    steps = different.argmax(axis=0)
    return steps, np.argmin(steps)


@wrong("first_divergence", "a quantity that never diverges is blamed")
def smallest_number(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    different = ~(np.abs(torch_log - keras_log) <= tolerance * size)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    return steps, np.argmin(steps)


@wrong("first_divergence", "the step instead of the column")
def earliest_step(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    different = ~(np.abs(torch_log - keras_log) <= tolerance * size)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    return steps, min((step for step in steps if step >= 0), default=-1)


@wrong("first_divergence", "the later of two")
def last_of_equals(torch_log, keras_log, tolerance):
    size = np.maximum(np.abs(torch_log), np.abs(keras_log))
    different = ~(np.abs(torch_log - keras_log) <= tolerance * size)
    steps = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    culprit = -1
    for column, step in enumerate(steps):
        if step >= 0 and (culprit < 0 or step <= steps[culprit]):
            culprit = column
    return steps, culprit


@wrong("first_divergence", "steps counted from 1")
def rows_from_one(torch_log, keras_log, tolerance):
    steps, culprit = [-1] * torch_log.shape[1], -1
    pairs = zip(torch_log, keras_log, strict=True)
    for step, (row, other) in enumerate(pairs, start=1):
        for column, (a, b) in enumerate(zip(row, other, strict=True)):
            close = abs(a - b) <= tolerance * max(abs(a), abs(b))
            if not close and steps[column] < 0:
                steps[column] = step
                culprit = column if culprit < 0 else culprit
    return steps, culprit


@right("free_weights")
def all_steps_of_both(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max(axis=1, keepdims=True)
    theirs = keras_log <= share * keras_log.max(axis=1, keepdims=True)
    return ours.all(axis=0) & theirs.all(axis=0)


@right("free_weights")
def largest_shares(torch_log, keras_log, share):
    ours = (torch_log.T / torch_log.max(axis=1)).max(axis=1)
    theirs = (keras_log.T / keras_log.max(axis=1)).max(axis=1)
    return (np.maximum(ours, theirs) <= share).astype(int)


@right("free_weights")
def struck_out_step_by_step(torch_log, keras_log, share):
    free = [1] * torch_log.shape[1]
    for log in (torch_log, keras_log):
        for row in log:
            for weight, gradient in enumerate(row):
                if gradient > share * max(row):
                    free[weight] = 0
    return free


@wrong("free_weights", "a fixed limit")
def below_share(torch_log, keras_log, share):
    return (torch_log <= share).all(axis=0) & (keras_log <= share).all(axis=0)


@wrong("free_weights", "all steps are taken together")
def global_maximum(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max()
    theirs = keras_log <= share * keras_log.max()
    return ours.all(axis=0) & theirs.all(axis=0)


@wrong("free_weights", "small in some step")
def any_step(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max(axis=1, keepdims=True)
    theirs = keras_log <= share * keras_log.max(axis=1, keepdims=True)
    return ours.any(axis=0) & theirs.any(axis=0)


@wrong("free_weights", "only PyTorch's log")
def first_argument(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max(axis=1, keepdims=True)
    return ours.all(axis=0)


@wrong("free_weights", "only Keras's log")
def second_argument(torch_log, keras_log, share):
    theirs = keras_log <= share * keras_log.max(axis=1, keepdims=True)
    return theirs.all(axis=0)


@wrong("free_weights", "free in one of the runs")
def either(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max(axis=1, keepdims=True)
    theirs = keras_log <= share * keras_log.max(axis=1, keepdims=True)
    return ours.all(axis=0) | theirs.all(axis=0)


@wrong("free_weights", "only zeros count")
def zeros_alone(torch_log, keras_log, share):
    return (torch_log == 0).all(axis=0) & (keras_log == 0).all(axis=0)


@wrong("free_weights", "where the logs differ")
def other_numbers(torch_log, keras_log, share):
    return (np.abs(torch_log - keras_log) > share * torch_log).any(axis=0)


@wrong("free_weights", "all steps are taken together")
def mean_over_steps(torch_log, keras_log, share):
    ours, theirs = torch_log.mean(axis=0), keras_log.mean(axis=0)
    return (ours <= share * ours.max()) & (theirs <= share * theirs.max())


@wrong("free_weights", "only zeros count")
def own_largest(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max(axis=0)
    theirs = keras_log <= share * keras_log.max(axis=0)
    return ours.all(axis=0) & theirs.all(axis=0)


@wrong("free_weights", "numbers of the free weights")
def positions(torch_log, keras_log, share):
    ours = torch_log <= share * torch_log.max(axis=1, keepdims=True)
    theirs = keras_log <= share * keras_log.max(axis=1, keepdims=True)
    return np.flatnonzero(ours.all(axis=0) & theirs.all(axis=0))


@wrong("free_weights", "free and live exchanged")
def live(torch_log, keras_log, share):
    ours = torch_log > share * torch_log.max(axis=1, keepdims=True)
    theirs = keras_log > share * keras_log.max(axis=1, keepdims=True)
    return ours.any(axis=0) | theirs.any(axis=0)


@right("drift_verdict")
def running_maximum(control, port, factor):
    limit = factor * np.maximum.accumulate(control.max(axis=0))
    beyond = ~(port <= limit)
    return limit, np.argmax(beyond) if beyond.any() else -1


@right("drift_verdict")
def growing_slices(control, port, factor):
    limit = [factor * control[:, : step + 1].max() for step in range(len(port))]
    for step in range(len(port)):
        if not port[step] <= limit[step]:
            return limit, step
    return limit, -1


@right("drift_verdict")
def farthest_so_far(control, port, factor):
    farthest, limit, first = 0.0, [], -1
    for step, drifts in enumerate(control.T):
        farthest = max(farthest, *drifts)
        limit.append(factor * farthest)
        bad = np.isnan(port[step]) or port[step] > limit[-1]
        first = step if bad and first < 0 else first
    return limit, first


@wrong("drift_verdict", "no factor")
def limit_of_equals(control, port, factor):
    limit = np.maximum.accumulate(control.max(axis=0))
    beyond = ~(port <= limit)
    return limit, np.argmax(beyond) if beyond.any() else -1


@wrong("drift_verdict", "each step by itself")
def without_memory(control, port, factor):
    limit = factor * control.max(axis=0)
    beyond = ~(port <= limit)
    return limit, np.argmax(beyond) if beyond.any() else -1


@wrong("drift_verdict", "the largest drift of the whole run")
def one_limit(control, port, factor):
    limit = np.full(len(port), factor * control.max())
    beyond = ~(port <= limit)
    return limit, np.argmax(beyond) if beyond.any() else -1


@wrong("drift_verdict", "the mean of the controls")
def average_control(control, port, factor):
    limit = factor * np.maximum.accumulate(control.mean(axis=0))
    beyond = ~(port <= limit)
    return limit, np.argmax(beyond) if beyond.any() else -1


@wrong("drift_verdict", "the first control alone")
def run_zero(control, port, factor):
    limit = factor * np.maximum.accumulate(control[0])
    beyond = ~(port <= limit)
    return limit, np.argmax(beyond) if beyond.any() else -1


@wrong("drift_verdict", "NaN passes")
def larger_than(control, port, factor):
    limit = factor * np.maximum.accumulate(control.max(axis=0))
    beyond = port > limit
    return limit, np.argmax(beyond) if beyond.any() else -1


@wrong("drift_verdict", "never becomes step 0")
def argmax_of_false(control, port, factor):
    limit = factor * np.maximum.accumulate(control.max(axis=0))
    return limit, np.argmax(~(port <= limit))


@wrong("drift_verdict", "the last step beyond the limit")
def latest(control, port, factor):
    limit = factor * np.maximum.accumulate(control.max(axis=0))
    beyond = np.flatnonzero(~(port <= limit))
    return limit, beyond[-1] if len(beyond) else -1


@wrong("drift_verdict", "where it stays beyond the limit")
def beyond_for_good(control, port, factor):
    limit = factor * np.maximum.accumulate(control.max(axis=0))
    first = -1
    for step in range(len(port)):
        if port[step] <= limit[step]:
            first = -1
        elif first < 0:
            first = step
    return limit, first


@wrong("drift_verdict", "steps counted from 1")
def first_is_one(control, port, factor):
    limit = factor * np.maximum.accumulate(control.max(axis=0))
    for step, drift in enumerate(port):
        if not drift <= limit[step]:
            return limit, step + 1
    return limit, -1
