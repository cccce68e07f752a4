"""Plots of parts (a) and (e), to be read without colour."""

from pathlib import Path

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot as plt

HATCHES = ("///", "...", "", "xx", "\\\\\\")
PLOTS = {"a": "grading.png", "e": "growth.png"}


def draw(parts: dict[str, dict], folder: Path) -> list[Path]:
    """Draw what there are results for; the files."""
    drawn = []
    for part, name in PLOTS.items():
        if part in parts:
            figure = {"a": _grading, "e": _growth}[part](parts[part])
            figure.savefig(folder / name, dpi=120, metadata={"Software": None})
            plt.close(figure)
            drawn.append(folder / name)
    return drawn


def _grading(part: dict) -> plt.Figure:
    ways = list(part["ways"])
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
    for axis, name, label, digits in (
        (axes[0], "per_minute", "submissions a minute", 0),
        (axes[1], "cpu_each", "CPU-seconds per submission", 2),
    ):
        spreads = [part["ways"][way][name] for way in ways]
        medians = [spread["median"] for spread in spreads]
        errors = [
            [spread["median"] - spread["min"] for spread in spreads],
            [spread["max"] - spread["median"] for spread in spreads],
        ]
        bars = axis.barh(
            *(ways, medians),
            xerr=errors,
            color="white",
            edgecolor="black",
            capsize=3,
        )
        for bar, hatch in zip(bars, HATCHES, strict=True):
            bar.set_hatch(hatch)
        for place, spread in enumerate(spreads):
            text = f"  {spread['median']:.{digits}f}"
            axis.text(spread["max"], place, text, va="center")
        axis.margins(x=0.15)
        axis.set_xlabel(label)
        axis.invert_yaxis()
        axis.spines[["top", "right"]].set_visible(False)
    floor = part["floor_each"]["median"]
    axes[1].axvline(floor, color="black", linestyle=":")
    axes[1].set_title("dotted: the learners' code alone", fontsize=9)
    axes[1].set_yticklabels([])
    return figure


def _growth(part: dict) -> plt.Figure:
    sizes = part["sizes"]
    figure, (time, memory) = plt.subplots(
        *(1, 2), figsize=(10, 3.2), layout="constrained"
    )
    numbers = [one["submissions"] for one in sizes]
    seconds = [one["seconds"] for one in sizes]
    medians = [one["median"] for one in seconds]
    time.errorbar(
        *(numbers, medians),
        yerr=[
            [one["median"] - one["min"] for one in seconds],
            [one["max"] - one["median"] for one in seconds],
        ],
        color="black",
        marker="o",
        capsize=3,
        linestyle="none",
        label="measured (median, min to max)",
    )
    if len(sizes) > 1:
        slope = (medians[1] - medians[0]) / (numbers[1] - numbers[0])
        line = [medians[0] + slope * (number - numbers[0]) for number in numbers]
        time.plot(
            *(numbers, line),
            color="black",
            linestyle="--",
            label="straight line through the first two",
        )
    time.set_xlabel("submissions")
    time.set_ylabel("seconds")
    time.set_xlim(left=0)
    time.set_ylim(bottom=0)
    time.legend(frameon=False)
    largest = sizes[-1]
    for what, style in (("command", "-"), ("zygote", "--")):
        samples = largest[f"{what}_mb"]["samples"]
        name = {"command": "course grade", "zygote": "the process that is forked"}
        memory.plot(
            [at for at, _ in samples],
            [size for _, size in samples],
            color="black",
            linestyle=style,
            label=name[what],
        )
    memory.set_xlabel(f"seconds into grading {largest['submissions']} submissions")
    memory.set_ylabel("resident memory (MiB)")
    memory.set_ylim(bottom=0)
    memory.legend(frameon=False)
    for axis in (time, memory):
        axis.spines[["top", "right"]].set_visible(False)
    return figure
