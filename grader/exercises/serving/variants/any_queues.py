"""Answers about queues and batches."""

import numpy as np

from grader.judging.variant import right, wrong


@right("simulate_batching")
def batch_by_batch(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = arrivals[first] + wait
        if first + most <= n:
            start = min(start, arrivals[first + most - 1])
        start = max(start, free)
        end = first
        while end < n and end - first < most and arrivals[end] <= start:
            end += 1
        free = start + fixed + per_row * (end - first)
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@right("simulate_batching")
def with_searchsorted(arrivals, most, wait, fixed, per_row):
    padded = np.concatenate([arrivals, np.full(most, np.inf)])
    first, free, latencies, sizes = 0, -np.inf, [], []
    while first < len(arrivals):
        start = max(free, min(padded[first] + wait, padded[first + most - 1]))
        come = np.searchsorted(arrivals, start, side="right")
        size = min(most, come - first)
        free = start + fixed + per_row * size
        latencies += [free - a for a in arrivals[first : first + size]]
        sizes += [size] * size
        first += size
    return latencies, sizes


@right("simulate_batching")
def a_queue_of_lists(arrivals, most, wait, fixed, per_row):
    left = [float(a) for a in arrivals]
    answers, free = [], None
    while left:
        limit = left[0] + wait
        if len(left) >= most and left[most - 1] < limit:
            limit = left[most - 1]
        start = limit if free is None else max(limit, free)
        batch = [a for a in left[:most] if a <= start]
        free = start + fixed + per_row * len(batch)
        answers += [(free - a, len(batch)) for a in batch]
        left = left[len(batch) :]
    return tuple(np.array(answers).T)


@wrong("simulate_batching", "the wait begins when the worker gets free")
def waits_again(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        taken = max(free, arrivals[first])
        end = first + 1
        while end < n and end - first < most and arrivals[end] <= taken + wait:
            end += 1
        full = end - first == most
        start = max(taken, arrivals[end - 1]) if full else taken + wait
        free = start + fixed + per_row * (end - first)
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "a full batch waits")
def always_the_wait(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = max(arrivals[first] + wait, free)
        end = min(first + most, np.searchsorted(arrivals, start, side="right"))
        free = start + fixed + per_row * (end - first)
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "nobody waits")
def greedy(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = max(arrivals[first], free)
        end = min(first + most, np.searchsorted(arrivals, start, side="right"))
        free = start + fixed + per_row * (end - first)
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "the worker is never busy")
def two_at_a_time(arrivals, most, wait, fixed, per_row):
    n, first = len(arrivals), 0
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = arrivals[first] + wait
        if first + most <= n:
            start = min(start, arrivals[first + most - 1])
        end = min(first + most, np.searchsorted(arrivals, start, side="right"))
        finish = start + fixed + per_row * (end - first)
        latencies[first:end] = finish - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "each batch is filled up")
def without_the_time(arrivals, most, wait, fixed, per_row):
    free, latencies, sizes = float("-inf"), [], []
    for first in range(0, len(arrivals), most):
        batch = arrivals[first : first + most]
        free = max(free, batch[-1]) + fixed + per_row * len(batch)
        latencies += list(free - batch)
        sizes += [len(batch)] * len(batch)
    return latencies, sizes


@wrong("simulate_batching", "who comes at the last moment is too late")
def strictly_before(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = arrivals[first] + wait
        if first + most <= n:
            start = min(start, arrivals[first + most - 1])
        start = max(start, free)
        end = first + 1
        while end < n and end - first < most and arrivals[end] < start:
            end += 1
        free = start + fixed + per_row * (end - first)
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "only who came within the wait")
def batches_before_starts(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        end = first
        limit = arrivals[first] + wait
        while end < n and end - first < most and arrivals[end] <= limit:
            end += 1
        start = max(free, arrivals[end - 1] if end - first == most else limit)
        free = start + fixed + per_row * (end - first)
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "each batch takes as long as one row")
def one_row(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    latencies, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = arrivals[first] + wait
        if first + most <= n:
            start = min(start, arrivals[first + most - 1])
        start = max(start, free)
        end = min(first + most, np.searchsorted(arrivals, start, side="right"))
        free = start + fixed + per_row
        latencies[first:end] = free - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return latencies, sizes


@wrong("simulate_batching", "until the start")
def waiting_alone(arrivals, most, wait, fixed, per_row):
    n, first, free = len(arrivals), 0, float("-inf")
    waited, sizes = np.zeros(n), np.zeros(n)
    while first < n:
        start = arrivals[first] + wait
        if first + most <= n:
            start = min(start, arrivals[first + most - 1])
        start = max(start, free)
        end = min(first + most, np.searchsorted(arrivals, start, side="right"))
        free = start + fixed + per_row * (end - first)
        waited[first:end] = start - arrivals[first:end]
        sizes[first:end] = end - first
        first = end
    return waited, sizes
