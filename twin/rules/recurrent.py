"""Recurrent layers: LSTM, GRU and the plain one, in several layers and directions."""

from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
from torch import nn

from twin.arrays import Array
from twin.problems import TwinError
from twin.rules.registry import Weights, rule
from twin.weights import Weight

K = keras.layers

TWO_BIASES = (
    "PyTorch's recurrent layer has two bias vectors where Keras's has one, their sum. "
    "A copy to PyTorch puts it into bias_ih and zeros into bias_hh. In training both "
    "move, so that their sum moves twice as far as Keras's: freeze bias_hh "
    "(bias_hh_l0.requires_grad_(False), and so on) for the same steps."
)


def _transposed(weight: Array) -> Array:
    return weight.T


def _gru_order(weight: Array) -> Array:
    """Gates reset, update, new become update, reset, new, along the last axis."""
    reset, update, new = np.split(weight, 3, axis=0)
    return np.concatenate([update, reset, new]).T


def _gru_biases(inputs: Array, recurrent: Array) -> Array:
    return np.stack([_gru_order(inputs), _gru_order(recurrent)])


def _one_bias(module: nn.RNNBase, suffix: str, cell: Any) -> Weight:
    biases = [getattr(module, f"bias_{of}_{suffix}", None) for of in ("ih", "hh")]
    return Weight("bias", biases, cell.bias, summed=True, note=TWO_BIASES)


def _two_biases(module: nn.RNNBase, suffix: str, cell: Any) -> Weight:
    biases = [getattr(module, f"bias_{of}_{suffix}", None) for of in ("ih", "hh")]
    if cell.use_bias and not cell.reset_after:
        raise TwinError(
            "Keras's GRU has reset_after=False, another formula than PyTorch's "
            "(the reset gate acts before the product, not after it): build it with "
            "reset_after=True"
        )
    return Weight("bias", biases, cell.bias, _gru_biases)


def _recurrent(
    kind: Any,
    order: Callable[[Array], Array],
    bias: Callable[[nn.RNNBase, str, Any], Weight],
) -> Weights:
    """The weights of one layer of a module, in one or both directions."""

    def weights(module: nn.RNNBase, layer: Any, part: int) -> Iterator[Weight]:
        if module.proj_size:
            raise TwinError("Keras's LSTM has no projection (proj_size) of its output")
        both = isinstance(layer, K.Bidirectional)
        if both != module.bidirectional:
            raise TwinError(
                f"PyTorch's has bidirectional={module.bidirectional}, Keras's layer "
                f"is {'' if both else 'not '}wrapped in Bidirectional"
            )
        directions: dict[str, Any] = {"": layer}
        if both:
            directions = {"": layer.forward_layer, "_reverse": layer.backward_layer}
        for suffix, inner in directions.items():
            if not isinstance(inner, kind):
                raise TwinError(f"Keras's Bidirectional wraps a {type(inner).__name__}")
            cell = inner.cell
            place = f"l{part}{suffix}"
            before = "backward." if suffix else "forward." if both else ""
            for weight in (
                Weight("kernel", _at(module, "ih", place), cell.kernel, order),
                Weight(
                    "recurrent_kernel",
                    _at(module, "hh", place),
                    cell.recurrent_kernel,
                    order,
                ),
                bias(module, place, cell),
            ):
                yield Weight(
                    before + weight.name,
                    weight.torch,
                    weight.keras,
                    weight.order,
                    summed=weight.summed,
                    note=weight.note,
                )

    return weights


def _at(module: nn.RNNBase, of: str, place: str) -> Any:
    return getattr(module, f"weight_{of}_{place}")


def _layers(module: nn.RNNBase) -> int:
    return module.num_layers


for torch_class, keras_class, order, bias in [
    (nn.LSTM, K.LSTM, _transposed, _one_bias),
    (nn.GRU, K.GRU, _gru_order, _two_biases),
    (nn.RNN, K.SimpleRNN, _transposed, _one_bias),
]:
    weights = _recurrent(keras_class, order, bias)
    rule(torch=torch_class, keras=keras_class, parts=_layers)(weights)
    rule(torch=torch_class, keras=K.Bidirectional, parts=_layers)(weights)
