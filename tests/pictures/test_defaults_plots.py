"""What the pictures of hidden defaults draw, say and refuse."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.pictures import defaults_plots
from grader.pictures.defaults_runs import Effect

STEPS = [10, 100, 1000]
FIRST = np.array([[10.0, 80.0, 98.0], [20.0, 84.0, 96.0]])
SECOND = np.array([[10.0, 40.0, 97.0], [14.0, 50.0, 97.0]])


@pytest.fixture
def shown(monkeypatch):
    """The axes and the words of what was shown last."""
    last = {}

    def keep(figure, words):
        last.update(axes=figure.axes, words=words)

    monkeypatch.setattr(defaults_plots, "show", keep)
    yield last
    plt.close("all")


def heights(line):
    return list(line.get_ydata())


def test_a_gap_is_the_second_less_the_first_with_a_band_of_two_errors(shown):
    defaults_plots.gap(STEPS, {"one": FIRST, "other": SECOND})
    above, below = shown["axes"]
    assert heights(above.lines[0]) == [15, 82, 97]
    assert heights(above.lines[1]) == [12, 45, 97]
    assert heights(below.lines[0]) == [-3, -37, 0]
    low, high = below.collections[0].get_datalim(below.transData).intervaly
    assert (low, high) == pytest.approx((-43, 3))  # -37 - 2 * 3, and -3 + 2 * 3
    assert "other less one" in shown["words"] and "-37.0 after 100" in shown["words"]


def test_a_gap_is_between_two(shown):
    with pytest.raises(ValueError, match="1 nets"):
        defaults_plots.gap(STEPS, {"one": FIRST})


def test_accuracies_are_means_over_seeds(shown):
    defaults_plots.accuracies(STEPS, {"one": FIRST, "other": SECOND})
    (axes,) = shown["axes"]
    assert [heights(line) for line in axes.lines] == [[15, 82, 97], [12, 45, 97]]
    assert "other: 12 after 10, 45 after 100, 97 after 1000" in shown["words"]
    with pytest.raises(ValueError, match="at most 3"):
        defaults_plots.accuracies(STEPS, dict.fromkeys("abcd", FIRST))


def test_every_choice_of_a_few_seeds_is_counted(shown):
    means = defaults_plots.few_seeds([-3.0, -1.0, 0.0, 2.0], 2)
    assert sorted(means) == [-2.0, -1.5, -0.5, -0.5, 0.5, 1.0]
    (axes,) = shown["axes"]
    assert sum(bar.get_height() for bar in axes.patches) == 6
    assert "33% of the choices" in shown["words"]


def test_effects_stand_at_their_points_one_row_for_each_cause(shown):
    causes = {
        "momentum": {"ours": Effect(-40.0, 4.0, 20), "theirs": Effect(43.0, 3.0, 20)},
        "layout": {"ours": Effect(0.1, 0.05, 20)},
    }
    defaults_plots.effects(causes, "after 80 steps")
    (axes,) = shown["axes"]
    marks, _, (bars,) = axes.containers[0]
    assert list(marks.get_xdata()) == [-40.0, 0.1]
    ends = [list(bar[:, 0]) for bar in bars.get_segments()]
    assert ends == [[-48.0, -32.0], [0.0, 0.2]]
    marks, _, _ = axes.containers[1]
    assert list(marks.get_xdata()) == [43.0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == list(causes)
    assert "momentum: -40.00 ± 4.00 in ours, +43.00 ± 3.00 in theirs" in shown["words"]


def test_the_start_is_forgotten_by_the_share_that_is_kept(shown):
    defaults_plots.left_of_start({"quick": 0.5, "slow": 0.9}, steps=4)
    (axes,) = shown["axes"]
    assert heights(axes.lines[0]) == [100, 50, 25, 12.5, 6.25]
    assert "quick: half after 1 steps, 6.2 percent after 4" in shown["words"]
    assert "slow: half after 7 steps" in shown["words"]
