"""Dynamic batching: rows of several requests run through the model together."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import NamedTuple

import numpy as np

from grader.production.serving.refused import Refused

MOST_WAITING = 1000
"""So many requests may wait; another is refused, so that no queue grows for ever."""


class _Waiting(NamedTuple):
    arrival: float
    rows: np.ndarray
    answer: "asyncio.Future[np.ndarray]"


class Batcher:
    """Collects requests and runs them in batches, one batch at a time.

    A batch starts when the worker is free and either ``most`` rows wait or the oldest
    request has waited ``wait`` seconds since it arrived. It takes requests in the order
    of their arrival while their rows fit into ``most``. A request with more rows is a
    batch of its own.

    Args:
        predict: the model: rows of shape (n, width) to answers of shape (n, classes).
        most: how many rows a batch may have.
        wait: how long the oldest request waits for others, in seconds.
        worker: runs ``predict``; of one thread, so that batches run one by one.

    Attributes:
        batches: how many batches have run.
        rows: how many rows they had.
        busy: for how many seconds they ran.
    """

    def __init__(
        self,
        predict: Callable[[np.ndarray], np.ndarray],
        most: int,
        wait: float,
        worker: Executor,
    ) -> None:
        self.batches, self.rows, self.busy = 0, 0, 0.0
        self._predict, self._most, self._wait, self._worker = (
            predict,
            most,
            wait,
            worker,
        )
        self._waiting: deque[_Waiting] = deque()
        self._news = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._run())

    async def ask(self, rows: np.ndarray) -> np.ndarray:
        """Return the model's answers for ``rows``, when their batch has run.

        Raises:
            Refused: 503, because too many requests wait.
        """
        if len(self._waiting) >= MOST_WAITING:
            raise Refused(503, f"{MOST_WAITING} requests wait already: try again later")
        loop = asyncio.get_running_loop()
        request = _Waiting(loop.time(), rows, loop.create_future())
        self._waiting.append(request)
        self._news.set()
        return await request.answer

    async def close(self) -> None:
        """Answer what still waits, then end. Nothing may be asked after this call."""
        self._closing = True
        self._news.set()
        await self._task

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if self._waiting:
                await self._fill(until=self._waiting[0].arrival + self._wait)
                await self._run_batch(self._take())
            else:
                self._news.clear()
                await self._news.wait()

    async def _fill(self, until: float) -> None:
        """Wait until enough rows are here, or the time is over."""
        loop = asyncio.get_running_loop()
        while sum(len(w.rows) for w in self._waiting) < self._most:
            left = until - loop.time()
            if left <= 0 or self._closing:
                return
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), left)

    def _take(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].rows)
        while self._waiting and size + len(self._waiting[0].rows) <= self._most:
            batch.append(self._waiting.popleft())
            size += len(batch[-1].rows)
        return batch

    async def _run_batch(self, batch: list[_Waiting]) -> None:
        rows = np.concatenate([request.rows for request in batch])
        loop = asyncio.get_running_loop()
        begin = loop.time()
        try:
            answers = await loop.run_in_executor(self._worker, self._predict, rows)
        except Exception as error:  # the model's own: each client of the batch gets it
            for request in batch:
                request.answer.set_exception(error)
            return
        self.busy += loop.time() - begin
        self.batches, self.rows = self.batches + 1, self.rows + len(rows)
        ends = np.cumsum([len(request.rows) for request in batch])
        for request, part in zip(batch, np.split(answers, ends[:-1]), strict=True):
            request.answer.set_result(part)
