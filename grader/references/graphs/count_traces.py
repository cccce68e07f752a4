"""How many traces a sequence of calls makes: Python numbers against tensors."""

import numpy as np

from grader.judging import Exercise, Mistake
from grader.judging.drawing import separated

Counts = tuple[int, int]


def _draw(rng: np.random.Generator) -> dict[str, object]:
    # Few: a trace takes time, and PyTorch gives up at 8.
    calls = int(rng.integers(4, 6))
    sizes = rng.choice([2, 3, 4, 5], size=2, replace=False)
    factors = rng.choice([2, 3, 5, 7], size=2, replace=False)
    return {
        "sizes": [int(n) for n in rng.choice(sizes, size=calls)],
        "factors": [int(k) for k in rng.choice(factors, size=calls)],
    }


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
        "You count a trace for each call. A call whose key was seen before runs the "
        "trace that is there.",
        "Is a new traced function made for each call? Then it can remember none.",
        compute=_every_call,
    ),
    Mistake(
        "a Python number's value left out",
        "You count by shape alone in both ways. A Python number is part of the key "
        "with its value.",
        "What does the graph hold in place of k when k is a Python int?",
        compute=_shapes_only,
    ),
    Mistake(
        "a tensor's value counted",
        "You count tensors by their values. A tensor is known by its shape and dtype "
        "alone.",
        "All the factors as tensors have one shape and one dtype.",
        compute=_values_of_tensors,
    ),
    Mistake(
        "combinations that no call has",
        "You multiply the number of sizes by the number of factors. Only pairs that "
        "are called are traced.",
        "Put the pairs of the calls in a set.",
        compute=_combinations,
    ),
    Mistake(
        "only the newest trace is remembered",
        "You count a trace at each change. Earlier traces are kept, and found again.",
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
    cases=separated(_draw, _reference, _MISTAKES),
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
