"""Draws the graph of an ONNX model: a box for each operation, from top to bottom."""

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt

from grader.pictures.described import show

_WIDE, _HIGH = 0.86, 0.62  # of a box; boxes stand one unit apart


def side_by_side(models: Mapping[str, Any]) -> None:
    """Draw the graphs of models beside each other.

    An operation stands below all that it waits for.

    Args:
        models: title -> an ``onnx.ModelProto``.
    """
    placed = {title: _places(model.graph.node) for title, model in models.items()}
    rows = max(row for nodes in placed.values() for _, _, row in nodes) + 1
    figure, all_axes = plt.subplots(
        1,
        len(models),
        figsize=(3.1 * len(models), 0.36 * rows + 0.5),
        facecolor="white",
        squeeze=False,
    )
    told = []
    for axes, (title, nodes) in zip(all_axes[0], placed.items(), strict=True):
        _draw(axes, nodes)
        axes.set_title(title, fontsize=10)
        axes.set_ylim(rows - 0.4, -0.6)
        names = ", ".join(node.op_type for node, _, _ in nodes)
        told.append(f"{title}: {len(nodes)} operations, {names}")
    figure.tight_layout()
    show(figure, f"Graphs of ONNX files, from top to bottom. {'; '.join(told)}.")


def _places(nodes: Iterable[Any]) -> list[tuple[Any, int, int]]:
    """Each node with its column and its row: the longest way to it from the input."""
    row_of: dict[str, int] = {}  # by the name of an output
    taken: dict[int, int] = {}
    found = []
    for node in nodes:
        row = 1 + max((row_of.get(name, -1) for name in node.input), default=-1)
        row_of |= dict.fromkeys(node.output, row)
        column = taken.get(row, 0)
        taken[row] = column + 1
        found.append((node, column, row))
    return found


def _draw(axes: Any, nodes: list[tuple[Any, int, int]]) -> None:
    makers = {name: place for place in nodes for name in place[0].output}
    for node, column, row in nodes:
        for name in node.input:
            if name in makers:
                _, from_column, from_row = makers[name]
                axes.annotate(
                    "",
                    xy=(column, row - _HIGH / 2),
                    xytext=(from_column, from_row + _HIGH / 2),
                    arrowprops={"arrowstyle": "->", "color": "0.4", "linewidth": 0.8},
                )
        corner = column - _WIDE / 2, row - _HIGH / 2
        axes.add_patch(
            plt.Rectangle(corner, _WIDE, _HIGH, facecolor="white", edgecolor="black")
        )
        axes.text(column, row, node.op_type, ha="center", va="center", fontsize=8)
    axes.set_xlim(-0.6, max(column for _, column, _ in nodes) + 0.6)
    axes.axis("off")
