"""Small JSON files beside a learner's copy of the course: read, and replaced, whole."""

import json
import os
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, object]:
    """The object in a file; empty when there is none that can be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def replace(path: Path, data: Mapping[str, object]) -> None:
    """Write ``data`` in one step: what stops half-way leaves the old file.

    Raises:
        OSError: it can't be written.
    """
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_text(json.dumps(data, indent=1), encoding="utf-8")
    fresh.replace(path)
