"""Pictures of debugging: what traces name, sizes as bars, memory over a run.

Black on white: hatching, dashes and signs are used in place of colours.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np

from grader.pictures.debugging.stack_traces import Trace
from grader.pictures.described import show

_HATCHES = ("", "////", "xxxx")
_DASHES = ("-", "--", ":", "-.")
_MOST = 3
MiB = 2**20


def named(half: str, traces: Sequence[Trace]) -> None:
    """Draw a table: does the trace of each error name the line that is to be mended?

    Args:
        half: the framework.
        traces: of the errors, in the order of the table.
    """
    figure, axes = plt.subplots(
        figsize=(3.4, 0.3 * len(traces) + 0.5), facecolor="white"
    )
    for row, trace in enumerate(traces):
        axes.text(0, row, trace.title, ha="left", va="center")
        axes.text(1, row, _verdict(trace), va="center")
    axes.set_title(f"{half}: the line to mend", fontsize=9, loc="left")
    axes.set_xlim(-0.1, 2)
    axes.set_ylim(len(traces) - 0.5, -0.5)
    axes.set_axis_off()
    figure.tight_layout()
    told = "; ".join(f"{trace.title}: {_verdict(trace)}" for trace in traces)
    show(
        figure,
        f"A table of {len(traces)} mistakes in {half}, and whether the error names the "
        f"line to mend. {told}.",
    )


def _verdict(trace: Trace) -> str:
    if not trace.error:
        return "no error"
    return "named" if trace.named else "NOT named"


def bars(found: Mapping[str, Mapping[str, float]], label: str) -> None:
    """Draw numbers as bars from the left, the halves beside each other.

    Args:
        found: half -> title -> number; up to three halves, of the same titles.
        label: of the axis, with its unit.

    Raises:
        ValueError: more than three halves.
    """
    if len(found) > _MOST:
        raise ValueError(f"{len(found)} groups of bars, at most {_MOST} can be told")
    titles = list(next(iter(found.values())))
    places = np.arange(len(titles))
    thick = 0.8 / len(found)
    figure, axes = plt.subplots(
        figsize=(6.0, 0.34 * len(titles) * len(found) ** 0.5 + 0.9), facecolor="white"
    )
    for rank, (half, values) in enumerate(found.items()):
        at = places + (rank - (len(found) - 1) / 2) * thick
        drawn = axes.barh(
            at,
            [values[title] for title in titles],
            thick * 0.9,
            facecolor="white" if rank else "0.75",
            edgecolor="black",
            hatch=_HATCHES[rank],
            label=half,
        )
        axes.bar_label(drawn, fmt="%.3g", padding=2, fontsize=7)
    axes.set_yticks(places, titles)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel(label)
    if len(found) > 1:
        axes.legend(
            frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5)
        )
    axes.set_title(" and ".join(found), fontsize=9, loc="left")
    figure.tight_layout()
    told = [
        f"{half}: {', '.join(f'{t} {values[t]:.3g}' for t in titles)}"
        for half, values in found.items()
    ]
    show(figure, f"Bars; the axis is: {label}. {'; '.join(told)}.")


def timelines(found: Mapping[str, Sequence[int]]) -> None:
    """Draw how many bytes are alive after each operation of a step.

    Args:
        found: title -> bytes, one number for each operation; up to four.
    """
    figure, axes = plt.subplots(figsize=(6.4, 3.0), facecolor="white")
    told = []
    for style, (title, alive) in zip(_DASHES, found.items(), strict=False):
        sizes = np.array(alive) / MiB
        share = np.linspace(0, 100, len(sizes))
        axes.plot(share, sizes, style, color="black", linewidth=1.2, label=title)
        told.append(f"{title}: at most {sizes.max():.0f} MiB")
    axes.set_xlabel("operations done (% of the step)")
    axes.set_ylabel("alive (MiB)")
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    words = (
        "Lines of the memory alive, in MiB, against the share of the step's operations "
        f"that are done. {'; '.join(told)}."
    )
    show(figure, words)
