"""One kernel, in which a notebook's cells can run in any order."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError
from nbconvert.filters.ansi import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grader.common.bounds import CELL_SECONDS
from grader.common.tracks import filter_track

KERNEL = "tandem"
FRESH = "python3"  # a kernel that is not forked, so that its environment counts
LINE = re.compile(r"^-+> \d+ +(.*)$", re.MULTILINE)  # as IPython points to it


class Ended(Exception):
    """No further cell can run: the kernel died, or a cell takes too long."""


class Walk:
    """A kernel for a notebook; each cell keeps the output of its last run."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    def run(self, number: int) -> str | None:
        """Run a code cell of the notebook; return what it raised, or None.

        Args:
            number: counts all cells of the notebook from 1.

        Raises:
            Ended: the cell did not finish.
        """
        return self._run(self._client.nb.cells[number - 1], number - 1)

    def prepare(self, source: str) -> None:
        """Run code that is not a cell of the notebook.

        Raises:
            Ended: the code failed.
        """
        first = self._client.nb.cells[0]
        raised = self._run(new_code_cell(source), 0)
        self._client.nb.cells[0] = first  # the client put there what it ran
        if raised is not None:
            raise Ended(raised)

    def _run(self, cell: NotebookNode, index: int) -> str | None:
        try:
            self._client.execute_cell(cell, index)
        except CellExecutionError as error:
            return f"{error.ename}: {error.evalue or _line(error)}"
        except (CellControlSignal, RuntimeError) as error:
            raise Ended(str(error)) from error
        return None


def _line(error: CellExecutionError) -> str:
    """The line that raised, for errors without a message, as of a bare assertion."""
    lines = LINE.findall(strip_ansi(error.traceback))
    return lines[-1] if lines else ""


@contextmanager
def walk(
    notebook: NotebookNode, folder: Path, environment: dict[str, str]
) -> Iterator[Walk]:
    """A kernel that works in ``folder``; running its cells changes ``notebook``."""
    client = new_client(notebook, folder)
    with client.setup_kernel(env=environment):
        yield Walk(client)


def new_client(
    notebook: NotebookNode, folder: Path, kernel: str = KERNEL
) -> NotebookClient:
    """A client with the settings that all runs of a notebook share here."""
    return NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=40"],
        kernel_name=kernel,
    )


def code_cells(notebook: NotebookNode, track: str) -> dict[int, NotebookNode]:
    """The code cells of a track, by their numbers in the whole notebook."""
    kept = {cell.id for cell in filter_track(notebook, track).cells}
    return {
        number: cell
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.cell_type == "code" and cell.id in kept
    }


def label(number: int, cell: NotebookNode) -> str:
    """A code cell's name for authors: its number, and its name or first line."""
    name = cell.metadata.get("pair") or cell.metadata.get("name")
    first, *_ = cell.source.split("\n")
    return f"cell {number} ({name or first})"
