"""What the pictures of training draw, and what they refuse."""

from itertools import pairwise

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.pictures import loop_plots


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def drawn():
    return plt.gcf().axes


def test_a_valley_has_a_panel_per_path_with_every_step_in_it():
    paths = {
        "far": np.array([[-4.0, 1.0], [-2.0, 0.5], [-1.0, 0.1]]),
        "near": np.array([[1.0, -1.0], [0.5, 0.0]]),
    }
    loop_plots.valley(paths, (1.0, 25.0))
    assert [axes.get_title(loc="left") for axes in drawn()] == list(paths)
    for axes, path in zip(drawn(), paths.values(), strict=True):
        np.testing.assert_allclose(np.transpose(axes.lines[0].get_data()), path)
        (low, high), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        assert low < path[:, 0].min() and path[:, 0].max() < high
        assert bottom < path[:, 1].min() and path[:, 1].max() < top


def test_a_valley_refuses_a_path_that_is_not_in_a_plane():
    with pytest.raises(ValueError, match=r"'flat' has shape \(3,\), not \(n, 2\)"):
        loop_plots.valley({"flat": np.zeros(3)}, (1.0, 1.0))


def test_more_than_four_are_refused():
    five = {str(n): np.zeros((1, 2)) for n in range(5)}
    with pytest.raises(ValueError, match="5 of them: at most 4 stay legible"):
        loop_plots.valley(five, (1.0, 1.0))
    with pytest.raises(ValueError, match="at most 4"):
        loop_plots.seeds(five, xlabel="")


def test_an_order_shows_where_each_example_comes_from():
    loop_plots.order("turned", [2, 1, 0])
    (axes,) = drawn()
    assert list(axes.lines[0].get_xdata()) == [0, 1, 2]
    assert list(axes.lines[0].get_ydata()) == [2, 1, 0]
    assert axes.get_title() == "turned"


def test_seeds_have_a_row_each_and_a_bar_at_the_mean():
    loop_plots.seeds({"one": [0.9, 1.0], "other": [0.8, 0.9]}, xlabel="share")
    (axes,) = drawn()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["one", "other"]
    bars = axes.lines[1::2]
    assert [bar.get_xdata()[0] for bar in bars] == pytest.approx([0.95, 0.85])
    assert list(axes.lines[2].get_ydata()) == [1, 1]


def test_the_numbers_below_seeds_stand_apart():
    runs = [0.9495, 0.9562, 0.9596, 0.9697]
    loop_plots.seeds({"PyTorch": runs, "TensorFlow": runs}, xlabel="share right")
    (axes,) = drawn()
    plt.gcf().canvas.draw()
    low, high = axes.get_xlim()
    shown = [
        label.get_window_extent()
        for at, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        if low <= at <= high
    ]
    assert len(shown) > 2
    for one, after in pairwise(shown):
        assert one.x1 < after.x0
