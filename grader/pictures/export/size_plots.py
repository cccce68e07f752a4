"""Draws what smaller model files cost: size at the left, accuracy at the right."""

from collections.abc import Mapping

import matplotlib.pyplot as plt

from grader.pictures.described import show


def size_against_accuracy(files: Mapping[str, tuple[int, float]]) -> None:
    """Draw a row for each file.

    Args:
        files: title -> its size in bytes, and the accuracy, from 0 to 1.
    """
    rows = list(range(len(files)))
    kilobytes = [size / 1000 for size, _ in files.values()]
    accuracies = [accuracy for _, accuracy in files.values()]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(7.2, 0.28 * len(files) + 1.1), facecolor="white", sharey=True
    )
    left.barh(rows, kilobytes, 0.6, color="0.75", edgecolor="black")
    left.set_yticks(rows, list(files), fontsize=8)
    left.invert_yaxis()
    left.set_xlabel("size of the file (kB)")
    right.hlines(rows, 0, accuracies, color="0.6", linewidth=1)
    right.plot(accuracies, rows, "o", color="black", markersize=5)
    for row, accuracy in zip(rows, accuracies, strict=True):
        right.text(1.06, row, f"{accuracy:.3f}", va="center", fontsize=8)
    right.set_xlim(0, 1.3)
    right.set_xticks([0, 0.5, 1])
    right.set_xlabel("accuracy on test images")
    for axes in (left, right):
        axes.grid(axis="x", color="0.85", linewidth=0.6)
        axes.set_axisbelow(True)
    figure.tight_layout()
    told = [
        f"{title}: {size:.0f} kB, {accuracy:.2f}"
        for title, size, accuracy in zip(files, kilobytes, accuracies, strict=True)
    ]
    words = (
        "Model files, a row for each. Left: the size in kilobytes. Right: the accuracy "
        f"on test images. {'; '.join(told)}."
    )
    show(figure, words)
