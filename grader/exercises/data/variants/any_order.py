"""Answers on shuffling, batches and means, which need no framework."""

import numpy as np

from grader.judging.variant import right, wrong


@right("shuffle_buffer")
def counter_and_list(draws, size):
    n = len(draws)
    buffer, arrived = list(range(size)), size
    order = []
    for place in draws:
        order.append(buffer[place])
        if arrived < n:
            buffer[place] = arrived
            arrived += 1
        else:
            buffer[place] = buffer[-1]
            buffer.pop()
    moved = [order.index(element) - element for element in range(n)]
    return order, moved


@right("shuffle_buffer")
def queue_of_arrivals(draws, size):
    waiting = list(range(len(draws)))
    buffer = [waiting.pop(0) for _ in range(size)]
    order = np.zeros(len(draws), int)
    moved = np.zeros(len(draws), int)
    for step, place in enumerate(draws):
        taken = buffer[place]
        last = waiting.pop(0) if waiting else buffer.pop()
        if place < len(buffer):
            buffer[place] = last
        order[step] = taken
        moved[taken] = step - taken
    return order, moved


@right("shuffle_buffer")
def one_array(draws, size):
    # The buffer's places are the first ones of an array of all elements.
    n = len(draws)
    buffer = np.arange(n)
    order = []
    for step, place in enumerate(draws):
        order.append(int(buffer[place]))
        following = size + step
        buffer[place] = following if following < n else buffer[n - step - 1]
    return order, np.argsort(order) - np.arange(n)


@wrong("shuffle_buffer", "a new example goes to the end")
def popped_and_appended(draws, size):
    n = len(draws)
    buffer, order = list(range(size)), []
    for t, place in enumerate(draws):
        order.append(buffer.pop(place))
        if size + t < n:
            buffer.append(size + t)
    return order, [order.index(i) - i for i in range(n)]


@wrong("shuffle_buffer", "all examples are in the buffer")
def size_not_used(draws, size):
    left, order = list(range(len(draws))), []
    for place in draws:
        order.append(left[place])
        left[place] = left[-1]
        left.pop()
    return order, [order.index(i) - i for i in range(len(draws))]


@wrong("shuffle_buffer", "moved has lost its sign")
def distances(draws, size):
    n = len(draws)
    buffer, order = list(range(size)), []
    for t, place in enumerate(draws):
        order.append(buffer[place])
        buffer[place] = size + t if size + t < n else buffer[-1]
        if size + t >= n:
            buffer.pop()
    return order, np.abs(np.argsort(order) - np.arange(n))


@wrong("shuffle_buffer", "the buffer holds one example too many")
def filled_before_the_draw(draws, size):
    n = len(draws)
    buffer, arrived = list(range(size)), size
    order = []
    gap = None
    for place in draws:
        if arrived < n:
            if gap is None:
                buffer.append(arrived)
            else:
                buffer[gap] = arrived
            arrived += 1
        elif gap is not None:
            last = buffer.pop()
            if gap < len(buffer):
                buffer[gap] = last
        order.append(buffer[place])
        gap = place
    return order, [order.index(i) - i for i in range(n)]


@wrong("shuffle_buffer", "the rest comes in order")
def buffer_added_at_the_end(draws, size):
    n = len(draws)
    buffer, order = list(range(size)), []
    for new in range(size, n):
        place = draws[new - size]
        order.append(buffer[place])
        buffer[place] = new
    order += buffer
    return order, [order.index(i) - i for i in range(n)]


@wrong("shuffle_buffer", "the gap closes by moving up")
def popped_at_the_end(draws, size):
    n = len(draws)
    buffer, order = list(range(size)), []
    for t, place in enumerate(draws):
        if size + t < n:
            order.append(buffer[place])
            buffer[place] = size + t
        else:
            order.append(buffer.pop(place))
    return order, [order.index(i) - i for i in range(n)]


@wrong("shuffle_buffer", "places where examples are asked for")
def place_of_each_element(draws, size):
    n = len(draws)
    buffer, places = list(range(size)), [0] * n
    for t, place in enumerate(draws):
        places[buffer[place]] = t
        buffer[place] = size + t if size + t < n else buffer[-1]
        if size + t >= n:
            buffer.pop()
    return places, np.array(places) - np.arange(n)


@wrong("shuffle_buffer", "moved is sorted by place, and its sign is turned")
def order_minus_place(draws, size):
    n = len(draws)
    buffer, order = list(range(size)), []
    for t, place in enumerate(draws):
        order.append(buffer[place])
        buffer[place] = size + t if size + t < n else buffer[-1]
        if size + t >= n:
            buffer.pop()
    return order, [element - t for t, element in enumerate(order)]


@wrong("shuffle_buffer", "moved is sorted by place")
def place_minus_order(draws, size):
    n = len(draws)
    buffer, order = list(range(size)), []
    for t, place in enumerate(draws):
        order.append(buffer[place])
        buffer[place] = size + t if size + t < n else buffer[-1]
        if size + t >= n:
            buffer.pop()
    return order, [t - element for t, element in enumerate(order)]


@right("batch_sizes")
def helper_for_a_row(n, size, epochs, drop_last):
    def row(count):
        full, rest = divmod(count, size)
        return [size] * full + ([rest] if rest and not drop_last else [])

    mixed = sum(e * n % size > 0 for e in range(1, epochs))
    return row(n) * epochs, row(n * epochs), mixed


@right("batch_sizes")
def examples_written_down(n, size, epochs, drop_last):
    def cut(examples):
        batches = [examples[i : i + size] for i in range(0, len(examples), size)]
        return [b for b in batches if len(b) == size or not drop_last]

    after, row = [], []
    for epoch in range(epochs):
        after += [len(batch) for batch in cut([epoch] * n)]
        row += [epoch] * n
    before = cut(row)
    mixed = [batch for batch in before if len(set(batch)) > 1]
    return after, [len(batch) for batch in before], len(mixed)


@right("batch_sizes")
def places_of_the_cuts(n, size, epochs, drop_last):
    def row(count):
        ends = np.arange(size, count + 1, size)
        if not drop_last:
            ends = np.union1d(ends, [count])
        return np.diff(ends, prepend=0)

    ends = n * np.arange(1, epochs)
    mixed = len(np.setdiff1d(ends, size * np.arange(n * epochs)))
    return np.tile(row(n), epochs), row(n * epochs), mixed


@wrong("batch_sizes", "drop_last is left out")
def rest_always_kept(n, size, epochs, drop_last):
    def row(count):
        full, rest = divmod(count, size)
        return [size] * full + [rest] * (rest > 0)

    mixed = sum(e * n % size > 0 for e in range(1, epochs))
    return row(n) * epochs, row(n * epochs), mixed


@wrong("batch_sizes", "short batches are always dropped")
def whole_division(n, size, epochs, drop_last):
    after = [size] * (n // size) * epochs
    before = [size] * (n * epochs // size)
    return after, before, sum(e * n % size > 0 for e in range(1, epochs))


@wrong("batch_sizes", "an epoch's end cuts both")
def epoch_by_epoch(n, size, epochs, drop_last):
    sizes = []
    for _ in range(epochs):
        sizes += [size] * (n // size)
        if n % size and not drop_last:
            sizes.append(n % size)
    return sizes, sizes, 0


@wrong("batch_sizes", "the epochs are joined in both")
def one_long_row(n, size, epochs, drop_last):
    full, rest = divmod(n * epochs, size)
    sizes = [size] * full + ([rest] if rest and not drop_last else [])
    return sizes, sizes, sum(e * n % size > 0 for e in range(1, epochs))


@wrong("batch_sizes", "after and before are exchanged")
def long_row_first(n, size, epochs, drop_last):
    def row(count):
        full, rest = divmod(count, size)
        return [size] * full + ([rest] if rest and not drop_last else [])

    mixed = sum(e * n % size > 0 for e in range(1, epochs))
    return row(n * epochs), row(n) * epochs, mixed


@wrong("batch_sizes", "the last batch counts as full")
def rounded_up(n, size, epochs, drop_last):
    def row(count):
        batches = count // size if drop_last else -(-count // size)
        return [size] * batches

    mixed = sum(e * n % size > 0 for e in range(1, epochs))
    return row(n) * epochs, row(n * epochs), mixed


@wrong("batch_sizes", "every end of an epoch is counted")
def gaps_between_epochs(n, size, epochs, drop_last):
    def row(count):
        full, rest = divmod(count, size)
        return [size] * full + ([rest] if rest and not drop_last else [])

    return row(n) * epochs, row(n * epochs), epochs - 1


@wrong("batch_sizes", "one epoch alone")
def epochs_not_used(n, size, epochs, drop_last):
    full, rest = divmod(n, size)
    sizes = [size] * full + ([rest] if rest and not drop_last else [])
    return sizes, sizes, 0


@right("epoch_mean")
def two_running_sums(losses, sizes):
    total, seen, means = 0.0, 0, []
    for loss, size in zip(losses, sizes, strict=True):
        total += float(loss) * size
        seen += size
        means.append(total / seen)
    return means


@right("epoch_mean")
def cumulative_sums(losses, sizes):
    return np.cumsum(losses * np.array(sizes)) / np.cumsum(sizes)


@right("epoch_mean")
def weighted_averages(losses, sizes):
    ends = range(1, len(sizes) + 1)
    return [np.average(losses[:end], weights=sizes[:end]) for end in ends]


@right("epoch_mean")
def corrected_mean(losses, sizes):
    mean, seen, means = 0.0, 0, []
    for loss, size in zip(losses, sizes, strict=True):
        seen += size
        mean += (loss - mean) * size / seen
        means.append(mean)
    return means


@wrong("epoch_mean", "a mean of batch means")
def divided_by_batches(losses, sizes):
    total, means = 0.0, []
    for batch, loss in enumerate(losses, start=1):
        total += loss
        means.append(total / batch)
    return means


@wrong("epoch_mean", "the last batch counts as full")
def batches_times_size(losses, sizes):
    total, means = 0.0, []
    for batch, loss in enumerate(losses, start=1):
        total += loss * sizes[batch - 1]
        means.append(total / (batch * sizes[0]))
    return means


@wrong("epoch_mean", "the last batch is weighed as a full one")
def first_size_for_all(losses, sizes):
    total, seen, means = 0.0, 0, []
    for loss, size in zip(losses, sizes, strict=True):
        total += loss * sizes[0]
        seen += size
        means.append(total / seen)
    return means


@wrong("epoch_mean", "each batch by itself")
def nothing_kept(losses, sizes):
    return [loss * size / size for loss, size in zip(losses, sizes, strict=True)]


@wrong("epoch_mean", "the means are not multiplied by their sizes")
def means_over_examples(losses, sizes):
    return np.cumsum(losses) / np.cumsum(sizes)


@wrong("epoch_mean", "divided by all examples from the start")
def share_of_the_epoch(losses, sizes):
    total, means = 0.0, []
    for loss, size in zip(losses, sizes, strict=True):
        total += loss * size / sum(sizes)
        means.append(total)
    return means


@wrong("epoch_mean", "one number for the epoch")
def last_mean(losses, sizes):
    return np.average(losses, weights=sizes)


@wrong("epoch_mean", "sums instead of means")
def never_divided(losses, sizes):
    return np.cumsum(losses * np.array(sizes))
