"""Pictures of networks at their start: spread by depth, distributions, training runs.

Black on white: dashes, markers, hatches and numbers are used in place of colours.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from grader.common.frameworks import to_numpy

_DASHES = ("-", "--", ":", "-.")
_MARKERS = ("o", "s", "^", "D")
_HATCHES = ("////", "....", "\\\\\\\\", "xx")
_GREYS = ("0.0", "0.35", "0.5", "0.2")
_SIZE = (5.4, 3.3)  # inches: half of JupyterLab's window
_BINS = 41


def by_depth(
    measured: Mapping[str, ArrayLike],
    theory: Mapping[str, ArrayLike] | None = None,
    *,
    ylabel: str,
    xlabel: str = "layer",
    titles: Sequence[str] = ("",),
) -> None:
    """Draw quantities layer by layer: measured as markers, theory as lines.

    Args:
        measured: label -> values of shape (layers,) or (panels, layers); up to four
            labels.
        theory: label -> values of the same shape; None joins the markers instead.
        ylabel: what the values are, with their unit if they have one.
        xlabel: what the layers, counted from 1, are called.
        titles: one per panel.

    Raises:
        ValueError: more than four labels, not one title per panel, or a theory whose
            shape differs from the measured values'.
    """
    _legible(measured)
    figure, row = plt.subplots(
        1, len(titles), figsize=_SIZE, facecolor="white", sharey=True, squeeze=False
    )
    for rank, (label, given) in enumerate(measured.items()):
        values = np.atleast_2d(given)
        if len(values) != len(titles):
            raise ValueError(f"{label!r}: {len(values)} panels, {len(titles)} titles")
        layer = np.arange(1, values.shape[1] + 1)
        every = max(1, len(layer) // 10)
        for axes, line in zip(row[0], values, strict=True):
            axes.plot(
                layer,
                line,
                _MARKERS[rank],
                markevery=(rank % every, every),
                markersize=5,
                markerfacecolor="white",
                color=_GREYS[rank],
                linestyle=_DASHES[rank] if theory is None else "none",
                label=label,
            )
        if theory is not None:
            expected = np.atleast_2d(theory[label])
            if expected.shape != values.shape:
                raise ValueError(
                    f"{label!r}: theory has shape {expected.shape}, "
                    f"measured {values.shape}"
                )
            for axes, line in zip(row[0], expected, strict=True):
                axes.plot(layer, line, _DASHES[rank], color=_GREYS[rank], zorder=1)
    for axes, title in zip(row[0], titles, strict=True):
        axes.set_yscale("log", nonpositive="mask")
        axes.set_xlabel(xlabel)
        axes.set_title(title, fontsize=9)
        axes.grid(color="0.85", linewidth=0.6)
    row[0][0].set_ylabel(ylabel)
    handles, names = row[0][0].get_legend_handles_labels()
    figure.legend(
        handles, names, frameon=False, loc="upper center", ncols=len(names), fontsize=9
    )
    figure.tight_layout(rect=(0, 0, 1, 0.92))


def distributions(samples: Mapping[str, object], *, xlabel: str) -> None:
    """Draw histograms over each other, as outlines that differ in dashes.

    Args:
        samples: label -> values of any shape, of any framework; up to four.
        xlabel: what the values are, with their unit if they have one.

    Raises:
        ValueError: more than four samples.
    """
    _legible(samples)
    arrays = {label: to_numpy(values).ravel() for label, values in samples.items()}
    reach = max(np.abs(values).max() for values in arrays.values())
    edges = np.linspace(-reach, reach, 2 * _BINS).tolist()
    figure, axes = plt.subplots(figsize=_SIZE, facecolor="white")
    for rank, (label, values) in enumerate(arrays.items()):
        axes.hist(
            values,
            bins=edges,
            density=True,
            histtype="step",
            linestyle=_DASHES[rank],
            edgecolor=_GREYS[rank],
            linewidth=1.6,
            label=label,
        )
    axes.set_xlabel(xlabel)
    axes.set_ylabel("density")
    axes.grid(color="0.85", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(
        frameon=False,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=2,
        fontsize=9,
    )
    figure.tight_layout()


def ridges(
    nets: Mapping[str, Mapping[int, object]],
    notes: Mapping[str, Mapping[int, str]],
    *,
    xlabel: str,
    span: float,
) -> None:
    """Draw one small histogram per layer, the first layer on top; a panel per net.

    Args:
        nets: title -> {layer number: values of any shape, of any framework}.
        notes: title -> {layer number: text at the right of that histogram}.
        xlabel: what the values are, with their unit if they have one.
        span: the histograms reach from -span to span; values outside are left out.

    Raises:
        KeyError: a layer has no note.
    """
    figure, row = plt.subplots(
        1,
        len(nets),
        figsize=_SIZE,
        facecolor="white",
        sharey=True,
        squeeze=False,
    )
    edges = np.linspace(-span, span, _BINS)
    for axes, (title, layers) in zip(row[0], nets.items(), strict=True):
        for rank, (layer, values) in enumerate(layers.items()):
            counts, _ = np.histogram(to_numpy(values).ravel(), edges)
            base = -float(rank)
            height = base + 0.6 * counts / max(1, counts.max())
            axes.fill_between(
                edges[:-1], base, height, step="post", color="0.75", edgecolor="black"
            )
            axes.text(
                0.98,
                base + 0.68,
                notes[title][layer],
                transform=axes.get_yaxis_transform(),
                ha="right",
                fontsize=8,
            )
        axes.set_yticks([-float(k) for k in range(len(layers))], list(layers))
        axes.set_ylim(-len(layers) + 0.8, 0.95)  # leaves space for the first note
        axes.set_title(title, fontsize=9)
        axes.set_xlabel(xlabel, fontsize=9)
    row[0][0].set_ylabel("layer")
    figure.tight_layout()


def bands(
    x: Sequence[float],
    runs: Mapping[str, Sequence[Sequence[float]]],
    *,
    xlabel: str,
    ylabel: str,
) -> None:
    """Draw the median of several runs as a line, and a band from lowest to highest.

    Args:
        x: positions of shape (n,), shared by all runs.
        runs: label -> values of shape (seeds, n); up to four labels.
        xlabel: what ``x`` is, with its unit if it has one.
        ylabel: what the values are, with their unit if they have one.

    Raises:
        ValueError: more than four labels, or runs that are not as long as ``x``.
    """
    _legible(runs)
    figure, axes = plt.subplots(figsize=_SIZE, facecolor="white")
    for rank, (label, given) in enumerate(runs.items()):
        values = np.asarray(given)
        if values.ndim != 2 or values.shape[1] != len(x):
            raise ValueError(
                f"{label!r} has shape {values.shape}: (seeds, {len(x)}) is needed"
            )
        axes.fill_between(
            x,
            values.min(axis=0),
            values.max(axis=0),
            facecolor="none",
            edgecolor="0.7",
            hatch=_HATCHES[rank],
            linewidth=0.5,
        )
        axes.plot(
            x,
            np.median(values, axis=0),
            _DASHES[rank],
            marker=_MARKERS[rank],
            markevery=(rank * len(x) // 40, max(1, len(x) // 8)),
            markersize=5,
            markerfacecolor="white",
            color="black",
            label=label,
        )
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.legend(
        frameon=False,
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=2,
        fontsize=9,
    )
    figure.tight_layout()


def _legible(labels: Sequence[str] | Mapping[str, object]) -> None:
    if len(labels) > len(_DASHES):
        raise ValueError(f"{len(labels)} lines: at most {len(_DASHES)} stay legible")
