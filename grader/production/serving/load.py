"""Clients that ask a server on this machine, each one request after the other."""

import itertools
import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

import numpy as np

from grader.production.serving.loaded import ServingError

HOST = "127.0.0.1"
MOST_CLIENTS = 256
MOST_REQUESTS = 100_000
NO_ANSWER = 0
"""The status of a request that got no answer."""


@dataclass(frozen=True)
class Report:
    """What the clients saw, one entry for each request, in the order of sending.

    Attributes:
        sent: when it was sent, in seconds since the first one.
        received: when its answer had come.
        statuses: HTTP's statuses, int.
        versions: which version answered; 0 for none.
        answers: shape (n, classes), float64; NaN where there is no prediction.
    """

    sent: np.ndarray
    received: np.ndarray
    statuses: np.ndarray
    versions: np.ndarray
    answers: np.ndarray

    @property
    def latencies(self) -> np.ndarray:
        """How long each request took, in seconds."""
        return self.received - self.sent

    @property
    def throughput(self) -> float:
        """Answered requests for each second."""
        answered = np.count_nonzero(self.statuses == 200)
        return float(answered / (self.received.max() - self.sent.min()))

    def percentile(self, percent: int) -> float:
        """Return the latency that so many percent of the requests don't exceed, in s.

        It is the latency of one of the requests; see ``nearest_rank``.
        """
        return nearest_rank(self.latencies, percent)


def nearest_rank(values: np.ndarray, percent: int) -> float:
    """Return the smallest of the values that so many percent of them don't exceed.

    NumPy's ``inverted_cdf`` computes the rank in floating point: of 28 % of 25 values
    it makes the 8th, since 28 / 100 * 25 is more than 7 there.

    Args:
        values: shape (n,), in any order.
        percent: a whole number from 1 to 100.
    """
    place = -(-percent * len(values) // 100)  # rounded up
    return float(np.sort(values)[place - 1])


def ask(
    port: int,
    path: str,
    rows: np.ndarray,
    *,
    requests: int = 200,
    clients: int = 8,
    users: Sequence[str] = (),
    seconds: float = 60.0,
    stop: threading.Event | None = None,
) -> Report:
    """Let clients ask for one row each time, as fast as they get their answers.

    Args:
        port: the server's; it is on this machine.
        path: such as ``/v1/models/digits:predict``.
        rows: shape (m, width); request i has row i modulo m.
        requests: how many there are in all, at most.
        clients: how many ask at the same time.
        users: request i names user i modulo their number, in the header X-Client.
        seconds: after these nothing more is sent, and nothing waited for.
        stop: when it is set, nothing more is sent.

    Raises:
        ServingError: too many clients or requests, or no request was sent.
    """
    if not 1 <= clients <= MOST_CLIENTS or not 1 <= requests <= MOST_REQUESTS:
        raise ServingError(
            f"{clients} clients and {requests} requests: from 1 to {MOST_CLIENTS} "
            f"clients and {MOST_REQUESTS} requests are possible"
        )
    bodies = [json.dumps({"instances": [row]}).encode() for row in rows.tolist()]
    places = itertools.count()
    begin = time.perf_counter()
    seen: list[_Seen] = []

    def client() -> None:
        connection = HTTPConnection(HOST, port, timeout=seconds)
        while not (stop and stop.is_set()) and time.perf_counter() - begin < seconds:
            place = next(places)
            if place >= requests:
                break
            headers = {"X-Client": users[place % len(users)]} if users else {}
            sent = time.perf_counter()
            try:
                connection.request("POST", path, bodies[place % len(bodies)], headers)
                response = connection.getresponse()
                text = response.read()
                status, version = response.status, response.headers["X-Model-Version"]
            except (OSError, HTTPException):
                connection.close()  # the next request opens it again
                text, status, version = b"", NO_ANSWER, None
            received = time.perf_counter()
            seen.append(_Seen(place, sent, received, status, version, text))
        connection.close()

    with ThreadPoolExecutor(clients) as pool:
        for running in [pool.submit(client) for _ in range(clients)]:
            running.result()
    if not seen:
        raise ServingError("no request was sent")
    return _report(sorted(seen, key=lambda one: one.place))


@dataclass(frozen=True)
class _Seen:
    place: int
    sent: float
    received: float
    status: int
    version: str | None
    text: bytes


def _report(seen: Sequence[_Seen]) -> Report:
    begin = min(one.sent for one in seen)
    parts = [_answer(one.text) if one.status == 200 else None for one in seen]
    width = next((len(part) for part in parts if part is not None), 0)
    nothing = np.full(width, np.nan)
    return Report(
        np.array([one.sent - begin for one in seen]),
        np.array([one.received - begin for one in seen]),
        np.array([one.status for one in seen]),
        np.array([int(one.version or 0) for one in seen]),
        np.array([nothing if part is None else part for part in parts]),
    )


def _answer(text: bytes) -> np.ndarray:
    """The first row's answer; TensorFlow Serving names the list, BentoML does not."""
    content = json.loads(text)
    rows = content["predictions"] if isinstance(content, dict) else content
    return np.array(rows[0])
