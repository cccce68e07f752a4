"""Answers about requirements and their lock."""

import numpy as np

from grader.judging.variant import right, wrong


# The locked cell above the exercise lock_check.
def parsed(line):
    import re

    first, *hashes = line.split()
    name, sign, version = re.fullmatch("([^=<>]+)([=<>]*)(.*)", first).groups()
    return name, sign, version, len(hashes)


def normal(name):
    import re

    return re.sub("[-_.]+", "-", name).lower()


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
