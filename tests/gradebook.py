"""What a gradebook holds, as plain rows that can be compared."""

from pathlib import Path

from nbgrader.api import Gradebook

from tests.classroom import ASSIGNMENT


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
