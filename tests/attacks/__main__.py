"""``python -m tests.attacks [--level LEVEL] [NAME ...]``: the drills as a table."""

import argparse
import sys

from rich.console import Console

from grader.grading.sandbox.jail import Level
from tests.attacks.catalogue import chosen
from tests.attacks.drill import grade, print_table


def main() -> int:
    """Grade the attacks; 0 when none gained or harmed anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="families, or words of names; all by default"
    )
    parser.add_argument("--level", choices=list(Level), help="how kernels are kept")
    parser.add_argument("--proof", default="", help="unsafe or stock: see them work")
    asked = parser.parse_args()
    level = Level(asked.level) if asked.level else None
    outcome = grade(chosen(asked.names), asked.proof, level)
    width = None if sys.stdout.isatty() else 140
    print_table(outcome, Console(width=width))
    return 0 if outcome.clean and all(r.tried for r in outcome.results) else 1


if __name__ == "__main__":
    sys.exit(main())
