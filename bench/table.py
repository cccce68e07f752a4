"""The results as tables for a terminal."""

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bench.settings import LEAST_RUNS

Row = tuple[str, str, object, int]


def table(title: str, part: dict[str, object], rows: list[Row]) -> Group:
    """Medians with the range that they are the middle of."""
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for name in ("what", "unit"):
        shown.add_column(name)
    for name in ("median", "min", "max"):
        shown.add_column(name, justify="right")
    for name, unit, value, digits in rows:
        if isinstance(value, dict):
            cells = [f"{value[k]:,.{digits}f}" for k in ("median", "min", "max")]
        else:
            cells = [f"{value:,.{digits}f}", "", ""]
        shown.add_row(name, unit, *cells)
    return Group(shown, Text(caption(part)))


def caption(part: dict[str, object]) -> str:
    """How far the numbers can be trusted."""
    runs = part["runs"]
    number = "1 run" if runs == 1 else f"{runs} runs"
    few = "" if runs >= LEAST_RUNS else f": fewer than {LEAST_RUNS}, take them as a try"
    return (
        f"{number}{few}; at {part['at']}, commit {part['commit']}, load of the machine "
        f"before {part['load_before']}\n"
    )
