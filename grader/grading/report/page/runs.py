"""How the marks of a report came about, from the records of all runs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from grader.common.bounds import MIB
from grader.grading.report.class_report import Report

# What the record calls a limit, what a reader does, and its unit.
LIMITS = {
    "cell": ("one cell", "s"),
    "notebook": ("the notebook", "s"),
    "cpu": ("processor time", "s"),
    "memory": ("memory", "MiB"),
    "processes": ("processes and threads", ""),
    "file": ("one file", "MiB"),
    "scratch": ("all files", "MiB"),
    "files": ("files", ""),
}


@dataclass(frozen=True)
class Fact:
    """One thing about the runs; ``values`` with the number of submissions."""

    name: str
    values: dict[str, int]


@dataclass(frozen=True)
class Runs:
    """All runs; ``seconds`` are their median, maximum and sum, None without any."""

    facts: list[Fact]
    seconds: tuple[float, float, float] | None


def how_marks_came(report: Report) -> Runs:
    """Versions, device, isolation, limits and computing time of the last runs."""
    runs = [row.run for row in report.learners if row.run]
    texts = {
        "Versions": [_versions(run.versions) for run in runs],
        "Device": [run.device for run in runs],
        "Isolation": [run.isolation for run in runs],
        "Memory and processes bounded by": [run.bounded_by for run in runs],
        "Limits": [_limits(run.limits) for run in runs],
    }
    facts = []
    for name, values in texts.items():
        counted = Counter(value or "not recorded" for value in values)
        if counted:
            facts.append(Fact(name, dict(counted.most_common())))
    seconds = [run.seconds for run in runs if run.seconds is not None]
    if not seconds:
        return Runs(facts, None)
    return Runs(facts, (median(seconds), max(seconds), sum(seconds)))


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _limits(limits: Mapping[str, int | None]) -> str:
    parts = []
    for key, (name, unit) in LIMITS.items():
        limit = limits.get(key)
        if limit is not None:
            number = limit // MIB if unit == "MiB" else limit
            parts.append(f"{name} {number:,} {unit}".rstrip())
    return ", ".join(parts)
