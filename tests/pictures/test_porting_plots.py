"""The pictures of a port measure what they draw, and say it in words."""

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest

from grader.pictures import porting_plots


def test_layers_are_told_where_they_differ_by_more_than_rounding(capsys):
    expected = {"first": np.array([1.0, 2.0]), "second": np.array([4.0, -8.0])}
    halves = {
        "equal": dict(expected),
        "off": expected | {"second": np.array([4.0, -8.8])},
    }
    porting_plots.by_layer(expected, halves)
    words = capsys.readouterr().out
    assert "equal: all are rounding; off: second 1e-01." in words


def test_a_layer_that_is_nan_differs(capsys):
    expected = {"only": np.array([1.0])}
    porting_plots.by_layer(expected, {"lost": {"only": np.array([np.nan])}})
    assert "lost: only nan." in capsys.readouterr().out


@pytest.mark.parametrize("halves", [("PyTorch",), ("PyTorch", "Keras")])
def test_drift_is_the_largest_difference_so_far(halves, capsys):
    runs = {}
    for half in halves:
        for dtype in ("float32", "float64"):
            key = f"{half} {dtype}"
            runs[key] = np.array([1.0, 1.0, 1.0])
            runs[f"{key} reversed"] = np.array([1.0, 1.5, 1.25])
            runs[f"{key} tanh"] = np.array([2.0, 1.0, 1.0])
    found = porting_plots.drifts(runs)
    assert found["control, float32"] == 0.5
    assert found["wrong port, float64"] == 1.0
    assert ("port, float32" in found) == (len(halves) == 2)
    words = capsys.readouterr().out
    assert "control, float64: 0e+00 at step 1, 5e-01 at the end" in words


def test_mistakes_give_points_and_changes_of_outputs(capsys):
    right = np.array([[2.0, 1.0], [0.0, 4.0]])
    labels = np.array([0, 1])
    wrong = {"swapped": right[:, ::-1], "halved": right / 2}
    points, changes = porting_plots.mistakes(right, wrong, labels)
    assert points == [-100.0, 0.0]
    assert changes == [1.0, 0.5]
    words = capsys.readouterr().out
    assert "swapped: -100.0 points, outputs 1e+00" in words
    assert "at an accuracy of 100.0 %" in words
