"""Trains both models side by side, and says where they part."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import torch
from torch import nn

from twin.arrays import Array
from twin.lock_step.batches import Batches, iterate
from twin.lock_step.control import Control
from twin.lock_step.halves import KerasHalf, Loss, check_halves, torch_step
from twin.lock_step.measures import (
    BATCH,
    KINDS,
    LOSS,
    WEIGHT,
    Free,
    errors,
    held,
    keras_state,
    torch_state,
)
from twin.lock_step.progress import Progress
from twin.lock_step.result import Divergence, Training
from twin.lock_step.variances import NOTE, Variances
from twin.pairing import Pair
from twin.problems import TwinError

# Equals may lie so many times further apart than the module and its copy whose
# arithmetic is moved by one rounding. `python -m tests.twin` shows what is usual.
ROOM = 10
# What a setting that is rounded to float32 changes, at most.
_ROUNDED = 1e-6
ROUNDED = (
    "if the settings are equal: Keras's optimizers round momentum and betas to "
    "float32, also in float64. Choose numbers that float32 holds, such as 0.875, or "
    "give PyTorch the rounded one, float(numpy.float32(0.9))"
)
ROUNDED_LOSS = (
    "if the losses are equal: Keras's computes in the dtype that was set when it was "
    "made. Call keras.config.set_floatx('float64') first"
)
# One number beside another's rounding is enough for a jump: no control run foresees it.
JUMP = (
    "in {dtype} rounding alone does this where a ReLU or a maximum switches: confirm "
    "it in float64"
)


class LockStep:
    """A training of both models on the same batches.

    Args:
        module: PyTorch's.
        model: Keras's.
        pairs: of their layers.
        losses: PyTorch's, of output and targets; Keras's, of targets and output.
        optimizers: PyTorch's over the module's parameters, and Keras's.
        tolerance: the largest relative difference of equals, before any drift.
        dtype: name of the dtype of all weights.

    Raises:
        TwinError: losses or optimizers are no such pair.
    """

    def __init__(
        self,
        module: nn.Module,
        model: keras.Model,
        pairs: Sequence[Pair],
        losses: tuple[Loss, Loss],
        optimizers: tuple[torch.optim.Optimizer, keras.optimizers.Optimizer],
        tolerance: float,
        dtype: str,
    ) -> None:
        check_halves(losses, optimizers, module)
        self._module, self._pairs, self._dtype = module, pairs, dtype
        self._loss, self._optimizer = losses[0], optimizers[0]
        self._keras = KerasHalf(model, losses[1], optimizers[1])
        self._held = held(pairs)
        self._variances = Variances(pairs)
        trained = [one.name for one in self._held if any(one.weight.is_trained)]
        self._free = Free(trained, float(torch.finfo(getattr(torch, dtype)).eps))
        self._tolerance, self._drift = tolerance, dict.fromkeys(KINDS, 0.0)
        self._first: Divergence | None = None
        self._lines: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self._limits: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self._losses: list[tuple[float, float]] = []
        self._notes: list[str] = [NOTE] if self._variances.any else []
        try:
            self._control = Control(module, self._optimizer, pairs)
        except TwinError as error:
            raise TwinError(f"no control run: {error}") from error

    def run(
        self,
        batches: Batches,
        steps: int | None,
        epochs: int | None,
        for_keras: Callable[[list[Array]], Any],
    ) -> Training:
        """Train on ``batches`` and tell what was found.

        Training ends early where the two get batches of different sizes, or where a
        loss is no finite number.
        """
        modes = [(one, one.training) for one in self._module.modules()]
        progress = Progress(steps)
        try:
            for step, batch in enumerate(iterate(batches, steps, epochs, for_keras), 1):
                self._module.train()
                self._compare_trained(step)
                rows = [(BATCH, BATCH, batch.error)]
                if batch.error < np.inf:
                    rows += self._step(batch)
                self._note(step, rows)
                progress.tell(step, max(row[2] for row in rows))
                if batch.error == np.inf or not np.isfinite(self._losses[-1]).all():
                    break
        finally:
            for one, mode in modes:
                one.training = mode
        return Training(
            self._first,
            sorted(self._free.names),
            self._lines,
            self._limits,
            self._losses,
            self._dtype,
            self._notes,
        )

    def _step(self, batch: Any) -> list[tuple[str, str, float]]:
        with self._variances.followed():
            loss = torch_step(
                self._module, self._loss, self._optimizer, batch.ours, batch.our_targets
            )
        ours = torch_state(loss, self._held, self._variances)
        control = self._control.step(self._loss, batch.ours, batch.our_targets)
        value, gradients = self._keras.step(batch.theirs, batch.their_targets)
        theirs = keras_state(value, self._held, gradients)
        self._losses.append((loss, value))
        self._free.look(ours, theirs)
        for kind, _, error in errors(ours, control, self._free.names):
            if np.isfinite(error):
                self._drift[kind] = max(self._drift[kind], error)
        return list(errors(ours, theirs, self._free.names))

    def _compare_trained(self, step: int) -> None:
        for one in self._held if step == 1 else []:
            ours, theirs = one.weight.is_trained
            if not one.weight.is_statistic and ours != theirs:
                side = "PyTorch" if ours else "Keras"
                note = f"only {side} trains it: freeze it in both, or in neither"
                self._first = Divergence(
                    1, f"whether {one.name} is trained", np.inf, note
                )
                return

    def _note(self, step: int, rows: list[tuple[str, str, float]]) -> None:
        limits = {k: max(self._tolerance, ROOM * self._drift[k]) for k in KINDS}
        for kind in KINDS:
            found = [row[2] for row in rows if row[0] == kind]
            self._lines[kind].append(max(found, default=0.0))
            self._limits[kind].append(limits[kind])
        for kind, name, error in rows:
            if self._first is None and not error <= limits[kind]:
                quantity = name if kind == name else f"{kind} {name}"
                note = self._hint(kind, name, error)
                if not note and step > 1 and kind != BATCH and self._dtype != "float64":
                    note = JUMP.format(dtype=self._dtype)
                self._first = Divergence(step, quantity, error, note)

    def _hint(self, kind: str, name: str, error: float) -> str:
        if np.isnan(error):
            return "one of them is NaN"
        small = self._dtype == "float64" and error < _ROUNDED
        if kind == LOSS:
            return ROUNDED_LOSS if small else ""
        if kind != WEIGHT:
            return ""
        notes = {one.name: one.weight.note for one in self._held}
        return notes[name] or (ROUNDED if small else "")
