"""Pictures of servers under load: throughput, latencies, and a swap of versions.

Black on white: dashes, markers and positions are used in place of colours.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogFormatter

from grader.pictures.described import show
from grader.pictures.serving.measured import Measured

_DASHES = ("-", "--", ":", "-.")
_MARKERS = ("o", "s", "^", "D")
_PERCENTILES = (50, 95, 99)


def rows_alone(measured: Measured) -> None:
    """Draw how long a row takes, by the size of its batch, in each framework."""
    figure, axes = plt.subplots(figsize=(5.2, 3.0), facecolor="white")
    told = []
    for rank, (name, times) in enumerate(
        measured.content["microseconds for a row"].items()
    ):
        sizes = sorted(int(size) for size in times)
        _line(axes, sizes, [times[str(size)] for size in sizes], name, rank)
        first, last = times[str(sizes[0])], times[str(sizes[-1])]
        told.append(f"{name} from {first:.0f} to {last:.1f}")
    _logarithmic(axes, x=True, y=True)
    axes.set_xlabel("rows in the batch")
    axes.set_ylabel("time for a row (µs)")
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    show(
        figure,
        "Time for a row, in microseconds, against the rows in its batch; both axes are "
        f"logarithmic. From batches of {sizes[0]} to {sizes[-1]}: {'; '.join(told)}.",
    )


def under_load(measured: Measured, framework: str, modes: Sequence[str]) -> None:
    """Draw throughput and p95 against the number of clients, a line for each mode."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 3.0), facecolor="white")
    told = []
    for rank, mode in enumerate(modes):
        loads = measured.loads(framework=framework, mode=mode)
        clients = [one["clients"] for one in loads]
        _line(left, clients, [one["throughput"] for one in loads], mode, rank)
        _line(right, clients, [one["p95"] for one in loads], mode, rank)
        first, last = loads[0], loads[-1]
        told.append(
            f"{mode}: {first['throughput']:.0f} and {last['throughput']:.0f} requests "
            f"a second, p95 {first['p95']:.1f} and {last['p95']:.1f} ms"
        )
    left.set_ylabel("throughput (requests/s)")
    right.set_ylabel("p95 of the latency (ms)")
    for axes in (left, right):
        axes.set_xlabel("clients at a time")
        _logarithmic(axes, x=True, y=axes is right)
    left.set_ylim(bottom=0)
    left.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    show(
        figure,
        f"{framework} behind the server. Left, throughput; right, the latency's p95; "
        f"both against clients at a time. With {clients[0]} and with {clients[-1]}, "
        f"{'; '.join(told)}.",
    )


def latencies(values: np.ndarray) -> dict[int, float]:
    """Draw which share of requests took how long at most, with three percentiles.

    Args:
        values: latencies in seconds, (n,).

    Returns:
        Percentile -> latency in ms, by nearest rank.
    """
    sorted_ms = 1e3 * np.sort(values)
    shares = 100 * np.arange(1, len(values) + 1) / len(values)
    found = {q: float(sorted_ms[-(-q * len(values) // 100) - 1]) for q in _PERCENTILES}
    figure, axes = plt.subplots(figsize=(5.2, 2.8), facecolor="white")
    axes.step(sorted_ms, shares, color="black", linewidth=1, where="post")
    for (percent, latency), dashes in zip(found.items(), _DASHES[1:], strict=True):
        axes.plot(
            [0, latency, latency],
            [percent, percent, 0],
            linestyle=dashes,
            color="black",
            linewidth=1,
            label=f"p{percent}: {latency:.1f} ms",
        )
    axes.set_xlim(left=0)
    axes.set_ylim(0, 102)
    axes.set_xlabel("latency (ms)")
    axes.set_ylabel("requests that took no longer (%)")
    axes.legend(fontsize=8)
    figure.tight_layout()
    told = ", ".join(f"p{q} {value:.1f} ms" for q, value in found.items())
    show(
        figure,
        f"The share of {len(values)} requests that took no longer than a latency: a "
        f"curve that rises from 0 to 100 %, with {told}.",
    )
    return found


def swap(sent: np.ndarray, taken: np.ndarray, versions: np.ndarray) -> None:
    """Draw latencies against the time of sending, marked by the version that answered.

    Args:
        sent: seconds, (n,).
        taken: latencies in seconds, (n,).
        versions: the version that answered each request, (n,).
    """
    figure, axes = plt.subplots(figsize=(6.4, 2.8), facecolor="white")
    told = []
    for rank, version in enumerate(np.unique(versions)):
        mine = versions == version
        axes.plot(
            sent[mine],
            1e3 * taken[mine],
            linestyle="none",
            marker=("o", "x")[rank % 2],
            markersize=4,
            markerfacecolor="white",
            color="black",
            markeredgewidth=0.7,
            label=f"version {version}",
        )
        told.append(f"version {version} answered {np.count_nonzero(mine)} of them")
    _logarithmic(axes, x=False, y=True)
    axes.set_xlabel("time of sending (s)")
    axes.set_ylabel("latency (ms)")
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    show(
        figure,
        f"Latencies of {len(sent)} requests, from {1e3 * taken.min():.1f} to "
        f"{1e3 * taken.max():.0f} ms, against the time of sending: {'; '.join(told)}.",
    )


def servers(measured: Measured) -> None:
    """Draw the throughput of two servers, with batches and without, many clients."""
    most = max(one["clients"] for one in measured.content["load"])
    bars: Mapping[str, float] = {
        f"{one['framework']}, {one['mode']}: {one['server']}": one["throughput"]
        for one in sorted(
            measured.loads(clients=most),
            key=lambda one: (one["framework"], one["mode"], one["server"]),
        )
    }
    figure, axes = plt.subplots(figsize=(6.6, 2.8), facecolor="white")
    rows = np.arange(len(bars))
    axes.barh(rows, list(bars.values()), color="0.8", edgecolor="black", linewidth=0.6)
    axes.set_yticks(rows, list(bars), fontsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(f"throughput with {most} clients (requests/s)")
    figure.tight_layout()
    told = "; ".join(f"{name} {value:.0f}" for name, value in bars.items())
    show(figure, f"Bars: requests a second with {most} clients. {told}.")


def _line(
    axes: Axes, x: Sequence[float], y: Sequence[float], label: str, rank: int
) -> None:
    axes.plot(
        x,
        y,
        linestyle=_DASHES[rank],
        marker=_MARKERS[rank],
        markerfacecolor="white",
        markersize=5,
        color="black",
        linewidth=1,
        label=label,
    )


def _logarithmic(axes: Axes, *, x: bool, y: bool) -> None:
    plain = FuncFormatter(lambda value, _: f"{value:g}")
    if x:
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(plain)
    if y:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(plain)
        axes.yaxis.set_minor_formatter(LogFormatter())  # where it has under a decade
    axes.grid(color="0.9", linewidth=0.6)
