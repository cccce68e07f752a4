"""A picture of the files that two wheels bring.

Black on white: hatching and shades of grey are used in place of colours.
"""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt

from grader.pictures.described import show


def shared(pairs: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw, for each library, how many files two wheels of it put into the same place.

    Args:
        pairs: library -> ``only`` (how many files the first wheel has alone, and the
            second), ``both`` (paths that both have) and ``differ`` (those of them that
            have other contents).
    """
    figure, axes = plt.subplots(
        figsize=(5.6, 1.1 + 0.5 * len(pairs)), facecolor="white"
    )
    told = []
    for row, (library, files) in enumerate(pairs.items()):
        first, second = files["only"]
        differ = len(files["differ"])
        same = len(files["both"]) - differ
        left = 0
        for count, shade, hatch, label in (
            (first, "white", "", "CUDA 12's wheel alone"),
            (same, "0.8", "", "both, equal"),
            (differ, "0.45", "//", "both, with other contents"),
            (second, "white", "..", "CUDA 13's wheel alone"),
        ):
            axes.barh(
                *(row, count),
                left=left,
                color=shade,
                hatch=hatch,
                edgecolor="black",
                label=None if row else label,
            )
            left += count
        told.append(
            f"{library}: {first} in CUDA 12's wheel alone, {same} equal in both, "
            f"{differ} in both with other contents, {second} in CUDA 13's alone"
        )
    axes.set_yticks(range(len(pairs)), list(pairs))
    axes.invert_yaxis()
    axes.set_xlabel("files of the two wheels")
    axes.legend(fontsize=8, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
    figure.tight_layout()
    show(figure, f"Files by the wheel that brings them. {'; '.join(told)}.")
