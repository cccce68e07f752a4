"""Which clients get the canary, by a hash that stays the same."""

import zlib
from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Share = tuple[np.ndarray, np.ndarray]
Hash = Callable[[str], int]

NAMES = ("Zoë", "Jürgen", "André", "Chloë", "Søren", "Iñaki", "Élise", "Åsa")
BUCKETS = 100


def _draw(rng: np.random.Generator, place: int) -> Case:
    names = [NAMES[i] for i in rng.choice(len(NAMES), size=3, replace=False)]
    numbers = rng.choice(9000, size=int(rng.integers(9, 12)), replace=False) + 1000
    keys = [f"{name}-{n}" for name, n in zip(names, numbers, strict=False)]
    keys += [f"client-{n}" for n in numbers[3:]]
    keys = [keys[i] for i in rng.permutation(len(keys))]
    # One key's bucket is the share itself: it is the first outside.
    buckets = sorted({_bucket(key) for key in keys})
    return {"keys": keys, "share": buckets[place]}


def _crc(key: str) -> int:
    return zlib.crc32(key.encode("utf-8"))


def _bucket(key: str) -> int:
    return _crc(key) % BUCKETS


def _reference(keys: list[str], share: int) -> Share:
    """(buckets, chosen): (keys,), 0 to 99, and 1 for the clients of the canary."""
    return _shared(keys, share)


def _shared(
    keys: list[str], share: int, hashed: Hash = _crc, count: int = BUCKETS
) -> Share:
    buckets = np.array([hashed(key) % count for key in keys])
    return buckets, buckets < share


def _up_to(keys: list[str], share: int) -> Share:
    buckets, _ = _reference(keys, share)
    return buckets, buckets <= share


def _other_side(keys: list[str], share: int) -> Share:
    buckets, chosen = _reference(keys, share)
    return buckets, ~chosen


def _from_above(keys: list[str], share: int) -> Share:
    buckets, _ = _reference(keys, share)
    return buckets, buckets >= BUCKETS - share


def _first_keys(keys: list[str], share: int) -> Share:
    buckets, _ = _reference(keys, share)
    return buckets, np.arange(len(keys)) < len(keys) * share / BUCKETS


def _hashed(hashed: Hash) -> Compute:
    return partial(_shared, hashed=hashed)


_MISTAKES = (
    Mistake(
        "the share itself is included",
        "Your buckets are right. A key whose bucket equals the share is in the canary, "
        "so that a share of 0 % still chooses some.",
        "How many of the buckets 0 to 99 should a share of 1 % choose?",
        compute=_up_to,
    ),
    Mistake(
        "the other side",
        "Your buckets are right. You choose those that should stay.",
        "Which keys does a share of 0 % choose?",
        compute=_other_side,
    ),
    Mistake(
        "the upper buckets",
        "Your buckets are right. You choose from bucket 99 downwards.",
        "Read again which buckets belong to the canary.",
        compute=_from_above,
    ),
    Mistake(
        "the first keys",
        "Your buckets are right. You choose the first keys of the list. A client's "
        "side then depends on who else asks.",
        "Decide for each key by its bucket alone.",
        compute=_first_keys,
    ),
    Mistake(
        "another encoding",
        "The buckets of keys with letters such as é are others: their bytes are not "
        "those of UTF-8.",
        "How does the exercise turn a key into bytes?",
        compute=_hashed(lambda key: zlib.crc32(key.encode("latin-1"))),
    ),
    Mistake(
        "letters are left out",
        "The buckets of keys with letters such as é are others: you leave these "
        "letters out.",
        "How does the exercise turn a key into bytes?",
        compute=_hashed(lambda key: zlib.crc32(key.encode("ascii", "ignore"))),
    ),
    Mistake(
        "another checksum",
        "Your buckets come from adler32. It spreads short keys badly.",
        "Which function of zlib does the exercise name?",
        compute=_hashed(lambda key: zlib.adler32(key.encode("utf-8"))),
    ),
    Mistake(
        "a remainder of 101",
        "Your buckets are the remainder of a division by 101, so that there are 101 of "
        "them.",
        "How many buckets are 0 to 99?",
        compute=partial(_shared, count=BUCKETS + 1),
    ),
)

CANARY = Exercise(
    id="serving.canary",
    title="A canary that keeps its clients",
    points=1,
    neutral=True,
    cases=tuple(
        separated(partial(_draw, place=place), _reference, _MISTAKES)
        for place in (1, 4, 6)
    ),
    reference=_reference,
    returns=("buckets", "chosen"),
    mistakes=_MISTAKES,
    truth_values=True,
    hints=(
        "Give each key a bucket that depends on nothing but the key. The share then "
        "says up to which bucket the canary goes.",
        "import zlib; zlib.crc32(bytes), text.encode('utf-8'), % for the remainder.",
        "for each key:\n"
        "    bytes of the key -> whole number -> remainder: its bucket\n"
        "    chosen if the bucket is below the share",
    ),
)
