"""Lesson 10's model in PyTorch, for programs in environments without the course."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn


def build(arrays: Mapping[str, np.ndarray]) -> nn.Module:
    """The model in evaluation, with the weights of ``digits_cnn.weights``."""
    model = nn.Sequential()
    for name, layer in {
        "conv1": nn.Conv2d(1, 8, 3, padding=1),
        "norm": nn.BatchNorm2d(8, eps=1e-3),
        "relu1": nn.ReLU(),
        "conv2": nn.Conv2d(8, 32, 3, padding=1),
        "relu2": nn.ReLU(),
        "pool": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "dense": nn.Linear(512, 10),
    }.items():
        model.add_module(name, layer)
    for name, value in model.eval().state_dict().items():
        if name in arrays:
            value.copy_(torch.tensor(arrays[name]))
    return model
