"""Run every drill, or those whose name holds one of the arguments."""

import sys
import time

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.faults import Drill, all_drills
from tests.faults.bench import Skipped, workshop


def attempt(drill: Drill) -> tuple[str, bool]:
    """What came of a drill, and whether it did harm."""
    with workshop() as folder:
        try:
            return drill.run(folder), False
        except Skipped as reason:
            return f"not tried: {reason}", False
        except AssertionError as error:
            return f"HARMED: {error}"[:500], True


def main(wanted: list[str]) -> int:
    drills = all_drills()
    if wanted:
        drills = [d for d in drills if any(word in d.name for word in wanted)]
    table = Table(box=box.SIMPLE_HEAD, show_lines=False)
    for title in ("drill", "what went wrong", "what came of it"):
        table.add_column(title, overflow="fold")
    harmed, begin = 0, time.monotonic()
    for number, drill in enumerate(drills, start=1):
        since = time.monotonic()
        outcome, harm = attempt(drill)
        harmed += harm
        took = f"{time.monotonic() - since:.0f} s"
        print(f"{number}/{len(drills)} {drill.name} ({took})", file=sys.stderr)
        table.add_row(drill.name, drill.wrong, Text(outcome))
    # Wide enough for sentences, also where the output goes to a file.
    console = Console()
    Console(width=max(console.width, 140)).print(table)
    print(f"{len(drills)} drills in {time.monotonic() - begin:.0f} s")
    print(f"{harmed} of {len(drills)} harmed")
    return 1 if harmed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
