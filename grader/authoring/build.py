"""Builds notebooks/, solutions/, exercises/ and pages of docs/ from sources/.

    python -m grader.authoring.build              all that is out of date
    python -m grader.authoring.build notebooks    the lessons only
    python -m grader.authoring.build --check      write nothing; fail if stale

A lesson runs again only when its text has changed (the text's hash is in the notebook).
Solutions, exercises, and the pages of claims and terms are made each time, and written
if they differ.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import nbformat
import typer
from nbformat import NotebookNode
from rich.console import Console
from rich.markup import escape
from rich.progress import MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from grader.authoring.claims import claims_page
from grader.authoring.exercises import generate
from grader.authoring.form import (
    OLDER,
    checklist_page,
    glossary_page,
    pictures,
    terms,
)
from grader.authoring.lint import lint
from grader.authoring.running import execute_lesson
from grader.authoring.solutions import with_metadata
from grader.authoring.texts import sources
from grader.authoring.texts.problem import Problem
from grader.authoring.texts.sources import PROOF, ROOT, SOURCE_HASH, Source
from grader.common.errors import CourseError

FOLDERS = ("notebooks", "solutions", "exercises", "docs")
COMMAND = "python -m grader.authoring.build"


class Build:
    """One run over the sources of ``root``; ``problems`` counts what went wrong."""

    def __init__(self, root: Path, console: Console, check: bool, force: bool) -> None:
        self.root, self.console = root, console
        self.check, self.force = check, force
        self.problems = 0
        self._notebooks: dict[Source, NotebookNode | None] = {}

    def run(self, folders: tuple[str, ...]) -> int:
        """Build or check ``folders``; 0 when all is well, otherwise 1."""
        lessons = sources.find(self.root, "lessons")
        exercises = sources.find(self.root, "exercises")
        if "notebooks" in folders:
            for source in lessons:
                self._lesson(source)
        if "solutions" in folders or "exercises" in folders:
            for source in exercises:
                self._exercises(source, folders)
        if "docs" in folders:
            self._pages(lessons)
        expected = {source.notebook for source in lessons}
        expected |= {source.solution for source in exercises}
        expected |= {source.release for source in exercises}
        for folder in folders:
            self._strays(folder, expected)
        return 1 if self.problems else 0

    def _lesson(self, source: Source) -> None:
        notebook = self._read(source)
        if notebook is None:
            return
        notebook.metadata[SOURCE_HASH] = sources.source_hash(source)
        fold(notebook)
        target = source.notebook
        if self.check:
            if not _same_cells(target, notebook):
                self._stale(target, "notebooks")
        elif not self.force and _same_cells(target, notebook):
            self._say(f"{self._name(target)}: current")
        else:
            self._execute(source, notebook)

    def _execute(self, source: Source, notebook: NotebookNode) -> None:
        begin = time.perf_counter()
        target = source.notebook
        target.parent.mkdir(parents=True, exist_ok=True)
        total = len(notebook.cells)
        self._say(f"{self._name(target)}: running {total} cells")
        try:
            with _present(target, notebook), _progress(self.console) as progress:
                task = progress.add_task(source.stem, total=total)
                execute_lesson.execute(
                    source,
                    notebook,
                    target.parent,
                    lambda done: progress.update(task, completed=done),
                )
        except execute_lesson.Failed as failed:
            self._report([failed.problem])
            return
        execute_lesson.settle(notebook)
        problems = list(execute_lesson.unstable(source, notebook))
        if source.stem not in OLDER:
            found = pictures.undescribed(notebook)
            problems += [Problem(source.name, *each) for each in found]
        if self._report(problems):
            return
        seconds = time.perf_counter() - begin
        self._write(target, sources.as_text(notebook), f" ({seconds:.0f} s)")

    def _exercises(self, source: Source, folders: tuple[str, ...]) -> None:
        notebook = self._read(source)
        if notebook is None:
            return
        solution = sources.as_text(with_metadata(source.lesson, notebook))
        texts = {"solutions": (source.solution, solution)}
        if "exercises" in folders:
            try:
                texts["exercises"] = (source.release, generate(source, solution))
            except CourseError as error:
                self._fail(str(error))
        for folder, (target, text) in texts.items():
            if folder in folders:
                self._text(target, text, folder)

    def _pages(self, lessons: list[Source]) -> None:
        notebooks = {source.stem: self._read(source) for source in lessons}
        sound = {stem: read for stem, read in notebooks.items() if read is not None}
        for made in (claims_page, glossary_page):
            target = self.root / "docs" / made.NAME
            if len(sound) < len(notebooks):
                self._say(f"{self._name(target)}: left, since a lesson is to be mended")
            else:
                self._text(target, made.page(sound), "docs")
        if checklist_page.LESSON in sound:
            text = checklist_page.page(sound[checklist_page.LESSON])
            self._text(self.root / "docs" / checklist_page.NAME, text, "docs")
        new = {stem: notebook for stem, notebook in sound.items() if stem not in OLDER}
        for stem, term, earlier in terms.twice(new):
            self._fail(
                f"sources/lessons/{stem}.py, cell {term.cell}: **{term.name}** is "
                f"defined in {earlier}. Link to it, and drop the bold."
            )

    def _text(self, target: Path, text: str, folder: str) -> None:
        """Write a file that is not run, or check that its content is up to date."""
        current = target.is_file() and target.read_text(encoding="utf-8") == text
        if self.check and not current:
            self._stale(target, folder)
        elif not self.check and current:
            self._say(f"{self._name(target)}: current")
        elif not self.check:
            self._write(target, text)

    def _read(self, source: Source) -> NotebookNode | None:
        """The source as a notebook; None if it has problems, each reported once."""
        if source not in self._notebooks:
            try:
                notebook = sources.read(source)
                sound = not self._report(lint(source, notebook))
            except CourseError as error:
                self._fail(str(error))
                sound = False
            self._notebooks[source] = notebook if sound else None
        return self._notebooks[source]

    def _strays(self, folder: str, expected: set[Path]) -> None:
        for path in sorted((self.root / folder).rglob("*.ipynb")):
            hidden = ".ipynb_checkpoints" in path.parts
            if path not in expected and not hidden:
                self._fail(
                    f"{self._name(path)} comes from no source. Delete it, or add "
                    "its text to sources/."
                )

    def _write(self, target: Path, text: str, note: str = "") -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
        self._say(f"{self._name(target)}: written{note}")

    def _stale(self, target: Path, folder: str) -> None:
        state = "out of date" if target.is_file() else "missing"
        self._fail(f"{self._name(target)} is {state}. Mend it: {COMMAND} {folder}")

    def _report(self, problems: list[Problem]) -> int:
        for problem in problems:
            self._fail(str(problem))
        return len(problems)

    def _fail(self, sentence: str) -> None:
        self.problems += 1
        self._say(f"✗ {sentence}")

    def _say(self, sentence: str) -> None:
        self.console.print(escape(sentence), highlight=False, soft_wrap=True)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def fold(notebook: NotebookNode) -> None:
    """Have JupyterLab hide the source of cells that only guard the lesson."""
    for cell in notebook.cells:
        if PROOF in sources.tags(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}


@contextmanager
def _present(target: Path, notebook: NotebookNode) -> Iterator[None]:
    """Put a notebook at its target while it runs, and restore the old file afterwards.

    So a lesson that lists the course finds itself, with its present title and minutes.
    Whether the old file is replaced is decided elsewhere.
    """
    before = target.read_bytes() if target.is_file() else None
    target.write_text(sources.as_text(notebook), encoding="utf-8", newline="\n")
    try:
        yield
    finally:
        if before is None:
            target.unlink()
        else:
            target.write_bytes(before)


def _same_cells(target: Path, notebook: NotebookNode) -> bool:
    """Whether the built notebook has the source's hash and exactly its cells."""
    if not target.is_file():
        return False
    try:
        built = nbformat.read(target, as_version=4)
    except (ValueError, nbformat.ValidationError):
        return False
    if built.metadata.get(SOURCE_HASH) != notebook.metadata[SOURCE_HASH]:
        return False
    return list(_inputs(built)) == list(_inputs(notebook))


def _inputs(notebook: NotebookNode) -> Iterator[tuple[str, str, NotebookNode]]:
    for cell in notebook.cells:
        yield cell.cell_type, cell.source, cell.metadata


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("  {task.description}"),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def main(
    what: Annotated[
        Literal["notebooks", "solutions", "exercises", "docs", "all"],
        typer.Argument(help="The folder to build; of docs, the pages from lessons."),
    ] = "all",
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if out of date.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Run lessons again though unchanged.")
    ] = False,
) -> None:
    """Build the course's notebooks and pages of docs/ from the texts in sources/."""
    begin, console = time.perf_counter(), Console()
    build = Build(ROOT, console, check, force)
    folders = FOLDERS if what == "all" else (what,)
    code = build.run(folders)
    seconds = time.perf_counter() - begin
    state = f"{build.problems} to mend" if code else "all current"
    console.print(f"{', '.join(folders)}: {state} ({seconds:.0f} s)", highlight=False)
    raise typer.Exit(code)


if __name__ == "__main__":
    typer.run(main)
