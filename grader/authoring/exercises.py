"""Makes learners' exercises from source notebooks, by nbgrader's own converter."""

import tempfile
from pathlib import Path

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.authoring.texts import calls
from grader.authoring.texts.sources import Source
from grader.common.errors import CourseError

CONFIG = "nbgrader_config.py"


def generate(source: Source, solution: str) -> str:
    """The release notebook's text for the source notebook's text.

    The course's own ``nbgrader_config.py`` applies, except for folders and gradebook.
    The folders are temporary, and the instructor's gradebook is never touched.

    Raises:
        CourseError: there is no configuration, nbgrader rejects the notebook, or
            a released stub isn't a function that raises NotImplementedError.
    """
    with tempfile.TemporaryDirectory(prefix="tandem-release-") as scratch:
        folder = Path(scratch)
        released = folder / source.release.relative_to(source.root)
        given = folder / source.solution.relative_to(source.root)
        given.parent.mkdir(parents=True)
        given.write_text(solution, encoding="utf-8")
        _convert(_config(source.root, folder), source)
        text = released.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    _require_stubs(source, notebook)
    return text if text.endswith("\n") else text + "\n"


def _config(root: Path, scratch: Path) -> Config:
    if not (root / CONFIG).is_file():
        raise CourseError(
            f"{CONFIG} is missing in {root}: it holds what replaces a solution"
        )
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(scratch)
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "exercises"
    # Like `nbgrader generate_assignment --no-db`: no gradebook is read or written.
    config.GenerateAssignment.no_database = True
    config.SaveCells.enabled = False
    return config


def _convert(config: Config, source: Source) -> None:
    coursedir = CourseDirectory(config=config)
    coursedir.assignment_id = source.stem
    try:
        GenerateAssignment(coursedir=coursedir, config=config).start()
    except Exception as error:
        raise CourseError(f"nbgrader can't release {source.name}: {error}") from error


def _require_stubs(source: Source, notebook: nbformat.NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells, start=1):
        if not cell.metadata["nbgrader"]["solution"]:
            continue
        module = calls.tree(cell)
        stub = module is not None and calls.functions(module)
        if not stub or "NotImplementedError" not in cell.source:
            raise CourseError(
                f"{source.name}, cell {number}: without its solution the cell is no "
                "function that raises NotImplementedError; put the marks inside the "
                "function, around its body"
            )
