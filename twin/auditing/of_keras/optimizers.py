"""Settings of Keras's optimizers."""

from collections.abc import Iterator, Mapping
from typing import Any

import keras

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]


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
