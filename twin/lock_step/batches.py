"""The batches of a training, for PyTorch and for Keras."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

from twin.arrays import Array, channels_last, difference
from twin.checks import arrays
from twin.layout import apart
from twin.problems import TwinError

Batches = Iterable[Any] | tuple[Iterable[Any], Iterable[Any]]
ForKeras = Callable[[list[Array]], Any]


@dataclass(frozen=True)
class Batch:
    """One batch of each framework.

    Attributes:
        ours: PyTorch's inputs.
        our_targets: PyTorch's targets.
        theirs: Keras's inputs, one array or a structure of them.
        their_targets: Keras's targets.
        error: the largest relative difference of the two; 0 where one made the other,
            infinite where one framework has no batch left or one of another size.
    """

    ours: list[Array]
    our_targets: Array
    theirs: Any
    their_targets: Array
    error: float


def iterate(
    batches: Batches, steps: int | None, epochs: int | None, for_keras: ForKeras
) -> Iterator[Batch]:
    """Every batch of a training.

    Args:
        batches: pairs of inputs and targets in PyTorch's layout; or two such iterables
            in a tuple, the second in Keras's layout for Keras.
        steps: how many batches; the iterable is begun anew where it ends earlier.
        epochs: how often the iterable is gone through; once where both are None.
        for_keras: makes Keras's inputs of PyTorch's.

    Raises:
        TwinError: a batch is no such pair, or there are too few batches.
    """
    if steps is not None and epochs is not None:
        raise TwinError("train takes steps= or epochs=, not both")
    count = steps if steps is not None else epochs
    if count is not None and (isinstance(count, bool) or count < 1):
        raise TwinError(f"train needs at least one step or epoch, not {count}")
    done = epoch = 0
    while steps is not None or epoch < (epochs or 1):
        before = done
        for batch in _epoch(batches, for_keras):
            yield batch
            done += 1
            if done == steps:
                return
        epoch += 1
        if done == before:
            raise TwinError(
                f"there are no batches in epoch {epoch}: a generator gives its batches "
                "once, so use a list, a DataLoader or a tf.data.Dataset"
            )


def _epoch(batches: Batches, for_keras: ForKeras) -> Iterator[Batch]:
    if not _are_two(batches):
        for batch in batches:
            inputs, targets = _parts(batch)
            theirs = channels_last(targets) if targets.ndim > 3 else targets
            yield Batch(inputs, targets, for_keras(inputs), theirs, 0.0)
        return
    for ours, theirs in zip_longest(*batches):
        if ours is None or theirs is None:
            inputs, targets = _parts(theirs if ours is None else ours)
            yield Batch(inputs, targets, inputs, targets, np.inf)
            return
        inputs, targets = _parts(ours)
        given, their_targets = _parts(theirs)
        error = _error([*inputs, targets], [*given, their_targets])
        one = given[0] if len(given) == 1 else given
        yield Batch(inputs, targets, one, their_targets, error)


def _are_two(batches: Batches) -> bool:
    return isinstance(batches, tuple) and len(batches) == 2


def _parts(batch: Any) -> tuple[list[Array], Array]:
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        raise TwinError(
            "a batch is a pair of inputs and targets, such as (images, labels); "
            "several inputs are a tuple inside of it"
        )
    inputs, targets = arrays(batch[0]), arrays(batch[1])
    if len(targets) != 1:
        raise TwinError(f"a batch has one array of targets, not {len(targets)}")
    return inputs, targets[0]


def _error(ours: list[Array], theirs: list[Array]) -> float:
    if len(ours) != len(theirs):
        return np.inf
    errors = []
    for here, there in zip(ours, theirs, strict=True):
        fits = apart(here, there) or difference(here, there)
        errors.append(fits.relative)
    return max(errors)
