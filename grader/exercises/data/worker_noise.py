"""Which worker loads which example, and which of its random numbers that one gets."""

from collections.abc import Callable

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Loaded = tuple[np.ndarray, np.ndarray]
# From (place in the epoch, size, workers, n) to the worker that loads this place.
Assign = Callable[[np.ndarray, int, int], np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    size, workers = int(rng.integers(2, 4)), int(rng.integers(2, 4))
    batches = 2 * workers + int(rng.integers(1, workers))
    n = batches * size + int(rng.integers(1, size))  # the last batch is smaller
    return {
        "order": rng.permutation(n),
        "size": size,
        "workers": workers,
        "streams": np.round(rng.uniform(0, 1, size=(workers, n)), 2).astype(np.float32),
    }


def _round_robin(places: np.ndarray, size: int, workers: int) -> np.ndarray:
    return places // size % workers


def _one_by_one(places: np.ndarray, size: int, workers: int) -> np.ndarray:
    return places % workers


def _blocks(places: np.ndarray, size: int, workers: int) -> np.ndarray:
    batch = places // size
    parts = np.array_split(np.arange(batch[-1] + 1), workers)
    return np.repeat(np.arange(workers), [len(part) for part in parts])[batch]


def _turns(worker: np.ndarray) -> np.ndarray:
    """How many examples each place's worker has loaded before it."""
    same = worker[:, None] == worker
    return np.tril(same, -1).sum(axis=1)


def _by_example(order: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values by place in the epoch, sorted by example."""
    return values[np.argsort(order)]


def _loaded(assign: Assign) -> Compute:
    """(worker, noise) if assign says who loads which place."""

    def compute(
        order: np.ndarray, size: int, workers: int, streams: np.ndarray
    ) -> Loaded:
        worker = assign(np.arange(len(order)), size, workers)
        noise = streams[worker, _turns(worker)]
        return _by_example(order, worker), _by_example(order, noise)

    return compute


def _reference(
    order: np.ndarray, size: int, workers: int, streams: np.ndarray
) -> Loaded:
    """(worker, noise) of example 0, 1, ...: shapes (n,).

    Batches of the sampler's order go to the workers in turn, as in torch's DataLoader
    with a map-style data set. Worker w gives its k-th example streams[w, k]. order (n,)
    is int64, streams (workers, n) is float64.
    """
    return _loaded(_round_robin)(order, size, workers, streams)


def _noise_from(
    pick: Callable[[np.ndarray, np.ndarray, int, np.ndarray], np.ndarray],
) -> Compute:
    """The mistake of taking pick(worker, place, size, streams) for the noise."""

    def compute(
        order: np.ndarray, size: int, workers: int, streams: np.ndarray
    ) -> Loaded:
        place = np.arange(len(order))
        worker = _round_robin(place, size, workers)
        noise = pick(worker, place, size, streams)
        return _by_example(order, worker), _by_example(order, noise)

    return compute


def _from_one(
    order: np.ndarray, size: int, workers: int, streams: np.ndarray
) -> Loaded:
    worker, noise = _reference(order, size, workers, streams)
    return worker + 1, noise


def _by_place(
    order: np.ndarray, size: int, workers: int, streams: np.ndarray
) -> Loaded:
    return _reference(np.arange(len(order)), size, workers, streams)


def _indexed_twice(
    order: np.ndarray, size: int, workers: int, streams: np.ndarray
) -> Loaded:
    worker, noise = _by_place(order, size, workers, streams)
    return worker[order], noise[order]


_MISTAKES = (
    Mistake(
        "single examples are dealt out",
        "You give the examples to the workers one by one. A worker gets a whole batch "
        "at a time.",
        "Which worker loads the second example of the first batch?",
        compute=_loaded(_one_by_one),
    ),
    Mistake(
        "each worker gets one block of batches",
        "Your first worker loads the first batches of the epoch, one after the other. "
        "The batches go to the workers in turn.",
        "Which worker loads the second batch?",
        compute=_loaded(_blocks),
    ),
    Mistake(
        "sorted by place, not by example",
        "Your values are right, in the order in which the examples are loaded. Entry i "
        "has to belong to example i.",
        "Example order[0] is loaded first. Where in your result does its worker stand?",
        compute=_by_place,
    ),
    Mistake(
        "the order is used the other way round",
        "Your entry i belongs to the example that is loaded in place order[i].",
        "Example order[0] is loaded first. Where in your result does its worker stand?",
        compute=_indexed_twice,
    ),
    Mistake(
        "workers counted from 1",
        "noise is right. Your workers have the numbers 1, 2, ..., and should begin "
        "with 0.",
        "Which worker loads the first batch, by the exercise?",
        compute=_from_one,
    ),
    Mistake(
        "one generator for all",
        "The workers are right. Your noise is what a single process would draw: all "
        "of it comes from streams[0].",
        "Which row of streams belongs to the worker that loads an example?",
        compute=_noise_from(lambda worker, place, size, streams: streams[0, place]),
    ),
    Mistake(
        "the place in the epoch picks the number",
        "The workers are right, and each uses its own row. You count the examples of "
        "all workers together to find the number in it.",
        "How many numbers has worker 1 drawn before it loads its first example?",
        compute=_noise_from(
            lambda worker, place, size, streams: streams[worker, place]
        ),
    ),
    Mistake(
        "each batch begins the row anew",
        "The workers are right. In your noise each batch starts with the first number "
        "of its worker's row again.",
        "A generator goes on. Which number does a worker draw first in its second "
        "batch?",
        compute=_noise_from(
            lambda worker, place, size, streams: streams[worker, place % size]
        ),
    ),
)

WORKER_NOISE = Exercise(
    id="data.worker_noise",
    title="Workers and their random numbers",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("worker", "noise"),
    mistakes=_MISTAKES,
    hints=(
        "Follow the epoch from its start: cut the order into batches, give each to the "
        "next worker, and let that worker draw one number for each of its examples. "
        "Count, for each worker, what it has drawn.",
        "range(0, n, size) has the starts of the batches; % gives the turn. Write the "
        "results into arrays of zeros, at the number of the example.",
        "drawn = a zero for each worker\n"
        "for each batch, with its number:\n"
        "    w = whose turn it is\n"
        "    for each example of the batch:\n"
        "        note w and the next number of row w, at this example\n"
        "        worker w has drawn one more",
    ),
    neutral=True,
)
