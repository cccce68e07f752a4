"""How many traces a sequence of calls makes: Python numbers against tensors."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Counts = tuple[np.ndarray, np.ndarray]


MOST = 6  # traces take time; PyTorch gives a function up after 8


def _draw(rng: np.random.Generator, shapes: int) -> Case:
    """Calls with ``shapes`` sizes; pairs of size and factor come back."""
    sizes = rng.choice([2, 3, 4, 5, 6, 8], size=shapes, replace=False)
    count = int(rng.integers(shapes + 1, MOST + 1))
    kinds = rng.integers(-(-(count + 1) // shapes), min(count, 5) + 1)
    factors = rng.choice([2, 3, 5, 7, 9], size=kinds, replace=False)
    while True:
        pairs = rng.permutation([(n, k) for n in sizes for k in factors])[:count]
        n, k = (set(part.tolist()) for part in pairs.T)
        if len(n) == shapes and len(k) == len(factors):
            break
    # The number of calls tells nothing: how many come back differs by the case.
    again = rng.choice(count, size=2 * shapes - rng.integers(2, 4) + 1)
    calls = pairs[rng.permutation([*range(count), *again])].tolist()
    return {"sizes": [n for n, _ in calls], "factors": [k for _, k in calls]}


def _distinct(*kinds: list[int]) -> np.ndarray:
    """After each call, how many different keys there have been, shape (calls,)."""
    keys = list(zip(*kinds, strict=True))
    return np.array([len(set(keys[: call + 1])) for call in range(len(keys))])


def _reference(sizes: list[int], factors: list[int]) -> Counts:
    """(python, tensor) after each call: distinct (size, factor) pairs, and sizes."""
    return _distinct(sizes, factors), _distinct(sizes)


def _every_call(sizes: list[int], factors: list[int]) -> Counts:
    calls = np.arange(1, len(sizes) + 1)
    return calls, calls


def _last_only(sizes: list[int], factors: list[int]) -> Counts:
    """As if only the newest trace were kept."""
    n, k = np.diff(sizes) != 0, np.diff(factors) != 0
    return np.cumsum([1, *(n | k)]), np.cumsum([1, *n])


def _first(first: Callable[..., np.ndarray]) -> Callable[..., Counts]:
    """A mistake in the first count alone."""
    return lambda sizes, factors: (first(sizes, factors), _distinct(sizes))


_MISTAKES = (
    Mistake(
        "every call is traced",
        "Both counts grow by 1 in each call. A call whose key was seen before runs the "
        "trace that is there.",
        "Is a new traced function made for each call? Then it can remember none.",
        compute=_every_call,
    ),
    Mistake(
        "a Python number's value left out",
        "Both counts are those of the sizes. A Python number is part of the key with "
        "its value.",
        "What does the graph hold in place of k when k is a Python int?",
        compute=lambda sizes, factors: (_distinct(sizes), _distinct(sizes)),
    ),
    Mistake(
        "a tensor's value counted",
        "Both counts are those of the pairs. A tensor is known by its shape and dtype "
        "alone.",
        "All the factors as tensors have one shape and one dtype.",
        compute=lambda sizes, factors: (_distinct(sizes, factors),) * 2,
    ),
    Mistake(
        "a tensor's shape left out",
        "Your second count is that of the factors. All of them, as tensors, have one "
        "shape and one dtype; the x that they are called with have not.",
        "Which argument's part of the key changes from call to call in case 2?",
        compute=lambda sizes, factors: (_distinct(sizes, factors), _distinct(factors)),
    ),
    Mistake(
        "sizes and factors counted apart",
        "Your first count is the number of sizes so far plus the number of factors. A "
        "key holds one of each.",
        "How many traces do the calls (2, 3), (4, 5) make, and what do you count?",
        compute=_first(lambda n, k: _distinct(n) + _distinct(k)),
    ),
    Mistake(
        "combinations that no call has",
        "Your first count is the number of sizes so far times the number of factors. "
        "Only pairs that are called are traced.",
        "Is there a call for each size with each factor?",
        compute=_first(lambda n, k: _distinct(n) * _distinct(k)),
    ),
    Mistake(
        "only the newest trace is remembered",
        "Your counts grow wherever the key differs from the call before. Earlier "
        "traces are kept, and found again.",
        "The sizes 2, 3, 2 make two traces, not three.",
        compute=_last_only,
    ),
    Mistake(
        "new traces, not all so far",
        "Your numbers say which calls are traced: 1 for each that is, 0 for others. "
        "Asked for is how many traces there are by then.",
        "Can a count of traces become smaller?",
        compute=lambda sizes, factors: tuple(
            np.diff(count, prepend=0) for count in _reference(sizes, factors)
        ),
    ),
    Mistake(
        "the end alone",
        "Your two numbers are right for the time after the last call. Asked for are "
        "those after each call.",
        "When does your code look at the count?",
        compute=lambda sizes, factors: tuple(
            count[-1] for count in _reference(sizes, factors)
        ),
    ),
    Mistake(
        "the two counts exchanged",
        "Both counts are right, in the wrong order.",
        "The counts for Python numbers come first.",
        compute=lambda **inputs: _reference(**inputs)[::-1],
    ),
)

COUNT_TRACES = Exercise(
    id="graphs.count_traces",
    title="Count the traces",
    points=2,
    cases=tuple(
        separated(partial(_draw, shapes=shapes), _reference, _MISTAKES)
        for shapes in (2, 3, 4)
    ),
    reference=_reference,
    returns=("python", "tensor"),
    mistakes=_MISTAKES,
    hints=(
        "Measure, or think: two calls share a trace if their keys are equal. Which "
        "part of each argument is in the key?",
        "Measuring: traced_torch(scale) or traced_tf(scale) gives the pair g, count; "
        "call g for each pair, and count() after each. "
        "torch.ones(n) or tf.ones(n); torch.tensor(float(k)) or tf.constant(float(k))"
        "\nThinking: a set of the keys so far, and its len",
        "a traced scale; for each pair with k as it is: call it, note its count\n"
        "a second traced scale; the same, with k as a tensor\n"
        "return the two lists of counts",
    ),
    per_step=True,
)
