"""Settings of a Keras model's layers."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np

from twin.auditing import starts
from twin.auditing.facts import Fact, Part, known
from twin.auditing.of_keras.reading import Facts, start, trained
from twin.auditing.of_keras.sequences import attention, embedding, inner, recurrent
from twin.auditing.padding import keras_border

K = keras.layers
_CONVOLUTIONS = (K.Conv1D, K.Conv2D, K.Conv3D)
_DEPTHWISE = (K.DepthwiseConv1D, K.DepthwiseConv2D)
_TRANSPOSED = (K.Conv1DTranspose, K.Conv2DTranspose, K.Conv3DTranspose)
_MAX_POOLS = (K.MaxPooling1D, K.MaxPooling2D, K.MaxPooling3D)
_MEAN_POOLS = (K.AveragePooling1D, K.AveragePooling2D, K.AveragePooling3D)
_DROPOUTS = (K.Dropout, K.SpatialDropout1D, K.SpatialDropout2D, K.SpatialDropout3D)
_ZERO_PADS = (K.ZeroPadding1D, K.ZeroPadding2D, K.ZeroPadding3D)


def parts(model: keras.Layer) -> Iterator[Part]:
    """Each layer that has hidden settings, in the order in which they are kept."""
    padded: tuple[tuple[int, int], ...] = ()
    for path, layer in _layers(model, ""):
        if isinstance(layer, _ZERO_PADS):
            padded = tuple(np.atleast_2d(layer.padding).tolist())
            padded = tuple((first, last) for first, last in padded)
            continue
        for kind, facts in _read(layer, padded):
            yield Part(kind, path, known(facts), layer, _known_space(layer))
        padded = ()


def _layers(layer: Any, path: str) -> Iterator[tuple[str, Any]]:
    known_kinds = (*(classes for classes, *_ in _READERS), K.Bidirectional)
    # Only models tell their layers publicly, and layers hold others as well.
    inside = layer._flatten_layers(include_self=False, recursive=False)
    children = [] if isinstance(layer, known_kinds) else list(inside)
    if not children:
        yield path or layer.name, layer
    for child in children:
        # Only the layer right above counts, as in the paths of twin.compare.
        above = path.rpartition("/")[2]
        yield from _layers(child, f"{above}/{child.name}" if above else child.name)


def _read(layer: Any, padded: tuple[tuple[int, int], ...]) -> Iterator[Any]:
    if isinstance(layer, _DEPTHWISE):
        yield "depthwise convolution", _convolution(layer, padded)
    elif isinstance(layer, _TRANSPOSED):
        yield "transposed convolution", _transposed(layer)
    elif isinstance(layer, _CONVOLUTIONS):
        yield "convolution", _convolution(layer, padded)
    else:
        for classes, kind, read in _READERS:
            if isinstance(inner(layer), classes):
                yield kind, read(layer)
                break
    function = vars(layer).get("activation")
    if callable(function):
        yield from _activation(function)


def _dense(layer: Any) -> Facts:
    yield start(layer, "weights", "start.dense_kernel", "kernel", "kernel")
    yield start(layer, "biases", "start.dense_bias", "bias", "bias")
    yield trained(layer)


def _convolution(layer: Any, padded: tuple[tuple[int, int], ...]) -> Facts:
    deep = "depthwise" if isinstance(layer, _DEPTHWISE) else "conv"
    named = "depthwise" if deep == "depthwise" else "kernel"
    yield start(layer, "weights", f"start.{deep}_kernel", "kernel", named)
    yield start(layer, "biases", "start.conv_bias", "bias", "bias")
    yield keras_border(
        *(layer.padding, layer.kernel_size, layer.dilation_rate, layer.strides),
        *(_space(layer), padded, "padding.same_stride"),
    )
    yield Fact("stride", tuple(layer.strides))
    yield Fact("dilation", tuple(layer.dilation_rate))
    yield trained(layer)


def _known_space(layer: Any) -> tuple[int, ...]:
    has_window = hasattr(layer, "kernel_size") or hasattr(layer, "pool_size")
    sizes = _space(layer) if has_window else ()
    return tuple(size for size in sizes if size is not None)


def _space(layer: Any) -> tuple[int | None, ...]:
    """The sizes of a layer's input, where a graph of layers tells them."""
    axes = len(getattr(layer, "kernel_size", None) or layer.pool_size)
    try:
        return tuple(layer.input.shape[1:-1])
    except (AttributeError, ValueError):
        return (None,) * axes


def _transposed(layer: Any) -> Facts:
    yield start(layer, "weights", "start.transposed_kernel", "kernel", "kernel")
    yield start(layer, "biases", "start.conv_bias", "bias", "bias")
    # As keras.ops.conv_transpose does: half of what is too much, rounded down.
    cut = tuple(
        0 if layer.padding == "valid" else max(size - stride, 0) // 2
        for size, stride in zip(layer.kernel_size, layer.strides, strict=True)
    )
    yield Fact("cut off before", cut, "padding.transposed")
    yield trained(layer)


def _batch_norm(layer: Any) -> Facts:
    yield Fact("epsilon", layer.epsilon, "batch_norm.epsilon")
    shown = f"keep {layer.momentum:g} (momentum={layer.momentum:g})"
    taken = 1 - float(layer.momentum)
    yield Fact("running statistics", taken, "batch_norm.momentum", shown)
    yield Fact("running variance", "divided by n", "batch_norm.running_variance")
    if layer.trainable:
        yield trained(layer)
    else:
        what = "running statistics"
        yield Fact("frozen, and normalises by", what, "batch_norm.frozen")


def _epsilon(row: str) -> Callable[[Any], Facts]:
    def read(layer: Any) -> Facts:
        yield Fact("epsilon", layer.epsilon, row)
        yield trained(layer)

    return read


def _group_norm(layer: Any) -> Facts:
    yield Fact("groups", layer.groups, "group_norm.groups")
    yield from _epsilon("group_norm.epsilon")(layer)


def _pool(layer: Any) -> Facts:
    mean = isinstance(layer, _MEAN_POOLS)
    yield Fact("window", tuple(layer.pool_size))
    yield Fact("stride", tuple(layer.strides))
    yield keras_border(
        *(layer.padding, layer.pool_size, (1,), layer.strides),
        *(_space(layer), (), "" if mean else "pooling.max_border"),
    )
    if mean and layer.padding == "same":
        counted = "cells of the image"
        yield Fact("border is divided by", counted, "pooling.average_border")
    # With padding, no window is left out.
    yield Fact("last, smaller window", "left out")


def _dropout(layer: Any) -> Facts:
    yield Fact("rate", float(layer.rate))


def _leaky(layer: Any) -> Facts:
    yield Fact("slope", float(layer.negative_slope), "activation.leaky_relu")


def _elu(layer: Any) -> Facts:
    yield Fact("α", float(layer.alpha), "activation.elu")


def _prelu(layer: Any) -> Facts:
    start = starts.of_initializer(layer.alpha_initializer, (1, 1))
    if start is not None:
        yield Fact("slopes start as", start, "activation.prelu")


def _activation(function: Callable[[Any], Any]) -> Iterator[tuple[str, Facts]]:
    """An activation that is built into another layer, told by what it computes."""
    name = getattr(function, "__name__", type(function).__name__).lower()
    if "gelu" in name:
        yield "GELU", _gelu(function)
    elif "leaky" in name:
        slope = -float(function(keras.ops.convert_to_tensor([-1.0], "float32"))[0])
        fact = Fact("slope", round(slope, 6), "activation.leaky_relu_function")
        yield "leaky ReLU", iter([fact])


def _gelu(function: Callable[[Any], Any]) -> Facts:
    # The two formulas differ most near 2.
    value = float(function(keras.ops.convert_to_tensor([2.0], "float32"))[0])
    how = "exact" if abs(value - 1.954500) < 1e-5 else "by tanh"
    yield Fact("formula", how, "activation.gelu_operation")


_READERS: tuple[tuple[Any, str, Callable[[Any], Facts]], ...] = (
    (K.Dense, "dense layer", _dense),
    (K.BatchNormalization, "batch norm", _batch_norm),
    (K.LayerNormalization, "layer norm", _epsilon("layer_norm.epsilon")),
    (K.GroupNormalization, "group norm", _group_norm),
    (K.RMSNormalization, "RMS norm", _epsilon("rms_norm.epsilon")),
    (K.Embedding, "embedding", embedding),
    (K.MultiHeadAttention, "attention", attention),
    (_MAX_POOLS, "max pooling", _pool),
    (_MEAN_POOLS, "average pooling", _pool),
    (_DROPOUTS, "dropout", _dropout),
    (K.LeakyReLU, "leaky ReLU", _leaky),
    (K.ELU, "ELU", _elu),
    (K.PReLU, "PReLU", _prelu),
    (K.LSTM, "LSTM", recurrent),
    (K.GRU, "GRU", recurrent),
    (K.SimpleRNN, "plain recurrent", recurrent),
)
