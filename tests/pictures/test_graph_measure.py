"""The lesson's measurements, on things whose size, time and lines are known."""

import time

import numpy as np
import pytest

from grader.pictures.graph_measure import best, lines_named, peak, printed_by

MB = 10**6


def test_the_peak_is_what_is_held_at_once():
    def one_after_the_other():
        for _ in range(3):
            held = np.ones(40 * MB, np.uint8)
            time.sleep(0.05)  # whoever watches has time to look
            del held

    def together():
        held = [np.ones(40 * MB, np.uint8) for _ in range(3)]
        time.sleep(0.05)
        return len(held)

    assert peak(one_after_the_other) == pytest.approx(40, abs=20)
    assert peak(together) == pytest.approx(120, abs=20)


def test_memory_that_was_freed_before_hides_nothing():
    def call():
        held = np.ones(40 * MB, np.uint8)
        time.sleep(0.05)
        del held

    # Once it has seen a large array go, the C library keeps up to twice as much.
    for sizes in ([30], [15, 15, 15]):
        freed = [np.ones(size * MB, np.uint8) for size in sizes]
        del freed
    assert peak(call) == pytest.approx(40, abs=20)


def test_what_is_made_once_is_no_part_of_the_peak():
    cache = []

    def call():
        if not cache:
            cache.append(np.ones(100 * MB, np.uint8))

    assert peak(call) < 20


def test_a_failure_while_measuring_is_not_hidden():
    calls = []

    def fails():
        calls.append(1)
        if len(calls) > 1:
            raise ValueError("second call")

    with pytest.raises(ValueError, match="second call"):
        peak(fails)


def test_time_is_in_microseconds_and_without_the_first_call():
    calls = []

    def call():
        calls.append(1)
        time.sleep(0.002 if len(calls) > 1 else 0.3)

    assert 2_000 <= best(call, repeats=2) < 100_000
    assert len(calls) == 1 + 5 * 2


def test_what_is_printed_is_kept_line_by_line(capsys):
    assert printed_by(print, "one", "two\nthree") == ["one two", "three"]
    assert printed_by(len, []) == []
    print("shown")
    assert capsys.readouterr().out == "shown\n"


def test_lines_are_counted_from_the_def():
    def fails():
        x = 1
        return x / 0

    def lines():
        raise RuntimeError(f'File "x", line {fails.__code__.co_firstlineno}, in fails')

    assert lines_named(fails, fails) == [3]
    assert lines_named(fails, lines) == [1]  # a line that the message names
    assert lines_named(lines, fails) == []
    assert lines_named(fails, lambda x: x, 1) is None
