"""Where sources and built notebooks are, and how a text becomes a notebook.

The same text always gives the same bytes: cell ids come from the cells' own content,
and nothing depends on the machine or the time.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from grader.common.errors import CourseError
from grader.exercises import catalogue

ROOT = Path(__file__).resolve().parents[3]
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SOURCE_HASH = "tandem_source_hash"  # in a lesson's metadata: the hash of its source
FRAMEWORK_TAGS = ("torch", "tensorflow", "both")
PROOF = "proof"  # tags a cell that only guards the lesson, whose source is folded


@dataclass(frozen=True)
class Source:
    """One text in ``sources/``: a lesson, or the exercises of a lesson.

    Attributes:
        root: the checkout.
        folder: ``"lessons"`` or ``"exercises"``.
        stem: the file's name without suffix, such as ``02_autograd``; for exercises it
            is the assignment's name.
    """

    root: Path
    folder: str
    stem: str

    @property
    def path(self) -> Path:
        """The text itself."""
        return self.root / "sources" / self.folder / f"{self.stem}.py"

    @property
    def name(self) -> str:
        """The path as messages show it."""
        return self.path.relative_to(self.root).as_posix()

    @property
    def lesson(self) -> str:
        """The lesson's name in exercise ids; by default the stem without its number."""
        number, _, rest = self.stem.partition("_")
        named = catalogue.lesson_of(self.stem)
        return named or (rest if number.isdigit() else self.stem)

    @property
    def notebook(self) -> Path:
        """The lesson that is built from it."""
        return self.root / "notebooks" / f"{self.stem}.ipynb"

    @property
    def solution(self) -> Path:
        """nbgrader's source notebook that is built from it."""
        return self._assigned("solutions")

    @property
    def release(self) -> Path:
        """The notebook for learners, without solutions, that is built from it."""
        return self._assigned("exercises")

    def _assigned(self, folder: str) -> Path:
        return self.root / folder / self.stem / f"{self.stem}_exercises.ipynb"


def find(root: Path, folder: str) -> list[Source]:
    """The sources in ``sources/<folder>/`` in the order of their names."""
    paths = sorted((root / "sources" / folder).glob("*.py"))
    return [Source(root, folder, path.stem) for path in paths]


def source_hash(source: Source) -> str:
    """A hash that distinguishes versions of a source; it ignores line endings."""
    text = source.path.read_text(encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(source: Source) -> NotebookNode:
    """The source as a notebook without outputs.

    Raises:
        CourseError: the text is not UTF-8, or a cell's header has impossible values.
    """
    try:
        text = source.path.read_text(encoding="utf-8")
        notebook = jupytext.reads(text, fmt="py:percent")
    except UnicodeDecodeError as error:
        raise CourseError(f"{source.name} is not UTF-8: save it as UTF-8") from error
    except nbformat.ValidationError as error:
        raise CourseError(
            f"{source.name}: {error.message} in a cell's header; "
            'write it as in # %% tags=["torch"] pair="name"'
        ) from error
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    )
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        cell.metadata.pop("lines_to_next_cell", None)  # only the text's layout
        key = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()
        seen[key] += 1
        cell.id = key[:10] if seen[key] == 1 else f"{key[:10]}-{seen[key]}"
    return notebook


def as_text(notebook: NotebookNode) -> str:
    """The notebook as it is written to a file."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def tags(cell: NotebookNode) -> set[str]:
    """The cell's tags; empty if it has no such metadata."""
    return set(cell.metadata.get("tags", ()))


def framework(cell: NotebookNode) -> str | None:
    """The cell's framework tag; None when it is framework-neutral."""
    return next((name for name in FRAMEWORK_TAGS if name in tags(cell)), None)
