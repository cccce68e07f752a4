"""Where tensors lie in memory, as read from live objects, and what is drawn of it."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text

from grader.pictures import tensor_plots
from grader.pictures.tensor_layout import read


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


@pytest.fixture
def tf(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("tensorflow")


@pytest.fixture
def x():
    return np.arange(10.0, 16.0).reshape(2, 3)


def hatched(axes) -> int:
    return sum(patch.get_hatch() is not None for patch in axes.patches)


def texts(axes) -> list[str]:
    return [text.get_text() for text in axes.texts if text.get_text()]


slices = st.builds(
    slice,
    st.none() | st.integers(-3, 3),
    st.none() | st.integers(-3, 3),
    st.sampled_from([None, 1, 2, -1, -2]),
)


@given(st.tuples(slices, slices), st.booleans(), st.sampled_from("CF"))
def test_a_numpy_layout_leads_to_the_arrays_own_elements(index, turned, order):
    whole = np.array(np.arange(12).reshape(3, 4), order=order)
    view = whole[index].T if turned else whole[index]
    layout = read(view)
    assert layout.shape == view.shape
    assert np.array_equal(layout.memory[layout.positions], view)
    assert len(layout.memory) == 12


def test_a_torch_layout_leads_to_the_tensors_own_elements(torch, x):
    whole = torch.tensor(x)
    for view in (whole, whole.T, whole[:, 1:], whole[1], whole[0, 2]):
        layout = read(view)
        assert np.array_equal(layout.memory[layout.positions], view.numpy())
        assert layout.strides == view.stride()
        assert len(layout.memory) == 6
    assert read(whole[:, 1:]).offset == 1


def test_a_torch_layout_is_read_without_its_gradient(torch):
    w = torch.ones(2, requires_grad=True)
    assert read(w * 3).memory.tolist() == [3, 3]


def test_views_share_a_home_and_copies_do_not(torch, x):
    for tensor in (x, torch.tensor(x)):
        assert read(tensor.T).home == read(tensor[1:]).home == read(tensor).home
        assert read(tensor.T.reshape(-1)).home != read(tensor).home


def test_numpy_and_torch_share_a_home_where_they_share_memory(torch, x):
    assert read(torch.from_numpy(x)).home == read(x).home
    assert read(torch.tensor(x)).home != read(x).home


def test_a_layout_is_a_snapshot(torch, x):
    shared = torch.from_numpy(x)
    layout = read(shared)
    x[0, 0] = 99
    assert layout.memory[0] == 10


def test_a_tensorflow_tensor_has_no_layout_to_show(tf):
    with pytest.raises(TypeError, match="shows no strides: pass a NumPy array"):
        read(tf.constant([1.0]))


def test_memory_that_numpy_does_not_know_is_refused(torch, x):
    with pytest.raises(ValueError, match="not NumPy's"):
        read(torch.tensor(x)[:, 1:].numpy())


def test_memory_draws_what_is_left_out_and_the_order_of_the_rest(x):
    tensor_plots.memory({"x[:, 1:]": x[:, 1:], "x.T": x.T, "copy": x.copy()})
    _, strip, _, turned, _, _ = plt.gcf().axes
    assert hatched(strip) == 2
    below = [t.get_text() for t in strip.texts if t.get_position()[1] == 0.62]
    assert below == ["", "1", "2", "", "3", "4"]
    below = [t.get_text() for t in turned.texts if t.get_position()[1] == 0.62]
    assert below == ["1", "3", "5", "2", "4", "6"]
    said = [axes.get_title(loc="right") for axes in plt.gcf().axes[1::2]]
    assert said == [
        "memory A, strides (3, 1)",
        "memory A, strides (1, 3)",
        "memory B, strides (3, 1)",
    ]


def test_memory_names_each_step_at_its_middle(x):
    tensor_plots.memory({"x[:, 1:]": x[:, 1:]})
    strip = plt.gcf().axes[1]
    named = {t.get_text(): t.get_position()[0] for t in strip.texts}
    assert (named["axis 0"], named["axis 1"]) == (1 + 3 / 2, 1 + 1 / 2)
    assert sum(isinstance(p, FancyArrowPatch) for p in strip.patches) == 2


def test_an_axis_that_goes_nowhere_has_no_arc():
    tensor_plots.memory({"repeated": np.broadcast_to(np.ones(2), (3, 2))})
    assert [t for t in texts(plt.gcf().axes[1]) if "axis" in t] == ["axis 1"]


def test_the_titles_of_a_row_stand_level(x):
    tensor_plots.memory({"x": x, "flat": x.reshape(-1)})
    figure = plt.gcf()
    figure.canvas.draw()
    grid, strip = figure.axes[2:]
    (left,) = (
        t for t in grid.get_children() if isinstance(t, Text) and t.get_text() == "flat"
    )
    (right,) = (
        t
        for t in strip.get_children()
        if isinstance(t, Text) and "memory" in t.get_text()
    )
    heights = [text.get_window_extent().y0 for text in (left, right)]
    assert heights[0] == pytest.approx(heights[1], abs=4)  # descenders differ


def test_memory_of_three_axes_is_drawn_without_a_grid():
    tensor_plots.memory({"image": np.arange(12).reshape(2, 2, 3)})
    assert len(plt.gcf().axes) == 1


def test_memory_that_would_not_be_legible_is_refused():
    with pytest.raises(ValueError, match="'big' lies in a memory of 17 elements"):
        tensor_plots.memory({"big": np.arange(17)[:2]})


def test_broadcast_hatches_what_is_repeated():
    a, b = np.ones((3, 1)), np.ones(2)
    tensor_plots.broadcast(a, b, a - b, "−")
    assert [hatched(axes) for axes in plt.gcf().axes] == [3, 4, 0]
    titles = [axes.get_title() for axes in plt.gcf().axes]
    assert titles == ["(3, 1)", "(2,)", "(3, 2)"]


def test_broadcast_refuses_a_result_of_another_shape():
    with pytest.raises(ValueError, match="could not be broadcast"):
        tensor_plots.broadcast(np.ones(3), np.ones(3), np.ones(2), "+")


def test_picked_numbers_the_picked_elements_in_their_order():
    x = np.arange(6).reshape(2, 3)
    tensor_plots.picked(x, {"x[[1, 0], [2, 0]]": x[[1, 0], [2, 0]]})
    (axes,) = plt.gcf().axes
    small = {t.get_text(): t.get_position() for t in axes.texts if t.get_fontsize() < 9}
    assert small["1"] == pytest.approx((1.58, 0.58))
    assert small["2"] == pytest.approx((-0.42, -0.42))
    grey = [p.get_xy() for p in axes.patches if p.get_facecolor()[0] < 1]
    assert grey == [(-0.5, -0.5), (1.5, 0.5)]


def test_picked_refuses_what_it_can_not_trace():
    with pytest.raises(ValueError, match="elements of x are equal"):
        tensor_plots.picked(np.zeros((2, 2)), {})
    with pytest.raises(ValueError, match="'sum' holds an element that x has not"):
        tensor_plots.picked(np.arange(4).reshape(2, 2), {"sum": np.array(9)})


def test_promotions_hatch_what_is_refused():
    table = {("a", "a"): "a", ("a", "b"): None, ("b", "a"): None, ("b", "b"): "b"}
    tensor_plots.promotions(table, ["a", "b"])
    (axes,) = plt.gcf().axes
    assert hatched(axes) == 2
    assert texts(axes) == ["a", "b"]
    with pytest.raises(KeyError):
        tensor_plots.promotions(table, ["a", "b", "c"])
