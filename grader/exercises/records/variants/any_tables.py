"""Answers about rows that a schema checks."""

import numpy as np

from grader.judging.variant import right, wrong


# The locked cell above the exercise check_rows.
def number(text, kind):
    try:
        return int(text) if kind == "int" else float(text)
    except ValueError:
        return None


@right("check_rows")
def rule_by_rule(rows, kinds, low, high, seen, most):
    counts = np.zeros((len(kinds), 4))
    for row in rows:
        for c, text in enumerate(row):
            if text == "":
                counts[c, 3] += 1
            elif kinds[c] == "category":
                counts[c, 2] += text not in seen[c]
            elif number(text, kinds[c]) is None:
                counts[c, 0] += 1
            elif not low[c] <= number(text, kinds[c]) <= high[c]:
                counts[c, 1] += 1
    few = counts[:, 3] <= most * len(rows)
    return counts, (counts[:, :3].sum(axis=1) == 0) & few


@right("check_rows")
def column_by_column(rows, kinds, low, high, seen, most):
    counts, passed = [], []
    for c, column in enumerate(zip(*rows, strict=True)):
        given = [text for text in column if text]
        nulls = len(column) - len(given)
        unseen = bad = out = 0
        if kinds[c] == "category":
            unseen = sum(text not in seen[c] for text in given)
        else:
            values = [number(text, kinds[c]) for text in given]
            bad = values.count(None)
            out = sum(not low[c] <= v <= high[c] for v in values if v is not None)
        counts.append([bad, out, unseen, nulls])
        passed.append(bad + out + unseen == 0 and nulls / len(column) <= most[c])
    return counts, passed


@right("check_rows")
def with_exceptions(rows, kinds, low, high, seen, most):
    read = {"float": float, "int": int, "category": str}

    def faults(c, text):
        if not text:
            return np.array([0, 0, 0, 1])
        try:
            value = read[kinds[c]](text)
        except ValueError:
            return np.array([1, 0, 0, 0])
        if isinstance(value, str):
            return np.array([0, 0, int(value not in seen[c]), 0])
        return np.array([0, int(value < low[c] or value > high[c]), 0, 0])

    columns = range(len(kinds))
    counts = np.stack([sum(faults(c, row[c]) for row in rows) for c in columns])
    limits = np.stack([0 * most, 0 * most, 0 * most, most], axis=1)
    return counts, (counts / len(rows) <= limits).all(axis=1)


def _inside(value, low, high):
    return low <= value <= high


def _counts(rows, kinds, low, high, seen, inside=_inside, null="", kind=None):
    """The right counts, but for what is inside, what is null and which type it is."""
    counts = np.zeros((len(kinds), 4))
    for row in rows:
        for c, text in enumerate(row):
            value = number(text, kind or kinds[c])
            if text == null:
                counts[c, 3] += 1
            elif kinds[c] == "category":
                counts[c, 2] += text not in seen[c]
            elif value is None:
                counts[c, 0] += 1
            elif not inside(value, low[c], high[c]):
                counts[c, 1] += 1
    return counts


def _passed(counts, rows, most):
    few = counts[:, 3] <= most * len(rows)
    return (counts[:, :3].sum(axis=1) == 0) & few


@wrong("check_rows", "a whole float is an int")
def floats(rows, kinds, low, high, seen, most):
    counts = _counts(rows, kinds, low, high, seen, kind="float")
    return counts, _passed(counts, rows, most)


@wrong("check_rows", "counts in the order of the list of rules")
def null_comes_first(rows, kinds, low, high, seen, most):
    counts, passed = column_by_column(rows, kinds, low, high, seen, most)
    turned = [[nulls, unseen, bad, out] for bad, out, unseen, nulls in counts]
    return turned, passed


@wrong("check_rows", "the ends are out of range")
def open_ends(rows, kinds, low, high, seen, most):
    def inside(value, low, high):
        return low < value < high

    counts = _counts(rows, kinds, low, high, seen, inside)
    return counts, _passed(counts, rows, most)


@wrong("check_rows", "only too large is out of range")
def too_large(rows, kinds, low, high, seen, most):
    counts = _counts(
        rows, kinds, low, high, seen, lambda value, low, high: value <= high
    )
    return counts, _passed(counts, rows, most)


@wrong("check_rows", "an empty text is of a wrong type")
def null_last(rows, kinds, low, high, seen, most):
    counts = _counts(rows, kinds, low, high, seen, null=None)
    return counts, _passed(counts, rows, most)


@wrong("check_rows", "capitals don't count")
def lower(rows, kinds, low, high, seen, most):
    small = [[text.lower() for text in row] for row in rows]
    counts = _counts(small, kinds, low, high, seen)
    return counts, _passed(counts, rows, most)


@wrong("check_rows", "no null is allowed")
def no_null(rows, kinds, low, high, seen, most):
    counts = _counts(rows, kinds, low, high, seen)
    return counts, counts.sum(axis=1) == 0


@wrong("check_rows", "the share itself is too much")
def fewer(rows, kinds, low, high, seen, most):
    counts = _counts(rows, kinds, low, high, seen)
    few = counts[:, 3] < most * len(rows)
    return counts, (counts[:, :3].sum(axis=1) == 0) & few


@wrong("check_rows", "only nulls decide")
def nulls_alone(rows, kinds, low, high, seen, most):
    counts = _counts(rows, kinds, low, high, seen)
    return counts, counts[:, 3] <= most * len(rows)


@wrong("check_rows", "nulls don't matter")
def any_null(rows, kinds, low, high, seen, most):
    counts = _counts(rows, kinds, low, high, seen)
    return counts, counts[:, :3].sum(axis=1) == 0
