"""Pictures of runs: a gallery of loss curves, and the loss by learning rate.

Black on white: the held-out loss is dashed.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from grader.pictures.debugging.runs import CLASSES, Curves, Tests
from grader.pictures.described import show

_COLUMNS = 5
_HIGHEST = 5.0  # nats: what is above is drawn at the panel's upper edge


def gallery(runs: Mapping[str, Curves], columns: int = _COLUMNS) -> None:
    """Draw the loss curves of many runs, each in a panel of its own.

    Args:
        runs: title -> curves.
        columns: how many panels stand side by side.
    """
    lines = -(-len(runs) // columns)
    figure, grid = plt.subplots(
        lines,
        columns,
        figsize=(1.9 * columns, 1.7 * lines),
        facecolor="white",
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for axes in grid.flat[len(runs) :]:
        axes.set_axis_off()
    told = []
    for axes, (title, curves) in zip(grid.flat, runs.items(), strict=False):
        _panel(axes, title, curves)
        train = curves.train
        told.append(f"{title}: from {_short(train[0])} to {_short(train[-10:].mean())}")
    for axes in grid[:, 0]:
        axes.set_ylabel("loss (nats)", fontsize=8)
    for axes in grid[-1]:
        axes.set_xlabel("step", fontsize=8)
    figure.tight_layout(pad=0.4)
    words = (
        f"{len(runs)} panels with the loss in nats against the step, cut at "
        f"{_HIGHEST:.0f}: solid in training, dashed on held-out examples; a dotted "
        f"line at ln({CLASSES}) = {np.log(CLASSES):.2f}. Training: {'; '.join(told)}."
    )
    show(figure, words)


def _panel(axes: Axes, title: str, curves: Curves) -> None:
    axes.axhline(np.log(CLASSES), color="0.6", linestyle=":", linewidth=1)
    axes.plot(_cut(curves.held_out), "--", color="0.45", linewidth=1)
    axes.plot(_cut(curves.train), color="black", linewidth=0.9)
    axes.set_ylim(-0.1, _HIGHEST + 0.1)
    axes.set_title(title, fontsize=8, loc="left", pad=3)
    axes.tick_params(labelsize=7)


def _cut(losses: np.ndarray) -> np.ndarray:
    return np.minimum(np.nan_to_num(losses, nan=_HIGHEST, posinf=_HIGHEST), _HIGHEST)


def _short(loss: float) -> str:
    """Rounded so far that it is the same on every machine."""
    return f"{loss:.1f}" if loss < _HIGHEST else f"above {_HIGHEST:.0f}"


def tests_table(found: Mapping[str, Tests]) -> None:
    """Print the recipe's tests of some runs, a row for each run.

    Args:
        found: title -> tests.
    """
    print("run  start  one batch  blank  usual  gradient")
    for title, tests in found.items():
        print(
            f"{title:<4}{tests.start:6.2f}{tests.one_batch:11.2f}{tests.blank:7.2f}"
            f"{tests.usual:7.2f}{tests.gradient:10.2f}"
        )


def rates(found: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> None:
    """Draw the loss of a run whose learning rate grows with each step.

    Args:
        found: title -> rates and losses, one of each for every step.
    """
    figure, axes = plt.subplots(figsize=(5.4, 3.0), facecolor="white")
    told = []
    for style, (title, (given, losses)) in zip(
        ("-", "--"), found.items(), strict=False
    ):
        axes.plot(given, _cut(np.array(losses)), style, color="black", label=title)
        lowest = int(np.nanargmin(losses))
        told.append(
            f"{title}: lowest loss {losses[lowest]:.1f} near a rate of "
            f"{given[lowest]:.0g}"
        )
    axes.set_xscale("log")
    axes.set_xlabel("learning rate, growing with each step")
    axes.set_ylabel("loss (nats)")
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    words = (
        "The loss in nats against the learning rate, on a logarithmic axis, in one run "
        f"whose rate grows with each step. {'; '.join(told)}."
    )
    show(figure, words)
