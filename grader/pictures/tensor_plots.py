"""Pictures of tensors as grids of boxes: memory, broadcasting, picks, dtypes.

Black on white: hatches, line styles and numbers are used in place of colours.
"""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path

from grader.common.frameworks import to_numpy
from grader.pictures.tensor_layout import Layout, read

_WIDTH = 5.4  # inches: half of JupyterLab's window
_DASHES = ("--", "-", ":", "-.")
_MOST = 16  # boxes side by side that stay legible


def memory(tensors: Mapping[str, object]) -> None:
    """Draw where the elements of each tensor lie in the memory behind it.

    Each tensor gets a row: on the left the tensor as a grid (up to two axes), on the
    right its whole memory. The number under a box is its position in the tensor's
    reading order; a hatched box is not part of the tensor. An arc is one step along an
    axis, and its length is the stride. Tensors with the same letter share memory.

    Args:
        tensors: title -> NumPy array or PyTorch tensor.

    Raises:
        TypeError: a value without strides, such as a TensorFlow tensor.
        ValueError: a memory of more than 16 elements.
    """
    layouts = {title: read(tensor) for title, tensor in tensors.items()}
    homes = list(dict.fromkeys(layout.home for layout in layouts.values()))
    flat = all(len(layout.shape) > 2 for layout in layouts.values())
    for title, layout in layouts.items():
        if len(layout.memory) > _MOST:
            raise ValueError(
                f"{title!r} lies in a memory of {len(layout.memory)} elements: at "
                f"most {_MOST} stay legible"
            )
    figure, rows = plt.subplots(
        len(layouts),
        1 if flat else 2,
        figsize=(_WIDTH, 1.2 * len(layouts) + 0.1),
        width_ratios=[1] if flat else [1, 2.6],
        facecolor="white",
        squeeze=False,
    )
    for row, (title, layout) in zip(rows, layouts.items(), strict=True):
        letter = ascii_uppercase[homes.index(layout.home)]
        if not flat:
            _grid(row[0], np.atleast_2d(layout.memory[layout.positions]))
            row[0].set_anchor("NW")
        _strip(row[-1], layout)
        row[0].set_title(title, fontsize=9, loc="left", fontweight="bold")
        said = f"memory {letter}, strides {layout.strides}"
        row[-1].set_title(said, fontsize=9, loc="right")
    figure.tight_layout(pad=0.5)


def broadcast(a: object, b: object, result: object, sign: str) -> None:
    """Draw ``a sign b`` as grids: repeated elements hatched, own ones plain.

    Args:
        a: an operand of up to two axes, of any framework.
        b: the other operand.
        result: what the framework made of them.
        sign: the operation, such as ``"+"``.

    Raises:
        ValueError: the shapes do not broadcast to the result's shape.
    """
    result = to_numpy(result)
    figure, panels = plt.subplots(1, 3, figsize=(_WIDTH, 2.1), facecolor="white")
    for axes, value in zip(panels, (a, b, result), strict=True):
        value = to_numpy(value)
        full = np.broadcast_to(value, result.shape)
        _grid(axes, np.atleast_2d(full), repeated=np.atleast_2d(_repeated(full)))
        axes.set_title(str(value.shape), fontsize=10)
    for axes, text in zip(panels[1:], (sign, "="), strict=True):
        axes.text(-0.14, 0.5, text, transform=axes.transAxes, fontsize=16, ha="center")
    figure.tight_layout()


def picked(x: object, picks: Mapping[str, object]) -> None:
    """Draw ``x`` once per result; mark the result's elements and their order.

    Args:
        x: shape (m, n), all elements different, of any framework.
        picks: expression -> its result, of any shape.

    Raises:
        ValueError: elements of ``x`` are equal, or a result holds another value.
    """
    x = to_numpy(x)
    if len(np.unique(x)) < x.size:
        raise ValueError("elements of x are equal: where a value comes from is unclear")
    figure, panels = plt.subplots(
        1, len(picks), figsize=(_WIDTH, 2.1), facecolor="white", squeeze=False
    )
    for axes, (title, result) in zip(panels[0], picks.items(), strict=True):
        result = to_numpy(result)
        if not np.isin(result, x).all():
            raise ValueError(f"{title!r} holds an element that x has not")
        _grid(axes, x, grey=np.isin(x, result))
        for order, value in enumerate(result.ravel(), start=1):
            row, column = np.argwhere(x == value)[0]
            axes.text(
                column - 0.42, row - 0.42, order, fontsize=7, va="top", weight="bold"
            )
        axes.set_title(title, fontsize=9)
        axes.set_xlabel(f"shape {result.shape}", fontsize=9)
    figure.tight_layout()


def promotions(
    table: Mapping[tuple[str, str], str | None], dtypes: Sequence[str]
) -> None:
    """Draw the dtype that results from each pair of dtypes.

    Args:
        table: (left operand's dtype, right operand's dtype) -> the result's dtype, or
            None where the framework refuses.
        dtypes: the dtypes in the order of rows and columns.

    Raises:
        KeyError: a pair is missing from the table.
    """
    figure, axes = plt.subplots(figsize=(_WIDTH, 2.4), facecolor="white")
    cells = [[table[row, column] for column in dtypes] for row in dtypes]
    refused = np.array([[cell is None for cell in row] for row in cells])
    texts = np.array([["" if cell is None else cell for cell in row] for row in cells])
    _grid(axes, texts, repeated=refused)
    axes.set_aspect(0.4)  # leaves space for the names
    axes.set_xticks(range(len(dtypes)), dtypes, fontsize=9)
    axes.set_yticks(range(len(dtypes)), dtypes, fontsize=9)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(length=0)
    axes.set_xlabel("right operand", fontsize=9)
    axes.set_ylabel("left operand", fontsize=9)
    figure.tight_layout()


def _repeated(full: np.ndarray) -> np.ndarray:
    """Which elements of a broadcast array repeat an earlier one."""
    again = np.zeros(full.shape, bool)
    for axis, step in enumerate(full.strides):
        if step == 0:
            later = np.arange(full.shape[axis]) > 0
            again |= later.reshape(-1, *[1] * (full.ndim - axis - 1))
    return again


def _grid(
    axes: Axes,
    values: np.ndarray,
    repeated: np.ndarray | None = None,
    grey: np.ndarray | None = None,
) -> None:
    """Draw a matrix as boxes with its values in them."""
    for (row, column), value in np.ndenumerate(values):
        again = repeated is not None and bool(repeated[row, column])
        dark = grey is not None and bool(grey[row, column])
        _box(axes, column, row, "" if value == "" else _text(value), again, dark)
    axes.set_xlim(-0.55, values.shape[1] - 0.45)
    axes.set_ylim(values.shape[0] - 0.45, -0.55)
    axes.set_aspect("equal")
    _bare(axes)


def _strip(axes: Axes, layout: Layout) -> None:
    """Draw the memory as a row of boxes, and the walk over it."""
    order = {int(at): n for n, at in enumerate(layout.positions.ravel(), start=1)}
    for at, value in enumerate(layout.memory):
        _box(axes, at, 0, _text(value), at not in order, False)
        axes.text(at, 0.62, str(order.get(at, "")), ha="center", va="top", fontsize=7)
    moving = [
        axis
        for axis, step in enumerate(layout.strides)
        if step and layout.shape[axis] > 1
    ]
    # A longer step gets a higher arc, so that arcs don't cross.
    moving.sort(key=lambda axis: abs(layout.strides[axis]))
    for rank, axis in enumerate(moving, start=1):
        _arc(axes, layout.offset, layout.strides[axis], 0.62 * rank, axis)
    axes.set_xlim(-0.6, len(layout.memory) - 0.4)
    axes.set_ylim(1.15, -2.7)
    _bare(axes)


def _arc(axes: Axes, start: int, step: int, height: float, axis: int) -> None:
    """Draw one step along an axis, its name at the top."""
    middle, foot = start + step / 2, -0.52
    curve = Path(
        [(start, foot), (middle, foot - 2 * height), (start + step, foot)],
        [Path.MOVETO, Path.CURVE3, Path.CURVE3],
    )
    axes.add_patch(
        FancyArrowPatch(
            path=curve,
            arrowstyle="->",
            mutation_scale=8,
            linestyle=_DASHES[axis % len(_DASHES)],
        )
    )
    axes.text(
        middle,
        foot - height,
        f"axis {axis}",
        ha="center",
        va="center",
        fontsize=7,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )


def _box(
    axes: Axes, column: float, row: float, text: str, hatched: bool, grey: bool
) -> None:
    axes.add_patch(
        Rectangle(
            (column - 0.5, row - 0.5),
            1,
            1,
            facecolor="0.85" if grey else "white",
            edgecolor="0.55" if hatched else "black",
            hatch="////" if hatched else None,
            linewidth=0.8,
            zorder=1 if hatched else 2,
        )
    )
    room = {"facecolor": "white", "edgecolor": "none", "pad": 0.8} if hatched else None
    axes.text(
        column, row, text, ha="center", va="center", fontsize=9, bbox=room, zorder=3
    )


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) else f"{value:g}"


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
