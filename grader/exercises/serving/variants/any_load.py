"""Answers about throughput, percentiles and load."""

import numpy as np

from grader.judging.variant import right, wrong


@right("load_report")
def sorted_arrays(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = (percent * len(sent) + 99) // 100
    return (~np.isnan(got)).sum() / (np.nanmax(got) - sent[0]), latencies[rank - 1]


@right("load_report")
def plain_lists(arrivals, finishes, warmup, percent):
    requests = sorted(zip(arrivals.tolist(), finishes.tolist(), strict=True))[warmup:]
    answered = [f for _, f in requests if f == f]
    latencies = sorted(f - a if f == f else float("inf") for a, f in requests)
    rank = 1
    while rank * 100 < percent * len(latencies):
        rank += 1
    return len(answered) / (max(answered) - requests[0][0]), latencies[rank - 1]


@right("load_report")
def without_the_rest(arrivals, finishes, warmup, percent):
    limit = np.sort(arrivals)[warmup]
    kept = arrivals >= limit
    sent, got = arrivals[kept], finishes[kept]
    latencies = np.sort(np.nan_to_num(got - sent, nan=np.inf))
    may_be_slower = len(latencies) * (100 - percent) // 100
    latency = latencies[: len(latencies) - may_be_slower][-1]
    return np.isfinite(got).sum() / (np.nanmax(got) - limit), latency


@wrong("load_report", "the rank in floating point")
def numpys_inverted_cdf(arrivals, finishes, warmup, percent):
    limit = np.sort(arrivals)[warmup]
    kept = arrivals >= limit
    sent, got = arrivals[kept], finishes[kept]
    latencies = np.nan_to_num(got - sent, nan=np.inf)
    latency = np.percentile(latencies, percent, method="inverted_cdf")
    return np.isfinite(got).sum() / (np.nanmax(got) - limit), latency


@wrong("load_report", "the rank in floating point")
def ceil_of_a_float(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = int(np.ceil(percent / 100 * len(sent)))
    return (~np.isnan(got)).sum() / (np.nanmax(got) - sent[0]), latencies[rank - 1]


@wrong("load_report", "one place too far")
def index_from_a_share(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    index = percent * len(sent) // 100
    return (~np.isnan(got)).sum() / (np.nanmax(got) - sent[0]), latencies[index]


@wrong("load_report", "the rank is rounded down")
def floored(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = int(percent / 100 * len(sent))
    return (~np.isnan(got)).sum() / (np.nanmax(got) - sent[0]), latencies[rank - 1]


@wrong("load_report", "an interpolated percentile")
def numpys_default(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.where(np.isnan(got), np.inf, got - sent)
    throughput = (~np.isnan(got)).sum() / (np.nanmax(got) - sent[0])
    with np.errstate(invalid="ignore"):
        return throughput, np.percentile(latencies, percent)


@wrong("load_report", "the mean latency")
def mean(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    throughput = (~np.isnan(got)).sum() / (np.nanmax(got) - sent[0])
    return throughput, np.nanmean(got - sent)


@wrong("load_report", "the warm-up counts")
def cold(arrivals, finishes, warmup, percent):
    latencies = np.sort(np.where(np.isnan(finishes), np.inf, finishes - arrivals))
    rank = -(-percent * len(latencies) // 100)
    seconds = np.nanmax(finishes) - arrivals.min()
    return (~np.isnan(finishes)).sum() / seconds, latencies[rank - 1]


@wrong("load_report", "the first places of the arrays are left out")
def first_places(arrivals, finishes, warmup, percent):
    sent, got = arrivals[warmup:], finishes[warmup:]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = -(-percent * len(sent) // 100)
    return (~np.isnan(got)).sum() / (np.nanmax(got) - sent.min()), latencies[rank - 1]


@wrong("load_report", "only those that were answered")
def survivors(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort((got - sent)[~np.isnan(got)])
    rank = -(-percent * len(latencies) // 100)
    return len(latencies) / (np.nanmax(got) - sent[0]), latencies[rank - 1]


@wrong("load_report", "lost requests count as served")
def all_served(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = -(-percent * len(sent) // 100)
    return len(sent) / (np.nanmax(got) - sent[0]), latencies[rank - 1]


@wrong("load_report", "until the last arrival")
def window_of_arrivals(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = -(-percent * len(sent) // 100)
    return (~np.isnan(got)).sum() / (sent[-1] - sent[0]), latencies[rank - 1]


@wrong("load_report", "one divided by the mean latency")
def one_after_the_other(arrivals, finishes, warmup, percent):
    order = np.argsort(arrivals)[warmup:]
    sent, got = arrivals[order], finishes[order]
    latencies = np.sort(np.where(np.isnan(got), np.inf, got - sent))
    rank = -(-percent * len(sent) // 100)
    return 1 / np.nanmean(got - sent), latencies[rank - 1]


@right("queue_load")
def in_arrays(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    stable = np.flatnonzero(utilisation < 1)
    if len(stable) == 0:
        return utilisation, -1, np.inf
    return utilisation, stable[0] + 1, rate * latency


@right("queue_load")
def in_a_loop(rate, times, latency):
    utilisation, smallest = [], -1
    for size, seconds in enumerate(times, start=1):
        utilisation.append(float(seconds) / size * rate)
        if utilisation[-1] < 1 and smallest < 0:
            smallest = size
    return utilisation, smallest, latency * rate if smallest > 0 else float("inf")


@right("queue_load")
def load_over_capacity(rate, times, latency):
    sizes = np.arange(1, len(times) + 1)
    capacity = sizes / times
    enough = sizes[capacity > rate]
    if enough.size:
        return rate / capacity, enough.min(), rate * latency
    return rate / capacity, -1, np.inf


@wrong("queue_load", "a full worker counts as stable")
def full(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    stable = np.flatnonzero(utilisation <= 1)
    if len(stable) == 0:
        return utilisation, -1, np.inf
    return utilisation, stable[0] + 1, rate * latency


@wrong("queue_load", "as if each request were a batch")
def whole_batches(rate, times, latency):
    utilisation = rate * times
    stable = np.flatnonzero(utilisation < 1)
    if len(stable) == 0:
        return utilisation, -1, np.inf
    return utilisation, stable[0] + 1, rate * latency


@wrong("queue_load", "capacity divided by load")
def upside_down(rate, times, latency):
    spare = np.arange(1, len(times) + 1) / times / rate
    stable = np.flatnonzero(spare > 1)
    if len(stable) == 0:
        return spare, -1, np.inf
    return spare, stable[0] + 1, rate * latency


@wrong("queue_load", "an index instead of a size")
def index(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    stable = np.flatnonzero(utilisation < 1)
    if len(stable) == 0:
        return utilisation, -1, np.inf
    return utilisation, stable[0], rate * latency


@wrong("queue_load", "the least loaded size")
def least(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    if utilisation.min() >= 1:
        return utilisation, -1, np.inf
    return utilisation, np.argmin(utilisation) + 1, rate * latency


@wrong("queue_load", "none becomes size 1")
def argmax_alone(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    number = rate * latency if utilisation.min() < 1 else np.inf
    return utilisation, np.argmax(utilisation < 1) + 1, number


@wrong("queue_load", "an endless queue has an end")
def always_little(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    stable = np.flatnonzero(utilisation < 1)
    smallest = stable[0] + 1 if len(stable) else -1
    return utilisation, smallest, rate * latency


@wrong("queue_load", "rate divided by latency")
def divided(rate, times, latency):
    utilisation = rate * times / np.arange(1, len(times) + 1)
    stable = np.flatnonzero(utilisation < 1)
    if len(stable) == 0:
        return utilisation, -1, np.inf
    return utilisation, stable[0] + 1, rate / latency
