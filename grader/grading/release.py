"""An assignment as the gradebook knows it, by nbgrader's generate_assignment."""

import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment

from grader.common.errors import CourseError
from grader.common.tracks import filter_track
from grader.grading.place.assignment import Assignment
from grader.grading.place.official import official_metadata
from grader.grading.plugins.save_cells import CellsInUse


def register(assignment: Assignment, track: str, folder: Path) -> None:
    """nbgrader's generate_assignment, on the track's cells."""
    source, name = assignment.source, assignment.name
    with tempfile.TemporaryDirectory() as sources:
        filtered = assignment.inside(Path(sources))
        shutil.copytree(source.parent, filtered.parent)
        notebook = nbformat.read(source, as_version=4)
        nbformat.write(filter_track(notebook, track), filtered)
        converted = assignment.course.convert(
            GenerateAssignment,
            name,
            source_directory=sources,
            release_directory=str(folder),
        )
    if converted.error is not None:
        if isinstance(converted.error, CellsInUse):
            raise CourseError(
                f"{name} has graded submissions, and this release has other "
                "cells: release it before grading, or start a new gradebook"
            )
        if isinstance(converted.error, ImportError):
            raise CourseError(
                f"the settings in nbgrader_config.py name what is not here "
                f"({converted.error}): where they are of an older version of Tandem, "
                "take that file as course init makes it, and add your own lines to it"
            )
        why = converted.log or str(converted.error)
        raise CourseError(f"nbgrader could not release {name}:\n{why}")


def known_cells(assignment: Assignment) -> set[str] | None:
    """The grade ids that the gradebook has of it; None before a release."""
    with assignment.course.gradebook() as gradebook:
        try:
            notebook = assignment.entry(gradebook)
        except MissingEntry:
            return None
        return {cell.name for cell in notebook.source_cells}


def points(assignment: Assignment) -> dict[str, float]:
    """What each graded cell is worth, by grade id; nothing before a release."""
    with assignment.course.gradebook() as gradebook:
        try:
            official = official_metadata(assignment.entry(gradebook))
        except MissingEntry:
            return {}
        return {n: one["points"] for n, one in official.items() if "points" in one}


def submissions(assignment: Assignment) -> int:
    """How many submissions the gradebook has."""
    with assignment.course.gradebook() as gradebook:
        return gradebook.find_assignment(assignment.name).num_submissions
