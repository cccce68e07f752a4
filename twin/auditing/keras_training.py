"""Settings of Keras's optimizers, losses, datasets, and of ``fit``."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import tensorflow as tf

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]
# As keras.Model.fit's documentation has them.
_FIT = {"batch_size": 32, "shuffle": True}
_CROSS_ENTROPIES = (
    keras.losses.SparseCategoricalCrossentropy,
    keras.losses.CategoricalCrossentropy,
)


def optimizer(one: Any) -> Part:
    """An optimizer's settings.

    Raises:
        TwinError: it is no optimizer of Keras.
    """
    if isinstance(one, str):
        one = keras.optimizers.get(one)
    if not isinstance(one, keras.optimizers.Optimizer):
        raise TwinError(
            "optimizers=(torch's, Keras's): the second is of the class "
            f"{type(one).__name__}, and keras.optimizers has no such optimizer"
        )
    return Part("optimizer", "optimizer", known(_optimizer(one)))


def _optimizer(one: Any) -> Facts:
    settings, name = one.get_config(), type(one).__name__
    family = name.lower()
    yield Fact("class", family.removesuffix("w"), shown=name)
    yield _rate(settings["learning_rate"], family)
    if "beta_1" in settings:
        yield Fact("β₁", float(settings["beta_1"]), "adam.betas")
        yield Fact("β₂", float(settings["beta_2"]), "adam.betas")
    if "epsilon" in settings:
        row = "adam.epsilon" if family == "adamw" else f"{family}.epsilon"
        yield Fact("epsilon", float(settings["epsilon"]), row)
        places = {
            **dict.fromkeys(("adam", "adamw"), "before the bias correction"),
            "rmsprop": "inside the root",
        }
        if family in places:
            row = "rmsprop" if family == "rmsprop" else "adam"
            yield Fact("epsilon is added", places[family], f"{row}.epsilon_place")
    if "momentum" in settings:
        yield Fact("momentum", float(settings["momentum"]))
        yield Fact("Nesterov's momentum", "yes" if settings.get("nesterov") else "no")
    for key, named, row in (
        ("rho", "old mean square kept", f"{family}.average"),
        ("initial_accumulator_value", "sum of squares starts at", "adagrad.start"),
        ("amsgrad", "AMSGrad", ""),
    ):
        if key in settings:
            yield Fact(named, float(settings[key]), row)
    if family == "nadam":  # Its formula has no such argument: a decay of 1.
        yield Fact("momentum decay", 1.0, "nadam.momentum_decay")
    yield from _decay(settings, family)
    for key, clipped in (
        ("clipnorm", "norm of each variable"),
        ("global_clipnorm", "norm of all gradients"),
        ("clipvalue", "value"),
    ):
        if settings.get(key) is not None:
            row = "clip.norm" if key == "clipnorm" else ""
            yield Fact("clips gradients", f"by {clipped}, {settings[key]:g}", row)


def _rate(rate: Any, family: str) -> Fact:
    if isinstance(rate, Mapping):  # A schedule, as its settings.
        name = rate.get("class_name", "a schedule")
        return Fact("learning rate", str(name), f"{family}.rate")
    return Fact("learning rate", float(rate), f"{family}.rate")


def _decay(settings: Mapping[str, Any], family: str) -> Facts:
    decay = float(settings.get("weight_decay") or 0.0)
    yield Fact("weight decay", decay, "adamw.decay" if family == "adamw" else "")
    if decay and (family != "sgd" or settings["momentum"]):
        row = "sgd.decay_kind" if family == "sgd" else "adam.decay_kind"
        yield Fact("weight decay enters", "beside it (decoupled)", row)


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


def loader(one: Any) -> Part:
    """Settings of a ``tf.data.Dataset``, or of ``fit`` on arrays.

    Args:
        one: a dataset; or a mapping with the arguments of ``fit``, such as
            {"batch_size": 64}.

    Raises:
        TwinError: it is neither.
    """
    if isinstance(one, Mapping):
        return Part("loader", "fit", known(_fit(one)))
    if isinstance(one, tf.data.Dataset):
        return Part("loader", "dataset", known(_dataset(one)))
    raise TwinError(
        "loaders=(torch's, Keras's): the second is of the class "
        f"{type(one).__name__}; give a tf.data.Dataset, or the arguments of fit on "
        'arrays, such as {"batch_size": 32}'
    )


def _fit(given: Mapping[str, Any]) -> Facts:
    settings = _FIT | {name: one for name, one in given.items() if one is not None}
    yield Fact("batch size", settings["batch_size"], "data.batch_size")
    yield Fact("last, short batch", "kept", "data.last_batch")
    order = "shuffled" if settings["shuffle"] else "as it is"
    yield Fact("order", order, "data.shuffle")
    if settings["shuffle"]:
        yield Fact("shuffled among", "all examples", "data.shuffle_buffer")


def _dataset(one: Any) -> Facts:
    stages = [one]
    while (before := getattr(stages[-1], "_input_dataset", None)) is not None:
        stages.append(before)
    batch = next((s for s in stages if hasattr(s, "_batch_size")), None)
    if batch is not None:
        yield Fact("batch size", int(batch._batch_size), "data.batch_size")
        kept = "left out" if bool(batch._drop_remainder) else "kept"
        yield Fact("last, short batch", kept, "data.last_batch")
    shuffle = next((stage for stage in stages if _draws(stage)), None)
    yield Fact("order", "shuffled" if shuffle else "as it is", "data.shuffle")
    if shuffle is None:
        return
    size = int(shuffle._buffer_size)
    examples = int(shuffle._input_dataset.cardinality())
    whole = 0 <= examples <= size
    shown = "all examples" if whole else f"a buffer of {size}"
    yield Fact("shuffled among", shown, "data.shuffle_buffer")


def _draws(stage: Any) -> bool:
    return "shuffle" in type(stage).__name__.lower()
