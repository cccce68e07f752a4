"""Models written in both frameworks, larger than toys and quick to train."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray
from torch import nn

from tests.twin.ported import images, sequences

Batch = tuple[NDArray[np.generic], NDArray[np.int64]]


@dataclass(frozen=True)
class Ported:
    """One model in both frameworks.

    Attributes:
        name: of the kind of model.
        module: makes it in PyTorch, in float64, with everything random.
        model: makes it in Keras, never built.
        inputs: draws inputs in PyTorch's layout: (how many, generator) -> array.
    """

    name: str
    module: Callable[[], nn.Module]
    model: Callable[[], keras.Model]
    inputs: Callable[[int, np.random.Generator], NDArray[np.generic]]

    def batches(self, number: int, size: int = 8) -> list[Batch]:
        """As many batches of inputs and random labels."""
        rng = np.random.default_rng(0)
        return [
            (self.inputs(size, rng), rng.integers(0, CLASSES, size))
            for _ in range(number)
        ]


CLASSES = images.CLASSES
RESNET = Ported("ResNet-18", images.ResNet, images.resnet, images.draw)
MOBILENET = Ported("MobileNet", images.MobileNet, images.MobileNetK, images.draw)
LSTM = Ported("bidirectional LSTM", sequences.Tagger, sequences.tagger, sequences.draw)
ENCODER = Ported(
    "transformer encoder", sequences.Encoder, sequences.EncoderK, sequences.draw
)
PORTED = [RESNET, MOBILENET, LSTM, ENCODER]
