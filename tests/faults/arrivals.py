"""What learners hand in: one class in which each did something else."""

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat

from tests import toy_course as toy
from tests.faults import drill
from tests.faults.bench import Running, course, gradebook, left_behind

RIGHT = toy.submission(**toy.RIGHT)
TEXT = nbformat.writes(RIGHT)
ACCENTED = json.dumps(
    toy.submission(**toy.RIGHT | {"double": "# né\n" + toy.RIGHT["double"]}),
    ensure_ascii=False,
)
FULL, NOTED, ASIDE = "graded", "graded with note", "quarantined"
CASES: dict[str, tuple[Callable[[Path], None], str, str]] = {}
_graded: dict[str, dict] = {}


def zipped(*members: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("n.ipynb")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def content(raw: str | bytes) -> Callable[[Path], None]:
    """Hand in these bytes as the notebook."""
    return lambda path: path.write_bytes(
        raw if isinstance(raw, bytes) else raw.encode()
    )


def upload(raw: bytes) -> Callable[[Path], None]:
    """Hand in a zip file and no notebook."""

    def put(path: Path) -> None:
        path.unlink()
        (path.parent / "submission.zip").write_bytes(raw)

    return put


def edited(change: Callable[[nbformat.NotebookNode], None]) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        notebook = nbformat.reads(TEXT, as_version=4)
        change(notebook)
        path.write_text(json.dumps(notebook), encoding="utf-8")

    return put


def case(
    name: str, wrong: str, put: Callable[[Path], None], state: str, why: str
) -> None:
    """A learner of this name; ``why`` is among the report's notes."""
    CASES[name] = put, state, why

    def run(folder: Path) -> str:
        row = graded()[name]
        assert row["state"] == state, row
        assert row["score"] == (None if state == ASIDE else 5), row
        assert any(why in note for note in row["notes"]) or not why, row["notes"]
        return f"{state}: {row['notes'][0]}" if row["notes"] else state

    run.__name__ = name.replace(" ", "_")
    drill(wrong)(run)


def old_format(path: Path) -> None:
    old = nbformat.convert(nbformat.reads(TEXT, as_version=4), 3)
    path.write_text(nbformat.writes(old, version=3), encoding="utf-8")


def million(path: Path) -> None:
    cell = '{"cell_type":"raw","metadata":{},"source":""}'
    cells = ",".join([cell] * 400_000)
    path.write_text(
        f'{{"nbformat":4,"nbformat_minor":4,"metadata":{{}},"cells":[{cells}]}}'
    )


def many_cells(notebook: nbformat.NotebookNode) -> None:
    cell = nbformat.v4.new_markdown_cell("x")
    notebook.cells += [cell] * 5_000


def other_kernel(notebook: nbformat.NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "ir", "display_name": "R"}
    notebook.metadata["language_info"] = {"name": "R"}


def attach(notebook: nbformat.NotebookNode) -> None:
    notebook.cells[0]["attachments"] = {"a.png": {"image/png": "A" * 8 * 2**20}}


def unknown_ids(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells[:2]:
        cell.metadata.nbgrader["grade_id"] = "nobody-knows-this"


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parents[2] / "right" / toy.ASSIGNMENT / path.name)


def linked_folder(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.symlink_to(path.parents[2] / "right" / toy.ASSIGNMENT)


def extra(path: Path) -> None:
    (path.parent / "thoughts.docx").write_bytes(b"x")
    (path.parent / "old.ipynb").write_text("anything")


case(
    "right",
    "nothing; the others of this class are those below",
    content(TEXT),
    FULL,
    "",
)
case(
    "latin 1",
    "the notebook is in Latin-1",
    content(ACCENTED.encode("latin-1")),
    NOTED,
    "read as Latin-1",
)
case(
    "utf 16",
    "the notebook is in UTF-16",
    content(ACCENTED.encode("utf-16")),
    NOTED,
    "encoded as UTF-16",
)
case(
    "byte order mark",
    "the notebook begins with a byte order mark",
    content(TEXT.encode("utf-8-sig")),
    NOTED,
    "UTF-8-SIG",
)
case(
    "truncated",
    "the upload ended in the middle",
    content(TEXT[:900]),
    ASIDE,
    "truncated",
)
case("empty file", "the notebook is empty", content(""), ASIDE, "is empty")
case(
    "web page",
    "a login page was saved in place of the notebook",
    content("<!DOCTYPE html>"),
    ASIDE,
    "is a web page",
)
case(
    "format 3",
    "a notebook of ten years ago",
    old_format,
    NOTED,
    "had notebook format 3",
)
case(
    "kernel of R",
    "the notebook names a kernel that is not there",
    edited(other_kernel),
    FULL,
    "",
)
case(
    "renamed",
    "the notebook has another name",
    lambda path: path.rename(path.parent / "a.ipynb"),
    NOTED,
    "found as",
)
case(
    "extra files",
    "an essay and an old notebook came along",
    extra,
    NOTED,
    "came along: thoughts.docx",
)
case(
    "unknown grade ids",
    "locked cells have ids that nobody knows",
    edited(unknown_ids),
    FULL,
    "",
)
case(
    "zip",
    "the notebook is in a zip file",
    upload(zipped(("x/a.ipynb", TEXT))),
    NOTED,
    "x/a.ipynb in it",
)
case(
    "zip traversal",
    "a zip file with a name that leads out of it",
    upload(zipped(("../n.ipynb", TEXT))),
    ASIDE,
    "leads out of it",
)
case(
    "zip absolute",
    "a zip file with an absolute name",
    upload(zipped(("/n.ipynb", TEXT))),
    ASIDE,
    "an absolute name",
)
case(
    "zip link",
    "a zip file with a link to /etc/passwd",
    upload(zipped((link(), "/etc/passwd"))),
    ASIDE,
    "holds a link",
)
case(
    "zip bomb",
    "a zip file that swells a thousandfold",
    upload(zipped(("n.ipynb", bytes(2**27)))),
    ASIDE,
    "a zip bomb",
)
case(
    "zip of two",
    "a zip file with two notebooks",
    upload(zipped(("a.ipynb", ""), ("b.ipynb", ""))),
    ASIDE,
    "exactly",
)
case(
    "linked notebook",
    "the notebook is a link to another learner's",
    linked,
    ASIDE,
    "symbolic link",
)
case(
    "linked folder",
    "the folder is a link to another learner's",
    linked_folder,
    ASIDE,
    "symbolic link, which is not followed",
)
case(
    "named pipe",
    "a named pipe, on which a reader would wait",
    pipe,
    ASIDE,
    "no plain file",
)
case(
    "5 000 cells",
    "a notebook of 5,000 cells",
    edited(many_cells),
    ASIDE,
    "at most 2,000",
)
case(
    "400 000 cells",
    "a notebook of 400,000 cells, as many as 20 MiB hold",
    million,
    ASIDE,
    "at most 2,000",
)
case(
    "20 MiB",
    "a file over the size that is read",
    content(" " * 21 * 2**20),
    ASIDE,
    "is too large (21 MiB",
)
case(
    "huge attachments",
    "8 MiB of attached pictures",
    edited(attach),
    NOTED,
    "attachments (8 MiB) were left",
)


def graded() -> dict[str, dict]:
    """The report on the class, graded once."""
    if not _graded:
        from tests.faults.bench import workshop

        with workshop() as folder:
            course(folder)
            for name, (put, _, _) in CASES.items():
                put(toy.submit(folder, name, RIGHT))
            everything = "grade", toy.ASSIGNMENT, "--json"
            ended = Running(folder, *everything).end()
            assert ended.code == 1, ended.err
            assert not left_behind(folder)
            _graded.update(ended.rows)
            learners = {learner for learner, *_ in gradebook(folder)["scores"]}
            marked = {name for name, (_, state, _) in CASES.items() if state != ASIDE}
            assert learners == marked, learners ^ marked
    return _graded
