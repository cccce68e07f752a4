"""Answers on stages, workers and random numbers, which need no framework."""

import numpy as np

from grader.judging.variant import right, wrong


@right("stage_order")
def three_loops(x, noise, orders):
    n = len(x)
    first, second, third = [], [], []
    for epoch, order in enumerate(orders):
        numbers = noise[epoch * n : (epoch + 1) * n]
        first.append([x[i] + noise[i] for i in order])
        second.append([x[i] + numbers[i] for i in order])
        third.append([x[i] + numbers[k] for k, i in enumerate(order)])
    return first, second, third


@right("stage_order")
def rows_of_noise(x, noise, orders):
    rows = noise.reshape(len(orders), len(x))
    pairs = list(zip(orders, rows, strict=True))
    return (
        [(x + rows[0])[order] for order in orders],
        [(x + row)[order] for order, row in pairs],
        [x[order] + row for order, row in pairs],
    )


@right("stage_order")
def generators_of_stages(x, noise, orders):
    def add_noise(epochs, numbers):
        for values in epochs:
            yield [value + next(numbers) for value in values]

    def shuffled(epochs):
        for values, order in zip(epochs, orders, strict=True):
            yield [values[i] for i in order]

    again = [list(x)] * len(orders)
    kept = next(add_noise([list(x)], iter(noise)))
    return (
        list(shuffled([kept] * len(orders))),
        list(shuffled(add_noise(again, iter(noise)))),
        list(add_noise(shuffled(again), iter(noise))),
    )


@wrong("stage_order", "the cache keeps no noise")
def noise_each_epoch(x, noise, orders):
    rows = noise.reshape(len(orders), len(x))
    pairs = list(zip(orders, rows, strict=True))
    return (
        [(x + row)[order] for order, row in pairs],
        [(x + row)[order] for order, row in pairs],
        [x[order] + row for order, row in pairs],
    )


@wrong("stage_order", "the cached noise belongs to a place")
def first_noise_by_place(x, noise, orders):
    rows = noise.reshape(len(orders), len(x))
    pairs = list(zip(orders, rows, strict=True))
    return (
        [x[order] + rows[0] for order in orders],
        [(x + row)[order] for order, row in pairs],
        [x[order] + row for order, row in pairs],
    )


@wrong("stage_order", "every epoch has the noise of the first")
def noise_from_its_beginning(x, noise, orders):
    first = noise[: len(x)]
    return (
        [(x + first)[order] for order in orders],
        [(x + first)[order] for order in orders],
        [x[order] + first for order in orders],
    )


@wrong("stage_order", "the last two are exchanged")
def names_mixed_up(x, noise, orders):
    rows = noise.reshape(len(orders), len(x))
    pairs = list(zip(orders, rows, strict=True))
    return (
        [(x + rows[0])[order] for order in orders],
        [x[order] + row for order, row in pairs],
        [(x + row)[order] for order, row in pairs],
    )


@wrong("stage_order", "the order is used the other way round")
def put_at_the_order(x, noise, orders):
    rows = noise.reshape(len(orders), len(x))
    served = np.zeros((3, *orders.shape))
    for epoch, order in enumerate(orders):
        served[0, epoch, order] = x + rows[0]
        served[1, epoch, order] = x + rows[epoch]
        back = np.argsort(order)
        served[2, epoch] = x[back] + rows[epoch]
    return served[0], served[1], served[2]


@wrong("stage_order", "every epoch in the order of the first")
def one_order(x, noise, orders):
    rows, order = noise.reshape(len(orders), len(x)), orders[0]
    return (
        [(x + rows[0])[order] for _ in rows],
        [(x + row)[order] for row in rows],
        [x[order] + row for row in rows],
    )


@right("worker_noise")
def batch_by_batch(order, size, workers, streams):
    n = len(order)
    worker, noise = np.zeros(n, int), np.zeros(n)
    drawn = [0] * workers
    for batch, start in enumerate(range(0, n, size)):
        w = batch % workers
        for example in order[start : start + size]:
            worker[example] = w
            noise[example] = streams[w, drawn[w]]
            drawn[w] += 1
    return worker, noise


@right("worker_noise")
def worker_by_worker(order, size, workers, streams):
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    worker, noise = np.empty(len(order)), np.empty(len(order))
    for w in range(workers):
        mine = np.concatenate(batches[w::workers])
        worker[mine] = w
        noise[mine] = streams[w][: len(mine)]
    return worker, noise


@right("worker_noise")
def iterators_and_dicts(order, size, workers, streams):
    numbers = [iter(stream) for stream in streams]
    found = {}
    for place, example in enumerate(order):
        w = place // size % workers
        found[int(example)] = (w, float(next(numbers[w])))
    pairs = [found[example] for example in range(len(order))]
    return [w for w, _ in pairs], [number for _, number in pairs]


@wrong("worker_noise", "single examples are dealt out")
def example_by_example(order, size, workers, streams):
    n = len(order)
    worker, noise, drawn = np.zeros(n), np.zeros(n), [0] * workers
    for place, example in enumerate(order):
        w = place % workers
        worker[example], noise[example] = w, streams[w, drawn[w]]
        drawn[w] += 1
    return worker, noise


@wrong("worker_noise", "each worker gets one block of batches")
def blocks_of_batches(order, size, workers, streams):
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    worker, noise = np.zeros(len(order)), np.zeros(len(order))
    for w, numbers in enumerate(np.array_split(np.arange(len(batches)), workers)):
        mine = np.concatenate([batches[b] for b in numbers])
        worker[mine], noise[mine] = w, streams[w, : len(mine)]
    return worker, noise


@wrong("worker_noise", "sorted by place, not by example")
def lists_as_they_come(order, size, workers, streams):
    worker, noise, drawn = [], [], [0] * workers
    for place in range(len(order)):
        w = place // size % workers
        worker.append(w)
        noise.append(streams[w, drawn[w]])
        drawn[w] += 1
    return worker, noise


@wrong("worker_noise", "the order is used the other way round")
def looked_up_by_order(order, size, workers, streams):
    worker, noise, drawn = [], [], [0] * workers
    for place in range(len(order)):
        w = place // size % workers
        worker.append(w)
        noise.append(streams[w, drawn[w]])
        drawn[w] += 1
    return np.array(worker)[order], np.array(noise)[order]


@wrong("worker_noise", "workers counted from 1")
def first_worker_is_1(order, size, workers, streams):
    n = len(order)
    worker, noise, drawn = np.zeros(n), np.zeros(n), [0] * workers
    for place, example in enumerate(order):
        w = place // size % workers
        worker[example], noise[example] = w + 1, streams[w, drawn[w]]
        drawn[w] += 1
    return worker, noise


@wrong("worker_noise", "one generator for all")
def first_row_only(order, size, workers, streams):
    n = len(order)
    worker, noise = np.zeros(n), np.zeros(n)
    for place, example in enumerate(order):
        worker[example] = place // size % workers
        noise[example] = streams[0, place]
    return worker, noise


@wrong("worker_noise", "the place in the epoch picks the number")
def counted_together(order, size, workers, streams):
    n = len(order)
    worker, noise = np.zeros(n), np.zeros(n)
    for place, example in enumerate(order):
        w = place // size % workers
        worker[example], noise[example] = w, streams[w, place]
    return worker, noise


@wrong("worker_noise", "each batch begins the row anew")
def count_starts_again(order, size, workers, streams):
    n = len(order)
    worker, noise = np.zeros(n), np.zeros(n)
    for batch, start in enumerate(range(0, n, size)):
        w = batch % workers
        for k, example in enumerate(order[start : start + size]):
            worker[example], noise[example] = w, streams[w, k]
    return worker, noise


@right("random_by_index")
def plain_integers(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    start = mix(mix(seed) ^ epoch)
    u = [mix(start ^ int(index)) / 2**32 for index in indices]
    return u, [int(number < rate) for number in u]


@right("random_by_index")
def unsigned_of_32_bits(indices, epoch, seed, rate):
    def mix(h):
        h = np.array(h, np.uint32)
        h = h ^ (h >> np.uint32(16))
        h = h * np.array(0x7FEB352D, np.uint32)
        h = h ^ (h >> np.uint32(15))
        h = h * np.array(0x846CA68B, np.uint32)
        return h ^ (h >> np.uint32(16))

    with np.errstate(over="ignore"):
        start = mix(mix([seed]) ^ np.uint32(epoch))
        u = mix(start ^ indices.astype(np.uint32)) / 2.0**32
    return u, np.where(u < rate, 1, 0)


@right("random_by_index")
def whole_array_of_64_bits(indices, epoch, seed, rate):
    def mix(h):
        for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
            h = h ^ (h >> shift)
            h = (h * factor) & 0xFFFFFFFF
        return h ^ (h >> 16)

    u = mix(mix(mix(seed) ^ epoch) ^ indices.astype(np.uint64)) / 4294967296
    return u, (u < rate).astype(float)


@wrong("random_by_index", "the products are not cut to 32 bits")
def cut_at_the_end(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h *= 0x7FEB352D
        h ^= h >> 15
        h *= 0x846CA68B
        h ^= h >> 16
        return h % 2**32

    start = mix(mix(seed) ^ epoch)
    u = [mix(start ^ int(index)) / 2**32 for index in indices]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "a sum instead of ^")
def joined_by_plus(indices, epoch, seed, rate):
    def mix(h):
        h %= 2**32
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    u = [mix(mix(mix(seed) + epoch) + int(i)) / 2**32 for i in indices]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "every epoch has the same numbers")
def seed_and_index(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    u = [mix(mix(seed) ^ int(index)) / 2**32 for index in indices]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "the place in the batch instead of the index")
def range_of_the_batch(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    start = mix(mix(seed) ^ epoch)
    u = [mix(start ^ i) / 2**32 for i in range(len(indices))]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "mixed from the index to the seed")
def index_first(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    u = [mix(mix(mix(int(i)) ^ epoch) ^ seed) / 2**32 for i in indices]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "mixed only once")
def joined_then_mixed(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    u = [mix(seed ^ epoch ^ int(index)) / 2**32 for index in indices]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "seed and epoch share a mix")
def bracket_misread(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    start = mix(seed ^ epoch)
    u = [mix(start ^ int(index)) / 2**32 for index in indices]
    return u, [int(number < rate) for number in u]


@wrong("random_by_index", "the coin is turned over")
def above_the_rate(indices, epoch, seed, rate):
    def mix(h):
        h ^= h >> 16
        h = h * 0x7FEB352D % 2**32
        h ^= h >> 15
        h = h * 0x846CA68B % 2**32
        return h ^ (h >> 16)

    start = mix(mix(seed) ^ epoch)
    u = [mix(start ^ int(index)) / 2**32 for index in indices]
    return u, [int(number >= rate) for number in u]
