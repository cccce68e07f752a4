"""The picture of axes draws what the arrays are, and refuses what they are not."""

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest

from grader.pictures import axes_plots

TITLES = ("before", "after")


def told(capsys, *given, **named):
    """The words of a picture, which are printed outside of IPython."""
    axes_plots.axes_moved(*given, titles=TITLES, **named)
    return capsys.readouterr().out


def test_a_transposition_is_told_axis_by_axis(capsys):
    array = np.arange(6).reshape(2, 3)
    words = told(capsys, array, array.T, "out in -> in out")
    assert "before, shape (2, 3), has the axes out 2, in 3." in words
    assert "after, shape (3, 2), has the axes in 3, out 2." in words
    assert "out goes from axis 0 to axis 1; in goes from axis 1 to axis 0." in words


def test_merged_axes_move_within_their_axis(capsys):
    array = np.arange(24).reshape(2, 12)
    after = np.moveaxis(array.reshape(2, 3, 2, 2), 1, -1).reshape(2, -1).T
    pattern = "out (channel row column) -> (row column channel) out"
    words = told(capsys, array, after, pattern, sizes={"channel": 3, "row": 2})
    assert "row 2 times column 2 times channel 3, out 2" in words


def test_blocks_in_another_order_are_told(capsys):
    array = np.arange(18).reshape(6, 3)
    first, second, third = np.split(array, 3)
    after = np.concatenate([second, first, third]).T
    pattern = "(gate unit) in -> in (gate unit)"
    orders = {"gate": ("r z n", "z r n")}
    words = told(capsys, array, after, pattern, orders=orders)
    assert "The blocks of gate are r z n before and z r n after." in words


@pytest.mark.parametrize(
    ("after", "pattern"),
    [
        (np.arange(9).reshape(3, 3), "out in -> in out"),
        (np.arange(9).reshape(3, 3).T, "out in -> out in"),
    ],
)
def test_an_array_that_does_not_follow_the_pattern_is_refused(after, pattern):
    before = np.arange(9).reshape(3, 3)
    with pytest.raises(ValueError, match="the second array is not the first by"):
        axes_plots.axes_moved(before, after, pattern, titles=TITLES)
