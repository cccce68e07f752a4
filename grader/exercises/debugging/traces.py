"""How many traces a list of calls makes, by the rules of three kinds of functions."""

from collections.abc import Callable, Hashable
from itertools import pairwise
from typing import Any

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Call = list[Any]  # dtype, rows, factor: a list, as a check hands over
Counts = tuple[np.ndarray, np.ndarray, np.ndarray]
Key = tuple[Hashable, ...]

OPEN = None


def _draw(rng: np.random.Generator) -> Case:
    count = int(rng.integers(11, 14))
    sizes = rng.choice([2, 4, 5, 6, 7], size=3, replace=False)
    factors = rng.choice([1.5, 2.5, 3.5, 4.5], size=2, replace=False)
    calls = [
        [
            "float64" if rng.random() < 0.3 else "float32",
            int(rng.choice(sizes)),
            float(rng.choice(factors)),
        ]
        for _ in range(count)
    ]
    return {"calls": calls}


def _reference(calls: list[Call]) -> Counts:
    """(usual, relaxed, pytorch): traces so far after each call, shape (calls,).

    Of tf.function, of tf.function with reduce_retracing, and of torch.compile:
    TensorFlow's guide to tf.function, "Controlling retracing", and PyTorch's page on
    dynamic shapes.
    """
    return _usual(calls), _relaxed(calls), _pytorch(calls)


def _usual(calls: list[Call]) -> np.ndarray:
    return _distinct([tuple(call) for call in calls])


def _distinct(keys: list[Key]) -> np.ndarray:
    return np.array([len(set(keys[: call + 1])) for call in range(len(keys))])


def _relaxed(calls: list[Call]) -> np.ndarray:
    """The second size with the same dtype and factor makes an open trace."""
    return _relaxed_by([(dtype, factor) for dtype, _, factor in calls], calls)


def _relaxed_by(keys: list[Key], calls: list[Call]) -> np.ndarray:
    seen: dict[Key, list[int]] = {}
    made = []
    for key, (_, rows, _) in zip(keys, calls, strict=True):
        sizes = seen.setdefault(key, [])
        new = len(sizes) < 2 and rows not in sizes
        sizes += [rows] * new
        made.append(new)
    return np.cumsum(made)


def _pytorch(calls: list[Call]) -> np.ndarray:
    return _opening(calls)


def _opening(
    calls: list[Call],
    memory: Callable[[str], Hashable] = lambda dtype: 0,
    together: bool = False,
) -> np.ndarray:
    """Traces of which a new one leaves open what differs from an earlier one.

    Args:
        memory: for a dtype, which memory of sizes and factors it has.
        together: whether size and factor are always left open together.
    """
    states: dict[Hashable, Key] = {}
    traces: list[tuple[str, Key]] = []
    made = []
    for dtype, *values in calls:
        fits = any(
            dtype == kind
            and all(f in (OPEN, v) for v, f in zip(values, fixed, strict=True))
            for kind, fixed in traces
        )
        if not fits:
            state = states.get(memory(dtype), tuple(values))
            fixed = tuple(
                v if v == f else OPEN for v, f in zip(values, state, strict=True)
            )
            if together and OPEN in fixed:
                fixed = (OPEN, OPEN)
            states[memory(dtype)] = fixed
            traces.append((dtype, fixed))
        made.append(not fits)
    return np.cumsum(made)


def _but(
    usual: Callable[[list[Call]], np.ndarray] = _usual,
    relaxed: Callable[[list[Call]], np.ndarray] = _relaxed,
    pytorch: Callable[[list[Call]], np.ndarray] = _pytorch,
) -> Compute:
    return lambda calls: (usual(calls), relaxed(calls), pytorch(calls))


def _without_dtype(calls: list[Call]) -> Counts:
    return _reference([["", rows, factor] for _, rows, factor in calls])


def _newest(calls: list[Call]) -> np.ndarray:
    """As if only the newest trace were kept."""
    changes = [one != other for one, other in pairwise(calls)]
    return np.cumsum([1, *changes])


_MISTAKES = (
    Mistake(
        "every call is traced",
        "All three counts grow by 1 with each call. A call that a kept trace serves "
        "makes no new one.",
        "Call a function twice with the same arguments. How many traces are there?",
        compute=lambda calls: (np.arange(1, len(calls) + 1),) * 3,
    ),
    Mistake(
        "the dtype is left out",
        "You count as if all tensors had one dtype. No trace serves two dtypes.",
        "Which parts of a call must be equal for a trace to serve it?",
        compute=_without_dtype,
    ),
    Mistake(
        "the factor's value is left out",
        "Your first count ignores the factor. For tf.function, a Python number is "
        "part of the key with its value.",
        "What does the graph hold in place of a Python number?",
        compute=_but(usual=lambda calls: _distinct([(d, n) for d, n, _ in calls])),
    ),
    Mistake(
        "the size is left out",
        "Your first count ignores the number of rows. The shape of a tensor is part of "
        "the key.",
        "Does a trace for 4 rows serve 5 rows?",
        compute=_but(usual=lambda calls: _distinct([(d, k) for d, _, k in calls])),
    ),
    Mistake(
        "only the newest trace is remembered",
        "Your first count grows wherever a call differs from the call before. All "
        "earlier traces are kept as well.",
        "Three calls have the sizes 2, 4, 2, and are alike otherwise. How many traces?",
        compute=_but(usual=_newest),
    ),
    Mistake(
        "reduce_retracing opens the factor",
        "Your second count treats the factor as the third one does. With "
        "reduce_retracing, TensorFlow still makes a trace for each Python number.",
        "Which part of a call can be left open in TensorFlow: a size, or a number?",
        compute=_but(
            relaxed=lambda calls: _relaxed_by([(dtype,) for dtype, *_ in calls], calls)
        ),
    ),
    Mistake(
        "the size is open from the first trace",
        "Your second count is that of an input signature. With reduce_retracing, the "
        "first trace with a dtype and a factor is for one size.",
        "When can TensorFlow know that the size will change?",
        compute=_but(relaxed=lambda calls: _distinct([(d, k) for d, _, k in calls])),
    ),
    Mistake(
        "reduce_retracing changes nothing",
        "Your second count is that of the usual function.",
        "Which calls does the open trace serve, once it is there?",
        compute=_but(relaxed=_usual),
    ),
    Mistake(
        "PyTorch opens nothing",
        "Your third count is that of TensorFlow's usual function. PyTorch leaves open "
        "what has changed once.",
        "The sizes 2, 4, 5, 6 make two traces in PyTorch. What does the second look "
        "like?",
        compute=_but(pytorch=_usual),
    ),
    Mistake(
        "each dtype has a memory of its own",
        "Your third count lets every dtype begin with fixed sizes and factors. What "
        "PyTorch has seen to change stays open in the traces of other dtypes too.",
        "Read once more of what the new trace leaves open.",
        compute=_but(pytorch=lambda calls: _opening(calls, memory=lambda dtype: dtype)),
    ),
    Mistake(
        "size and factor are opened together",
        "In your third count the second trace leaves both open. Only that of the two "
        "is left open which has changed.",
        "Two calls differ in their size alone. Does the second trace serve another "
        "factor?",
        compute=_but(pytorch=lambda calls: _opening(calls, together=True)),
    ),
    Mistake(
        "new traces, not all so far",
        "Your numbers say which calls are traced: 1 for each that is, 0 for others. "
        "Asked for is how many traces there are by then.",
        "Can a count of traces become smaller?",
        compute=lambda calls: tuple(
            np.diff(count, prepend=0) for count in _reference(calls)
        ),
    ),
    Mistake(
        "the second and third count are exchanged",
        "All counts are right, and the last two are in the wrong order.",
        "Read again which list comes second.",
        compute=lambda calls: (_usual(calls), _pytorch(calls), _relaxed(calls)),
    ),
)

TRACES = Exercise(
    id="debugging.traces",
    title="Traces by the rules",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("usual", "relaxed", "pytorch"),
    mistakes=_MISTAKES,
    hints=(
        "Two of the three counts are about sets. For which things do you have to "
        "count how many different ones there were? The third needs a list of traces "
        "and a memory of what is open.",
        "A set of tuples, and its len; a dict from (dtype, factor) to the set of sizes "
        "that were traced; None can stand for what is open; any(...) and all(...)",
        "usual: how many different calls so far\n"
        "relaxed: for each dtype with its factor, 1 trace for the first size and\n"
        "    1 more for the second; the others are served\n"
        "pytorch: for each call that no trace serves:\n"
        "    open what differs from the newest trace, or is open in it already\n"
        "    put dtype and the rest into the list of traces",
    ),
    per_step=True,
)
