"""Courses to grade: three exercises of this course and a class that hands them in.

Three, since that is the size of an assignment for which graders' speeds are told.
"""

import json
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path

from nbgrader.api import Gradebook

from tests.classes.classroom import (
    ASSIGNMENT,
    FEW,
    NAME,
    Classroom,
    Member,
    course_folder,
)

# nbgrader as it comes, told only where this course keeps its folders.
STOCK = """c = get_config()
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
"""
FAILING = ("exception", "syntax-error", "blank", "half-done")


def mix(number: int) -> list[Member]:
    """A class of which two fifths are right, two fifths wrong and one fifth fails.

    Right and wrong answers take turns through all that the tests know, training loops
    among them. All of it is what stock nbgrader can grade as well.
    """
    room = Classroom(FEW)
    members = {member.learner: member for member in room.members()}
    wrong = cycle([m for name, m in members.items() if name.startswith("mistaken")])
    failing = cycle([members[name] for name in FAILING])
    turn = count()

    def one() -> Iterator[bytes]:
        while True:
            yield room.submission(room.solved(next(turn)))
            yield next(wrong).content
            yield room.submission(room.solved(next(turn)))
            yield next(wrong).content
            yield next(failing).content

    digits = len(str(number))
    return [
        Member(f"learner-{index:0{digits}}", content, {})
        for index, content in enumerate(islice(one(), number))
    ]


def course(folder: Path, members: list[Member], config: str | None = None) -> Path:
    """A course folder with the assignment and what was handed in."""
    return course_folder(folder, members, config, FEW)


def scores(folder: Path) -> dict[str, dict[str, float]]:
    """Every learner's score by graded cell."""
    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            notebook = next(n for n in submission.notebooks if n.name == NAME)
            found[submission.student.id] = {g.name: g.score for g in notebook.grades}
    return found


def sources(content: bytes) -> list[str]:
    """The code of a notebook's cells."""
    cells = json.loads(content)["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
