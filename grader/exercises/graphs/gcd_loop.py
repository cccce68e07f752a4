"""A loop whose number of rounds depends on the data: Euclid's algorithm."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, np.ndarray]
BELOW, ROUNDS = 350, 12


def _euclid(a: int, b: int) -> tuple[int, int]:
    steps = 0
    while b:
        a, b, steps = b, a % b, steps + 1
    return a, steps


# No pair below 350 takes more rounds than these.
SLOWEST = [
    (a, b)
    for a in range(1, BELOW)
    for b in range(a, BELOW)
    if _euclid(a, b)[1] == ROUNDS
]


def _draw(rng: np.random.Generator) -> Case:
    n = int(rng.integers(4, 7))
    common = rng.integers(2, 6, size=n)
    a, b = (common * rng.integers(1, 60, size=n) for _ in range(2))
    done, slow, even = rng.choice(n, size=3, replace=False)
    b[done] = 0  # done before it begins
    a[slow], b[slow] = SLOWEST[rng.integers(len(SLOWEST))]
    a[even] = b[even] * int(rng.integers(1, 1 + (BELOW - 1) // b[even]))  # one round
    return {"a": a.astype(np.int64), "b": b.astype(np.int64)}


def _reference(a: np.ndarray, b: np.ndarray) -> Outcome:
    """(gcd, steps) of each pair, both of shape (n,)."""
    pairs = [_euclid(int(x), int(y)) for x, y in zip(a, b, strict=True)]
    gcd, steps = zip(*pairs, strict=True)
    return np.array(gcd), np.array(steps)


def _rounds(a: np.ndarray, b: np.ndarray, rounds: int) -> Outcome:
    steps = np.zeros_like(a)
    for _ in range(rounds):
        on = b > 0
        rest = a % np.where(on, b, 1)
        a, b, steps = np.where(on, b, a), np.where(on, rest, b), steps + on
    return a, steps


def _common_count(a: np.ndarray, b: np.ndarray) -> Outcome:
    gcd, steps = _reference(a, b)
    return gcd, np.full_like(steps, steps.max())


def _last_look(a: np.ndarray, b: np.ndarray) -> Outcome:
    gcd, steps = _reference(a, b)
    return gcd, steps + 1


def _never(a: np.ndarray, b: np.ndarray) -> Outcome:
    """As if the loop went on only as long as all pairs have work to do."""
    return a, np.zeros_like(a)


def _not_held(a: np.ndarray, b: np.ndarray) -> Outcome:
    """A pair that is done goes on: b, which is 0, takes the place of a."""
    gcd, steps = _reference(a, b)
    return np.where(steps == steps.max(), gcd, 0), steps


def _other(a: np.ndarray, b: np.ndarray) -> Outcome:
    """b at the end of the loop."""
    gcd, steps = _reference(a, b)
    return np.zeros_like(gcd), steps


def _too_short(a: np.ndarray, b: np.ndarray) -> Outcome:
    return _rounds(a, b, int(_reference(a, b)[1].max()) - 1)


_MISTAKES = (
    Mistake(
        "finished pairs go on counting",
        "All pairs have the same number of steps: that of the slowest.",
        "steps should grow only where b is still above 0.",
        compute=_common_count,
    ),
    Mistake(
        "nothing is done",
        "You return a as it came, with 0 steps. A loop that goes on only as long as "
        "all pairs have work to do ends like this: one of them has none from the "
        "start.",
        "As long as any pair has work to do, the loop has to go on. Print how often "
        "yours runs.",
        compute=_never,
    ),
    Mistake(
        "finished pairs are not held",
        "The steps are right, and so is the divisor of the slowest pair. The divisor "
        "of each pair that was done earlier has been lost: it is 0.",
        "What becomes of the pair (7, 0) in one more round of your loop?",
        compute=_not_held,
    ),
    Mistake(
        "one step too many",
        "Each pair has one step too many: even where b is 0 from the start.",
        "Is the test before the first division, or after it?",
        compute=_last_look,
    ),
    Mistake(
        "every divisor is 0",
        "The steps are right, and all your divisors are 0: that is what b is when the "
        "loop ends.",
        "Follow a = 6, b = 3 by hand: which of the two is 3 in the end? Is it the one "
        "that you return?",
        compute=_other,
    ),
    Mistake(
        "one round too few",
        "The pair that takes longest is stopped one division before its end.",
        "How many rounds does your loop run, and how does it know?",
        compute=_too_short,
    ),
)

GCD_LOOP = Exercise(
    id="graphs.gcd_loop",
    title="A loop that depends on data",
    points=3,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("gcd", "steps"),
    mistakes=_MISTAKES,
    hints=(
        "All pairs go through each round together; those that are done have to stay "
        "as they are. A mask says which ones still work, and even for the others the "
        "division is carried out, so it needs a divisor that is not 0.",
        "torch: a Python for over range(12) is unrolled into the graph; torch.where\n"
        "TensorFlow: tf.while_loop(condition, body, (a, b, steps)), where both "
        "functions take the three tensors; tf.where, tf.reduce_any, tf.cast",
        "one round, for a, b and steps:\n"
        "    on = the pairs whose b is above 0\n"
        "    rest = a modulo b, with 1 in place of b where a pair is done\n"
        "    a, b, steps = the new ones where on, the old ones elsewhere\n"
        "round after round, until no pair is on\n"
        "all of this in a function that is traced",
    ),
)
