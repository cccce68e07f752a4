"""``python -m bench``: measure, print tables, write results.json and the plots."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench import RESULTS, checks, grading, growth, kernels, layers, lessons, start
from bench.plots import draw
from bench.results import load, save, stamp
from bench.settings import BenchError, Settings
from bench.table import table

PARTS = {
    "a": grading,
    "b": lessons,
    "c": kernels,
    "d": checks,
    "e": growth,
    "f": layers,
    "g": start,
}


def main(
    runs: Annotated[
        int, typer.Option(min=1, help="How often each thing is measured.")
    ] = Settings.runs,
    submissions: Annotated[
        int, typer.Option(min=2, help="Size of the class in part (a).")
    ] = Settings.submissions,
    sizes: Annotated[
        str, typer.Option(help="Sizes of the classes in part (e).")
    ] = ",".join(map(str, Settings.growth)),
    only: Annotated[
        str | None,
        typer.Option(help="Parts to measure, such as a,c.", show_default="all"),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="Where results go, and the plots beside it.")
    ] = RESULTS,
) -> None:
    """Measure the course's tools beside the stock ones, on this machine.

    (a) grading a class, (b) verifying lessons, (c) starting kernels, (d) check,
    (e) classes of growing size, (f) isolation, (g) opening the course.
    """
    console, begin = Console(stderr=True), time.monotonic()

    def say(line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - begin), 60)
        console.print(f"[{minutes:3}:{seconds:02}] {line}", markup=False)

    chosen = _chosen(only)
    out.parent.mkdir(parents=True, exist_ok=True)  # before hours of measuring
    settings = Settings(runs, submissions, _numbers(sizes), say)
    results = load(out)
    for name in chosen:
        before = stamp()
        try:
            measured = PARTS[name].measure(settings)
        except BenchError as error:
            console.print(f"bench: {error}", style="red", markup=False)
            raise typer.Exit(1) from None
        results["parts"][name] = before | {"runs": runs} | measured
        save(out, results)
    for name in chosen:
        part = results["parts"][name]
        Console().print(table(PARTS[name].TITLE, part, PARTS[name].rows(part)))
    for path in [out, *draw(results["parts"], out.parent)]:
        console.print(f"written: {path}", markup=False)


def _chosen(only: str | None) -> list[str]:
    names = list(PARTS) if only is None else only.split(",")
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise typer.BadParameter(
            f"no part is called {unknown[0]!r}; there are {','.join(PARTS)}"
        )
    return names


def _numbers(text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(one) for one in text.split(","))
    except ValueError:
        raise typer.BadParameter("sizes are whole numbers: 50,200,1000") from None
    if list(numbers) != sorted(set(numbers)) or numbers[0] < 1:
        raise typer.BadParameter("sizes grow: 50,200,1000")
    return numbers


if __name__ == "__main__":
    sys.exit(typer.run(main))
