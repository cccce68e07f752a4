"""Which batch size keeps up with the requests, and how many are in the system."""

from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Load = tuple[np.ndarray, int, float]


def _draw(rng: np.random.Generator, keeps_up: bool) -> Case:
    """Powers of 2, so that a load of exactly 1 is 1 in any order of operations."""
    rate = 2.0 ** int(rng.integers(6, 10))
    count = int(rng.integers(5, 9))
    load = np.sort(rng.uniform(1.05, 4.0, size=count))[::-1].copy()
    full = int(rng.integers(1, 3))
    load[full] = 1.0
    if keeps_up:
        first = int(rng.integers(full + 1, count - 1))
        # A larger batch may be slower for each row: it no longer fits into a cache.
        load[first:] = rng.uniform(0.3, 0.95, size=count - first)
        load[-1] = rng.uniform(1.1, 1.5) if rng.random() < 0.5 else load[-1]
    sizes = np.arange(1, count + 1)
    times = load * sizes / rate
    return {
        "rate": rate,
        "times": times.astype(np.float32),
        "latency": float(np.round(rng.uniform(0.02, 0.3), 4)),
    }


def _reference(rate: float, times: np.ndarray, latency: float) -> Load:
    """(utilisation, smallest, in_system): (sizes,), a batch size or -1, a mean number.

    rate is in requests per second, times (sizes,) and latency are in seconds. The last
    value is Little's law, L = lambda W.
    """
    utilisation = rate * times / np.arange(1, len(times) + 1)
    stable = utilisation < 1
    if not stable.any():
        return utilisation, -1, np.inf
    return utilisation, int(np.argmax(stable)) + 1, rate * latency


def _full_is_stable(rate: float, times: np.ndarray, latency: float) -> Load:
    utilisation, _, _ = _reference(rate, times, latency)
    return utilisation, int(np.argmax(utilisation <= 1)) + 1, rate * latency


def _per_batch(rate: float, times: np.ndarray, latency: float) -> Load:
    load = rate * times
    if not (load < 1).any():
        return load, -1, np.inf
    return load, int(np.argmax(load < 1)) + 1, rate * latency


def _upside_down(rate: float, times: np.ndarray, latency: float) -> Load:
    utilisation, smallest, number = _reference(rate, times, latency)
    return 1 / utilisation, smallest, number


def _index(**inputs: Any) -> Load:
    utilisation, smallest, number = _reference(**inputs)
    return utilisation, smallest - 1 if smallest > 0 else -1, number


def _least_loaded(**inputs: Any) -> Load:
    utilisation, smallest, number = _reference(**inputs)
    best = int(np.argmin(utilisation)) + 1
    return utilisation, best if smallest > 0 else -1, number


def _none_is_one(rate: float, times: np.ndarray, latency: float) -> Load:
    utilisation, smallest, number = _reference(rate, times, latency)
    return utilisation, max(smallest, 1), number


def _finite(rate: float, times: np.ndarray, latency: float) -> Load:
    utilisation, smallest, _ = _reference(rate, times, latency)
    return utilisation, smallest, rate * latency


def _divided(rate: float, times: np.ndarray, latency: float) -> Load:
    utilisation, smallest, number = _reference(rate, times, latency)
    return utilisation, smallest, rate / latency if smallest > 0 else number


_MISTAKES = (
    Mistake(
        "a full worker counts as stable",
        "You take a size whose utilisation is exactly 1 for stable. The worker would "
        "have to be busy all the time, and what waits once would wait for ever.",
        "Is 1 included, by the exercise?",
        compute=_full_is_stable,
    ),
    Mistake(
        "as if each request were a batch",
        "Your utilisation counts the time of a whole batch for each request.",
        "How many requests are done after times[b - 1] seconds?",
        compute=_per_batch,
    ),
    Mistake(
        "capacity divided by load",
        "Your utilisation is upside down: it grows where the worker has less to do.",
        "Utilisation is the share of the time in which the worker is busy.",
        compute=_upside_down,
    ),
    Mistake(
        "an index instead of a size",
        "Your utilisation is right. Your size is too small by 1.",
        "Which batch size does times[0] belong to?",
        compute=_index,
    ),
    Mistake(
        "the least loaded size",
        "Your utilisation is right. You return the size with the lowest one, and not "
        "the smallest that is stable.",
        "A small batch fills sooner. Which sizes suffice?",
        compute=_least_loaded,
    ),
    Mistake(
        "none becomes size 1",
        "Your utilisation is right. Where no size is stable you return 1: argmax of "
        "values that are all False is 0.",
        "Ask first whether any size is stable.",
        compute=_none_is_one,
    ),
    Mistake(
        "an endless queue has an end",
        "The first two values are right. Where no size is stable, your number in the "
        "system is finite.",
        "What happens to a queue into which more comes than goes?",
        compute=_finite,
    ),
    Mistake(
        "rate divided by latency",
        "The first two values are right. You divide by the latency: then a system "
        "would be emptier the longer requests stay.",
        "100 requests come each second, and each stays for 2 seconds. How many are in "
        "there?",
        compute=_divided,
    ),
)
_ENDLESS = ("none becomes size 1", "an endless queue has an end")
_STABLE = tuple(m for m in _MISTAKES if m.name not in _ENDLESS)

QUEUE_LOAD = Exercise(
    id="serving.queue_load",
    title="Which batch size keeps up",
    points=2,
    neutral=True,
    cases=(
        separated(partial(_draw, keeps_up=True), _reference, _STABLE),
        partial(_draw, keeps_up=False),
        separated(partial(_draw, keeps_up=True), _reference, _STABLE),
    ),
    reference=_reference,
    returns=("utilisation", "smallest", "in_system"),
    mistakes=_MISTAKES,
    hints=(
        "How many seconds of work does one request bring, if it shares its batch with "
        "others? How many such seconds arrive in each second?",
        "np.arange(1, n + 1) for the sizes; (...).any(), np.argmax of truth values "
        "finds the first True; np.inf.",
        "work of a request = time of the batch / its size      # for each size\n"
        "utilisation = requests per second times this work\n"
        "no utilisation below 1: return it, -1 and infinity\n"
        "smallest = the first size whose utilisation is below 1\n"
        "in_system: Little's law, with rate and latency",
    ),
)
