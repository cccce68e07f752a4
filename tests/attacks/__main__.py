"""``python -m tests.attacks [NAME ...]``: the drills as a table.

With ``--hosts`` in namespaces and by Landlock alone, as root and as an ordinary user,
as far as this machine lets each be had; see ``tests.kernels.hosts``.
"""

import argparse
import os
import sys

from rich.console import Console

from grader.kernels.jail import probe
from grader.kernels.jail.enter import Level
from tests.attacks.attack import STOCK, UNSAFE
from tests.attacks.catalogue import chosen, closed_by
from tests.attacks.drill import grade, print_table
from tests.kernels import hosts

WIDTH = 140  # where the table does not go to a terminal
# As (what the host lacks, whether as an ordinary user).
HOSTS = [([], False), (["namespaces"], False), ([], True), (["namespaces"], True)]


def main() -> int:
    """Grade the attacks; 0 when none gained or harmed anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="families, or words of names; all by default"
    )
    parser.add_argument("--hosts", action="store_true", help="on each kind of host")
    parser.add_argument(
        "--proof", choices=("", UNSAFE, STOCK), default="", help="see them work"
    )
    asked = parser.parse_args()
    if asked.hosts:
        return _on_each_host(asked.names)
    attacks, level = chosen(asked.names), Level.NAMESPACES
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    if not asked.proof:
        level = probe.level()
        user = "an ordinary user" if os.getuid() else "root"
        console.print(f"Isolated by {level}, as {user}:", markup=False)
    outcome = grade(closed_by(level, attacks), asked.proof)
    print_table(outcome, console)
    left_out = set(attacks) - set(closed_by(level, attacks))
    if left_out:
        names = ", ".join(sorted(attack.name for attack in left_out))
        console.print(f"only namespaces close: {names}")
    return 0 if outcome.clean and all(r.tried for r in outcome.results) else 1


def _on_each_host(names: list[str]) -> int:
    failed = 0
    for lacks, user in HOSTS:
        if os.getuid() and not user:
            print("As root: left out, for this is not root.")
            continue
        command = [sys.executable, "-m", "tests.attacks", *names]
        done = hosts.run(command, lacks, user, capture_output=False, cwd=hosts.ROOT)
        failed |= done.returncode
    return failed


if __name__ == "__main__":
    try:
        sys.exit(main())
    except probe.NotIsolated as error:
        sys.exit(str(error))
