"""Answers about what an exported model accepts, and what it has kept."""

import numpy as np

from grader.judging.variant import right, wrong


@right("accepted_calls")
def rule_by_rule(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                if isinstance(entry, int):
                    if entry != size:
                        return False
                    continue
                low, high = limits[entry]
                if size < low or (high >= 0 and size > high):
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@right("accepted_calls")
def sets_of_sizes(inputs, dims, calls):
    answers = []
    for call in calls:
        good = [a[0] for a in inputs] == [b[0] for b in call]
        good &= [len(a[1]) for a in inputs] == [len(b[1]) for b in call]
        sizes = {}
        for (_, asked), (_, given) in zip(inputs, call, strict=True):
            for entry, size in zip(asked, given, strict=False):
                sizes.setdefault(entry, set()).add(size)
        for name, low, high in dims:
            good &= len(sizes[name]) == 1 and min(sizes[name]) >= low
            good &= high == -1 or max(sizes[name]) <= high
        good &= all(sizes[n] == {n} for n in sizes if not isinstance(n, str))
        answers.append(int(good))
    return np.array(answers)


@right("accepted_calls")
def filled_in(inputs, dims, calls):
    answers = []
    for call in calls:
        known = {}
        for (_, asked), (_, given) in zip(inputs, call, strict=True):
            known.update(zip(asked, given, strict=False))
        known = {name: known[name] for name, _, _ in dims}
        filled = [[dtype, [known.get(d, d) for d in asked]] for dtype, asked in inputs]
        inside = [
            known[name] >= low and (known[name] <= high or high < 0)
            for name, low, high in dims
        ]
        answers.append(filled == call and all(inside))
    return answers


@wrong("accepted_calls", "the dtype is not looked at")
def sizes_alone(inputs, dims, calls):
    answers = []
    for call in calls:
        known = {}
        for (_, asked), (_, given) in zip(inputs, call, strict=True):
            known.update(zip(asked, given, strict=False))
        known = {name: known[name] for name, _, _ in dims}
        filled = [[known.get(d, d) for d in asked] for _, asked in inputs]
        inside = [
            known[name] >= low and (known[name] <= high or high < 0)
            for name, low, high in dims
        ]
        answers.append(filled == [given for _, given in call] and all(inside))
    return answers


@wrong("accepted_calls", "the number of axes is not looked at")
def zip_that_stops(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype:
                return False
            for entry, size in zip(asked, given, strict=False):
                low, high = limits.get(entry, (entry, entry))
                if size < low or (high >= 0 and size > high):
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "fixed sizes are not looked at")
def names_alone(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                if entry in limits:
                    low, high = limits[entry]
                    if size < low or (high >= 0 and size > high):
                        return False
                    if found.setdefault(entry, size) != size:
                        return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "the smallest size is not looked at")
def upper_limit(inputs, dims, calls):
    limits = {name: high for name, _, high in dims}

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                if isinstance(entry, int) and entry != size:
                    return False
                if limits.get(entry, -1) != -1 and size > limits[entry]:
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "the largest size is not looked at")
def lower_limit(inputs, dims, calls):
    limits = {name: low for name, low, _ in dims}

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                if isinstance(entry, int) and entry != size:
                    return False
                if size < limits.get(entry, size):
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "one name stands for two sizes")
def each_size_by_itself(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def fits(entry, size):
        if isinstance(entry, int):
            return entry == size
        low, high = limits[entry]
        return low <= size and (high == -1 or size <= high)

    return [
        all(
            dtype == other and len(asked) == len(given) and all(map(fits, asked, given))
            for (dtype, asked), (other, given) in zip(inputs, call, strict=True)
        )
        for call in calls
    ]


@wrong("accepted_calls", "a name is compared within one input alone")
def forgotten_after_each_input(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def accepted(call):
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            found = {}
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                low, high = limits.get(entry, (entry, entry))
                if size < low or (high >= 0 and size > high):
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "the smallest size is refused")
def strictly_more(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                if isinstance(entry, int):
                    if entry != size:
                        return False
                    continue
                low, high = limits[entry]
                if not (low < size and (high == -1 or size <= high)):
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "the largest size is refused")
def in_a_range(inputs, dims, calls):
    limits = {
        name: range(low, 10**9 if high == -1 else high) for name, low, high in dims
    }

    def accepted(call):
        found = {}
        for (dtype, asked), (given_dtype, given) in zip(inputs, call, strict=True):
            if dtype != given_dtype or len(asked) != len(given):
                return False
            for entry, size in zip(asked, given, strict=True):
                if size not in limits.get(entry, [entry]):
                    return False
                if found.setdefault(entry, size) != size:
                    return False
        return True

    return [accepted(call) for call in calls]


@wrong("accepted_calls", "no limit is read as a number")
def between(inputs, dims, calls):
    limits = {name: (low, high) for name, low, high in dims}

    def fits(entry, size):
        low, high = limits.get(entry, (entry, entry))
        return low <= size <= high

    return [
        all(
            dtype == other and all(map(fits, asked, given))
            for (dtype, asked), (other, given) in zip(inputs, call, strict=True)
        )
        for call in calls
    ]


@right("frozen_values")
def three_python_values(example, others, before, after):
    scaled, rows = example.sum() > 0, len(example)
    outputs = []
    for x in others:
        y = before * x if scaled else x - before
        outputs.append(y.sum(axis=0) / (rows * np.abs(x).max()))
    return outputs


@right("frozen_values")
def a_function_made_of_it(example, others, before, after):
    if np.sum(example) > 0:
        line = before.__mul__
    else:

        def line(x):
            return x - before

    def program(x):
        y = np.array([[line(float(v)) for v in row] for row in x])
        return np.sum(y, axis=0) / example.shape[0] / np.max(np.abs(x))

    return np.stack([program(x) for x in others])


@right("frozen_values")
def scale_and_shift(example, others, before, after):
    scale, shift = (before, 0.0) if example.mean() > 0 else (1.0, before)
    peaks = np.array([np.abs(x).max() for x in others])
    sums = np.array([scale * x.sum(axis=0) - shift * len(x) for x in others])
    return sums / peaks[:, None] / len(example)


@wrong("frozen_values", "each input chooses its branch")
def sum_of_each(example, others, before, after):
    outputs = []
    for x in others:
        y = before * x if x.sum() > 0 else x - before
        outputs.append(y.sum(axis=0) / (len(example) * np.abs(x).max()))
    return outputs


@wrong("frozen_values", "the size of each input")
def mean_of_each(example, others, before, after):
    scaled = example.sum() > 0
    return [
        (before * x if scaled else x - before).mean(axis=0) / np.abs(x).max()
        for x in others
    ]


@wrong("frozen_values", "the factor of today")
def factor_read_late(example, others, before, after):
    scaled, rows = example.sum() > 0, len(example)
    outputs = []
    for x in others:
        y = after * x if scaled else x - after
        outputs.append(y.sum(axis=0) / (rows * np.abs(x).max()))
    return outputs


@wrong("frozen_values", "a tensor is frozen too")
def peak_of_the_example(example, others, before, after):
    scaled, rows, peak = example.sum() > 0, len(example), np.abs(example).max()
    outputs = []
    for x in others:
        y = before * x if scaled else x - before
        outputs.append(y.sum(axis=0) / (rows * peak))
    return outputs


@wrong("frozen_values", "what Python returns")
def eager(example, others, before, after):
    return [
        (after * x if x.sum() > 0 else x - after).mean(axis=0) / np.abs(x).max()
        for x in others
    ]


@wrong("frozen_values", "the factor alone is frozen")
def eager_with_the_old_factor(example, others, before, after):
    return [
        (before * x if x.sum() > 0 else x - before).mean(axis=0) / np.abs(x).max()
        for x in others
    ]
