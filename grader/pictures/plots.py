"""The lessons' plots, black on white: dashes and markers are used, not colours."""

from collections import Counter
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from grader.pictures.graphs import Graph, places, read

_STYLES = (("-", "o"), ("--", "s"), (":", "^"), ("-.", "D"))
_GREYS = ("0.0", "0.35", "0.55", "0.2")


def curves(
    x: Sequence[float],
    lines: Mapping[str, Sequence[float]],
    *,
    xlabel: str,
    ylabel: str,
    log: bool = False,
) -> None:
    """Draw up to four labelled lines over the same ``x``, of shape (n,).

    Args:
        x: positions, shared by all lines.
        lines: label -> values, each of shape (n,).
        xlabel: what ``x`` is, with its unit if it has one.
        ylabel: what the values are, with their unit if they have one.
        log: logarithmic axes; values that are not positive are left out.

    Raises:
        ValueError: more than four lines, or one that is not as long as ``x``.
    """
    if len(lines) > len(_STYLES):
        raise ValueError(f"{len(lines)} lines: at most {len(_STYLES)} stay legible")
    figure, axes = plt.subplots(figsize=(5.4, 3.2), facecolor="white")
    for (label, values), (dash, marker), grey in zip(
        lines.items(), _STYLES, _GREYS, strict=False
    ):
        if np.shape(values) != np.shape(x):
            raise ValueError(
                f"{label!r} has shape {np.shape(values)}, x has {np.shape(x)}"
            )
        axes.plot(
            x,
            values,
            dash,
            marker=marker,
            markevery=max(1, len(x) // 12),
            markersize=5,
            markerfacecolor="white",
            color=grey,
            label=label,
        )
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log", nonpositive="mask")
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(
        frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(lines)
    )
    figure.tight_layout()


def tangents(
    x: Sequence[float],
    shapes: Mapping[str, Sequence[float]],
    slopes: Mapping[str, Mapping[str, float]],
    *,
    at: float = 0.0,
) -> None:
    """Draw functions of x, and the slopes that are claimed at one point of each.

    Args:
        x: positions of shape (n,), increasing, shared by all functions.
        shapes: title -> values of shape (n,); one panel each.
        slopes: who claims -> {title: slope at ``at``}, up to three. Titles without a
            panel are ignored. A slope that is not finite gets no line; the legend shows
            it.
        at: the position of the slopes; the function's value there is interpolated.

    Raises:
        KeyError: a panel's title is missing from a claim.
        ValueError: more than three claims.
    """
    dashes = [dash for dash, _ in _STYLES[1:]]
    if len(slopes) > len(dashes):
        raise ValueError(f"{len(slopes)} claims: at most {len(dashes)} stay legible")
    figure, row = plt.subplots(
        1,
        len(shapes),
        figsize=(2.9 * len(shapes), 3.2),
        facecolor="white",
        squeeze=False,
    )
    reach = 0.35 * (max(x) - min(x))
    for axes, (title, y) in zip(row[0], shapes.items(), strict=True):
        axes.plot(x, y, color="0.7", linewidth=4)
        here = float(np.interp(at, x, y))
        for (who, claims), dash in zip(slopes.items(), dashes, strict=False):
            slope = claims[title]
            ends = np.array([-reach, reach]) if np.isfinite(slope) else np.array([])
            line = slope * ends + here if len(ends) else ends
            label = f"{who}: {slope:.3g}"
            axes.plot(at + ends, line, dash, color="black", label=label)
        axes.plot([at], [here], "o", color="black")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("x")
        axes.margins(y=0.35)  # leaves space for the legend
        axes.grid(color="0.85", linewidth=0.6)
        axes.legend(frameon=False, fontsize=8, loc="upper left")
    row[0][0].set_ylabel("value of the function")
    figure.tight_layout()


def graph(live: object, names: Mapping[str, object] | None = None) -> None:
    """Draw the computational graph of a live object, inputs left, result right.

    Args:
        live: a PyTorch tensor that came out of recorded operations, a
            ``torch.fx`` module, a TensorFlow concrete function, or a number of the
            autograd lesson's engine.
        names: name -> PyTorch leaf or engine number, since these have no names.

    Raises:
        TypeError: ``live`` has no graph.
    """
    found = read(live, names)
    placed = places(found)
    across, width = _columns(found, placed)
    at = {key: (across[int(column)], row) for key, (column, row) in placed.items()}
    spans = [placed[after][0] - placed[before][0] for before, after in found.edges]
    room = 0.7 if max(spans, default=0) > 1 else 0.4  # for arrows that skip a column
    low = min(row for _, row in placed.values()) - room
    high = max(row for _, row in placed.values()) + 0.6
    inches = 0.75 * (high - low) + 0.3
    figure = plt.figure(figsize=(width, inches), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1 - 0.3 / inches))  # leaves space for the title
    axes.set_xlim(0, width)
    axes.set_ylim(low, high)
    title = f"arrows: where {found.arrows} flow"
    if found.slopes:
        title += "; on them: the local slopes"
    axes.set_title(title, fontsize=9)
    axes.set_axis_off()
    boxes = {key: _node(axes, found, key, at[key]) for key in found.labels}
    figure.canvas.draw()  # gives boxes their sizes, so that arrows stop at them
    drawn: Counter[tuple[str, str]] = Counter()
    for index, (before, after) in enumerate(found.edges):
        span = spans[index]
        # The arrow bends around nodes in columns between, or beside an equal arrow.
        bend = 0.6 / span if span > 1 else 0.4 * drawn[before, after]
        drawn[before, after] += 1
        axes.annotate(
            "",
            xy=at[after],
            xytext=at[before],
            zorder=4,  # after the boxes, whose final places it needs
            arrowprops={
                "arrowstyle": "->" if found.arrows == "values" else "<-",
                "connectionstyle": f"arc3,rad={bend}",
                "patchA": boxes[before],
                "patchB": boxes[after],
                "color": "0.35",
            },
        )
        if found.slopes:
            _slope(axes, found.slopes[index], at[before], at[after], bend)


def _columns(
    found: Graph, at: Mapping[str, tuple[float, float]]
) -> tuple[list[float], float]:
    """The columns' centres and total width, in inches; the texts set the widths."""
    longest = [0] * (1 + int(max(column for column, _ in at.values())))
    for key, (column, _) in at.items():
        widest = max(len(line) for line in found.labels[key].split("\n"))
        longest[int(column)] = max(longest[int(column)], widest)
    gap = 0.8 if found.slopes else 0.6
    middles, right = [], 0.0
    for letters in longest:
        width = 0.08 * letters + gap  # for the text's padding and an arrow
        middles.append(right + width / 2)
        right += width
    return middles, right


def _slope(
    axes: Axes,
    text: str,
    start: tuple[float, float],
    end: tuple[float, float],
    bend: float,
) -> None:
    """Write ``text`` on the middle of an arc3 arrow, which is half its bend off."""
    (x0, y0), (x1, y1) = axes.transData.transform([start, end])
    middle = ((x0 + x1 + bend * (y1 - y0)) / 2, (y0 + y1 - bend * (x1 - x0)) / 2)
    x, y = axes.transData.inverted().transform(middle)
    axes.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        fontsize=9,
        zorder=5,
        bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "linewidth": 0},
    )


def _node(axes: Axes, found: Graph, key: str, at: tuple[float, float]) -> Patch:
    leaf, back = key in found.leaves, key in found.backward
    outline = "round,pad=0.4"
    if leaf and "\n" not in found.labels[key]:
        # A circle around a long name would cover its neighbours.
        short = len(found.labels[key]) < 5
        outline = "circle,pad=0.35" if short else "ellipse,pad=0.2"
    text = axes.text(
        *at,
        found.labels[key],
        ha="center",
        va="center",
        fontsize=9,
        fontweight="bold" if leaf else "normal",
        bbox={
            "boxstyle": outline,
            "facecolor": "white" if back else "0.9",
            "edgecolor": "black",
            "linestyle": "--" if back else "-",
        },
    )
    patch = text.get_bbox_patch()
    assert patch is not None  # there is one, since bbox is given
    return patch
