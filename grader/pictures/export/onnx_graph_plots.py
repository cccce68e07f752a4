"""Draws the graph of an ONNX model: a box for each operation, from top to bottom."""

from collections.abc import Iterable, Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from grader.pictures.described import show

_WIDE, _HIGH = 0.86, 0.62  # of a box; boxes stand one unit apart


def side_by_side(models: Mapping[str, Any]) -> None:
    """Draw the graphs of models beside each other.

    An operation stands below all that it waits for.

    Args:
        models: title -> an ``onnx.ModelProto``.
    """
    placed = {title: places(model.graph.node) for title, model in models.items()}
    every = [place for nodes in placed.values() for place in nodes]
    rows = max(row for _, _, row in every) + 1
    columns = max(column for _, column, _ in every) + 1
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
        axes.set_xlim(-0.6, columns - 0.4)
        axes.set_ylim(rows - 0.4, -0.6)
        names = ", ".join(node.op_type for node, _, _ in nodes)
        told.append(f"{title}: {len(nodes)} operations, {names}")
    figure.tight_layout()
    show(figure, f"Graphs of ONNX files, from top to bottom. {'; '.join(told)}.")


def places(nodes: Iterable[Any]) -> list[tuple[Any, int, int]]:
    """Each node with its column and its row.

    The row is the longest way to the node from the input, the column that of the first
    column which it waits for.

    Args:
        nodes: in order of running; each has ``op_type``, ``input`` and ``output``.
    """
    place_of: dict[str, tuple[int, int]] = {}  # column and row, by an output's name
    taken = set()
    found = []
    for node in nodes:
        before = [place_of[name] for name in node.input if name in place_of]
        row = 1 + max((row for _, row in before), default=-1)
        column = min((column for column, _ in before), default=0)
        while (column, row) in taken:
            column += 1
        taken.add((column, row))
        place_of |= dict.fromkeys(node.output, (column, row))
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
            Rectangle(corner, _WIDE, _HIGH, facecolor="white", edgecolor="black")
        )
        axes.text(column, row, node.op_type, ha="center", va="center", fontsize=8)
    axes.axis("off")
