"""The running variance that a batch norm of PyTorch would have by Keras's formula."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from twin.arrays import Array, from_torch
from twin.pairing import Pair

BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
NOTE = (
    "Running variances: PyTorch divides the squares of a batch by n - 1, Keras by n, "
    "for n numbers of a channel in the batch. They were compared by Keras's formula: "
    "what PyTorch adds in a step was multiplied by (n - 1) / n."
)


class Variances:
    """Follows the running variances of a module's batch norms, step by step.

    With momentum m, PyTorch makes v <- (1 - m) v + m s n / (n - 1), for the variance s
    of a batch with n numbers of each channel. What it adds, times (n - 1) / n, is what
    Keras adds.

    Args:
        pairs: of layers; those that are batch norms are followed.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._norms = [
            pair.module for pair in pairs if isinstance(pair.module, BATCH_NORMS)
        ]
        self._norms = [one for one in self._norms if one.running_var is not None]
        self._values = {id(one): _variance(one) for one in self._norms}
        self._before: dict[int, torch.Tensor] = {}

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self._norms)

    def of(self, module: nn.Module) -> Array | None:
        """The variance by Keras's formula; None for what is no batch norm."""
        value = self._values.get(id(module))
        return None if value is None else from_torch(value)

    @contextmanager
    def followed(self) -> Iterator[None]:
        """Follow every call of these batch norms while this is open."""
        hooks: list[Any] = []
        for one in self._norms:
            hooks.append(one.register_forward_pre_hook(self._enter))
            hooks.append(one.register_forward_hook(self._leave))
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _enter(self, module: nn.Module, args: Any) -> None:
        self._before[id(module)] = _variance(module)

    def _leave(self, module: Any, args: Any, out: torch.Tensor) -> None:
        if not module.training:
            return
        share = module.momentum
        if share is None:  # An average over all batches so far.
            share = 1 / float(module.num_batches_tracked)
        number = args[0].numel() / args[0].shape[1]
        added = _variance(module) - (1 - share) * self._before[id(module)]
        kept = (1 - share) * self._values[id(module)]
        self._values[id(module)] = kept + added * (number - 1) / number


def _variance(module: Any) -> torch.Tensor:
    return module.running_var.detach().clone()
