"""Pictures of a log of runs: its tables, two runs' metrics, and what a setting costs.

Black on white: line styles and markers are used in place of colours.
"""

import re
from collections.abc import Iterable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from grader.pictures.described import show

_STYLES = (("-", "o"), ("--", "s"), (":", "^"))
_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\);", re.S)
_COLUMN = re.compile(r"(?m)^ {4}([a-z]\w*) ")
_ROW = 0.12  # height of a row, as a share of the figure


def tables(schema: str) -> None:
    """Draw each table of a schema as a box of its columns, and what refers to what.

    Args:
        schema: SQL with one column in each line, four spaces in. A table whose text has
            ``REFERENCES x`` refers to the table ``x``.

    Raises:
        ValueError: there is no table in it.
    """
    found = dict(_TABLE.findall(schema))
    if not found:
        raise ValueError("the schema makes no table")
    figure, axes = plt.subplots(figsize=(5.6, 2.6), facecolor="white")
    axes.set(xlim=(0, len(found)), ylim=(0, 1))
    axes.axis("off")
    # What is referred to stands in the middle, so that no arrow crosses a table.
    targets = set(re.findall(r"REFERENCES (\w+)", schema)) & found.keys()
    others = [name for name in found if name not in targets]
    half = len(others) // 2
    order = [*others[:half], *sorted(targets), *others[half:]]
    places = {name: place for place, name in enumerate(order)}
    told = []
    for name, body in found.items():
        place = places[name]
        columns = _COLUMN.findall(body)
        for row, text in enumerate([name, *columns]):
            heavy = "bold" if row == 0 else "normal"
            shade = "0.85" if row == 0 else "white"
            top = 1 - _ROW * (row + 1)
            box = Rectangle((place + 0.05, top), 0.7, _ROW, fc=shade, ec="black")
            axes.add_patch(box)
            axes.text(place + 0.09, top + _ROW / 3, text, weight=heavy, fontsize=9)
        told.append(f"{name} with the columns {', '.join(columns)}")
    arrows = []
    for name, body in found.items():
        for target in re.findall(r"REFERENCES (\w+)", body):
            y = 1 - _ROW * 1.5
            sides = (0.75, 0.05) if places[name] < places[target] else (0.05, 0.75)
            start, end = places[name] + sides[0], places[target] + sides[1]
            axes.annotate("", (end, y), (start, y), arrowprops={"arrowstyle": "->"})
            arrows.append(f"{name} refers to {target}")
    show(figure, f"Tables: {'; '.join(told)}. By its column run, {', '.join(arrows)}.")


def curves(runs: Mapping[str, Iterable[tuple[int, str, float]]]) -> None:
    """Draw loss and held-out accuracy of up to three runs against the steps.

    Args:
        runs: label -> rows (step, ``loss`` or ``accuracy``, value), the latter in
            percent.
    """
    figure, panels = plt.subplots(1, 2, figsize=(5.6, 2.6), facecolor="white")
    told = []
    whole = {"loss": "loss of the batch", "accuracy": "held out (% right)"}
    for axes, (name, unit) in zip(panels, whole.items(), strict=True):
        for (label, rows), (line, mark) in zip(runs.items(), _STYLES, strict=False):
            points = [(step, value) for step, what, value in rows if what == name]
            steps, values = np.transpose(points)
            axes.plot(steps, values, line, marker=mark, color="black", label=label)
            digits = 0 if name == "accuracy" else 1
            told.append(f"{name} of {label} ends at {round(values[-1], digits):g}")
        axes.set(xlabel="step", ylabel=unit)
    panels[0].set_ylim(bottom=0)
    panels[1].set_ylim(0, 100)
    panels[1].legend(fontsize=8)
    figure.tight_layout()
    show(figure, f"Two panels over the steps of training. {'; '.join(told)}.")


def changes(points: Mapping[str, float]) -> None:
    """Draw by how much each change of a setting moves the accuracy.

    Args:
        points: what was changed -> change of the held-out accuracy, in points.
    """
    figure, axes = plt.subplots(
        figsize=(5.6, 0.7 + 0.4 * len(points)), facecolor="white"
    )
    axes.axvline(0, color="0.6", linewidth=0.8)
    rows = range(len(points) - 1, -1, -1)
    axes.hlines(rows, 0, list(points.values()), color="black")
    axes.plot(list(points.values()), rows, "o", color="black")
    axes.set_yticks(rows, list(points))
    axes.set(xlabel="change of accuracy (points)", ylim=(-0.6, len(points) - 0.4))
    limit = 10 + max(abs(value) for value in points.values())
    axes.set_xlim(-limit, limit)
    figure.tight_layout()
    told = "; ".join(f"{name} by {round(value):+d}" for name, value in points.items())
    show(figure, f"What one changed setting does to the accuracy, in points: {told}.")
