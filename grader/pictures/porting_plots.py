"""Pictures of a port: errors by layer, how far runs drift, what mistakes change.

Black on white: dashes, markers and positions are used in place of colours.
"""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from grader.pictures.described import show

_DASHES = ("-", "--", ":", "-.", (0, (6, 2, 1, 2, 1, 2)), (0, (1, 4)))
_MARKERS = ("o", "s", "^", "D", "v", "x")
_LEAST = 1e-17  # a difference of 0 is drawn here, on the logarithmic axis
_ROUNDING = 1e-12  # differences below it are told as rounding
_SPREAD = 6  # markers along a line
Outputs = Mapping[str, np.ndarray]


def by_layer(expected: Outputs, halves: Mapping[str, Outputs]) -> None:
    """Draw how far each half's layers are from what is expected.

    Args:
        expected: layer -> output, in the order in which the layers run.
        halves: title -> outputs of the same layers; up to six.
    """
    figure, axes = plt.subplots(figsize=(6.4, 3.2), facecolor="white")
    told = []
    for rank, (title, found) in enumerate(halves.items()):
        errors = [_relative(found[name], right) for name, right in expected.items()]
        axes.plot(
            list(expected),
            np.maximum(errors, _LEAST),
            linestyle=_DASHES[rank],
            marker=_MARKERS[rank],
            markerfacecolor="white",
            color="black",
            linewidth=1,
            label=title,
        )
        off = [f"{n} {e:.0e}" for n, e in zip(expected, errors, strict=True)]
        off = [o for o, e in zip(off, errors, strict=True) if not e <= _ROUNDING]
        told.append(f"{title}: {', '.join(off) or 'all are rounding'}")
    axes.set_yscale("log")
    axes.set_xlabel("layer, in the order of running")
    axes.set_ylabel("largest difference (relative)")
    _finish(axes)
    figure.tight_layout()
    words = (
        f"{len(expected)} layers from left to right and, on a logarithmic axis, the "
        "largest difference from NumPy's output, relative to the layer's largest "
        f"number. Layers that differ by more than rounding: {'; '.join(told)}."
    )
    show(figure, words)


def drifts(runs: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Draw how far runs are apart, step by step.

    In each dtype, the control compares the first half with itself, its batches
    reversed; the port compares both halves, if there are two; and the wrong port
    compares the first half with the last one's run with another GELU.

    Args:
        runs: losses, (steps,), by "PyTorch float32" and the like, also with
            " reversed" and " tanh" behind it.

    Returns:
        The largest difference of each line, by its title, such as "port, float32".
    """
    halves = list(dict.fromkeys(key.split()[0] for key in runs))
    figure, axes = plt.subplots(figsize=(6.4, 3.6), facecolor="white")
    pairs = {}
    for dtype in ("float32", "float64"):
        one, other = f"{halves[0]} {dtype}", f"{halves[-1]} {dtype}"
        pairs[f"control, {dtype}"] = one, f"{one} reversed"
        if one != other:
            pairs[f"port, {dtype}"] = one, other
        pairs[f"wrong port, {dtype}"] = one, f"{other} tanh"
    at_end, told = {}, []
    for rank, (title, (one, other)) in enumerate(pairs.items()):
        values = np.maximum.accumulate(np.abs(runs[one] - runs[other]))
        at_end[title] = float(values[-1])
        every = max(1, len(values) // _SPREAD)
        axes.plot(
            np.arange(1, len(values) + 1),
            np.maximum(values, _LEAST),
            linestyle=_DASHES[rank],
            marker=_MARKERS[rank],
            markevery=(every * rank // len(pairs), every),
            markerfacecolor="white",
            color="black",
            linewidth=1,
            label=title,
        )
        told.append(f"{title}: {values[0]:.0e} at step 1, {values[-1]:.0e} at the end")
    axes.set_yscale("log")
    axes.set_xlabel("step")
    axes.set_ylabel("largest difference of the loss (nats)")
    _finish(axes)
    figure.tight_layout()
    words = (
        "Lines over the steps, on a logarithmic axis: the largest difference of the "
        f"loss so far, in nats. {'; '.join(told)}."
    )
    show(figure, words)
    return at_end


def mistakes(
    right: np.ndarray, wrong: Outputs, labels: np.ndarray
) -> tuple[list[float], list[float]]:
    """Draw what mistakes change: accuracy at the left, outputs at the right.

    Args:
        right: the correct outputs, (n, classes).
        wrong: mistake -> outputs, (n, classes).
        labels: the right classes, (n,).

    Returns:
        For each mistake the change of accuracy, in points, and the largest change of
        an output, relative to the largest output.
    """
    correct = _hits(right, labels)
    points = [_hits(outputs, labels) - correct for outputs in wrong.values()]
    changes = [_relative(outputs, right) for outputs in wrong.values()]
    rows = np.arange(len(wrong))
    figure, (left, other) = plt.subplots(
        1, 2, figsize=(7.2, 0.28 * len(wrong) + 1.1), facecolor="white", sharey=True
    )
    for axes, values, base in ((left, points, 0.0), (other, changes, _LEAST)):
        axes.hlines(rows, base, values, color="0.6", linewidth=1)
        axes.plot(values, rows, "o", color="black", markersize=5)
        axes.grid(axis="x", color="0.85", linewidth=0.6)
    left.set_yticks(rows, list(wrong), fontsize=8)
    left.invert_yaxis()
    left.set_xlabel("change of accuracy (points)")
    other.set_xscale("log")
    other.set_xlim(min(changes) / 10, max(changes) * 10)
    other.set_xlabel("largest change of an output (relative)")
    figure.tight_layout()
    told = [
        f"{title}: {p:+.1f} points, outputs {c:.0e}"
        for title, p, c in zip(wrong, points, changes, strict=True)
    ]
    words = (
        f"{len(wrong)} porting mistakes, at an accuracy of {correct:.1f} %. Left: the "
        "change of accuracy, in points. Right, on a logarithmic axis: the largest "
        f"change of an output, relative to the largest. {'; '.join(told)}."
    )
    show(figure, words)
    return points, changes


def _relative(found: np.ndarray, right: np.ndarray) -> float:
    return float(np.abs(found - right).max() / np.abs(right).max())


def _hits(outputs: np.ndarray, labels: np.ndarray) -> float:
    return float(100 * np.mean(outputs.argmax(axis=1) == labels))


def _finish(axes: Axes) -> None:
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
