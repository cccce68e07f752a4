"""Throughput and a percentile of a load test."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.exercise import Draw
from grader.judging.separated import separated

Report = tuple[float, float]

# So many percent of so many requests are a whole number, also if computed in floats;
WHOLE = ((50, 24), (75, 20), (80, 25), (75, 28), (80, 30))
# are no whole number;
BROKEN = ((50, 25), (75, 22), (80, 27), (75, 29), (80, 31))
# are a whole number that floats miss: 28 / 100 * 25 is more than 7.
MISSED = ((28, 25), (56, 25))


def _draw(
    rng: np.random.Generator, places: tuple[tuple[int, int], ...], lost: bool = False
) -> Case:
    percent, count = places[int(rng.integers(len(places)))]
    warmup = int(rng.integers(2, 5))
    n = count + warmup
    arrivals = np.cumsum(rng.uniform(0.01, 0.05, size=n))
    latencies = rng.uniform(0.02, 0.4, size=n)
    latencies[:warmup] += 2.0  # a cold start
    finishes = arrivals + latencies
    within = count * (100 - percent) // 100  # so many may be lost
    missing = within + 1 if lost else int(rng.integers(2, 4))
    finishes[rng.choice(np.arange(warmup, n), size=missing, replace=False)] = np.nan
    order = rng.permutation(n)
    return {
        "arrivals": arrivals[order].astype(np.float32),
        "finishes": finishes[order].astype(np.float32),
        "warmup": warmup,
        "percent": percent,
    }


def _reference(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    """(throughput, latency): answers per second, and seconds by the nearest rank.

    arrivals and finishes (n,) are float64; NaN in finishes means no answer.
    """
    kept = np.argsort(arrivals)[warmup:]
    return _report(arrivals[kept], finishes[kept], percent)


def _nearest(percent: int, count: int) -> int:
    return -(-percent * count // 100)


def _report(
    arrivals: np.ndarray,
    finishes: np.ndarray,
    percent: int,
    rank: Callable[[int, int], int] = _nearest,
) -> Report:
    latencies = np.sort(np.nan_to_num(finishes - arrivals, nan=np.inf))
    place = rank(percent, len(latencies)) - 1
    return _throughput(arrivals, finishes), float(latencies[place])


def _throughput(arrivals: np.ndarray, finishes: np.ndarray) -> float:
    answered = np.isfinite(finishes).sum()
    return float(answered / (np.nanmax(finishes) - arrivals.min()))


def _kept(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int
) -> tuple[np.ndarray, np.ndarray]:
    kept = np.argsort(arrivals)[warmup:]
    return arrivals[kept], finishes[kept]


def _too_far(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    kept = _kept(arrivals, finishes, warmup)
    return _report(*kept, percent, rank=lambda p, n: p * n // 100 + 1)


def _in_floats(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    kept = _kept(arrivals, finishes, warmup)
    return _report(*kept, percent, rank=lambda p, n: math.ceil(p / 100 * n))


def _rounded_down(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    kept = _kept(arrivals, finishes, warmup)
    return _report(*kept, percent, rank=lambda p, n: p * n // 100)


def _warm(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    return _report(arrivals, finishes, percent)


def _by_place(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    return _report(arrivals[warmup:], finishes[warmup:], percent)


def _survivors(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    arrivals, finishes = _kept(arrivals, finishes, warmup)
    there = np.isfinite(finishes)
    throughput, _ = _report(arrivals, finishes, percent)
    return throughput, _report(arrivals[there], finishes[there], percent)[1]


def _all_count(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    throughput, latency = _reference(arrivals, finishes, warmup, percent)
    _, kept = _kept(arrivals, finishes, warmup)
    return throughput * len(kept) / np.isfinite(kept).sum(), latency


def _until_last_arrival(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    _, latency = _reference(arrivals, finishes, warmup, percent)
    arrivals, finishes = _kept(arrivals, finishes, warmup)
    answered = np.isfinite(finishes).sum()
    return float(answered / (arrivals.max() - arrivals.min())), latency


def _one_by_one(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    _, latency = _reference(arrivals, finishes, warmup, percent)
    arrivals, finishes = _kept(arrivals, finishes, warmup)
    return float(1 / np.nanmean(finishes - arrivals)), latency


def _interpolated(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    throughput, _ = _reference(arrivals, finishes, warmup, percent)
    arrivals, finishes = _kept(arrivals, finishes, warmup)
    latencies = np.nan_to_num(finishes - arrivals, nan=np.inf)
    with np.errstate(invalid="ignore"):
        return throughput, float(np.percentile(latencies, percent))


def _mean(
    arrivals: np.ndarray, finishes: np.ndarray, warmup: int, percent: int
) -> Report:
    throughput, _ = _reference(arrivals, finishes, warmup, percent)
    arrivals, finishes = _kept(arrivals, finishes, warmup)
    return throughput, float(np.nanmean(finishes - arrivals))


_MISTAKES = (
    Mistake(
        "one place too far",
        "Your throughput is right. Your latency is the next larger one: ranks count "
        "from 1, and an index counts from 0.",
        "Sort the numbers 1 to 20. Which of them is the smallest that 75 % of them "
        "don't exceed? Does your code find it?",
        compute=_too_far,
    ),
    Mistake(
        "the rank in floating point",
        "Your throughput is right. Your latency is the next larger one where the rank "
        "is a whole number that floating point misses.",
        "What is `28 / 100 * 25` in Python? Compute the rank in whole numbers.",
        compute=_in_floats,
    ),
    Mistake(
        "the rank is rounded down",
        "Your throughput is right. Where the rank is no whole number, your latency is "
        "the next smaller one, which too many latencies exceed.",
        "In which direction does the exercise round?",
        compute=_rounded_down,
    ),
    Mistake(
        "an interpolated percentile",
        "Your throughput is right. Your latency lies between two that were measured, "
        "as NumPy computes percentiles by default.",
        "The nearest rank is always a value that was measured.",
        compute=_interpolated,
    ),
    Mistake(
        "the mean latency",
        "Your throughput is right. Your latency is the mean, which hides the slow "
        "ones.",
        "Which of your arguments is unused?",
        compute=_mean,
    ),
    Mistake(
        "the warm-up counts",
        "The first requests, which were slow because the server was cold, are in both "
        "of your numbers.",
        "Leave out as many as `warmup` says, before anything else.",
        compute=_warm,
    ),
    Mistake(
        "the first places of the arrays are left out",
        "You leave out the first entries of the arrays. The requests are in no order.",
        "Which requests did the server see first? Look at arrivals.",
        compute=_by_place,
    ),
    Mistake(
        "only those that were answered",
        "Your throughput is right. Requests without an answer are missing from your "
        "percentile, so that a server looks better the more it drops.",
        "How long did a client wait that never got an answer?",
        compute=_survivors,
    ),
    Mistake(
        "lost requests count as served",
        "Your latency is right. Your throughput counts requests that got no answer.",
        "How many answers were there?",
        compute=_all_count,
    ),
    Mistake(
        "until the last arrival",
        "Your latency is right. For the throughput you divide by the time between the "
        "first and the last arrival, when the server had not finished.",
        "When was the last answer given?",
        compute=_until_last_arrival,
    ),
    Mistake(
        "one divided by the mean latency",
        "Your latency is right. Your throughput is 1 divided by the mean latency, as "
        "if the server had worked on one request after the other.",
        "Count answers, and divide by the time that passed for all of them together.",
        compute=_one_by_one,
    ),
)


def _apart(
    places: tuple[tuple[int, int], ...], *alike: str, lost: bool = False
) -> Draw:
    """Cases that keep the mistakes apart, but for those that are alike in them."""
    mistakes = [mistake for mistake in _MISTAKES if mistake.name not in alike]
    draw = partial(_draw, places=places, lost=lost)
    return separated(draw, _reference, mistakes, least=0.003)


LOAD_REPORT = Exercise(
    id="serving.load_report",
    title="Throughput and a percentile",
    points=2,
    neutral=True,
    cases=(
        _apart(WHOLE, "the rank in floating point", "the rank is rounded down"),
        _apart(
            BROKEN,
            "one place too far",
            "the rank in floating point",
            "an interpolated percentile",
            lost=True,
        ),
        _apart(MISSED, "one place too far", "the rank is rounded down"),
    ),
    reference=_reference,
    returns=("throughput", "latency"),
    mistakes=_MISTAKES,
    hints=(
        "First sort the requests by arrival and drop the warm-up. Then compute the two "
        "numbers from what is left. A lost request must stay in the list of latencies, "
        "as one that is larger than any other.",
        "np.argsort(arrivals); np.isnan, np.where(..., np.inf, ...), np.nanmax; "
        "-(-a // b) is a / b rounded up, in whole numbers.",
        "order = the requests by arrival, without the first warmup\n"
        "latencies = finish minus arrival, infinite where there is none; sorted\n"
        "rank = percent times their number, divided by 100, rounded up\n"
        "latency = the one with this rank (the first has rank 1)\n"
        "throughput = number of answers / (last finish - first arrival)",
    ),
)
