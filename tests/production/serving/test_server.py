"""The server as a process: its paths, its errors, and its end."""

import json
import socket
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest

from grader.production.serving.load import ask, nearest_rank
from grader.production.serving.loaded import ServingError
from grader.production.serving.numbered import publish
from grader.production.serving.running import Server
from grader.production.serving.server import MOST_BYTES, MOST_ROWS


@pytest.fixture(scope="module")
def server(model):
    server = Server(model)
    server.wait_for({1, 2})
    yield server
    server.stop()


def test_it_answers(server, rows):
    status, content, version = server.predict(rows)
    assert (status, version) == (200, 2)
    assert content == {"predictions": (rows.sum(1, keepdims=True) + 2000).tolist()}
    assert server.predict(rows, "/versions/1").version == 1
    assert server.predict(rows, "/labels/stable").version == 2


def test_status_health_and_metrics(server, rows):
    before = server.metrics()
    server.predict(rows)
    after = server.metrics()
    assert after["rows"] - before["rows"] == 4
    assert after["batches"] - before["batches"] == 1
    assert after["busy_seconds"] > before["busy_seconds"]
    assert server.call("GET", "/healthz").status == 200
    states = server.call("GET", server.path).content["model_version_status"]
    assert [(s["version"], s["state"]) for s in states] == [
        ("1", "AVAILABLE"),
        ("2", "AVAILABLE"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/v1/models/sums:predict", b"{", 400),
        ("POST", "/v1/models/sums:predict", {"instances": [[1, 2]]}, 400),
        ("POST", "/v1/models/sums/versions/7:predict", {"instances": [[1, 2, 3]]}, 404),
        ("POST", f"/v1/models/sums/versions/{'9' * 5000}:predict", {}, 404),
        ("POST", "/v1/models/sums/labels/canary:predict", {}, 404),
        ("POST", "/v1/models/other:predict", {"instances": [[1, 2, 3]]}, 404),
        ("POST", "/", {}, 404),
        ("GET", "/v1/models/sums:predict", None, 405),
        ("PUT", "/v1/models/sums/canary", {"version": 2}, 400),
        ("PUT", "/v1/models/sums/canary", {"version": "2", "percent": 5}, 400),
        ("PUT", "/v1/models/sums/canary", {"version": 2, "percent": True}, 400),
        ("PUT", "/v1/models/sums/canary", {"version": 2, "percent": 101}, 400),
        ("PUT", "/v1/models/sums/canary", b"[1]", 400),
        (
            "POST",
            "/v1/models/sums:predict",
            {"instances": [[0, 0, 0]] * (MOST_ROWS + 1)},
            413,
        ),
    ],
)
def test_what_is_wrong_is_told_as_json(server, method, path, content, status):
    found = server.call(method, path, content)
    assert found.status == status
    assert found.content["error"]


def test_a_sum_beyond_float32_is_no_answer(server):
    found = server.predict([[3e38, 3e38, 3e38]])
    assert found.status == 500
    assert "NaN or an infinity" in found.content["error"]


def test_a_large_body_is_refused_before_it_is_read(server):
    with socket.create_connection(("127.0.0.1", server.port), 20) as connection:
        connection.sendall(
            b"POST /v1/models/sums:predict HTTP/1.1\r\nHost: here\r\n"
            b"Content-Length: %d\r\n\r\n" % (MOST_BYTES + 1)
        )
        told = connection.recv(4096).decode()
    assert told.startswith("HTTP/1.1 413")
    assert "larger than" in told


def test_a_canary_gets_its_share(server, rows):
    users = [f"user-{i}" for i in range(200)]
    server.call("PUT", f"{server.path}/canary", {"version": 2, "percent": 25})
    try:
        seen = ask(server.port, f"{server.path}:predict", rows, users=users)
        again = ask(server.port, f"{server.path}:predict", rows, users=users)
        assert server.predict(rows).version == 1
        assert server.predict(rows, "/labels/canary").version == 2
    finally:
        server.call("DELETE", f"{server.path}/canary")
    assert np.mean(seen.versions == 2) == pytest.approx(0.25, abs=0.1)
    assert (seen.versions == again.versions).all()
    assert server.predict(rows).version == 2


def test_a_swap_loses_no_request(model, version, tmp_path, rows):
    folder = tmp_path / "sums"
    publish(version(tmp_path / "made", 1000), folder, 1)
    server = Server(folder, keep=1)
    stop = threading.Event()
    try:
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(
                ask,
                server.port,
                f"{server.path}:predict",
                rows,
                requests=50_000,
                clients=4,
                stop=stop,
            )
            publish(version(tmp_path / "made", 2000), folder, 2)
            server.wait_for({2})
            time.sleep(0.5)
            stop.set()
            report = asked.result()
    finally:
        server.stop()
    assert (report.statuses == 200).all()
    assert set(report.versions) == {1, 2}
    right = rows.sum(1)[np.arange(len(report.sent)) % 4] + 1000 * report.versions
    assert (report.answers[:, 0] == right).all()


def test_a_broken_version_takes_nobodys_place(version, tmp_path, rows):
    folder = tmp_path / "sums"
    publish(version(tmp_path / "made", 1000), folder, 1)
    server = Server(folder, keep=1)
    try:
        (tmp_path / "made").mkdir()
        publish(tmp_path / "made", folder, 2)
        with pytest.raises(ServingError, match="version 2 can't be loaded"):
            server.wait_for({2})
        assert server.predict(rows).version == 1
    finally:
        server.stop()


def test_a_folder_without_versions_is_refused(tmp_path):
    with pytest.raises(ServingError, match="has no version"):
        Server(tmp_path)


def test_a_server_without_a_model_that_loads_ends(tmp_path):
    (tmp_path / "1").mkdir()
    with pytest.raises(ServingError, match="neither"):
        Server(tmp_path)


def test_a_stopped_server_says_nothing_more(model):
    server = Server(model)
    server.stop()
    with pytest.raises(ServingError, match="does not answer"):
        server.predict([[1, 2, 3]])


def test_it_ends_with_the_program_that_started_it(model):
    program = textwrap.dedent(
        f"""
        import json, os
        from pathlib import Path
        from grader.production.serving.running import Server
        server = Server(Path({str(model)!r}))
        print(json.dumps([server.port, server._process.pid]), flush=True)
        os._exit(1)
        """
    )
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    ).stdout
    _, pid = json.loads(told)
    if psutil.pid_exists(pid):
        psutil.wait_procs([psutil.Process(pid)], timeout=60)
    assert not psutil.pid_exists(pid)


def test_clients_without_a_server_see_no_answer(rows):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        report = ask(free.getsockname()[1], "/", rows, requests=3, clients=2)
    assert report.statuses.tolist() == [0, 0, 0]
    assert np.isnan(report.answers).all()
    assert report.throughput == 0


@pytest.mark.parametrize(("clients", "requests"), [(0, 1), (257, 1), (1, 0)])
def test_load_is_bounded(rows, clients, requests):
    with pytest.raises(ServingError, match="possible"):
        ask(1, "/", rows, clients=clients, requests=requests)


@pytest.mark.parametrize(
    ("percent", "right"), [(50, 10), (55, 11), (95, 19), (99, 20), (100, 20), (1, 1)]
)
def test_percentiles_are_by_nearest_rank(percent, right):
    assert nearest_rank(np.arange(20, 0, -1.0), percent) == right
