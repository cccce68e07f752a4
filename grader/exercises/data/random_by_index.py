"""Random numbers that depend on seed, epoch and index, and on nothing else."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Coins = tuple[np.ndarray, np.ndarray]
BITS = 0xFFFFFFFF


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(5, 9))
    return {
        "indices": rng.choice(1000, size=n, replace=False),
        "epoch": int(rng.integers(1, 50)),
        "seed": int(rng.integers(50, 2**31)),
        "rate": round(float(rng.uniform(0.3, 0.7)), 2),
    }


def _mix(h: int) -> int:
    """The integer hash lowbias32 of h, from 0 to 2**32 - 1.

    From C. Wellons, https://nullprogram.com/blog/2018/07/31/.
    """
    h ^= h >> 16
    h = h * 0x7FEB352D & BITS
    h ^= h >> 15
    h = h * 0x846CA68B & BITS
    return h ^ h >> 16


def _mix_uncut(h: int) -> int:
    h ^= h >> 16
    h *= 0x7FEB352D
    h ^= h >> 15
    h *= 0x846CA68B
    return (h ^ h >> 16) & BITS


def _coins(hashes: list[int], rate: float) -> Coins:
    u = np.array(hashes) / 2**32
    return u, (u < rate).astype(np.int64)


def _reference(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    """(u, coin): u = mix(mix(mix(seed) ^ epoch) ^ index) / 2**32, coin = u < rate.

    Both have shape (n,); indices (n,) is int64.
    """
    start = _mix(_mix(seed) ^ epoch)
    return _coins([_mix(start ^ int(index)) for index in indices], rate)


def _uncut(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    start = _mix_uncut(_mix_uncut(seed) ^ epoch)
    return _coins([_mix_uncut(start ^ int(index)) for index in indices], rate)


def _added(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    start = _mix(_mix(seed) + epoch & BITS)
    return _coins([_mix(start + int(index) & BITS) for index in indices], rate)


def _epoch_left_out(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    return _coins([_mix(_mix(seed) ^ int(index)) for index in indices], rate)


def _backwards(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    hashes = [_mix(_mix(_mix(int(index)) ^ epoch) ^ seed) for index in indices]
    return _coins(hashes, rate)


def _mixed_once(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    return _coins([_mix(seed ^ epoch ^ int(index)) for index in indices], rate)


def _mixed_twice(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    start = _mix(seed ^ epoch)
    return _coins([_mix(start ^ int(index)) for index in indices], rate)


def _by_place(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    return _reference(np.arange(len(indices)), epoch, seed, rate)


def _other_side(indices: np.ndarray, epoch: int, seed: int, rate: float) -> Coins:
    u, coin = _reference(indices, epoch, seed, rate)
    return u, 1 - coin


_MISTAKES = (
    Mistake(
        "the products are not cut to 32 bits",
        "Your numbers keep the bits above bit 31 after a product. The next shift to "
        "the right brings these bits back in.",
        "Print h after each line, for seed alone. Which of your lines lets it grow "
        "beyond 4294967295?",
        compute=_uncut,
    ),
    Mistake(
        "a sum instead of ^",
        "You add epoch and index where the formula takes the exclusive or.",
        "In Python 5 ^ 1 is 4, and 5 + 1 is 6. Which one do you compute?",
        compute=_added,
    ),
    Mistake(
        "every epoch has the same numbers",
        "Your numbers don't depend on epoch. Every image would be augmented in the "
        "same way in each epoch.",
        "Is epoch used in your function?",
        compute=_epoch_left_out,
    ),
    Mistake(
        "the place in the batch instead of the index",
        "You hash 0, 1, 2, ... instead of the indices. Then an example's number "
        "depends on where it stands.",
        "What do you loop over?",
        compute=_by_place,
    ),
    Mistake(
        "mixed from the index to the seed",
        "You begin with the index and end with the seed.",
        "Which of the three does the innermost mix of the formula take?",
        compute=_backwards,
    ),
    Mistake(
        "mixed only once",
        "You combine seed, epoch and index first, and mix the result once. Then many "
        "pairs of an epoch and an index share a number, such as 2 and 3 with 3 and 2.",
        "How many times does the formula call mix?",
        compute=_mixed_once,
    ),
    Mistake(
        "seed and epoch share a mix",
        "You join seed and epoch first, and mix the two together. Then the seeds 2 and "
        "3 share the numbers of the epochs 3 and 2.",
        "Which brackets of the formula hold the seed alone?",
        compute=_mixed_twice,
    ),
    Mistake(
        "the coin is turned over",
        "u is right. Your coin is 1 where u is not below rate.",
        "With the rate 0.9, how often should the coin be 1?",
        compute=_other_side,
    ),
)

RANDOM_BY_INDEX = Exercise(
    id="data.random_by_index",
    title="A random number for an index",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("u", "coin"),
    mistakes=_MISTAKES,
    hints=(
        "Write mix first, for one whole number, and compare it with the value that the "
        "exercise gives. The rest is the formula with a loop over the indices.",
        "Python: >> shifts to the right, ^ is the exclusive or, and % 2**32 keeps 32 "
        "bits. int(index) makes a Python number of NumPy's, which has no more than 64 "
        "bits.",
        "mix(h): the five lines in their order, each product cut to 32 bits\n"
        "start = the seed mixed, joined with the epoch, mixed again\n"
        "for each index: start joined with it, and mixed\n"
        "u = each of these, divided by 2**32\n"
        "coin = 1 where u is smaller than rate",
    ),
    truth_values=True,
    neutral=True,
)
