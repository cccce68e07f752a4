"""A picture of a recommendation: whom it is for, what is near, and what is shown."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from grader.pictures.described import show

_MARKS = "os^Dv"


def recommended(
    user: np.ndarray,
    items: np.ndarray,
    categories: Sequence[int],
    retrieved: Sequence[int],
    ranked: Sequence[int],
) -> None:
    """Draw items as marks with their numbers, and the places of those shown.

    Args:
        user: shape (2,), drawn as an arrow.
        items: shape (n, 2).
        categories: of each item, from 0 to 4: the shape of its mark.
        retrieved: indices of the candidates, whose marks are filled.
        ranked: indices of what is shown, best first; their places stand below them.
    """
    figure, axes = plt.subplots(figsize=(4.6, 3.6), facecolor="white")
    for index, (x, y) in enumerate(items):
        fill = "0.75" if index in retrieved else "white"
        mark = _MARKS[categories[index]]
        axes.plot(x, y, mark, markersize=17, mfc=fill, mec="black")
        axes.text(x, y, str(index), fontsize=8, ha="center", va="center")
    arrow = {"arrowstyle": "->", "linewidth": 1.5}
    axes.annotate("", tuple(user), (0, 0), arrowprops=arrow)
    axes.annotate("user", tuple(user), xytext=(4, 4), textcoords="offset points")
    for place, index in enumerate(ranked, start=1):
        axes.annotate(
            f"place {place}",
            tuple(items[index]),
            xytext=(0, -18),
            textcoords="offset points",
            ha="center",
        )
    around = np.concatenate([items, user[None], np.zeros((1, 2))])
    low, high = around.min(axis=0) - 0.7, around.max(axis=0) + 0.7
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.set(xlabel="first number of the vector", ylabel="second number of the vector")
    figure.tight_layout()
    of = [f"item {i} of category {categories[i]}" for i in ranked]
    show(
        figure,
        f"{len(items)} items as points in two dimensions, and the user as an arrow. "
        f"Retrieved: {', '.join(str(i) for i in retrieved)}. Shown, best first: "
        f"{', '.join(of)}.",
    )
