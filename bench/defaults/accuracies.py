"""What the experiments have found, by the ids of the table's rows."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import product

from bench.defaults.experiments import FRAMEWORKS
from grader.pictures.defaults_runs import stored

# Of training, after which the page tells the accuracy: early and late.
STEPS_TOLD = (80, 370)
# Row -> the cause that the experiments changed. Adam's ε was changed in value and place
# at once, and so were the biases of all layers.
CAUSE_OF = {
    "start.dense_kernel": "initialization.dense",
    "start.dense_bias": "initialization.bias",
    "start.conv_kernel": "initialization.convolution",
    "start.conv_bias": "initialization.bias",
    "adam.epsilon": "adam.epsilon",
    "adam.epsilon_place": "adam.epsilon",
    "batch_norm.momentum": "batch_norm.momentum",
    "batch_norm.epsilon": "batch_norm.epsilon",
    "batch_norm.running_variance": "batch_norm.variance",
    "layout.image": "layout.channels",
}
FLIP_ROW = "data.random_flip"


@dataclass(frozen=True)
class Accuracy:
    """What leaving a row's difference costs in accuracy, as experiments measured it.

    Attributes:
        net: which of the two nets it was measured in, ``"torch"`` or ``"keras"``; all
            other settings are that framework's own.
        steps: of training.
        points: accuracy with the default of Keras less that with PyTorch's, in points.
        error: its standard error, in points.
        seeds: how often it was measured.
    """

    net: str
    steps: int
    points: float
    error: float
    seeds: int


def accuracies() -> dict[str, list[Accuracy]]:
    """Read what ``python -m bench.defaults runs`` has found, by row id."""
    runs, found = stored(), defaultdict(list)
    for net, steps in product(FRAMEWORKS, STEPS_TOLD):
        names = {FLIP_ROW: ("flips.turn", "flips.image")}
        for row, cause in CAUSE_OF.items():
            if cause in runs.names(net):
                taken, own = cause, "natural"
                names[row] = (taken, own) if net == "torch" else (own, taken)
        for row, (with_keras, with_torch) in names.items():
            one = runs.effect((net, with_keras), (net, with_torch), steps)
            points, error = round(one.points, 2), round(one.error, 2)
            found[row].append(Accuracy(net, steps, points, error, one.seeds))
    return found
