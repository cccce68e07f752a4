"""Where each exercise is in the course's notebooks, and how long each lesson takes.

Notebooks are read as plain JSON, so that ``progress()`` doesn't wait for nbformat.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from grader.common.frameworks import FRAMEWORKS, NEUTRAL
from grader.common.grade_id import solution_id

CHECK = re.compile(r"""^check\(\s*["']([\w.]+)["']""", re.MULTILINE)
TITLE = re.compile(r"^# +(.+?)\s*$", re.MULTILINE)
SECTION = re.compile(r"^## +(.+?)\s*$", re.MULTILINE)
MINUTES = re.compile(r"^\|.*\| *(\d+) *\|\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where an exercise is.

    Attributes:
        notebook: its path relative to the course, with forward slashes.
        heading: the section's heading, as text.
        checks: for each framework, the id of the cell with the check. It is nbgrader's
            id if there is one, otherwise the id in the notebook. A neutral exercise has
            it under ``NEUTRAL``.
        cells: in the same way, the ids of all cells that belong to the exercise.
    """

    notebook: str
    heading: str
    checks: dict[str, str] = field(default_factory=dict)
    cells: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """The heading's fragment in JupyterLab's addresses."""
        return self.heading.replace(" ", "-")


@dataclass(frozen=True)
class Lesson:
    """The title that a lesson states, and its minutes; 0 if it states no time."""

    title: str
    minutes: int


@cache
def lesson(notebook: Path) -> Lesson:
    """The title and minutes in the first cell of a lesson's notebook."""
    first = text((_cells(notebook) or [{"source": ""}])[0])
    title = TITLE.search(first)
    minutes = sum(map(int, MINUTES.findall(first)))
    return Lesson(title[1] if title else notebook.stem, minutes)


@cache
def places(root: Path) -> dict[str, Place]:
    """Every exercise's place in the course at ``root``, by its id."""
    found: dict[str, Place] = {}
    lessons, assigned = root / "notebooks", root / "exercises"
    for path in [*sorted(lessons.glob("*.ipynb")), *sorted(assigned.rglob("*.ipynb"))]:
        name = path.relative_to(root).as_posix()
        if "/." not in name:
            _collect(name, _cells(path), found)
    return found


def _collect(name: str, cells: list[dict[str, Any]], found: dict[str, Place]) -> None:
    heading = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            heading = (SECTION.findall(text(cell)) or [heading])[-1]
            continue
        half = framework_of(cell) or NEUTRAL
        for exercise in CHECK.findall(text(cell)):
            place = found.setdefault(exercise, Place(name, heading))
            place.checks[half] = cell_id(cell)
            solution = solution_id(cell_id(cell))
            own = [c for c in cells if cell_id(c) in (cell_id(cell), solution)]
            kept = place.cells.get(half, ())
            place.cells[half] = (*kept, *map(cell_id, own))


def framework_of(cell: dict[str, Any]) -> str | None:
    """The framework that a cell's tags name; None for a neutral one."""
    tags = cell["metadata"].get("tags", ())
    return next((name for name in FRAMEWORKS if name in tags), None)


def cell_id(cell: dict[str, Any]) -> str:
    """nbgrader's id if the cell has one, otherwise its id in the notebook."""
    about = cell["metadata"].get("nbgrader")
    graded = about.get("grade_id") if isinstance(about, dict) else None
    return graded or cell.get("id", "")


def text(cell: dict[str, Any]) -> str:
    """A cell's text; in JSON it may be a list of lines."""
    return "".join(cell["source"])


def _cells(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():  # a lesson that is not written yet
        return []
    return json.loads(path.read_text(encoding="utf-8"))["cells"]
