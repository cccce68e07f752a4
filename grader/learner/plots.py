"""The lessons' plots: black on white, told apart by dashes and markers, not colour."""

from collections import Counter
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from grader.learner.graphs import Graph, places, read

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
    """Draw functions of x, and through one point of each the slopes claimed for it.

    Args:
        x: positions of shape (n,), increasing, shared by all functions.
        shapes: title -> values of shape (n,); one panel each.
        slopes: who claims -> {title: slope at ``at``}, up to three; titles without
            a panel are ignored. A slope that is not finite has no line: the legend
            names it.
        at: where the slopes hold; the value there is read off by interpolation.

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
        axes.margins(y=0.25)  # the legend's room
        axes.grid(color="0.85", linewidth=0.6)
        axes.legend(frameon=False, fontsize=8, loc="upper left")
    row[0][0].set_ylabel("value of the function")
    figure.tight_layout()


def graph(live: object, names: Mapping[str, object] | None = None) -> None:
    """Draw the computational graph of a live object, inputs left, result right.

    Args:
        live: a PyTorch tensor that came out of recorded operations, a
            ``torch.fx`` module, or a TensorFlow concrete function.
        names: for PyTorch, name -> leaf tensor, since tensors have no names.

    Raises:
        TypeError: ``live`` carries no graph.
    """
    found = read(live, names)
    at = places(found)
    width = 1 + max(column for column, _ in at.values())
    rows = [row for _, row in at.values()]
    height = 1 + max(rows) - min(rows)
    inches = 0.75 * height + 0.6
    figure = plt.figure(figsize=(1.7 * width, inches), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1 - 0.3 / inches))  # room for the title
    axes.set_xlim(-0.6, width - 0.4)
    axes.set_ylim(min(rows) - 0.7, max(rows) + 0.6)
    axes.set_title(f"arrows: where {found.arrows} flow", fontsize=9)
    axes.set_axis_off()
    boxes = {key: _node(axes, found, key, at[key]) for key in found.labels}
    figure.canvas.draw()  # boxes get their sizes, for the arrows to stop at
    drawn: Counter[tuple[str, str]] = Counter()
    for before, after in found.edges:
        span = at[after][0] - at[before][0]
        # Around the nodes of the columns between, and beside an equal arrow.
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


def _node(axes: Axes, found: Graph, key: str, at: tuple[float, float]) -> Patch:
    leaf, back = key in found.leaves, key in found.backward
    # A circle around a long name would cover its neighbours.
    outline = "circle,pad=0.35" if len(found.labels[key]) < 5 else "ellipse,pad=0.2"
    text = axes.text(
        *at,
        found.labels[key],
        ha="center",
        va="center",
        fontsize=9,
        fontweight="bold" if leaf else "normal",
        bbox={
            "boxstyle": outline if leaf else "round,pad=0.4",
            "facecolor": "white" if back else "0.9",
            "edgecolor": "black",
            "linestyle": "--" if back else "-",
        },
    )
    return text.get_bbox_patch()
