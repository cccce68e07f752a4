"""The stored runs behind the lesson on hidden defaults.

``python -m bench.defaults runs`` writes ``defaults_runs.json`` beside this module. So
it lies in the wheel too, and a learner's lesson can draw it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

STORED = Path(__file__).with_suffix(".json")
"""The file of the runs that the course carries."""

Net = tuple[str, str]
"""A framework and what was changed in its net, such as ("keras", "natural")."""

_NETS = {"torch": "PyTorch's net", "keras": "Keras's net"}
_CAUSES = {
    "batch norm: momentum": "batch_norm.momentum",
    "batch norm: epsilon": "batch_norm.epsilon",
    "batch norm: variance": "batch_norm.variance",
    "start of the weights": "initialization",
    "Adam: epsilon": "adam.epsilon",
    "layout in memory": "layout.channels",
}


@dataclass(frozen=True)
class Effect:
    """A mean difference of accuracy.

    Attributes:
        points: the mean, in points of accuracy (percent of the held-out images).
        error: its standard error, in points.
        seeds: how many runs of each net.
    """

    points: float
    error: float
    seeds: int

    def __str__(self) -> str:
        return f"{self.points:+.2f} ± {self.error:.2f}"


@dataclass(frozen=True)
class Runs:
    """Right answers of every net that was trained.

    Attributes:
        content: what the file holds.
    """

    content: dict[str, Any]

    @property
    def steps(self) -> list[int]:
        """After how many steps the accuracy was taken."""
        return list(self.content["steps"])

    @property
    def provenance(self) -> str:
        """What ran, how often, on what and on which versions; three lines."""
        content = self.content
        seeds = len(content["runs"]["torch"]["natural"])
        versions = ", ".join(f"{k} {v}" for k, v in content["versions"].items())
        return (
            f"{content['command']}: {seeds} seeds\n"
            f"{content['train']} digits of scikit-learn for training, in batches of "
            f"{content['batch']}; {content['held_out']} held out\n{versions}"
        )

    def names(self, framework: str) -> list[str]:
        """Return what was changed in a framework's net, ``"natural"`` first."""
        return list(self.content["runs"][framework])

    def accuracy(self, net: Net, *, recomputed: bool = False) -> np.ndarray:
        """Return accuracies in percent, of shape (seeds, steps).

        Args:
            net: a framework and one of its ``names``.
            recomputed: whether batch norm had its statistics recomputed on the training
                images, with the same weights.
        """
        framework, name = net
        which = "recomputed" if recomputed else "right"
        seeds = self.content["runs"][framework][name].values()
        counts = np.array([one[which] for one in seeds], float)
        return 100 * counts / self.content["held_out"]

    def at(self, net: Net, steps: int, *, recomputed: bool = False) -> np.ndarray:
        """Return accuracies in percent after so many steps, of shape (seeds,).

        Raises:
            ValueError: the net was not trained for so many steps.
        """
        found = self.accuracy(net, recomputed=recomputed)
        column = self.steps.index(steps)
        if found.shape[1] <= column:
            raise ValueError(f"{net[0]}, {net[1]}: not trained for {steps} steps")
        return found[:, column]

    def effect(self, after: Net, before: Net, steps: int) -> Effect:
        """Return how much better ``after`` is than ``before``, paired by seed.

        Only seeds that both have count.

        Raises:
            ValueError: one of the two was not trained for so many steps.
        """
        pair = [self.at(net, steps) for net in (after, before)]
        seeds = min(map(len, pair))
        return paired(*(accuracy[:seeds] for accuracy in pair))

    def causes(self, steps: int) -> dict[str, dict[str, Effect]]:
        """Return the effect of each default that a net took from the other framework.

        Returns:
            Cause -> {"PyTorch's net": effect, "Keras's net": effect}; a net is left out
            where its framework can't take the default on a CPU.
        """
        return {
            label: {
                _NETS[framework]: self.effect(
                    (framework, cause), (framework, "natural"), steps
                )
                for framework in _NETS
                if cause in self.names(framework)
            }
            for label, cause in _CAUSES.items()
        }


def paired(after: np.ndarray, before: np.ndarray) -> Effect:
    """Return the mean difference of two sets of runs of shape (n,), seed by seed."""
    differences = np.asarray(after, float) - np.asarray(before, float)
    return Effect(float(differences.mean()), _error(differences), len(differences))


def unpaired(after: np.ndarray, before: np.ndarray) -> Effect:
    """Return the difference of the means of two independent sets, shape (n,)."""
    points = float(np.mean(after) - np.mean(before))
    return Effect(points, float(np.hypot(_error(after), _error(before))), len(after))


def _error(values: np.ndarray) -> float:
    """The standard error of a mean; NaN for a single value."""
    n = len(values)
    return float(np.std(values, ddof=1) / n**0.5) if n > 1 else float("nan")


def stored() -> Runs:
    """Return the runs that the course carries."""
    return read(STORED)


def read(path: Path) -> Runs:
    """Return the runs of a file that ``python -m bench.defaults runs`` wrote."""
    return Runs(json.loads(path.read_text(encoding="utf-8")))
