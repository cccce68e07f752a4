"""Makes the digits model for the server, in both frameworks, with the same weights."""

from pathlib import Path

import keras
import torch
from torch import nn

from grader.pictures.serving import digits_net
from grader.production.serving.numbered import publish

NUMBERS = {"PyTorch": 1, "TensorFlow": 2}
"""Which version of the model each framework runs."""


def make(base: Path) -> Path:
    """Write ``base/digits/1`` (PyTorch) and ``base/digits/2`` (TensorFlow)."""
    arrays = digits_net.train(5)
    module = nn.Sequential(
        *(nn.Linear(64, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU()),
        nn.Linear(512, 10),
    )
    with torch.no_grad():
        for layer, (weight, bias) in zip(module[::2], arrays, strict=True):
            layer.weight.copy_(torch.tensor(weight.T))
            layer.bias.copy_(torch.tensor(bias))
    program = torch.export.export(
        module,
        (torch.zeros(2, 64),),
        dynamic_shapes=({0: torch.export.Dim("batch")},),
    )
    (base / "program").mkdir()
    torch.export.save(program, base / "program" / "model.pt2")
    dense = [
        keras.layers.Dense(n, a) for n, a in ((512, "relu"), (512, "relu"), (10, None))
    ]
    model = keras.Sequential([keras.Input((64,)), *dense])
    model.set_weights([array for pair in arrays for array in pair])
    model.export(str(base / "saved"), verbose=False)
    publish(base / "program", base / "digits", NUMBERS["PyTorch"])
    return publish(base / "saved", base / "digits", NUMBERS["TensorFlow"]).parent
