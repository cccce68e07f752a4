"""Reading a notebook file that anything may have happened to.

Time and memory stay bounded: size and number of parts are counted before anything is
built of them, and no link, pipe or device is opened.
"""

import json
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.common.bounds import MIB
from grader.grading.intake.notebook_format import (
    ASK,
    MAJOR,
    Unreadable,
    as_note,
    current,
)

# Parsed, JSON takes up to twelve times its size: 240 MiB.
MAX_SIZE = 20 * MIB
MAX_PARTS = 1_000_000
MAX_CELLS = 2_000
MAX_ATTACHMENTS = 5 * MIB
# A text in JSON that goes on to the end of the file; of no part is it tried twice.
OPEN_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+\\?\Z', re.DOTALL)
ENCODINGS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)


@dataclass
class Content:
    """A notebook of the current format without outputs, and what was mended."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


def read_file(path: Path, limit: int | None = None) -> bytes:
    """The bytes of a plain file, at most ``limit`` of them, or ``MAX_SIZE``.

    Raises:
        Unreadable: it is a link or no file, or too large.
        OSError: it can't be read.
    """
    limit = limit or MAX_SIZE
    if path.is_symlink():
        raise Unreadable("is a symbolic link, which is not followed")
    # Without NONBLOCK, opening a named pipe would wait for its other end.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    with open(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise Unreadable("is not a plain file")
        if about.st_nlink > 1:
            raise Unreadable("is a hard link, which is not followed: hand in a copy")
        raw = file.read(limit + 1) if about.st_size <= limit else b""
    size = max(about.st_size, len(raw))
    if size > limit:
        raise Unreadable(
            f"is too large ({size / MIB:.0f} MiB; at most {limit // MIB}): clear its "
            "outputs and attachments"
        )
    return raw


def read_notebook(path: Path) -> Content:
    """The notebook in a file, mended where its meaning is beyond doubt.

    Raises:
        Unreadable: it is no notebook, or damaged.
        OSError: the file can't be read.
    """
    return parse(read_file(path))


def parse(raw: bytes) -> Content:
    """The notebook in a file's bytes.

    Raises:
        Unreadable: it is no notebook, or damaged.
    """
    notes: list[str] = []
    text = _decode(raw, notes)
    if text.count("{") + text.count("[") > MAX_PARTS:
        raise Unreadable(f"has more than {MAX_PARTS:,} parts: clear its outputs")
    data = _parsed(text)
    if not isinstance(data, dict):
        raise Unreadable("is JSON, but no notebook")
    data["nbformat"] = version = _version(data)
    _lighten(data, version, notes)
    return Content(_upgraded(data, version, notes), notes)


def grade_ids(notebook: NotebookNode) -> set[str]:
    """The nbgrader ids that a notebook's cells claim."""
    claims = [cell.metadata.get("nbgrader") for cell in notebook.cells]
    return {
        str(claim["grade_id"])
        for claim in claims
        if isinstance(claim, dict) and "grade_id" in claim
    }


def _decode(raw: bytes, notes: list[str]) -> str:
    for mark, encoding in ENCODINGS:
        if raw.startswith(mark):
            notes.append(f"was encoded as {encoding.upper()}; read as such")
            return raw.decode(encoding, errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        # Every byte is a character of Latin-1, so this can't fail; whether the text
        # makes sense is seen by the instructor, whom the note sends there.
        notes.append("was not UTF-8; read as Latin-1")
        return raw.decode("latin-1")


def _parsed(text: str) -> object:
    if not text.strip():
        raise Unreadable("is empty")
    if text.lstrip().startswith("<") and not _conflict(text):
        raise Unreadable(
            "is a web page or XML, not a notebook: download the file itself"
        )
    try:
        return json.loads(text, parse_constant=lambda name: None)
    except json.JSONDecodeError as error:
        conflict = _conflict(text)
        if conflict:
            raise Unreadable(
                f"holds Git's conflict marks (<<<<<<< in line {conflict}): two "
                "versions were merged and not settled; keep one of them"
            ) from error
        where = f"line {error.lineno}, column {error.colno}"
        if _ends_too_early(text, error.pos):
            raise Unreadable(f"ends too early ({where}): truncated") from error
        raise Unreadable(f"is not JSON ({where}: {error.msg})") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("is not JSON that can be read") from error


def _ends_too_early(text: str, at: int) -> bool:
    """Whether what is wrong with JSON at a position is that it does not go on."""
    if at >= len(text.rstrip()) - 1:
        return True
    begins = text[:at].rstrip()[-1:] in "{[,:"  # a value or name, or the whole
    return begins and OPEN_TEXT.match(text, at) is not None


def _conflict(text: str) -> int:
    """The first line that begins as a merge conflict does; 0 where none does."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("<<<<<<<"):
            return number
    return 0


def _version(data: dict[str, object]) -> int:
    """The format's number; where none is told, cells are those of the current one."""
    version = data.get("nbformat")
    if isinstance(version, float) and version.is_integer():
        return int(version)
    if isinstance(version, int):
        return version
    if isinstance(data.get("cells"), list):
        return MAJOR
    raise Unreadable("is JSON, but no notebook")


def _lighten(data: dict[str, object], version: int, notes: list[str]) -> None:
    """Drop what is not graded before anything is made of it: outputs and the like."""
    metadata = data.get("metadata")
    if isinstance(metadata, dict):
        metadata.pop("widgets", None)
    sheets = data.get("worksheets") if version < 4 else [data]
    cells = [
        cell
        for sheet in (sheets if isinstance(sheets, list) else [])
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
        for cell in sheet["cells"]
    ]
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"has {len(cells):,} cells; at most {MAX_CELLS:,} are graded")
    attached = 0
    for cell in cells:
        if isinstance(cell, dict):
            if "outputs" in cell:
                cell["outputs"] = []
            attached += _size(cell.get("attachments"))
    if attached > MAX_ATTACHMENTS:
        for cell in cells:
            if isinstance(cell, dict):
                cell.pop("attachments", None)
        notes.append(f"its attachments ({attached >> 20} MiB) were left aside")


def _size(attachments: object) -> int:
    return len(json.dumps(attachments)) if attachments else 0


def _upgraded(data: dict[str, object], version: int, notes: list[str]) -> NotebookNode:
    if version > MAJOR:
        raise Unreadable(
            f"has notebook format {version}, which is newer than format {MAJOR}: save "
            f"it in format {MAJOR}"
        )
    try:
        if version < MAJOR:
            old = nbformat.reader.reads(json.dumps(data))
            data = nbformat.convert(old, MAJOR)
            notes.append(f"had notebook format {version}; upgraded")
        notebook, mended = current(data)
    except Unreadable:
        raise
    except Exception as error:
        # nbformat walks old data on trust, so damage shows as any exception.
        words = " ".join(f"{type(error).__name__}: {error}".split())[:150]
        raise Unreadable(f"is a damaged notebook ({words}): {ASK}") from error
    if mended:
        notes.append(as_note(mended))
    return notebook
