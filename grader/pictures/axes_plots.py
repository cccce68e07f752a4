"""A picture of how the axes of an array move on the way to another layout."""

import re
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from grader.pictures.described import show

_DASHES = ("-", "--", ":", "-.")
_GAP = 0.5  # between two axes of an array; boxes are 1 wide
_HEIGHT = 0.9
_DISTANCE = 2.6  # between the two rows
Side = list[list[str]]  # for each axis of an array, the parts that are merged in it


def axes_moved(
    before: np.ndarray,
    after: np.ndarray,
    pattern: str,
    *,
    titles: Sequence[str],
    sizes: Mapping[str, int] | None = None,
    orders: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Draw both arrays as rows of boxes, and an arrow from each axis to its new place.

    The notation is that of einops: ``out in -> in out`` transposes, and an axis made of
    several, the last of which runs fastest, is written ``(channel row column)``.

    Args:
        before: the array as it was.
        after: the array as it is now.
        pattern: the names of the axes of both.
        titles: what the two arrays are called.
        sizes: name -> size, for merged axes whose sizes don't follow from the shapes.
        orders: name -> the blocks along this axis before and after, separated by
            spaces, such as ``("r z n", "z r n")``.

    Raises:
        ValueError: ``after`` is not ``before`` rearranged as the pattern says.
    """
    top, bottom = (_parsed(side) for side in pattern.split("->"))
    blocks = {name: [o.split() for o in both] for name, both in (orders or {}).items()}
    known = dict(sizes or {}) | {name: len(both[0]) for name, both in blocks.items()}
    known = _sizes(top, before, _sizes(bottom, after, known))
    if not np.array_equal(_rearranged(before, top, bottom, known, blocks), after):
        raise ValueError(f"the second array is not the first by {pattern!r}")
    left, right = _places(top), _places(bottom)
    width = max(*left.values(), *right.values()) + 1
    figure, axes = plt.subplots(figsize=(0.95 * width + 0.3, 2.5), facecolor="white")
    for rank, name in enumerate(left):
        if name in right:
            axes.annotate(
                "",
                (right[name] + 0.5, _HEIGHT),
                (left[name] + 0.5, _DISTANCE),
                arrowprops={
                    "arrowstyle": "-|>",
                    "linestyle": _DASHES[rank % len(_DASHES)],
                    "color": "black",
                    "shrinkA": 0,
                    "shrinkB": 0,
                },
            )
    for row, (side, places, title) in enumerate(
        zip((top, bottom), (left, right), titles, strict=True)
    ):
        y = _DISTANCE * (1 - row)
        shape = (before, after)[row].shape
        _boxes(axes, y, places, known, {n: both[row] for n, both in blocks.items()})
        for axis, names in enumerate(side):
            _around(axes, y, [places[name] for name in names])
            middle = float(np.mean([places[name] for name in names])) + 0.5
            axes.text(
                middle,
                y + (_HEIGHT + 0.12 if row == 0 else -0.12),
                f"axis {axis}",
                ha="center",
                va="bottom" if row == 0 else "top",
                fontsize=8,
            )
        axes.text(
            0,
            y + (_HEIGHT + 0.62 if row == 0 else -0.62),
            f"{title}  {shape}",
            va="bottom" if row == 0 else "top",
            fontsize=9,
            weight="bold",
        )
    axes.set_xlim(-0.15, max(width, 4.2) + 0.15)
    axes.set_ylim(-1.15, _DISTANCE + _HEIGHT + 1.15)
    axes.axis("off")
    figure.tight_layout(pad=0.2)
    show(figure, _words(before, after, top, bottom, titles, known, blocks))


def _parsed(side: str) -> Side:
    found = re.findall(r"\(([^)]*)\)|(\S+)", side)
    return [merged.split() if merged else [single] for merged, single in found]


def _sizes(side: Side, array: np.ndarray, known: dict[str, int]) -> dict[str, int]:
    """The sizes that are known, and those that follow from the array's shape."""
    known = dict(known)
    for names, length in zip(side, array.shape, strict=True):
        unknown = [name for name in names if name not in known]
        if len(unknown) == 1:
            rest = [known[name] for name in names if name in known]
            known[unknown[0]] = length // int(np.prod(rest))
    return known


def _rearranged(
    array: np.ndarray,
    top: Side,
    bottom: Side,
    sizes: Mapping[str, int],
    blocks: Mapping[str, Sequence[Sequence[str]]],
) -> np.ndarray:
    names = [name for axis in top for name in axis]
    new_names = [name for axis in bottom for name in axis]
    parts = array.reshape([sizes[name] for name in names])
    for name, (old, new) in blocks.items():
        order = [old.index(block) for block in new]
        parts = np.take(parts, order, axis=names.index(name))
    moved = parts.transpose([names.index(name) for name in new_names])
    lengths = [int(np.prod([sizes[name] for name in axis])) for axis in bottom]
    return moved.reshape(lengths)


def _places(side: Side) -> dict[str, float]:
    """The left edge of the box of each name."""
    places, x = {}, 0.0
    for names in side:
        for name in names:
            places[name] = x
            x += 1
        x += _GAP
    return places


def _boxes(
    axes: Axes,
    y: float,
    places: Mapping[str, float],
    sizes: Mapping[str, int],
    blocks: Mapping[str, Sequence[str]],
) -> None:
    for name, x in places.items():
        axes.add_patch(
            Rectangle((x, y), 1, _HEIGHT, facecolor="white", edgecolor="0.6")
        )
        told = " ".join(blocks[name]) if name in blocks else str(sizes[name])
        text = f"{name}\n{told}"
        axes.text(x + 0.5, y + _HEIGHT / 2, text, ha="center", va="center", fontsize=9)


def _around(axes: Axes, y: float, places: Sequence[float]) -> None:
    """The thick frame of one axis of an array, around the axes merged in it."""
    frame = Rectangle(
        (places[0], y),
        len(places),
        _HEIGHT,
        facecolor="none",
        edgecolor="black",
        linewidth=1.6,
    )
    axes.add_patch(frame)


def _words(
    before: np.ndarray,
    after: np.ndarray,
    top: Side,
    bottom: Side,
    titles: Sequence[str],
    sizes: Mapping[str, int],
    blocks: Mapping[str, Sequence[Sequence[str]]],
) -> str:
    def told(side: Side) -> str:
        return ", ".join(
            " times ".join(f"{name} {sizes[name]}" for name in names) for names in side
        )

    moves = [
        f"{name} goes from axis {a} to axis {b}"
        for a, names in enumerate(top)
        for name in names
        for b, others in enumerate(bottom)
        if name in others
    ]
    order = [
        f"The blocks of {name} are {' '.join(old)} before and {' '.join(new)} after."
        for name, (old, new) in blocks.items()
    ]
    return (
        f"{titles[0]}, shape {before.shape}, has the axes {told(top)}. {titles[1]}, "
        f"shape {after.shape}, has the axes {told(bottom)}. "
        f"{'; '.join(moves)}. {' '.join(order)}"
    )
