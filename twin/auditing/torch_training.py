"""Settings of PyTorch's optimizers, losses and loaders."""

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, RandomSampler, SequentialSampler

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]
# The label that PyTorch leaves out by default: no class has it.
_NONE = -100
# The id of a row begins with the optimizer's name.
_FAMILIES = {"NAdam": "nadam", "AdamW": "adamw"}
_FUNCTIONS = {
    F.cross_entropy: nn.CrossEntropyLoss,
    F.nll_loss: nn.NLLLoss,
    F.binary_cross_entropy: nn.BCELoss,
    F.binary_cross_entropy_with_logits: nn.BCEWithLogitsLoss,
    F.mse_loss: nn.MSELoss,
    F.l1_loss: nn.L1Loss,
    F.kl_div: nn.KLDivLoss,
    F.huber_loss: nn.HuberLoss,
    F.smooth_l1_loss: nn.SmoothL1Loss,
    F.poisson_nll_loss: nn.PoissonNLLLoss,
}


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


def loss(one: Any, module: nn.Module | None) -> Part:
    """A loss's settings: a module or a function of ``torch.nn.functional``.

    Args:
        one: the loss.
        module: what gives its input, if that is known.
    """
    made = one if isinstance(one, nn.Module) else _made(one)
    return Part("loss", "loss", known(_loss(made, module)))


def _made(function: Any) -> Any:
    if function not in _FUNCTIONS:
        name = getattr(function, "__name__", type(function).__name__)
        raise TwinError(
            f"losses=(torch's, Keras's): twin can't read settings off {name!r}; give a "
            "loss of torch.nn, such as nn.CrossEntropyLoss(), or of "
            "torch.nn.functional"
        )
    return _FUNCTIONS[function]()


def _loss(one: Any, module: nn.Module | None) -> Facts:
    ends = _ends_in_softmax(module)
    if isinstance(one, nn.CrossEntropyLoss | nn.BCEWithLogitsLoss):
        binary = isinstance(one, nn.BCEWithLogitsLoss)
        row = "cross_entropy.of_probabilities" if ends else "cross_entropy.input"
        reads = "probabilities, as if they were logits" if ends else "logits"
        yield Fact("kind", "binary cross entropy" if binary else "cross entropy")
        yield Fact("is given", reads, row)
        yield Fact("reduction", one.reduction)
        yield Fact("label smoothing", float(getattr(one, "label_smoothing", 0.0)))
        if one.weight is not None:
            weighted = "divided by the sum of the weights"
            yield Fact("class weights", weighted, "cross_entropy.class_weights")
        ignored = getattr(one, "ignore_index", _NONE)
        if ignored != _NONE:
            yield Fact("class left out", ignored, "cross_entropy.ignored")
    elif isinstance(one, nn.BCELoss):
        yield Fact("kind", "binary cross entropy")
        yield Fact("is given", "probabilities", "binary_cross_entropy.clip")
        yield Fact("reduction", one.reduction)
    elif isinstance(one, nn.MSELoss):
        yield Fact("kind", "squared error")
        yield Fact("reduction", one.reduction, "mse.sum")
    elif isinstance(one, nn.KLDivLoss):
        yield Fact("kind", "KL divergence")
        yield Fact("reduction", one.reduction, "kl.reduction")
    elif isinstance(one, nn.HuberLoss | nn.SmoothL1Loss):
        smooth = isinstance(one, nn.SmoothL1Loss)
        scale = f"divided by β = {one.beta:g}" if smooth else "as Huber's"
        yield Fact("kind", "Huber's loss")
        yield Fact("δ", one.beta if smooth else one.delta, "huber.delta")
        equal = smooth and one.beta == 1.0
        yield Fact("size", "as Huber's" if equal else scale, "huber.smooth_l1")
        yield Fact("reduction", one.reduction)
    else:
        yield Fact("kind", type(one).__name__.removesuffix("Loss"))
        yield Fact("reduction", str(getattr(one, "reduction", "none")))


def _ends_in_softmax(module: nn.Module | None) -> bool:
    if module is None:
        return False
    *_, last = module.modules()
    return isinstance(last, nn.Softmax | nn.Sigmoid)


def loader(one: Any) -> Part:
    """A DataLoader's settings.

    Raises:
        TwinError: it is no DataLoader.
    """
    if not isinstance(one, DataLoader):
        raise TwinError(
            "loaders=(torch's, Keras's): the first is of the class "
            f"{type(one).__name__}; give a torch.utils.data.DataLoader"
        )
    return Part("loader", "loader", known(_loader(one)))


def _loader(one: DataLoader[Any]) -> Facts:
    if one.batch_size is not None:
        yield Fact("batch size", one.batch_size, "data.batch_size")
        kept = "left out" if one.drop_last else "kept"
        yield Fact("last, short batch", kept, "data.last_batch")
    if isinstance(one.sampler, RandomSampler):
        yield Fact("order", "shuffled", "data.shuffle")
        yield Fact("shuffled among", "all examples", "data.shuffle_buffer")
    elif isinstance(one.sampler, SequentialSampler):
        yield Fact("order", "as it is", "data.shuffle")
