"""One model in PyTorch and in Keras: pair, copy, compare, train."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import torch
from torch import nn

from twin.arrays import TOLERANCE, Array
from twin.checks import arrays, check_models, common_dtype, refuse_dropout
from twin.comparing.compare import compare_runs
from twin.comparing.result import Comparison
from twin.copied import Copied
from twin.layout import inputs_for_keras
from twin.left_over import left_over
from twin.lock_step.batches import Batches
from twin.lock_step.halves import Loss
from twin.lock_step.result import Training
from twin.lock_step.train import LockStep
from twin.pairing import Flattened, Mapped, Pair, pair_layers
from twin.problems import TwinError
from twin.running.calls import Run
from twin.running.keras_run import run_model
from twin.running.torch_run import run_module
from twin.showing.tables import Table

Inputs = Array | Sequence[Array]


class Twin:
    """A PyTorch module and a Keras model that are to be the same.

    Both run once on a sample, and their layers are paired in the order in which they
    run. Both stay as they are until ``copy`` or ``train``.

    Args:
        module: the PyTorch module.
        model: the Keras model: functional, sequential or subclassed. One that was never
            built is built by the sample.
        sample: an array, or one for each positional argument, in the module's layout:
            (N, C, *space) for images. For Keras the channels move to the end.
        pairs: the Keras paths of layers, such as "block/conv", for some of PyTorch's
            paths, such as "layer1.0.conv", where their order does not tell. A list of
            paths for a module of several layers.
        flattened: for some of PyTorch's paths, the shape (C, *space) of the feature map
            that the layer receives flattened, where no Keras layer flattens it; None
            where the module puts it in Keras's order itself.
        inputs: makes Keras's inputs of PyTorch's arrays, where moving the channels is
            not enough, such as a mask of lengths.

    Attributes:
        pairs: the pairs of layers with weights.
        unpaired: weights without a pair: their layers did not run on the sample.

    Raises:
        TwinError: layers can't be paired; the message says which, and why.
    """

    def __init__(
        self,
        module: nn.Module,
        model: keras.Model,
        sample: Inputs,
        *,
        pairs: Mapped | None = None,
        flattened: Flattened | None = None,
        inputs: Callable[..., Any] | None = None,
    ) -> None:
        check_models(module, model)
        self.module, self.model = module, model
        self._inputs = inputs
        self._first: nn.Module = module
        ours, theirs = self._run(sample, training=False)
        self.pairs: list[Pair] = pair_layers(ours, theirs, pairs or {}, flattened or {})
        self.unpaired = left_over(module, model, ours, theirs, self.pairs)
        self.dtype = common_dtype(self.pairs)

    def copy(self, to: str) -> Copied:
        """Copy every weight and statistic to the other framework, exactly.

        Args:
            to: "keras" or "torch".

        Returns:
            What was copied, and what one should know of it.
        """
        if to not in ("keras", "torch"):
            raise TwinError(f'copy(to={to!r}): use to="keras" or to="torch"')
        for pair in self.pairs:
            for weight in pair.weights:
                if to == "keras":
                    weight.copy_to_keras()
                else:
                    weight.copy_to_torch()
        return Copied(to, self.pairs, self.unpaired)

    def compare(
        self, x: Inputs, *, training: bool = False, tolerance: float | None = None
    ) -> Comparison:
        """Run both models on ``x`` and compare what each pair of layers returns.

        Args:
            x: as the sample, of any batch size.
            training: whether both run as in training, with batch statistics. Neither
                model is changed by it.
            tolerance: the largest difference of equals, relative to a layer's largest
                number; by default one for the dtype (twin/README.md).

        Raises:
            TwinError: ``x`` has a wrong shape, or dropout is on in training.
        """
        if training:
            refuse_dropout(self.module, self.model)
        ours, theirs = self._run(x, training=training)
        if tolerance is None:
            tolerance = TOLERANCE[self.dtype]
        return compare_runs(ours, theirs, self.pairs, tolerance, self.dtype)

    def train(
        self,
        batches: Batches,
        losses: tuple[Loss, Loss],
        optimizers: tuple[torch.optim.Optimizer, keras.optimizers.Optimizer],
        *,
        steps: int | None = None,
        epochs: int | None = None,
        tolerance: float | None = None,
    ) -> Training:
        """Train both models on the same batches, and find where they part.

        In each step the batch, the loss, every gradient, every weight and every
        statistic are compared. A copy of the module, one rounding away, is trained
        beside it: equals may differ by the tolerance, or ten times as far as the copy
        has drifted.

        Args:
            batches: pairs of inputs and targets in PyTorch's layout, such as a list or
                a DataLoader; or a tuple of two, one for each framework, the second in
                Keras's layout.
            losses: PyTorch's, called as loss(output, target), and Keras's, called as
                loss(target, output).
            optimizers: PyTorch's, and Keras's.
            steps: how many batches; all are begun anew where they end earlier.
            epochs: how often to go through the batches; by default once.
            tolerance: the largest difference of equals before any drift; by default one
                for the dtype (twin/README.md).

        Raises:
            TwinError: dropout is on, batches are no such pairs, or a loss is not one
                number.
        """
        refuse_dropout(self.module, self.model)
        if tolerance is None:
            tolerance = TOLERANCE[self.dtype]
        both = LockStep(
            *(self.module, self.model, self.pairs, losses, optimizers),
            tolerance,
            self.dtype,
        )
        return both.run(batches, steps, epochs, self._keras_inputs)

    def _keras_inputs(self, given: list[Array]) -> Any:
        if self._inputs is not None:
            return self._inputs(*given)
        several = inputs_for_keras(given, self.model, self._first)
        return several[0] if len(several) == 1 else several

    def _run(self, x: Inputs, *, training: bool) -> tuple[Run, Run]:
        given = arrays(x)
        ours = run_module(self.module, given, training=training)
        if ours.calls:
            self._first = ours.calls[0].layer
        made = self._keras_inputs(given)
        made = keras.tree.map_structure(keras.ops.convert_to_tensor, made)
        return ours, run_model(self.model, made, training=training)

    def __str__(self) -> str:
        return self._table().text()

    def _repr_html_(self) -> str:
        return self._table().html()

    __repr__ = __str__

    def _table(self) -> Table:
        head = ["layer", "in Keras", "weights"]
        rows = [
            [
                f"{pair.path} {type(pair.module).__name__}",
                f"{pair.keras_path} {type(pair.layer).__name__}",
                ", ".join(weight.name for weight in pair.weights),
            ]
            for pair in self.pairs
        ]
        before = f"{len(rows)} pairs of layers, in {self.dtype}:"
        after = [f"Has no pair: {name}." for name in self.unpaired]
        return Table(head, rows, before=before, after=after)
