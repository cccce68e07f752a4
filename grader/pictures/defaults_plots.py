"""Pictures of two nets that differ in their defaults: accuracies, gaps and effects.

Black on white: line styles, markers and shades of grey are used in place of colours.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from grader.pictures.defaults_runs import Effect, paired
from grader.pictures.described import show

_STYLES = (("-", "o", "black"), ("--", "s", "0.45"), (":", "^", "0.2"))
_STEPS = "steps of training (logarithmic)"
_ERRORS = 2  # standard errors on each side, in bands and bars


def gap(steps: Sequence[int], nets: Mapping[str, np.ndarray]) -> None:
    """Draw the accuracies of two nets against the steps, and their gap below.

    Bands are two standard errors wide on each side of the mean.

    Args:
        steps: of training, shape (n,), increasing.
        nets: two labels, each with accuracies in percent, shape (seeds, n), paired by
            seed. The gap is the second less the first.

    Raises:
        ValueError: not two nets.
    """
    if len(nets) != 2:
        raise ValueError(f"{len(nets)} nets: a gap is between two")
    figure, (above, below) = plt.subplots(
        2,
        1,
        figsize=(5.6, 4.6),
        facecolor="white",
        sharex=True,
        height_ratios=(3, 2),
    )
    _curves(above, steps, nets)
    (first, before), (second, after) = nets.items()
    effects = [paired(after[:, i], before[:, i]) for i in range(len(steps))]
    _band(below, steps, effects, _STYLES[0])
    below.axhline(0, color="0.5", linewidth=0.8)
    _frame(below, _STEPS, "gap (points)", steps)
    figure.align_ylabels()
    figure.tight_layout()
    gaps = _told(steps, [effect.points for effect in effects], "+.1f")
    show(
        figure,
        f"Two panels over the steps of training. Above, the held-out accuracy of "
        f"{first} ({_told(steps, before.mean(axis=0))}) and of {second} "
        f"({_told(steps, after.mean(axis=0))}), in percent, each with a band of two "
        f"standard errors. Below, the gap, {second} less {first}, in points: {gaps}.",
    )


def accuracies(steps: Sequence[int], nets: Mapping[str, np.ndarray]) -> None:
    """Draw the mean accuracies of up to three nets against the steps, with bands.

    Args:
        steps: of training, shape (n,), increasing.
        nets: label -> accuracies in percent, shape (seeds, n).

    Raises:
        ValueError: more than three nets.
    """
    figure, axes = plt.subplots(figsize=(5.6, 3.4), facecolor="white")
    _curves(axes, steps, nets)
    axes.set_xlabel(_STEPS)
    figure.tight_layout()
    means = "; ".join(
        f"{label}: {_told(steps, values.mean(axis=0))}"
        for label, values in nets.items()
    )
    show(
        figure,
        f"Held-out accuracy in percent against steps of training, means over the "
        f"seeds. {means}.",
    )


def few_seeds(differences: Sequence[float], few: int) -> np.ndarray:
    """Draw what every choice of a few seeds would have reported as the gap.

    Args:
        differences: paired differences in points, shape (seeds,).
        few: how many seeds a smaller study would have had.

    Returns:
        The gap that each choice reports, in points, shape (choices,).
    """
    values = np.asarray(differences, float)
    means = np.array([np.mean(chosen) for chosen in combinations(values, few)])
    whole = paired(values, np.zeros_like(values))
    figure, axes = plt.subplots(figsize=(5.6, 3.0), facecolor="white")
    axes.hist(means, bins=25, color="0.8", edgecolor="0.3", linewidth=0.6)
    axes.axvline(0, color="black", linewidth=1.2)
    axes.axvline(whole.points, color="black", linestyle="--", linewidth=1.2)
    top = axes.get_ylim()[1]
    axes.set_ylim(0, 1.15 * top)
    label = f"all {len(values)} seeds "
    axes.text(whole.points, 1.06 * top, label, fontsize=9, ha="right")
    axes.set_xlabel(f"gap that {few} seeds report (points)")
    axes.set_ylabel(f"choices of {few} seeds")
    figure.tight_layout()
    share = np.mean(np.sign(means) != np.sign(whole.points))
    show(
        figure,
        f"Histogram of the mean gap, in points, that each of {len(means)} choices of "
        f"{few} seeds among {len(values)} reports: from {means.min():+.1f} to "
        f"{means.max():+.1f}. A dashed line marks the mean of all seeds, "
        f"{whole.points:+.2f}; {share:.0%} of the choices have the other sign or 0.",
    )
    return means


def effects(causes: Mapping[str, Mapping[str, Effect]], title: str) -> None:
    """Draw effects with bars of two standard errors, one row for each cause.

    The axis is linear from -1 to 1 and logarithmic beyond.

    Args:
        causes: cause -> {net: effect}; the same nets in each, at most three.
        title: what was measured when.
    """
    nets = list(dict.fromkeys(net for found in causes.values() for net in found))
    figure, axes = plt.subplots(
        figsize=(6.2, 0.5 * len(causes) + 1.5), facecolor="white"
    )
    rows = {cause: -row for row, cause in enumerate(causes)}
    for place, (net, (_, marker, grey)) in enumerate(zip(nets, _STYLES, strict=False)):
        held = [(rows[c], found[net]) for c, found in causes.items() if net in found]
        axes.errorbar(
            [effect.points for _, effect in held],
            [row + 0.14 - 0.28 * place for row, _ in held],
            xerr=[_ERRORS * effect.error for _, effect in held],
            fmt=marker,
            color=grey,
            markerfacecolor=grey if place == 0 else "white",
            capsize=3,
            markersize=6,
            linewidth=1,
            label=net,
        )
    axes.axvline(0, color="0.5", linewidth=0.8)
    axes.set_xscale("symlog", linthresh=1)
    ticks = [-30, -10, -3, -1, 0, 1, 3, 10, 30]
    axes.set_xticks(ticks, [f"{tick:+d}" if tick else "0" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_yticks(list(rows.values()), list(rows))
    axes.set_xlim(-80, 80)
    axes.set_ylim(0.5 - len(causes), 0.5)
    axes.set_xlabel("change of accuracy (points; logarithmic beyond ±1)")
    axes.grid(axis="x", color="0.85", linewidth=0.6)
    axes.set_title(title, fontsize=10)
    axes.legend(
        frameon=False, loc="upper center", bbox_to_anchor=(0.4, -0.2), ncols=len(nets)
    )
    figure.tight_layout()
    told = "; ".join(
        f"{cause}: " + ", ".join(f"{e} in {net}" for net, e in found.items())
        for cause, found in causes.items()
    )
    show(
        figure,
        f"{title}. Change of held-out accuracy in points, mean and standard error, one "
        f"row for each cause. {told}.",
    )


def left_of_start(kept: Mapping[str, float], steps: int) -> None:
    """Draw which share of the start is left in an average, against the steps.

    Args:
        kept: label -> share of the old value that each step keeps; up to three.
        steps: how many.
    """
    figure, axes = plt.subplots(figsize=(5.6, 3.0), facecolor="white")
    x = np.arange(steps + 1)
    for (label, share), (dash, marker, grey) in zip(
        kept.items(), _STYLES, strict=False
    ):
        every = max(1, steps // 10)
        axes.plot(
            x,
            100 * share**x,
            dash,
            marker=marker,
            markevery=every,
            color=grey,
            markerfacecolor="white",
            label=label,
        )
    axes.set_xlabel("steps of training")
    axes.set_ylabel("left of the start (percent)")
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(frameon=False)
    figure.tight_layout()
    half = "; ".join(
        f"{label}: half after {np.log(0.5) / np.log(share):.0f} steps, "
        f"{100 * share**steps:.2g} percent after {steps}"
        for label, share in kept.items()
    )
    show(
        figure,
        f"Share of the starting value that is left in a running average, in percent, "
        f"against steps of training. {half}.",
    )


def _curves(axes: Axes, steps: Sequence[int], nets: Mapping[str, np.ndarray]) -> None:
    if len(nets) > len(_STYLES):
        raise ValueError(f"{len(nets)} nets: at most {len(_STYLES)} stay legible")
    for (label, values), style in zip(nets.items(), _STYLES, strict=False):
        means = [paired(column, np.zeros_like(column)) for column in values.T]
        _band(axes, steps, means, style, label)
    _frame(axes, "", "held-out accuracy (%)", steps)
    axes.set_ylim(0, 102)
    axes.legend(frameon=False, loc="lower right")


def _band(
    axes: Axes,
    steps: Sequence[int],
    effects: Sequence[Effect],
    style: tuple[str, str, str],
    label: str = "",
) -> None:
    dash, marker, grey = style
    middle = np.array([effect.points for effect in effects])
    wide = _ERRORS * np.array([effect.error for effect in effects])
    axes.fill_between(
        steps, middle - wide, middle + wide, color=grey, alpha=0.2, linewidth=0
    )
    axes.plot(
        steps,
        middle,
        dash,
        marker=marker,
        color=grey,
        markerfacecolor="white",
        label=label,
    )


def _frame(axes: Axes, xlabel: str, ylabel: str, steps: Sequence[int]) -> None:
    axes.set_xscale("log")
    axes.set_xticks(list(steps), [str(step) for step in steps])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    axes.grid(color="0.85", linewidth=0.6)


def _told(steps: Sequence[int], values: Sequence[float], form: str = ".0f") -> str:
    """The first, a middle and the last value, with their steps."""
    chosen = sorted({0, len(steps) // 2, len(steps) - 1})
    return ", ".join(f"{values[i]:{form}} after {steps[i]}" for i in chosen)
