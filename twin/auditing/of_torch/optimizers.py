"""Settings of PyTorch's optimizers."""

from collections.abc import Iterator
from typing import Any

import torch

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]
_FAMILIES = {"NAdam": "nadam", "AdamW": "adamw"}


def optimizer(one: Any) -> Part:
    """An optimizer's settings, of its first group of parameters.

    Raises:
        TwinError: it is no optimizer of PyTorch.
    """
    if not isinstance(one, torch.optim.Optimizer):
        raise TwinError(
            "optimizers=(torch's, Keras's): the first is of the class "
            f"{type(one).__name__}, and torch.optim has no such optimizer"
        )
    return Part("optimizer", "optimizer", known(_optimizer(one)))


def _optimizer(one: torch.optim.Optimizer) -> Facts:
    group, name = one.param_groups[0], type(one).__name__
    family = _FAMILIES.get(name, name.lower())
    # What sets AdamW apart is its decay, which is a fact of its own.
    yield Fact("class", family.removesuffix("w"), shown=name)
    yield Fact("learning rate", float(group["lr"]), f"{family}.rate")
    if "betas" in group:
        betas = tuple(float(beta) for beta in group["betas"])
        yield Fact("β₁", betas[0], "adam.betas")
        yield Fact("β₂", betas[1], "adam.betas")
    if "eps" in group and isinstance(group["eps"], float):
        row = "adam.epsilon" if family == "adamw" else f"{family}.epsilon"
        yield Fact("epsilon", group["eps"], row)
        places = {
            **dict.fromkeys(("adam", "adamw"), "after the bias correction"),
            "rmsprop": "outside the root",
        }
        if family in places:
            row = "rmsprop" if family == "rmsprop" else "adam"
            yield Fact("epsilon is added", places[family], f"{row}.epsilon_place")
    if "momentum" in group:
        yield Fact("momentum", float(group["momentum"]))
        yield Fact("Nesterov's momentum", "yes" if group.get("nesterov") else "no")
    for key, named, row in (
        ("alpha", "old mean square kept", "rmsprop.average"),
        ("rho", "old mean square kept", "adadelta.average"),
        ("initial_accumulator_value", "sum of squares starts at", "adagrad.start"),
        ("momentum_decay", "momentum decay", "nadam.momentum_decay"),
        ("amsgrad", "AMSGrad", ""),
    ):
        if key in group:
            yield Fact(named, float(group[key]), row)
    yield from _decay(group, family)


def _decay(group: dict[str, Any], family: str) -> Facts:
    decay = float(group.get("weight_decay", 0.0))
    yield Fact("weight decay", decay, "adamw.decay" if family == "adamw" else "")
    # Without momentum, both kinds of decay are the same for SGD.
    if decay and (family != "sgd" or group["momentum"]):
        coupled = family != "adamw" and not group.get("decoupled_weight_decay")
        kind = "in the gradient (L2)" if coupled else "beside it (decoupled)"
        row = "sgd.decay_kind" if family == "sgd" else "adam.decay_kind"
        yield Fact("weight decay enters", kind, row)
