"""The program whose runs are recorded, in PyTorch: a small CNN on digits."""

from collections import OrderedDict
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from grader.production.records import read_torch
from grader.production.records.digits import BATCH, LOOK_EVERY, STEPS, digits
from grader.production.records.store import Metric, Run, Store
from grader.production.records.values import fingerprint

Arguments = Mapping[str, Mapping[str, Any]]
"""By place, the arguments that somebody wrote."""


class Trained(NamedTuple):
    """What is left of a run: live objects, and (step, name, value) each 20 steps."""

    seed: int
    written: Arguments
    model: nn.Module
    optimizer: torch.optim.Optimizer
    metrics: list[Metric]


def train(seed: int, written: Arguments) -> Trained:
    """Train for 80 steps of 32 images.

    Args:
        seed: of the weights, and of the images' order.
        written: arguments for ``norm1``, ``norm2`` and ``optimizer``; all others have
            their defaults.

    Returns:
        The model, in evaluation mode, its optimizer, and as metrics the ``loss`` of the
        last batch and the ``accuracy`` on held-out images, in percent.
    """
    torch.manual_seed(seed)
    layers = {
        "conv1": nn.Conv2d(1, 8, 3, padding="same"),
        "norm1": nn.BatchNorm2d(8, **written.get("norm1", {})),
        "relu1": nn.ReLU(),
        "pool1": nn.MaxPool2d(2),
        "conv2": nn.Conv2d(8, 16, 3, padding="same"),
        "norm2": nn.BatchNorm2d(16, **written.get("norm2", {})),
        "relu2": nn.ReLU(),
        "pool2": nn.MaxPool2d(2),
        "flat": nn.Flatten(),
        "dense": nn.Linear(64, 10),
    }
    model = nn.Sequential(OrderedDict(layers))
    optimizer = torch.optim.Adam(model.parameters(), **written.get("optimizer", {}))
    data, metrics = digits(seed), []
    images, labels = torch.tensor(data.images[:, None]), torch.tensor(data.labels)
    for step in range(1, STEPS + 1):
        rows = slice((step - 1) * BATCH, step * BATCH)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images[rows]), labels[rows])
        loss.backward()
        optimizer.step()
        if step % LOOK_EVERY == 0:
            model.eval()
            with torch.no_grad():
                logits = model(torch.tensor(data.held_out[:, None])).numpy()
            model.train()
            right = logits.argmax(axis=1) == data.held_out_labels
            metrics.append((step, "loss", loss.item()))
            metrics.append((step, "accuracy", 100 * float(right.mean())))
    return Trained(seed, written, model.eval(), optimizer, metrics)


def record(store: Store, name: str, trained: Trained) -> None:
    """Add a run to a log.

    Args:
        store: the log.
        name: of the run; new in the log.
        trained: what is left of the run.

    Raises:
        CourseError: the log refuses it.
    """
    data = digits(trained.seed)
    run = Run(
        run=name,
        framework="torch",
        version=torch.__version__,
        code=f"tandem-course {version('tandem-course')}",
        data=fingerprint(data.images, data.labels),
        seed=trained.seed,
    )
    settings = read_torch.settings(trained.model, trained.optimizer, trained.written)
    store.add(run, settings, trained.metrics)
