"""Each model ported both ways: outputs, and 50 steps of training."""

from dataclasses import dataclass

import keras
import torch
import torch.nn.functional as F

from tests.twin.ported import Ported
from twin import Twin
from twin.lock_step.result import Training

STEPS = 50
# A few roundings of float64: so the drift of the control run alone tells who is equal.
ROUNDING = 2e-15
# float32 holds these numbers exactly, to which Keras rounds an optimizer's settings.
RATE, MOMENTUM = 2**-7, 0.875


@dataclass(frozen=True)
class Proof:
    """What porting one model in one direction gave.

    Attributes:
        layers: how many pairs.
        forward: largest relative difference of all layers, before training.
        trained: the same of all layers after it.
        training: result of the training in lock step.
    """

    layers: int
    forward: float
    trained: float
    training: Training


def losses():
    return F.cross_entropy, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def optimizers(module):
    trained = [one for one in module.parameters() if one.requires_grad]
    return (
        torch.optim.SGD(trained, RATE, momentum=MOMENTUM),
        keras.optimizers.SGD(RATE, momentum=MOMENTUM),
    )


def prove(one: Ported, to: str, tolerance: float = ROUNDING) -> Proof:
    """Port a model with random weights to the other framework, and train both.

    Args:
        one: the model.
        to: "keras" or "torch".
        tolerance: of the training, before any drift of the control run.
    """
    module, model = one.module(), one.model()
    module.to(getattr(torch, keras.config.floatx()))
    batches = one.batches(5)
    sample = batches[0][0]
    pair = Twin(module, model, sample)
    pair.copy(to=to)
    before = pair.compare(sample)
    training = pair.train(
        batches, losses(), optimizers(module), steps=STEPS, tolerance=tolerance
    )
    # In training mode, since a running variance is another formula in each framework.
    after = pair.compare(sample, training=True)
    return Proof(len(pair.pairs), before.largest, after.largest, training)
