"""What the pictures of images and accuracies draw and say, and what they refuse."""

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest

from grader.pictures import image_plots


@pytest.fixture
def shown(monkeypatch):
    """The figures that are shown, each with its words."""
    found = []
    monkeypatch.setattr(
        image_plots, "show", lambda figure, words: found.append((figure, words))
    )
    return found


def test_each_image_is_drawn_as_it_is_on_one_scale(shown):
    bright, dark = np.array([[0.0, 1.0]]), np.array([[2.0], [4.0]])
    image_plots.images({"first": [bright, dark], "second": [dark]}, what="Two kinds.")
    ((figure, words),) = shown
    drawn = [axes.images[0] for axes in figure.axes if axes.images]
    np.testing.assert_array_equal(drawn[0].get_array(), bright)
    np.testing.assert_array_equal(drawn[1].get_array(), dark)
    assert {image.get_clim() for image in drawn} == {(0, 4)}
    assert words.startswith("Two kinds.")
    assert "first: 1 by 2 and 2 by 1 pixels, with values from 0 to 4" in words


def test_places_without_an_image_stay_empty(shown):
    one = np.ones((2, 2))
    image_plots.images({"two": [one, one], "one": [one]}, what="Ones.")
    ((figure, _),) = shown
    assert [axes.axison for axes in figure.axes] == [True, True, True, False]


def test_accuracies_have_a_mark_for_each_run_and_a_bar_at_the_mean(shown):
    image_plots.accuracies(
        {
            "flips": {"plain": [0.8, 0.9], "turned": [0.5, 0.7]},
            "none": {"plain": [1.0, 1.0], "turned": [0.2, 0.4]},
        }
    )
    ((figure, words),) = shown
    (axes,) = figure.axes
    marks, bars = axes.lines[::2], axes.lines[1::2]
    np.testing.assert_allclose(marks[0].get_xdata(), [80, 90])
    np.testing.assert_allclose([bar.get_xdata()[0] for bar in bars], [85, 60, 100, 30])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["plain", "turned"]
    assert "trained with flips: 85% on plain, 60% on turned" in words
    assert "trained with none: 100% on plain, 30% on turned" in words


def test_what_is_no_image_is_refused_by_its_row():
    with pytest.raises(ValueError, match=r"an image of 'rgb' has shape \(2, 2, 3\)"):
        image_plots.images({"rgb": [np.zeros((2, 2, 3))]}, what="")
    with pytest.raises(ValueError, match="give each row at least one image"):
        image_plots.images({"empty": []}, what="")


def test_no_training_and_five_trainings_are_refused():
    with pytest.raises(ValueError, match="0 trainings: 1 to 4 are drawn"):
        image_plots.accuracies({})
    five = {str(n): {"plain": [1.0]} for n in range(5)}
    with pytest.raises(ValueError, match="5 trainings: 1 to 4 are drawn"):
        image_plots.accuracies(five)
