"""Trains a ``Setup`` in PyTorch."""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F

from grader.pictures.debugging.runs import Setup


def run(
    setup: Setup, x: np.ndarray, y: np.ndarray, rows: np.ndarray, *held_out: np.ndarray
) -> np.ndarray:
    """Train from the setup's start; see ``runs.Runner``."""
    weights = [torch.tensor(w, requires_grad=True) for w in setup.start()]
    optimizer = torch.optim.SGD(weights, setup.rate)
    images, labels, order = (torch.tensor(part) for part in (x, y, rows))
    held_x, held_y = map(torch.tensor, held_out)
    told = []
    for batch in order:
        with torch.no_grad():
            held = _loss(setup, weights, held_x, held_y)
        loss = _loss(setup, weights, images[batch], labels[batch])
        if not setup.summed:
            optimizer.zero_grad()
        loss.backward()
        length = torch.nn.utils.get_total_norm(
            [w.grad for w in weights if w.grad is not None]
        )
        told.append(torch.stack([loss.detach(), held, length]))
        optimizer.step()
    return torch.stack(told).numpy()


def _loss(
    setup: Setup, weights: Sequence[torch.Tensor], x: torch.Tensor, y: torch.Tensor
) -> torch.Tensor:
    first, first_bias, second, second_bias = weights
    hidden = torch.relu(x @ first + first_bias)
    logits = hidden @ second + second_bias
    if setup.softmax_twice:
        logits = torch.softmax(logits, dim=1)
    return F.cross_entropy(logits, y)
