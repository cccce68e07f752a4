"""Pictures of eight-bit numbers: the grid of values, and the channels' ranges."""

import matplotlib.pyplot as plt
import numpy as np

from grader.pictures.described import show


def channels(weight: np.ndarray, scale: float, scales: np.ndarray) -> None:
    """Draw each channel's range in steps of one common scale, and of its own.

    Args:
        weight: (out, ...).
        scale: one scale for all.
        scales: (out,), one for each output channel.
    """
    flat = weight.reshape(len(weight), -1)
    figure, axes = plt.subplots(figsize=(5.6, 3.0), facecolor="white")
    rows = np.arange(len(weight))
    largest = np.abs(flat).max(axis=1)
    for shift, label, steps, shade in (
        (-0.2, "one scale for all", largest / scale, "black"),
        (0.2, "a scale for each channel", largest / scales, "0.75"),
    ):
        axes.bar(rows + shift, steps, 0.38, color=shade, edgecolor="black", label=label)
    axes.set_xticks(rows)
    axes.set_xlabel("output channel")
    axes.set_ylabel("largest whole number (of 127)")
    axes.set_ylim(0, 165)
    axes.legend(frameon=False, fontsize=8, ncols=2, loc="upper center")
    figure.tight_layout()
    used = ", ".join(f"{steps:.0f}" for steps in largest / scale)
    words = (
        "Bars for each output channel: the largest whole number that its weights "
        f"become, of 127. With one scale for all: {used}. With a scale for each "
        f"channel: {(largest / scales).min():.0f} or more."
    )
    show(figure, words)
