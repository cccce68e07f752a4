"""Pictures of tracing: which calls made a graph, and what was counted or measured.

Black on white: markers, hatches and numbers are used in place of colours.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt

_HATCHES = ("", "//", "..", "xx")


def traces(rows: Mapping[str, Sequence[int]], calls: Sequence[str]) -> None:
    """Draw, call by call, whether a new graph was made or an old one used again.

    Args:
        rows: title -> how many graphs there were after each call, shape (n,).
        calls: n short labels for the arguments of each call.

    Raises:
        ValueError: a row does not have one count per call, or a count falls.
    """
    height = 0.42 * len(rows) + 1.25
    figure, axes = plt.subplots(figsize=(5.4, height), facecolor="white")
    for row, (title, counts) in enumerate(rows.items()):
        if len(counts) != len(calls):
            raise ValueError(f"{title!r} has {len(counts)} counts, {len(calls)} calls")
        axes.plot([-0.4, len(calls) - 0.6], [row, row], "-", color="0.8", zorder=0)
        before = 0
        for call, count in enumerate(counts):
            if count < before:
                raise ValueError(f"{title!r} has fewer graphs after call {call + 1}")
            new = count > before
            axes.plot(
                call,
                row,
                "s" if new else "o",
                color="black",
                markerfacecolor="black" if new else "white",
                markersize=14 if new else 9,
            )
            if new:
                axes.text(
                    call, row, str(count), color="white", ha="center", va="center"
                )
            before = count
    axes.set_xticks(range(len(calls)), calls)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(-0.6, len(calls) - 0.4)
    axes.set_xlabel("argument of each call, in order")
    axes.set_title("square: graph number n is made; circle: used again", fontsize=9)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()


def bars(values: Mapping[str, float], *, xlabel: str) -> None:
    """Draw one hatched bar per title, its number beside it.

    Args:
        values: title -> a number that is not negative.
        xlabel: what the numbers are, with their unit.

    Raises:
        ValueError: a negative number.
    """
    if min(values.values()) < 0:
        raise ValueError(f"a bar can't be negative: {dict(values)}")
    height = 0.42 * len(values) + 0.8
    figure, axes = plt.subplots(figsize=(5.4, height), facecolor="white")
    for row, value in enumerate(values.values()):
        axes.barh(
            row,
            value,
            height=0.6,
            facecolor="0.9",
            edgecolor="black",
            hatch=_HATCHES[row % len(_HATCHES)],
        )
        axes.annotate(
            f"{value:.3g}",
            (value, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
        )
    axes.set_yticks(range(len(values)), values)
    axes.set_ylim(len(values) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.set_xlabel(xlabel)
    figure.tight_layout()
