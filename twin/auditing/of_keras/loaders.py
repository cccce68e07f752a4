"""Settings of a ``tf.data.Dataset``, and of ``fit`` on arrays."""

from collections.abc import Iterator, Mapping
from typing import Any

import tensorflow as tf

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]
# As keras.Model.fit's documentation has them.
_FIT = {"batch_size": 32, "shuffle": True}


def loader(one: Any) -> Part:
    """Settings of a ``tf.data.Dataset``, or of ``fit`` on arrays.

    Args:
        one: a dataset; or a mapping with the arguments of ``fit``, such as
            {"batch_size": 64}.

    Raises:
        TwinError: it is neither.
    """
    if isinstance(one, Mapping):
        return Part("loader", "fit", known(_fit(one)))
    if isinstance(one, tf.data.Dataset):
        return Part("loader", "dataset", known(_dataset(one)))
    raise TwinError(
        "loaders=(torch's, Keras's): the second is of the class "
        f"{type(one).__name__}; give a tf.data.Dataset, or the arguments of fit on "
        'arrays, such as {"batch_size": 32}'
    )


def _fit(given: Mapping[str, Any]) -> Facts:
    settings = _FIT | {name: one for name, one in given.items() if one is not None}
    yield Fact("batch size", settings["batch_size"], "data.batch_size")
    yield Fact("last, short batch", "kept", "data.last_batch")
    order = "shuffled" if settings["shuffle"] else "as it is"
    yield Fact("order", order, "data.shuffle")
    if settings["shuffle"]:
        yield Fact("shuffled among", "all examples", "data.shuffle_buffer")


def _dataset(one: Any) -> Facts:
    # tf.data has no public way to ask a dataset for what it was made of.
    stages = [one]
    while (before := getattr(stages[-1], "_input_dataset", None)) is not None:
        stages.append(before)
    batch = next((stage for stage in stages if hasattr(stage, "_batch_size")), None)
    if batch is not None:
        yield Fact("batch size", int(batch._batch_size), "data.batch_size")
        kept = "left out" if bool(batch._drop_remainder) else "kept"
        yield Fact("last, short batch", kept, "data.last_batch")
    shuffle = next((stage for stage in stages if _draws(stage)), None)
    yield Fact("order", "shuffled" if shuffle else "as it is", "data.shuffle")
    if shuffle is None:
        return
    size = int(shuffle._buffer_size)
    examples = int(shuffle._input_dataset.cardinality())
    whole = 0 <= examples <= size
    shown = "all examples" if whole else f"a buffer of {size}"
    for stage in stages:  # The last stage comes first.
        if stage is batch:
            break
        if stage is shuffle and batch is not None:
            shown = "whole batches, not examples"
    yield Fact("shuffled among", shown, "data.shuffle_buffer")


def _draws(stage: Any) -> bool:
    return "shuffle" in type(stage).__name__.lower()
