"""What programs and people do to a notebook, with the marks that it deserves still."""

import copy
import io
import json
import zipfile
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode

from grader.common.grade_id import GradeId, check_id
from tests.classes.handout import Handout, Member

NOTED, ASIDE = "graded with note", "quarantined"


def mishaps(room: Handout, name: str) -> list[Member]:
    """A learner for each; ``name`` is that of the assignment's notebook."""
    return [*_formats(room, name), *_lost(room), *_copies(room, name)]


def _formats(room: Handout, name: str) -> Iterable[Member]:
    right = room.submission(room.solved(2))
    first = room.ids[0]
    half = room.solved(3) | {first: "# \ud83d\n" + room.solved(3)[first]}
    conflict = right.decode().splitlines()
    conflict[4:4] = ["<<<<<<< mine", "=======", ">>>>>>> yours"]
    yield _noted("format", _against_the_rules(right), room)
    yield _noted("half-a-character", _raw(_notebook(room, half)), room)
    yield Member(
        *("conflict-marks", "\n".join(conflict).encode(), {}, {}, ASIDE),
        well_formed=False,
        readable=False,
    )
    yield Member(
        *("back\\slash", right, {}, {}, ASIDE), well_formed=False, readable=False
    )
    for learner, content, filename in (
        ("downloaded-as-json", right, f"{name}.ipynb.json"),
        ("whole-folder", _folder(room, name), "work.zip"),
    ):
        member = _noted(learner, content, room)
        member.filename, member.readable = filename, False
        yield member


def _lost(room: Handout) -> Iterable[Member]:
    """nbgrader's metadata, Jupyter's ids and the checks, one after the other."""
    half = {i: s for i, s in room.solved(4).items() if i.endswith("torch")}
    for learner, solved in (
        ("lost-metadata", room.solved(4)),
        ("lost-metadata-half-done", half),
    ):
        notebook = _notebook(room, solved)
        _strip(notebook.cells)
        member = _noted(learner, _raw(notebook), room)
        member.expected = {
            grade_id: "correct" if grade_id in solved else "not attempted"
            for grade_id in room.ids
        }
        yield member
    notebook = _notebook(room, room.solved(5))
    _strip(notebook.cells, ids=True)
    notebook.nbformat_minor = 4
    yield _noted("lost-all-ids", _raw(notebook), room)
    notebook = _notebook(room, room.solved(6))
    lost = {_exercise(grade_id) for grade_id in room.ids[2:10]}
    of_cells = [
        (cell, check_id(cell.metadata.nbgrader.grade_id)) for cell in notebook.cells
    ]
    _strip([cell for cell, check in of_cells if _exercise(check) in lost])
    yield _noted("lost-in-four", _raw(notebook), room)
    notebook = _notebook(room, room.solved(7))
    _strip(notebook.cells, ids=True)
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("check(")]
    yield _noted("lost-checks", _raw(notebook), room)


def _copies(room: Handout, name: str) -> Iterable[Member]:
    worked, blank = room.submission(room.solved(8)), room.submission({})
    other = room.submission(room.solved(9))
    yield _noted("stubs-last", _joined(worked, blank), room)
    yield _noted("stubs-first", _joined(blank, worked), room)
    member = _noted("untouched-beside-work", blank, room)
    member.beside = {f"{name}-Copy1.ipynb": worked}
    yield member
    for learner, content, beside in (
        ("two-answers", _joined(worked, other), {}),
        ("two-files", worked, {f"{name} (1).ipynb": other}),
    ):
        yield Member(
            *(learner, content, {}, {}, ASIDE),
            well_formed=False,
            readable=False,
            beside=beside,
        )


def _noted(learner: str, content: bytes, room: Handout) -> Member:
    everything = dict.fromkeys(room.ids, "correct")
    return Member(learner, content, everything, {}, NOTED, well_formed=False)


def _exercise(grade_id: str) -> str:
    found = GradeId.parse(grade_id)
    return found.exercise if found else ""


def _notebook(room: Handout, cells: dict[str, str]) -> NotebookNode:
    """Not by nbformat's writer, which can't write half a character."""
    notebook = copy.deepcopy(room.release)
    for cell in notebook.cells:
        grade_id = check_id(cell.metadata.nbgrader.grade_id)
        if cell.metadata.nbgrader.solution and grade_id in cells:
            cell.source = cells[grade_id]
    return notebook


def _raw(notebook: NotebookNode) -> bytes:
    """As it is: nbformat would put some of it right."""
    return json.dumps(notebook).encode()


def _strip(cells: Iterable[NotebookNode], ids: bool = False) -> None:
    for cell in cells:
        cell.metadata = NotebookNode()
        if ids:
            del cell["id"]


def _joined(first: bytes, second: bytes) -> bytes:
    whole, more = json.loads(first), json.loads(second)
    whole["cells"] += more["cells"]
    return json.dumps(whole).encode()


def _against_the_rules(raw: bytes) -> bytes:
    """What other programs write and nbformat reads, in one notebook."""
    data = json.loads(raw)
    data["nbformat_minor"] = 2
    data["metadata"] |= {
        "kernelspec": {"name": "python3"},
        "language_info": {"version": "3.11"},
    }
    code = [cell for cell in data["cells"] if cell["cell_type"] == "code"]
    text = [cell for cell in data["cells"] if cell["cell_type"] == "markdown"]
    code[0] |= {"collapsed": True, "prompt_number": 3, "id": "x" * 80}
    code[1] |= {"id": "with a space", "execution_count": "7"}
    code[2]["metadata"]["tags"] = ["a,b", "torch", "torch"]
    text[0] |= {"outputs": [], "execution_count": None}
    return json.dumps(data).encode()


def _folder(room: Handout, name: str) -> bytes:
    """A work folder: a lesson, the assignment, an old copy and what is hidden."""
    lesson = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")])
    files = {
        "course/notebooks/lesson.ipynb": _raw(lesson),
        f"course/exercises/{name}.ipynb": room.submission(room.solved(2)),
        f"course/exercises/{name}-Copy1.ipynb": room.submission({}),
        f"course/exercises/.ipynb_checkpoints/{name}-checkpoint.ipynb": b"half",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()
