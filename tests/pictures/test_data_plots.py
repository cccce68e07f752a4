"""What the pictures of batches and of loading draw and say, and what they refuse."""

import matplotlib

matplotlib.use("agg")

import numpy as np
import pytest

from grader.pictures import data_plots


@pytest.fixture
def shown(monkeypatch):
    """The figures that are shown, each with its words."""
    found = []
    monkeypatch.setattr(
        data_plots, "show", lambda figure, words: found.append((figure, words))
    )
    return found


def texts(axes):
    return [(text.get_text(), *text.get_position()) for text in axes.texts]


def test_each_example_stands_in_the_row_of_its_batch(shown):
    data_plots.batches({"stored": [[0, 1], [2]], "drawn": [[2, 0], [1]]})
    ((figure, words),) = shown
    stored, drawn = figure.axes
    assert (stored.get_title(), drawn.get_title()) == ("stored", "drawn")
    assert texts(drawn) == [("2", 0, 0), ("0", 1, 0), ("1", 0, 1)]
    assert "stored: [0 1], [2]" in words
    assert "drawn: [2 0], [1]" in words


def test_later_examples_are_darker_and_carry_legible_numbers(shown):
    data_plots.batches({"stored": [[0, 9]]})
    ((figure, _),) = shown
    early, late = figure.axes[0].patches
    assert early.get_facecolor()[0] > late.get_facecolor()[0]
    assert [text.get_color() for text in figure.axes[0].texts] == ["black", "white"]


def test_counts_stand_at_their_batch_and_class(shown):
    data_plots.classes({"sorted": np.array([[3, 0], [1, 2]])})
    ((figure, words),) = shown
    assert texts(figure.axes[0]) == [("3", 0, 0), ("1", 0, 1), ("2", 1, 1)]
    assert "a batch holds 1.5 classes on average" in words
    assert "the first batch examples of the classes 0" in words


def test_a_timeline_begins_at_its_first_time_and_counts_what_ran_ahead(shown):
    waiting = np.array([[5.0, 5.04, 5.04, 5.07], [5.07, 5.11, 5.11, 5.14]])
    ahead = np.array([[9.0, 9.04, 9.04, 9.07], [9.04, 9.08, 9.08, 9.11]])
    data_plots.timeline({"waiting": waiting, "ahead": ahead})
    ((figure, words),) = shown
    first = [bar.get_x() for bar in figure.axes[0].patches]
    np.testing.assert_allclose(first, [0, 40, 70, 110], atol=1e-6)
    assert "waiting: 2 batches in 140 milliseconds, and 0 of them" in words
    assert "ahead: 2 batches in 110 milliseconds, and 1 of them" in words


@pytest.mark.parametrize("panels", [{}, {"empty": []}])
def test_batches_refuse_to_draw_nothing(panels):
    with pytest.raises(ValueError, match="give each panel at least one batch"):
        data_plots.batches(panels)


@pytest.mark.parametrize("draw", [data_plots.classes, data_plots.timeline])
def test_no_panels_are_refused(draw):
    with pytest.raises(ValueError, match="at least one panel"):
        draw({})


def test_what_has_another_shape_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"'flat' has shape \(3,\)"):
        data_plots.classes({"flat": np.zeros(3)})
    with pytest.raises(ValueError, match=r"'short' has shape \(2, 3\)"):
        data_plots.timeline({"short": np.zeros((2, 3))})
