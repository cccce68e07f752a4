"""Settings of Keras's losses."""

import math
from collections.abc import Iterator
from typing import Any

import keras

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]
_CROSS_ENTROPIES = (
    keras.losses.SparseCategoricalCrossentropy,
    keras.losses.CategoricalCrossentropy,
)


def loss(one: Any, model: Any) -> Part:
    """A loss's settings: an object of ``keras.losses``, its name or its function.

    Args:
        one: the loss.
        model: what gives its input, if that is known.
    """
    made = one
    if not isinstance(one, keras.losses.Loss):
        name = one if isinstance(one, str) else getattr(one, "__name__", "")
        try:
            made = keras.losses.get(name)
        except ValueError:
            made = None
        made = _OBJECTS[name]() if name in _OBJECTS else made
    if not isinstance(made, keras.losses.Loss):
        raise TwinError(
            f"losses=(torch's, Keras's): twin can't read settings off {one!r}; give a "
            "loss of keras.losses, such as MeanSquaredError()"
        )
    return Part("loss", "loss", known(_loss(made, model)))


_OBJECTS = {
    "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
    "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
    "binary_crossentropy": keras.losses.BinaryCrossentropy,
    "mse": keras.losses.MeanSquaredError,
    "mean_squared_error": keras.losses.MeanSquaredError,
    "mae": keras.losses.MeanAbsoluteError,
    "huber": keras.losses.Huber,
    "kl_divergence": keras.losses.KLDivergence,
}
_REDUCTIONS = {
    "sum_over_batch_size": "mean",
    "mean": "mean",
    "mean_with_sample_weight": "mean",
    "sum": "sum",
    "none": "none",
    None: "none",
}


def _loss(one: Any, model: Any) -> Facts:
    settings = one.get_config()
    reduction = _REDUCTIONS.get(one.reduction, str(one.reduction))
    if isinstance(one, (*_CROSS_ENTROPIES, keras.losses.BinaryCrossentropy)):
        binary = isinstance(one, keras.losses.BinaryCrossentropy)
        yield Fact("kind", "binary cross entropy" if binary else "cross entropy")
        yield _given(settings["from_logits"], model)
        yield Fact("reduction", reduction)
        yield Fact("label smoothing", float(settings.get("label_smoothing", 0.0)))
        if settings.get("ignore_class") is not None:
            ignored = int(settings["ignore_class"])
            yield Fact("class left out", ignored, "cross_entropy.ignored")
    elif isinstance(one, keras.losses.MeanSquaredError):
        yield Fact("kind", "squared error")
        yield Fact("reduction", reduction, "mse.sum")
    elif isinstance(one, keras.losses.KLDivergence):
        yield Fact("kind", "KL divergence")
        # Its mean over the batch is what PyTorch calls batchmean.
        named = "batchmean" if reduction == "mean" else reduction
        yield Fact("reduction", named, "kl.reduction")
    elif isinstance(one, keras.losses.Huber):
        yield Fact("kind", "Huber's loss")
        yield Fact("δ", _delta(one), "huber.delta")
        yield Fact("size", "as Huber's", "huber.smooth_l1")
        yield Fact("reduction", reduction)
    else:
        yield Fact("kind", type(one).__name__)
        yield Fact("reduction", reduction)


def _delta(huber: Any) -> float:
    """δ, which the settings leave out: the loss of an error e above it tells.

    That loss is δ e - δ² / 2 (https://keras.io/api/losses/regression_losses).
    """
    loss = float(keras.ops.mean(huber([[0.0]], [[1000.0]])))
    return round(1000 - math.sqrt(1e6 - 2 * loss), 5)


def _given(from_logits: bool, model: Any) -> Fact:
    """What a cross entropy takes its input for; a softmax before it is one of both."""
    ends = _ends_in_softmax(model)
    if from_logits or ends:
        twice = from_logits and ends
        reads = "probabilities, as if they were logits" if twice else "logits"
        shown = "probabilities, after a softmax" if ends and not twice else ""
        return Fact("is given", reads, "cross_entropy.input", shown)
    return Fact("is given", "probabilities", "cross_entropy.input")


def _ends_in_softmax(model: Any) -> bool:
    layers = getattr(model, "layers", None)
    if not layers:
        return False
    last = layers[-1]
    name = getattr(getattr(last, "activation", None), "__name__", "")
    return name in ("softmax", "sigmoid") or isinstance(last, keras.layers.Softmax)
