"""Pictures of queues: how long requests wait, and in which batch they run.

Black on white: hatches, dashes and positions are used in place of colours.
"""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from grader.pictures.described import show


def waiting(utilisation: Sequence[float], waits: Sequence[float]) -> None:
    """Draw the mean time that requests wait against how busy the server is.

    Args:
        utilisation: shares of time in which the server is busy, below 1.
        waits: mean waiting times, in multiples of one request's service.
    """
    figure, axes = plt.subplots(figsize=(5.2, 2.8), facecolor="white")
    busy = 100 * np.asarray(utilisation)
    axes.plot(
        busy, waits, "k-o", markerfacecolor="white", linewidth=1, label="simulated"
    )
    curve = np.linspace(0, max(utilisation), 200)
    axes.plot(
        100 * curve, curve / (2 * (1 - curve)), "k:", linewidth=1, label="formula"
    )
    axes.set_xlabel("utilisation (%)")
    axes.set_ylabel("mean waiting time\n(in service times)")
    axes.grid(color="0.9", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    told = ", ".join(f"{b:.0f} %: {w:.1f}" for b, w in zip(busy, waits, strict=True))
    show(
        figure,
        "The mean waiting time, in service times, against the utilisation: it bends "
        f"upwards without a bound. {told}.",
    )


def batches(
    arrivals: Sequence[float], starts: Sequence[float], finishes: Sequence[float]
) -> None:
    """Draw when each request waits and when its batch runs.

    Requests that start together are one batch.

    Args:
        arrivals: of the requests, in ms.
        starts: when each one's batch starts, in ms.
        finishes: when each one's batch ends, in ms.
    """
    figure, axes = plt.subplots(
        figsize=(6.4, 0.35 * len(arrivals) + 1.2), facecolor="white"
    )
    rows = np.arange(1, len(arrivals) + 1)
    waits = np.subtract(starts, arrivals)
    runs = np.subtract(finishes, starts)
    axes.barh(
        rows, waits, 0.6, arrivals, color="white", edgecolor="black", label="waits"
    )
    axes.barh(rows, runs, 0.6, starts, color="0.75", edgecolor="black", label="runs")
    _, places = np.unique(starts, return_inverse=True)
    batch = places + 1
    middle = np.add(starts, finishes) / 2
    for row, (x, number) in enumerate(zip(middle, batch, strict=True), start=1):
        axes.text(x, row, f"batch {number}", ha="center", va="center", fontsize=7)
    axes.set_yticks(rows)
    axes.invert_yaxis()
    axes.set_xlabel("time (ms)")
    axes.set_ylabel("request")
    axes.legend(frameon=False, fontsize=8, loc="upper right")
    figure.tight_layout()
    told = "; ".join(
        f"request {row} waits {wait:g} ms, then runs in batch {number} until {finish:g}"
        for row, wait, number, finish in zip(rows, waits, batch, finishes, strict=True)
    )
    show(figure, f"Requests against time, in ms: {told}.")
