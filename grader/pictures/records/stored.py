"""What ``python -m bench.records`` measured for the lesson on records.

Each measurement is a JSON file beside this module, so that it lies in the wheel too. It
says with which command it was made, when, and with which versions.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent


class Stored(NamedTuple):
    """A measurement that was kept.

    Attributes:
        command: what measures it anew.
        date: when it was measured, as 2026-11-28.
        versions: of what took part, by name.
        result: what came of it.
    """

    command: str
    date: str
    versions: dict[str, str]
    result: Any

    @property
    def provenance(self) -> str:
        """One line that says where the result comes from."""
        versions = ", ".join(f"{name} {v}" for name, v in self.versions.items())
        return f"{self.command}, {self.date}: {versions}"


def stored(name: str) -> Stored:
    """The measurement that a command of ``bench.records`` stored under its name."""
    return Stored(**json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))
