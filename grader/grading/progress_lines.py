"""How far grading is, and what it meets on the way, on the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.common.printable import one_line

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


def tell(learner: str, told: Sequence[str], console: Console) -> None:
    """One line on what was logged as a submission ran, with whose it is."""
    if told:
        console.print(Text(one_line(f"{learner}: {'; '.join(told)}")))
