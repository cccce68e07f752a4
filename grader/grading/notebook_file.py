"""Reading a notebook file that anything may have happened to."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode, ValidationError

MAX_SIZE = 50 * 2**20
ENCODINGS = (
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
)


class Unreadable(Exception):
    """Why a file can't be graded: words that follow its name."""


@dataclass
class Content:
    """A notebook of the current format without outputs, and what was mended."""

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)


def read_notebook(path: Path) -> Content:
    """The notebook in a file, mended where its meaning is beyond doubt.

    Raises:
        Unreadable: it is no notebook, or damaged.
        OSError: the file can't be read.
    """
    size = path.stat().st_size
    if size > MAX_SIZE:
        raise Unreadable(
            f"is too large ({size / 2**20:.0f} MiB; at most {MAX_SIZE >> 20}): clear "
            "its outputs"
        )
    notes: list[str] = []
    data = _parse(_decode(path.read_bytes(), notes))
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise Unreadable("is JSON, but no notebook")
    return Content(_upgraded(data, notes), notes)


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


def _parse(text: str) -> object:
    if not text.strip():
        raise Unreadable("is empty")
    if text.lstrip().startswith("<"):
        raise Unreadable(
            "is a web page or XML, not a notebook: download the file itself"
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        if error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated"):
            raise Unreadable(f"ends too early ({where}): truncated") from error
        raise Unreadable(f"is not JSON ({where}: {error.msg})") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable("is not JSON that can be read") from error


def _upgraded(data: dict, notes: list[str]) -> NotebookNode:
    version = data["nbformat"]
    if version > nbformat.current_nbformat:
        raise Unreadable(f"has notebook format {version}, newer than this nbformat's")
    try:
        notebook = nbformat.reader.reads(json.dumps(data))
        if version < nbformat.current_nbformat:
            notebook = nbformat.convert(notebook, nbformat.current_nbformat)
            notes.append(f"had notebook format {version}; upgraded")
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        _, notebook = nbformat.validator.normalize(notebook)
        nbformat.validate(notebook)
    except ValidationError as error:
        message = str(error).splitlines()[0][:200]
        raise Unreadable(f"is a damaged notebook: {message}") from error
    except Exception as error:
        # nbformat walks the data on trust, so damage shows as any exception.
        kind = type(error).__name__
        raise Unreadable(f"is a damaged notebook ({kind}: {error})"[:200]) from error
    return notebook
