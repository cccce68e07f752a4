"""The pictures of the lesson on records say in words what they draw."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.pictures.records import log_plots, recommend_plots, wheel_plots
from grader.pictures.records.stored import FOLDER, stored
from grader.production.records.store import schema


def test_the_tables_are_those_of_the_schema(capsys):
    log_plots.tables(schema())
    said = capsys.readouterr().out
    assert "runs with the columns run, framework, version, code, data, seed" in said
    assert "settings with the columns run, place, name, value, number, explicit" in said
    assert "settings refers to runs, metrics refers to runs" in said
    assert "differences" not in said


def test_a_text_without_tables_is_refused():
    with pytest.raises(ValueError, match="makes no table"):
        log_plots.tables("SELECT 1")


def test_curves_tell_how_each_run_ends(capsys):
    ours = [(1, "loss", 2.0), (1, "accuracy", 10.0), (2, "loss", 1.04)]
    ours.append((2, "accuracy", 85.6))
    log_plots.curves({"ours": ours, "theirs": ours[:2]})
    said = capsys.readouterr().out
    assert "loss of ours ends at 1;" in said and "accuracy of ours ends at 86" in said
    assert "loss of theirs ends at 2" in said


def test_changes_have_their_signs(capsys):
    log_plots.changes({"one": -35.4, "other": 2.0})
    assert "one by -35; other by +2." in capsys.readouterr().out


def test_files_of_wheels_are_counted(capsys):
    files = {"only": [6, 0], "both": ["a", "b", "c"], "differ": ["a", "c"]}
    wheel_plots.shared({"cuDNN": files})
    said = capsys.readouterr().out
    assert "6 in CUDA 12's wheel alone, 1 equal in both, 2 in both with other" in said


def test_a_recommendation_tells_what_is_shown(capsys):
    items = np.array([[1, 0], [0, 1], [2, 2]])
    recommend_plots.recommended(np.array([1, 1]), items, [0, 1, 0], [2, 0], [2])
    said = capsys.readouterr().out
    assert "Retrieved: 2, 0. Shown, best first: item 2 of category 0." in said
    assert not plt.get_fignums()


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_what_is_stored_says_where_it_comes_from(name):
    kept = stored(name)
    assert kept.command == f"python -m bench.records {name}"
    assert kept.versions and kept.date in kept.provenance
