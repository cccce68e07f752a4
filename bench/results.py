"""``results.json``: what was measured, on what, when and how often."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from statistics import median

import psutil

from bench import ROOT
from grader.common import whole_file

PACKAGES = (
    *("nbgrader", "nbclient", "jupyter-client", "ipykernel", "nbval", "numpy"),
    *("torch", "tensorflow-cpu", "tensorflow", "keras"),
)


def spread(values: list[float]) -> dict[str, object]:
    """The median of some measurements, with all that is needed to doubt it."""
    return {
        "median": round(median(values), 4),
        "min": round(min(values), 4),
        "max": round(max(values), 4),
        "values": [round(value, 4) for value in values],
    }


def ratio(above: dict[str, object], below: dict[str, object]) -> float:
    """One spread's median over another's."""
    return round(above["median"] / below["median"], 2)


def machine() -> dict[str, object]:
    """What the measurements ran on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(terse=True),
    }


def versions() -> dict[str, str]:
    """Of Python and of each package that matters and is installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def stamp() -> dict[str, object]:
    """When, at which commit, and how busy the machine is with other things."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    done = subprocess.run(git, capture_output=True, text=True)
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": done.stdout.strip() or "unknown",
        "load_before": round(os.getloadavg()[0], 1),
    }


def load(path: Path) -> dict[str, object]:
    """What an earlier run on this machine and these versions has left, or a start."""
    fresh = {"machine": machine(), "versions": versions(), "parts": {}}
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return fresh
    same = all(old.get(name) == fresh[name] for name in ("machine", "versions"))
    return old if same else fresh


def save(path: Path, results: dict[str, object]) -> None:
    """Write results to the file."""
    results["parts"] = dict(sorted(results["parts"].items()))
    whole_file.write(path, (json.dumps(results, indent=1) + "\n").encode())


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
