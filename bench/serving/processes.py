"""Measures what needs a process of its own: cold starts, and threads that fight."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.serving.models import NUMBERS

_COLD = """
import json, sys, time
from pathlib import Path
import numpy
begin = time.perf_counter()
marks = dict()
import {package}
marks["import"] = time.perf_counter() - begin
from grader.production.serving import loaded
begin = time.perf_counter()
version = loaded.load(Path({folder!r}))
marks["load and first batch"] = time.perf_counter() - begin
begin = time.perf_counter()
version.predict(numpy.zeros((1, version.width), numpy.float32))
marks["one request later"] = time.perf_counter() - begin
print(json.dumps(marks))
"""
_FIGHT = """
import json, time
import numpy, torch, tensorflow
if {single}:
    torch.set_num_threads(1)
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
size = 256
weight = numpy.ones((512, 512), numpy.float32)
ours, theirs = torch.tensor(weight), tensorflow.constant(weight)
def both():
    x = ours[:size] @ ours
    torch.relu(x).numpy()
    tensorflow.nn.relu(theirs[:size] @ theirs).numpy()
both()
begin = time.perf_counter()
for _ in range(100):
    both()
print(json.dumps(time.perf_counter() - begin))
"""
_PACKAGES = {"PyTorch": "torch", "TensorFlow": "tensorflow"}


def cold(folder: Path) -> dict[str, dict[str, float]]:
    """Return the seconds of a fresh process until it answers; the best of 3."""
    found = {}
    for framework, number in NUMBERS.items():
        program = _COLD.format(
            package=_PACKAGES[framework], folder=str(folder / str(number))
        )
        runs = [_run(program) for _ in range(3)]
        found[framework] = min(runs, key=lambda one: sum(one.values()))
    return found


def fights() -> dict[str, list[float]]:
    """Return the seconds of 100 products in each framework, in turn, in one process.

    Sorted, of 3 processes with the frameworks' own numbers of threads, and of 3 with
    one thread for each.
    """
    taken: dict[str, list[float]] = {"own threads": [], "one thread each": []}
    for _ in range(3):
        for name, single in (("own threads", False), ("one thread each", True)):
            taken[name].append(_run(_FIGHT.format(single=single)))
    return {name: sorted(seconds) for name, seconds in taken.items()}


def _run(program: str) -> object:
    without = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env=without | {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""},
    )
    return json.loads(done.stdout)
