"""How many traces a sequence of calls makes: Python numbers against tensors."""

from functools import partial

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated

Counts = tuple[int, int]


MOST = 8  # with more graphs PyTorch gives a function up


def _draw(rng: np.random.Generator, shapes: int) -> dict[str, object]:
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


def _reference(sizes: list[int], factors: list[int]) -> Counts:
    """(python, tensor): distinct (size, factor) pairs, and distinct sizes."""
    return len(set(zip(sizes, factors, strict=True))), len(set(sizes))


def _every_call(sizes: list[int], factors: list[int]) -> Counts:
    return len(sizes), len(sizes)


def _shapes_only(sizes: list[int], factors: list[int]) -> Counts:
    return len(set(sizes)), len(set(sizes))


def _values_of_tensors(sizes: list[int], factors: list[int]) -> Counts:
    pairs, _ = _reference(sizes, factors)
    return pairs, pairs


def _combinations(sizes: list[int], factors: list[int]) -> Counts:
    return len(set(sizes)) * len(set(factors)), len(set(sizes))


def _last_only(sizes: list[int], factors: list[int]) -> Counts:
    """As if only the newest trace were kept."""
    pairs = list(zip(sizes, factors, strict=True))
    return _runs(pairs), _runs(sizes)


def _runs(items: list) -> int:
    return 1 + sum(a != b for a, b in zip(items, items[1:], strict=False))


_MISTAKES = (
    Mistake(
        "every call is traced",
        "Both counts are the number of calls. A call whose key was seen before runs "
        "the trace that is there.",
        "Is a new traced function made for each call? Then it can remember none.",
        compute=_every_call,
    ),
    Mistake(
        "a Python number's value left out",
        "Both counts are the number of sizes. A Python number is part of the key with "
        "its value.",
        "What does the graph hold in place of k when k is a Python int?",
        compute=_shapes_only,
    ),
    Mistake(
        "a tensor's value counted",
        "Both counts are the number of pairs. A tensor is known by its shape and dtype "
        "alone.",
        "All the factors as tensors have one shape and one dtype.",
        compute=_values_of_tensors,
    ),
    Mistake(
        "a tensor's shape left out",
        "Your second count is the number of factors. All of them, as tensors, have one "
        "shape and one dtype; the x that they are called with have not.",
        "Which argument's part of the key changes from call to call in case 2?",
        compute=lambda sizes, factors: (
            _reference(sizes, factors)[0],
            len(set(factors)),
        ),
    ),
    Mistake(
        "sizes and factors counted apart",
        "Your first count is the number of sizes plus the number of factors. A key "
        "holds one of each.",
        "How many traces do the calls (2, 3), (4, 5) make, and what do you count?",
        compute=lambda sizes, factors: (
            len(set(sizes)) + len(set(factors)),
            len(set(sizes)),
        ),
    ),
    Mistake(
        "combinations that no call has",
        "Your first count is the number of sizes times the number of factors. Only "
        "pairs that are called are traced.",
        "Is there a call for each size with each factor?",
        compute=_combinations,
    ),
    Mistake(
        "only the newest trace is remembered",
        "You count a trace wherever the key differs from the call before. Earlier "
        "traces are kept, and found again.",
        "The sizes 2, 3, 2 make two traces, not three.",
        compute=_last_only,
    ),
    Mistake(
        "the two counts exchanged",
        "Both counts are right, in the wrong order.",
        "The count for Python numbers comes first.",
        compute=lambda **inputs: _reference(**inputs)[::-1],
    ),
)

COUNT_TRACES = Exercise(
    id="graphs.count_traces",
    title="Count the traces",
    points=2,
    # No answer is the same in two cases: none is right that looks at no input.
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
        "call g for each pair, then count(). "
        "torch.ones(n) or tf.ones(n); torch.tensor(float(k)) or tf.constant(float(k))"
        "\nThinking: len(set(...)), zip",
        "a traced scale; call it for each pair with k as it is; its count\n"
        "a second traced scale; call it for each pair with k as a tensor; its count\n"
        "return the two counts",
    ),
)
