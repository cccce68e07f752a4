"""Answers about candidates that may serve."""

import numpy as np

from grader.judging.variant import right, wrong


@right("parity_gate")
def one_by_one(old, candidates, tolerance, most_flips):
    verdicts = []
    for new in candidates:
        whole = np.isfinite(new).all(axis=1)
        gap = np.abs(new[whole] - old[whole]).max() / np.abs(old[whole]).max()
        flips = (new[whole].argmax(axis=1) != old[whole].argmax(axis=1)).sum()
        broken = len(new) - whole.sum()
        passed = broken == 0 and gap <= tolerance and flips <= most_flips
        verdicts.append((gap, broken, flips, passed))
    return tuple(np.array(verdicts).T)


@right("parity_gate")
def all_at_once(old, candidates, tolerance, most_flips):
    whole = np.isfinite(candidates).all(axis=2)
    clean = np.where(whole[:, :, None], candidates, old)
    scale = np.where(whole, np.abs(old).max(axis=1), 0).max(axis=1)
    differences = np.abs(clean - old).max(axis=(1, 2)) / scale
    flips = (clean.argmax(axis=2) != old.argmax(axis=1)).sum(axis=1)
    broken = (~whole).sum(axis=1)
    passed = (broken == 0) & (differences <= tolerance) & (flips <= most_flips)
    return differences, broken, flips, passed


@right("parity_gate")
def row_by_row(old, candidates, tolerance, most_flips):
    differences, broken, flips, passed = [], [], [], []
    for new in candidates:
        pairs = [(o, n) for o, n in zip(old, new, strict=True) if np.isfinite(n).all()]
        gap = max(float(np.abs(o - n).max()) for o, n in pairs)
        differences.append(gap / max(float(np.abs(o).max()) for o, _ in pairs))
        broken.append(len(old) - len(pairs))
        flips.append(sum(int(o.argmax() != n.argmax()) for o, n in pairs))
        good = not broken[-1] and flips[-1] <= most_flips
        passed.append(int(good and differences[-1] <= tolerance))
    return differences, broken, flips, passed


def _whole(new):
    return np.isfinite(new).all(axis=1)


def _gap(old, new):
    return np.abs(new - old).max() / np.abs(old).max()


def _verdicts(old, candidates, whole_of=_whole, gap_of=_gap):
    """Differences, broken rows and flips of each candidate."""
    found = []
    for new in candidates:
        whole = whole_of(new)
        flips = (new[whole].argmax(axis=1) != old[whole].argmax(axis=1)).sum()
        found.append((gap_of(old[whole], new[whole]), (~whole).sum(), flips))
    return tuple(np.array(found).T)


def _judged(verdicts, tolerance, most_flips):
    gaps, broken, flips = verdicts
    passed = (broken == 0) & (gaps <= tolerance) & (flips <= most_flips)
    return gaps, broken, flips, passed


@wrong("parity_gate", "absolute differences")
def absolute(old, candidates, tolerance, most_flips):
    def gap(old, new):
        return np.abs(new - old).max()

    verdicts = _verdicts(old, candidates, gap_of=gap)
    return _judged(verdicts, tolerance, most_flips)


@wrong("parity_gate", "the mean difference")
def mean(old, candidates, tolerance, most_flips):
    def gap(old, new):
        return np.abs(new - old).mean() / np.abs(old).max()

    verdicts = _verdicts(old, candidates, gap_of=gap)
    return _judged(verdicts, tolerance, most_flips)


@wrong("parity_gate", "each output by its own size")
def own_size(old, candidates, tolerance, most_flips):
    def gap(old, new):
        return (np.abs(new - old) / np.abs(old)).max()

    verdicts = _verdicts(old, candidates, gap_of=gap)
    return _judged(verdicts, tolerance, most_flips)


@wrong("parity_gate", "the scale of the candidate")
def scale_of_new(old, candidates, tolerance, most_flips):
    def gap(old, new):
        return np.abs(new - old).max() / np.abs(new).max()

    verdicts = _verdicts(old, candidates, gap_of=gap)
    return _judged(verdicts, tolerance, most_flips)


@wrong("parity_gate", "the scale of all rows")
def scaled_by_all(old, candidates, tolerance, most_flips):
    scale = np.abs(old).max()

    def gap(old, new):
        return np.abs(new - old).max() / scale

    verdicts = _verdicts(old, candidates, gap_of=gap)
    return _judged(verdicts, tolerance, most_flips)


@wrong("parity_gate", "infinity is a number")
def nan_alone(old, candidates, tolerance, most_flips):
    verdicts = _verdicts(old, candidates, lambda new: ~np.isnan(new).any(axis=1))
    return _judged(verdicts, tolerance, most_flips)


@wrong("parity_gate", "broken outputs are counted")
def entries(old, candidates, tolerance, most_flips):
    gaps, _, flips = _verdicts(old, candidates)
    broken = (~np.isfinite(candidates)).sum(axis=(1, 2))
    return _judged((gaps, broken, flips), tolerance, most_flips)


@wrong("parity_gate", "broken rows flip")
def flips_of_all(old, candidates, tolerance, most_flips):
    gaps, broken, _ = _verdicts(old, candidates)
    flips = (candidates.argmax(axis=2) != old.argmax(axis=1)).sum(axis=1)
    return _judged((gaps, broken, flips), tolerance, most_flips)


@wrong("parity_gate", "as many flips as allowed are too many")
def fewer_flips(old, candidates, tolerance, most_flips):
    return _judged(_verdicts(old, candidates), tolerance, most_flips - 1)


@wrong("parity_gate", "broken rows pass")
def broken_pass(old, candidates, tolerance, most_flips):
    gaps, broken, flips = _verdicts(old, candidates)
    return gaps, broken, flips, (gaps <= tolerance) & (flips <= most_flips)


@wrong("parity_gate", "flips don't matter")
def any_flips(old, candidates, tolerance, most_flips):
    return _judged(_verdicts(old, candidates), tolerance, np.inf)


@wrong("parity_gate", "differences don't matter")
def any_difference(old, candidates, tolerance, most_flips):
    return _judged(_verdicts(old, candidates), np.inf, most_flips)
