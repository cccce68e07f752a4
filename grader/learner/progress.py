"""What a learner has done so far, kept beside the learner's copy of the course."""

import json
import os
from html import escape
from pathlib import Path

from grader.learner.display import show_both
from grader.learner.frameworks import TITLES

FOLDER = ".tandem"
STATES = {"correct": "✓", "wrong": "✗", "error": "!", "not attempted": "○"}


def progress_file(start: Path | None = None) -> Path | None:
    """``progress.json`` of the course copy around ``start``; None outside of one."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / FOLDER).is_dir():
            return folder / FOLDER / "progress.json"
    return None


def load(path: Path | None) -> dict[str, dict[str, str]]:
    """Status by exercise and framework; empty when nothing usable is stored."""
    try:
        data = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def remember(verdict: object) -> None:
    """Store a verdict's status; does nothing outside a copy of the course."""
    path = progress_file()
    if path is None:
        return
    data = load(path)
    framework = verdict.framework or "numpy"
    data.setdefault(verdict.exercise, {})[framework] = str(verdict.status)
    # Replaced in one step: a notebook that stops half-way leaves the old file.
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        fresh.write_text(json.dumps(data, indent=1), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        print(f"Your progress could not be saved ({error.strerror}).")


def progress() -> None:
    """Show each exercise's state, for both frameworks.

    Example:
        >>> progress()
    """
    from grader import references

    done = load(progress_file())
    table = []
    for lesson in references.lessons():
        for exercise in references.exercises(lesson):
            states = done.get(exercise.id, {})
            row = [states.get(name, "not attempted") for name in TITLES]
            table.append((exercise.id, *(f"{STATES.get(s, '!')} {s}" for s in row)))
    head = ("exercise", *TITLES.values())
    widths = [max(map(len, column)) for column in zip(head, *table, strict=True)]
    text = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (head, *table)
    )
    cells = "".join(
        "<tr>"
        + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in row)
        + "</tr>"
        for row in table
    )
    names = "".join(f'<th style="text-align:left">{escape(n)}</th>' for n in head)
    show_both(text, f"<table><tr>{names}</tr>{cells}</table>")
