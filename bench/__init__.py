"""Measures the course's tools beside the stock ones, on the machine it runs on.

    python -m bench                     every part, as ``make bench`` does
    python -m bench --only a,c          some; the others in results.json stay
    python -m bench.readme              writes the figures into the README

What is compared is measured in the same run, turn by turn, so that a machine that
slows down slows both. Each part is one module: ``measure`` gives plain data, ``rows``
the lines of the table that sum it up.
"""

from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench" / "results.json"
