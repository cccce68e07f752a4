"""One step of training in each framework."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf
import torch
from torch import nn

from twin.arrays import Array, from_keras
from twin.problems import TwinError
from twin.running.torch_run import as_tensor

Loss = Callable[[Any, Any], Any]


def check_halves(losses: Any, optimizers: Any, module: nn.Module) -> None:
    """Refuse losses or optimizers that are no pair of PyTorch's and Keras's.

    Raises:
        TwinError: they are not, or PyTorch's optimizer belongs to another module.
    """
    for given, what in ((losses, "losses"), (optimizers, "optimizers")):
        if not isinstance(given, tuple | list) or len(given) != 2:
            raise TwinError(f"train takes {what}=(PyTorch's, Keras's)")
    if not isinstance(optimizers[0], torch.optim.Optimizer):
        raise TwinError("the first of optimizers= is to be PyTorch's, from torch.optim")
    if not isinstance(optimizers[1], keras.optimizers.Optimizer):
        raise TwinError("the second of optimizers= is to be from keras.optimizers")
    own = {id(one) for one in module.parameters()}
    groups = optimizers[0].param_groups
    if not own & {id(one) for group in groups for one in group["params"]}:
        raise TwinError(
            "PyTorch's optimizer holds no parameter of this module: make it from "
            "module.parameters()"
        )


def torch_step(
    module: nn.Module,
    loss: Loss,
    optimizer: torch.optim.Optimizer,
    inputs: Sequence[Array],
    targets: Array,
) -> float:
    """Compute loss and gradients and update the weights; gradients stay in ``.grad``.

    Args:
        module: in the mode in which it is to run.
        loss: of the module's output and the targets.
        optimizer: over the module's parameters.
        inputs: in the module's layout.
        targets: whole numbers become int64.

    Raises:
        TwinError: the loss is not one number.
    """
    optimizer.zero_grad()
    wanted = as_tensor(targets, module)
    if not wanted.is_floating_point() and wanted.dtype != torch.bool:
        wanted = wanted.long()
    value = loss(module(*(as_tensor(one, module) for one in inputs)), wanted)
    _one_number("PyTorch", value)
    value.backward()
    optimizer.step()
    return float(value.detach())


class KerasHalf:
    """Steps of a Keras model, compiled by TensorFlow.

    Args:
        model: built.
        loss: of the targets and the model's output.
        optimizer: built here for the model's trained variables.
    """

    def __init__(
        self, model: keras.Model, loss: Loss, optimizer: keras.optimizers.Optimizer
    ) -> None:
        self.trained = list(model.trainable_variables)
        optimizer.build(self.trained)

        @tf.function(reduce_retracing=True)
        def gradients(inputs: Any, targets: Any) -> Any:
            with tf.GradientTape() as tape:
                value = loss(targets, model(inputs, training=True))
                _one_number("Keras", value)
                value = sum(model.losses, value)  # of regularizers
            return value, tape.gradient(value, [one.value for one in self.trained])

        @tf.function
        def update(gradients: Any) -> None:
            optimizer.apply(gradients, self.trained)

        self._gradients, self._update = gradients, update

    def step(self, inputs: Any, targets: Array) -> tuple[float, dict[int, Array]]:
        """Compute loss and gradients and update the weights.

        Args:
            inputs: in the model's layout, one array or a structure of them.
            targets: numbers with a fraction take the dtype of the weights.

        Returns:
            The loss, and gradients by the identity of their variable, without those of
            variables that the loss does not depend on.
        """
        given = keras.tree.map_structure(keras.ops.convert_to_tensor, inputs)
        wanted = keras.ops.convert_to_tensor(targets)
        if wanted.dtype.is_floating and self.trained:
            wanted = keras.ops.cast(wanted, self.trained[0].dtype)
        value, found = self._gradients(given, wanted)
        self._update(found)
        return float(value), {
            id(variable): from_keras(tf.convert_to_tensor(gradient))
            for variable, gradient in zip(self.trained, found, strict=True)
            if gradient is not None
        }


def _one_number(framework: str, value: Any) -> None:
    if tuple(value.shape) != ():
        raise TwinError(
            f"{framework}'s loss has the shape {tuple(value.shape)}; training needs "
            "one number: take the mean, as torch.nn.functional.cross_entropy and "
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True) do"
        )
