"""The stored runs behind the lesson on serving.

``python -m bench.serving runs`` and ``bento`` write ``measured.json`` beside this
module. So it lies in the wheel too, and a learner's lesson can draw it.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_suffix(".json")
"""The file of the runs that the course carries."""


@dataclass(frozen=True)
class Measured:
    """What one command of the bench has measured.

    Attributes:
        content: what the file holds of it.
    """

    content: dict[str, Any]

    @property
    def provenance(self) -> str:
        """What ran, when, on what and on which versions, in one line."""
        content = self.content
        versions = ", ".join(f"{k} {v}" for k, v in content["versions"].items())
        where = f"{content['date']}, {content['cores']} cores"
        return f"{content['command']}, {where}, {versions}"

    def loads(self, **which: object) -> list[dict[str, Any]]:
        """Return the loads with these entries, such as ``mode="one by one"``.

        Each has ``clients``; ``throughput`` in requests for each second; ``mean``,
        ``p50``, ``p95`` and ``p99`` in ms; ``busy`` as a share; ``batch``, the mean
        number of rows.
        """
        return [
            one
            for one in self.content["load"]
            if all(one[key] == value for key, value in which.items())
        ]


def stored(part: str = "runs") -> Measured:
    """Return what ``python -m bench.serving PART`` has stored in the course."""
    return Measured(json.loads(STORED.read_text(encoding="utf-8"))[part])
