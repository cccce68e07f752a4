"""What a submission runs in and beside: kernels, packages, files, settings."""

import json
from collections.abc import Iterable

from nbformat import NotebookNode

from grader.authoring.proving import variants
from grader.common.grade_id import GradeId
from tests.classes.handout import Handout, Member, position

NOTED, ASIDE = "graded with note", "quarantined"
# Comes with the assignment, beside its notebook.
HELPER = "course_helper.py"
FILES = {HELPER: b"def same(value):\n    return value\n"}
FORGED = b"def same(value):\n    return None\n"
R = {"name": "ir", "display_name": "R", "language": "R"}
CONDA = {"name": "conda-env-dl-py", "display_name": "dl", "language": "python"}


def surroundings(room: Handout) -> Iterable[Member]:
    """A learner for each."""
    first = room.ids[0]
    name = GradeId.parse(first).name
    right = variants.cell(room.right[first][0])

    def member(learner: str, before: str = "", after: str = "", **more) -> Member:
        """Everything right, with other lines around the first answer."""
        cells = room.solved(10) | {first: f"{before}{right}{after}"}
        expected = dict.fromkeys(room.ids, "correct")
        return Member(learner, room.submission(cells), expected, **more)

    yield _with_kernel(member("another-kernel", state=ASIDE), R)
    yield _with_kernel(member("another-python", state=NOTED), CONDA)
    asks = 'import os\nassert os.environ["NBGRADER_EXECUTION"] == "autograde"\n'
    yield member("asks-what-runs-it", asks)
    lacking = member("missing-package", "import package_of_mine\n", state=NOTED)
    lacking.expected[first] = "error"
    yield lacking
    through = (
        f"\nimport course_helper\nown = {name}\n"
        f"def {name}(*given, **named):\n"
        "    return course_helper.same(own(*given, **named))"
    )
    yield member("helper-not-handed-in", after=through)
    forged = {HELPER: FORGED}
    yield member("helper-forged", after=through, beside=forged, state=NOTED)
    shadow = {"course_helper/__init__.py": FORGED}
    yield member("helper-shadowed", after=through, beside=shadow, state=NOTED)

    def unlock(notebook: NotebookNode) -> None:
        notebook.cells[position(notebook, first)].source = "print('passed')"

    unlocked = member("lock-picked", state=NOTED)
    unlocked.content = room.submission(room.solved(10) | {first: right}, unlock)
    yield unlocked


def _with_kernel(member: Member, spec: dict[str, str]) -> Member:
    data = json.loads(member.content)
    data["metadata"] = {"kernelspec": spec}
    member.content = json.dumps(data).encode()
    if member.state == ASIDE:
        member.expected, member.readable, member.well_formed = {}, False, False
    return member
