"""Reads and replaces small JSON files in a learner's copy, always as a whole."""

import json
from collections.abc import Mapping
from pathlib import Path

from grader.common import whole_file


def read(path: Path) -> dict[str, object]:
    """The object in a file; empty if the file is missing or can't be read."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def replace(path: Path, data: Mapping[str, object]) -> None:
    """Write ``data`` whole.

    Raises:
        OSError: the file can't be written. The old file stays.
    """
    whole_file.write(path, json.dumps(data, indent=1).encode())
