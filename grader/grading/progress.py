"""How far grading is, on the terminal."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

Item = TypeVar("Item")


def tracked(items: Iterable[Item], total: int, console: Console) -> Iterator[Item]:
    """``items``, with a bar, the throughput and the time left."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("Grading", total=total, rate="")
        for item in items:
            yield item
            speed = progress.tasks[0].speed or 0
            progress.update(task, advance=1, rate=f"{60 * speed:.0f} a minute")
