"""(b) Every notebook of the course verified: stock nbval and ours."""

import sys
import tempfile
from pathlib import Path

from bench import ROOT
from bench.meter import measure as metered
from bench.results import ratio, spread
from bench.settings import Settings

TITLE = "(b) lessons and solutions verified"
NBVAL = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
NBVAL += ["--nbval-current-env", "--nbval-cell-timeout=120", f"--rootdir={ROOT}"]
# Solutions are stored without outputs: they are run, and there is nothing to compare.
STOCK = {"lessons": ["--nbval"], "solutions": ["--nbval-lax"]}
OURS = [sys.executable, "-m", "grader.authoring.lessons", "--track", "both"]
OURS += ["--way", "plain"]


def measure(settings: Settings) -> dict[str, object]:
    """Seconds and CPU-seconds for the same notebooks, in the track with both."""
    stock, ours = [], []
    notebooks = {
        "lessons": sorted(map(str, (ROOT / "notebooks").glob("*.ipynb"))),
        "solutions": sorted(map(str, (ROOT / "solutions").glob("*/*.ipynb"))),
    }
    for turn in range(1, settings.runs + 1):
        settings.say(f"{TITLE}: run {turn} of {settings.runs}, stock nbval")
        seconds = cpu = 0.0
        for kind, options in STOCK.items():
            with tempfile.TemporaryDirectory(prefix="bench-b-") as scratch:
                used = metered([*NBVAL, *options, *notebooks[kind]], Path(scratch))
            seconds, cpu = seconds + used.seconds, cpu + used.cpu
        stock.append((seconds, cpu))
        settings.say(f"{TITLE}: run {turn} of {settings.runs}, ours")
        used = metered(OURS, ROOT)
        ours.append((used.seconds, used.cpu))
    ways = {
        name: {
            "seconds": spread([seconds for seconds, _ in taken]),
            "cpu": spread([cpu for _, cpu in taken]),
        }
        for name, taken in (("stock pytest --nbval", stock), ("ours", ours))
    }
    seconds = [way["seconds"] for way in ways.values()]
    return {
        "notebooks": sum(map(len, notebooks.values())),
        "ways": ways,
        "times_stock": ratio(*seconds),
    }


def rows(result: dict[str, object]) -> list[tuple]:
    """Each figure's name and unit, its spread over the runs, its decimal places."""
    found = []
    for way, one in result["ways"].items():
        found.append((way, "s", one["seconds"], 1))
        found.append((way, "CPU-s", one["cpu"], 1))
    return [*found, ("ours, times stock", "", result["times_stock"], 1)]
