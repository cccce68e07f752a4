"""Measures how fast runtimes answer, by batch size, and draws it as ratios."""

import time
from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullLocator

from grader.pictures.described import show

_ROUNDS, _ENOUGH = 4, 0.01  # rounds of each; seconds of a round
_MARKERS = ("o", "s", "^", "D")
Run = Callable[[np.ndarray], object]


def ratios(runs: Mapping[str, Run], pixels: np.ndarray, sizes: Sequence[int]) -> None:
    """Draw how many times longer each runtime takes than the last one named.

    Args:
        runs: title -> a function of a batch; two or more.
        pixels: images, at least as many as the largest size, first axis the batch.
        sizes: the sizes of batches.
    """
    *others, base = runs
    seconds = {
        title: [_fastest(run, pixels[:size]) for size in sizes]
        for title, run in runs.items()
    }
    figure, axes = plt.subplots(figsize=(5.6, 3.2), facecolor="white")
    axes.axhline(1, color="0.5", linewidth=1)
    told = []
    for marker, title in zip(_MARKERS, others, strict=False):
        values = np.divide(seconds[title], seconds[base])
        axes.plot(
            sizes,
            values,
            marker=marker,
            markerfacecolor="white",
            color="black",
            linewidth=1,
            label=title,
        )
        each = zip(values, sizes, strict=True)
        told.append(f"{title}: {', '.join(f'{v:.1f} at {n}' for v, n in each)}")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 3)))
    axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("images in a batch")
    axes.set_ylabel(f"time / time of {base}")
    axes.grid(color="0.85", linewidth=0.6)
    axes.legend(frameon=False, fontsize=8)
    figure.tight_layout()
    words = (
        f"How many times longer than {base} each runtime takes for a batch, by the "
        f"number of images. {'; '.join(told)}."
    )
    show(figure, words)


def _fastest(run: Run, batch: np.ndarray) -> float:
    """Seconds of one call: the least mean of several rounds."""
    run(batch)
    begin = time.perf_counter()
    run(batch)
    times = max(1, int(_ENOUGH / max(time.perf_counter() - begin, 1e-6)))
    means = []
    for _ in range(_ROUNDS):
        begin = time.perf_counter()
        for _ in range(times):
            run(batch)
        means.append((time.perf_counter() - begin) / times)
    return min(means)
