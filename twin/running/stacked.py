"""What the lower layers of a stacked recurrent module return, which PyTorch hides."""

from typing import Any

import torch
from torch import nn


def lower_outputs(module: nn.RNNBase, args: Any) -> list[Any]:
    """The sequence that each layer but the last returns, without dropout.

    Each is computed by a module of fewer layers with the same weights.

    Args:
        module: of one or more layers.
        args: what it was called with: a sequence, and states to begin with or none.
    """
    found = []
    kind: Any = type(module)
    weights = module.state_dict()
    for layers in range(1, module.num_layers):
        settings = {"nonlinearity": module.nonlinearity} if _is_plain(module) else {}
        lower = kind(
            module.input_size,
            module.hidden_size,
            layers,
            bias=module.bias,
            batch_first=module.batch_first,
            bidirectional=module.bidirectional,
            **settings,
        ).to(weights["weight_ih_l0"])
        lower.load_state_dict({name: weights[name] for name in lower.state_dict()})
        found.append(lower(args[0], *(_first(one, lower) for one in args[1:]))[0])
    return found


def _is_plain(module: nn.RNNBase) -> bool:
    return isinstance(module, nn.RNN)


def _first(state: Any, lower: nn.RNNBase) -> Any:
    """The states of the layers that ``lower`` has."""
    if isinstance(state, tuple):
        return tuple(_first(one, lower) for one in state)
    count = lower.num_layers * (2 if lower.bidirectional else 1)
    return state[:count] if isinstance(state, torch.Tensor) else state
