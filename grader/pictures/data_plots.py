"""Pictures of what reaches a model: batches, their classes, times of loading.

Black on white: numbers stand in the fields, and patterns and greys only repeat them.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from grader.pictures.data_measure import loaded_ahead
from grader.pictures.described import show

_DARK = 0.55  # fields that are darker than this carry white numbers


def batches(panels: Mapping[str, Sequence[Sequence[int]]]) -> None:
    """Draw in which batch, and where in it, each example lands.

    Args:
        panels: title -> the batches of an epoch, in their order; each holds the places
            that its examples have in the stored data, counted from 0. There is one
            panel for each title.

    Raises:
        ValueError: no panels, or a panel without batches.
    """
    if not panels or not all(panels.values()):
        raise ValueError("nothing to draw: give each panel at least one batch")
    last = max(max(batch) for panel in panels.values() for batch in panel)
    widest = max(len(batch) for panel in panels.values() for batch in panel)
    longest = max(map(len, panels.values()))
    figure, row = _row(panels, (0.36 * widest + 0.5, 0.36 * longest + 0.6))
    for axes, (title, panel) in zip(row, panels.items(), strict=True):
        for number, batch in enumerate(panel):
            for place, example in enumerate(batch):
                _field(axes, place, number, str(example), 0.7 * example / max(last, 1))
        axes.set_xlim(-0.6, widest - 0.4)
        axes.set_ylim(longest - 0.4, -0.6)
        axes.set_yticks(range(longest), map(str, range(1, longest + 1)))
        axes.set_xticks([])
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("place in the batch", fontsize=8)
    row[0].set_ylabel("batch", fontsize=8)
    figure.tight_layout()
    said = "; ".join(f"{title}: {_listed(panel)}" for title, panel in panels.items())
    show(
        figure,
        "One row of numbered fields for each batch. A number is the example's place in "
        f"the stored data; a darker field was stored later. {said}.",
    )


def _listed(panel: Sequence[Sequence[int]]) -> str:
    return ", ".join(f"[{' '.join(map(str, batch))}]" for batch in panel)


def classes(panels: Mapping[str, np.ndarray]) -> None:
    """Draw how many examples of each class a batch holds.

    Args:
        panels: title -> counts of shape (batches, classes). There is one panel for
            each title.

    Raises:
        ValueError: no panels, or counts that are not a table.
    """
    if not panels:
        raise ValueError("nothing to draw: give at least one panel")
    for title, counts in panels.items():
        if np.ndim(counts) != 2:
            raise ValueError(f"{title!r} has shape {np.shape(counts)}: give a table")
    rows, columns = max(np.shape(counts) for counts in panels.values())
    figure, row = _row(panels, (0.28 * columns + 0.5, 0.2 * rows + 0.7))
    most = max(np.max(counts) for counts in panels.values())
    for axes, (title, counts) in zip(row, panels.items(), strict=True):
        for (batch, label), count in np.ndenumerate(counts):
            if count:
                _field(axes, label, batch, str(count), 0.8 * count / most, size=7)
        axes.set_xlim(-0.6, columns - 0.4)
        axes.set_ylim(rows - 0.4, -0.6)
        axes.set_xticks(range(columns))
        axes.set_yticks(range(0, rows, 5), map(str, range(1, rows + 1, 5)))
        axes.set_title(title, fontsize=9)
        axes.set_xlabel("class", fontsize=8)
    row[0].set_ylabel("batch", fontsize=8)
    figure.tight_layout()
    said = "; ".join(
        f"{title}: a batch holds {np.count_nonzero(counts, axis=1).mean():.1f} classes "
        f"on average, the first batch examples of {_present(counts[0])}"
        for title, counts in panels.items()
    )
    show(
        figure,
        "A table of batches (rows) and classes (columns). A field says how many "
        f"examples of the class the batch holds, and is empty for none. {said}.",
    )


def _present(counts: np.ndarray) -> str:
    return "the classes " + ", ".join(map(str, np.flatnonzero(counts)))


def timeline(panels: Mapping[str, np.ndarray]) -> None:
    """Draw when batches were loaded, and when the model was trained on them.

    Args:
        panels: title -> times in seconds, of shape (batches, 4). In each row are the
            begin and end of loading and the begin and end of training. There is one
            panel for each title, which begins at its own first time.

    Raises:
        ValueError: no panels, or times of another shape.
    """
    for title, times in panels.items():
        if np.ndim(times) != 2 or np.shape(times)[1] != 4:
            raise ValueError(f"{title!r} has shape {np.shape(times)}, not (batches, 4)")
    if not panels:
        raise ValueError("nothing to draw: give at least one panel")
    spans = {
        title: 1000 * (np.asarray(times) - np.min(times))
        for title, times in panels.items()
    }
    figure, column = plt.subplots(
        len(spans),
        1,
        figsize=(6.2, 1.05 * len(spans) + 0.5),
        facecolor="white",
        sharex=True,
        squeeze=False,
    )
    for axes, (title, times) in zip(column[:, 0], spans.items(), strict=True):
        for number, (load, loaded, step, done) in enumerate(times, start=1):
            for height, begin, end, grey in (
                (1, load, loaded, "white"),
                (0, step, done, "0.8"),
            ):
                axes.barh(height, end - begin, 0.7, begin, color=grey, edgecolor="k")
                middle = (begin + end) / 2
                axes.text(middle, height, number, ha="center", va="center", fontsize=8)
        axes.set_yticks((1, 0), ("load", "train"))
        axes.set_title(title, fontsize=9, loc="left", pad=3)
    column[-1, 0].set_xlabel("time (milliseconds); a number is that of the batch")
    figure.tight_layout()
    said = "; ".join(
        f"{title}: {len(times)} batches in {times.max():.0f} milliseconds, and "
        f"{loaded_ahead(times)} of them began to load before the step before "
        "had ended"
        for title, times in spans.items()
    )
    show(
        figure,
        "Bars on a time axis in milliseconds, in one row for loading and one for "
        f"training, numbered by batch. {said}.",
    )


def _row(
    panels: Mapping[str, object], size: tuple[float, float]
) -> tuple[Figure, list[Axes]]:
    """A figure with panels side by side, each of ``size`` in inches."""
    figure, row = plt.subplots(
        1,
        len(panels),
        figsize=(max(size[0], 1.6) * len(panels), size[1]),
        facecolor="white",
        sharey=True,
        squeeze=False,
    )
    return figure, list(row[0])


def _field(
    axes: Axes, x: float, y: float, text: str, darkness: float, size: float = 9
) -> None:
    """A square around (x, y) with a text; darkness is from 0 (white) to 1 (black)."""
    axes.add_patch(
        Rectangle(
            (x - 0.45, y - 0.45),
            0.9,
            0.9,
            facecolor=str(1 - darkness),
            edgecolor="black",
            linewidth=0.6,
        )
    )
    colour = "white" if darkness > _DARK else "black"
    axes.text(x, y, text, ha="center", va="center", fontsize=size, color=colour)
