"""Run every drill, or those whose name holds one of the arguments."""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.faults import all_drills
from tests.faults.bench import Skipped, released, workshop

AT_ONCE = 3  # a drill waits about as long as it computes


def attempt(number: int) -> tuple[str, bool, float]:
    """What came of a drill, whether it did harm, and the seconds it took."""
    begin = time.monotonic()
    with workshop() as folder:
        try:
            outcome, harm = all_drills()[number].run(folder), False
        except Skipped as reason:
            outcome, harm = f"not tried: {reason}", False
        except Exception as error:
            outcome, harm = f"HARMED: {type(error).__name__} {error}"[:500], True
    return outcome, harm, time.monotonic() - begin


def main(wanted: list[str]) -> int:
    drills = all_drills()
    chosen = [
        number
        for number, drill in enumerate(drills)
        if not wanted or any(word in drill.name for word in wanted)
    ]
    table = Table(box=box.SIMPLE_HEAD, show_lines=False)
    for title in ("drill", "what went wrong", "what came of it"):
        table.add_column(title, overflow="fold")
    harmed, begin = 0, time.monotonic()
    released()  # once, for all of them
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(AT_ONCE, forked) as pool:
        runs = pool.map(attempt, chosen)
        for done, (number, ran) in enumerate(zip(chosen, runs, strict=True), start=1):
            outcome, harm, seconds = ran
            harmed += harm
            drill = drills[number]
            of = f"{done}/{len(chosen)}"
            print(f"{of} {drill.name} ({seconds:.0f} s)", file=sys.stderr)
            table.add_row(drill.name, drill.wrong, Text(outcome))
    # Wide enough for sentences, also where the output goes to a file.
    console = Console()
    Console(width=max(console.width, 140)).print(table)
    print(f"{len(chosen)} drills in {time.monotonic() - begin:.0f} s")
    print(f"{harmed} of {len(chosen)} harmed")
    return 1 if harmed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
