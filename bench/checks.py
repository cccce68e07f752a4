"""(d) What ``check`` adds to a learner's own code, and what importing it costs.

``python -m bench.checks`` measures in one new kernel and prints the seconds as JSON.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import quantiles

from jupyter_client.manager import start_new_kernel

from bench import ROOT
from bench.kernels import SECONDS, in_own_process
from bench.meter import environment
from bench.results import spread
from bench.settings import BenchError, Settings

TITLE = "(d) check in a notebook"
IMPORT = """
import sys, time
begin = time.perf_counter()
from grader import check
seconds = time.perf_counter() - begin
assert not {"torch", "tensorflow", "keras"} & set(sys.modules)
print(seconds)
"""
# Runs in the kernel. The time inside the learner's function is no time of check's.
PROBE = """
import functools, json, time
import tensorflow, torch
from grader import check
from grader.exercises.catalogue import lessons
from grader.authoring.proving import variants

def timed(function, inside):
    @functools.wraps(function)
    def measured(*arguments, **named):
        begin = time.perf_counter()
        try:
            return function(*arguments, **named)
        finally:
            inside[0] += time.perf_counter() - begin
    return measured

added = []
for lesson in lessons():
    for framework in ("torch", "tensorflow"):
        for variant in variants.load(lesson, framework):
            if variant.mistake is None:
                inside = [0.0]
                function = timed(variant.function, inside)
                begin = time.perf_counter()
                check(variant.exercise, function, framework)
                added.append(time.perf_counter() - begin - inside[0])
open("added.json", "w").write(json.dumps(added))
"""


def measure(settings: Settings) -> dict[str, object]:
    """Milliseconds that check adds, over all right variants of all exercises."""
    first, percentiles, middles, imports, checks = [], [], [], [], 0
    for turn in range(1, settings.runs + 1):
        settings.say(f"{TITLE}: run {turn} of {settings.runs}")
        added = in_own_process(__name__)["added"]
        first.append(1000 * added[0])
        cuts = quantiles(added, n=20, method="inclusive")
        percentiles.append(1000 * cuts[-1])
        middles.append(1000 * cuts[9])
        imports.append(1000 * _import_seconds())
        checks = len(added)
    return {
        "checks": checks,
        "median_ms": spread(middles),
        "p95_ms": spread(percentiles),
        "first_ms": spread(first),
        "import_ms": spread(imports),
    }


def rows(result: dict[str, object]) -> list[tuple]:
    """Each figure's name and unit, its spread over the runs, its decimal places."""
    return [
        ("added by check, median", "ms", result["median_ms"], 1),
        ("added by check, 95th percentile", "ms", result["p95_ms"], 1),
        ("added by a kernel's first check", "ms", result["first_ms"], 0),
        ("from grader import check", "ms", result["import_ms"], 0),
    ]


def _import_seconds() -> float:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT],
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"importing grader failed:\n{done.stderr[-2000:]}")
    return float(done.stdout)


def main() -> None:
    """Print the seconds that each check adds in a fresh kernel, as JSON."""
    with tempfile.TemporaryDirectory(prefix="bench-d-") as folder:
        Path(folder, ".tandem").mkdir()  # a copy of the course: progress is kept
        manager, client = start_new_kernel(
            cwd=folder, env=environment(TF_CPP_MIN_LOG_LEVEL="3", PYTHONPATH=str(ROOT))
        )
        try:
            reply = client.execute(PROBE, reply=True, timeout=5 * SECONDS)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        content = reply["content"]
        if content["status"] != "ok":
            raise BenchError(f"check failed: {content['ename']}: {content['evalue']}")
        print(json.dumps({"added": json.loads(Path(folder, "added.json").read_text())}))


if __name__ == "__main__":
    main()
