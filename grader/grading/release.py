"""An assignment as the gradebook knows it, by nbgrader's generate_assignment."""

import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment

from grader.common.errors import CourseError
from grader.common.tracks import filter_track
from grader.grading.place.course_folder import Course
from grader.grading.place.official import official_metadata
from grader.grading.plugins.save_cells import CellsInUse


def register(
    course: Course, assignment: str, name: str, track: str, folder: Path
) -> None:
    """nbgrader's generate_assignment, on the track's cells."""
    source = course.folder("source") / assignment / f"{name}.ipynb"
    with tempfile.TemporaryDirectory() as sources:
        filtered = Path(sources, assignment, source.name)
        shutil.copytree(source.parent, filtered.parent)
        notebook = nbformat.read(source, as_version=4)
        nbformat.write(filter_track(notebook, track), filtered)
        converted = course.convert(
            GenerateAssignment,
            assignment,
            source_directory=sources,
            release_directory=str(folder),
        )
    if converted.error is not None:
        if isinstance(converted.error, CellsInUse):
            raise CourseError(
                f"{assignment} has graded submissions, and this release has other "
                "cells: release it before grading, or start a new gradebook"
            )
        if isinstance(converted.error, ImportError):
            raise CourseError(
                f"the settings in nbgrader_config.py name what is not here "
                f"({converted.error}): where they are of an older version of Tandem, "
                "take that file as course init makes it, and add your own lines to it"
            )
        why = converted.log or str(converted.error)
        raise CourseError(f"nbgrader could not release {assignment}:\n{why}")


def known_cells(course: Course, assignment: str, name: str) -> set[str] | None:
    """The grade ids that the gradebook has of a notebook; None before a release."""
    with course.gradebook() as gradebook:
        try:
            notebook = gradebook.find_notebook(name, assignment)
        except MissingEntry:
            return None
        return {cell.name for cell in notebook.source_cells}


def points(course: Course, assignment: str, name: str) -> dict[str, float]:
    """What each graded cell is worth, by grade id; nothing before a release."""
    with course.gradebook() as gradebook:
        try:
            official = official_metadata(gradebook.find_notebook(name, assignment))
        except MissingEntry:
            return {}
        return {n: one["points"] for n, one in official.items() if "points" in one}


def submissions(course: Course, assignment: str) -> int:
    """How many submissions the gradebook has."""
    with course.gradebook() as gradebook:
        return gradebook.find_assignment(assignment).num_submissions
