"""What the pictures of debugging draw, and the runs that they draw."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.pictures.debugging import (
    debugging_plots,
    run_plots,
    runs,
    span_plots,
    tensorflow_runs,
    torch_runs,
)
from grader.pictures.debugging.spans import Span
from grader.pictures.debugging.stack_traces import Trace

RUNNERS = {"torch": torch_runs.run, "tensorflow": tensorflow_runs.run}


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_an_error_whose_line_is_missing_is_told(capsys):
    traces = [
        Trace("shape", "matmul", "ValueError", "", ()),
        Trace("dtype", "cast", "E", "", (("/ipykernel_1/1.py", 1, "cast(x)"),)),
        Trace("backward", "double", "", "nothing was raised", ()),
    ]
    debugging_plots.named("PyTorch", traces)
    said = capsys.readouterr().out
    assert "shape: NOT named; dtype: named; backward: no error." in said


def test_bars_have_a_label_for_each_number(capsys):
    found = {"PyTorch": {"ReLU": 16.0, "GELU": 32.0}}
    debugging_plots.bars(found, "kept (MiB)")
    assert "PyTorch: ReLU 16, GELU 32" in capsys.readouterr().out


def test_a_step_is_drawn_by_its_parts(capsys):
    spans = [Span("mm", "forward", 0, 6), Span("add", "update", 6, 2)]
    span_plots.steps({"PyTorch": [*spans, Span("mm", "backward", 8, 2)]})
    said = capsys.readouterr().out
    assert "3 operations" in said
    assert "forward 60%, backward 20%, update 20%" in said


def test_a_name_is_written_only_where_its_box_holds_it(monkeypatch):
    drawn = []
    monkeypatch.setattr(span_plots, "show", lambda figure, words: drawn.append(figure))
    spans = [Span("mm", "forward", 0, 900), Span("threshold", "backward", 900, 90)]
    span_plots.steps({"PyTorch": [*spans, Span("a", "backward", 990, 10)]})
    (axes,) = drawn[0].axes
    assert [text.get_text() for text in axes.texts] == ["mm"]
    assert axes.get_xlim() == (0, 1)  # milliseconds


def test_a_gallery_tells_where_each_curve_begins_and_ends(capsys):
    falling = np.linspace(2.3, 0.1, 20)
    broken = np.full(20, np.nan)
    curves = {
        "healthy": runs.Curves(falling, falling, falling),
        "broken": runs.Curves(broken, broken, broken),
    }
    run_plots.gallery(curves)
    said = capsys.readouterr().out
    assert "healthy: from 2.3 to 0.6; broken: from above 5 to above 5" in said


def test_the_best_rate_is_told(capsys):
    run_plots.rates({"PyTorch": ([0.01, 0.1, 1.0], [2.0, 0.5, 9.0])})
    assert "lowest loss 0.5 near a rate of 0.1" in capsys.readouterr().out


def test_the_entropy_of_labels_is_that_of_their_shares():
    assert runs.entropy(np.array([0, 1, 2, 3])) == pytest.approx(np.log(4))
    assert runs.entropy(np.array([5, 5])) == 0


def test_both_frameworks_begin_alike():
    one, other = (runs.train(run, runs.HEALTHY) for run in RUNNERS.values())
    np.testing.assert_allclose(one.train[:20], other.train[:20], atol=1e-4)
    np.testing.assert_allclose(one.gradient[:20], other.gradient[:20], atol=1e-3)


@pytest.mark.parametrize("half", RUNNERS)
def test_each_of_the_six_is_told_by_its_tests(half):
    curves = runs.train_all(RUNNERS[half], runs.SIX)
    found = runs.test_all(RUNNERS[half], runs.SIX, curves)
    by_cause = {runs.ANSWERS[letter]: tests for letter, tests in found.items()}
    shuffled = by_cause["shuffled labels"]
    assert shuffled.one_batch < 0.3
    assert shuffled.usual > 2.2
    assert by_cause["rate too low"].one_batch > 1.5
    assert by_cause["softmax twice"].gradient < 0.2
    assert by_cause["softmax twice"].one_batch > 1.46
    assert by_cause["input not scaled"].start > 10
    assert by_cause["all weights equal"].gradient > 0.3
    assert by_cause["all weights equal"].usual > 1.5
    assert by_cause["not shuffled"].one_batch < 0.1
    jumps = np.abs(np.diff(curves["F"].train))
    assert jumps.mean() > 0.5


@pytest.mark.parametrize("half", RUNNERS)
def test_a_run_that_sees_nothing_reaches_the_entropy(half):
    blank = runs.train(RUNNERS[half], runs.HEALTHY, blank=True)
    _, labels = runs.HEALTHY.data()
    assert blank.train[-10:].mean() == pytest.approx(runs.entropy(labels), abs=0.05)
