"""Training runs with one fault each: what is asked of a loop, in either framework."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from sklearn.datasets import load_digits

PIXELS, HIDDEN, CLASSES = 64, 32, 10
BATCH, STEPS = 50, 150
TRAIN, HELD_OUT = 1500, 297
Weights = list[np.ndarray]
# A framework's training: of a setup, images, labels, the rows of each step's batch, and
# held-out images and labels. It gives a row for each step: the loss of the batch, the
# held-out loss, and the length of the gradient, all before the step.
Runner = Callable[
    ["Setup", np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray
]


@dataclass(frozen=True)
class Setup:
    """How to train a network of one hidden layer on scikit-learn's digits.

    The defaults are a healthy run.

    Attributes:
        rate: of plain stochastic gradient descent.
        divisor: what the pixels, 0 to 16, are divided by.
        softmax_twice: a softmax stands before the loss that has one inside.
        random_labels: each image has the label of another.
        by_class: the examples come sorted by class, in each epoch.
        all_equal: every weight starts at the same number.
        summed: gradients are never cleared, so that each step adds to them.
        examples: so many are used, again and again.
        seed: of the start and of the order.
    """

    rate: float = 0.5
    divisor: float = 16.0
    softmax_twice: bool = False
    random_labels: bool = False
    by_class: bool = False
    all_equal: bool = False
    summed: bool = False
    examples: int = TRAIN
    seed: int = 0

    def start(self) -> Weights:
        """Weights and biases, float32: (64, 32), (32,), (32, 10) and (10,)."""
        rng = np.random.default_rng(self.seed)
        found = []
        for inside, outside in ((PIXELS, HIDDEN), (HIDDEN, CLASSES)):
            drawn = rng.normal(0, np.sqrt(2 / inside), (inside, outside))
            if self.all_equal:
                drawn = np.full_like(drawn, 0.05)
            found += [drawn.astype(np.float32), np.zeros(outside, np.float32)]
        return found

    def data(self) -> tuple[np.ndarray, np.ndarray]:
        """The images to train on, (n, 64) float32, and their labels, (n,) int64."""
        images, labels = _digits()
        x = images[: self.examples] / np.float32(self.divisor)
        y = labels[: self.examples]
        if self.random_labels:
            y = np.random.default_rng(self.seed).permutation(y)
        if self.by_class:
            order = np.argsort(y, kind="stable")
            x, y = x[order], y[order]
        return x, y

    def held_out(self) -> tuple[np.ndarray, np.ndarray]:
        """The same of examples that are never trained on."""
        images, labels = _digits()
        return images[TRAIN:] / np.float32(self.divisor), labels[TRAIN:]

    def rows(self) -> np.ndarray:
        """The rows of each step's batch: whole numbers, (STEPS, batch)."""
        rng = np.random.default_rng(self.seed + 1)
        size = min(BATCH, self.examples)
        found: list[np.ndarray] = []
        while len(found) < STEPS:
            order = np.arange(self.examples)
            if not self.by_class:
                order = rng.permutation(order)
            found += list(order.reshape(-1, size))
        return np.array(found[:STEPS])


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    images, labels = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    return images[order].astype(np.float32), labels[order].astype(np.int64)


@dataclass(frozen=True)
class Curves:
    """What a run shows: the loss, in nats, and how large gradients are, by step.

    Attributes:
        train: the loss of each step's batch.
        held_out: the loss of the held-out examples, before each step.
        gradient: the length of the gradient of all weights.
    """

    train: np.ndarray
    held_out: np.ndarray
    gradient: np.ndarray


@dataclass(frozen=True)
class Tests:
    """The recipe's cheap tests of one run, losses in nats.

    Attributes:
        start: the loss before the first step.
        one_batch: the loss of one batch after training on nothing else.
        blank: the last loss when every pixel is 0.
        usual: the last loss with the pixels; the mean of the last ten steps.
        gradient: the length of the first gradient.
    """

    start: float
    one_batch: float
    blank: float
    usual: float
    gradient: float


def few(examples: int, divisor: float = 16.0) -> tuple[np.ndarray, np.ndarray]:
    """The first images, (examples, 64) float32, and their labels, int64.

    Args:
        examples: how many.
        divisor: what the pixels, 0 to 16, are divided by.
    """
    return Setup(examples=examples, divisor=divisor).data()


def entropy(labels: np.ndarray) -> float:
    """The entropy of the labels, in nats: the best loss of one who does not look."""
    counts = np.unique(labels, return_counts=True)[1]
    shares = counts / counts.sum()
    return float(-np.sum(shares * np.log(shares)))


def train(
    runner: Runner, setup: Setup, *, one_batch: bool = False, blank: bool = False
) -> Curves:
    """Train, and return the curves.

    Args:
        runner: of a framework: ``torch_runs.run`` or ``tensorflow_runs.run``.
        setup: the run, with its fault.
        one_batch: every step has the first batch of the data.
        blank: every pixel is 0.
    """
    (x, y), rows = setup.data(), setup.rows()
    if blank:
        x = np.zeros_like(x)
    if one_batch:
        rows = np.broadcast_to(np.arange(rows.shape[1]), rows.shape)
    return Curves(*runner(setup, x, y, rows, *setup.held_out()).T)


def train_all(runner: Runner, setups: Mapping[str, Setup]) -> dict[str, Curves]:
    """The curves of several setups, by their titles."""
    return {title: train(runner, setup) for title, setup in setups.items()}


def test_all(
    runner: Runner, setups: Mapping[str, Setup], usual: Mapping[str, Curves]
) -> dict[str, Tests]:
    """The recipe's tests of several setups, by their titles.

    Args:
        runner: of the framework.
        setups: the runs, each with its fault.
        usual: their curves.
    """
    found = {}
    for title, setup in setups.items():
        curves = usual[title]
        one = train(runner, setup, one_batch=True)
        blank = train(runner, setup, blank=True)
        found[title] = Tests(
            start=float(curves.train[0]),
            one_batch=float(one.train[-1]),
            blank=float(blank.train[-10:].mean()),
            usual=float(curves.train[-10:].mean()),
            gradient=float(curves.gradient[0]),
        )
    return found


HEALTHY = Setup()
GALLERY = {
    "healthy": HEALTHY,
    "rate too high": Setup(rate=12.0),
    "rate too low": Setup(rate=0.004),
    "softmax twice": Setup(softmax_twice=True),
    "shuffled labels": Setup(random_labels=True),
    "not shuffled": Setup(by_class=True),
    "all weights equal": Setup(all_equal=True),
    "input not scaled": Setup(divisor=0.25),
    "gradients never cleared": Setup(summed=True),
    "overfitting": Setup(examples=50),
}
# What is to be diagnosed: the cause of each run, and a setup with other numbers.
ANSWERS = {
    "A": "shuffled labels",
    "B": "rate too low",
    "C": "softmax twice",
    "D": "input not scaled",
    "E": "all weights equal",
    "F": "not shuffled",
}
SIX = {
    letter: replace(GALLERY[cause], seed=seed)
    for seed, (letter, cause) in enumerate(ANSWERS.items(), start=5)
}
