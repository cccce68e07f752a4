"""What learners hand in: one class in which each did something else."""

import io
import json
import os
import stat
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat

from tests.classes import toy_course as toy
from tests.faults import drill
from tests.faults.bench import Running, course, gradebook, left_behind

RIGHT = toy.submission(**toy.RIGHT)
TEXT = nbformat.writes(RIGHT)
BLANK = nbformat.writes(toy.submission())
OTHER = nbformat.writes(toy.submission(double="def double(x):\n    return x"))
ACCENTED = json.dumps(
    toy.submission(**toy.RIGHT | {"double": "# né\n" + toy.RIGHT["double"]}),
    ensure_ascii=False,
)
FULL, NOTED, ASIDE = "graded", "graded with note", "quarantined"
CASES: dict[str, tuple[Callable[[Path], None], str, str]] = {}
_graded: dict[str, dict] = {}


def zipped(
    *members: tuple[str | zipfile.ZipInfo, str | bytes],
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def damaged(raw: bytes) -> bytes:
    """A zip file of ``n.ipynb`` with nothing right in what it has packed."""
    at = raw.index(b"n.ipynb") + 7
    return raw[:at] + bytes(byte ^ 0x55 for byte in raw[at : at + 60]) + raw[at + 60 :]


def nameless(raw: bytes) -> bytes:
    """A zip file of one member ``x``: what was its name is a field of it now."""
    for at in (raw.index(b"PK\x03\x04") + 26, raw.index(b"PK\x01\x02") + 28):
        raw = raw[:at] + b"\0\0\1\0" + raw[at + 4 :]
    return raw


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


def hard_linked(path: Path) -> None:
    path.unlink()
    os.link(path.parents[3] / "solutions" / toy.ASSIGNMENT / path.name, path)


def nested(path: Path) -> None:
    here = os.open(path.parent, os.O_RDONLY)
    for _ in range(1_200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def lose(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        cell["metadata"] = {}


def lose_all(notebook: nbformat.NotebookNode) -> None:
    lose(notebook)
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"new-{number}"


def double(notebook: nbformat.NotebookNode) -> None:
    notebook.cells += json.loads(BLANK)["cells"]


def halve(notebook: nbformat.NotebookNode) -> None:
    notebook.cells[2]["source"] = "# \ud83d\n" + notebook.cells[2]["source"]
    notebook.metadata["title"] = "\ude00"


def untouched(path: Path) -> None:
    path.write_text(BLANK)
    (path.parent / "n (1).ipynb").write_text(TEXT)


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
    "the notebook was written for another language's kernel",
    edited(other_kernel),
    ASIDE,
    "was written for the kernel",
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
    "a zip file with two notebooks of different work",
    upload(zipped(("a.ipynb", TEXT), ("b.ipynb", OTHER))),
    ASIDE,
    "they differ: a.ipynb, b.ipynb",
)
case(
    "zip of a folder",
    "a zip file with the whole work folder",
    upload(zipped(("w/a.ipynb", TEXT), ("w/a-Copy1.ipynb", BLANK), ("w/b.csv", "1"))),
    NOTED,
    "w/a.ipynb in it",
)
case(
    "zip damaged",
    "a zip file whose packed notebook (LZMA) is damaged",
    upload(damaged(zipped(("n.ipynb", TEXT), method=zipfile.ZIP_LZMA))),
    ASIDE,
    "is a damaged zip file",
)
case(
    "zip nameless",
    "a zip file with a member without a name",
    upload(nameless(zipped(("x", TEXT), method=zipfile.ZIP_STORED))),
    ASIDE,
    "a file without a name",
)
case(
    "linked notebook",
    "the notebook is a link to another learner's",
    linked,
    ASIDE,
    "symbolic or hard link",
)
case(
    "hard link",
    "the notebook is a hard link to the instructor's",
    hard_linked,
    ASIDE,
    "symbolic or hard link",
)
case(
    "1 200 folders",
    "folders in folders, deeper than Python's recursion goes",
    nested,
    ASIDE,
    "folders lie more than 30 deep in each other",
)
case(
    "lost metadata",
    "another program dropped nbgrader's metadata",
    edited(lose),
    NOTED,
    "recognised by Jupyter's cell ids",
)
case(
    "lost ids",
    "another program dropped nbgrader's metadata and Jupyter's ids",
    edited(lose_all),
    NOTED,
    "recognised by the words of their check",
)
case(
    "stubs last",
    "every cell twice, first with the work and then as handed out",
    edited(double),
    NOTED,
    "untouched copies were left out",
)
case(
    "half a character",
    "half of an emoji in an answer and in the metadata",
    edited(halve),
    NOTED,
    "broken characters",
)
case(
    "untouched file",
    "the notebook as handed out, and beside it a copy with the work",
    untouched,
    NOTED,
    "found as n (1).ipynb",
)
case(
    "conflict marks",
    "Git's marks of a conflict in the notebook",
    content(f"<<<<<<< mine\n{TEXT}"),
    ASIDE,
    "Git's conflict marks",
)
case(
    " spaces ",
    "the folder's name begins and ends with a space",
    content(TEXT),
    ASIDE,
    "begins or ends with a space",
)
case(
    "back\\slash",
    "a backslash in the folder's name",
    content(TEXT),
    ASIDE,
    "can't take a folder name",
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
            # Python's own rmtree gives up at such a depth.
            deep = folder / "submitted" / "1 200 folders"
            subprocess.run(["rm", "-rf", deep], check=True)
            assert ended.code == 1, ended.err
            assert not left_behind(folder)
            _graded.update(ended.rows)
            learners = {learner for learner, *_ in gradebook(folder)["scores"]}
            marked = {name for name, (_, state, _) in CASES.items() if state != ASIDE}
            assert learners == marked, learners ^ marked
    return _graded
