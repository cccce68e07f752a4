"""Pictures of differences, black on white, with their text alternative."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from twin.showing.tables import number

_PNG = "image/png"
_STYLES = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "D"), ((0, (1, 4)), "v"))


@dataclass(frozen=True)
class Picture:
    """A figure that a notebook shows with its text alternative.

    Attributes:
        figure: of Matplotlib.
        words: what is drawn, the axes, and the main numbers.
    """

    figure: Figure
    words: str

    def save(self, path: str | Path) -> None:
        """Write the figure to a file; the name's ending says in which format."""
        self.figure.savefig(path, dpi=150)

    def __str__(self) -> str:
        return self.words

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        stream = BytesIO()
        self.figure.savefig(stream, format="png", dpi=110)
        image = base64.b64encode(stream.getvalue()).decode("ascii")
        data = {_PNG: image, "text/plain": self.words}
        return data, {_PNG: {"alt": self.words}}


def layers(
    names: Sequence[str], errors: Sequence[float], tolerance: float, first: int | None
) -> Picture:
    """Relative difference of each layer, on a logarithmic axis.

    Args:
        names: of the layers, in the order in which they run, from above.
        errors: relative differences, at least 0; NaN or infinite ones are drawn at the
            right edge.
        tolerance: the largest of equals.
        first: which layer differs first; None for none.
    """
    figure, axes = _figure(6.4, 1.4 + 0.26 * len(names))
    positive = [e for e in (*errors, tolerance) if 0 < e < np.inf]
    low, high = min(positive) / 10, max(*positive, 1.0) * 10
    for at, error in enumerate(errors):
        bad = not error <= tolerance
        x = high if bad and not error < np.inf else max(error, low)
        axes.plot([low, x], [at, at], color="0.75", linewidth=1, zorder=1)
        axes.plot(
            x, at, "X" if bad else "o", markersize=8 if at == first else 6, color="0",
            markerfacecolor="0" if bad else "white", zorder=2,
        )  # fmt: skip
    axes.axvline(tolerance, color="0.3", linestyle="--", linewidth=1)
    axes.text(tolerance, -0.9, "tolerance", ha="center", va="bottom", fontsize=9)
    axes.set_xscale("log")
    axes.set_xlim(low, high * 3)
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel("largest difference, relative to the layer's largest number")
    if first is not None:
        axes.get_yticklabels()[first].set_fontweight("bold")
    return Picture(figure, _layers_in_words(names, errors, tolerance, first))


def _layers_in_words(
    names: Sequence[str], errors: Sequence[float], tolerance: float, first: int | None
) -> str:
    words = (
        f"Differences of {len(names)} layers, from the first that runs (above) to the "
        f"last, on a logarithmic axis; the tolerance is {number(tolerance)}."
    )
    if first is None:
        return (
            f"{words} The largest is {number(max(errors, default=0.0))}: all are equal."
        )
    before = max(errors[:first], default=0.0)
    return (
        f"{words} The first {first} are equal, up to {number(before)}. Then "
        f"{names[first]} differs by {number(errors[first])}."
    )


def steps(
    lines: Mapping[str, Sequence[float]],
    limits: Mapping[str, Sequence[float]],
    first: tuple[int, str] | None,
) -> Picture:
    """Relative differences over the steps of a training, on a logarithmic axis.

    Args:
        lines: what was compared -> its largest difference in each step, up to five.
        limits: the same for how far equals may drift.
        first: step, from 1, and name of what diverges first; None for none.
    """
    figure, axes = _figure(7.0, 3.8)
    at = np.arange(1, max(map(len, lines.values())) + 1)
    every = [v for line in (*lines.values(), *limits.values()) for v in line]
    low = min((v for v in every if 0 < v < np.inf), default=1e-16) / 3
    for (name, values), (dash, marker) in zip(lines.items(), _STYLES, strict=False):
        axes.plot(
            at, np.maximum(values, low), linestyle=dash, marker=marker, label=name,
            markevery=max(1, len(at) // 10), markersize=5, markerfacecolor="white",
            color="0.1", linewidth=1.2,
        )  # fmt: skip
        axes.plot(
            at, limits[name], linestyle=dash, color="0.6", linewidth=2.5, zorder=0
        )
    axes.plot([], [], color="0.6", linewidth=2.5, label="limit, same dashes")
    if first is not None:
        axes.axvline(first[0], color="0.3", linestyle="--", linewidth=1)
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("step")
    axes.set_ylabel("largest relative difference")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return Picture(figure, _steps_in_words(lines, limits, first))


def _steps_in_words(
    lines: Mapping[str, Sequence[float]],
    limits: Mapping[str, Sequence[float]],
    first: tuple[int, str] | None,
) -> str:
    ends = ", ".join(
        f"{name} {number(line[-1])} (limit {number(limits[name][-1])})"
        for name, line in lines.items()
    )
    words = (
        f"Largest relative differences of PyTorch and Keras over "
        f"{max(map(len, lines.values()))} steps, on a logarithmic axis, and their "
        f"limits. In the last step: {ends}."
    )
    if first is None:
        return f"{words} No line crosses its limit."
    return f"{words} In step {first[0]}, {first[1]} crosses its limit first."


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    # Not by pyplot: a figure that it knows is shown a second time in a notebook.
    figure = Figure(figsize=(width, height), facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.grid(color="0.88", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes
