"""What a gradebook holds and exports, as plain rows that can be compared."""

import contextlib
import csv
from collections.abc import Callable
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from grader.grading import commands
from grader.grading.place.course_folder import find_course
from tests.classes.classroom import ASSIGNMENT

POINTS = ("raw_score", "late_submission_penalty", "score", "max_score")
EXPORTED = ("duedate", "timestamp", *POINTS)


def rows(folder: Path, assignment: str = ASSIGNMENT, url: str = "") -> list[tuple]:
    """Every grade and comment of an assignment, and every learner, in order."""
    found = []
    with Gradebook(url or f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        found += [("learner", student.id) for student in gradebook.students]
        for submission in gradebook.assignment_submissions(assignment):
            for notebook in submission.notebooks:
                found += [
                    (
                        *("grade", submission.student.id, grade.name),
                        *(grade.auto_score, grade.manual_score, grade.extra_credit),
                        *(grade.needs_manual_grade, grade.max_score),
                    )
                    for grade in notebook.grades
                ]
                found += [
                    (
                        *("comment", submission.student.id, comment.name),
                        *(comment.auto_comment, comment.manual_comment),
                    )
                    for comment in notebook.comments
                ]
    return sorted(found, key=str)


def change(folder: Path, edit: Callable[[Gradebook], None]) -> None:
    """Change a course's gradebook as an instructor does, by nbgrader's interface."""
    with find_course(folder).gradebook() as gradebook:
        edit(gradebook)
        gradebook.db.commit()


def exported(folder: Path, assignment: str = ASSIGNMENT) -> dict[str, dict[str, str]]:
    """Rows by learner of nbgrader's own exporter."""
    path = folder / "stock.csv"
    with find_course(folder).gradebook() as gradebook:
        CsvExportPlugin(to=str(path), assignment=[assignment]).export(gradebook)
    return _by_learner(path, "student_id")


def reported(folder: Path, assignment: str = ASSIGNMENT) -> dict[str, dict[str, str]]:
    """Rows by learner of ``course report --csv``."""
    path = folder / "ours.csv"
    with contextlib.chdir(folder):
        commands.report(assignment, csv=path)
    return _by_learner(path, "learner")


def _by_learner(path: Path, column: str) -> dict[str, dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return {row[column]: row for row in csv.DictReader(file)}


def points_in_both(folder: Path, assignment: str = ASSIGNMENT) -> dict[str, dict]:
    """Points by learner, once the CSV says of all what nbgrader's export says."""
    theirs, ours = exported(folder, assignment), reported(folder, assignment)
    assert theirs and theirs.keys() <= ours.keys()
    for learner, row in theirs.items():
        found = {column: ours[learner][column] for column in EXPORTED}
        assert found == {column: row[column] for column in EXPORTED}, learner
    assert all(row["score"] == "" for n, row in ours.items() if n not in theirs)
    return {n: {c: float(row[c]) for c in POINTS} for n, row in theirs.items()}
