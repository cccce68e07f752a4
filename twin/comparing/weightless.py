"""Layers without weights, paired where it is certain which belong together."""

from collections.abc import Iterator

import keras
import torch
from torch import nn

from twin.pairing import Pair
from twin.running.calls import Call, Run

K = keras.layers

_ACTIVATIONS = (
    *(nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.ELU, nn.SELU, nn.CELU, nn.GELU, nn.SiLU),
    *(nn.Mish, nn.Tanh, nn.Sigmoid, nn.Softmax, nn.LogSoftmax, nn.Softplus),
    *(nn.Softsign, nn.Hardswish, nn.Hardsigmoid, nn.Hardtanh, nn.LogSigmoid),
)
# PyTorch's classes, Keras's classes, by what they do.
_KINDS: dict[str, tuple[tuple[type, ...], tuple[type, ...]]] = {
    "activation": (
        _ACTIVATIONS,
        (K.ReLU, K.LeakyReLU, K.ELU, K.Activation, K.Softmax),
    ),
    "max pooling": (
        (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d),
        (K.MaxPooling1D, K.MaxPooling2D, K.MaxPooling3D),
    ),
    "average pooling": (
        (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d),
        (K.AveragePooling1D, K.AveragePooling2D, K.AveragePooling3D),
    ),
    "global average pooling": (
        (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d),
        (K.GlobalAveragePooling1D, K.GlobalAveragePooling2D, K.GlobalAveragePooling3D),
    ),
    "global max pooling": (
        (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d),
        (K.GlobalMaxPooling1D, K.GlobalMaxPooling2D, K.GlobalMaxPooling3D),
    ),
    "upsampling": (
        (nn.Upsample,),
        (K.UpSampling1D, K.UpSampling2D, K.UpSampling3D),
    ),
}


def pair_weightless(
    ours: Run, theirs: Run, pairs: list[Pair]
) -> Iterator[tuple[int, int]]:
    """Calls of layers without weights that belong together, as positions in both runs.

    Between two pairs of layers with weights, those of one kind are paired in their
    order, if there are as many on both sides. Elsewhere one side has written them as
    functions, which no hook sees; the next layer's input then tells of a difference.
    """
    meets = dict(call for pair in pairs if pair.is_last for call in pair.calls)
    here = _gaps(ours)
    there = _gaps(theirs)
    for before, kinds in here.items():
        partner = meets.get(before) if before is not None else None
        if before is not None and partner is None:
            continue
        for kind, calls in kinds.items():
            others = there.get(partner, {}).get(kind, [])
            if len(calls) == len(others):
                yield from zip(calls, others, strict=True)


def _gaps(run: Run) -> dict[int | None, dict[str, list[int]]]:
    """After each layer with a rule (None: before the first): its calls by kind."""
    gaps: dict[int | None, dict[str, list[int]]] = {}
    before: int | None = None
    for at, call in enumerate(run.calls):
        if call.is_ruled:
            before = at
        elif kind := _kind(call):
            gaps.setdefault(before, {}).setdefault(kind, []).append(at)
    return gaps


def _kind(call: Call) -> str | None:
    for kind, (ours, theirs) in _KINDS.items():
        if isinstance(call.layer, (*ours, *theirs)):
            return kind
    # The activation that is built into a Keras layer is a plain function.
    built_in = not isinstance(call.layer, torch.nn.Module | keras.Layer)
    return "activation" if built_in else None
