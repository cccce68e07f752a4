"""The lessons' plots: what is read from live graphs, and what is drawn."""

from itertools import pairwise

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from grader.pictures import plots
from grader.pictures.graphs import Graph, places, read


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def by_label(graph: Graph) -> list[tuple[str, str]]:
    return sorted((graph.labels[a], graph.labels[b]) for a, b in graph.edges)


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


@pytest.fixture
def tf(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("tensorflow")


def test_a_torch_graph_leads_from_named_leaves_to_the_result(torch):
    w = torch.tensor(2.0, requires_grad=True)
    b = torch.tensor(-1.0, requires_grad=True)
    found = read((w * 3.0 + b) ** 2, {"w": w})
    assert by_label(found) == [
        ("AddBackward0", "PowBackward0"),
        ("MulBackward0", "AddBackward0"),
        ("leaf", "AddBackward0"),  # b was not named
        ("w", "MulBackward0"),
    ]
    assert {found.labels[key] for key in found.leaves} == {"w", "leaf"}
    assert found.arrows == "gradients"


def test_a_value_used_twice_has_two_edges(torch):
    w = torch.tensor(2.0, requires_grad=True)
    assert by_label(read(w * w, {"w": w})) == [("w", "MulBackward0")] * 2


def test_a_tensorflow_graph_has_operations_and_no_copies(tf):
    formula = tf.function(lambda w, b: tf.square(w * 3.0 + b))
    number = tf.TensorSpec([])
    found = read(formula.get_concrete_function(number, number))
    assert by_label(found) == [
        ("AddV2", "Square"),
        ("Const", "Mul"),
        ("Mul", "AddV2"),
        ("b", "AddV2"),
        ("w", "Mul"),
    ]
    assert found.leaves == {"w", "b"}
    assert not found.backward
    assert found.arrows == "values"


def test_a_traced_gradient_is_marked_as_backward(tf):
    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.tanh(x)
        return tape.gradient(y, x)

    found = read(slope.get_concrete_function(tf.TensorSpec([])))
    assert {found.labels[key] for key in found.backward} == {"TanhGrad"}
    assert ("Tanh", "TanhGrad") in by_label(found)


def test_an_fx_graph_has_its_operations_and_no_output(torch):
    def formula(x, w):
        return torch.cat([x * x, torch.ops.aten.sin.default(w)]).sum()

    found = read(torch.fx.symbolic_trace(formula))
    assert by_label(found) == [
        ("cat", "sum"),
        ("mul", "cat"),
        ("sin", "cat"),
        ("w", "sin"),
        ("x", "mul"),
        ("x", "mul"),
    ]
    assert found.leaves == {"x", "w"}
    assert found.arrows == "values"


class Number:
    """A number of the lesson's engine, as far as a picture of it needs."""

    def __init__(self, value, *edges):
        self.value, self.edges, self.grad = value, edges, 0.0


def squared_plus_itself():
    w = Number(3.0)
    square = Number(9.0, (w, 3.0), (w, 3.0))
    return w, Number(12.0, (square, 1.0), (w, 1.0))


def test_the_lessons_engine_shows_values_gradients_and_local_slopes():
    w, y = squared_plus_itself()
    w.grad = 7.0
    found = read(y, {"w": w})
    named, square, result = "w = 3\ngrad 7", "9\ngrad 0", "12\ngrad 0"
    edges = [(named, result), (named, square), (named, square), (square, result)]
    assert by_label(found) == sorted(edges)
    assert {found.labels[key] for key in found.leaves} == {named}
    slopes = zip(found.edges, found.slopes, strict=True)
    into_square = [s for (_, to), s in slopes if found.labels[to] == square]
    assert into_square == ["3", "3"]
    assert found.arrows == "gradients"


def test_a_local_slope_is_written_on_its_arrow():
    w, y = squared_plus_itself()
    plots.graph(y, {"w": w})
    figure = plt.gcf()
    figure.canvas.draw()
    texts = figure.axes[0].texts
    arrows = [text.arrow_patch for text in texts if not text.get_text()]
    slopes = [text for text in texts if text.get_text() in ("1", "3")]
    assert len(slopes) == 4
    for text, arrow in zip(slopes, arrows, strict=True):
        path = arrow.get_path().transformed(arrow.get_transform())
        box = text.get_bbox_patch().get_window_extent()
        assert path.intersects_bbox(box, filled=False)


def test_boxes_of_a_row_do_not_touch_however_long_their_texts(torch):
    x = torch.tensor(2.0, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.tanh(x), x, create_graph=True)
    plots.graph(slope, {"x": x})
    boxes = [text for text in plt.gca().texts if text.get_text()]
    sides = sorted(
        text.get_bbox_patch().get_window_extent().intervalx.tolist() for text in boxes
    )
    for (_, right), (left, _) in pairwise(sides):
        assert left - right > 20  # pixels: an arrow with its head


def test_what_has_no_graph_is_refused_with_the_remedy(torch):
    for nothing in (torch.tensor(1.0), 3.0, None):
        with pytest.raises(TypeError, match="requires a gradient"):
            plots.graph(nothing)


def test_every_edge_goes_right_and_no_two_nodes_share_a_place():
    chain = Graph(
        labels={key: key for key in "wxbmap"},
        edges=(("w", "m"), ("x", "m"), ("m", "a"), ("b", "a"), ("a", "p")),
        leaves=frozenset("wxb"),
        backward=frozenset(),
        arrows="values",
    )
    at = places(chain)
    assert all(at[before][0] < at[after][0] for before, after in chain.edges)
    assert len(set(at.values())) == len(at)
    assert at["b"][0] == at["a"][0] - 1  # beside its user, not at the far left


def test_an_input_whose_arrow_jumps_a_column_stands_below_the_others():
    twice = Graph(
        labels={key: key for key in "abms"},
        edges=(("a", "m"), ("b", "m"), ("m", "s"), ("a", "s")),
        leaves=frozenset("ab"),
        backward=frozenset(),
        arrows="values",
    )
    at = places(twice)
    assert at["a"][0] == at["b"][0]
    assert at["a"][1] < at["b"][1]


def test_a_graph_without_arrows_is_drawn():
    plots.graph(Number(3.0))
    shown = [text.get_text() for text in plt.gca().texts]
    assert shown == ["3\ngrad 0"]


def test_a_drawn_graph_shows_every_label_on_opaque_white(torch):
    w = torch.tensor(2.0, requires_grad=True)
    plots.graph((w * w) ** 2, {"w": w})
    figure = plt.gcf()
    shown = {text.get_text() for text in figure.axes[0].texts} - {""}
    assert shown == {"w", "MulBackward0", "PowBackward0"}
    assert figure.get_facecolor() == (1, 1, 1, 1)
    arrows = [text for text in figure.axes[0].texts if not text.get_text()]
    assert len(arrows) == 3


def test_curves_differ_without_colour_and_have_labelled_axes():
    x = np.linspace(0.1, 1, 5)
    plots.curves(x, {"a": x, "b": x**2}, xlabel="step h", ylabel="error", log=True)
    axes = plt.gca()
    styles = {(line.get_linestyle(), line.get_marker()) for line in axes.lines}
    assert len(styles) == 2
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step h", "error")
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [text.get_text() for text in axes.get_legend().texts] == ["a", "b"]


def test_curves_refuse_what_would_not_be_legible():
    x = [0.0, 1.0]
    with pytest.raises(ValueError, match="at most 4"):
        plots.curves(x, {str(i): x for i in range(5)}, xlabel="x", ylabel="y")
    with pytest.raises(ValueError, match=r"'short' has shape \(1,\)"):
        plots.curves(x, {"short": [0.0]}, xlabel="x", ylabel="y")


def test_tangents_pass_through_the_point_with_the_claimed_slope():
    x = np.linspace(-1, 1, 21)
    claims = {"one": {"shifted": 0.5}, "other": {"shifted": np.nan}}
    plots.tangents(x, {"shifted": np.abs(x) + 2}, claims)
    _, one, other, point = plt.gca().lines
    (x0, x1), (y0, y1) = one.get_xdata(), one.get_ydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(0.5)
    assert (y0 + y1) / 2 == pytest.approx(2.0)
    assert len(other.get_xdata()) == 0  # NaN has no line, only a legend
    assert point.get_ydata() == pytest.approx([2.0])
    legend = [text.get_text() for text in plt.gca().get_legend().texts]
    assert legend == ["one: 0.5", "other: nan"]


def test_tangents_refuse_a_fourth_claim_and_a_missing_slope():
    x = [-1.0, 1.0]
    with pytest.raises(ValueError, match="at most 3"):
        plots.tangents(x, {"f": x}, {str(i): {"f": 1.0} for i in range(4)})
    with pytest.raises(KeyError, match="'f'"):
        plots.tangents(x, {"f": x}, {"one": {}})
