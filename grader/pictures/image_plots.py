"""Pictures of images on their way to a model, and of what an augmentation did."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from grader.pictures.described import show

_MARKERS = ("o", "s", "^", "D")


def images(rows: Mapping[str, Sequence[np.ndarray]], *, what: str) -> None:
    """Draw rows of grey images; the largest value of all is black.

    Args:
        rows: label -> images of shape (height, width), which may differ in size.
        what: what the images are, for the text alternative.

    Raises:
        ValueError: nothing to draw, or an image that is not (height, width).
    """
    if not rows or not all(map(len, rows.values())):
        raise ValueError("nothing to draw: give each row at least one image")
    for label, row in rows.items():
        for image in row:
            if np.ndim(image) != 2:
                raise ValueError(
                    f"an image of {label!r} has shape {np.shape(image)}, "
                    "not (height, width)"
                )
    widest = max(map(len, rows.values()))
    top = max(np.max(image) for row in rows.values() for image in row)
    figure, grid = plt.subplots(
        len(rows),
        widest,
        figsize=(0.85 * widest + 1.9, 0.95 * len(rows) + 0.1),
        facecolor="white",
        squeeze=False,
        layout="constrained",
    )
    for cells, (label, row) in zip(grid, rows.items(), strict=True):
        for axes in cells[len(row) :]:
            axes.set_axis_off()
        for axes, image in zip(cells, row, strict=False):
            axes.imshow(image, cmap="gray_r", vmin=0, vmax=top)
            axes.set_xticks([])
            axes.set_yticks([])
        cells[0].set_ylabel(
            label, rotation=0, ha="right", va="center", fontsize=9, labelpad=6
        )
    said = "; ".join(
        f"{label}: {_sizes(row)} pixels, with values from {min(map(np.min, row)):.3g} "
        f"to {max(map(np.max, row)):.3g}"
        for label, row in rows.items()
    )
    show(figure, f"{what} One row each. {said}.")


def _sizes(row: Sequence[np.ndarray]) -> str:
    """The different sizes of images, such as "9 by 9 and 3 by 3"."""
    sizes = [f"{len(image)} by {len(image[0])}" for image in row]
    return " and ".join(dict.fromkeys(sizes))


def accuracies(results: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    """Draw the accuracy of several trainings on several sets of test images.

    Args:
        results: how it was trained -> {what it was tested on: accuracies of shape
            (runs,), from 0 to 1}. There are up to four trainings.

    Raises:
        ValueError: no training, or more than four.
    """
    if not 0 < len(results) <= len(_MARKERS):
        raise ValueError(f"{len(results)} trainings: 1 to {len(_MARKERS)} are drawn")
    tests = list(next(iter(results.values())))
    figure, axes = plt.subplots(
        figsize=(6.0, 0.75 * len(tests) + 1.3), facecolor="white"
    )
    shift = 0.7 / len(results)
    for number, ((training, on), marker) in enumerate(
        zip(results.items(), _MARKERS, strict=False)
    ):
        for row, test in enumerate(tests):
            height = row + shift * (number - (len(results) - 1) / 2)
            values = 100 * np.asarray(on[test])
            axes.plot(
                values,
                np.full(len(values), height),
                marker,
                color="black",
                markerfacecolor="none",
                markersize=6,
                label=training if row == 0 else None,
            )
            ends = [height - 0.35 * shift, height + 0.35 * shift]
            axes.plot([values.mean()] * 2, ends, "-", color="black", linewidth=2)
    axes.set_yticks(range(len(tests)), tests)
    axes.set_ylim(len(tests) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xlabel("test images classified correctly (%)")
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(
        title="trained with",
        frameon=False,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(results),
        fontsize=8,
        title_fontsize=8,
    )
    figure.tight_layout()
    said = "; ".join(
        f"trained with {training}: "
        + ", ".join(f"{100 * np.mean(v):.0f}% on {test}" for test, v in on.items())
        for training, on in results.items()
    )
    show(
        figure,
        "Share of the test images classified correctly, in percent: one mark for each "
        f"run, a bar at the mean. {said}.",
    )
