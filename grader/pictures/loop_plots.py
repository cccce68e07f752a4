"""Pictures of training: paths in a valley, orders of an epoch, runs by seed.

Black on white: line styles, markers and numbers are used in place of colours.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

_MARKERS = ("o", "s", "^", "D")
_MOST = len(_MARKERS)
_TICKS = 5  # more labels, such as 0.9525, would overlap


def valley(paths: Mapping[str, np.ndarray], curvature: Sequence[float]) -> None:
    """Draw how optimizers walk over 0.5 * (c0 * w0**2 + c1 * w1**2).

    Args:
        paths: title -> positions of shape (n, 2), the start first; up to four paths,
            each in its own panel.
        curvature: c0 and c1.

    Raises:
        ValueError: more than four paths, or a path whose shape is not (n, 2).
    """
    _at_most(paths)
    for title, path in paths.items():
        if np.ndim(path) != 2 or np.shape(path)[1] != 2:
            raise ValueError(f"{title!r} has shape {np.shape(path)}, not (n, 2)")
    points = np.concatenate([np.asarray(path, float) for path in paths.values()])
    reach = 1.15 * np.abs(points).max(axis=0)
    w0, w1 = np.meshgrid(*(np.linspace(-r, r, 80) for r in reach))
    height = (curvature[0] * w0**2 + curvature[1] * w1**2) / 2
    levels = height.max() * np.array([0.003, 0.02, 0.08, 0.2, 0.4, 0.7])
    figure, row = plt.subplots(
        len(paths),
        1,
        figsize=(5.4, 1.25 * len(paths) + 0.5),
        facecolor="white",
        sharex=True,
        squeeze=False,
    )
    for axes, (title, path) in zip(row[:, 0], paths.items(), strict=True):
        axes.contour(w0, w1, height, levels, colors="0.75", linewidths=0.8)
        axes.plot(*np.transpose(path), "-o", color="black", markersize=3, linewidth=0.9)
        axes.plot(0, 0, "*", color="black", markersize=11, markerfacecolor="white")
        axes.set_title(title, fontsize=9, loc="left", pad=3)
        axes.set_ylabel("w[1]")
    row[-1, 0].set_xlabel("w[0]   (circles: steps, star: the minimum)")
    figure.tight_layout(pad=0.5)


def order(title: str, indices: Sequence[int]) -> None:
    """Draw where in the data each example of an epoch comes from.

    Args:
        title: what put the examples in this order.
        indices: positions in the data, shape (n,), in the order of the epoch.
    """
    figure, axes = plt.subplots(figsize=(3.6, 3.4), facecolor="white")
    axes.plot(np.arange(len(indices)), indices, ".", color="black", markersize=2)
    axes.set_title(title, fontsize=10)
    axes.set_aspect("equal")
    _frame(axes, "place in the epoch", "place in the data")
    figure.tight_layout()


def seeds(runs: Mapping[str, Sequence[float]], *, xlabel: str) -> None:
    """Draw one dot per run, a row per title, and a bar at the mean of each row.

    Args:
        runs: title -> results of shape (n,), one per seed.
        xlabel: what the results are, with their unit if they have one.

    Raises:
        ValueError: more than four titles.
    """
    _at_most(runs)
    figure, axes = plt.subplots(figsize=(5.4, 2.4), facecolor="white")
    for row, (values, marker) in enumerate(zip(runs.values(), _MARKERS, strict=False)):
        axes.plot(
            values,
            np.full(len(values), row),
            marker,
            color="black",
            markerfacecolor="none",
            markersize=8,
        )
        axes.plot([np.mean(values)] * 2, [row - 0.3, row + 0.3], "-", color="black")
    axes.set_yticks(range(len(runs)), runs)
    axes.set_ylim(len(runs) - 0.4, -0.6)
    _frame(axes, xlabel, "")
    axes.xaxis.set_major_locator(MaxNLocator(_TICKS))
    figure.tight_layout()


def _at_most(given: Mapping[str, object]) -> None:
    if len(given) > _MOST:
        raise ValueError(f"{len(given)} of them: at most {_MOST} stay legible")


def _frame(axes: Axes, xlabel: str, ylabel: str) -> None:
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(color="0.85", linewidth=0.6)
