"""One trace for batches of every size and factors of every value."""

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Outcome = tuple[np.ndarray, int]
COLUMNS = 3
# No 1: PyTorch takes sizes 0 and 1 for constants even when it is told not to. No 3: it
# would take two equal sizes in the first call for one and the same.
SIZES = (2, 4, 5, 6, 7)


def _draw(rng: np.random.Generator) -> Case:
    calls = int(rng.integers(5, 7))
    sizes = rng.choice(SIZES, size=calls)
    kinds = rng.choice([0.25, 0.5, 0.75, 1.25, 1.5, 1.75], size=4, replace=False)
    factors = [float(k) for k in rng.choice(kinds, size=calls)]
    while sizes[1] == sizes[0] or factors[1] == factors[0]:
        sizes[1], factors[1] = rng.choice(SIZES), float(rng.choice(kinds))
    sizes[-1], factors[-1] = sizes[0], factors[0]  # a pair that was there before
    xs = [rng.normal(size=(n, COLUMNS)).astype(np.float32) for n in sizes]
    return {"xs": xs, "factors": factors}


def _reference(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    """(energies, traces): sum((k x)^2) of each call, and 1."""
    energies = [np.sum((k * x) ** 2) for x, k in zip(xs, factors, strict=True)]
    return np.array(energies), 1


def _pairs(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    pairs = {(len(x), k) for x, k in zip(xs, factors, strict=True)}
    return _reference(xs, factors)[0], len(pairs)


def _sizes(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    return _reference(xs, factors)[0], len({len(x) for x in xs})


def _factors(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    return _reference(xs, factors)[0], len(set(factors))


def _after_one(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    return _reference(xs, factors)[0], 2


def _baked(xs: list[np.ndarray], factors: list[float]) -> Outcome:
    return _reference(xs, [factors[0]] * len(xs))


_MISTAKES = (
    Mistake(
        "a trace for each pair of size and factor",
        "Your values are right. Each new size and each new factor was traced anew.",
        "Two things have to be left open when the function is traced: how many rows "
        "there are, and what the factor is.",
        compute=_pairs,
    ),
    Mistake(
        "every call is traced",
        "Your values are right, and there are as many traces as calls: even a size and "
        "a factor that were there before are traced anew.",
        "How often does your code call the tool that traces? Once is enough for all "
        "calls.",
        compute=lambda xs, factors: (_reference(xs, factors)[0], len(xs)),
    ),
    Mistake(
        "a trace for each number of rows",
        "Your values are right, and the factor is no longer part of the key. The "
        "number of rows still is.",
        "How is a size told to be left open?",
        compute=_sizes,
    ),
    Mistake(
        "a trace for each factor",
        "Your values are right, and the number of rows is left open. Each factor is "
        "still traced by itself.",
        "What can change its value without being traced again?",
        compute=_factors,
    ),
    Mistake(
        "a first trace for one size, a second for all",
        "Your values are right. The framework found out by itself, at the second "
        "trace, what has to be left open.",
        "Say so before the first call.",
        compute=_after_one,
    ),
    Mistake(
        "the first factor is baked in",
        "There is one trace, and it holds the first call's factor as a constant: all "
        "other calls used it too.",
        "The graph sees what comes in by its arguments. How does k come in?",
        compute=_baked,
    ),
)

TRACE_ONCE = Exercise(
    id="graphs.trace_once",
    title="Trace once",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("energies", "traces"),
    mistakes=_MISTAKES,
    hints=(
        "Whatever is part of the key makes a new trace when it changes. Take the "
        "number of rows out of the key, and the factor's value.",
        "torch: traced_torch(f, dynamic=True) leaves sizes and Python numbers open\n"
        "TensorFlow: traced_tf(f, input_signature=[...]) with a tf.TensorSpec for each "
        "argument; None in a shape is an open size, [] the shape of one number",
        "g, count = energy traced once, with its sizes left open\n"
        "for each x with its factor: call g, keep the value\n"
        "return the values, and what count() says in the end",
    ),
)
