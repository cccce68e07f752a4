"""A picture of what became of code that was exported: right, loud or silent."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from grader.pictures.described import show

_SHADES = {"right": "white", "loud": "0.85", "silent": "0.2"}


def fates(found: Mapping[tuple[str, str], str]) -> None:
    """Draw a table of fates, shaded: the darker, the more dangerous.

    Args:
        found: (what was exported, exporter) -> "right", "loud" (an error) or "silent"
            (a wrong number without an error).
    """
    rows = list(dict.fromkeys(what for what, _ in found))
    columns = list(dict.fromkeys(exporter for _, exporter in found))
    size = 2.2 + 1.5 * len(columns), 0.5 + 0.36 * len(rows)
    figure, axes = plt.subplots(figsize=size, facecolor="white")
    for (what, exporter), fate in found.items():
        x, y = columns.index(exporter), rows.index(what)
        axes.add_patch(
            Rectangle((x, y), 1, 1, facecolor=_SHADES[fate], edgecolor="black")
        )
        ink = "white" if fate == "silent" else "black"
        axes.text(x + 0.5, y + 0.5, fate, ha="center", va="center", color=ink)
    axes.set_xlim(0, len(columns))
    axes.set_ylim(len(rows), 0)
    axes.set_xticks([x + 0.5 for x in range(len(columns))], columns)
    axes.set_yticks([y + 0.5 for y in range(len(rows))], rows)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    figure.tight_layout()
    told = "; ".join(
        f"{exporter}, {what}: {fate}" for (what, exporter), fate in found.items()
    )
    show(figure, f"A table of what became of exported code. {told}.")
