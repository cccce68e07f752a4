"""Settings of a DataLoader."""

from collections.abc import Iterator
from typing import Any

from torch.utils.data import DataLoader, RandomSampler, SequentialSampler

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]


def loader(one: Any) -> Part:
    """A DataLoader's settings.

    Raises:
        TwinError: it is no DataLoader.
    """
    if not isinstance(one, DataLoader):
        raise TwinError(
            "loaders=(torch's, Keras's): the first is of the class "
            f"{type(one).__name__}; give a torch.utils.data.DataLoader"
        )
    return Part("loader", "loader", known(_loader(one)))


def _loader(one: DataLoader[Any]) -> Facts:
    if one.batch_size is not None:
        yield Fact("batch size", one.batch_size, "data.batch_size")
        kept = "left out" if one.drop_last else "kept"
        yield Fact("last, short batch", kept, "data.last_batch")
    if isinstance(one.sampler, RandomSampler):
        yield Fact("order", "shuffled", "data.shuffle")
        yield Fact("shuffled among", "all examples", "data.shuffle_buffer")
    elif isinstance(one.sampler, SequentialSampler):
        yield Fact("order", "as it is", "data.shuffle")
