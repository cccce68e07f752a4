"""Pictures of what profilers recorded. Black on white."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from grader.pictures.debugging.spans import PARTS, Span, longest
from grader.pictures.described import show

_LABELLED = 3  # operations of a part whose names are written
_LETTER = (
    0.011  # of the step: a name is written in a box that is as wide as its letters
)
_MS = 1e-3  # milliseconds in a microsecond


def steps(recorded: Mapping[str, Sequence[Span]]) -> None:
    """Draw the operations of one step over time, a panel for each half.

    Args:
        recorded: half -> operations.
    """
    figure, grid = plt.subplots(
        len(recorded), 1, figsize=(7.2, 1.7 * len(recorded)), squeeze=False
    )
    figure.set_facecolor("white")
    told = []
    for axes, (half, spans) in zip(grid[:, 0], recorded.items(), strict=True):
        _panel(axes, half, spans)
        total = sum(span.length for span in spans)
        shares = [
            f"{part} {sum(s.length for s in spans if s.part == part) / total:.0%}"
            for part in PARTS
        ]
        most = ", ".join(longest(spans, _LABELLED))
        told.append(
            f"{half}: {len(spans)} operations; of their time {', '.join(shares)}; "
            f"longest in all: {most}"
        )
    grid[-1, 0].set_xlabel("time since the step began (ms)")
    figure.tight_layout()
    words = (
        "One training step from left to right, in milliseconds: a box for each "
        f"operation, in a lane for each part. {'. '.join(told)}."
    )
    show(figure, words)


def _panel(axes: Axes, half: str, spans: Sequence[Span]) -> None:
    end = max(span.begin + span.length for span in spans)
    for lane, part in enumerate(PARTS):
        own = [span for span in spans if span.part == part]
        axes.broken_barh(
            [(span.begin * _MS, span.length * _MS) for span in own],
            (lane - 0.3, 0.6),
            facecolor="0.8",
            edgecolor="black",
            linewidth=0.4,
        )
        for span in sorted(own, key=lambda s: -s.length)[:_LABELLED]:
            if span.length > _LETTER * len(span.name) * end:
                middle = (span.begin + span.length / 2) * _MS
                words = axes.text(middle, lane, span.name, fontsize=7, clip_on=True)
                words.set(ha="center", va="center")
    axes.set_yticks(range(len(PARTS)), PARTS)
    axes.invert_yaxis()
    axes.set_xlim(0, end * _MS)
    axes.set_title(half, fontsize=9, loc="left", pad=3)
