"""Settings of a PyTorch module's layers."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from torch import nn

from twin.auditing.facts import Fact, Part, Start, known
from twin.auditing.of_torch.reading import Facts, start, trained, values
from twin.auditing.of_torch.sequences import attention, embedding, recurrent
from twin.auditing.padding import border

_CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
_TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
_DROPOUTS = (nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d)
_BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
_MAX_POOLS = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
_MEAN_POOLS = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
_ZERO_PADS = (nn.ZeroPad1d, nn.ZeroPad2d, nn.ZeroPad3d)


def parts(module: nn.Module) -> Iterator[Part]:
    """Each layer that has hidden settings, in the order in which they are defined."""
    padded: tuple[int, ...] = ()
    inside: set[int] = set()
    for path, layer in module.named_modules():
        if id(layer) in inside:
            continue
        if isinstance(layer, nn.MultiheadAttention):  # Its own parts are no layers.
            inside |= {id(one) for one in layer.modules()}
        if isinstance(layer, _ZERO_PADS):
            padded = tuple(layer.padding)
            continue
        for kind, facts in _read(layer, padded):
            name = path or type(layer).__name__
            before = bool(padded)
            yield Part(kind, name, known(facts), layer, zeros_before=before)
        if not isinstance(layer, nn.Sequential):
            padded = ()


def _read(layer: Any, padded: tuple[int, ...]) -> Iterator[tuple[str, Facts]]:
    if isinstance(layer, nn.LSTM | nn.GRU | nn.RNN):
        kind = {nn.LSTM: "LSTM", nn.GRU: "GRU", nn.RNN: "plain recurrent"}
        for number in range(layer.num_layers):
            yield kind[type(layer)], recurrent(layer, number)
    elif isinstance(layer, _CONVOLUTIONS):
        deep = layer.groups == layer.in_channels > 1
        kind_name = "depthwise convolution" if deep else "convolution"
        yield kind_name, _convolution(layer, padded)
    else:
        for classes, kind_name, read in _READERS:
            if isinstance(layer, classes):
                yield kind_name, read(layer)
                return


def _dense(layer: nn.Linear) -> Facts:
    fans = layer.in_features, layer.out_features
    yield start("weights", "start.dense_kernel", layer.weight, fans)
    yield start("biases", "start.dense_bias", layer.bias, fans)
    yield trained(layer)


def _convolution(layer: Any, padded: tuple[int, ...]) -> Facts:
    space = layer.weight[0, 0].numel()
    fans = layer.weight.shape[1] * space, layer.weight.shape[0] * space
    deep = "depthwise" if layer.groups > 1 else "conv"
    yield start("weights", f"start.{deep}_kernel", layer.weight, fans)
    yield start("biases", "start.conv_bias", layer.bias, fans)
    yield border(layer.padding, layer.kernel_size, layer.dilation, padded)
    yield Fact("stride", tuple(layer.stride))
    yield Fact("dilation", tuple(layer.dilation))
    yield trained(layer)


def _transposed(layer: Any) -> Facts:
    space = layer.weight[0, 0].numel()
    # PyTorch counts the channels of the output as those that go in.
    fans = layer.weight.shape[1] * space, layer.weight.shape[0] * space
    yield start("weights", "start.transposed_kernel", layer.weight, fans)
    yield start("biases", "start.conv_bias", layer.bias, fans)
    cut = tuple(layer.padding)
    yield Fact("cut off before", cut, "padding.transposed")
    yield trained(layer)


def _batch_norm(layer: Any) -> Facts:
    yield Fact("epsilon", layer.eps, "batch_norm.epsilon")
    if layer.track_running_stats and layer.momentum is not None:
        shown = f"keep {1 - layer.momentum:g} (momentum={layer.momentum:g})"
        taken = float(layer.momentum)
        yield Fact("running statistics", taken, "batch_norm.momentum", shown)
        yield Fact(
            "running variance", "divided by n − 1", "batch_norm.running_variance"
        )
    own = [parameter.requires_grad for parameter in layer.parameters(recurse=False)]
    if own and not any(own):
        what = "statistics of the batch" if layer.training else "running statistics"
        yield Fact("frozen, and normalises by", what, "batch_norm.frozen")
    else:
        yield trained(layer)


def _epsilon(row: str) -> Callable[[Any], Facts]:
    def read(layer: Any) -> Facts:
        yield Fact("epsilon", layer.eps, row)
        yield trained(layer)

    return read


def _group_norm(layer: nn.GroupNorm) -> Facts:
    yield Fact("groups", layer.num_groups, "group_norm.groups")
    yield from _epsilon("group_norm.epsilon")(layer)


def _rms_norm(layer: nn.RMSNorm) -> Facts:
    used = layer.eps
    if used is None:
        used = float(np.finfo(str(layer.weight.dtype).removeprefix("torch.")).eps)
    yield Fact("epsilon", used, "rms_norm.epsilon")
    yield trained(layer)


def _pool(layer: Any) -> Facts:
    pools = _MEAN_POOLS if isinstance(layer, _MEAN_POOLS) else _MAX_POOLS
    axes = 1 + [isinstance(layer, pool) for pool in pools].index(True)
    sizes, strides, padding = (
        (one,) * axes if isinstance(one, int) else tuple(one)
        for one in (layer.kernel_size, layer.stride, layer.padding)
    )
    yield Fact("window", sizes)
    yield Fact("stride", strides)
    yield border(padding, sizes, (1,), ())
    if isinstance(layer, _MEAN_POOLS) and any(padding):
        counted = "all cells" if layer.count_include_pad else "cells of the image"
        yield Fact("border is divided by", counted, "pooling.average_border")
    yield Fact("last, smaller window", "kept" if layer.ceil_mode else "left out")


def _dropout(layer: Any) -> Facts:
    yield Fact("rate", float(layer.p))


def _gelu(layer: nn.GELU) -> Facts:
    how = {"none": "exact", "tanh": "by tanh"}[layer.approximate]
    yield Fact("formula", how, "activation.gelu_operation")


def _leaky(layer: nn.LeakyReLU) -> Facts:
    yield Fact("slope", layer.negative_slope, "activation.leaky_relu")


def _elu(layer: nn.ELU) -> Facts:
    yield Fact("α", layer.alpha, "activation.elu")


def _prelu(layer: nn.PReLU) -> Facts:
    weights = values(layer.weight)
    slope = Start("constant", float(weights.mean()))
    yield Fact("slopes start as", slope, "activation.prelu", weights=weights)


_READERS: tuple[tuple[Any, str, Callable[[Any], Facts]], ...] = (
    (nn.Linear, "dense layer", _dense),
    (_TRANSPOSED, "transposed convolution", _transposed),
    (_BATCH_NORMS, "batch norm", _batch_norm),
    (nn.LayerNorm, "layer norm", _epsilon("layer_norm.epsilon")),
    (nn.GroupNorm, "group norm", _group_norm),
    (nn.RMSNorm, "RMS norm", _rms_norm),
    (nn.Embedding, "embedding", embedding),
    (nn.MultiheadAttention, "attention", attention),
    (_MAX_POOLS, "max pooling", _pool),
    (_MEAN_POOLS, "average pooling", _pool),
    (_DROPOUTS, "dropout", _dropout),
    (nn.GELU, "GELU", _gelu),
    (nn.LeakyReLU, "leaky ReLU", _leaky),
    (nn.ELU, "ELU", _elu),
    (nn.PReLU, "PReLU", _prelu),
)
