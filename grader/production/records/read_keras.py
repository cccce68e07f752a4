"""The settings of a live Keras model and its optimizer."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import keras

from grader.production.records.values import Setting

_SHARED = {"use_bias": "bias"}
# What Keras keeps beside the settings: a name, or how to find the class again.
_NO_SETTINGS = frozenset({"name", "dtype", "quantization_config"})

Written = Mapping[str, Collection[str]]
"""By place, the arguments that somebody wrote, as Keras calls them."""


def settings(
    model: keras.Model, optimizer: keras.optimizers.Optimizer, written: Written
) -> list[Setting]:
    """Read every setting that is in force.

    Args:
        model: its layers are places, by their names.
        optimizer: its learning rate is the one that a step uses now.
        written: what is explicit; all else is a default.
    """
    found = list(_of_optimizer(optimizer, written.get("optimizer", ())))
    for layer in model.layers:
        normalizes = isinstance(layer, keras.layers.BatchNormalization)
        explicit = written.get(layer.name, ())
        for name, value in _config(layer):
            told = name in explicit
            if normalizes and name == "momentum":
                found.append(Setting(layer.name, "kept", value, told))
            else:
                shared = _SHARED.get(name, name)
                found.append(Setting(layer.name, shared, value, told))
    return found


def _of_optimizer(
    optimizer: keras.optimizers.Optimizer, written: Collection[str]
) -> Iterator[Setting]:
    for name, value in _config(optimizer):
        explicit = name in written
        if name == "learning_rate":
            # A schedule's config would say how the rate changes, and not what it is.
            yield Setting("optimizer", name, float(optimizer.learning_rate), explicit)
        elif name == "weight_decay":
            yield Setting("optimizer", name, float(value or 0), explicit)
        else:
            yield Setting("optimizer", name, value, explicit)


def _config(made: Any) -> Iterator[tuple[str, Any]]:
    """What an object of Keras's keeps of its arguments."""
    for name, value in made.get_config().items():
        if name in _NO_SETTINGS:
            continue
        # An initializer, for example, is kept as its class and its own arguments.
        yield name, value["class_name"] if isinstance(value, dict) else value
