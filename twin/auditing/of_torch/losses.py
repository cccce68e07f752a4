"""Settings of PyTorch's losses."""

from collections.abc import Iterator
from typing import Any

import torch.nn.functional as F
from torch import nn

from twin.auditing.facts import Fact, Part, known
from twin.problems import TwinError

Facts = Iterator[Fact | None]
# The label that PyTorch leaves out by default: no class has it.
_NONE = -100
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
