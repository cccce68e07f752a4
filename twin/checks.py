"""What both models and a sample have to be, said before anything runs."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import torch
from torch import nn

from twin.arrays import Array, from_keras, from_torch
from twin.pairing import Pair
from twin.problems import TwinError


def check_models(module: Any, model: Any) -> None:
    """Refuse what is no module and no Keras model on TensorFlow.

    Raises:
        TwinError: one of them is something else.
    """
    if not isinstance(module, nn.Module):
        raise TwinError(
            f"Twin takes a torch.nn.Module first, not {_a(module)}: "
            "Twin(module, model, sample)"
        )
    if not isinstance(model, keras.Layer):
        raise TwinError(
            f"Twin takes a keras.Model second, not {_a(model)}: "
            "Twin(module, model, sample)"
        )
    backend = keras.config.backend()
    if backend != "tensorflow":
        raise TwinError(
            f"Keras runs on {backend!r} here, and Twin records Keras's gradients with "
            "TensorFlow: set KERAS_BACKEND=tensorflow before Keras is imported"
        )


def _a(thing: Any) -> str:
    return f"an object of the class {type(thing).__name__}"


def arrays(inputs: Any) -> list[Array]:
    """A sample, which is one array or several, as a list of arrays.

    Raises:
        TwinError: it is no array, has no examples, or holds NaN.
    """
    given = list(inputs) if isinstance(inputs, tuple | list) else [inputs]
    made = [_array(one) for one in given]
    for one in made:
        if one.ndim == 0 or len(one) == 0:
            raise TwinError(
                f"a sample has at least one example along its first axis; this one has "
                f"the shape {one.shape}"
            )
        if one.dtype.kind == "f" and (missing := int(np.isnan(one).sum())):
            raise TwinError(
                f"{missing} of the {one.size} numbers of the sample are NaN, so that "
                "no output can be compared: put other numbers in"
            )
    return made


def _array(one: Any) -> Array:
    if isinstance(one, torch.Tensor):
        return from_torch(one)
    made = from_keras(one) if hasattr(one, "numpy") else np.asarray(one)
    if made.dtype.kind not in "fiub":
        raise TwinError(
            f"a sample is an array of numbers, or a tuple of them for several inputs, "
            f"not {_a(one)}"
        )
    return made


def common_dtype(pairs: Sequence[Pair]) -> str:
    """The dtype in which both models hold their weights.

    Raises:
        TwinError: there are several.
    """
    ours: dict[str, str] = {}
    theirs: dict[str, str] = {}
    for pair in pairs:
        for weight in pair.weights:
            for parameter in weight.parameters:
                ours.setdefault(str(parameter.dtype).removeprefix("torch."), pair.path)
            theirs.setdefault(
                keras.backend.standardize_dtype(weight.keras.dtype), pair.keras_path
            )
    if not ours:
        return "float32"
    if len(ours) > 1 or set(ours) != set(theirs):
        raise TwinError(
            f"PyTorch's weights are {_list(ours)}, Keras's {_list(theirs)}: make them "
            "one dtype (module.double(), and keras.config.set_dtype_policy('float64') "
            "before the model is built)"
        )
    return next(iter(ours))


def _list(found: dict[str, str]) -> str:
    return " and ".join(f"{dtype} (in {path})" for dtype, path in found.items())


def refuse_dropout(module: nn.Module, model: keras.Model) -> None:
    """Refuse to train with dropout, which draws other numbers in each framework.

    Raises:
        TwinError: a layer drops something.
    """
    active = [
        f"{path} (PyTorch)" for path, one in module.named_modules() if _drops(one)
    ]
    for layer in _layers(model):
        rates = [getattr(layer, name, 0) for name in _RATES]
        if any(isinstance(rate, int | float) and rate > 0 for rate in rates):
            active.append(f"{layer.name} (Keras)")
    if active:
        raise TwinError(
            "dropout draws other numbers in each framework, so that training can't be "
            f"compared with it: set its rate to 0 in {', '.join(active)}"
        )


_DROPOUTS = (
    *(nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d),
    *(nn.AlphaDropout, nn.FeatureAlphaDropout),
)


_RATES = ("rate", "dropout", "recurrent_dropout")


def _drops(module: nn.Module) -> bool:
    if isinstance(module, _DROPOUTS):
        return module.p > 0
    rate = getattr(module, "dropout", 0)
    drops = isinstance(rate, float) and rate > 0
    return drops and getattr(module, "num_layers", 2) > 1


def _layers(model: keras.Model) -> list[Any]:
    found = [model]
    for layer in getattr(model, "layers", []):
        found += _layers(layer)
    return found
