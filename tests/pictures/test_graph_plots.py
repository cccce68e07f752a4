"""What the pictures of tracing draw, and what they refuse."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest

from grader.pictures import graph_plots


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_a_square_is_a_new_graph_and_a_circle_an_old_one():
    graph_plots.traces({"first": [1, 1, 2], "other": [1, 2, 3]}, ["a", "b", "a"])
    axes = plt.gca()
    marks = [line for line in axes.lines if line.get_marker() != "None"]
    assert [line.get_marker() for line in marks] == ["s", "o", "s", "s", "s", "s"]
    assert [text.get_text() for text in axes.texts] == ["1", "2", "1", "2", "3"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b", "a"]
    titles = [label.get_text() for label in axes.get_yticklabels()]
    assert titles == ["first", "other"]
    assert plt.gcf().get_facecolor() == (1, 1, 1, 1)


def test_traces_refuse_what_can_not_have_been_counted():
    with pytest.raises(ValueError, match="'short' has 1 counts, 2 calls"):
        graph_plots.traces({"short": [1]}, ["a", "b"])
    with pytest.raises(ValueError, match="'odd' has fewer graphs after call 2"):
        graph_plots.traces({"odd": [2, 1]}, ["a", "b"])


def test_bars_are_as_long_as_their_numbers_and_differ_without_colour():
    graph_plots.bars({"eager": 7.0, "compiled": 1.0}, xlabel="tensors")
    axes = plt.gca()
    assert [bar.get_width() for bar in axes.patches] == [7.0, 1.0]
    assert len({bar.get_hatch() for bar in axes.patches}) == 2
    assert [text.get_text() for text in axes.texts] == ["7", "1"]
    assert axes.get_xlabel() == "tensors"


def test_bars_refuse_a_negative_number():
    with pytest.raises(ValueError, match="negative"):
        graph_plots.bars({"less": -1.0}, xlabel="tensors")
