"""Measures BentoML's server beside ours, on the same model and under the same load."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import psutil
from tornado.testing import bind_unused_port

from bench.serving.models import NUMBERS
from bench.serving.runs import LONGEST, REQUESTS, Say, told
from grader.pictures.serving.digits_net import digits
from grader.production.serving.load import HOST, ask
from grader.production.serving.running import Server

CLIENTS = (1, 32)
_START = 120  # seconds
_SERVICE = "grader.production.serving.bento:Digits"


def beside(folder: Path, say: Say) -> list[dict[str, Any]]:
    """Return what clients saw of both servers, with batches and without.

    Raises:
        RuntimeError: BentoML's server does not start.
    """
    images, _ = digits()
    found = []

    def measure(server: str, framework: str, mode: str, port: int, path: str) -> None:
        for clients in CLIENTS:
            ask(port, path, images, requests=200, clients=clients)
            report = ask(
                port, path, images, requests=REQUESTS, clients=clients, seconds=LONGEST
            )
            seen = {"server": server, "framework": framework, "mode": mode}
            found.append(seen | {"clients": clients} | told(report))
            say(f"{seen} {clients} clients: {report.throughput:.0f}/s")

    for framework, number in NUMBERS.items():
        for mode, most in (("one by one", 1), ("batches", 32)):
            ours = Server(folder, most=most)
            try:
                ours.wait_for(set(NUMBERS.values()))
                path = f"{ours.path}/versions/{number}:predict"
                measure("ours", framework, mode, ours.port, path)
            finally:
                ours.stop()
        with _bento(folder / str(number)) as port:
            measure("BentoML", framework, "one by one", port, "/single")
            measure("BentoML", framework, "batches", port, "/batched")
    return found


@contextmanager
def _bento(version: Path) -> Iterator[int]:
    unused, port = bind_unused_port()
    unused.close()
    process = subprocess.Popen(
        [sys.executable, "-m", "bentoml", "serve", _SERVICE, "--port", str(port)],
        env=os.environ
        | {
            "TANDEM_MODEL": str(version),
            "OMP_NUM_THREADS": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "BENTOML_DO_NOT_TRACK": "true",
        },
    )
    try:
        _until_ready(process, port)
        yield port
    finally:
        family = [process, *psutil.Process(process.pid).children(recursive=True)]
        process.terminate()
        for one in family[1:]:
            try:
                one.wait(20)
            except psutil.TimeoutExpired:
                one.kill()
        process.wait()


def _until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + _START
    while process.poll() is None and time.monotonic() < end:
        connection = HTTPConnection(HOST, port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass  # not yet
        finally:
            connection.close()
        time.sleep(0.5)
    raise RuntimeError("BentoML's server did not start: see what it printed")
