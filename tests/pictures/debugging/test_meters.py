"""The lesson's meters of memory and time, on what can be counted by hand."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest
import torch

from grader.pictures.debugging.costs import times_slower
from grader.pictures.debugging.spans import Span, longest
from grader.pictures.debugging.torch_meter import Meter
from grader.pictures.debugging.torch_spans import record


def test_what_is_kept_for_the_way_back_is_counted_to_the_byte():
    net = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.ReLU())
    x = torch.ones(7, 3)
    with Meter() as meter:
        output = net(x)
    assert meter.alive == output.nbytes == 7 * 5 * 4
    assert meter.peak == 2 * output.nbytes
    del output
    assert meter.alive == 0


def test_views_and_what_was_there_before_do_not_count():
    x = torch.ones(10)
    with Meter() as meter:
        views = x.view(2, 5), x[1:], x.add_(1)
    assert len(views) == 3
    assert (meter.alive, meter.peak) == (0, 0)


def test_there_is_a_number_for_each_operation():
    with Meter() as meter:
        a = torch.ones(4)
        b = a + a
    assert meter.line == [16, 32]
    assert str(meter) == "0.0 MiB alive, 0.0 at most"
    del b


PROGRAM = """
from grader.pictures.debugging import tensorflow_meter as m
import sys, tensorflow as tf
if "on" in sys.argv:
    m.count_on_cpu()
try:
    with m.Meter() as meter:
        x = tf.ones(2**20)
    print(round(meter.alive / 2**20), meter.peak >= meter.alive)
except RuntimeError as error:
    print(error)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("switch", "told"),
    [("on", "4 True"), ("off", "TensorFlow does not count on CPU:0")],
)
def test_tensorflow_counts_only_if_it_was_told_in_time(switch, told):
    plain = {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    plain["TF_ENABLE_ONEDNN_OPTS"] = "0"  # oneDNN's allocator would count, too
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, switch],
        env=os.environ | plain,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(told)


def test_a_mode_that_computes_more_takes_longer():
    @contextmanager
    def slow():
        sum(range(200_000))
        yield

    found = times_slower(lambda: sum(range(1000)), {"slow": slow})
    assert list(found) == ["slow"]
    assert found["slow"] > 2


def test_the_longest_operations_come_first_with_their_sums():
    spans = [Span("a", "forward", 0, 1), Span("b", "update", 1, 5)]
    spans.append(Span("a", "backward", 6, 3))
    assert longest(spans) == {"b": 5, "a": 4}
    assert list(longest(spans, most=1)) == ["b"]


def test_each_operation_of_a_step_is_in_its_part():
    w = torch.ones(50, 50, requires_grad=True)

    def step():
        with torch.profiler.record_function("forward"):
            loss = (w @ w).sum()
        with torch.profiler.record_function("backward"):
            loss.backward()
        with torch.profiler.record_function("update"), torch.no_grad():
            w.sub_(w)

    spans = record(step)
    parts = {span.name: span.part for span in spans}
    assert parts["matmul"] == "forward"
    assert parts["sub_"] == "update"
    assert "backward" in parts.values()
    assert [span.begin for span in spans] == sorted(span.begin for span in spans)
