"""Measures models alone, and the server under load."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.serving.models import NUMBERS
from grader.pictures.serving.digits_net import digits
from grader.production.serving.load import Report, ask
from grader.production.serving.loaded import load
from grader.production.serving.running import Server

BATCHES = (1, 4, 16, 64, 256, 1024)
CLIENTS = (1, 4, 16, 64)
MODES = {
    "one by one": {"most": 1, "wait": 0.0},
    "batches, no wait": {"most": 32, "wait": 0.0},
    "batches, wait of 5 ms": {"most": 32, "wait": 0.005},
}
REPEATS = 3
REQUESTS = 1000
LONGEST = 2.0  # seconds of one load
Say = Callable[[str], None]


def rows_alone(folder: Path) -> dict[str, dict[str, float]]:
    """Return microseconds for a row, by framework and size of the batch.

    The best of 10 rounds through all frameworks and sizes, so that what other programs
    of the machine do for a moment does not fall on one of them alone.
    """
    images, _ = digits()
    versions = {name: load(folder / str(n)) for name, n in NUMBERS.items()}
    found = {name: dict.fromkeys(map(str, BATCHES), np.inf) for name in versions}
    for _ in range(10):
        for name, version in versions.items():
            for size in BATCHES:
                rows, times = images[:size].copy(), max(3, 512 // size)
                taken = 1e6 * _seconds(version.predict, rows, times) / times / size
                found[name][str(size)] = min(found[name][str(size)], taken)
    return found


def _seconds(
    predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray, n: int
) -> float:
    begin = time.perf_counter()
    for _ in range(n):
        predict(x)
    return time.perf_counter() - begin


def under_load(folder: Path, say: Say) -> list[dict[str, Any]]:
    """Return what clients saw, for each framework, mode and number of clients.

    Of the repetitions, which are far apart in time, that of the largest throughput,
    because other programs of the machine can only make it smaller.
    """
    images, _ = digits()
    taken: dict[tuple[str, str, int], list[dict[str, Any]]] = {}
    for repeat in range(REPEATS):
        for mode, options in MODES.items():
            server = Server(folder, **options)
            try:
                server.wait_for(set(NUMBERS.values()))
                for framework, number in NUMBERS.items():
                    path = f"{server.path}/versions/{number}:predict"
                    for clients in CLIENTS:
                        one = _loaded(server, path, images, clients)
                        key = framework, mode, clients
                        taken.setdefault(key, []).append(one)
                        say(f"{repeat + 1}/{REPEATS} {key}: {one['throughput']:.0f}/s")
            finally:
                server.stop()
    return [
        {"framework": framework, "mode": mode, "clients": clients}
        | max(several, key=lambda one: one["throughput"])
        for (framework, mode, clients), several in taken.items()
    ]


def _loaded(
    server: Server, path: str, images: np.ndarray, clients: int
) -> dict[str, Any]:
    ask(server.port, path, images, requests=100, clients=clients)
    before = server.metrics()
    report = ask(
        server.port,
        path,
        images,
        requests=REQUESTS,
        clients=clients,
        seconds=LONGEST,
    )
    done = {name: value - before[name] for name, value in server.metrics().items()}
    return told(report) | {
        "busy": done["busy_seconds"] / float(report.received.max()),
        "batch": done["rows"] / done["batches"],
    }


def told(report: Report) -> dict[str, Any]:
    """Return a report's throughput (1/s) and latencies (ms)."""
    if not (report.statuses == 200).all():
        raise ValueError("some requests had no answer")
    return {
        "requests": len(report.sent),
        "throughput": report.throughput,
        "mean": 1e3 * float(report.latencies.mean()),
    } | {f"p{q}": 1e3 * report.percentile(q) for q in (50, 95, 99)}
