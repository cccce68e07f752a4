"""The settings of a live PyTorch model and its optimizer."""

import inspect
from collections.abc import Collection, Iterator, Mapping

import torch

from grader.production.records.values import Setting

_SHARED = {"lr": "learning_rate", "eps": "epsilon"}

Written = Mapping[str, Collection[str]]
"""By place, the arguments that somebody wrote, as PyTorch calls them."""


def settings(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer, written: Written
) -> list[Setting]:
    """Read every setting that is in force.

    An initializer is none of them: a layer draws its weights with it and forgets it.

    Args:
        model: its layers are places, by their names in the model.
        optimizer: read from its groups of parameters, which are what a step uses.
        written: what is explicit; all else is a default.
    """
    found = list(_of_optimizer(optimizer, written.get("optimizer", ())))
    for place, layer in model.named_modules():
        if not any(layer.children()):
            found += _of_layer(place, layer, written.get(place, ()))
    return found


def _of_optimizer(
    optimizer: torch.optim.Optimizer, written: Collection[str]
) -> Iterator[Setting]:
    groups = optimizer.param_groups
    for index, group in enumerate(groups):
        place = "optimizer" if len(groups) == 1 else f"optimizer.{index}"
        for name, value in group.items():
            explicit = name in written
            if name == "betas":
                for beta, part in zip(("beta_1", "beta_2"), value, strict=True):
                    yield Setting(place, beta, part, explicit)
            elif name != "params":
                yield Setting(place, _SHARED.get(name, name), _plain(value), explicit)


def _of_layer(
    place: str, layer: torch.nn.Module, written: Collection[str]
) -> Iterator[Setting]:
    normalizes = hasattr(layer, "running_mean")
    for name in inspect.signature(type(layer)).parameters:
        if not hasattr(layer, name):
            continue  # such as dtype: the weights have it
        value, explicit = getattr(layer, name), name in written
        if name == "bias":
            yield Setting(place, name, value is not None, explicit)
        elif normalizes and name == "momentum" and value is not None:
            # PyTorch's is the share of the batch. None means the mean of all batches.
            yield Setting(place, "kept", 1 - value, explicit)
        else:
            yield Setting(place, _SHARED.get(name, name), value, explicit)


def _plain(value: object) -> object:
    """A number out of a tensor, as a learning rate may be one."""
    return value.item() if isinstance(value, torch.Tensor) else value
