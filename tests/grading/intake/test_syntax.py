"""Cells are read by several threads at once."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.grading.intake.graded_cells import defined_functions

LINES = "".join(
    f"    a{i} = x[{i}] * (3, [x, 2])[0] if x else -x\n" for i in range(300)
)
SOURCE = f"def f(x):\n{LINES}"


class Cycle:
    """Garbage, whose end is Python code: there other threads get their turn."""

    def __init__(self):
        self.me = self

    def __del__(self):
        sum(range(50))


@pytest.fixture
def quick_turns():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_turns")
def test_threads_do_not_disturb_each_other():
    def read(_):
        for _ in range(20):
            Cycle()
        return defined_functions(SOURCE)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, range(200))) == [["f"]] * 200
