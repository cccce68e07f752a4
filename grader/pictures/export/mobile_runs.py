"""What ``python -m bench.export`` stored: a PyTorch model on the runtimes of phones."""

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_suffix(".json")
_TITLES = {"executorch": "ExecuTorch", "litert_torch": "litert-torch"}


def stored() -> dict[str, Any]:
    """By tool: date, versions, and files by title: bytes, accuracy, largest_error."""
    if not PATH.exists():  # before the first run
        return {}
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def files() -> dict[str, tuple[int, float]]:
    """Each stored file, by tool and title: its bytes, and its accuracy from 0 to 1."""
    return {
        f"{_TITLES[tool]}: {title}": (file["bytes"], file["accuracy"])
        for tool, run in stored().items()
        for title, file in run["files"].items()
    }


def table() -> None:
    """Print the stored runs: what ran, on what, and how each file did."""
    for tool, run in stored().items():
        versions = ", ".join(
            f"{name} {number}" for name, number in run["versions"].items()
        )
        print(f"{_TITLES[tool]}, {run['date']}: {versions}")
        for title, file in run["files"].items():
            print(
                f"  {title}: {file['bytes']} bytes, accuracy {file['accuracy']:.3f}, "
                f"largest error {file['largest_error']:g}"
            )
