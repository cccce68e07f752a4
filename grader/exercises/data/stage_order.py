"""Noise, a cache and a shuffle, in three orders."""

import numpy as np

from grader.judging import Case, Compute, Exercise, Mistake
from grader.judging.separated import separated

Served = tuple[np.ndarray, np.ndarray, np.ndarray]


def _draw(rng: np.random.Generator) -> Case:
    n, epochs = int(rng.integers(4, 7)), int(rng.integers(2, 4))
    return {
        "x": (10 * rng.permutation(np.arange(1, n + 1))).astype(np.float32),
        "noise": np.round(rng.uniform(-4, 4, size=n * epochs), 2).astype(np.float32),
        "orders": np.array([rng.permutation(n) for _ in range(epochs)]),
    }


def _reference(x: np.ndarray, noise: np.ndarray, orders: np.ndarray) -> Served:
    """(noise_cache_shuffle, cache_noise_shuffle, cache_shuffle_noise).

    What a data set serves, (epochs, n) each; its stages come in the order of the names.
    x (n,) and noise (epochs * n,) are float64; noise is used from its beginning, one
    number a call. orders (epochs, n), int64: the example that is served at each place.
    """
    by_epoch = noise.reshape(orders.shape)
    return (
        (x + by_epoch[0])[orders],
        np.take_along_axis(x + by_epoch, orders, axis=1),
        x[orders] + by_epoch,
    )


def _with(position: int, other: Compute) -> Compute:
    """The mistake that gives other(x, by_epoch, orders) in this position."""

    def compute(x: np.ndarray, noise: np.ndarray, orders: np.ndarray) -> Served:
        served = list(_reference(x, noise, orders))
        served[position] = other(x, noise.reshape(orders.shape), orders)
        return served[0], served[1], served[2]

    return compute


def _never_cached(x: np.ndarray, by_epoch: np.ndarray, orders: np.ndarray) -> object:
    return np.take_along_axis(x + by_epoch, orders, axis=1)


def _frozen_by_place(x: np.ndarray, by_epoch: np.ndarray, orders: np.ndarray) -> object:
    return x[orders] + by_epoch[0]


def _all_frozen(x: np.ndarray, noise: np.ndarray, orders: np.ndarray) -> Served:
    first = noise[: len(x)]
    frozen = (x + first)[orders]
    return frozen, frozen, x[orders] + first


def _exchanged(x: np.ndarray, noise: np.ndarray, orders: np.ndarray) -> Served:
    cached, one, other = _reference(x, noise, orders)
    return cached, other, one


def _scattered(x: np.ndarray, noise: np.ndarray, orders: np.ndarray) -> Served:
    return _reference(x, noise, np.argsort(orders, axis=1))


def _first_order_kept(x: np.ndarray, noise: np.ndarray, orders: np.ndarray) -> Served:
    return _reference(x, noise, np.tile(orders[0], (len(orders), 1)))


_MISTAKES = (
    Mistake(
        "the cache keeps no noise",
        "The other two are right. In your noise_cache_shuffle every epoch has fresh "
        "noise.",
        "What does the cache hold when the first epoch is over? Which steps run in "
        "the second epoch?",
        compute=_with(0, _never_cached),
    ),
    Mistake(
        "the cached noise belongs to a place",
        "The other two are right. In your noise_cache_shuffle the same noise comes "
        "back at the same place, whichever example stands there.",
        "When the noise is added, are the examples shuffled yet? Follow example 0 "
        "through two epochs.",
        compute=_with(0, _frozen_by_place),
    ),
    Mistake(
        "every epoch has the noise of the first",
        "noise_cache_shuffle is right. The other two get the numbers of the first "
        "epoch again, although they add the noise behind the cache.",
        "How many numbers of noise do these two use in all epochs together?",
        compute=_all_frozen,
    ),
    Mistake(
        "the last two are exchanged",
        "Your cache_noise_shuffle is cache_shuffle_noise, and the other way round.",
        "In which of the two does the first example that is served get the first "
        "number of noise?",
        compute=_exchanged,
    ),
    Mistake(
        "the order is used the other way round",
        "You put example k at place orders[epoch][k]. The exercise puts example "
        "orders[epoch][k] at place k.",
        "With the order 2, 0, 1: which example is served first?",
        compute=_scattered,
    ),
    Mistake(
        "every epoch in the order of the first",
        "The first epoch is right. The later ones are served in its order again.",
        "Which row of orders does each epoch use?",
        compute=_first_order_kept,
    ),
)

STAGE_ORDER = Exercise(
    id="data.stage_order",
    title="Noise before or behind the cache",
    points=2,
    cases=separated(_draw, _reference, _MISTAKES),
    reference=_reference,
    returns=("noise_cache_shuffle", "cache_noise_shuffle", "cache_shuffle_noise"),
    mistakes=_MISTAKES,
    hints=(
        "Ask two questions of each chain. Does the noise stand before the cache? Then "
        "it is drawn once. Does it stand before the shuffle? Then the examples still "
        "come in the order 0, 1, 2, ... when it is added.",
        "noise.reshape gives one row for each epoch. Indexing with a whole array, as "
        "in values[order], gives the values in that order.",
        "for each epoch, with its row of noise and its order:\n"
        "    first chain: x with the first epoch's noise, then in this order\n"
        "    second chain: x with this epoch's noise, then in this order\n"
        "    third chain: x in this order, then with this epoch's noise\n"
        "return three lists",
    ),
    neutral=True,
)
