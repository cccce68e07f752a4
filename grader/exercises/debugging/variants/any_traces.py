"""Answers about the number of traces of a list of calls."""

from itertools import pairwise

import numpy as np

from grader.judging.variant import right, wrong


@right("traces")
def sets_and_a_list(calls):
    usual, relaxed, pytorch = [], [], []
    seen, sizes, traces = set(), {}, []
    number = 0
    state = None
    for dtype, rows, factor in calls:
        seen.add((dtype, rows, factor))
        usual.append(len(seen))
        known = sizes.setdefault((dtype, factor), set())
        if rows not in known and len(known) < 2:
            known.add(rows)
            number += 1
        relaxed.append(number)
        served = any(
            dtype == kind and n in (None, rows) and k in (None, factor)
            for kind, n, k in traces
        )
        if not served:
            n, k = state or (rows, factor)
            state = (rows if n == rows else None, factor if k == factor else None)
            traces.append((dtype, *state))
        pytorch.append(len(traces))
    return usual, relaxed, pytorch


@right("traces")
def prefix_by_prefix(calls):
    def two_at_most(prefix):
        groups = {}
        for dtype, rows, factor in prefix:
            groups.setdefault((dtype, factor), set()).add(rows)
        return sum(min(len(group), 2) for group in groups.values())

    def opened(prefix):
        fixed = {"rows": prefix[0][1], "factor": prefix[0][2]}
        traces = []
        for dtype, rows, factor in prefix:
            call = {"rows": rows, "factor": factor}
            if not any(
                dtype == of and all(call[name] == value for name, value in kept.items())
                for of, kept in traces
            ):
                fixed = {n: v for n, v in fixed.items() if call[n] == v}
                traces.append((dtype, fixed))
        return len(traces)

    prefixes = [calls[: end + 1] for end in range(len(calls))]
    usual = [len({str(call) for call in prefix}) for prefix in prefixes]
    return usual, [two_at_most(p) for p in prefixes], [opened(p) for p in prefixes]


@right("traces")
def flags_of_new_traces(calls):
    new = np.zeros((3, len(calls)), int)
    traces = []
    open_rows = open_factor = False
    for i, call in enumerate(calls):
        dtype, rows, factor = call
        new[0, i] = call not in calls[:i]
        earlier = {n for d, n, k in calls[:i] if (d, k) == (dtype, factor)}
        new[1, i] = rows not in earlier and len(earlier) < 2
        for of, n, k, any_n, any_k in traces:
            if of == dtype and (any_n or n == rows) and (any_k or k == factor):
                break
        else:
            new[2, i] = 1
            open_rows = open_rows or any(n != rows for _, n, *_ in traces)
            open_factor = open_factor or any(k != factor for _, _, k, *_ in traces)
            traces.append((dtype, rows, factor, open_rows, open_factor))
    return list(np.cumsum(new, axis=1))


def _usual(calls, key=lambda dtype, rows, factor: (dtype, rows, factor)):
    """As tf.function counts, by what ``key`` keeps of a call."""
    return [len({key(*call) for call in calls[: end + 1]}) for end in range(len(calls))]


def _relaxed(calls, key=lambda dtype, factor: (dtype, factor), most=2):
    """With reduce_retracing: ``most`` sizes for each key."""
    sizes, counts = {}, []
    for dtype, rows, factor in calls:
        known = sizes.setdefault(key(dtype, factor), set())
        if len(known) < most:
            known.add(rows)
        counts.append(sum(map(len, sizes.values())))
    return counts


def _pytorch(calls, remembered=lambda traces, dtype: traces[-1:], together=False):
    """As torch.compile counts; a new trace opens what differs from those remembered."""
    traces, counts = [], []
    for dtype, rows, factor in calls:
        served = any(
            dtype == kind and n in (None, rows) and k in (None, factor)
            for kind, n, k in traces
        )
        if not served:
            (_, n, k) = (remembered(traces, dtype) or [(dtype, rows, factor)])[-1]
            same = n == rows, k == factor
            if together:
                same = (all(same),) * 2
            kept = rows if same[0] else None, factor if same[1] else None
            traces.append((dtype, *kept))
        counts.append(len(traces))
    return counts


@wrong("traces", "every call is traced")
def one_each(calls):
    count = list(range(1, len(calls) + 1))
    return count, count, count


@wrong("traces", "the dtype is left out")
def sizes_and_factors(calls):
    one = [(None, rows, factor) for _, rows, factor in calls]
    return _usual(one), _relaxed(one), _pytorch(one)


@wrong("traces", "the factor's value is left out")
def tensor_alone(calls):
    usual = _usual(calls, lambda dtype, rows, factor: (dtype, rows))
    return usual, _relaxed(calls), _pytorch(calls)


@wrong("traces", "the size is left out")
def any_size(calls):
    usual = _usual(calls, lambda dtype, rows, factor: (dtype, factor))
    return usual, _relaxed(calls), _pytorch(calls)


@wrong("traces", "only the newest trace is remembered")
def last_call(calls):
    changes = [1, *(a != b for a, b in pairwise(calls))]
    return np.cumsum(changes).tolist(), _relaxed(calls), _pytorch(calls)


@wrong("traces", "reduce_retracing opens the factor")
def open_number(calls):
    relaxed = _relaxed(calls, lambda dtype, factor: dtype)
    return _usual(calls), relaxed, _pytorch(calls)


@wrong("traces", "the size is open from the first trace")
def as_with_a_signature(calls):
    return _usual(calls), _relaxed(calls, most=1), _pytorch(calls)


@wrong("traces", "reduce_retracing changes nothing")
def never_relaxed(calls):
    return _usual(calls), _usual(calls), _pytorch(calls)


@wrong("traces", "PyTorch opens nothing")
def always_fixed(calls):
    return _usual(calls), _relaxed(calls), _usual(calls)


@wrong("traces", "each dtype has a memory of its own")
def begin_anew(calls):
    def own(traces, dtype):
        return [trace for trace in traces if trace[0] == dtype]

    return _usual(calls), _relaxed(calls), _pytorch(calls, own)


@wrong("traces", "size and factor are opened together")
def all_open(calls):
    return _usual(calls), _relaxed(calls), _pytorch(calls, together=True)


@wrong("traces", "new traces, not all so far")
def flags(calls):
    counts = _usual(calls), _relaxed(calls), _pytorch(calls)
    return [np.diff(count, prepend=0) for count in counts]


@wrong("traces", "the second and third count are exchanged")
def other_order(calls):
    return _usual(calls), _pytorch(calls), _relaxed(calls)
