"""What is known of each row, as plain data: ``twin/defaults.json``."""

import math
from importlib import metadata
from typing import Any

from bench.defaults.accuracies import Accuracy
from bench.defaults.model import Effect, Found, Side

Entry = dict[str, Any]
SILENT, LOUD, HARMLESS, EQUAL = "silent", "loud", "harmless", "equal"
# Relative differences: below the first there is only rounding, below the second less
# than float32 training drifts by itself.
ROUNDING, SMALL = 2e-6, 1e-4
# Points of accuracy, with two standard errors: below it a difference does not matter.
POINTS = 0.1


def entry(found: Found, accuracy: list[Accuracy]) -> Entry:
    """One row as data. Differences have two digits: more are not the same elsewhere."""
    row = found.row
    return {
        "id": row.id,
        "group": row.group,
        "kind": kind(found, accuracy),
        "what": row.what,
        "probe": row.probe,
        "effect": _size(found.effect),
        "loud": found.effect.loud if found.effect else "",
        "accuracy": [vars(one) for one in accuracy],
        "torch": _side(row.torch, found.torch, found.left_torch),
        "keras": _side(row.keras, found.keras, found.left_keras),
        "why_left": row.why_left,
    }


def kind(found: Found, accuracy: list[Accuracy]) -> str:
    """Where a row belongs: what was measured decides."""
    if found.effect and found.effect.loud:
        return LOUD
    size = found.effect.size if found.effect else math.nan
    if size <= ROUNDING and found.torch == found.keras:
        return EQUAL
    no_points = accuracy and all(
        abs(one.points) + 2 * one.error <= POINTS for one in accuracy
    )
    return HARMLESS if size <= SMALL or no_points else SILENT


def versions() -> dict[str, str]:
    """Of what was read, without the part that names a build."""
    tensorflow = "tensorflow-cpu"
    try:
        metadata.version(tensorflow)
    except metadata.PackageNotFoundError:
        tensorflow = "tensorflow"
    names = {"torch": "torch", "tensorflow": tensorflow, "keras": "keras"}
    return {name: metadata.version(p).split("+")[0] for name, p in names.items()}


def _side(side: Side, value: str, left: Effect | None) -> Entry:
    return {
        "value": value,
        "code": side.code,
        "align": side.align,
        "advice": side.advice,
        "left": _size(left),
    }


def _size(found: Effect | None) -> float | None:
    """Two digits; rounding is 0, since it differs from machine to machine."""
    if found is None or math.isnan(found.size):
        return None
    return 0.0 if found.size <= ROUNDING else float(f"{found.size:.1e}")
