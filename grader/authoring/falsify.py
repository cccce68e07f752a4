"""Finds the assertions of lessons that could not fail.

    python -m grader.authoring.falsify               those of all lessons
    python -m grader.authoring.falsify 02_autograd

Each lesson runs once, with both frameworks. An assertion that a sentence names must be
reached; each part of it must be evaluated; it must look at something; and where it
compares, other operands must change the result.
"""

from collections.abc import Iterator
from typing import Annotated

import typer
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from rich.console import Console
from rich.markup import escape

from grader.authoring import execute, sources
from grader.authoring.claims import claims
from grader.authoring.instrumented import Instrumented
from grader.authoring.lint import Problem
from grader.authoring.rewriting import RECORDER, Key, Statement
from grader.authoring.sources import ROOT, Source


def problems(source: Source, notebook: NotebookNode) -> list[Problem]:
    """The assertions named by a lesson's sentences that could not fail.

    Raises:
        execute.Failed: a cell failed.
    """
    named = {
        (half.number, *each.place): None
        for claim in claims(notebook)
        for half in claim.halves
        for each in half.assertions
    }
    found = faults(source, notebook)
    return [
        Problem(source.name, key[0], what, "Assert what can fail")
        for key in sorted(named)
        for what in found.get(key, ())
    ]


def faults(source: Source, notebook: NotebookNode) -> dict[Key, list[str]]:
    """What is wrong with each asserting statement of a lesson's cells."""
    rewritten = Instrumented(notebook)
    cells = rewritten.notebook.cells
    cells.append(new_code_cell(RECORDER))
    execute.execute(source, rewritten.notebook, source.notebook.parent)
    (told,) = cells[-1].outputs
    seen = {int(key): set(met) for key, met in told.data["application/json"].items()}
    raised = {
        number
        for number, cell in enumerate(cells, start=1)
        if any(output.output_type == "error" for output in cell.get("outputs", ()))
    }
    every = rewritten.statements
    return {
        statement.key: list(_wrong(number, statement, seen, raised, every))
        for number, statement in every.items()
        if not statement.inner
    }


def _wrong(
    number: int,
    statement: Statement,
    seen: dict[int, set[int]],
    raised: set[int],
    every: dict[int, Statement],
) -> Iterator[str]:
    said = f"`{statement.line}`"
    if statement.raises:
        if statement.key[0] not in raised:
            yield f"{said} raises nothing"
        return
    if number not in seen:
        yield f"{said} is never run: a condition is false, or a loop has no turn"
        return
    met = seen[number]
    inner = [every[each] for each in met if each in every]
    if not statement.direct and not any(each.direct for each in inner):
        yield f"{said} comes to no assertion"
    for each in (statement, *inner):
        at = "" if each is statement else f"{said} comes to `{each.line}`: "
        unmet = [what for check, what in each.checks.items() if check not in met]
        yield from (f"{at}{what}" for what in (*each.wrong, *unmet))


def main(
    lesson: Annotated[
        str | None, typer.Argument(help="One lesson, such as 02_autograd.")
    ] = None,
) -> None:
    """Find assertions that could not fail, of those that the lessons' claims name."""
    console = Console()
    found: list[Problem] = []
    for source in sources.find(ROOT, "lessons"):
        if lesson in (None, source.stem):
            try:
                found += problems(source, sources.read(source))
            except execute.Failed as failed:
                found.append(failed.problem)
    for problem in found:
        console.print(f"✗ {escape(str(problem))}", highlight=False, soft_wrap=True)
    console.print(f"{len(found)} assertions to mend", highlight=False)
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
