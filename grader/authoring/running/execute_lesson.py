"""Runs a lesson, and makes its outputs the same on every machine."""

import re
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from grader.authoring.texts.problem import Problem
from grader.authoring.texts.sources import Source, tags
from grader.common.bounds import CELL_SECONDS

UNSTABLE = re.compile(r"\b0x[0-9a-fA-F]{6,}")


class Failed(Exception):
    """A cell failed; the problem names the cell and the reason."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def execute(
    source: Source,
    notebook: NotebookNode,
    folder: Path,
    on_cell: Callable[[int], None] = lambda done: None,
) -> None:
    """Run all cells of ``notebook`` in place, with ``folder`` as working directory.

    Raises:
        Failed: a cell raised, took too long or ended its kernel.
    """
    at = 0

    def begins(cell: NotebookNode, cell_index: int) -> None:
        nonlocal at
        at = cell_index + 1
        on_cell(cell_index)

    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        # This hides the kernel's warnings, which are about the machine.
        extra_arguments=["--log-level=40"],
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=begins,
    )
    try:
        client.execute()
    except CellExecutionError as error:
        what, mend = f"raised {error.ename}: {error.evalue}", "Mend the cell"
    except CellTimeoutError:
        what, mend = f"ran for more than {CELL_SECONDS} s", "Make the cell smaller"
    except DeadKernelError:
        what, mend = "ended its kernel", "Run the cells before it by hand"
    else:
        return
    raise Failed(Problem(source.name, at, what, mend))


def settle(notebook: NotebookNode) -> None:
    """Remove this machine's paths and its version of Python from the outputs."""
    notebook.metadata["language_info"] = {"name": "python"}
    packages = sysconfig.get_path("purelib")
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            # nbval does not compare tracebacks, so they may be shortened.
            if output.output_type == "error":
                output.traceback = [
                    line.replace(packages, "site-packages") for line in output.traceback
                ]


def unstable(source: Source, notebook: NotebookNode) -> Iterator[Problem]:
    """Outputs that would differ on another machine, or in the next run."""
    home = str(Path.home())
    for number, cell in enumerate(notebook.cells, start=1):
        if "nbval-ignore-output" in tags(cell):
            continue
        for text in _texts(cell):
            address = UNSTABLE.search(text)
            for seen in (str(source.root), home, address and address[0]):
                if seen and seen != "/" and seen in text:
                    yield Problem(
                        source.name,
                        number,
                        f"its output holds {seen!r}, which changes from run to run",
                        "Print something stable, or tag it nbval-ignore-output",
                    )
        if any(output.get("name") == "stderr" for output in cell.get("outputs", ())):
            yield Problem(
                source.name,
                number,
                "it writes to stderr",
                "Avoid the warning, or show it as the cell's own output",
            )


def _texts(cell: NotebookNode) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        yield output.get("text", "")
        yield output.get("evalue", "")
        yield from (
            text
            for kind, text in output.get("data", {}).items()
            if kind.startswith("text/")
        )
