"""Counts the bytes that PyTorch's tensors occupy, on any device, to the byte."""

import weakref
from collections.abc import Callable
from typing import Any, Self

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Meter(TorchDispatchMode):
    """Counts the storages that are made inside of ``with Meter() as meter:``.

    A storage counts once, however many tensors are views of it, from the operation
    that makes it until it is freed. What was made before does not count.

    Attributes:
        alive: bytes that are alive now.
        peak: the most that were alive at once.
        line: ``alive`` after each operation.
    """

    def __enter__(self) -> Self:
        self.alive = self.peak = 0
        self.line: list[int] = []
        self._known: set[int] = set()
        return super().__enter__()

    def __str__(self) -> str:
        """Both numbers, as a lesson prints them."""
        return f"{self.alive / 2**20:.1f} MiB alive, {self.peak / 2**20:.1f} at most"

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run the operation, and look at what it was given and what it made."""
        self._known.update(map(_key, _tensors((args, kwargs))))
        made = func(*args, **(kwargs or {}))
        for tensor in _tensors(made):
            if _key(tensor) not in self._known:
                self._made(tensor.untyped_storage())
        self.line.append(self.alive)
        return made

    def _made(self, storage: torch.UntypedStorage) -> None:
        key, size = storage.data_ptr(), storage.nbytes()
        self._known.add(key)
        self.alive += size
        self.peak = max(self.peak, self.alive)
        weakref.finalize(storage, self._gone, key, size)

    def _gone(self, key: int, size: int) -> None:
        self.alive -= size
        self._known.discard(key)


def _tensors(tree: Any) -> list[torch.Tensor]:
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


def _key(tensor: torch.Tensor) -> int:
    return tensor.untyped_storage().data_ptr()
