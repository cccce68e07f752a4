"""Results as text, as HTML for either theme, and as pictures with words."""

import re

import keras
import numpy as np
import pytest

from tests.twin.small import Cnn, cnn, images, labels, losses
from tests.twin.test_faults import sgd
from twin import Twin
from twin.lock_step import progress
from twin.showing.tables import Table, number


@pytest.fixture
def pair():
    pair = Twin(Cnn(), cnn(relu=None), images())
    pair.copy(to="keras")
    return pair


@pytest.fixture
def training(pair):
    return pair.train([(images(), labels())], losses(), sgd(pair.module), steps=4)


def test_a_table_marks_a_row_without_colour_alone():
    table = Table(["a", "b"], [["1", "<2>"], ["3", "4"]], frozenset({1}), "Before.")
    assert table.text() == "Before.\n  a  b\n  1  <2>\n→ 3  4"
    html = table.html()
    assert "&lt;2&gt;" in html
    marked = html[html.index("→") - 200 : html.index("→")]
    assert "font-weight:bold" in marked and "border-left" in marked


def test_tables_follow_the_notebook_s_theme(pair, training):
    shown = [pair, pair.copy(to="torch"), pair.compare(images()), training]
    for html in (one._repr_html_() for one in shown):
        assert "var(--jp-content-font-color1, inherit)" in html
        colours = re.findall(r"(?<![-\w])(?:color|background):([^;\"]+)", html)
        assert set(colours) <= {
            "var(--jp-content-font-color1, inherit)",
            "inherit",
            "transparent",
        }


def test_a_comparison_says_first_what_differs(pair):
    found = pair.compare(images())
    lines = str(found).splitlines()
    assert lines[0].startswith("They differ first at between wide and pool: ")
    assert [line for line in lines if line.startswith("→")] == [
        line for line in lines if "between wide and pool" in line and "They" not in line
    ]
    assert repr(found) == str(found)
    assert [row.path for row in found.rows][:4] == ["conv", "norm", "act", "wide"]
    conv = found.rows[0]
    assert (conv.shape, conv.keras_shape) == ((6, 3, 4, 4), (6, 4, 4, 3))
    assert conv.absolute < 1e-14 and conv.error < 1e-14


def test_a_picture_of_layers_says_what_it_shows(pair):
    found = pair.compare(images())
    picture = found.plot()
    seen = [row for row in found.rows if row.is_seen]
    assert picture.words.startswith(f"Differences of {len(seen)} layers")
    assert "The first 4 are equal" in picture.words
    assert f"differs by {number(found.first.error)}" in picture.words
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == str(picture)
    names = [one.get_text() for one in picture.figure.axes[0].get_yticklabels()]
    assert names == [row.path for row in seen]


def test_a_picture_of_steps_says_what_it_shows(training, tmp_path):
    picture = training.plot()
    assert "over 4 steps" in picture.words
    assert "In step 1, loss crosses its limit first" in picture.words
    assert f"loss {number(training.errors['loss'][-1])}" in picture.words
    assert picture.figure.axes[0].get_yscale() == "log"
    picture.save(tmp_path / "steps.png")
    assert (tmp_path / "steps.png").stat().st_size > 1000


def test_pictures_of_equals():
    same = Twin(Cnn(), cnn(), images())
    same.copy(to="keras")
    assert "all are equal" in same.compare(images()).plot().words
    run = same.train([(images(), labels())], losses(), sgd(same.module), steps=2)
    assert "No line crosses its limit" in run.plot().words
    assert "Equal for 2 steps (float64)" in str(run)
    assert "Free, as their true gradient is zero up to rounding: conv.bias" in str(run)
    assert "n - 1" in str(run)


def test_not_a_number_is_drawn_at_the_edge():
    same = Twin(Cnn(), cnn(), images())
    same.copy(to="keras")
    same.model.get_layer("head").bias.assign(np.full(4, np.nan))
    picture = same.compare(images()).plot()
    assert "Then head differs by nan" in picture.words
    ends = [line.get_xdata()[-1] for line in picture.figure.axes[0].lines]
    assert max(ends) > 1 and np.isfinite(ends).all()


def test_a_long_training_tells_how_far_it_is(pair, monkeypatch, capsys):
    monkeypatch.setattr(progress, "_SECONDS", 0.0)
    pair.train([(images(), labels())], losses(), sgd(pair.module), steps=2)
    said = capsys.readouterr().err.splitlines()
    assert said[0].startswith("twin: step 1 of 2, largest difference ")


def test_numbers_in_two_digits():
    shown = [number(value) for value in (0.0, 1.234e-16, np.inf, np.nan)]
    assert shown == ["0", "1.2e-16", "inf", "nan"]


def test_float32_is_named_with_its_tolerance(float64):
    keras.config.set_dtype_policy("float32")
    pair = Twin(Cnn().float(), cnn(gelu=lambda x: keras.ops.gelu(x, True)), images())
    pair.copy(to="keras")
    found = pair.compare(images())
    assert found.equal and found.dtype == "float32"
    assert "(float32; tolerance 5.0e-05)" in str(found)
