"""A second PyTorch model, whose arithmetic is one rounding away from the first's."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import torch
from torch import nn

from twin.arrays import Array
from twin.lock_step.halves import Loss, torch_step
from twin.lock_step.measures import State, held, torch_state
from twin.lock_step.variances import Variances
from twin.pairing import Pair
from twin.problems import TwinError


class Control:
    """A copy of a module and its optimizer, trained on the same batches.

    Each weight begins one rounding away from the module's, up or down at random, and
    what a layer returns is moved by one rounding in every step. How far the copy drifts
    from the module is how far two models may drift that differ in rounding alone, as
    two frameworks do that add in different orders.

    Args:
        module: is copied; not changed.
        optimizer: over its parameters; is copied with it.
        pairs: of the module's layers.

    Raises:
        TwinError: the module can't be copied.
    """

    def __init__(
        self,
        module: nn.Module,
        optimizer: torch.optim.Optimizer,
        pairs: Sequence[Pair],
    ) -> None:
        try:
            # Together, so that the optimizer's copy holds the copied parameters.
            self._module, self._optimizer = deepcopy((module, optimizer))
        except Exception as error:
            raise TwinError(f"the module can't be copied: {error}") from error
        twins = dict(zip(module.modules(), self._module.modules(), strict=True))
        tensors = {
            id(a): b
            for a, b in zip(_tensors(module), _tensors(self._module), strict=True)
        }
        copies = [pair.of(twins[pair.module], tensors) for pair in pairs]
        self._held = held(copies)
        self._variances = Variances(copies)
        self._random = torch.Generator().manual_seed(0)
        self._move_weights()
        self._move_outputs()

    def _move_weights(self) -> None:
        with torch.no_grad():
            for one in self._module.parameters():
                if one.is_floating_point():
                    one.copy_(self._moved(one))

    def _move_outputs(self) -> None:
        for one in self._module.modules():
            if not list(one.children()):
                one.register_forward_hook(self._move_output)

    def _move_output(self, module: nn.Module, args: Any, out: Any) -> Any:
        if isinstance(out, torch.Tensor) and out.is_floating_point():
            return self._moved(out)
        if type(out) is tuple and out:
            return (self._move_output(module, args, out[0]), *out[1:])
        return out

    def _moved(self, tensor: torch.Tensor) -> torch.Tensor:
        """Each number one rounding away, up or down; gradients pass through."""
        up = torch.rand(tensor.shape, generator=self._random).to(tensor.device) < 0.5
        rounding = torch.finfo(tensor.dtype).eps
        return tensor * (1 + rounding * torch.where(up, 1.0, -1.0).to(tensor))

    def step(self, loss: Loss, inputs: Sequence[Array], targets: Array) -> State:
        """Train for one step, and tell the state after it."""
        self._module.train()
        with self._variances.followed():
            value = torch_step(self._module, loss, self._optimizer, inputs, targets)
        return torch_state(value, self._held, self._variances)


def _tensors(module: nn.Module) -> list[torch.Tensor]:
    return [*module.parameters(), *module.buffers()]
