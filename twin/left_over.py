"""Weights that no pair of layers holds."""

from typing import Any

import keras
from torch import nn

from twin.pairing import Pair
from twin.problems import TwinError
from twin.running.calls import Run


def left_over(
    module: nn.Module, model: keras.Model, ours: Run, theirs: Run, pairs: list[Pair]
) -> list[str]:
    """Weights that no pair holds: of layers that did not run.

    Of layers without a rule, those of Keras's weights that are not trained are among
    them, such as the mean of a Normalization layer.

    Raises:
        TwinError: a layer that ran has a trained weight that no pair holds.
    """
    held = {id(p) for pair in pairs for w in pair.weights for p in w.parameters}
    held_there = {id(w.keras) for pair in pairs for w in pair.weights}
    idle = []
    for name, parameter in module.named_parameters():
        if id(parameter) in held:
            continue
        owner = module.get_submodule(name.rpartition(".")[0])
        if id(owner) in ours.called:
            raise TwinError(_unknown("PyTorch", name, owner))
        idle.append(f"{name} (PyTorch)")
    for weight in model.weights:
        if id(weight) in held_there:
            continue
        owners = [one for one in theirs.called.values() if _holds(one, weight)]
        if weight.trainable and owners[1:]:  # The first is the model, which holds all.
            raise TwinError(_unknown("Keras", weight.path, owners[-1]))
        idle.append(f"{weight.path} (Keras)")
    return idle


def _holds(layer: keras.Layer, weight: Any) -> bool:
    return any(one is weight for one in layer.weights)


def _unknown(framework: str, weight: str, owner: Any) -> str:
    return (
        f"{framework}'s {weight} belongs to a layer of class {type(owner).__name__}, "
        "and no rule tells where its weights go in the other framework: register one "
        "with @twin.rule (twin/README.md shows how)"
    )
