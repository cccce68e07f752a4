"""Draws what smaller model files cost: size against accuracy."""

from collections.abc import Mapping

import matplotlib.pyplot as plt

from grader.pictures.described import show

_MARKERS = ("o", "s", "^", "D", "v", "x", "P", "*", "<", ">")


def size_against_accuracy(files: Mapping[str, tuple[int, float]]) -> None:
    """Draw each file as a point.

    Args:
        files: title -> its size in bytes, and the accuracy, from 0 to 1.
    """
    figure, axes = plt.subplots(figsize=(6.6, 3.4), facecolor="white")
    told = []
    for rank, (title, (size, accuracy)) in enumerate(files.items()):
        axes.plot(
            size / 1000,
            accuracy,
            _MARKERS[rank % len(_MARKERS)],
            color="black",
            markerfacecolor="white",
            label=title,
            linestyle="none",
        )
        told.append(f"{title}: {size / 1000:.0f} kB, {accuracy:.2f}")
    axes.set_xlabel("size of the file (kB)")
    axes.set_ylabel("accuracy on test images")
    axes.set_xlim(left=0)
    axes.set_ylim(0, 1.05)
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.tight_layout()
    words = f"Model files by size and by accuracy. {'; '.join(told)}."
    show(figure, words)
