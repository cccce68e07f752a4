"""The initialization lesson's pictures: what is drawn of what was measured."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.pictures import init_plots


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


FIVE = {str(k): [1.0] for k in range(5)}


def test_by_depth_has_markers_for_measured_and_lines_for_theory():
    measured = {"relu": ([1.0, 0.5], [0.5, 1.0]), "tanh": ([2.0, 1.0], [1.0, 2.0])}
    theory = {"relu": ([1.0, 0.6], [0.6, 1.0]), "tanh": ([2.0, 0.9], [0.9, 2.0])}
    titles = ("forward", "backward")
    init_plots.by_depth(measured, theory, ylabel="std", titles=titles)
    forward, backward = plt.gcf().axes
    found, line, *_ = forward.lines
    assert found.get_linestyle() == "None" and found.get_marker() == "o"
    assert line.get_linestyle() == "-" and line.get_marker() == "None"
    assert list(line.get_xdata()) == [1, 2]
    assert list(line.get_ydata()) == [1.0, 0.6]
    assert list(backward.lines[3].get_ydata()) == [0.9, 2.0]
    assert len({line.get_linestyle() for line in forward.lines[1::2]}) == 2
    assert forward.get_yscale() == "log" and forward.get_ylabel() == "std"
    assert tuple(axes.get_title() for axes in (forward, backward)) == titles
    assert plt.gcf().get_facecolor() == (1, 1, 1, 1)


def test_by_depth_without_theory_joins_what_was_measured():
    init_plots.by_depth({"he": [1.0, 2.0, 3.0]}, ylabel="slope", xlabel="step")
    assert plt.gca().get_xlabel() == "step"
    (line,) = plt.gca().lines
    assert line.get_linestyle() == "-" and line.get_marker() == "o"


def test_by_depth_refuses_what_would_mislead():
    with pytest.raises(ValueError, match="at most 4"):
        init_plots.by_depth(FIVE, ylabel="y")
    with pytest.raises(ValueError, match=r"theory has shape \(1, 2\)"):
        init_plots.by_depth({"a": [1.0]}, {"a": [1.0, 2.0]}, ylabel="y")
    with pytest.raises(ValueError, match="'a': 2 panels, 1 titles"):
        init_plots.by_depth({"a": ([1.0], [2.0])}, ylabel="y")


def test_distributions_share_bins_and_differ_in_dashes():
    values = {"narrow": np.linspace(-1, 1, 50), "wide": np.linspace(-3, 3, 60)}
    init_plots.distributions(values, xlabel="weight")
    narrow, wide = plt.gca().patches
    assert narrow.get_linestyle() != wide.get_linestyle()
    for patch in (narrow, wide):
        assert patch.get_xy()[:, 0].min() == -3 and patch.get_xy()[:, 0].max() == 3
    assert (plt.gca().get_xlabel(), plt.gca().get_ylabel()) == ("weight", "density")
    with pytest.raises(ValueError, match="at most 4"):
        init_plots.distributions({str(k): [1.0] for k in range(5)}, xlabel="x")


def test_distributions_take_tensors_of_any_framework():
    torch = pytest.importorskip("torch")
    init_plots.distributions({"layer": torch.eye(2)}, xlabel="weight")
    assert len(plt.gca().patches) == 1


def test_ridges_put_the_first_layer_on_top_with_its_note():
    net = {1: np.zeros(5), 30: np.array([0.5, 0.5, 9.0])}
    notes = {"net": {1: "all 0", 30: "some"}}
    init_plots.ridges({"net": net}, notes, xlabel="output", span=1.0)
    axes = plt.gca()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1", "30"]
    assert axes.get_yticks()[0] > axes.get_yticks()[1]
    first, last = axes.texts
    assert (first.get_text(), last.get_text()) == ("all 0", "some")
    assert first.get_position()[1] > last.get_position()[1]
    with pytest.raises(KeyError, match="30"):
        init_plots.ridges({"net": net}, {"net": {1: ""}}, xlabel="output", span=1.0)


def test_bands_run_from_lowest_to_highest_around_the_median():
    runs = {"he": [[1.0, 2.0], [3.0, 4.0], [8.0, 3.0]]}
    init_plots.bands([0, 1], runs, xlabel="step", ylabel="loss")
    axes = plt.gca()
    assert list(axes.lines[0].get_ydata()) == [3.0, 3.0]
    corners = axes.collections[0].get_paths()[0].vertices
    assert corners[:, 1].min() == 1.0 and corners[:, 1].max() == 8.0
    assert axes.collections[0].get_hatch()


def test_bands_refuse_runs_of_another_length():
    with pytest.raises(ValueError, match=r"shape \(1, 3\): \(seeds, 2\)"):
        init_plots.bands([0, 1], {"a": [[1, 2, 3]]}, xlabel="x", ylabel="y")
    with pytest.raises(ValueError, match="at most 4"):
        init_plots.bands([0], {str(k): [[1]] for k in range(5)}, xlabel="x", ylabel="y")
