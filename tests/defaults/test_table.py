"""The table of defaults says what the libraries that are installed say."""

import copy
import json
import math
import subprocess
import sys

import numpy as np
import pytest

from bench.defaults import DATA, PAGE, table
from bench.defaults.accuracies import Accuracy, accuracies
from bench.defaults.entries import (
    EQUAL,
    HARMLESS,
    LOUD,
    SILENT,
    entry,
    kind,
)
from bench.defaults.model import Effect, Found, Row, Side, effect
from bench.defaults.page import page
from bench.defaults.reading import RowError, read
from bench.defaults.rows import ROWS

STORED = json.loads(DATA.read_text(encoding="utf-8"))


def row(torch, keras, measure=lambda a, b: (np.asarray(a), np.asarray(b)), **other):
    return Row("group.name", "what", "probe", torch, keras, measure, **other)


def found(ours="1", theirs="2", size=0.5, loud=""):
    made = row(Side("1"), Side("2"))
    return Found(made, ours, theirs, Effect(size, loud), None, None)


def test_every_row_is_as_it_was_read():
    """All rows anew, in a process of its own. What it prints names the row."""
    command = [sys.executable, "-m", "bench.defaults", "table", "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout or done.stderr


def test_there_are_rows_enough_and_each_has_its_own_id():
    ids = [one.id for one in ROWS]
    assert len(ids) == len(set(ids)) >= 120
    assert [one["id"] for one in STORED["rows"]] == ids
    assert all("." in name for name in ids)


def test_what_differs_silently_can_be_aligned_or_says_why_not():
    for one in STORED["rows"]:
        if one["kind"] == SILENT:
            texts = [one[f][part] for f in ("torch", "keras") for part in TEXTS]
            assert any(texts), one["id"]


TEXTS = ("align", "advice")


@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_a_default_that_moves_is_named_with_its_row(framework):
    rows = copy.deepcopy(STORED["rows"])
    rows[3][framework]["value"] = "another"
    (said,) = table.stale(rows)
    assert rows[3]["id"] in said and "has 'another'" in said and framework in said


def test_an_effect_that_moves_is_named_unless_it_moved_a_little():
    rows = copy.deepcopy(STORED["rows"])
    (number,) = [n for n, one in enumerate(rows) if one["id"] == "layer_norm.epsilon"]
    rows[number]["effect"] *= 1.05
    assert table.stale(rows) == []
    rows[number]["effect"] *= 2
    (said,) = table.stale(rows)
    assert "layer_norm.epsilon: the effect was" in said


def test_a_page_that_was_edited_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "PAGE", tmp_path / "defaults.md")
    (tmp_path / "defaults.md").write_text(PAGE.read_text(encoding="utf-8") + "\nmore")
    (said,) = table.stale(STORED["rows"])
    assert said.startswith("defaults.md")


def test_a_check_that_finds_something_ends_with_the_command(monkeypatch):
    one = found(size=0.5)
    monkeypatch.setattr(table, "found", lambda: iter([one]))
    said = []
    assert not table.run(True, said.append)
    assert said[-1].endswith(table.COMMAND)


def test_an_alignment_that_leaves_too_much_is_named(monkeypatch):
    one = found()
    bad = Found(one.row, "1", "2", Effect(0.5), Effect(0.01), None)
    assert list(table.unaligned([bad])) == [
        "group.name: aligned in torch, it still leaves 1.0e-02"
    ]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (found(), SILENT),
        (found(size=5e-5), HARMLESS),
        (found(size=0.0), HARMLESS),
        (found("1", "1", 1e-12), EQUAL),
        (found("1", "1", 0.5), SILENT),
        (found(size=math.nan, loud="Keras raises ValueError"), LOUD),
    ],
)
def test_what_was_measured_decides_where_a_row_belongs(one, expected):
    assert kind(one, []) == expected


def test_measured_accuracy_outweighs_the_effect():
    assert kind(found(), [Accuracy("torch", 80, 0.0, 0.02, 20)]) == HARMLESS
    assert kind(found(), [Accuracy("torch", 80, -15.0, 2.0, 20)]) == SILENT
    # Nothing found is not the same as nothing there.
    assert kind(found(), [Accuracy("torch", 80, 0.0, 0.5, 20)]) == SILENT


def test_every_experiment_belongs_to_a_row():
    assert accuracies().keys() <= {one.id for one in ROWS}


def test_points_are_those_with_the_default_of_keras_in_either_net():
    measured = accuracies()["batch_norm.momentum"]
    assert {(one.net, one.steps) for one in measured} == {
        (net, steps) for net in ("torch", "keras") for steps in (80, 370)
    }
    assert all(one.points < 0 for one in measured)


def test_an_effect_is_relative_to_the_largest_number():
    assert effect(np.array([1.0, 4.0]), np.array([1.0, 3.0])).size == 0.25
    assert effect(np.array([1.0]), np.array([np.nan])).size == 1.0
    assert effect(np.array([np.nan]), np.array([np.nan])).size == 0.0
    assert effect(np.zeros((2, 1)), np.zeros(2)).loud == "shapes (2, 1) and (2,)"
    assert effect(np.array([1j]), np.array([2j])).size == 0.5


def test_alignment_runs_in_place_or_on_what_was_made():
    torch = Side("nn.Linear(2, 2).weight", "", "it.data.fill_(1.0)")
    keras = Side("np.zeros((2, 2))", "", "np.ones((2, 2))")
    made = row(torch, keras, measure=lambda a, b: (a.detach().numpy(), b))
    # Each side is aligned alone, so ones stand against zeros, and random against ones.
    assert read(made).left_torch == Effect(1.0)
    assert 0 < read(made).left_keras.size < 2


def test_an_error_that_a_row_does_not_declare_is_told_with_its_id():
    with pytest.raises(RowError, match=r"group\.name: NameError"):
        read(row(Side("nothing"), Side("1")))


def test_an_error_that_it_declares_is_its_value():
    one = read(row(Side("1 / 0", raises="ZeroDivisionError"), Side("1.0")))
    assert one.torch == "raises ZeroDivisionError"
    assert one.effect.loud == "PyTorch raises ZeroDivisionError"


def test_a_page_shows_every_row_once_in_a_table_and_once_below():
    text = page(STORED)
    for one in STORED["rows"]:
        anchor = one["id"].replace(".", "-").replace("_", "-")
        assert text.count(f"(#{anchor})") == 1, anchor
        assert text.count(f'<a id="{anchor}">') == 1, anchor


def test_digits_that_machines_do_not_share_are_not_stored():
    one = entry(found(size=0.123456), [])
    assert one["effect"] == 0.12
    assert entry(found(size=3e-16), [])["effect"] == 0.0
