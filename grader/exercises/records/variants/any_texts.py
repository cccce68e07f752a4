"""Answers about fingerprints, locks and tables of texts."""

import numpy as np

from grader.judging.variant import right, wrong

# The locked cells above the exercises lock_check and check_rows.


def parsed(line):
    import re

    first, *hashes = line.split()
    name, sign, version = re.fullmatch("([^=<>]+)([=<>]*)(.*)", first).groups()
    return name, sign, version, len(hashes)


def normal(name):
    import re

    return re.sub("[-_.]+", "-", name).lower()


def number(text, kind):
    try:
        return int(text) if kind == "int" else float(text)
    except ValueError:
        return None


@right("fingerprint")
def dumped(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@right("fingerprint")
def from_hex_digits(names, values):
    import hashlib
    import json

    settings = dict(sorted(zip(names, values, strict=True)))
    text = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    digits = hashlib.sha256(bytes(text, "utf-8")).hexdigest()
    return [int(digits[i : i + 2], 16) for i in range(0, 16, 2)]


@right("fingerprint")
def written_by_hand(names, values):
    import hashlib

    def shown(value):
        if isinstance(value, bool):
            return "true" if value else "false"
        return f'"{value}"' if isinstance(value, str) else repr(value)

    pairs = sorted(zip(names, map(shown, values), strict=True))
    text = "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return np.frombuffer(digest, dtype=np.uint8)[:8]


@wrong("fingerprint", "keys are not sorted")
def unsorted(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    text = json.dumps(settings, separators=(",", ":"), ensure_ascii=False)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "spaces after the separators")
def spaced(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "letters are escaped")
def escaped(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"))
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "json.dumps as it is")
def defaults(names, values):
    import hashlib
    import json

    text = json.dumps(dict(zip(names, values, strict=True)), sort_keys=True)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "all values are texts")
def texts(names, values):
    import hashlib
    import json

    settings = dict(zip(names, map(str, values), strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "whole floats are written as ints")
def whole(names, values):
    import hashlib
    import json

    plain = [v if v % 1 else int(v) for v in values if isinstance(v, float)]
    left = iter(plain)
    values = [next(left) if isinstance(v, float) else v for v in values]
    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "floats are rounded")
def rounded(names, values):
    import hashlib
    import json

    values = [float(f"{v:g}") if isinstance(v, float) else v for v in values]
    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "Python's text of a dict")
def a_dict(names, values):
    import hashlib

    text = str(dict(sorted(zip(names, values, strict=True))))
    return list(hashlib.sha256(text.encode()).digest()[:8])


@wrong("fingerprint", "another hash")
def md5(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    digest = hashlib.md5(text.encode(), usedforsecurity=False).digest()
    return list(digest[:8])


@wrong("fingerprint", "hex digits in place of bytes")
def hex_digits(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return [int(digit, 16) for digit in digest[:8]]


@wrong("fingerprint", "the last bytes")
def last(names, values):
    import hashlib
    import json

    settings = dict(zip(names, values, strict=True))
    options = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False}
    text = json.dumps(settings, **options)
    return list(hashlib.sha256(text.encode()).digest()[-8:])


@right("lock_check")
def question_by_question(requirements, lock):
    locked = {}
    for line in lock:
        name, sign, version, hashes = parsed(line)
        locked[normal(name)] = (sign, version, hashes)
    codes = []
    for requirement in requirements:
        name, _, least, _ = parsed(requirement)
        if normal(name) not in locked:
            codes.append(1)
            continue
        sign, pin, hashes = locked[normal(name)]
        if sign != "==" or pin.endswith("*"):
            codes.append(2)
            continue
        have = [int(n) for n in pin.split(".")]
        need = [int(n) for n in least.split(".")] if least else [0]
        have += [0] * (3 - len(have))
        need += [0] * (3 - len(need))
        codes.append(3 if have < need else 4 if hashes == 0 else 0)
    return codes


@right("lock_check")
def with_whole_numbers(requirements, lock):
    def rank(version):
        parts = (version.split(".") + ["0", "0"])[:3]
        return sum(int(p) * 10**6 ** (2 - i) for i, p in enumerate(parts))

    codes = []
    for requirement in requirements:
        name, _, least, _ = parsed(requirement)
        lines = [parsed(line) for line in lock]
        found = [line for line in lines if normal(line[0]) == normal(name)]
        if not found:
            codes.append(1)
        elif found[0][1] != "==" or "*" in found[0][2]:
            codes.append(2)
        elif least and rank(found[0][2]) < rank(least):
            codes.append(3)
        else:
            codes.append(4 if found[0][3] == 0 else 0)
    return codes


@right("lock_check")
def with_tuples(requirements, lock):
    import re

    def version(text):
        numbers = [int(n) for n in text.split(".")]
        while numbers and numbers[-1] == 0:
            numbers.pop()
        return tuple(numbers)

    lines = {normal(parsed(line)[0]): parsed(line) for line in lock}

    def code(requirement):
        name, _, least, _ = parsed(requirement)
        line = lines.get(normal(name))
        if line is None:
            return 1
        pinned = line[1] == "==" and re.fullmatch(r"[\d.]+", line[2])
        if not pinned:
            return 2
        if least and version(line[2]) < version(least):
            return 3
        return 0 if line[3] else 4

    return np.array([code(requirement) for requirement in requirements])


def _numbers(version):
    return ([int(n) for n in version.split(".")] + [0, 0])[:3]


def _below(pin, least):
    return _numbers(pin) < _numbers(least or "0")


def _no_pin(sign, pin):
    return sign != "==" or "*" in pin


def _codes(requirements, lock, key=normal, no_pin=_no_pin, below=_below):
    """The right codes, but for what the rules are."""
    locked = {key(parsed(line)[0]): parsed(line)[1:] for line in lock}
    codes = []
    for name, _, least, _ in map(parsed, requirements):
        if key(name) not in locked:
            codes.append(1)
            continue
        sign, pin, hashes = locked[key(name)]
        if no_pin(sign, pin):
            codes.append(2)
        elif below(pin, least):
            codes.append(3)
        else:
            codes.append(0 if hashes else 4)
    return codes


@wrong("lock_check", "names compared letter by letter")
def letters(requirements, lock):
    return _codes(requirements, lock, key=str)


@wrong("lock_check", "a star is a version")
def star(requirements, lock):
    def below(pin, least):
        return bool(least) and _below(pin, least)

    return _codes(requirements, lock, no_pin=lambda sign, _: sign != "==", below=below)


@wrong("lock_check", "any version is a pin")
def at_least(requirements, lock):
    def no_pin(sign, pin):
        return pin == "" or "*" in pin

    return _codes(requirements, lock, no_pin=no_pin)


@wrong("lock_check", "versions compared as texts")
def as_texts(requirements, lock):
    return _codes(requirements, lock, below=lambda pin, least: pin < least)


@wrong("lock_check", "3 is below 3.0")
def shorter(requirements, lock):
    def numbers(version):
        return [int(n) for n in version.split(".")]

    def below(pin, least):
        return numbers(pin) < numbers(least or "0")

    return _codes(requirements, lock, below=below)


@wrong("lock_check", "what is below counts as fine")
def any_pin(requirements, lock):
    return _codes(requirements, lock, below=lambda pin, least: False)


@wrong("lock_check", "hashes don't matter")
def no_hash(requirements, lock):
    return [code if code < 4 else 0 for code in _codes(requirements, lock)]


@wrong("lock_check", "hashes are looked at first")
def hash_first(requirements, lock):
    hashed = [line for line in lock if parsed(line)[3]]
    names = {normal(parsed(line)[0]) for line in hashed}
    codes = _codes(requirements, lock)
    asked = [normal(parsed(line)[0]) for line in requirements]
    return [
        code if code == 1 or name in names else 4
        for name, code in zip(asked, codes, strict=True)
    ]


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
