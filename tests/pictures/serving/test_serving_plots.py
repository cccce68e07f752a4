"""Pictures of the lesson on serving say what they draw, and draw what was measured."""

import json

import numpy as np
import pytest

from grader.pictures.serving import digits_net, load_plots, queue_plots
from grader.pictures.serving.measured import STORED, stored
from grader.pictures.serving.showing import seconds, show_source

MODES = ("one by one", "batches, no wait", "batches, wait of 5 ms")


@pytest.mark.parametrize("part", ["runs", "bento"])
def test_what_is_stored_is_dated(part):
    measured = stored(part)
    assert f"python -m bench.serving {part}, 20" in measured.provenance
    assert "torch 2." in measured.provenance
    assert part in json.loads(STORED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("framework", ["PyTorch", "TensorFlow"])
def test_every_mode_has_every_number_of_clients(framework):
    for mode in MODES:
        loads = stored().loads(framework=framework, mode=mode)
        assert [one["clients"] for one in loads] == [1, 4, 16, 64]
        for one in loads:
            assert one["p50"] <= one["p95"] <= one["p99"]
            assert 0 < one["busy"] <= 1.01
            assert 1 <= one["batch"] <= 32
    for one in stored().loads(framework=framework, mode="one by one"):
        assert one["batch"] == 1


def test_pictures_of_stored_runs_say_their_numbers(capsys):
    load_plots.rows_alone(stored())
    load_plots.under_load(stored(), "PyTorch", MODES)
    load_plots.servers(stored("bento"))
    alone, loaded, servers = capsys.readouterr().out.splitlines()
    times = stored().content["microseconds for a row"]["PyTorch"]
    assert f"PyTorch from {times['1']:.0f} to" in alone
    first = stored().loads(framework="PyTorch", mode=MODES[0])[0]
    assert f"{MODES[0]}: {first['throughput']:.0f} and" in loaded
    assert servers.count("BentoML") == servers.count("ours") == 4


def test_latencies_are_by_nearest_rank(capsys):
    found = load_plots.latencies(np.array([0.002] * 9 + [0.05]))
    assert found == {50: 2, 95: 50, 99: 50}
    assert "p95 50.0 ms" in capsys.readouterr().out


def test_a_swap_says_who_answered(capsys):
    load_plots.swap(np.arange(5.0), np.full(5, 0.002), np.array([1, 1, 3, 3, 3]))
    told = capsys.readouterr().out
    assert "version 1 answered 2" in told and "version 3 answered 3" in told


def test_queues(capsys):
    queue_plots.waiting([0.5, 0.9], [0.5, 4.5])
    queue_plots.batches([0, 50], [5, 55], [18, 66])
    bend, bars = capsys.readouterr().out.splitlines()
    assert "50 %: 0.5, 90 %: 4.5" in bend
    assert "request 2 waits 5 ms, then runs in batch 2 until 66" in bars


def test_the_net_is_the_same_each_time_and_learns():
    images, labels = digits_net.digits()
    one, other = (digits_net.train(epochs=2) for _ in range(2))
    for (w, b), (v, c) in zip(one, other, strict=True):
        assert w.dtype == b.dtype == np.float32
        assert (w == v).all() and (b == c).all()
    right = digits_net.logits(one, images[digits_net.TRAINED :])
    assert right.shape == (597, 10)
    assert np.mean(right.argmax(1) == labels[digits_net.TRAINED :]) > 0.7


def test_seconds_and_source():
    calls = []
    assert 0 <= seconds(lambda: calls.append(1)) < 5
    assert len(calls) == 5
    shown = show_source(digits_net.digits, digits_net.logits).data
    assert shown.startswith("```python\ndef digits")
    assert "def logits" in shown and shown.endswith("```")
