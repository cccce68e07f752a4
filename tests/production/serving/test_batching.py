"""When a batch starts, what it holds, and what a failing model does to it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from grader.production.serving import batching
from grader.production.serving.batching import Batcher
from grader.production.serving.refused import Refused


class Model:
    """Doubles rows, remembers batches, and takes its time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.sizes: list[int] = []
        self.seconds = seconds

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        self.sizes.append(len(rows))
        time.sleep(self.seconds)
        if rows.max() > 100:
            raise ArithmeticError("too large")
        return 2 * rows


def run(
    talk: Callable[[Batcher], Awaitable[object]], model: Model, most: int, wait: float
) -> object:
    async def within() -> object:
        with ThreadPoolExecutor(1) as worker:
            batcher = Batcher(model, most, wait, worker)
            try:
                return await asyncio.wait_for(talk(batcher), 20)
            finally:
                await batcher.close()

    return asyncio.run(within())


def rows(*values: float) -> np.ndarray:
    return np.array(values, np.float32)[:, None]


def test_each_gets_its_own_answers():
    async def talk(batcher):
        return await asyncio.gather(*(batcher.ask(rows(i, i + 0.5)) for i in range(9)))

    model = Model()
    found = run(talk, model, most=8, wait=0.05)
    for i, answer in enumerate(found):
        assert answer.ravel().tolist() == [2 * i, 2 * i + 1]
    assert model.sizes == [8, 8, 2]


def test_a_full_batch_does_not_wait():
    async def talk(batcher):
        await asyncio.gather(*(batcher.ask(rows(i)) for i in range(4)))

    model = Model()
    begin = time.monotonic()
    run(talk, model, most=4, wait=60)
    assert time.monotonic() - begin < 20
    assert model.sizes == [4]


def test_without_waiting_a_batch_holds_what_came_while_the_worker_was_busy():
    async def talk(batcher):
        first = asyncio.create_task(batcher.ask(rows(1)))
        await asyncio.sleep(0.05)
        await asyncio.gather(first, *(batcher.ask(rows(i)) for i in range(5)))

    model = Model(seconds=0.3)
    run(talk, model, most=8, wait=0)
    assert model.sizes == [1, 5]


def test_most_of_one_switches_batching_off():
    async def talk(batcher):
        await asyncio.gather(*(batcher.ask(rows(i)) for i in range(5)))

    model = Model()
    run(talk, model, most=1, wait=5)
    assert model.sizes == [1] * 5


def test_a_request_is_never_split():
    async def talk(batcher):
        sizes = (3, 2, 9, 1)
        await asyncio.gather(*(batcher.ask(rows(*range(n))) for n in sizes))

    model = Model()
    run(talk, model, most=4, wait=0.01)
    assert model.sizes == [3, 2, 9, 1]


def test_a_failing_batch_fails_alone():
    async def talk(batcher):
        found = await asyncio.gather(
            batcher.ask(rows(1)), batcher.ask(rows(101)), return_exceptions=True
        )
        return found, await batcher.ask(rows(3))

    (one, other), later = run(talk, Model(), most=1, wait=0)
    assert one.tolist() == [[2]]
    assert isinstance(other, ArithmeticError)
    assert later.tolist() == [[6]]


def test_what_waits_is_answered_before_the_end():
    async def within():
        with ThreadPoolExecutor(1) as worker:
            batcher = Batcher(Model(), 8, 60, worker)
            asked = asyncio.create_task(batcher.ask(rows(1)))
            await asyncio.sleep(0)
            await batcher.close()
            return await asked

    assert asyncio.run(within()).tolist() == [[2]]


def test_the_queue_is_bounded(monkeypatch):
    monkeypatch.setattr(batching, "MOST_WAITING", 2)

    async def talk(batcher):
        return await asyncio.gather(
            *(batcher.ask(rows(i)) for i in range(3)), return_exceptions=True
        )

    *_, last = run(talk, Model(), most=8, wait=0.01)
    assert isinstance(last, Refused)
    assert last.status == 503


def test_counts():
    async def talk(batcher):
        await asyncio.gather(*(batcher.ask(rows(i)) for i in range(6)))
        return batcher

    done = run(talk, Model(seconds=0.01), most=4, wait=0.01)
    assert (done.batches, done.rows) == (2, 6)
    assert done.busy == pytest.approx(0.02, abs=0.5) and done.busy >= 0.02
