"""(c) From starting a kernel until both frameworks have computed something in it.

``python -m bench.kernels`` prints the seconds of each start of one process as JSON.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time

from jupyter_client.manager import KernelManager

from bench import ROOT
from bench.meter import environment
from bench.results import ratio, spread
from bench.settings import BenchError, Settings
from grader.grading.run.graded_kernel import GradedSpecs

TITLE = "(c) a kernel with both frameworks usable"
USABLE = """
import torch, tensorflow as tf
assert float(torch.ones(2).sum()) == float(tf.reduce_sum(tf.ones(2))) == 2
"""
SECONDS = 120
WAYS = {
    "cold, no sandbox (stock)": {"unsafe": True, "settings": {"warm": False}},
    "cold, sandboxed": {"settings": {"warm": False}},
    "warm, sandboxed": {"settings": {}},
}
WARM_STARTS = 5  # in each run, after the one for which the zygote starts


def measure(settings: Settings) -> dict[str, object]:
    """Seconds until usable; the cold starts once in each run, the warm ones often."""
    seconds = {way: [] for way in WAYS}
    zygote = []
    for turn in range(1, settings.runs + 1):
        settings.say(f"{TITLE}: run {turn} of {settings.runs}")
        found = in_own_process(__name__)
        zygote.append(found.pop("first"))
        for way, values in found.items():
            seconds[way] += values
    ways = {way: spread(values) for way, values in seconds.items()}
    return {
        "ways": ways,
        "first_warm": spread(zygote),
        "times_cold": ratio(ways["cold, no sandbox (stock)"], ways["warm, sandboxed"]),
    }


def rows(result: dict[str, object]) -> list[tuple]:
    """Each figure's name and unit, its spread over the runs, its decimal places."""
    found = [(way, "s", spread, 2) for way, spread in result["ways"].items()]
    found.append(("the first warm one, once", "s", result["first_warm"], 2))
    return [*found, ("warm, times stock", "", result["times_cold"], 1)]


def ready(unsafe: bool = False, settings: dict | None = None) -> float:
    """Start a kernel and wait for both frameworks; the seconds that took.

    Raises:
        BenchError: it could not compute.
    """
    with tempfile.TemporaryDirectory(prefix="k-") as folder:
        manager = KernelManager(transport="ipc")
        specs = GradedSpecs(unsafe=unsafe, settings=settings or {})
        manager.kernel_spec_manager = specs
        manager.connection_file = os.path.join(folder, "kernel.json")
        begin = time.perf_counter()
        silent = subprocess.DEVNULL
        manager.start_kernel(stdout=silent, stderr=silent)
        client = manager.client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=SECONDS)
            reply = client.execute(USABLE, reply=True, timeout=SECONDS)
            seconds = time.perf_counter() - begin
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    if reply["content"]["status"] != "ok":
        raise BenchError(f"a kernel could not compute: {reply['content']}")
    return seconds


def in_own_process(module: str) -> dict:
    """What a module of this package prints as its last line, as data.

    Raises:
        BenchError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise BenchError(f"{module} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the seconds of each start of one process, as JSON."""
    logging.disable(logging.WARNING)
    found = {"first": ready(**WAYS["warm, sandboxed"])}
    for way, options in WAYS.items():
        number = WARM_STARTS if way.startswith("warm") else 1
        found[way] = [ready(**options) for _ in range(number)]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
