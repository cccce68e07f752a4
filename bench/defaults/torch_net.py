"""The small CNN in PyTorch, with its own defaults or some of Keras's."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from bench.defaults.digits import batches, split
from bench.defaults.experiments import Experiment

KERAS_MOMENTUM, KERAS_BN_EPSILON, KERAS_ADAM_EPSILON = 0.99, 1e-3, 1e-7
_BETA_2 = 0.999


class BatchNorm(nn.BatchNorm2d):
    """Batch norm as PyTorch's, or as Keras's in the causes that are taken."""

    running_mean: torch.Tensor
    running_var: torch.Tensor
    momentum: float

    def __init__(self, channels: int, taken: frozenset[str]) -> None:
        super().__init__(channels)
        if "batch_norm.momentum" in taken:
            self.momentum = 1 - KERAS_MOMENTUM
        if "batch_norm.epsilon" in taken:
            self.eps = KERAS_BN_EPSILON
        self.biased = "batch_norm.variance" in taken

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise (n, c, h, w); in training mode also average the statistics."""
        before = self.running_var.clone()
        out = super().forward(x)
        if self.biased and self.training:
            n = x.numel() // x.shape[1]
            kept = (1 - self.momentum) * before
            # A new tensor, since the old one is kept for the gradient.
            self.running_var = kept + (self.running_var - kept) * (n - 1) / n
        return out


class Net(nn.Module):
    """Two convolutions with batch norm, and a dense layer.

    Images have shape (n, 1, 8, 8), logits (n, 10).
    """

    def __init__(self, taken: frozenset[str]) -> None:
        super().__init__()
        self.conv_1 = nn.Conv2d(1, 8, 3, padding=1)
        self.norm_1 = BatchNorm(8, taken)
        self.conv_2 = nn.Conv2d(8, 16, 3, padding=1)
        self.norm_2 = BatchNorm(16, taken)
        self.dense = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return logits."""
        x = F.max_pool2d(F.relu(self.norm_1(self.conv_1(x))), 2)
        x = F.max_pool2d(F.relu(self.norm_2(self.conv_2(x))), 2)
        logits: torch.Tensor = self.dense(x.flatten(1))
        return logits


def build(seed: int, taken: frozenset[str]) -> Net:
    """Return the net with the starting weights of one seed."""
    torch.manual_seed(seed)
    net = Net(taken)
    for layer, cause in (
        (net.conv_1, "initialization.convolution"),
        (net.conv_2, "initialization.convolution"),
        (net.dense, "initialization.dense"),
    ):
        if cause in taken:
            nn.init.xavier_uniform_(layer.weight)
        if "initialization.bias" in taken and layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return net


def weights(net: Net) -> list[np.ndarray]:
    """Return kernels and biases in Keras's shapes, (h, w, in, out) and (in, out)."""
    # PyTorch flattens (channel, row, column), Keras (row, column, channel).
    rows = net.dense.weight.reshape(10, 16, 2, 2).permute(2, 3, 1, 0).reshape(64, 10)
    kernels = (
        net.conv_1.weight.permute(2, 3, 1, 0),
        net.conv_2.weight.permute(2, 3, 1, 0),
        rows,
    )
    biases = (net.conv_1.bias, net.conv_2.bias, net.dense.bias)
    found = []
    for kernel, bias in zip(kernels, biases, strict=True):
        assert bias is not None  # each of the three layers has one
        found += [kernel.detach().numpy().copy(), bias.detach().numpy().copy()]
    return found


@torch.no_grad()
def load(net: Net, values: list[np.ndarray]) -> None:
    """Copy kernels and biases in Keras's shapes into the net."""
    kernel_1, bias_1, kernel_2, bias_2, rows, bias = (
        torch.tensor(one) for one in values
    )
    dense = rows.reshape(2, 2, 16, 10).permute(3, 2, 0, 1).reshape(10, 64)
    for layer, kernel, shift in (
        (net.conv_1, kernel_1.permute(3, 2, 0, 1), bias_1),
        (net.conv_2, kernel_2.permute(3, 2, 0, 1), bias_2),
        (net.dense, dense, bias),
    ):
        assert layer.bias is not None  # each of the three has one
        layer.weight.copy_(kernel)
        layer.bias.copy_(shift)


def train(
    experiment: Experiment, seed: int, start: list[np.ndarray] | None = None
) -> tuple[list[int], list[int]]:
    """Train one net and count right answers on the held-out images, at each step asked.

    Args:
        experiment: what the net takes from Keras.
        seed: of the split, the batch order and the weights.
        start: the weights to begin with, in Keras's shapes, in place of its own.

    Returns:
        How many of the 597 images are right: as the net is, and with the statistics of
        batch norm recomputed on the training images with the same weights.
    """
    (images, digits), held_out = split(seed)
    net = build(seed, experiment.taken)
    if start is not None:
        load(net, start)
    layout = torch.contiguous_format
    if "layout.channels" in experiment.taken:
        layout = torch.channels_last
        for layer in (net.conv_1, net.conv_2):
            layer.weight.data = layer.weight.data.contiguous(memory_format=layout)
    opt = torch.optim.Adam(net.parameters())
    right, recomputed = [], []
    steps = batches(images, digits, seed, experiment.steps[-1], experiment.flips)
    for step, (x, y) in enumerate(steps, start=1):
        inputs = torch.tensor(x[:, None].copy()).contiguous(memory_format=layout)
        if "adam.epsilon" in experiment.taken:
            # Keras adds ε before it corrects the bias: the same as this ε after it.
            rooted = (1 - _BETA_2**step) ** 0.5
            opt.param_groups[0]["eps"] = KERAS_ADAM_EPSILON / rooted
        opt.zero_grad()
        loss = F.cross_entropy(net(inputs), torch.tensor(y))
        torch.autograd.backward(loss)
        opt.step()
        if step in experiment.steps:
            right.append(_right(net, *held_out))
            recomputed.append(_recomputed(net, images, held_out))
    return right, recomputed


@torch.no_grad()
def _right(net: Net, images: np.ndarray, digits: np.ndarray) -> int:
    net.eval()
    guess = net(torch.tensor(images[:, None])).argmax(dim=1).numpy()
    net.train()
    return int((guess == digits).sum())


@torch.no_grad()
def _recomputed(
    net: Net, images: np.ndarray, held_out: tuple[np.ndarray, np.ndarray]
) -> int:
    """Right answers with the statistics of all training images in one batch."""
    norms = (net.norm_1, net.norm_2)
    kept = [(n.momentum, n.running_mean.clone(), n.running_var.clone()) for n in norms]
    for norm in norms:
        norm.momentum = 1.0
    net(torch.tensor(images[:, None]))
    count = _right(net, *held_out)
    for norm, (momentum, mean, variance) in zip(norms, kept, strict=True):
        norm.momentum = momentum
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
    return count
