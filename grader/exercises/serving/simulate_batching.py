"""Dynamic batching of given arrivals, by one worker."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from grader.judging import Case, Exercise, Mistake
from grader.judging.separated import separated

Times = tuple[np.ndarray, np.ndarray]
Start = Callable[[float, np.ndarray, int, float], float]
Members = Callable[[float, np.ndarray, float], int]


def _draw(rng: np.random.Generator) -> Case:
    """Whole milliseconds, so that no rounding decides who is in a batch."""
    most = int(rng.integers(3, 5))
    wait = int(rng.integers(5, 10))
    fixed = wait + int(rng.integers(2, 6))  # the wait runs out while the worker is busy
    per_row = float(rng.choice([0.5, 1.0, 1.5]))
    idle = fixed + wait + 10
    gaps = [
        int(rng.integers(1, 20)),
        idle,  # the first request stays alone
        *rng.integers(0, 2, size=most + 1),  # a batch that is full at once, and 2 more
        3 * idle,
        wait,  # arrives at the moment at which the wait is over
        idle,
        *rng.integers(0, wait, size=int(rng.integers(7, 10))),
    ]
    return {
        "arrivals": np.cumsum(gaps).astype(np.float32),
        "most": most,
        "wait": float(wait),
        "fixed": float(fixed),
        "per_row": per_row,
    }


def _start(free: float, queue: np.ndarray, most: int, wait: float) -> float:
    full = queue[most - 1] if len(queue) >= most else np.inf
    return max(free, min(float(queue[0]) + wait, full))


def _members(start: float, queue: np.ndarray, wait: float) -> int:
    return int(np.searchsorted(queue, start, side="right"))


def _reference(
    arrivals: np.ndarray, most: int, wait: float, fixed: float, per_row: float
) -> Times:
    """(latencies, sizes), both (n,), in the unit of ``arrivals``, which ascend.

    TensorFlow Serving's ``max_batch_size`` and ``batch_timeout_micros``, with one
    thread and requests of one row.
    """
    return _batched(arrivals, most, wait, fixed, per_row)


def _batched(
    arrivals: np.ndarray,
    most: int,
    wait: float,
    fixed: float,
    per_row: float,
    when: Start = _start,
    who: Members = _members,
) -> Times:
    finish, sizes = np.zeros(len(arrivals)), np.zeros(len(arrivals))
    first, free = 0, -np.inf
    while first < len(arrivals):
        queue = arrivals[first:]
        start = when(free, queue, most, wait)
        size = min(most, max(who(start, queue, wait), 1))
        here = slice(first, first + size)
        free = start + fixed + per_row * size
        finish[here], sizes[here] = free, size
        first += size
    return finish - arrivals, sizes


def _again(free: float, queue: np.ndarray, most: int, wait: float) -> float:
    begin = max(free, float(queue[0]))
    full = queue[most - 1] if len(queue) >= most else np.inf
    return max(free, min(begin + wait, full))


def _full_waits(free: float, queue: np.ndarray, most: int, wait: float) -> float:
    return max(free, float(queue[0]) + wait)


def _greedy(free: float, queue: np.ndarray, most: int, wait: float) -> float:
    return max(free, float(queue[0]))


def _never_busy(free: float, queue: np.ndarray, most: int, wait: float) -> float:
    return _start(-np.inf, queue, most, wait)


def _patient(free: float, queue: np.ndarray, most: int, wait: float) -> float:
    return max(free, float(queue[:most][-1]))


def _before(start: float, queue: np.ndarray, wait: float) -> int:
    return int(np.searchsorted(queue, start, side="left"))


def _within_wait(start: float, queue: np.ndarray, wait: float) -> int:
    return int(np.searchsorted(queue, queue[0] + wait, side="right"))


def _one_row(**inputs: Any) -> Times:
    inputs["fixed"], inputs["per_row"] = inputs["fixed"] + inputs["per_row"], 0.0
    return _reference(**inputs)


def _until_start(**inputs: Any) -> Times:
    latencies, sizes = _reference(**inputs)
    return latencies - inputs["fixed"] - inputs["per_row"] * sizes, sizes


_MISTAKES = (
    Mistake(
        "the wait begins when the worker gets free",
        "A request that came while the worker was busy waits a second time: you "
        "count `wait` from the moment at which the worker gets free.",
        "From which moment does the exercise count the wait?",
        compute=partial(_batched, when=_again),
    ),
    Mistake(
        "a full batch waits",
        "A batch that is full waits until the time is over, although no one else can "
        "join it.",
        "Which of two events starts a batch, if it comes first?",
        compute=partial(_batched, when=_full_waits),
    ),
    Mistake(
        "nobody waits",
        "A batch starts as soon as the worker is free, so that a lone request never "
        "waits for company.",
        "Which of your arguments is unused?",
        compute=partial(_batched, when=_greedy),
    ),
    Mistake(
        "the worker is never busy",
        "A batch starts while the one before it is still running. There is one worker.",
        "Keep the time at which the worker finishes its batch.",
        compute=partial(_batched, when=_never_busy),
    ),
    Mistake(
        "each batch is filled up",
        "A batch waits until it is full, however long that takes.",
        "How long does a lone request wait at most?",
        compute=partial(_batched, when=_patient),
    ),
    Mistake(
        "who comes at the last moment is too late",
        "A request that arrives exactly when the batch starts has to take the next "
        "one.",
        "Compare arrival and start: is equal included?",
        compute=partial(_batched, who=_before),
    ),
    Mistake(
        "only who came within the wait",
        "While the worker is busy, more requests arrive than those within `wait` of "
        "the first. You leave them for the next batch, although they are there when "
        "this one starts.",
        "Who is waiting at the moment of the start?",
        compute=partial(_batched, who=_within_wait),
    ),
    Mistake(
        "each batch takes as long as one row",
        "The size of a batch makes no difference to its time.",
        "How often does per_row count for a batch of 3?",
        compute=_one_row,
    ),
    Mistake(
        "until the start",
        "Your batches are right. Your latencies end when a batch starts.",
        "When does the client have its answer?",
        compute=_until_start,
    ),
)

SIMULATE_BATCHING = Exercise(
    id="serving.simulate_batching",
    title="Simulate dynamic batching",
    points=3,
    neutral=True,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("latencies", "sizes"),
    mistakes=_MISTAKES,
    hints=(
        "Take one batch after the other. For each, first find when it starts, then "
        "who is in it, then when the worker is free again.",
        "max(...) and min(...) of plain numbers, float('inf') for what never happens; "
        "np.searchsorted(arrivals, time, side='right') counts the arrivals up to and "
        "including a time.",
        "first = 0, and the worker is free from minus infinity on\n"
        "while there is a request with the number first:\n"
        "    time 1: the wait of request first is over\n"
        "    time 2: request first + most - 1 arrives, if there is one\n"
        "    start = the earlier of the two, but not before the worker is free\n"
        "    members = those from first on that have arrived at start, most at most\n"
        "    note finish and size for all members; first moves on by the size\n"
        "return finish minus arrival, and the sizes",
    ),
)
